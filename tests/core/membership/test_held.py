"""How long something that is worked out has held: recorded by refreshes, read from the log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kogorta.config import Config, parse
from kogorta.definitions.parsing import parse_text
from kogorta.errors import NotFoundError, ProblemsError
from kogorta.membership.asked import asked_definitions, asked_ids
from kogorta.membership.card import card
from kogorta.membership.define import define
from kogorta.membership.diff import diff
from kogorta.membership.held import Record
from kogorta.membership.log import computed_members, find_segment, recorded_members, sizes
from kogorta.membership.own import registered
from kogorta.membership.reasons import Reasons, reasons
from kogorta.membership.refresh import RefreshReport, refresh
from kogorta.membership.registry import own_history, versions_of
from kogorta.membership.sizing import size
from kogorta.membership.versions import save_version
from kogorta.membership.view import open_view
from kogorta.warehouse.store import Warehouse
from tests.support import commit, day, order

TICK = timedelta(microseconds=1)
QUIET = "segment: quiet\nwhere: {trait: recency_days, at_least: 5, held_for: 7d}\n"
QUIETER = "segment: quieter\nwhere: {all: [{did: order}, {trait: recency_days, held_for: 2d, at_least: 5}]}\n"
STAGED = "segment: staged\nwhere: {trait: lifecycle_stage, is: at_risk, held_for: 7d}\n"
IN_STAGE = "segment: in_stage\nwhere: {in_segment: lifecycle.at_risk, held_for: 7d}\n"


def config() -> Config:
    """Frames are kept for a year, so that only time and orders move people."""
    return parse(
        {
            "workspace": {"timezone": "UTC"},
            "cadence": {"rfm": "365d", "lifecycle": "365d"},
            "rfm": {"window_days": 365},
        }
    )


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    """Ann ordered on 30 May at noon: five full days are over on 4 June at noon, and the refresh of the 5th is the first to see it."""
    opened = Warehouse(tmp_path / "data" / "warehouse.duckdb")
    commit(opened, "orders", [order("a0", "ann", "2025-05-30 12:00", 1000)])
    yield opened
    opened.close()


def add(warehouse: Warehouse, text: str, at: str = "2025-06-01") -> list[tuple[str, int]]:
    """Define, and say which versions are told to whoever did it."""
    with open_view(warehouse, config(), day(at)) as view:
        return [(item.definition, item.number) for item in define(view, parse_text(text), day(at))]


def remove(warehouse: Warehouse, id_: str, at: str) -> list[tuple[str, int]]:
    """Take a definition away."""
    with open_view(warehouse, config(), day(at)) as view:
        return [(item.definition, item.number) for item in define(view, [], day(at), without=[id_])]


def run(warehouse: Warehouse, *days: int) -> RefreshReport:
    """Refresh at midnight of some days of June; returns the last report."""
    found = [refresh(warehouse, config(), june(n), june(n)) for n in days]
    return found[-1]


def june(number: int) -> datetime:
    """Midnight of a day of June; after the 30th, of July."""
    return day("2025-06-01") + timedelta(days=number - 1)


def members(warehouse: Warehouse, id_: str, at: datetime) -> list[str]:
    """Who is in a segment, worked out."""
    return members_of_all(warehouse, [id_], at)[0]


def members_of_all(warehouse: Warehouse, ids: list[str], at: datetime) -> list[list[str]]:
    """Who is in each of several segments, worked out."""
    with open_view(warehouse, config(), at) as view:
        return [
            computed_members(view, *find_segment(view.schemes, id_))["customer_id"].to_pylist() for id_ in ids
        ]


def why(warehouse: Warehouse, id_: str, customer: str, at: datetime) -> Reasons:
    """Explain as of an instant."""
    with open_view(warehouse, config(), at) as view:
        return reasons(view, view.own[id_], id_, customer)


def hidden_log(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    """What was logged of recorded conditions: customer, day of the month, op, cause."""
    return [
        (customer, at.day, op, cause)
        for customer, at, op, cause in warehouse.rows(
            """SELECT customer_id, c.at, op, cause FROM membership_changes c JOIN customer_ids USING (customer_key)
            WHERE starts_with(scheme, '_') ORDER BY run_id, customer_id, op"""
        )
    ]


def hidden_ids(warehouse: Warehouse) -> list[str]:
    """Every recorded condition that was ever registered."""
    rows = warehouse.rows(
        "SELECT DISTINCT definition FROM definition_versions WHERE starts_with(definition, '_')"
    )
    return [name for (name,) in rows]


# --- from when on it is true --------------------------------------------------------------------------


def test_it_is_true_exactly_when_the_log_has_had_it_for_so_long(warehouse: Warehouse) -> None:
    add(warehouse, QUIET)
    for number in range(1, 12):
        run(warehouse, number)
        assert members(warehouse, "quiet", june(number)) == []
    assert hidden_log(warehouse) == [("ann", 5, "enter", "time")]
    assert members(warehouse, "quiet", june(12) - TICK) == []
    assert members(warehouse, "quiet", june(12)) == ["ann"]
    run(warehouse, 12)
    with open_view(warehouse, config(), june(12)) as view:
        item, segment = find_segment(view.schemes, "quiet")
        recorded = recorded_members(warehouse, item, segment, june(12))
    assert recorded.to_pylist() == [{"customer_id": "ann", "entered_at": june(12)}]


def test_a_run_does_not_read_what_it_writes_itself(warehouse: Warehouse) -> None:
    add(warehouse, QUIET.replace("7d", "0d"))
    run(warehouse, 5)
    assert members(warehouse, "quiet", june(5)) == []
    assert members(warehouse, "quiet", june(5) + TICK) == ["ann"]


def test_a_break_begins_it_anew(warehouse: Warehouse) -> None:
    """A new order on 8 June at noon: left on the 9th; five full days later it is the 14th, and a week later the 21st."""
    add(warehouse, QUIET)
    run(warehouse, *range(1, 9))
    commit(warehouse, "orders", [order("a1", "ann", "2025-06-08 12:00", 1000)], day("2025-06-08 13:00"))
    run(warehouse, *range(9, 21))
    assert hidden_log(warehouse) == [
        ("ann", 5, "enter", "time"),
        ("ann", 9, "leave", "facts"),
        ("ann", 14, "enter", "time"),
    ]
    assert members(warehouse, "quiet", june(12)) == []
    assert members(warehouse, "quiet", june(21) - TICK) == []
    assert members(warehouse, "quiet", june(21)) == ["ann"]


def test_it_must_hold_now_too_whatever_the_last_refresh_saw(warehouse: Warehouse) -> None:
    add(warehouse, QUIET)
    run(warehouse, 5, 12)
    commit(warehouse, "orders", [order("a1", "ann", "2025-06-12 10:00", 1000)], day("2025-06-12 11:00"))
    assert members(warehouse, "quiet", day("2025-06-12 10:00")) == ["ann"]
    assert members(warehouse, "quiet", day("2025-06-12 10:00:01")) == []


def test_before_recording_began_nobody_has_held(warehouse: Warehouse) -> None:
    run(warehouse, 5, 9)
    add(warehouse, QUIET, "2025-06-10")
    assert members(warehouse, "quiet", june(20)) == []
    run(warehouse, 10)
    assert hidden_log(warehouse) == [("ann", 10, "enter", "initial")]
    assert members(warehouse, "quiet", june(17) - TICK) == []
    assert members(warehouse, "quiet", june(17)) == ["ann"]


def test_months_are_counted_by_the_calendar(warehouse: Warehouse) -> None:
    add(warehouse, QUIET.replace("7d", "1mo"))
    run(warehouse, 5)
    assert members(warehouse, "quiet", day("2025-07-05") - TICK) == []
    assert members(warehouse, "quiet", day("2025-07-05")) == ["ann"]


@pytest.mark.slow
def test_stages_and_segments_day_by_day(warehouse: Warehouse) -> None:
    """With a refresh at every midnight, seven days are eight midnights in a row; who comes weekly is at risk after two."""
    weeks = [("bob", "2025-05-26 09:00"), ("cid", "2025-06-02 18:00"), ("dan", "2025-06-11 23:00")]
    rows = [
        order(f"{who}{n}", who, (day(last) - timedelta(weeks=n)).isoformat(), 500)
        for who, last in weeks
        for n in range(6)
        if day(last) - timedelta(weeks=n) < june(4)
    ]
    commit(warehouse, "orders", rows)
    add(warehouse, STAGED + "---\n" + IN_STAGE)
    days = range(8, 36)
    at_risk: dict[int, set[str]] = {}
    for number in days:
        if number == 20:
            commit(warehouse, "orders", [order("c6", "cid", "2025-06-19 18:00", 500)], june(20) - TICK)
        run(warehouse, number)
        at_risk[number] = set(members(warehouse, "lifecycle.at_risk", june(number)))
    came_and_went = [number for number in days if "cid" in at_risk[number]]
    assert came_and_went[0] < 20 <= came_and_went[-1], "what follows tests a break too"
    assert came_and_went != list(range(came_and_went[0], came_and_went[-1] + 1))
    for number in days:
        week = [at_risk.get(number - back, set()) for back in range(8)]
        expected = sorted(set.intersection(*week))
        assert members_of_all(warehouse, ["staged", "in_stage"], june(number)) == [expected, expected]


def test_shares_of_the_base_are_held_too(warehouse: Warehouse) -> None:
    """Of three, two spent less than Cid: he alone is of the top 40 %, by the frame of the first run."""
    commit(warehouse, "orders", [order("b", "bob", "2025-05-01", 10), order("c", "cid", "2025-05-01", 10**6)])
    add(warehouse, "segment: rich\nwhere: {trait: revenue_total, top: 40%, held_for: 3d}\n")
    run(warehouse, 1)
    assert members(warehouse, "rich", june(4) - TICK) == []
    assert members(warehouse, "rich", june(4)) == ["cid"]


def test_a_person_holds_as_long_as_any_of_his_ids(warehouse: Warehouse) -> None:
    """The web id holds from the 1st, Ann from the 5th; on the 9th they turn out to be one, who has held since the 1st."""
    commit(warehouse, "orders", [order("w", "web", "2025-05-20 12:00", 1000)])
    add(warehouse, QUIET)
    run(warehouse, 1, 5)
    assert members(warehouse, "quiet", june(8)) == ["web"]
    contacts = [
        {"customer_id": name, "kind": "phone", "value": "+79161234567", "verified_at": june(8)}
        for name in ("ann", "web")
    ]
    commit(warehouse, "contacts", contacts, june(8))
    run(warehouse, 9)
    assert members(warehouse, "quiet", june(10)) == ["ann"]
    assert why(warehouse, "quiet", "ann", june(10)).root.record == Record(june(1), june(1))


# --- registered, shared, dropped ----------------------------------------------------------------------


def test_two_segments_share_what_is_recorded_once(warehouse: Warehouse) -> None:
    """The order of the tests and the length do not matter."""
    assert add(warehouse, QUIET + "---\n" + QUIETER) == [("quiet", 1), ("quieter", 1)]
    assert len(hidden_ids(warehouse)) == 1
    run(warehouse, 5, 6)
    assert len(hidden_log(warehouse)) == 1
    assert members(warehouse, "quieter", june(7)) == ["ann"]
    assert members(warehouse, "quiet", june(7)) == []


def test_what_nobody_needs_any_more_is_no_longer_recorded(warehouse: Warehouse) -> None:
    add(warehouse, QUIET + "---\n" + QUIETER)
    run(warehouse, 5)
    remove(warehouse, "quieter", "2025-06-05")
    run(warehouse, 6)
    assert len(hidden_log(warehouse)) == 1, "the other one needs it still"
    assert remove(warehouse, "quiet", "2025-06-06") == [("quiet", 2)]
    run(warehouse, 7, 8)
    assert hidden_log(warehouse) == [("ann", 5, "enter", "initial"), ("ann", 7, "leave", "definition")]
    (id_,) = hidden_ids(warehouse)
    last = warehouse.rows(
        "SELECT max(run_id) FROM run_definitions WHERE definition = ? AND version IS NOT NULL", [id_]
    )
    assert last == [(2,)]
    # what comes back begins anew
    add(warehouse, QUIET, "2025-06-08")
    run(warehouse, 9)
    assert members(warehouse, "quiet", june(15)) == []
    assert members(warehouse, "quiet", june(16)) == ["ann"]


def test_another_condition_is_recorded_by_itself(warehouse: Warehouse) -> None:
    add(warehouse, QUIET)
    run(warehouse, 5)
    assert add(warehouse, QUIET.replace("at_least: 5", "at_least: 6"), "2025-06-05") == [("quiet", 2)]
    assert len(hidden_ids(warehouse)) == 2
    run(warehouse, 6, 7)
    assert members(warehouse, "quiet", june(13) - TICK) == []
    assert members(warehouse, "quiet", june(13)) == ["ann"]


def test_an_attribute_with_a_ledger_needs_no_record(warehouse: Warehouse) -> None:
    commit(warehouse, "customers", [{"customer_id": "ann", "city": "Omsk", "created_at": day("2025-01-01")}])
    add(warehouse, "segment: omsk\nwhere: {trait: city, is: Omsk, held_for: 7d}\n" + "---\n" + IN_STAGE)
    assert hidden_ids(warehouse) == []
    assert members(warehouse, "omsk", june(1)) == ["ann"]


def test_registering_is_one_transaction(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the record cannot be registered, neither is the segment."""

    def fails(connection: Any, version: Any, now: datetime) -> None:
        if version.definition.startswith("_"):
            raise RuntimeError("killed")
        save_version(connection, version, now)

    monkeypatch.setattr("kogorta.membership.define.save_version", fails)
    with pytest.raises(RuntimeError, match="killed"):
        add(warehouse, QUIET)
    assert registered(warehouse) == {}
    assert warehouse.rows("SELECT count(*) FROM definition_versions") == [(0,)]
    monkeypatch.undo()
    assert add(warehouse, QUIET) == [("quiet", 1)]
    assert len(hidden_ids(warehouse)) == 1


