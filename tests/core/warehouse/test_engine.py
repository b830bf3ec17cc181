"""One owner, one writer, a cursor for each reader; what is acknowledged is durable."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from operator import methodcaller
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from kogorta.errors import EngineError, WorkspaceBusyError
from kogorta.warehouse.duckdb_engine import DuckDBEngine
from kogorta.warehouse.duplicate import duplicate
from kogorta.warehouse.layout import ROW_GROUP
from kogorta.warehouse.looked_up import LookedUp
from kogorta.warehouse.store import Warehouse
from kogorta.warehouse.writer import Writer
from tests.support import commit, day, order

FILL = """
import pathlib, resource, signal, sys
from kogorta.errors import EngineError
from kogorta.warehouse.duckdb_engine import DuckDBEngine
engine = DuckDBEngine(pathlib.Path(sys.argv[1]))
engine.write(lambda c: c.execute("CREATE TABLE t AS SELECT 1 AS n, repeat('x', 100) AS s"))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
for n in range(2, 200):
    try:
        engine.write(lambda c: c.execute(f"INSERT INTO t SELECT {n}, 'x' || i FROM range(3000) r(i)"))
    except EngineError as error:
        print("refused", error.message)
        break
    print(n, flush=True)
engine.close()
"""

HOLD = """
import sys, pathlib
from kogorta.warehouse.duckdb_engine import DuckDBEngine
engine = DuckDBEngine(pathlib.Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.readline()
engine.close()
"""


def test_a_second_process_is_told_who_holds_the_file(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(WorkspaceBusyError, match=f"process {holder.pid}"):
            DuckDBEngine(path)
        holder.stdin.write("\n")
        holder.stdin.close()
    DuckDBEngine(path).close()


def test_a_file_of_something_else_is_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    path.write_text("this is a letter, not a database\n" * 1000)
    with pytest.raises(EngineError, match="cannot be opened"):
        DuckDBEngine(path)


def test_many_threads_write_and_all_of_it_is_there(tmp_path: Path) -> None:
    engine = DuckDBEngine(tmp_path / "store.duckdb")
    engine.write(lambda connection: connection.execute("CREATE TABLE seen (n INTEGER)"))

    def add(number: int) -> None:
        engine.write(lambda connection: connection.execute("INSERT INTO seen VALUES (?)", [number]))

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(add, range(300)))
    with engine.session() as session:
        rows = session.query("SELECT count(*) AS n, count(DISTINCT n) AS d FROM seen").to_pylist()
    engine.close()
    assert rows == [{"n": 300, "d": 300}]


class _Recorder:
    """A connection that writes down what it was told, and fails where it is told to."""

    def __init__(self) -> None:
        self.log: list[str] = []

    def execute(self, query: str, parameters: object = None) -> Any:
        self.log.append(query)
        if query == "bad":
            raise ValueError("no")


def test_jobs_that_wait_together_share_a_commit_and_a_bad_one_takes_nobody_down() -> None:
    connection = _Recorder()
    writer = Writer(connection, after_commit=lambda: connection.log.append("after"))
    begun, gate = threading.Event(), threading.Event()

    def slow(c: Any) -> None:
        c.execute("slow")
        begun.set()
        gate.wait(10)

    first = writer.submit(slow)
    assert begun.wait(10)
    waiting = [writer.submit(methodcaller("execute", query)) for query in ("one", "bad", "two")]
    gate.set()
    first.result(10)
    with pytest.raises(ValueError, match="no"):
        waiting[1].result(10)
    assert waiting[0].result(10) is None
    assert waiting[2].result(10) is None
    writer.close()
    assert [connection.log.count("after"), connection.log[-1]] == [2, "after"]
    log = [entry for entry in connection.log if entry != "after"]
    together = log[log.index("COMMIT") + 1 :]
    assert together[:4] == ["BEGIN TRANSACTION", "one", "bad", "ROLLBACK"]
    committed = [together[i] for i in range(1, len(together)) if together[i - 1] == "BEGIN TRANSACTION"]
    assert committed == ["one", "one", "bad", "two"]
    assert together[-1] == "COMMIT"


def test_a_closed_writer_takes_nothing_more() -> None:
    writer = Writer(_Recorder(), after_commit=lambda: None)
    writer.close()
    with pytest.raises(RuntimeError, match="closed"):
        writer.submit(lambda c: c)


def test_one_process_opens_a_store_once(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    engine = DuckDBEngine(path)
    with pytest.raises(WorkspaceBusyError, match="this process holds the workspace already"):
        DuckDBEngine(path)
    engine.close()
    DuckDBEngine(path).close()


@pytest.mark.parametrize("limit", [100_000, 300_000, 1_000_000])
def test_a_full_disk_is_told_and_loses_nothing(limit: int, tmp_path: Path) -> None:
    """No file may grow beyond the limit: what was acknowledged before is there, what was refused is not."""
    path = tmp_path / "store.duckdb"
    command = [sys.executable, "-c", FILL, str(path), str(limit)]
    told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False).stdout.splitlines()
    assert told[-1] == "refused the store could not be written; nothing of this batch was kept"
    engine = DuckDBEngine(path)
    with engine.session() as session:
        found = session.query("SELECT n, count(*) AS rows FROM t GROUP BY n ORDER BY n").to_pylist()
    engine.close()
    assert found == [{"n": 1, "rows": 1}, *({"n": int(n), "rows": 3000} for n in told[:-1])]


def test_a_reader_sees_the_last_commit_while_a_write_is_open(tmp_path: Path) -> None:
    engine = DuckDBEngine(tmp_path / "store.duckdb")
    engine.write(lambda connection: connection.execute("CREATE TABLE t AS SELECT 1 AS n"))
    inside, release = threading.Event(), threading.Event()

    def slow(connection: Any) -> None:
        connection.execute("INSERT INTO t VALUES (2)")
        inside.set()
        release.wait(10)

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(engine.write, slow)
        assert inside.wait(10)
        with engine.session() as session:
            during = session.query("SELECT count(*) AS n FROM t").to_pylist()
        release.set()
        writing.result(10)
    with engine.session() as session:
        after = session.query("SELECT count(*) AS n FROM t").to_pylist()
    engine.close()
    assert (during, after) == ([{"n": 1}], [{"n": 2}])


def test_names_of_events_are_looked_up_after_each_change_of_facts(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / "warehouse.duckdb")
    event = {"event_id": "1", "customer_id": "ann", "name": "viewed", "at": day("2025-06-01")}
    assert warehouse.event_names() == frozenset()
    commit(warehouse, "events", [event])
    assert warehouse.event_names() == {"viewed"}
    commit(warehouse, "events", [event | {"event_id": "2", "name": "searched"}])
    assert warehouse.event_names() == {"viewed", "searched"}
    warehouse.write(lambda connection: connection.execute("DELETE FROM events WHERE name = 'viewed'"))
    assert warehouse.event_names() == {"searched"}
    commit(warehouse, "events", [event | {"event_id": "3", "name": "bought"}])
    commit(warehouse, "orders", [order("o1", "ann", "2025-06-02")])
    assert warehouse.event_names() == {"searched", "bought"}
    commit(warehouse, "events", [event | {"event_id": "4", "name": "asked"}])
    warehouse.write(lambda connection: connection.execute("DELETE FROM events WHERE name = 'searched'"))
    assert warehouse.event_names() == {"bought", "asked"}
    warehouse.close()


def test_what_tables_hold_is_looked_up_after_each_change_of_facts(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / "warehouse.duckdb")
    event = {"event_id": "1", "customer_id": "ann", "name": "viewed", "at": day("2025-06-01")}
    order = {"order_id": "1", "customer_id": "ann", "ordered_at": day("2025-06-01"), "status": "completed"}
    assert warehouse.contents() == (frozenset(), frozenset())
    commit(warehouse, "events", [event])
    assert warehouse.contents() == (frozenset({"events"}), frozenset())
    commit(warehouse, "orders", [order])
    assert warehouse.contents() == (frozenset({"events", "orders"}), frozenset())
    commit(warehouse, "orders", [order | {"status": "cancelled"}])
    assert warehouse.contents() == (frozenset({"events", "orders"}), frozenset({"orders"}))
    warehouse.write(lambda connection: connection.execute("DELETE FROM events"))
    assert warehouse.contents() == (frozenset({"orders"}), frozenset({"orders"}))
    warehouse.close()


def test_nobody_is_told_what_was_before_a_commit_that_he_may_see() -> None:
    known, looks = LookedUp(), count(1)

    def look() -> int:
        return next(looks)

    assert [known.get("n", look), known.get("n", look)] == [1, 1]
    with known.changing() as about_to_commit:
        assert known.get("n", look) == 1
        about_to_commit()
        # it may be committed by now, or not
        assert [known.get("n", look), known.get("n", look)] == [2, 3]
    assert [known.get("n", look), known.get("n", look)] == [4, 4]

    def look_while_it_changes() -> int:
        with known.changing() as soon:
            soon()
        return look()

    with known.changing():
        pass
    assert known.get("n", look_while_it_changes) == 5
    # nobody knows whether he looked before or after
    assert known.get("n", look) == 6


def test_who_asks_for_few_reads_few_groups_of_rows(tmp_path: Path) -> None:
    engine = DuckDBEngine(tmp_path / "store.duckdb")
    groups = 8
    engine.write(
        lambda connection: connection.execute(
            f"CREATE TABLE facts AS SELECT i // 10 AS customer_key, 'x' || i AS s FROM range({groups * ROW_GROUP}) r(i)"
        )
    )
    duplicate(engine, tmp_path / "copy.duckdb")
    people = groups * ROW_GROUP // 10
    # more than the engine would look for in the groups of rows by itself, all in the first and the last of them
    asked = [*range(30), *range(people - 30, people)]
    with engine.session() as session:
        session.ask_only("wanted", pa.table({"customer_key": pa.array(asked, pa.int64())}))
        plan = session.query(
            "EXPLAIN (ANALYZE, FORMAT json)"
            " SELECT * FROM facts WHERE customer_key IN (SELECT customer_key FROM wanted)"
        )["explain_value"][0].as_py()
    engine.close()
    assert scanned(json.loads(plan), "facts") == 2 * ROW_GROUP
    with duckdb.connect(str(tmp_path / "copy.duckdb"), read_only=True) as copy:
        sizes = copy.execute(
            "SELECT DISTINCT row_group_id, count FROM pragma_storage_info('facts')"
        ).fetchall()
    assert sorted(sizes) == [(number, ROW_GROUP) for number in range(groups)]


def scanned(operator: dict[str, Any], table: str) -> int:
    """Return how many rows of a table an executed plan has looked at."""
    is_it = operator.get("extra_info", {}).get("Table", "").endswith(table)
    own = operator["operator_rows_scanned"] if is_it else 0
    return own + sum(scanned(child, table) for child in operator["children"])


def test_a_store_of_an_older_storage_version_goes_on_and_its_copy_is_of_the_newer_one(tmp_path: Path) -> None:
    path, copy = tmp_path / "store.duckdb", tmp_path / "copy.duckdb"
    with duckdb.connect(str(path), config={"storage_compatibility_version": "v1.0.0"}) as old:
        old.execute("CREATE TABLE t AS SELECT i, 'text' || i % 100 AS s FROM range(50000) r(i)")
    engine = DuckDBEngine(path)
    engine.write(lambda connection: connection.execute("INSERT INTO t SELECT -1, 'new'"))
    engine.close()
    engine = DuckDBEngine(path)
    duplicate(engine, copy)
    engine.close()
    for file, version in ((path, "v1.0.0"), (copy, "v1.5.0")):
        engine = DuckDBEngine(file)
        with engine.session() as session:
            found = session.query("SELECT count(*) AS n, sum(i) AS sum, count(DISTINCT s) AS texts FROM t")
            tags = session.query(
                "SELECT tags['storage_version'] AS v FROM duckdb_databases() WHERE database_name = current_database()"
            )
        engine.close()
        assert found.to_pylist() == [{"n": 50_001, "sum": 50_000 * 49_999 // 2 - 1, "texts": 101}]
        assert tags["v"].to_pylist() == [f"{version}+"]
