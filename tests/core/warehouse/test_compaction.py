"""Compaction changes where rows lie and nothing else."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from operator import methodcaller
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kogorta.errors import CompactionError
from kogorta.schema import TABLES
from kogorta.warehouse import compaction
from kogorta.warehouse.compaction import Lie, compact, lies
from kogorta.warehouse.hashes import HASHES
from kogorta.warehouse.layout import NOBODY, OWNER, UNKNOWN, has_owner
from kogorta.warehouse.store import Warehouse
from tests.support import commit, day, order

FULL = """
import contextlib, pathlib, resource, signal, sys
import duckdb
from kogorta.errors import CompactionError
from kogorta.warehouse.compaction import compact
from kogorta.warehouse.store import Warehouse
warehouse = Warehouse(pathlib.Path(sys.argv[1]))
size = pathlib.Path(sys.argv[1]).stat().st_size
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(size * float(sys.argv[2])), resource.RLIM_INFINITY))
try:
    compact(warehouse)
except CompactionError as error:
    print("refused", error.code, error.message)
# a full disk may refuse the last checkpoint, too: what counts is what the next opening finds
with contextlib.suppress(duckdb.Error, OSError):
    warehouse.close()
"""


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    """Give an empty store."""
    opened = Warehouse(tmp_path / "data" / "warehouse.duckdb")
    yield opened
    opened.close()


@pytest.fixture
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tail of one row is worth it, and a few rows are sorted at once."""
    monkeypatch.setattr(compaction, "LEAST_TAIL", 0)
    monkeypatch.setattr(compaction, "SLICE_ROWS", 10)


