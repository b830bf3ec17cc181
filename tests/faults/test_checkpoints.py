"""kill −9 in the middle of one write of the store's file: whichever it is, the store opens with all that was acknowledged."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from operator import methodcaller
from pathlib import Path

import duckdb
import pytest

from kogorta.warehouse.checkpoint import OWN_CHECKPOINTS
from kogorta.warehouse.duckdb_engine import DuckDBEngine
from tests.faults.killing import ROUNDS

SOURCE = Path(__file__).with_name("tear.c")
BATCHES, TABLES, ROWS = 12, 20, 3000
WORK = f"""
import pathlib, sys
from kogorta.warehouse import checkpoint
from kogorta.warehouse.duckdb_engine import DuckDBEngine
checkpoint.WAL_LIMIT = 1
engine = DuckDBEngine(pathlib.Path(sys.argv[1]))
for n in range({BATCHES}):
    def work(c):
        c.execute(f"UPDATE t{{n}} SET s = repeat('x', 50) || i WHERE i % 50 = {{n}}")
        c.execute(f"INSERT INTO big SELECT {{n}}, i, random() FROM range(130000) r(i)")
        c.execute(f"INSERT INTO done VALUES ({{n}})")
    engine.write(work)
    print(n, flush=True)
engine.close()
"""


@pytest.fixture(scope="module")
def preload(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that tears a write."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler (cc or gcc) to build tests/faults/tear.c with")
    built = tmp_path_factory.mktemp("tear") / "tear.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", built, SOURCE, "-ldl"], check=True)
    return built


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store whose blocks of metadata have room left, which the engine writes over in place; something is logged."""
    path = tmp_path_factory.mktemp("seed") / "store.duckdb"
    engine = DuckDBEngine(path)
    for number in range(TABLES):
        sql = f"CREATE TABLE t{number} AS SELECT i, 'text' || i AS s FROM range({ROWS}) r(i)"
        engine.write(methodcaller("execute", sql))
    engine.write(lambda c: c.execute("CREATE TABLE big (n INTEGER, i BIGINT, d DOUBLE)"))
    engine.write(lambda c: c.execute("CREATE TABLE done (n INTEGER)"))
    engine.close()
    with duckdb.connect(str(path), config=dict(OWN_CHECKPOINTS)) as connection:
        connection.execute("PRAGMA disable_checkpoint_on_shutdown")
        connection.execute("CREATE TABLE logged AS SELECT i FROM range(1000) r(i)")
    assert Path(f"{path}.wal").stat().st_size > 0
    return path


def copied(seed: Path, folder: Path) -> Path:
    """The seed in a folder of which nothing else is left."""
    for old in folder.glob("store.duckdb*"):
        old.unlink()
    for suffix in ("", ".wal"):
        shutil.copy(f"{seed}{suffix}", folder / f"store.duckdb{suffix}")
    return folder / "store.duckdb"


def run(path: Path, preload: Path, **env: str) -> list[int]:
    """Work on a store until the end or the tear; return the batches that were acknowledged."""
    told = subprocess.run(
        [sys.executable, "-c", WORK, str(path)],
        env=os.environ | {"LD_PRELOAD": str(preload)} | env,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    return [int(line) for line in told.stdout.split()]


def stored(path: Path) -> list[int]:
    """The batches that a store holds, each of them whole; everything in it can be read."""
    engine = DuckDBEngine(path)
    with engine.session() as session:
        assert session.query("SELECT count(*) AS n FROM logged").to_pylist() == [{"n": 1000}]
        done = [row["n"] for row in session.query("SELECT n FROM done ORDER BY n").to_pylist()]
        big = session.query(
            "SELECT n, count(*) AS rows, count(DISTINCT i) AS i FROM big GROUP BY n ORDER BY n"
        )
        tables = [
            session.query(
                f"SELECT count(*) AS n, count(*) FILTER (s[1] = 'x') AS x FROM t{number}"
            ).to_pylist()
            for number in range(TABLES)
        ]
    engine.close()
    assert big.to_pylist() == [{"n": n, "rows": 130_000, "i": 130_000} for n in done]
    assert tables == [[{"n": ROWS, "x": ROWS // 50 if n in done else 0}] for n in range(TABLES)]
    return done


@pytest.mark.faults
@pytest.mark.timeout(0)
def test_whichever_write_is_torn_nothing_acknowledged_is_lost(
    preload: Path, seed: Path, tmp_path: Path
) -> None:
    count = tmp_path / "count"
    assert run(copied(seed, tmp_path), preload, COUNT=str(count)) == list(range(BATCHES))
    writes = range(int(count.read_text()))
    torn = random.Random(20261122).sample(writes, min(ROUNDS, len(writes)))
    unended = 0
    for number in torn:
        path = copied(seed, tmp_path)
        acknowledged = run(path, preload, TEAR=str(number))
        unended += Path(f"{path}.aside").exists()
        assert stored(path)[: len(acknowledged)] == acknowledged, f"write {number} of {len(writes)} torn"
        assert stored(path)[: len(acknowledged)] == acknowledged, "the second opening"
    assert unended, "no write of a checkpoint was torn: the test proved nothing"
