"""Definitions of people's own in the registry, in a refresh and in the log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from kogorta.config import Config, parse
from kogorta.definitions.parsing import parse_text
from kogorta.errors import NotFoundError, ProblemsError
from kogorta.membership.define import define
from kogorta.membership.log import computed_members, find_segment, recorded_members, sizes
from kogorta.membership.own import registered
from kogorta.membership.refresh import refresh
from kogorta.membership.view import open_view
from kogorta.warehouse.store import Warehouse
from tests.support import commit, day, order

T1 = day("2025-06-01")
T2 = day("2025-06-08")

FREQUENT = "segment: frequent\nwhere: {did: order, times: {at_least: 5}, within: 60d}\n"
RECENT = "segment: recent\nwhere: {all: [{in_segment: frequent}, {did: order, within: 14d}]}\n"
TIERS = """
scheme: tiers
base: ordered
segments:
  - {id: gold, where: {trait: monetary_amount, top: 10%}}
  - {id: silver, where: {did: order, times: {at_least: 5}}}
otherwise: bronze
"""


def config() -> Config:
    """Frames are kept for a month."""
    return parse(
        {
            "workspace": {"timezone": "UTC"},
            "cadence": {"rfm": "30d", "lifecycle": "30d"},
            "rfm": {"window_days": 365},
        }
    )


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    """Twenty customers: c00 to c09 ordered twice, c10 to c19 five times, every ten days up to 25 May.

    An order of customer n is 10 + n/100 in money, so that of the five-timers c19 spent the most.
    """
    opened = Warehouse(tmp_path / "data" / "warehouse.duckdb")
    rows = []
    for n in range(20):
        for k in range(2 if n < 10 else 5):
            at = day("2025-05-25") - timedelta(days=10 * k, hours=n)
            rows.append(order(f"{n}-{k}", f"c{n:02}", at.isoformat(), 1000 + n))
    commit(opened, "orders", rows)
    yield opened
    opened.close()


def add(
    warehouse: Warehouse, text: str, at: datetime = T1, author: str | None = None
) -> list[tuple[str, int]]:
    """Define, and say which versions were written."""
    with open_view(warehouse, config(), at) as view:
        return [(item.definition, item.number) for item in define(view, parse_text(text), at, author)]


def remove(warehouse: Warehouse, id_: str, at: datetime = T1) -> list[tuple[str, int]]:
    """Take a definition away."""
    with open_view(warehouse, config(), at) as view:
        return [(item.definition, item.number) for item in define(view, [], at, without=[id_])]


def log(warehouse: Warehouse, run: int, scheme: str) -> set[tuple[str, str, str, str]]:
    """What a run wrote: customer, op, segment, cause."""
    return set(
        warehouse.rows(
            """SELECT i.customer_id, op, segment, cause FROM membership_changes
            JOIN customer_ids i USING (customer_key) WHERE run_id = ? AND scheme = ?""",
            [run, scheme],
        )
    )


def members(warehouse: Warehouse, id_: str, at: datetime, *, recorded: bool = False) -> list[str]:
    """Who is in a segment."""
    with open_view(warehouse, config(), at) as view:
        item, segment = find_segment(view.schemes, id_)
        table = (
            recorded_members(warehouse, item, segment, at)
            if recorded
            else computed_members(view, item, segment)
        )
        found: list[str] = table["customer_id"].to_pylist()
    return found


FIVE_TIMERS = [f"c{n}" for n in range(10, 20)]


def test_a_definition_is_registered_once(warehouse: Warehouse) -> None:
    assert add(warehouse, FREQUENT, author="ann") == [("frequent", 1)]
    assert add(warehouse, FREQUENT) == []
    assert add(warehouse, "# the same\n" + FREQUENT.replace("at_least: 5", "at_least:  5")) == []
    assert add(warehouse, FREQUENT.replace("5", "4")) == [("frequent", 2)]
    rows = warehouse.rows("SELECT version, author, is_removed FROM definition_versions ORDER BY version")
    assert rows == [(1, "ann", False), (2, None, False)]
    assert list(registered(warehouse)) == ["frequent"]


def test_members_by_hand(warehouse: Warehouse) -> None:
    add(warehouse, FREQUENT + "---\n" + RECENT + "---\n" + TIERS)
    assert members(warehouse, "frequent", T1) == FIVE_TIMERS
    assert members(warehouse, "recent", T1) == FIVE_TIMERS
    # 14 days after 25 May, c10 ordered at 14:00 on 24 May, c19 at 05:00
    assert members(warehouse, "recent", day("2025-06-07 14:00")) == ["c10"]
    assert members(warehouse, "recent", day("2025-06-07 14:00:00.000001")) == []
    assert members(warehouse, "tiers.gold", T1) == ["c18", "c19"]
    assert members(warehouse, "tiers.silver", T1) == FIVE_TIMERS[:8]
    assert members(warehouse, "tiers.bronze", T1) == [f"c{n:02}" for n in range(10)]


def test_what_no_mark_can_be_is_true_of_nobody(warehouse: Warehouse) -> None:
    ticket = {"ticket_id": "1", "customer_id": "c07", "opened_at": T1 - timedelta(days=3), "satisfaction": 2}
    commit(warehouse, "tickets", [ticket])
    # marks are whole numbers: the first condition is known before anybody is looked at
    text = "segment: asked_%d\nwhere: {did: ticket, where: {satisfaction: {is: %s}}, times: {at_least: 1}}\n"
    add(warehouse, text % (1, "1.5") + "---\n" + text % (2, "2"))
    assert members(warehouse, "asked_1", T1) == []
    assert members(warehouse, "asked_2", T1) == ["c07"]


def test_a_refresh_keeps_definitions_current_and_says_why(warehouse: Warehouse) -> None:
    add(warehouse, FREQUENT + "---\n" + RECENT)
    refresh(warehouse, config(), T1, T1)
    assert log(warehouse, 1, "frequent") == {(c, "enter", "frequent", "initial") for c in FIVE_TIMERS}
    refresh(warehouse, config(), T2, T2)
    assert log(warehouse, 2, "recent") == {(c, "leave", "recent", "time") for c in FIVE_TIMERS}
    commit(warehouse, "orders", [order("new", "c11", "2025-06-09 10:00", 500)])
    refresh(warehouse, config(), day("2025-06-10"), day("2025-06-10"))
    assert log(warehouse, 3, "recent") == {("c11", "enter", "recent", "facts")}
    assert members(warehouse, "recent", T1, recorded=True) == FIVE_TIMERS
    assert members(warehouse, "recent", T2, recorded=True) == []
    assert members(warehouse, "recent", day("2025-06-10"), recorded=True) == ["c11"]


def test_an_edit_is_the_cause_also_of_what_names_it(warehouse: Warehouse) -> None:
    add(warehouse, FREQUENT + "---\n" + RECENT + "---\n" + TIERS)
    refresh(warehouse, config(), T1, T1)
    assert add(warehouse, FREQUENT.replace("at_least: 5", "at_least: 2")) == [("frequent", 2), ("recent", 2)]
    refresh(warehouse, config(), T1, T1)
    twice = [f"c{n:02}" for n in range(10)]
    assert log(warehouse, 2, "frequent") == {(c, "enter", "frequent", "definition") for c in twice}
    assert log(warehouse, 2, "recent") == {(c, "enter", "recent", "definition") for c in twice}
    assert log(warehouse, 2, "tiers") == set()
    assert warehouse.rows("SELECT DISTINCT version FROM membership_changes WHERE run_id = 2") == [(2,)]


def test_an_edit_between_two_refreshes_is_not_hidden_by_time(warehouse: Warehouse) -> None:
    add(warehouse, RECENT + "---\n" + FREQUENT)
    refresh(warehouse, config(), T1, T1)
    add(warehouse, RECENT.replace("14d", "1d"))
    refresh(warehouse, config(), T2, T2)
    assert {cause for *_, cause in log(warehouse, 2, "recent")} == {"definition"}


def test_what_is_taken_away_is_left_by_everyone(warehouse: Warehouse) -> None:
    add(warehouse, FREQUENT)
    refresh(warehouse, config(), T1, T1)
    assert remove(warehouse, "frequent") == [("frequent", 2)]
    assert registered(warehouse) == {}
    refresh(warehouse, config(), T1, T1)
    assert log(warehouse, 2, "frequent") == {(c, "leave", "frequent", "definition") for c in FIVE_TIMERS}
    with pytest.raises(NotFoundError):
        members(warehouse, "frequent", T1)
    # It may come back, and that is no first record.
    assert add(warehouse, FREQUENT) == [("frequent", 3)]
    refresh(warehouse, config(), T1, T1)
    assert {cause for *_, cause in log(warehouse, 3, "frequent")} == {"definition"}


def test_what_others_name_is_not_taken_away(warehouse: Warehouse) -> None:
    add(warehouse, FREQUENT + "---\n" + RECENT)
    with pytest.raises(ProblemsError, match="frequent"):
        remove(warehouse, "frequent")
    assert list(registered(warehouse)) == ["frequent", "recent"]
    with pytest.raises(NotFoundError):
        remove(warehouse, "nobody")


def test_between_frames_a_top_share_is_a_cut(warehouse: Warehouse) -> None:
    """The frame of T1 says that top 10 % is more than what c17 spent; twenty new big spenders do not move it."""
    add(warehouse, TIERS)
    refresh(warehouse, config(), T1, T1)
    rich = [order(f"rich{n}", f"r{n:02}", "2025-06-02 10:00", 10_000_000) for n in range(20)]
    commit(warehouse, "orders", rich)
    refresh(warehouse, config(), T2, T2)
    gold = members(warehouse, "tiers.gold", T2)
    assert gold == ["c18", "c19", *sorted(f"r{n:02}" for n in range(20))]
    assert members(warehouse, "tiers.gold", T2, recorded=True) == gold
    refresh(warehouse, config(), T2, T2, full=True)
    # Of forty people, 90 % spent less than the four richest: twenty are equal, so nobody has 36 below him.
    assert members(warehouse, "tiers.gold", T2) == []
    assert {cause for *_, cause in log(warehouse, 3, "tiers")} == {"frame"}


def test_refreshing_twice_is_asking_later(warehouse: Warehouse) -> None:
    add(warehouse, FREQUENT + "---\n" + RECENT + "---\n" + TIERS)
    for at in (T1, T2, day("2025-07-20")):
        refresh(warehouse, config(), at, at)
        for id_ in ("frequent", "recent", "tiers.gold", "tiers.silver", "tiers.bronze"):
            assert members(warehouse, id_, at, recorded=True) == members(warehouse, id_, at)


def test_the_log_itself_can_be_asked(warehouse: Warehouse) -> None:
    """`entered` sees earlier runs only, and by default those where people moved by themselves."""
    came_back = "segment: came_back\nwhere: {entered: recent, within: 30d}\n"
    add(warehouse, FREQUENT + "---\n" + RECENT + "---\n" + came_back)
    refresh(warehouse, config(), T1, T1)
    refresh(warehouse, config(), T2, T2)
    commit(warehouse, "orders", [order("new", "c11", "2025-06-09 10:00", 500)])
    now = day("2025-06-10")
    refresh(warehouse, config(), now, now)
    assert members(warehouse, "came_back", now) == []
    assert members(warehouse, "came_back", day("2025-06-10 00:00:00.000001")) == ["c11"]
    add(warehouse, came_back.replace("within: 30d", "within: 30d, causes: any"), now)
    assert members(warehouse, "came_back", now) == FIVE_TIMERS


def test_sizes_of_everything(warehouse: Warehouse) -> None:
    add(warehouse, FREQUENT + "---\n" + TIERS)
    with open_view(warehouse, config(), T1) as view:
        found = sizes(view)
    assert found["frequent"] == {"frequent": 10}
    assert found["tiers"] == {"gold": 2, "silver": 8, "bronze": 10}
    assert sum(found["lifecycle"].values()) == 20


def test_properties_of_a_file_of_events(tmp_path: Path) -> None:
    """A column that events have beyond the canonical ones can be tested of every event."""
    import kogorta

    with kogorta.init(tmp_path / "shop", timezone="UTC") as workspace:
        rows = [
            {
                "event_id": "1",
                "customer_id": "ann",
                "event": "page_viewed",
                "at": "2025-05-30T10:00:00Z",
                "banner": "sale",
            },
            {
                "event_id": "2",
                "customer_id": "bob",
                "event": "page_viewed",
                "at": "2025-05-30T10:00:00Z",
                "banner": "home",
            },
            {
                "event_id": "3",
                "customer_id": "cid",
                "event": "page_left",
                "at": "2025-05-30T10:00:00Z",
                "banner": "sale",
            },
        ]
        workspace.import_table(pa.Table.from_pylist(rows), "events")
        workspace.define(
            "segment: sale\nwhere: {did: page_viewed, where: {banner: {is: sale}}, within: 7d}\n"
        )
        found = workspace.members("sale", "2025-06-01")
    assert found["customer_id"].to_pylist() == ["ann"]


def test_a_consent_in_the_words_of_the_source(warehouse: Warehouse) -> None:
    """What a source calls `E-mail ` or `почта` is the channel email; `any` speaks for it too; the last word counts."""
    words = [
        ("c00", "E-mail ", "granted"),
        ("c01", "почта", "granted"),
        ("c02", "sms", "granted"),
        ("c03", "any", "granted"),
    ]
    rows = [
        {"customer_id": name, "channel": channel, "purpose": "advertising", "at": day("2025-05-01"), "op": op}
        for name, channel, op in [*words, ("c04", "email", "granted")]
    ]
    taken_back = {
        "customer_id": "c04",
        "channel": "mail",
        "purpose": "advertising",
        "at": day("2025-05-02"),
        "op": "withdrawn",
    }
    commit(warehouse, "consents", [*rows, taken_back])
    add(warehouse, "segment: may\nwhere: {consent: {channel: email, purpose: advertising}}\n")
    assert members(warehouse, "may", T1) == ["c00", "c01", "c03"]


def test_a_reset_that_was_told_wrongly_is_no_reset(warehouse: Warehouse) -> None:
    """A row of nobody has versions like any other: the last one counts, the one before it no longer."""
    first: list[dict[str, Any]] = [
        {"list": "vips", "customer_id": "c00", "at": day("2025-05-01"), "op": "add"},
        {"list": "vips", "customer_id": None, "at": day("2025-05-02"), "op": "clear"},
    ]
    commit(warehouse, "list_changes", first)
    add(warehouse, "segment: vips\nwhere: {in_list: vips}\n")
    assert members(warehouse, "vips", T1) == []
    commit(warehouse, "list_changes", [{**first[1], "op": "remove"}])
    assert members(warehouse, "vips", T1) == ["c00"]


@pytest.mark.parametrize("first", ["customers", "attribute_changes"])
def test_of_two_words_of_one_instant_the_one_learnt_last_counts(warehouse: Warehouse, first: str) -> None:
    """A row without a date and a change of its instant say two cities; whichever came with the later commit is true."""
    at = day("1970-01-01")
    rows: dict[str, dict[str, Any]] = {
        "customers": {"customer_id": "c00", "city": "Omsk"},
        "attribute_changes": {"customer_id": "c00", "key": "city", "at": at, "to_value": "Perm"},
    }
    second = next(name for name in rows if name != first)
    for table in (first, second):
        commit(warehouse, table, [rows[table]])
    add(warehouse, "segment: omsk\nwhere: {trait: city, is: Omsk}\n")
    with open_view(warehouse, config(), T1) as view:
        found = computed_members(view, *find_segment(view.schemes, "omsk"))["customer_id"].to_pylist()
    assert found == (["c00"] if second == "customers" else [])
