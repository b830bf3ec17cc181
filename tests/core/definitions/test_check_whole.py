"""Definitions together: tables that are not there, ids, sizes, circles."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kogorta.definitions.catalogue import Kind, Source, TraitInfo
from kogorta.definitions.check import check, require
from kogorta.definitions.document import Definition
from kogorta.definitions.nodes import AllOf, AnyOf
from kogorta.errors import ProblemsError
from tests.core.definitions.checking import DECIMALS, defined, hint_of, problems_of, told_of
from tests.core.definitions.shop import SHOP, catalogue

# --- tables that are not there --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "without", "missing", "table"),
    [
        ("{did: order}", "orders", "orders", "orders"),
        ("{did: order_line}", "order_lines", "order_lines", "order_lines"),
        ("{did: message_opened}", "messages message_events", "messages, message_events", "messages"),
        ("{did_not: return}", "returns", "returns", "returns"),
        ("{did: product_viewed}", "events", "events", "events"),
        ("{trait: orders_count, is: 1}", "orders customer_summaries", "orders", "orders"),
        ("{trait: has_promise, is: true}", "bookings subscriptions", "bookings, subscriptions", "bookings"),
        ("{trait: is_opening_falling, is: true}", "message_events", "message_events", "message_events"),
        ("{trait: city, is: Moscow}", "customers attribute_changes", "customers", "customers"),
        ("{trait: age, is: 30}", "customers attribute_changes", "customers", "customers"),
        ("{trait: lists, exists: true}", "list_changes", "list_changes", "list_changes"),
        ("{trait: contact_kinds, exists: true}", "contacts", "contacts", "contacts"),
        ("{consent: {channel: email, purpose: service}}", "consents", "consents", "consents"),
    ],
)
def test_what_has_no_data_is_refused_with_the_table_that_switches_it_on(
    condition: str, without: str, missing: str, table: str
) -> None:
    (problem,) = problems_of(condition, catalogue(without=without.split()))
    assert str(problem.message).startswith("there are no data for ")
    assert str(problem.expected) == f"rows in {missing}"
    assert str(problem.hint) == f"kogorta import FILE --table {table}"


@pytest.mark.parametrize(
    ("condition", "without"),
    [
        ("{trait: orders_count, is: 1}", "orders"),
        ("{trait: has_promise, is: true}", "bookings"),
        ("{trait: has_promise, is: true}", "subscriptions"),
        ("{trait: city, is: Moscow}", "customers"),
        ("{trait: main_category, is: coffee}", "products"),
        ("{trait: birth_date, during: today, zone: customer}", "customers"),
    ],
)
def test_another_table_may_tell_the_same(condition: str, without: str) -> None:
    assert told_of(condition, catalogue(without=[without])) == []


def test_without_any_events_it_is_said_how_they_come() -> None:
    bare = catalogue(without=["events"], events=[])
    assert hint_of("{did: page_viewed}", bare) == "kogorta import FILE --table events"
    assert hint_of("{did: {event: page_viewed}}", bare) == "kogorta import FILE --table events"


def test_without_any_list_it_is_said_how_they_come() -> None:
    bare = catalogue(without=["list_changes"], lists=[])
    assert hint_of("{in_list: vip}", bare) == "kogorta import FILE --table list_changes"


def test_the_zone_of_customers_must_be_known() -> None:
    traits = {name: info for name, info in SHOP.traits.items() if name != "timezone"}
    blind = replace(SHOP, traits=traits)
    condition = "{trait: birth_date, during: today, zone: customer}"
    assert told_of(condition, blind) == [("zone", "the zones of customers are not known")]


def test_a_list_of_one_s_own_cannot_be_tested() -> None:
    info = TraitInfo(Kind.LIST, Source.ATTRIBUTE, "p_tags")
    known = replace(SHOP, traits={**SHOP.traits, "tags": info})
    assert told_of("{trait: tags, has_any: [a]}", known) == [
        ("trait", "a list of one's own cannot be tested")
    ]


@pytest.mark.parametrize(("digits", "amount"), [(0, "10.5"), (2, "10.555"), (3, "10.5555")])
def test_money_has_the_decimals_of_its_currency(digits: int, amount: str) -> None:
    known = catalogue(minor_digits=digits)
    assert told_of(f"{{trait: revenue_total, is: {amount}}}", known) == [("is", DECIMALS)]
    assert told_of(f"{{trait: revenue_total, is: {amount[:-1].removesuffix('.')}}}", known) == []


# --- ids, size, circles ---------------------------------------------------------------------------


def segment(id_: str, *named: str, word: str = "in_segment") -> str:
    return f"segment: {id_}\nwhere: {{any: [{{in_list: vip}}{''.join(f', {{{word}: {n}}}' for n in named)}]}}"


def circles(*texts: str) -> list[tuple[str | None, Any]]:
    found = check(defined("\n---\n".join(texts)), SHOP)
    assert {str(problem.message) for problem in found} <= {"these definitions name each other in a circle"}
    return [(problem.path, problem.got) for problem in found]


def test_definitions_may_name_each_other() -> None:
    assert circles(segment("c", "b", "a"), segment("b", "a"), segment("a", "lifecycle.lost")) == []


def test_a_circle_is_told_once() -> None:
    assert circles(segment("a", "b"), segment("b", "c"), segment("c", "a"), segment("d", "a")) == [
        ("a.where.any[1].in_segment", "a → b → c → a")
    ]
    assert circles(segment("a", "a")) == [("a.where.any[1].in_segment", "a → a")]


def test_each_circle_is_told() -> None:
    found = circles(segment("d", "a"), segment("a", "b"), segment("b", "a", "c"), segment("c", "b"))
    assert found == [("a.where.any[1].in_segment", "a → b → a"), ("c.where.any[1].in_segment", "c → b → c")]


def test_a_scheme_cannot_name_its_own_segments() -> None:
    text = "scheme: v\nsegments: [{id: a, where: {in_list: vip}}, {id: b, where: {not: {in_segment: v.a}}}]\n"
    assert circles(text + "otherwise: c") == [("v.segments[1].where.not.in_segment", "v → v")]
    text = "scheme: v\nbase: {in_segment: f}\nsegments: [{id: a, where: {in_list: vip}}]\notherwise: c"
    assert circles(text, segment("f", "v.c")) == [("v.base.in_segment", "v → f → v")]


def test_the_log_looks_back_and_makes_no_circle() -> None:
    assert circles(segment("a", "b", word="entered"), segment("b", "a")) == []
    assert circles(segment("a", "a", word="left")) == []


def test_a_long_chain_of_definitions_is_no_circle() -> None:
    texts = [segment(f"s{n}", f"s{n + 1}") for n in range(300)]
    assert circles(*texts, segment("s300")) == []
    ((path, got),) = circles(*texts, segment("s300", "s0"))
    assert path == "s0.where.any[1].in_segment"
    assert str(got).startswith("s0 → s1 → ")


def test_the_id_of_a_ready_scheme_is_taken() -> None:
    for text, path in (
        (segment("lifecycle"), "lifecycle.segment"),
        ("scheme: rfm_simple\nsegments: [{id: a, where: {in_list: vip}}]\notherwise: b", "rfm_simple.scheme"),
    ):
        (problem,) = check(defined(text), SHOP)
        assert (problem.path, str(problem.message)) == (path, "a ready scheme has this id")


def test_one_id_means_one_definition() -> None:
    one, two = defined(segment("a")), defined(segment("a"))
    found = check({"a": one["a"], "b": two["a"]}, SHOP)
    assert [(problem.path, str(problem.message)) for problem in found] == [
        ("a.segment", "two definitions have one id")
    ]


def test_a_definition_that_is_too_large_is_refused_with_both_numbers() -> None:
    text = """
        segment: large
        where:
          all:                                                            # 1
            - {trait: age, at_least: 5, at_most: 9}                       # 1 + 2
            - {did: order, where: {channel: {is: a}}, times: {is: 1}}     # 1 + 1 + 1
            - not: {first: order, of: {channel: {is: a}}}                 # 1 + 1 + 1
            - {regularly: order, in_each: 3d, of: 2}                      # 1 + 1
            - sequence: [{did: order}, {did: visit, within: 1d, where: {service: {is: a}}}]   # 1 + 1 + 2
    """
    assert check(defined(text), SHOP, max_conditions=16) == []
    (problem,) = check(defined(text), SHOP, max_conditions=15)
    assert str(problem).splitlines() == [
        "large: this definition has too many conditions and tests",
        "  got: 16",
        "  expected: at most 15",
        "  what to do: make segments of parts of it, and name them by in_segment",
    ]
    with pytest.raises(ProblemsError):
        require(defined(text), SHOP, max_conditions=15)


def test_a_group_of_nothing_is_refused() -> None:
    for node, key in ((AllOf(()), "all"), (AnyOf(()), "any")):
        (problem,) = check({"a": Definition("a", node)}, SHOP)
        assert (problem.path, str(problem.message)) == (f"a.where.{key}", "a list of conditions belongs here")
