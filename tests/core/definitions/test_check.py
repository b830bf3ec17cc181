"""What cannot be answered is refused before it is compiled, and what is accepted compiles for every engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kogorta.definitions.catalogue import Catalogue, Kind, Source, TraitInfo
from kogorta.definitions.check import check, require
from kogorta.definitions.document import Definition
from kogorta.definitions.nodes import AllOf, AnyOf, Node
from kogorta.definitions.parsing import Problems, parse_text, read_node
from kogorta.errors import DefinitionError, KogortaError, ProblemsError
from kogorta.i18n import Translator
from tests.core.definitions.shop import SHOP, catalogue, compile_condition, spark_options, sql_of
from tests.core.definitions.suited import LEAVES, conditions
from tests.core.definitions.trees import Trees

RU = Translator("ru")


def defined(text: str) -> dict[str, Definition]:
    """The definitions of a text, by id."""
    return {item.id: item for item in parse_text(text)}


def problems_of(condition: str, known: Catalogue = SHOP) -> list[KogortaError]:
    """What is wrong with one condition."""
    return check(defined(f"segment: coffee\nwhere: {condition}"), known)


def told_of(condition: str, known: Catalogue = SHOP) -> list[tuple[str, str]]:
    """Place below `where` and message of each problem with one condition."""
    return [(place(problem), str(problem.message)) for problem in problems_of(condition, known)]


def place(problem: KogortaError) -> str:
    assert problem.path is not None
    assert problem.path.startswith("coffee.where")
    return problem.path.removeprefix("coffee.where").removeprefix(".")


def hint_of(condition: str, known: Catalogue = SHOP) -> str:
    """What to do about the one thing that is wrong with a condition."""
    (problem,) = problems_of(condition, known)
    return str(problem.hint)


# --- what is right --------------------------------------------------------------------------------

RIGHT = """
- {trait: lifecycle_stage, is: at_risk}
- {trait: lifecycle_stage, matches: "*risk"}
- {trait: age, between: [25, 35]}
- {trait: birth_date, anniversary: {from: 0d, to: 7d}}
- {trait: birth_date, anniversary: this_week, zone: customer}
- {trait: birth_date, in_next: 2w, zone: customer}
- {trait: last_order_at, after: 2026-01-01, zone: customer}
- {trait: city, is: Moscow, held_for: 7d}
- {trait: own_day, during: this_month, held_for: 1mo}
- {trait: own_text, is: "2026-06-12"}
- {trait: own_ratio, in: [0.5, 0.000001, 999999999999999]}
- {trait: revenue_total, at_least: 10.55, top: 10%}
- {trait: age, percentile: {less_than: 50}}
- {trait: own_yes, is_not: true}
- {trait: contact_kinds, has_all: [email, phone]}
- {trait: lists, has_any: [vip]}
- {trait: lists, missing: true}
- {did: product_viewed, where: {category: {is: coffee}}, times: {at_least: 3}, within: 7d}
- {did: product_viewed, where: {seen_at: {during: next_week}}, from: 14d, to: 7d}
- {did: {event: order}, where: {seen_text: {is: "12"}}, before: 7d}
- {did: order, where: {status: {in: [cancelled, pending]}}, since: 2026-06-12T12:00:00Z}
- {did: order, sum: {of: revenue, at_least: 5000}, within: 365d}
- {did: order, mean: {of: revenue, less_than: 99.999}}
- {did: order, min: {of: completed_at, before: 2026-01-01}}
- {did: order, max: {of: amount, exists: true}, within: 30d, change: {at_least: 20%}}
- {did: order_line, sum: {of: quantity, at_least: 0.5}}
- {did: order_line, distinct: {of: brand, more_than: 2}}
- {did_not: order, within: 30d}
- {did: order, during: this_month}
- {first: order, within: 7d}
- {newest: order, of: {channel: {is: online}}, where: {outlet_id: {is: north}}}
- {regularly: product_viewed, times: {at_least: 2}, in_each: 3d, at_least: 2, of: 3}
- {stopped: order, active: {from: 180d, to: 60d}, silent: 60d}
- {resumed: order, after_silence: 180d, within: 30d}
- {sequence: [{did: cart_added, within: 2d}, {did_not: order, within: 4h}], by: cart_id}
- {not: {in_segment: lifecycle.lost}}
- {in_list: black_friday_2025}
- {entered: rfm_simple.champions, within: 30d, causes: any}
- {left: coffee, within: 30d}
- {share: 10%, salt: summer}
- {consent: {channel: email, purpose: advertising}}
"""
RIGHT_ONES = [line.removeprefix("- ") for line in RIGHT.strip().splitlines()]


@pytest.mark.parametrize("condition", RIGHT_ONES)
def test_what_is_right_is_accepted(condition: str) -> None:
    assert told_of(condition) == []


# --- one thing wrong ------------------------------------------------------------------------------

NO_TRAIT = "there is no such trait"
NO_FACT = "there is no such fact, and no event of this name was ever seen"
NO_EVENT = "no event of this name was ever seen"
NO_COLUMN = "this fact never had such a column"
NO_SEGMENT = "there is no such segment"
NO_LIST = "there is no such list"
NUMBER = "a number belongs here"
TEXT = "a text belongs here"
WORD = "this word is not known here"
DATE = "a date belongs here"
LONG = "this number is too long"
DECIMALS = "this currency has fewer decimals"
COUNT = "a count is never below 0"
WHOLE = "a whole number belongs here"
IMPOSSIBLE = "no value can pass all of these tests"
NOBODY = "nobody can pass this test"
ZERO = "this is never missing: of nothing it is 0"
CALENDAR = "this date lies beyond the calendar"
HELD = "only an attribute is known for as long as it has been what it is"
NO_ZONE = "nothing here depends on the zone"
AHEAD = "nothing has happened yet in this window"
EMPTY = "this window is empty: it ends before it begins"
KEY = "the facts of these steps have no such column in common"


def cannot(what: str, word: str) -> str:
    return f"{what} cannot be tested by {word}"


def no_measure(measure: str) -> str:
    return f"{measure} cannot be worked out of this column"


WRONG: list[tuple[str, str, str]] = [
    # what is not there
    ("{trait: ages, is: 5}", "trait", NO_TRAIT),
    ("{trait: order, is: 5}", "trait", NO_TRAIT),
    ("{did: ordr}", "did", NO_FACT),
    ("{did: page_viewed}", "did", NO_FACT),
    ("{did_not: page_viewed}", "did_not", NO_FACT),
    ("{did: {event: page_viewed}}", "did.event", NO_EVENT),
    ("{did: {event: booking}}", "did.event", NO_EVENT),
    ("{first: page_viewed}", "first", NO_FACT),
    ("{newest: page_viewed}", "newest", NO_FACT),
    ("{regularly: page_viewed, in_each: 3d, of: 2}", "regularly", NO_FACT),
    ("{stopped: page_viewed, active: {from: 9d, to: 3d}, silent: 3d}", "stopped", NO_FACT),
    ("{resumed: page_viewed, after_silence: 3d}", "resumed", NO_FACT),
    ("{sequence: [{did: order}, {did_not: page_viewed, within: 1d}]}", "sequence[1].did_not", NO_FACT),
    ("{did: order, where: {colour: {is: red}}}", "where.colour", NO_COLUMN),
    ("{did: product_viewed, where: {put_text: {is: a}}}", "where.put_text", NO_COLUMN),
    ("{did: order, sum: {of: price, is: 5}}", "sum.of", NO_COLUMN),
    ("{first: order, of: {page: {is: a}}}", "of.page", NO_COLUMN),
    ("{sequence: [{did: order, where: {x: {is: a}}}, {did: visit, within: 1d}]}", "sequence[0].where.x", NO_COLUMN),
    ("{in_segment: lifecycle.at_rsk}", "in_segment", NO_SEGMENT),
    ("{in_segment: lifecycle}", "in_segment", NO_SEGMENT),
    ("{entered: value.vip}", "entered", NO_SEGMENT),
    ("{left: value.vip}", "left", NO_SEGMENT),
    ("{in_list: vips}", "in_list", NO_LIST),
    ("{trait: lists, has_any: [vip, bad]}", "has_any[1]", NO_LIST),
    # texts, paths, fixed words
    ("{trait: city, at_least: 5}", "at_least", cannot("a text", "at_least")),
    ("{trait: city, during: today}", "during", cannot("a text", "during")),
    ("{trait: city, has_any: [a]}", "has_any", cannot("a text", "has_any")),
    ("{trait: city, top: 10%}", "top", cannot("a text", "top")),
    ("{trait: city, is: 12}", "is", TEXT),
    ("{trait: city, is_not: true}", "is_not", TEXT),
    ("{trait: city, in: [Moscow, 5]}", "in[1]", TEXT),
    (
        "{trait: own_text, is: 2026-06-12T12:00:00Z}",
        "is",
        "a text that reads as an instant cannot be compared exactly",
    ),
    ("{did: order, where: {outlet_id: {is: 12}}}", "where.outlet_id.is", TEXT),
    ("{did: order_line, where: {category: {is: 7}}}", "where.category.is", TEXT),
    ("{did: order_line, where: {category: {between: [1, 2]}}}", "where.category.between", cannot("a path", "between")),
    ("{trait: lifecycle_stage, is: lots}", "is", WORD),
    ("{trait: sex, in: [male, man]}", "in[1]", WORD),
    ("{did: order, where: {status: {is_not: canceled}}}", "where.status.is_not", WORD),
    ("{trait: contact_kinds, has_any: [fax]}", "has_any[0]", WORD),
    # numbers, money
    ("{trait: age, is: old}", "is", NUMBER),
    ("{trait: age, is: '25'}", "is", NUMBER),
    ("{trait: age, in: [25, true]}", "in[1]", NUMBER),
    ("{trait: age, at_least: 2026-01-01}", "at_least", NUMBER),
    ("{did: order_line, where: {line_no: {is: first}}}", "where.line_no.is", NUMBER),
    ("{trait: age, contains: '5'}", "contains", cannot("a number", "contains")),
    ("{trait: age, before: 2026-01-01}", "before", cannot("a number", "before")),
    ("{trait: age, in_last: 7d}", "in_last", cannot("a number", "in_last")),
    ("{trait: own_ratio, at_least: 1000000000000000}", "at_least", LONG),
    ("{trait: own_ratio, is: 0.0000001}", "is", LONG),
    (f"{{trait: own_whole, less_than: {'9' * 400}}}", "less_than", LONG),
    ("{trait: revenue_total, at_least: 10.555}", "at_least", DECIMALS),
    ("{did: order, sum: {of: revenue, between: [1, 10.001]}}", "sum.between[1]", DECIMALS),
    ("{did: order, where: {amount: {in: [0.001]}}}", "where.amount.in[0]", DECIMALS),
    ("{trait: revenue_total, is: yes}", "is", NUMBER),
    # flags, dates, instants, lists
    ("{trait: own_yes, is: 1}", "is", "true or false belongs here"),
    ("{trait: own_yes, in: [true, false]}", "in", cannot("a yes or no", "in")),
    ("{trait: birth_date, is: 5}", "is", DATE),
    ("{trait: birth_date, is: '2026-02-30'}", "is", "there is no such day"),
    ("{trait: birth_date, before: 2026-06-12T12:00:00Z}", "before", "a date has no time of day"),
    ("{trait: birth_date, at_least: 2026-01-01}", "at_least", cannot("a date", "at_least")),
    ("{trait: birth_date, in_last: 36h}", "in_last", "a date is compared in whole days"),
    ("{trait: birth_date, in_next: 30min}", "in_next", "a date is compared in whole days"),
    ("{trait: birth_date, after: 1812-09-07}", "after", CALENDAR),
    ("{trait: last_order_at, before: 9999-12-31}", "before", CALENDAR),
    ("{trait: last_order_at, is: soon}", "is", DATE),
    ("{trait: last_order_at, more_than: 2026-01-01}", "more_than", cannot("an instant", "more_than")),
    ("{trait: last_order_at, anniversary: today}", "anniversary", cannot("an instant", "anniversary")),
    ("{trait: last_order_at, in_last: 0d}", "in_last", "a length of time cannot be 0"),
    ("{did: order, where: {completed_at: {anniversary: today}}}", "where.completed_at.anniversary", cannot("an instant", "anniversary")),
    ("{trait: lists, is: vip}", "is", cannot("a list", "is")),
    ("{trait: lists, in: [vip]}", "in", cannot("a list", "in")),
    # compared with everyone else
    ("{did: order, where: {amount: {top: 10%}}}", "where.amount.top", cannot("money", "top")),
    ("{did: order, sum: {of: amount, percentile: {at_least: 90}}}", "sum.percentile", cannot("money", "percentile")),
    ("{did: order, times: {bottom: 10%}}", "times.bottom", cannot("a number", "bottom")),
    ("{trait: last_order_at, bottom: 10%}", "bottom", cannot("an instant", "bottom")),
    ("{trait: own_whole, top: 10%, held_for: 7d}", "top", cannot("a number", "top")),
    ("{trait: age, top: 0%}", "top", NOBODY),
    ("{trait: age, bottom: 0%}", "bottom", NOBODY),
    ("{trait: age, percentile: {at_least: 100}}", "percentile", NOBODY),
    ("{trait: age, percentile: {less_than: 0}}", "percentile", NOBODY),
    # measures
    ("{did: order, sum: {of: channel, is: 5}}", "sum.of", no_measure("sum")),
    ("{did: order, mean: {of: completed_at, exists: true}}", "mean.of", no_measure("mean")),
    ("{did: order, min: {of: status, is: 5}}", "min.of", no_measure("min")),
    ("{did: product_viewed, max: {of: seen_yes, is: 5}}", "max.of", no_measure("max")),
    ("{did: order, min: {of: completed_at, at_least: 5}}", "min.at_least", cannot("an instant", "at_least")),
    ("{did: order, min: {of: completed_at}, within: 7d, change: {at_least: 1%}}", "min.of", no_measure("min")),
    ("{did: order, times: {at_most: -1}}", "times.at_most", COUNT),
    ("{did: order, times: {at_least: 1.5}}", "times.at_least", WHOLE),
    ("{did: order, times: {is: many}}", "times.is", NUMBER),
    ("{did: order, times: {contains: a}}", "times.contains", cannot("a number", "contains")),
    ("{did: order, times: {exists: true}}", "times.exists", ZERO),
    ("{did: order, sum: {of: amount, missing: true}}", "sum.missing", ZERO),
    ("{did: order, distinct: {of: channel, at_least: 0.5}}", "distinct.at_least", WHOLE),
    ("{did: order, distinct: {of: channel, exists: false}}", "distinct.missing", ZERO),
    ("{did: order, mean: {of: amount, at_least: 100000000000}}", "mean.at_least", "this number is too long for a mean"),
    ("{regularly: order, in_each: 3d, of: 3, times: {at_least: -1}}", "times.at_least", COUNT),
    # no value could pass
    ("{did: order, times: {at_least: 5, less_than: 3}}", "times", IMPOSSIBLE),
    ("{did: order, times: {more_than: 2, less_than: 3}}", "times", IMPOSSIBLE),
    ("{did: order, times: {less_than: 0}}", "times", IMPOSSIBLE),
    ("{did: order, times: {is: 2, in: [3, 4]}}", "times", IMPOSSIBLE),
    ("{regularly: order, in_each: 3d, of: 3, times: {between: [2, 3], at_least: 4}}", "times", IMPOSSIBLE),
    ("{did: order, within: 7d, change: {at_least: 20%, less_than: 10%}}", "change", IMPOSSIBLE),
    ("{trait: age, at_least: 30, at_most: 29}", "", IMPOSSIBLE),
    ("{trait: age, more_than: 30, at_most: 30}", "", IMPOSSIBLE),
    ("{trait: age, is: 30, is_not: 30}", "", IMPOSSIBLE),
    ("{trait: age, is: 30, missing: true}", "", IMPOSSIBLE),
    ("{trait: age, exists: true, missing: true}", "", IMPOSSIBLE),
    ("{trait: age, top: 10%, bottom: 20%}", "", IMPOSSIBLE),
    ("{trait: city, is: Moscow, contains: x}", "", IMPOSSIBLE),
    ("{trait: city, in: [a, b], starts_with: c}", "", IMPOSSIBLE),
    ("{trait: own_yes, is: true, is_not: true}", "", IMPOSSIBLE),
    ("{trait: birth_date, before: 2000-01-01, after: 2000-01-01}", "", IMPOSSIBLE),
    ("{trait: birth_date, is: 2000-01-01, between: [2001-01-01, 2002-01-01]}", "", IMPOSSIBLE),
    ("{trait: last_order_at, is: 2026-01-01, after: 2026-01-01}", "", IMPOSSIBLE),
    ("{trait: last_order_at, after: 2026-01-01T00:00:00Z, before: 2026-01-01T00:00:00Z}", "", IMPOSSIBLE),
    ("{did: order_line, where: {category: {is: coffee, in: [tea, milk]}}}", "where.category", IMPOSSIBLE),
    ("{did: order_line, where: {category: {is: coffee/beans, is_not: coffee}}}", "where.category", IMPOSSIBLE),
    # windows
    ("{did: order, during: tomorrow}", "during", AHEAD),
    ("{first: order, during: next_week}", "during", AHEAD),
    ("{entered: lifecycle.lost, during: next_month}", "during", AHEAD),
    ("{did: order, since: 2026-06-12, until: 2026-06-12}", "", EMPTY),
    ("{did: order, since: 2026-06-12T12:00:00Z, until: 2026-06-12T11:00:00Z}", "", EMPTY),
    ("{did: order, since: 2026-06-12T12:00:00Z, until: 2026-06-11}", "", EMPTY),
    ("{did: order, since: 2026-06-12, until: 2026-06-10T12:00:00Z}", "", EMPTY),
    ("{did: order, since: 0099-01-01}", "since", CALENDAR),
    ("{resumed: order, after_silence: 9d, until: 2500-01-01}", "until", CALENDAR),
    ("{stopped: order, active: {from: 60d, to: 30d}, silent: 60d}", "silent", "all of the active window lies in the silence"),
    # how long, where, in which order
    ("{trait: orders_count, is: 3, held_for: 7d}", "held_for", HELD),
    ("{trait: age, is: 30, held_for: 7d}", "held_for", HELD),
    ("{trait: lists, exists: true, held_for: 7d}", "held_for", HELD),
    ("{trait: own_day, during: today, held_for: 7d, zone: customer}", "held_for", "how long something has held is told by the days of the workspace only"),
    ("{trait: city, is: Moscow, zone: customer}", "zone", NO_ZONE),
    ("{trait: age, at_least: 30, zone: customer}", "zone", NO_ZONE),
    ("{trait: last_order_at, in_last: 7d, zone: customer}", "zone", NO_ZONE),
    ("{trait: last_order_at, after: 2026-01-01T00:00:00Z, zone: customer}", "zone", NO_ZONE),
    ("{trait: birth_date, exists: true, zone: customer}", "zone", NO_ZONE),
    ("{sequence: [{did: cart_added}, {did: order, within: 1d}], by: put_text}", "by", KEY),
    ("{sequence: [{did: order}, {did: order_line, within: 1d}], by: amount}", "by", KEY),
    ("{sequence: [{did: ticket}, {did: points, within: 1d}], by: topic}", "by", KEY),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "where", "message"), WRONG, ids=[case[0] for case in WRONG])
def test_what_is_wrong_is_told_with_its_place(condition: str, where: str, message: str) -> None:
    assert told_of(condition) == [(where, message)]


@pytest.mark.parametrize("condition", [case[0] for case in WRONG])
def test_every_error_is_told_in_russian_too(condition: str) -> None:
    for problem in problems_of(condition):
        assert isinstance(problem, DefinitionError)
        for sentence in (problem.message, problem.hint):
            said = RU.say(sentence) if sentence else "не"
            assert said.startswith("kogorta import") or any("а" <= letter <= "я" for letter in said), said


@pytest.mark.parametrize(
    "condition",
    [
        "{trait: age, at_least: 30, at_most: 30}",
        "{trait: age, missing: true, is_not: 30}",
        "{trait: age, top: 60%, bottom: 60%}",
        "{trait: city, is: Moscow, contains: osc, is_not: Tver}",
        "{trait: last_order_at, is: 2026-01-01, before: 2026-01-02}",
        "{trait: last_order_at, after: 2026-01-01T00:00:00Z, before: 2026-01-01}",  # it depends on the zone
        "{trait: birth_date, between: [2000-01-01, 2000-01-01], during: today}",
        "{did: order, times: {more_than: 2, less_than: 4}}",
        "{did: order_line, where: {category: {is: coffee, in: [coffee/beans, tea], is_not: coffee/old}}}",
        "{did: order, since: 2026-06-12, until: 2026-06-12T12:00:00Z}",
        "{did: order, since: 2026-06-12T12:00:00Z, until: 2026-06-12}",
    ],
)
def test_what_only_looks_impossible_is_accepted(condition: str) -> None:
    assert told_of(condition) == []


# --- what an error says ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "hint"),
    [
        ("{trait: lifecycle_stag, is: lost}", "did you mean lifecycle_stage"),
        ("{trait: product_viewed, is: 5}", "write did: product_viewed"),
        ("{did: product_view}", "did you mean product_viewed"),
        ("{did: {event: booking}}", "write did: booking"),
        ("{did: {event: cart_ad}}", "did you mean cart_added"),
        ("{did: order, where: {chanel: {is: a}}}", "did you mean channel"),
        ("{in_segment: lifecycle.at_rsk}", "did you mean lifecycle.at_risk"),
        ("{in_segment: lifecycle}", "name a segment of this scheme"),
        ("{in_list: vipp}", "did you mean vip"),
        ("{did: order, where: {outlet_id: {is: 12}}}", 'write "12"'),
        ("{trait: age, is: '25'}", "write 25"),
        ("{trait: lifecycle_stage, is: at_rusk}", "did you mean at_risk"),
        ("{trait: birth_date, is: 2026-06-12T12:00:00Z}", "write 2026-06-12"),
        ("{trait: last_order_at, at_least: 2026-01-01}", "write before: …, after: …"),
        ("{trait: last_order_at, anniversary: today}", "only a date has anniversaries"),
        ("{trait: lists, is: vip}", "write has_any: […]"),
        ("{trait: orders_count, is: 3, held_for: 7d}", "make a segment of it and say entered"),
        ("{did: order, times: {exists: true}}", "write at_least: 1"),
    ],
)
def test_a_hint_says_what_to_do(condition: str, hint: str) -> None:
    assert hint in hint_of(condition)


def test_an_unknown_column_is_told_with_those_that_there_are() -> None:
    (problem,) = problems_of("{did: ticket, where: {subject: {is: a}}}")
    assert str(problem).splitlines() == [
        "coffee.where.where.subject: this fact never had such a column",
        "  got: subject",
        "  expected: closed_at, satisfaction, ticket_id, topic",
    ]


def test_tests_that_exclude_each_other_are_shown_as_they_are_written() -> None:
    (problem,) = problems_of("{trait: age, between: [30, 40], less_than: 20.5}")
    assert problem.got == "{between: [30, 40], less_than: 20.5}"
    (problem,) = problems_of("{did: order, within: 7d, change: {at_least: 20%, at_most: 12.5%}}")
    assert problem.got == "{at_least: 20%, at_most: 12.5%}"


def test_everything_wrong_is_told_at_once() -> None:
    text = """
        scheme: value
        base: {did: ordr}
        segments:
          - {id: vip, where: {all: [{trait: ages, is: 5}, {not: {any: [{in_list: x}, {trait: age, is: a}]}}]}}
          - {id: poor, where: {in_segment: value.rich}}
        otherwise: other
    """
    found = check(defined(text) | defined("segment: free\nwhere: {trait: sex, is: 5}"), SHOP)
    assert [problem.path for problem in found] == [
        "value.base.did",
        "value.segments[0].where.all[0].trait",
        "value.segments[0].where.all[1].not.any[0].in_list",
        "value.segments[0].where.all[1].not.any[1].is",
        "value.segments[1].where.in_segment",
        "free.where.is",
        "value.segments[1].where.in_segment",
    ]
    with pytest.raises(ProblemsError) as caught:
        require(defined(text), SHOP)
    assert [problem.path for problem in caught.value.problems] == [
        problem.path for problem in found if problem.path != "free.where.is"
    ]


def test_what_is_right_is_not_raised() -> None:
    require(defined("segment: free\nwhere: {trait: age, is: 5}"), SHOP)
    require({}, SHOP)


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


# --- what is accepted compiles --------------------------------------------------------------------


def accepted(raw: Mapping[str, Any]) -> Node:
    """The condition, if the check accepts it; else another one is drawn."""
    problems = Problems()
    node = read_node(raw, "", problems)
    assert not problems.found, problems.found
    assume(not check({"a": Definition("a", node)}, SHOP))
    return node


@pytest.mark.parametrize("condition", RIGHT_ONES)
def test_what_is_right_compiles(condition: str) -> None:
    (definition,) = parse_text(f"segment: a\nwhere: {condition.replace('left: coffee', 'left: a')}")
    assert definition.where is not None
    compile_condition(definition.where)


@given(LEAVES)
@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
def test_what_the_check_accepts_is_compiled(raw: Mapping[str, Any]) -> None:
    compile_condition(accepted(raw))


@given(Trees(st.sampled_from(["vip", "cart_added", "seen_text", "lifecycle.lost", "north"])).leaf)
def test_so_it_is_of_whatever_the_parser_could_have_read(node: Node) -> None:
    if not check({"a": Definition("a", node)}, SHOP):
        compile_condition(node)


@pytest.mark.slow
@given(conditions())
@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)
def test_a_tree_that_the_check_accepts_compiles_for_every_engine(raw: Mapping[str, Any]) -> None:
    with spark_options():
        for statements in sql_of(Definition("a", accepted(raw))).values():
            assert all(statements)
