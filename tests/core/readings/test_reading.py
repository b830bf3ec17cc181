"""A reading says what the store says as of the last refresh, and goes on saying it while the store changes."""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from kogorta.errors import EngineError, InputError, NotFoundError
from kogorta.readings import COLUMNS, PeopleQuery, Reading, newest, take
from kogorta.warehouse.copies import write_copy
from kogorta.workspace import Workspace, create

FIRST, SECOND = "2025-06-01", "2025-06-20"
NOW = datetime(2025, 6, 20, 12)  # noqa: DTZ001  UTC without a zone, as instants are inside
ORDERS = {
    # who, on which days of 2025, for how much each time
    "anna": (["2025-01-05", "2025-02-04", "2025-03-06", "2025-04-05", "2025-05-05", "2025-05-30"], 900),
    "boris": (["2025-05-28"], 300),
    "vera": (["2024-06-01", "2024-06-20"], 500),
    "100%": (["2025-05-01", "2025-05-20"], 200),
}
OWN = """
segment: many_orders
name: {ru: Много заказов, en: Many orders}
where: {trait: orders_count, at_least: 2}
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("reading") / "base"
    create(folder, "shop", name="Reading", currency="RUB", timezone="UTC", language="en")
    with Workspace(folder, now=lambda: NOW) as found:
        rows = [(who, day, amount) for who, (days, amount) in ORDERS.items() for day in days]
        found.import_table(
            pa.table(
                {
                    "order_id": [str(number) for number, _ in enumerate(rows)],
                    "customer_id": [who for who, _, _ in rows],
                    "ordered_at": [day for _, day, _ in rows],
                    "amount": [amount for _, _, amount in rows],
                }
            ),
            table="orders",
        )
        found.import_table(
            pa.table(
                {
                    "customer_id": ["anna", "boris", "vera"],
                    "name": ["Анна Ким", "Борис_О", "Vera O’Hara"],
                    "email": ["anna@mail.example", None, None],
                    "phone": ["+79161234567", None, "+79160000001"],
                }
            ),
            table="customers",
        )
        found.define(OWN)
        found.refresh(FIRST)
        found.refresh(SECOND)
        yield found


@pytest.fixture(scope="module")
def reading(workspace: Workspace) -> Iterator[Reading]:
    path = take(workspace.warehouse, workspace.config, workspace.folder / "data" / "readings", NOW)
    assert path is not None
    found = Reading(path)
    yield found
    found.close()


def ids(reading: Reading, **wishes: object) -> list[str]:
    return [row.values["customer_id"] for row in reading.people(PeopleQuery(**wishes))]  # type: ignore[arg-type]


def test_it_stands_at_the_instant_of_the_last_refresh(reading: Reading) -> None:
    assert reading.stamp.as_of == datetime.fromisoformat(SECOND)
    assert reading.stamp.taken_at == NOW
    assert reading.stamp.run_id == 2


def test_it_lists_everyone_with_what_the_orders_say(reading: Reading) -> None:
    found = {row.values["customer_id"]: row.values for row in reading.people(PeopleQuery())}
    assert set(found) == set(ORDERS)
    for who, (days, amount) in ORDERS.items():
        assert found[who]["orders_count"] == len(days)
        assert found[who]["revenue_total"] == len(days) * amount * 100
        assert found[who]["last_order_at"] == datetime.fromisoformat(max(days))
    assert found["anna"]["name"] == "Анна Ким"
    assert (found["anna"]["email"], found["anna"]["phone"]) == ("anna@mail.example", "+79161234567")
    assert found["boris"]["phone"] is None


def test_every_segment_has_the_members_that_the_workspace_counts(
    reading: Reading, workspace: Workspace
) -> None:
    counted = workspace.sizes(SECOND)
    told: dict[str, dict[str, int]] = {}
    for item in reading.segments.values():
        told.setdefault(item.scheme, {})[item.segment] = item.people
    assert told == counted
    assert reading.segment("many_orders").people == sum(len(days) >= 2 for days, _ in ORDERS.values())


def test_members_of_a_segment_are_listed_with_the_instant_they_entered(reading: Reading) -> None:
    rows = reading.people(PeopleQuery(segments=("many_orders",), sort="customer_id", is_descending=False))
    assert [row.values["customer_id"] for row in rows] == ["100%", "anna", "vera"]
    assert {row.entered_at for row in rows} == {datetime.fromisoformat(FIRST)}


def test_who_is_in_several_segments_is_in_all_of_them(reading: Reading) -> None:
    stage = reading.segments_of(reading.person("vera").customer_key)
    assert "many_orders" in stage
    (lifecycle,) = [id_ for id_ in stage if id_.startswith("lifecycle.")]
    assert "vera" in ids(reading, segments=("many_orders", lifecycle))
    assert "boris" not in ids(reading, segments=("many_orders", lifecycle))


def test_sizes_and_changes_are_those_of_the_log(reading: Reading, workspace: Workspace) -> None:
    for item in reading.segments.values():
        entered, left = workspace.warehouse.rows(
            "SELECT count(*) FILTER (op = 'enter'), count(*) FILTER (op = 'leave') FROM membership_changes"
            " WHERE scheme = ? AND segment = ?",
            [item.scheme, item.segment],
        )[0]
        steps = reading.sizes(item.id)
        assert sum(step.entered for step in steps) == entered
        assert sum(step.left for step in steps) == left
        if steps:
            assert steps[-1].people == entered - left == item.people
    moved = workspace.warehouse.rows("SELECT count(*) FROM membership_changes WHERE cause <> 'initial'")[0][0]
    assert sum(len(reading.changes(id_, 1000)) for id_ in reading.segments) == moved > 0


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("анна", {"anna"}),
        ("ANNA@", {"anna"}),
        ("8 (916) 123-45-67", {"anna"}),
        ("1234567", {"anna"}),
        ("+7 916", {"anna", "vera"}),
        ("%", {"100%"}),
        ("_", {"boris"}),
        ("o’hara", {"vera"}),
        ("'; DROP TABLE people; --", set()),
        ("123", set()),
    ],
)
def test_a_search_finds_parts_of_names_ids_and_addresses_and_digits_of_telephones(
    reading: Reading, typed: str, found: set[str]
) -> None:
    assert set(ids(reading, search=typed)) == found
    assert reading.count(PeopleQuery(search=typed)) == len(found)


def test_a_search_that_finds_many_is_not_remembered_and_finds_the_same(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = {"anna", "vera"}
    assert set(ids(reading, search="+7 916")) == few
    monkeypatch.setattr("kogorta.readings.reading._FOUND_MOST", len(few) - 1)
    again = Reading(reading.path)
    try:
        assert set(ids(again, search="+7 916")) == few
        assert again.count(PeopleQuery(search="+7 916")) == len(few)
    finally:
        again.close()


@pytest.mark.parametrize("column", COLUMNS)
def test_pages_of_any_order_neither_overlap_nor_leave_anyone_out(reading: Reading, column: str) -> None:
    for down in (True, False):
        pages = [ids(reading, sort=column, is_descending=down, offset=place, limit=1) for place in range(5)]
        assert sorted(functools.reduce(operator.iadd, pages, [])) == sorted(ORDERS)
        values = [row.values[column] for row in reading.people(PeopleQuery(sort=column, is_descending=down))]
        known = [value for value in values if value is not None]
        assert values == sorted(known, reverse=down) + [None] * (len(values) - len(known))


def test_cells_of_the_grid_hold_every_buyer_who_is_no_newcomer_once(reading: Reading) -> None:
    cells = [ids(reading, cell=(r, fm)) for r in range(1, 6) for fm in range(1, 6)]
    newcomers = ids(reading, segments=("rfm_simple.newcomers",))
    assert sorted(sum(cells, newcomers)) == sorted(ORDERS)


@pytest.mark.parametrize(
    "wish", [{"sort": "password"}, {"sort": "entered_at"}, {"limit": 0}, {"limit": 5000}, {"offset": -1}]
)
def test_what_a_list_cannot_do_is_refused(wish: dict[str, object]) -> None:
    with pytest.raises(InputError):
        PeopleQuery(**wish)  # type: ignore[arg-type]


def test_names_that_do_not_exist_are_told(reading: Reading) -> None:
    with pytest.raises(NotFoundError, match="no such segment"):
        reading.segment("rfm_simple.nobody")
    with pytest.raises(NotFoundError, match="no such customer"):
        reading.person("nobody")


def test_the_report_comes_back_as_it_was_measured(reading: Reading, workspace: Workspace) -> None:
    assert reading.report == workspace.report_data(SECOND, known_at=reading.stamp.known_seq)


def test_who_reads_the_older_one_goes_on_and_the_next_finds_the_new(
    workspace: Workspace, tmp_path: Path
) -> None:
    older = take(workspace.warehouse, workspace.config, tmp_path, NOW)
    assert older is not None
    with_older = Reading(older)
    newer = take(workspace.warehouse, workspace.config, tmp_path, NOW + timedelta(minutes=5))
    assert newest(tmp_path) == newer != older
    assert not older.exists()
    assert with_older.count(PeopleQuery()) == len(ORDERS)
    with_older.close()


def test_a_base_without_a_refresh_has_no_reading(tmp_path: Path) -> None:
    create(tmp_path / "base", "shop", currency="RUB", timezone="UTC")
    with Workspace(tmp_path / "base") as workspace:
        assert take(workspace.warehouse, workspace.config, tmp_path / "readings", NOW) is None
    assert newest(tmp_path / "readings") is None


def test_a_copy_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    with pytest.raises(EngineError):
        write_copy(tmp_path / "taken" / "x.reading", {"t": pa.table({"a": [1]})})
    bad = tmp_path / "bad.reading"
    bad.write_text("no copy at all")
    with pytest.raises(EngineError):
        Reading(bad)
    assert not list(tmp_path.glob("*.part"))
