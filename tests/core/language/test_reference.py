"""The reference itself, rule by rule of `docs/explanation/segment-language.md`: facts, windows, what people did.

Every expected answer was worked out by hand. Now is 20 March 2024, a Wednesday, 12:00 UTC.
"""

from __future__ import annotations

import pytest

from tests.core.language.asking import NOW, event, is_member, members, order, row, world
from tests.core.language.facts import Point, everyone, utc

# --- which facts are seen ------------------------------------------------------------------------


def test_a_fact_at_as_of_is_not_seen_one_microsecond_before_is() -> None:
    assert not is_member("{did: order}", world(order("2024-03-20T12:00")))
    assert is_member("{did: order}", world(order("2024-03-20T11:59:59.999999")))


def test_what_was_not_known_is_not_seen() -> None:
    late = world(order("2024-03-01", ingest_seq=3))
    assert is_member("{did: order}", late, known=3)
    assert not is_member("{did: order}", late, known=2)


def test_the_last_visible_version_of_a_row_counts() -> None:
    pending = order("2024-03-01", "o", status="pending")
    done = order("2024-03-01", "o", valid_at=utc("2024-03-05"), ingest_seq=2, version_no=2)
    assert not is_member("{did: order}", world(pending, done), at="2024-03-05")
    assert is_member("{did: order}", world(pending, done), at="2024-03-05T00:00:00.000001")
    assert not is_member("{did: order}", world(pending, done), known=1)


def test_a_removed_row_is_gone_and_was_there_before() -> None:
    line = {"order_id": "o", "line_no": 1, "amount": 500}
    base = world(
        order("2024-03-01", "o"),
        row("order_lines", **line),
        row("order_lines", **line, version_no=2, ingest_seq=2, is_removed=True),
    )
    assert not is_member("{did: order_line}", base)
    assert is_member("{did: order_line}", base, known=1)


def test_of_an_event_id_sent_twice_the_first_commit_counts() -> None:
    base = world(
        event("seen", "2024-03-02", "e", url="/first", ingest_seq=2),
        event("seen", "2024-03-03", "e", url="/again", ingest_seq=3),
    )
    assert is_member("{did: seen, times: {is: 1}, where: {url: {is: /first}}}", base)
    assert not is_member("{did: seen, where: {url: {is: /again}}}", base)


def test_facts_of_all_ids_of_a_person_are_his() -> None:
    base = world(
        order("2024-03-01", "a"),
        order("2024-03-02", "b", customer="ann2"),
        ids=("ann", "ann2", "bob"),
        same={"ann2": "ann"},
    )
    assert is_member("{did: order, times: {is: 2}}", base)
    assert everyone(base, Point(NOW)) == ["ann"]


def test_fewer_than_two_orders_includes_people_with_none() -> None:
    base = world(
        order("2024-03-01", "a"),
        order("2024-03-02", "b"),
        row("customers", customer="bob", created_at=utc("2024-01-01")),
    )
    assert members("{did: order, times: {less_than: 2}}", base) == {"bob"}


def test_people_without_a_date_are_known_from_their_import_and_browsers_are_nobody() -> None:
    base = world(
        row("customers", customer="bob"),
        event("seen", "2024-03-01", customer="cookie"),
        ids=("ann", "bob", "cookie"),
        anonymous=frozenset({"cookie"}),
    )
    assert everyone(base, Point(NOW)) == []
    assert everyone(base, Point(utc("2100-01-02"))) == ["bob"]


