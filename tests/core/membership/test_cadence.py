"""Each scheme and segment is brought up to date as often as its cadence says; the others stay as they are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import kogorta
from kogorta.config import parse, update
from kogorta.durations import Duration, as_cadence
from kogorta.errors import KogortaError, ProblemsError
from kogorta.membership.cadence import is_over
from kogorta.vocab import WholePass
from kogorta.workspace import Workspace
from tests.support import commit, day, order

START = day("2025-06-02 12:00")
READY = {"rfm_simple", "rfm_classic", "rfm_quick", "lifecycle", "lifecycle_quick"}
RFM = {"rfm_simple", "rfm_classic", "rfm_quick"}
STAGES = {"lifecycle", "lifecycle_quick"}
FRESH = "segment: fresh\nwhere: {did: order, within: 10d}\n"
DAILY = "segment: daily\ncadence: 1d\nwhere: {did: order, within: 20d}\n"


def orders() -> list[dict[str, Any]]:
    """Twenty customers who ordered three times ten days apart, the last time at n o'clock on 24 May, each a little more."""
    return [
        order(f"{n}-{k}", f"c{n:02}", f"2025-05-{date:02} {n:02}:00", 1000 + n)
        for n in range(20)
        for k, date in enumerate((4, 14, 24))
    ]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workspace]:
    """A shop with RFM weekly, lifecycle daily, its own segments every quarter of an hour, refreshed at noon."""
    with kogorta.init(tmp_path / "shop", timezone="UTC") as workspace:
        workspace.config = update(workspace.folder, {"rfm": {"window_days": 365}})
        commit(workspace.warehouse, "orders", orders(), START - timedelta(hours=1))
        workspace.define(FRESH)
        workspace.define(DAILY)
        workspace.refresh(START)
        yield workspace


def due(workspace: Workspace, at: datetime) -> set[str]:
    """What `refresh_due` brings up to date at an instant."""
    found = workspace.refresh_due(at)
    return set(found.refreshed) if found else set()


def log(workspace: Workspace, scheme: str) -> list[tuple[str, datetime, str, str]]:
    """What the log has of a scheme: customer, instant, op, cause."""
    return workspace.warehouse.rows(
        """SELECT customer_id, "at", op, cause FROM membership_changes JOIN customer_ids USING (customer_key)
        WHERE scheme = ? AND cause <> 'initial' ORDER BY ALL""",
        [scheme],
    )


# --- what is due ----------------------------------------------------------------------------------


def test_a_new_workspace_says_how_often(shop: Workspace) -> None:
    """Covers: R71, R72, R73."""
    cadence = shop.config.cadence
    assert [str(item) for item in (cadence.rfm, cadence.lifecycle, cadence.own)] == ["7d", "1d", "15min"]


def test_the_template_of_companies_scores_monthly(tmp_path: Path) -> None:
    """Covers: R71, P16."""
    with kogorta.init(tmp_path / "firm", template="b2b") as workspace:
        assert str(workspace.config.cadence.rfm) == "30d"


def test_each_is_brought_up_as_often_as_it_says(shop: Workspace) -> None:
    """Covers: R71, R72, R73."""
    assert due(shop, START + timedelta(minutes=5)) == set()
    assert due(shop, START + timedelta(minutes=15)) == {"fresh"}
    assert due(shop, START + timedelta(minutes=20)) == set()
    assert due(shop, START + timedelta(days=1)) == {"fresh", "daily", *STAGES}
    assert due(shop, START + timedelta(days=7)) == {"fresh", "daily", *READY}


def test_what_is_not_due_stays_as_it_was(shop: Workspace) -> None:
    """All last orders lie within 10 days until 3 June n o'clock, and within 20 days until 13 June."""
    at = START + timedelta(hours=15)  # 3 June, 03:00
    found = shop.refresh_due(at)
    assert found is not None
    assert (set(found.refreshed), found.changes) == ({"fresh"}, {("fresh", "time"): 3})
    assert set(found.waiting) == {"daily", *READY}
    assert log(shop, "fresh") == [(f"c{n:02}", at, "leave", "time") for n in range(3)]
    rows = shop.warehouse.rows("SELECT definition FROM run_definitions WHERE run_id = 2")
    assert rows == [("fresh",)]


def test_a_clock_that_is_a_second_early_does_not_lose_a_turn(shop: Workspace) -> None:
    assert due(shop, START + timedelta(minutes=14, seconds=59)) == {"fresh"}
    assert due(shop, START + timedelta(minutes=29, seconds=30)) == {"fresh"}


@pytest.mark.parametrize(
    ("cadence", "age", "over"),
    [
        ("15min", timedelta(minutes=14, seconds=15), True),  # a twentieth: 45 seconds
        ("15min", timedelta(minutes=14, seconds=14), False),
        ("7d", timedelta(days=7) - timedelta(minutes=1), True),
        ("7d", timedelta(days=7) - timedelta(seconds=61), False),
        ("1min", timedelta(seconds=57), True),
        ("1min", timedelta(seconds=56), False),
    ],
)
def test_how_early_is_early_enough(cadence: str, age: timedelta, over: bool) -> None:
    assert is_over(age, as_cadence(cadence)) is over


def test_without_a_cadence_everything_is_always_due(tmp_path: Path) -> None:
    with kogorta.init(tmp_path / "shop") as workspace:
        workspace.config = parse({"rfm": {"window_days": 365}})
        commit(workspace.warehouse, "orders", orders(), START - timedelta(hours=1))
        assert due(workspace, START) == READY
        found = workspace.refresh_due(START + timedelta(seconds=1))
        assert found is not None
        assert set(found.new_frames) == {"rfm", "lifecycle"}


