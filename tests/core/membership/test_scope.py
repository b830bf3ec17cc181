"""A refresh looks only at those who can have moved, and says why where it looks at everyone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import kogorta
from kogorta.config import update
from kogorta.membership.refresh import RefreshReport
from kogorta.vocab import WholePass
from kogorta.warehouse.compaction import rewrite
from kogorta.workspace import Workspace
from tests.support import commit, day, order

NOON = day("2025-06-02 12:30")
SOON = NOON + timedelta(minutes=5)
PEOPLE = 40


def orders_of_everyone() -> list[dict[str, Any]]:
    """Everyone ordered three times ten days apart, at a time of day of his own: n hours and no minutes."""
    return [
        order(f"{n}-{k}", f"c{n:02}", f"2025-{month}-{date:02} {n % 24:02}:00", 1000)
        for n in range(PEOPLE)
        for k, (month, date) in enumerate([("05", 4), ("05", 14), ("05", 24)])
    ]


def opened(folder: Path, **wishes: Any) -> Workspace:
    """A workspace whose frames stay for months."""
    workspace = kogorta.init(folder / "shop", timezone="UTC", **wishes)
    workspace.config = update(
        workspace.folder, {"cadence": {"rfm": "90d", "lifecycle": "90d"}, "rfm": {"window_days": 365}}
    )
    return workspace


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workspace]:
    """A shop, refreshed at half past noon."""
    with opened(tmp_path) as workspace:
        commit(workspace.warehouse, "orders", orders_of_everyone(), NOON - timedelta(hours=1))
        commit(
            workspace.warehouse,
            "customers",
            [{"customer_id": "c00", "city": "Omsk"}],
            NOON - timedelta(hours=1),
        )
        assert workspace.refresh(NOON).whole_pass is WholePass.FIRST
        yield workspace


def looked(report: RefreshReport) -> tuple[WholePass | None, int]:
    """Why everyone was looked at, and at how many."""
    return report.whole_pass, report.looked_at


def last_seen(workspace: Workspace) -> dict[str, datetime]:
    """The last order of everyone, as the stored snapshot has it."""
    return dict(
        workspace.warehouse.rows(
            "SELECT customer_id, last_order_at FROM trait_snapshot JOIN customer_ids USING (customer_key)"
        )
    )


# --- some -----------------------------------------------------------------------------------------


def test_nobody_is_looked_at_where_nothing_can_have_changed(shop: Workspace) -> None:
    done = shop.refresh(SOON)
    assert looked(done) == (None, 0)
    assert (done.customers, dict(done.changes)) == (PEOPLE, {})


def test_who_ordered_is_looked_at_and_kept(shop: Workspace) -> None:
    at = NOON + timedelta(minutes=1)
    commit(
        shop.warehouse, "orders", [order("new", "c07", at.isoformat()), order("newer", "zoe", at.isoformat())]
    )
    done = shop.refresh(SOON)
    assert looked(done) == (None, 2)
    assert done.customers == PEOPLE + 1
    assert {cause for _, cause in done.changes} == {"facts"}
    assert last_seen(shop)["c07"] == last_seen(shop)["zoe"] == at
    assert last_seen(shop)["c08"] == day("2025-05-24 08:00")


BEFORE, AFTER = day("2025-06-02 12:59:58"), day("2025-06-02 13:00:20")
"""c13 and c37 order at 13:00; spans are looked up by slices of ten seconds."""


def test_full_days_at_which_nothing_turns_are_not_looked_at(shop: Workspace) -> None:
    """Their silence has lasted nine full days at 13:00; scores turn after 10, 14, 30 and 90."""
    assert looked(shop.refresh(BEFORE)) == (None, 0)
    assert looked(shop.refresh(AFTER)) == (None, 0)


def test_full_days_that_a_condition_names_are_looked_at_when_they_are_full(shop: Workspace) -> None:
    shop.define("segment: nine\nwhere: {trait: recency_days, at_least: 9}\n")
    shop.refresh(BEFORE)
    done = shop.refresh(AFTER)
    assert looked(done) == (None, 2)
    assert done.changes == {("nine", "time"): 2}
    assert looked(shop.refresh(day("2025-06-02 13:30"))) == (None, 0)


def test_full_days_at_which_a_score_turns_are_looked_at(shop: Workspace) -> None:
    """Half of all gaps are of ten days: up to ten days of silence recency is 5, from eleven on it is 4."""
    scores = "SELECT DISTINCT rfm_r FROM trait_snapshot WHERE last_order_at = TIMESTAMP '2025-05-24 13:00'"
    shop.refresh(BEFORE + timedelta(days=2))
    assert shop.warehouse.rows(scores) == [(5,)]
    assert looked(shop.refresh(AFTER + timedelta(days=2))) == (None, 2)
    assert shop.warehouse.rows(scores) == [(4,)]


def test_an_edge_is_looked_for_among_the_events_that_it_is_compared_with(shop: Workspace) -> None:
    """At the edge of a window over one event lie another event and an order, too; these turn nothing."""
    edge = NOON - timedelta(days=1) + timedelta(minutes=1)
    events = [
        {"event_id": name, "customer_id": customer, "name": name, "at": edge}
        for customer, name in (("c01", "product_viewed"), ("c02", "page_viewed"))
    ]
    commit(shop.warehouse, "events", events, NOON - timedelta(minutes=30))
    commit(shop.warehouse, "orders", [order("edge", "c03", edge.isoformat())], NOON - timedelta(minutes=30))
    shop.define("segment: lookers\nwhere: {did: product_viewed, within: 1d}\n")
    shop.refresh(NOON)
    done = shop.refresh(SOON)
    assert (*looked(done), dict(done.changes)) == (None, 1, {("lookers", "time"): 1})


def test_answers_are_of_whom_the_message_went_to_wherever_they_lie(shop: Workspace) -> None:
    """Of a message that a later version gives to another, both are looked at; the answers were compacted meanwhile."""
    sent = NOON - timedelta(days=1) + timedelta(minutes=1)
    message = {
        "message_id": "m",
        "customer_id": "c04",
        "channel": "email",
        "send_at": NOON - timedelta(days=3),
    }
    early = NOON - timedelta(minutes=30)
    commit(shop.warehouse, "messages", [message], early)
    commit(shop.warehouse, "message_events", [{"message_id": "m", "kind": "clicked", "at": sent}], early)
    shop.warehouse.write(lambda connection: rewrite(connection, "message_events"))
    commit(shop.warehouse, "messages", [{**message, "customer_id": "c05"}], early)
    shop.define("segment: clickers\nwhere: {did: message_clicked, within: 1d}\n")
    shop.refresh(NOON)
    done = shop.refresh(SOON)
    assert (*looked(done), dict(done.changes)) == (None, 2, {("clickers", "time"): 1})


def test_an_order_that_goes_to_another_is_looked_at_for_both(shop: Workspace) -> None:
    moved = order("7-2", "c08", "2025-05-24 07:00", 1000)
    commit(
        shop.warehouse,
        "orders",
        [{**moved, "valid_at": NOON + timedelta(minutes=1)}],
        NOON + timedelta(minutes=2),
    )
    assert looked(shop.refresh(SOON)) == (None, 2)
    assert last_seen(shop)["c07"] == day("2025-05-14 07:00")
    assert last_seen(shop)["c08"] == day("2025-05-24 08:00")
    (traits,) = [row for row in shop.traits(SOON).to_pylist() if row["customer_id"] == "c07"]
    assert traits["orders_count"] == 2


def test_a_window_that_a_fact_leaves_is_looked_at(shop: Workspace) -> None:
    """c05's last order of 24 May 05:00 leaves the window of 9 days at 05:00 of 2 June; c29 orders at the same time of day."""
    shop.define("segment: fresh\nwhere: {did: order, within: 9d}\n")
    before, after = day("2025-06-03 04:30"), day("2025-06-03 05:30")
    shop.refresh(before)
    members = {"c05", "c29"}
    shop.define("segment: ten\nwhere: {did: order, within: 10d}\n")
    shop.refresh(before)
    done = shop.refresh(after)
    assert looked(done) == (None, 2)
    assert done.changes[("ten", "time")] == 2
    assert members.isdisjoint(shop.members("ten", after, recorded=True)["customer_id"].to_pylist())
    assert members <= set(shop.members("ten", before)["customer_id"].to_pylist())