# --- windows -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("window", "first", "last"),
    [
        ("within: 30d", "2024-02-19T12:00", "2024-03-20T11:59:59.999999"),
        ("within: 4h", "2024-03-20T08:00", "2024-03-20T11:59:59.999999"),
        ("within: 1w", "2024-03-13T12:00", "2024-03-20T11:59:59.999999"),
        ("from: 14d, to: 7d", "2024-03-06T12:00", "2024-03-13T11:59:59.999999"),
        ("from: 14d", "2024-03-06T12:00", "2024-03-20T11:59:59.999999"),
        ("since: 2024-03-12", "2024-03-12T00:00", "2024-03-20T11:59:59.999999"),
        ("since: 2024-03-12T06:00:00Z, until: 2024-03-14", "2024-03-12T06:00", "2024-03-13T23:59:59.999999"),
        ("since: 2024-03-12, until: 2024-04-01", "2024-03-12T00:00", "2024-03-20T11:59:59.999999"),
        ("during: today", "2024-03-20T00:00", "2024-03-20T11:59:59.999999"),
        ("during: yesterday", "2024-03-19T00:00", "2024-03-19T23:59:59.999999"),
        ("during: this_week", "2024-03-18T00:00", "2024-03-20T11:59:59.999999"),
        ("during: last_week", "2024-03-11T00:00", "2024-03-17T23:59:59.999999"),
        ("during: this_month", "2024-03-01T00:00", "2024-03-20T11:59:59.999999"),
        ("during: last_month", "2024-02-01T00:00", "2024-02-29T23:59:59.999999"),
    ],
)
def test_a_window_has_its_first_instant_and_not_its_end(window: str, first: str, last: str) -> None:
    where = f"{{did: order, {window}}}"
    just_before = (utc(first) - (NOW - utc("2024-03-20T11:59:59.999999"))).isoformat()
    just_after = (utc(last) + (NOW - utc("2024-03-20T11:59:59.999999"))).isoformat()
    found = [is_member(where, world(order(at))) for at in (just_before, first, last, just_after)]
    assert found == [False, True, True, False]


def test_before_reaches_back_to_the_beginning() -> None:
    assert is_member("{did: order, before: 7d}", world(order("1970-01-02")))
    assert is_member("{did: order, before: 7d}", world(order("2024-03-13T11:59:59.999999")))
    assert not is_member("{did: order, before: 7d}", world(order("2024-03-13T12:00")))
    assert is_member("{did: order, until: 2024-03-13}", world(order("1970-01-02")))


@pytest.mark.parametrize("word", ["tomorrow", "next_week", "next_month"])
def test_nothing_is_seen_in_the_future(word: str) -> None:
    later = world(order("2024-03-21T12:00"), order("2024-03-26"), order("2024-04-02"), order("2024-03-20"))
    assert not is_member(f"{{did: order, during: {word}}}", later)


def test_months_and_years_clamp_to_the_last_day_in_utc() -> None:
    last_of_february = world(order("2024-02-29T12:00"))
    assert is_member("{did: order, within: 1mo}", last_of_february, at="2024-03-31T12:00")
    assert not is_member("{did: order, within: 1mo}", last_of_february, at="2024-03-31T12:00:00.000001")
    # One year before 29 February is 28 February.
    assert is_member("{did: order, within: 1y}", world(order("2023-02-28T12:00")), at="2024-02-29T12:00")


def test_bare_dates_and_calendar_words_are_local() -> None:
    # Berlin puts its clocks forward on 31 March 2024 at 01:00 UTC: the day begins at 23:00 and ends at 22:00 UTC.
    before, first = order("2024-03-30T22:59:59.999999"), order("2024-03-30T23:00")
    last, after = order("2024-03-31T21:59:59.999999"), order("2024-03-31T22:00")
    for where in ("during: yesterday", "since: 2024-03-31, until: 2024-04-01"):
        found = [
            is_member(f"{{did: order, {where}}}", world(one, zone="Europe/Berlin"), at="2024-04-01T12:00")
            for one in (before, first, last, after)
        ]
        assert found == [False, True, True, False], where


def test_a_day_without_a_midnight_begins_with_its_first_instant() -> None:
    # Cairo leaves out 00:00-01:00 on 26 April 2024; the day begins at 22:00 UTC of the day before.
    where = "{did: order, during: today}"
    assert is_member(where, world(order("2024-04-25T22:00"), zone="Africa/Cairo"), at="2024-04-26T10:00")
    assert not is_member(
        where, world(order("2024-04-25T21:59:59.999999"), zone="Africa/Cairo"), at="2024-04-26T10:00"
    )