def test_what_is_new_or_means_something_else_is_due_at_once(shop: Workspace) -> None:
    shop.define("segment: other\ncadence: 30d\nwhere: {did: order, times: {at_least: 3}}\n")
    shop.define(DAILY.replace("20d", "19d"))
    found = shop.refresh_due(START + timedelta(minutes=1))
    assert found is not None
    assert set(found.refreshed) == {"other", "daily"}
    assert found.whole_pass is WholePass.DEFINITION
    assert due(shop, START + timedelta(minutes=2)) == set()


def test_what_was_taken_away_is_left_at_once(shop: Workspace) -> None:
    shop.undefine("fresh")
    found = shop.refresh_due(START + timedelta(minutes=1))
    assert found is not None
    assert (found.refreshed, found.changes) == ((), {("fresh", "definition"): 20})
    assert {op for _, _, op, _ in log(shop, "fresh")} == {"leave"}
    assert shop.refresh_due(START + timedelta(minutes=2)) is None


def test_frames_are_taken_only_with_what_is_read_against_them(shop: Workspace) -> None:
    found = shop.refresh_due(START + timedelta(minutes=15))
    assert found is not None
    assert found.new_frames == ()
    found = shop.refresh_due(START + timedelta(days=1))
    assert found is not None
    assert found.new_frames == ("lifecycle",)


# --- each against its own past --------------------------------------------------------------------


def test_each_is_compared_with_where_it_stood_itself(shop: Workspace) -> None:
    """c05 orders late: known at the second run, which is news for `daily` still at the third."""
    at = START + timedelta(minutes=10)
    late = order("late", "c05", (START - timedelta(days=1)).isoformat(), 1000)
    commit(shop.warehouse, "orders", [late], at)
    shop.undefine("daily")
    shop.define(DAILY.replace("did: order, within: 20d", "did: order, times: {at_least: 4}"))
    assert due(shop, START + timedelta(minutes=11)) == {"daily"}
    assert log(shop, "fresh") == []
    shop.refresh(START + timedelta(days=2))  # 4 June noon: only what he ordered late is within 10 days
    moved = [row for row in log(shop, "fresh") if row[0] == "c05"]
    assert moved == []
    assert len(log(shop, "fresh")) == 19


def test_a_new_definition_does_not_cost_the_others_a_pass_over_everyone(shop: Workspace) -> None:
    shop.define("segment: other\nwhere: {did: order, times: {at_least: 3}}\n")
    found = shop.refresh(START + timedelta(minutes=5))
    assert found.whole_pass is WholePass.DEFINITION
    assert found.changes == {("other", "initial"): 20}
    assert shop.refresh(START + timedelta(minutes=6)).whole_pass is None


def test_the_cause_is_told_from_the_definitions_own_last_run(shop: Workspace) -> None:
    """Twenty others turn up who spent far more: news for `fresh` now, another yardstick for `rich` an hour later."""
    shop.define("segment: rich\ncadence: 1h\nwhere: {trait: monetary_amount, top: 50%}\n")
    shop.config = update(shop.folder, {"cadence": {"rfm": "1h"}})
    shop.refresh(START)
    others = [
        order(f"o{n}-{k}", f"o{n:02}", (START - timedelta(days=1 + k)).isoformat(), 90_000)
        for n in range(20)
        for k in range(9)
    ]
    commit(shop.warehouse, "orders", others, START + timedelta(minutes=1))
    assert due(shop, START + timedelta(minutes=15)) == {"fresh"}
    assert {cause for *_, cause in log(shop, "fresh")} == {"backfill"}
    assert due(shop, START + timedelta(hours=1)) == {"fresh", "rich", *RFM}
    told = {(who[0], op, cause) for who, _, op, cause in log(shop, "rich")}
    assert told == {("c", "leave", "frame"), ("o", "enter", "backfill")}


def test_held_for_knows_every_run(shop: Workspace) -> None:
    """What is only recorded goes with whatever is due."""
    shop.define("segment: quiet\ncadence: 1d\nwhere: {trait: recency_days, at_least: 9, held_for: 30min}\n")
    shop.refresh(START)
    for minutes in (15, 30, 45):
        shop.refresh_due(START + timedelta(minutes=minutes))
    rows = shop.warehouse.rows(
        "SELECT run_id FROM run_definitions WHERE definition LIKE '\\_held\\_%' ESCAPE '\\' ORDER BY 1"
    )
    assert rows == [(2,), (3,), (4,), (5,)]


# --- what cannot be -------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["0d", "60s", "4000d", "1mo", "-1d", "often", "", 7, 7.5, True])
def test_a_cadence_that_cannot_be(value: object) -> None:
    with pytest.raises(ProblemsError) as caught:
        parse({"cadence": {"rfm": value}})
    assert [problem.path for problem in caught.value.problems] == ["cadence.rfm"]


@pytest.mark.parametrize("value", ["0d", "60s", "4000d", "1mo", "-1d", "often", "''", 7, 7.5, "true", "[1d]"])
def test_a_definition_with_a_cadence_that_cannot_be(shop: Workspace, value: object) -> None:
    with pytest.raises(ProblemsError) as caught:
        shop.define(f"segment: x\ncadence: {value}\nwhere: {{did: order}}\n")
    assert [problem.path for problem in caught.value.problems] == ["definition.cadence"]


def test_a_cadence_is_written_as_it_was_read(shop: Workspace) -> None:
    assert shop.definitions["daily"].cadence == Duration(1, "d")
    card = shop.show("daily")
    assert card.definition is not None
    assert card.definition.cadence == Duration(1, "d")


def test_the_log_goes_forward_also_for_what_is_due(shop: Workspace) -> None:
    shop.refresh_due(START + timedelta(days=1))
    with pytest.raises(KogortaError, match="forward only"):
        shop.refresh_due(START)