# --- shown to nobody ----------------------------------------------------------------------------------


def test_it_is_shown_nowhere(warehouse: Warehouse) -> None:
    add(warehouse, QUIET)
    report = run(warehouse, 5)
    (id_,) = hidden_ids(warehouse)
    assert id_ not in {scheme for scheme, _ in report.changes}
    assert list(registered(warehouse)) == ["quiet"]
    assert list(own_history(warehouse)) == ["quiet"]
    with open_view(warehouse, config(), june(6)) as view:
        assert id_ not in sizes(view)
        assert id_ not in view.catalogue.segments
        assert card(view, "quiet").names == ()
        assert size(view, asked_ids(view, ["quiet"])).people == 0
        with pytest.raises(NotFoundError) as refused:
            find_segment(view.schemes, id_)
        assert refused.value.expected is not None
        assert id_ not in str(refused.value.expected)
    for wanted in (id_, "nothing"):
        with pytest.raises(NotFoundError) as refused:
            versions_of(warehouse, wanted)
        assert id_ not in str(refused.value.expected)


def test_nobody_can_name_or_define_it(warehouse: Warehouse) -> None:
    add(warehouse, QUIET)
    (id_,) = hidden_ids(warehouse)
    for text in (
        f"segment: {id_}\nwhere: {{did: order}}\n",
        f"segment: x\nwhere: {{in_segment: {id_}}}\n",
        f"segment: x\nwhere: {{entered: {id_}}}\n",
    ):
        with pytest.raises(ProblemsError):
            add(warehouse, text)