def test_last_month_of_january_is_december() -> None:
    assert is_member("{did: order, during: last_month}", world(order("2023-12-31T23:59")), at="2024-01-31")


# --- did -----------------------------------------------------------------------------------------

SPENT = world(
    order("2024-03-01", "a", amount=1000, channel="online", cart_id="c1"),
    order("2024-03-02", "b", amount=2000, channel="store", cart_id=""),
    order("2024-03-03", "c", amount=None, channel="online", cart_id="c1"),
    row("customers", customer="bob", created_at=utc("2024-01-01")),
)


@pytest.mark.parametrize(
    ("measure", "who"),
    [
        ("times: {at_least: 3}", {"ann"}),
        ("times: {less_than: 3}", {"bob"}),
        ("sum: {of: amount, is: 30}", {"ann"}),
        ("sum: {of: amount, is: 0}", {"bob"}),
        ("mean: {of: amount, is: 15}", {"ann"}),
        ("mean: {of: amount, missing: true}", {"bob"}),
        ("min: {of: amount, is: 10}", {"ann"}),
        ("min: {of: amount, at_most: 10}", {"ann"}),
        ("max: {of: amount, between: [20, 20]}", {"ann"}),
        ("max: {of: amount, is_not: 20}", {"bob"}),
        ("distinct: {of: channel, is: 2}", {"ann"}),
        ("distinct: {of: cart_id, is: 1}", {"ann"}),
        ("distinct: {of: cart_id, is: 0}", {"bob"}),
    ],
)
def test_measures_leave_missing_values_out_and_know_nothing(measure: str, who: set[str]) -> None:
    assert members(f"{{did: order, {measure}}}", SPENT) == who


def test_did_needs_one_by_default_and_did_not_is_its_opposite() -> None:
    assert members("{did: order}", SPENT) == {"ann"}
    assert members("{did_not: order}", SPENT) == {"bob"}
    assert members("{did_not: order, times: {at_least: 4}}", SPENT) == {"ann", "bob"}


def test_where_takes_every_column() -> None:
    assert is_member(
        "{did: order, where: {channel: {is: online}, amount: {exists: true}}, times: {is: 1}}", SPENT
    )
    assert is_member("{did: order, where: {cart_id: {missing: true}}, times: {is: 1}}", SPENT)
    assert is_member("{did: order, where: {amount: {at_least: 10.005}}, times: {is: 1}}", SPENT)


@pytest.mark.parametrize(
    ("earlier", "later", "change", "expected"),
    [
        (1000, 1200, "at_least: 20%", True),
        (1000, 1199, "at_least: 20%", False),
        (1000, 1200, "more_than: 20%", False),
        (1000, 800, "at_most: -20%", True),
        (1000, 800, "less_than: -20%", False),
        (3, 4, "at_least: 33.333333%", True),
        (3, 4, "at_least: 33.333334%", False),
        (0, 800, "at_least: 0%", False),
        (-5, 800, "at_least: 0%", False),
        (1000, None, "at_most: 0%", True),
    ],
)
def test_change_compares_with_the_window_right_before(
    earlier: int, later: int | None, change: str, expected: bool
) -> None:
    base = world(
        order("2024-03-06T12:00", "a", amount=earlier),
        order("2024-03-13T12:00", "b", amount=later),
        order("2024-03-06T11:59:59.999999", "too early", amount=99),
    )
    where = f"{{did: order, sum: {{of: amount}}, within: 7d, change: {{{change}}}}}"
    assert is_member(where, base) is expected


def test_change_is_false_where_a_value_is_missing_and_did_not_turns_it() -> None:
    only_now, only_before = world(order("2024-03-19")), world(order("2024-03-10"))
    where = "mean: {of: amount}, within: 7d, change: {at_least: -100%}"
    for base in (only_now, only_before):
        assert not is_member(f"{{did: order, {where}}}", base)
        assert is_member(f"{{did_not: order, {where}}}", base)


