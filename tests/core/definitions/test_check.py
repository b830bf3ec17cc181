"""What cannot be answered is refused before it is compiled, each thing with its place and what to do."""

from __future__ import annotations

import pytest

from kogorta.definitions.check import check, require
from kogorta.errors import DefinitionError, ProblemsError
from tests.core.definitions.checking import (
    AHEAD,
    CALENDAR,
    COUNT,
    DATE,
    DECIMALS,
    EMPTY,
    HELD,
    IMPOSSIBLE,
    KEY,
    LONG,
    NO_COLUMN,
    NO_EVENT,
    NO_FACT,
    NO_LIST,
    NO_SEGMENT,
    NO_TRAIT,
    NO_ZONE,
    NOBODY,
    NUMBER,
    RIGHT_ONES,
    RU,
    TEXT,
    WHOLE,
    WORD,
    ZERO,
    defined,
    hint_of,
    problems_of,
    told_of,
)
from tests.core.definitions.shop import SHOP


@pytest.mark.parametrize("condition", RIGHT_ONES)
def test_what_is_right_is_accepted(condition: str) -> None:
    assert told_of(condition) == []


# --- one thing wrong ------------------------------------------------------------------------------


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
    ("{trait: own_day, during: today, held_for: 7d, zone: customer}", "held_for", HELD),
    ("{trait: last_order_at, during: today, held_for: 7d, zone: customer}", "held_for", HELD),
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
        ("{trait: own_whole, top: 10%, held_for: 7d}", "an attribute without held_for"),
        ("{trait: last_order_at, during: today, held_for: 7d, zone: customer}", "leave out zone"),
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
    right = defined("segment: free\nwhere: {trait: age, is: 5}")
    for definitions in (right, {}):
        require(definitions, SHOP)
        assert check(definitions, SHOP) == []