# --- told where it is not known -----------------------------------------------------------------------


def test_what_is_not_registered_yet_is_true_of_nobody_and_that_is_told(warehouse: Warehouse) -> None:
    run(warehouse, 5)
    new = parse_text(QUIET)
    with open_view(warehouse, config(), june(20)) as view:
        answer = size(view, asked_definitions(view, new))
        assert (answer.people, len(answer.unrecorded)) == (0, 1)
        assert len(diff(view, new).unrecorded) == 1
        staged = size(view, asked_definitions(view, parse_text(IN_STAGE)))
        assert staged.unrecorded == (), "the log of a ready scheme is there"
    add(warehouse, QUIETER, "2025-06-06")
    run(warehouse, 6)
    with open_view(warehouse, config(), june(20)) as view:
        # what another definition has had recorded is known
        answer = size(view, asked_definitions(view, new))
        assert (answer.people, answer.unrecorded) == (1, ())
    with open_view(warehouse, config(), june(6)) as view:
        assert len(size(view, asked_ids(view, ["quieter"])).unrecorded) == 1


def test_an_explanation_says_since_when_it_holds_and_when_it_is_long_enough(warehouse: Warehouse) -> None:
    add(warehouse, QUIET)
    early = why(warehouse, "quiet", "ann", june(3))
    assert early.root.record == Record(None, None)
    run(warehouse, *range(1, 7))
    before = why(warehouse, "quiet", "ann", june(3))
    assert before.root.record == Record(june(1), None)
    answer = why(warehouse, "quiet", "ann", june(7))
    assert not answer.is_member
    assert (answer.root.value, answer.root.record) == (7, Record(june(1), june(5)))
    assert answer.turns_at == june(12)
    assert why(warehouse, "quiet", "ann", june(12)).is_member


def test_an_explanation_after_a_gap_in_recording(warehouse: Warehouse) -> None:
    add(warehouse, QUIET)
    run(warehouse, 5)
    remove(warehouse, "quiet", "2025-06-05")
    run(warehouse, 6)
    add(warehouse, QUIET, "2025-06-06")
    assert why(warehouse, "quiet", "ann", june(7)).root.record == Record(None, None)
    run(warehouse, 7)
    assert why(warehouse, "quiet", "ann", june(8)).root.record == Record(june(7), june(7))


def test_months_that_lack_the_day_turn_with_the_next_one(warehouse: Warehouse) -> None:
    """Since 31 May at 06:00: 30 June is no month later, as a month before it is 30 May; 1 July is."""
    add(
        warehouse,
        "segment: stays\nwhere: {in_segment: shy, held_for: 1mo}\n---\nsegment: shy\nwhere: {did: order}\n",
    )
    at = day("2025-05-31 06:00")
    refresh(warehouse, config(), at, at)
    assert why(warehouse, "stays", "ann", june(2)).turns_at == day("2025-07-01")
    assert members(warehouse, "stays", day("2025-07-01") - TICK) == []
    assert members(warehouse, "stays", day("2025-07-01")) == ["ann"]
