"""A checkpoint that never ended is undone; one that ended is left alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from kogorta.warehouse import checkpoint
from kogorta.warehouse.checkpoint import OWN_CHECKPOINTS, Checkpoints, aside_of, mend
from kogorta.warehouse.duckdb_engine import DuckDBEngine

BLOCK = 262_144


def store(path: Path) -> duckdb.DuckDBPyConnection:
    """A store with tables enough that its metadata has room left, and something logged."""
    connection = duckdb.connect(str(path), config=dict(OWN_CHECKPOINTS))
    for number in range(20):
        connection.execute(f"CREATE TABLE t{number} AS SELECT i AS n, 'text' || i AS s FROM range(2000) r(i)")
    connection.execute("CHECKPOINT")
    connection.execute("UPDATE t3 SET s = 'new' WHERE n < 10")
    return connection


def counts(path: Path) -> list[tuple[int, ...]]:
    """What every table of the store holds, read without any mending."""
    with duckdb.connect(str(path)) as connection:
        return [
            connection.execute(
                f"SELECT count(*), sum(n), count(*) FILTER (s = 'new') FROM t{number}"
            ).fetchall()[0]
            for number in range(20)
        ]


EXPECTED = [(2000, 1_999_000, 10 if number == 3 else 0) for number in range(20)]


def interrupted(folder: Path) -> Path:
    """A store whose process died while the engine wrote its metadata: laid aside, and half of a block is nonsense."""
    path = folder / "store.duckdb"
    connection = store(path)
    made = Checkpoints(path, connection)
    made.lay_aside()
    blocks = {row[0] for row in connection.execute("SELECT block_id FROM pragma_metadata_info()").fetchall()}
    died = folder / "died.duckdb"
    for suffix in ("", ".wal", ".aside"):
        shutil.copy(f"{path}{suffix}", f"{died}{suffix}")
    connection.close()
    made.close()
    with died.open("r+b") as file:
        for block in blocks:
            file.seek(3 * 4096 + block * BLOCK)
            file.write(b"\x5a" * (BLOCK // 2))
    return died


def test_a_torn_block_of_metadata_is_put_back(tmp_path: Path) -> None:
    path = interrupted(tmp_path)
    assert mend(path) is True
    assert counts(path) == EXPECTED
    assert not aside_of(path).exists()
    assert mend(path) is False


def test_without_it_the_store_would_be_lost(tmp_path: Path) -> None:
    path = interrupted(tmp_path)
    with pytest.raises(duckdb.Error, match="Corrupt database file"):
        counts(path)


def test_what_has_ended_is_left_alone(tmp_path: Path) -> None:
    """A process that died after the header turned: what was laid aside is older than what stands."""
    path = tmp_path / "store.duckdb"
    connection = store(path)
    made = Checkpoints(path, connection)
    made.lay_aside()
    connection.execute("CHECKPOINT")
    connection.close()
    made.close()
    assert mend(path) is False
    assert not aside_of(path).exists()
    assert counts(path) == EXPECTED


def test_half_of_what_was_laid_aside_is_nothing(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    store(path).close()
    part = Path(f"{aside_of(path)}.part")
    part.write_bytes(b"x" * 1000)
    assert mend(path) is False
    assert not part.exists()
    assert counts(path) == EXPECTED


def test_a_store_that_was_taken_away_takes_its_aside_with_it(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    aside_of(path).write_bytes(b"x" * 1000)
    DuckDBEngine(path).close()
    assert not aside_of(path).exists()


def test_the_log_is_cut_once_it_is_long_and_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "store.duckdb"
    log = Path(f"{path}.wal")
    engine = DuckDBEngine(path)
    engine.write(lambda c: c.execute("CREATE TABLE t AS SELECT 1 AS n"))
    engine.write(lambda c: c.execute("INSERT INTO t VALUES (2)"))
    assert log.exists()
    monkeypatch.setattr(checkpoint, "WAL_LIMIT", 1)
    with engine.session() as session:
        session.query("SELECT * FROM t")
        engine.write(lambda c: c.execute("INSERT INTO t VALUES (3)"))
        engine.write(lambda c: c.execute("SELECT 1"))  # the one before is looked after by now
        assert log.stat().st_size == 0 if log.exists() else True
        assert session.query("SELECT count(*) AS n FROM t").to_pylist() == [{"n": 3}]
    monkeypatch.setattr(checkpoint, "WAL_LIMIT", 2**30)
    engine.write(lambda c: c.execute("INSERT INTO t VALUES (4)"))
    assert log.stat().st_size > 0
    engine.close()
    assert not log.exists()
    assert not aside_of(path).exists()


def test_where_nothing_can_be_laid_aside_no_checkpoint_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "store.duckdb"
    engine = DuckDBEngine(path)
    engine.write(lambda c: c.execute("CREATE TABLE t AS SELECT 1 AS n"))

    def full(_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Checkpoints, "lay_aside", full)
    engine.close()
    assert "No space left on device" in caplog.text
    assert Path(f"{path}.wal").stat().st_size > 0
    monkeypatch.undo()
    again = DuckDBEngine(path)
    with again.session() as session:
        assert session.query("SELECT n FROM t").to_pylist() == [{"n": 1}]
    again.close()