def test_change_of_a_count_and_a_test_beside_it_must_both_hold() -> None:
    base = world(order("2024-03-10"), order("2024-03-18"), order("2024-03-19"))
    assert is_member("{did: order, within: 7d, change: {at_least: 100%}}", base)
    assert is_member("{did: order, times: {at_least: 2}, within: 7d, change: {at_least: 100%}}", base)
    assert not is_member("{did: order, times: {at_least: 3}, within: 7d, change: {at_least: 100%}}", base)


# --- first, newest, regularly, stopped, resumed ---------------------------------------------------

CHOSEN = world(
    order("2024-01-01", "o1", channel="store"),
    order("2024-03-15", "o3", channel="online", outlet_id="north"),
    order("2024-03-15", "o2", channel="online", outlet_id="south"),
    order("2024-03-16", "o4", channel="store"),
)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("{first: order, within: 30d}", False),
        ("{first: order, before: 30d}", True),
        ("{first: order, of: {channel: {is: online}}, within: 30d}", True),
        ("{newest: order, where: {channel: {is: online}}}", False),
        ("{newest: order, of: {channel: {is: online}}, where: {outlet_id: {is: north}}}", True),
        ("{first: order, of: {channel: {is: online}}, where: {outlet_id: {is: south}}}", True),
        ("{newest: order, of: {channel: {is: phone}}}", False),
    ],
)
def test_the_first_or_newest_ever_must_lie_in_the_window_and_pass(where: str, expected: bool) -> None:
    assert is_member(where, CHOSEN) is expected


def test_regularly_counts_periods_back_from_as_of() -> None:
    # Periods of 3 days: [17th 12:00, 20th 12:00), [14th 12:00, 17th 12:00), [11th 12:00, 14th 12:00).
    base = world(
        order("2024-03-17T12:00", "a"), order("2024-03-14T12:00", "b"), order("2024-03-14T12:00", "c")
    )
    assert is_member("{regularly: order, in_each: 3d, at_least: 2, of: 3}", base)
    assert not is_member("{regularly: order, in_each: 3d, at_least: 3, of: 3}", base)
    assert not is_member("{regularly: order, times: {at_least: 2}, in_each: 3d, at_least: 2, of: 3}", base)
    assert is_member("{regularly: order, times: {at_most: 1}, in_each: 3d, at_least: 2, of: 3}", base)


def test_stopped_needs_activity_and_then_silence() -> None:
    where = "{stopped: order, active: {from: 30d, to: 10d}, silent: 7d}"
    active, quiet, loud = "2024-03-10", "2024-03-13T11:59:59.999999", "2024-03-13T12:00"
    assert is_member(where, world(order(active)))
    assert is_member(where, world(order(active), order(quiet)))
    assert not is_member(where, world(order(active), order(loud)))
    assert not is_member(where, world(order(quiet)))


def test_resumed_needs_a_predecessor_and_a_silence_of_at_least_so_long() -> None:
    where = "{resumed: order, after_silence: 10d, within: 7d}"
    assert is_member(where, world(order("2024-03-05"), order("2024-03-15")))
    assert not is_member(where, world(order("2024-03-05T00:00:00.000001"), order("2024-03-15")))
    assert not is_member(where, world(order("2024-03-15")))
    assert not is_member(where, world(order("2024-02-01"), order("2024-03-01"), order("2024-03-02")))
    assert not is_member(where, world(order("2024-03-01"), order("2024-03-12"), order("2024-03-15")))


# --- sequences -----------------------------------------------------------------------------------