def contents(warehouse: Warehouse) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables of facts, with every column but the one that says where they lie."""
    return {
        name: warehouse.rows(
            f"SELECT {'* EXCLUDE (' + OWNER + ')' if has_owner(table) else '*'} FROM {name} ORDER BY ALL"
        )
        for name, table in TABLES.items()
    }


def moments(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    """The copy of events in the order of time."""
    return warehouse.rows("SELECT * FROM event_moments ORDER BY ALL")


def moments_of_events(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    """What it has to be: every event of somebody, with the number of whole minutes since 1970 (before it, rounded up)."""
    rows = warehouse.rows(
        'SELECT "at", ingest_seq, name, customer_key FROM events WHERE customer_key IS NOT NULL'
    )
    return sorted((int((row[0] - day("1970-01-01")) / timedelta(minutes=1)), *row) for row in rows)


def line(order_id: str, no: int, product: str = "x", amount: int = 5) -> dict[str, Any]:
    """Return a row of `order_lines`."""
    return {"order_id": order_id, "line_no": no, "product_id": product, "amount": amount}


def fill(warehouse: Warehouse) -> None:
    """A base with versions, corrections that give an order to another, rows of nobody, and lines without an order."""
    commit(warehouse, "orders", [order(f"o{n}", f"c{n % 7}", f"2025-01-{1 + n % 28:02}") for n in range(100)])
    commit(warehouse, "orders", [order("nobody's", None, "2025-02-01")])
    commit(warehouse, "orders", [order("o3", "c5", "2025-01-04"), order("o4", "c4", "2025-01-05", 777)])
    commit(
        warehouse, "order_lines", [line(f"o{n}", 1) for n in range(100)] + [line("nobody's", 1), line("?", 1)]
    )
    events = [
        {
            "event_id": f"e{n}",
            "customer_id": f"c{n % 5}",
            "name": "seen",
            "at": day(f"2025-01-{1 + n % 28:02}"),
        }
        for n in range(60)
    ]
    commit(warehouse, "events", [*events, {"event_id": "?", "name": "seen", "at": day("2025-01-01")}])


@pytest.mark.usefixtures("_at_once")
def test_rows_of_a_customer_lie_together_and_none_is_changed(warehouse: Warehouse) -> None:
    fill(warehouse)
    before = contents(warehouse)
    done = compact(warehouse)
    assert contents(warehouse) == before
    assert {(item.table, item.rows) for item in done} == {
        ("orders", 103),
        ("order_lines", 102),
        ("events", 61),
        ("events_hashes", 61),
        ("event_moments", 60),
    }
    for query in (
        f'SELECT {OWNER}, "ordered_at" FROM orders',
        f"SELECT {OWNER} FROM order_lines",
        'SELECT coalesce(customer_key, -1), "at" FROM events',
        'SELECT slice, "at", customer_key FROM event_moments',
    ):
        rows = warehouse.rows(query)
        assert rows == sorted(rows)
    assert compact(warehouse) == []


@pytest.mark.usefixtures("_at_once")
def test_all_versions_of_a_key_lie_near_its_first_customer(warehouse: Warehouse) -> None:
    fill(warehouse)
    keys = dict(warehouse.rows("SELECT customer_id, customer_key FROM customer_ids"))
    expected = [("nobody's", NOBODY), ("o3", keys["c3"]), ("o3", keys["c3"]), ("o8", keys["c1"])]
    query = f"SELECT order_id, {OWNER} FROM orders WHERE order_id IN ('o3', 'o8', 'nobody''s') ORDER BY ALL"
    assert warehouse.rows(query) == expected
    compact(warehouse)
    assert warehouse.rows(query) == expected
    lines = warehouse.rows(
        f"SELECT order_id, {OWNER} FROM order_lines WHERE order_id IN ('o3', '?', 'nobody''s') ORDER BY ALL"
    )
    assert lines == [("?", UNKNOWN), ("nobody's", NOBODY), ("o3", keys["c3"])]


@pytest.mark.usefixtures("_at_once")
def test_what_comes_after_it_is_brought_in_as_before(warehouse: Warehouse) -> None:
    fill(warehouse)
    compact(warehouse)
    assert commit(warehouse, "orders", [order("o3", "c1", "2025-01-04")]).rows.updated == 1
    again = [{"event_id": "e1", "customer_id": "c1", "name": "other", "at": day("2025-03-01")}]
    assert commit(warehouse, "events", again).rows.same == 1
    commit(warehouse, "order_lines", [line("new", 1)])
    assert warehouse.rows(f"SELECT {OWNER} FROM order_lines WHERE order_id = 'new'") == [(UNKNOWN,)]
    versions = warehouse.rows(f"SELECT version_no, {OWNER} FROM orders WHERE order_id = 'o3' ORDER BY 1")
    assert [number for number, _ in versions] == [1, 2, 3]
    assert len({owner for _, owner in versions}) == 1


def test_a_short_tail_is_left_alone(warehouse: Warehouse) -> None:
    fill(warehouse)
    assert compact(warehouse) == []


@pytest.mark.parametrize(
    ("lie", "worthwhile", "due"),
    [
        (Lie("t", rows=100_000, runs=0, sorted_rows=0, largest_run=0), False, False),
        (Lie("t", rows=500_000, runs=0, sorted_rows=0, largest_run=0), True, False),
        (Lie("t", rows=3_000_000, runs=0, sorted_rows=0, largest_run=0), True, True),
        (Lie("t", rows=3_000_000, runs=1, sorted_rows=3_000_000, largest_run=3_000_000), False, False),
        (Lie("t", rows=9_000_000, runs=1, sorted_rows=5_000_000, largest_run=5_000_000), True, False),
        (Lie("t", rows=9_000_000, runs=9, sorted_rows=9_000_000, largest_run=1_000_000), True, True),
        # of a run that was sorted, people were erased
        (Lie("t", rows=2_000_000, runs=1, sorted_rows=3_000_000, largest_run=3_000_000), False, False),
        # what lies by time is found in few places, however many runs there are
        (
            Lie("event_moments", rows=9_000_000, runs=9, sorted_rows=9_000_000, largest_run=1_000_000),
            False,
            False,
        ),
        (
            Lie("event_moments", rows=9_000_000, runs=1, sorted_rows=4_000_000, largest_run=4_000_000),
            True,
            True,
        ),
    ],
)
def test_when_it_is_worth_it_and_when_it_is_due(lie: Lie, worthwhile: bool, due: bool) -> None:
    assert (lie.is_worthwhile, lie.is_due) == (worthwhile, due)


def test_a_large_commit_is_a_run_in_order(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("merge", "once", "commit"):
        monkeypatch.setattr(f"kogorta.warehouse.{module}.RUN_ROWS", 50)
    fill(warehouse)
    found = {item.table: item for item in lies(warehouse)}
    assert (found["orders"].runs, found["orders"].sorted_rows, found["orders"].rows) == (1, 100, 103)
    assert (found["events"].runs, found["events_hashes"].runs, found["order_lines"].runs) == (1, 1, 0)
    assert (found["event_moments"].runs, found["event_moments"].sorted_rows) == (1, 60)
    assert warehouse.rows(f"SELECT {OWNER} FROM orders LIMIT 100") == sorted(
        warehouse.rows(f"SELECT {OWNER} FROM orders LIMIT 100")
    )


@pytest.mark.usefixtures("_at_once")
def test_readers_go_on_while_tables_change_places(warehouse: Warehouse) -> None:
    """Every query of another cursor sees each row once, whichever table it finds."""
    fill(warehouse)
    stop, errors, seen = threading.Event(), [], []

    def read() -> None:
        with warehouse.session() as session:
            while not stop.is_set():
                try:
                    rows = session.query(
                        "SELECT (SELECT count(*) FROM events WHERE name = 'seen') AS events, count(*) AS orders,"
                        " count(DISTINCT order_id) AS ids FROM orders"
                    ).to_pylist()
                except Exception as error:  # noqa: BLE001  any would be a failure
                    errors.append(error)
                else:
                    seen.append(tuple(rows[0].values()))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(30):
        for name in ("orders", "events"):
            warehouse.write(partial(compaction.rewrite, name=name))
        if number % 10 == 0:
            warehouse.engine.free_space()
    stop.set()
    for reader in readers:
        reader.join()
    assert errors == []
    assert set(seen) == {(61, 103, 101)}


def test_the_room_of_the_old_table_is_used_again(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    warehouse = Warehouse(path)
    warehouse.write(methodcaller("execute", big(450_000)))
    sizes = []
    for _ in range(4):
        warehouse.write(partial(compaction.rewrite, name="events"))
        warehouse.engine.free_space()
        warehouse.write(lambda _: None)
        sizes.append(path.stat().st_size)
    warehouse.close()
    assert sizes[-1] < 1.5 * sizes[0], sizes
    # the second time there had to be room for two: from then on there is enough
    assert sizes[-1] <= 1.1 * sizes[1], sizes


def big(rows: int) -> str:
    """Return SQL that makes so many events of a thousand people."""
    return f"""INSERT INTO events BY NAME SELECT (i * 7919) % 1000 AS customer_key, md5(i::VARCHAR) AS event_id, 'seen' AS name,
    TIMESTAMP '2025-01-01' + to_seconds(i) AS at, TIMESTAMP '2025-01-01' + to_seconds(i) AS valid_at, 1::BIGINT AS ingest_seq,
    1 AS version_no, false AS is_removed FROM range({rows}) t(i)"""


@pytest.mark.parametrize("room", [1.05, 1.4])
def test_a_full_disk_is_told_and_every_fact_is_where_it_was(room: float, tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    warehouse = Warehouse(path)
    warehouse.write(methodcaller("execute", big(150_000)))
    before = warehouse.rows("SELECT count(*), sum(hash(event_id, customer_key, valid_at)) FROM events")
    warehouse.close()
    told = subprocess.run(
        [sys.executable, "-c", FULL, str(path), str(room)], stdout=subprocess.PIPE, text=True, check=False
    ).stdout
    assert told == (
        "refused compaction table events could not be laid out anew; every fact is where it was\n"
    )
    again = Warehouse(path)
    assert again.rows("SELECT count(*), sum(hash(event_id, customer_key, valid_at)) FROM events") == before
    assert [item.table for item in compact(again)] == ["events"]
    assert again.rows("SELECT count(*), sum(hash(event_id, customer_key, valid_at)) FROM events") == before
    again.close()


def test_what_the_engine_refuses_is_told_by_the_table(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compaction, "LEAST_TAIL", 0)
    fill(warehouse)
    before = contents(warehouse)
    monkeypatch.setattr(
        compaction, "_sorted_sql", lambda *_: ["SELECT * FROM read_csv('/dev/full/none', header = true)"]
    )
    with pytest.raises(CompactionError, match="table orders could not be laid out anew"):
        compact(warehouse)
    assert contents(warehouse) == before


STREAM = st.lists(
    st.one_of(
        st.tuples(st.just("orders"), st.integers(0, 5), st.integers(0, 3), st.integers(0, 2)),
        st.tuples(st.just("order_lines"), st.integers(0, 5), st.integers(0, 2), st.integers(0, 2)),
        st.tuples(st.just("events"), st.integers(0, 8), st.integers(0, 3), st.integers(0, 2)),
        st.tuples(st.just("compact")),
    ),
    min_size=1,
    max_size=14,
)


def row_of(table: str, key: int, customer: int, value: int) -> dict[str, Any]:
    """Return a row of a random stream; the customer 0 is nobody."""
    name = f"c{customer}" if customer else None
    if table == "orders":
        return order(f"o{key}", name, f"2025-01-0{1 + key}", 100 + value)
    if table == "order_lines":
        return line(f"o{key}", 1 + customer, f"p{value}")
    return {
        "event_id": f"e{key}",
        "customer_id": name,
        "name": f"n{value}",
        "at": day(f"2025-01-0{1 + value}"),
    }


@pytest.mark.usefixtures("_at_once")
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stream=STREAM, seed=st.integers(0, 100))
def test_streams_say_the_same_with_and_without_it(
    tmp_path_factory: pytest.TempPathFactory, stream: list[Any], seed: int
) -> None:
    """Two stores get the same files; only one of them is ever compacted."""
    folder = tmp_path_factory.mktemp("stores")
    stores = [Warehouse(folder / f"{name}.duckdb") for name in ("compacted", "plain")]
    dice = random.Random(seed)
    pending: dict[str, list[dict[str, Any]]] = {}
    for step in [*stream, ("compact",)]:
        if step[0] != "compact":
            pending.setdefault(step[0], []).append(row_of(*step))
            if dice.random() < 0.5:
                continue
        results = [
            [commit(store, table, rows) for store in stores] for table, rows in sorted(pending.items())
        ]
        assert all(one == other for one, other in results)
        pending.clear()
        if step[0] == "compact":
            compact(stores[0])
    assert contents(stores[0]) == contents(stores[1])
    for store in stores:
        owners = store.rows(f"SELECT order_id FROM orders GROUP BY 1 HAVING count(DISTINCT {OWNER}) > 1")
        assert owners == []
        for name, hashes in HASHES.items():
            assert store.rows(f"SELECT count(*) FROM {name}") == store.rows(f"SELECT count(*) FROM {hashes}")
        assert moments(store) == moments_of_events(store)
        store.close()