# --- everyone -------------------------------------------------------------------------------------


def test_as_asked(shop: Workspace) -> None:
    assert looked(shop.refresh(SOON, everyone=True)) == (WholePass.ASKED, PEOPLE)
    assert looked(shop.refresh(SOON, full=True)) == (WholePass.ASKED, PEOPLE)


def test_new_frames(shop: Workspace) -> None:
    assert shop.refresh(NOON + timedelta(days=91)).whole_pass is WholePass.FRAME


def test_new_definitions_and_settings(shop: Workspace) -> None:
    shop.define("segment: many\nwhere: {did: order, times: {at_least: 3}}\n")
    assert shop.refresh(SOON).whole_pass is WholePass.DEFINITION
    assert shop.refresh(SOON).whole_pass is None
    shop.define("segment: many\nwhere: {did: order, times: {at_least: 2}}\n")
    assert shop.refresh(SOON).whole_pass is WholePass.DEFINITION


def test_a_rank_of_the_base_is_taken_once(shop: Workspace) -> None:
    """The first pass takes the value that people are compared with; then it is known."""
    shop.define("segment: best\nwhere: {trait: monetary_amount, top: 10%}\n")
    assert shop.refresh(SOON).whole_pass is WholePass.DEFINITION
    taken = shop.warehouse.rows("SELECT frame_id FROM frames WHERE family = 'cut'")
    assert shop.refresh(SOON).whole_pass is None
    assert shop.warehouse.rows("SELECT frame_id FROM frames WHERE family = 'cut'") == taken