def test_the_next_step_comes_soon_enough_and_strictly_later_if_of_the_same_kind() -> None:
    viewed = event("viewed", "2024-03-10T12:00")
    two_kinds = "{sequence: [{did: viewed}, {did: bought, within: 4h}]}"
    for at, expected in (
        ("2024-03-10T11:59:59.999999", False),
        ("2024-03-10T12:00", True),
        ("2024-03-10T15:59:59.999999", True),
        ("2024-03-10T16:00", False),
    ):
        assert is_member(two_kinds, world(viewed, event("bought", at))) is expected, at
    same = "{sequence: [{did: viewed}, {did: viewed, within: 4h}]}"
    assert not is_member(same, world(viewed, event("viewed", "2024-03-10T12:00", "other")))
    assert is_member(same, world(viewed, event("viewed", "2024-03-10T12:00:00.000001")))


def test_the_first_step_lies_in_its_window_and_any_chain_will_do() -> None:
    where = "{sequence: [{did: a, within: 2d}, {did: b, within: 1d}, {did: c, within: 1d}]}"
    chain = (event("a", "2024-03-18T12:00"), event("b", "2024-03-19"), event("b", "2024-03-19T06:00"))
    assert is_member(where, world(*chain, event("c", "2024-03-20T05:00")))
    assert not is_member(where, world(*chain, event("c", "2024-03-20T06:00")))
    assert not is_member(
        where, world(event("a", "2024-03-18T11:59"), *chain[1:], event("c", "2024-03-20T05:00"))
    )


def test_by_ties_a_chain_to_one_key_and_leaves_missing_keys_out() -> None:
    where = "{sequence: [{did: a}, {did: b, within: 1d}], by: cart_id}"
    for first, second, expected in (
        ("1", "1", True),
        ("1", "2", False),
        (None, None, False),
        ("", "", False),
    ):
        base = world(event("a", "2024-03-10", cart_id=first), event("b", "2024-03-10T01:00", cart_id=second))
        assert is_member(where, base) is expected, (first, second)


ABANDONED = "{sequence: [{did: cart, within: 2d}, {did_not: order, within: 4h}]}"


def test_did_not_is_decided_by_the_last_fact_and_only_after_its_time() -> None:
    cart = event("cart", "2024-03-20T08:00")
    assert is_member(ABANDONED, world(cart))
    assert not is_member(ABANDONED, world(event("cart", "2024-03-20T08:00:00.000001")))
    assert not is_member(ABANDONED, world(cart, order("2024-03-20T08:00")))
    assert is_member(ABANDONED, world(event("cart", "2024-03-19T08:00"), order("2024-03-19T12:00")))
    # The earlier cart was bought, the last one was not; and the other way round.
    older = event("cart", "2024-03-19T08:00")
    assert is_member(ABANDONED, world(older, order("2024-03-19T09:00"), cart))
    assert not is_member(ABANDONED, world(older, cart, order("2024-03-20T09:00")))


def test_the_last_fact_overall_must_lie_in_the_window() -> None:
    where = "{sequence: [{did: cart, from: 4d, to: 2d}, {did_not: order, within: 4h}]}"
    inside, behind = event("cart", "2024-03-17"), event("cart", "2024-03-19")
    assert is_member(where, world(inside))
    assert not is_member(where, world(inside, behind))


def test_with_steps_between_the_last_fact_that_completes_them_decides() -> None:
    where = "{sequence: [{did: a}, {did: b, within: 1d}, {did_not: order, within: 4h}]}"
    base = [event("a", "2024-03-10"), event("b", "2024-03-10T01:00"), event("b", "2024-03-10T10:00")]
    assert is_member(where, world(*base, order("2024-03-10T02:00")))
    assert not is_member(where, world(*base, order("2024-03-10T11:00")))
    # A later b that completes nothing does not decide.
    assert is_member(where, world(*base, event("b", "2024-03-15"), order("2024-03-15T01:00")))


def test_each_key_is_decided_by_itself() -> None:
    where = "{sequence: [{did: cart}, {did_not: order, within: 4h}], by: cart_id}"
    left, bought = event("cart", "2024-03-10", cart_id="1"), event("cart", "2024-03-11", cart_id="2")
    assert is_member(where, world(left, bought, order("2024-03-11T01:00", cart_id="2")))
    assert not is_member(where, world(bought, order("2024-03-11T01:00", cart_id="2")))