def test_an_erasure(shop: Workspace) -> None:
    shop.erase("c03")
    assert looked(shop.refresh(SOON)) == (WholePass.ERASURE, PEOPLE - 1)


def test_a_list_that_was_cleared(shop: Workspace) -> None:
    commit(shop.warehouse, "list_changes", [{"list": "vip", "customer_id": None, "at": NOON, "op": "clear"}])
    assert shop.refresh(SOON).whole_pass is WholePass.CLEARED_LIST


def test_undated_rows_that_come_into_sight(shop: Workspace) -> None:
    """A row without a date is known from its import on, which is later here than the refresh that knew of it."""
    later = NOON + timedelta(minutes=3)
    commit(shop.warehouse, "customers", [{"customer_id": "undated", "city": "Perm"}], later)
    assert shop.refresh(NOON).customers == PEOPLE
    done = shop.refresh(SOON)
    assert looked(done) == (WholePass.LATE_IMPORT, PEOPLE + 1)


def test_a_new_day(shop: Workspace) -> None:
    before, after = day("2025-06-02 23:58"), day("2025-06-03 00:01")
    shop.refresh(before)
    assert looked(shop.refresh(after)) == (None, 2)  # c00 and c24, whose days of silence are full at midnight
    shop.define("segment: soon\nwhere: {trait: birth_date, in_next: 7d}\n")
    shop.refresh(after)
    next_ = after + timedelta(days=1)
    assert shop.refresh(next_ - timedelta(minutes=2)).whole_pass is WholePass.MANY
    assert shop.refresh(next_).whole_pass is WholePass.NEW_DAY


def test_a_history_that_is_long_enough(tmp_path: Path) -> None:
    """The first order was on 1 January at 13:00; c1 is new, provisionally until 180 days later: 30 June, 13:00."""
    with opened(tmp_path) as workspace:
        rows = [order(f"{n}", f"c{n}", f"2025-06-{n + 1:02} 03:00") for n in range(20)]
        commit(
            workspace.warehouse,
            "orders",
            [order("first", "old", "2025-01-01 13:00"), *rows],
            day("2025-06-25"),
        )
        workspace.refresh(day("2025-06-30 12:59"))
        assert workspace.warehouse.rows("SELECT max(is_provisional) FROM trait_snapshot") == [(1,)]
        assert workspace.refresh(day("2025-06-30 13:01")).whole_pass is WholePass.HISTORY
        assert workspace.warehouse.rows("SELECT max(is_provisional) FROM trait_snapshot") == [(0,)]


def test_many(shop: Workspace) -> None:
    rows = [order(f"n{n}", f"c{n:02}", (NOON + timedelta(minutes=1)).isoformat()) for n in range(5)]
    commit(shop.warehouse, "orders", rows[:4])
    assert looked(shop.refresh(SOON)) == (None, 4)
    more = [order(f"m{n}", f"c{n:02}", (SOON + timedelta(minutes=1)).isoformat()) for n in range(5)]
    commit(shop.warehouse, "orders", more)
    assert looked(shop.refresh(SOON + timedelta(minutes=5))) == (WholePass.MANY, PEOPLE)


def test_accounts(tmp_path: Path) -> None:
    with opened(tmp_path, template="b2b") as workspace:
        commit(workspace.warehouse, "customers", [{"customer_id": "c00", "account_id": "acme"}], NOON)
        commit(workspace.warehouse, "orders", orders_of_everyone(), NOON)
        workspace.refresh(NOON)
        assert looked(workspace.refresh(SOON)) == (WholePass.ACCOUNTS, PEOPLE)


def test_sums(tmp_path: Path) -> None:
    with opened(tmp_path) as workspace:
        rows = [
            {"customer_id": f"c{n}", "at": NOON - timedelta(days=1), "orders": n, "revenue": 1000 * n}
            | {"first_order_at": day("2025-01-01"), "last_order_at": day("2025-05-01") + timedelta(days=n)}
            for n in range(1, 20)
        ]
        commit(workspace.warehouse, "customer_summaries", rows, NOON - timedelta(hours=1))
        workspace.refresh(NOON)
        assert looked(workspace.refresh(SOON)) == (WholePass.SUMMARIES, 19)
