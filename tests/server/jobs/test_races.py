"""Many threads want the same jobs, on each database that may keep the state."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import kogorta
from tests.core.language.engines import postgres
from tests.faults.killing import run_whole
from tests.server.jobs.racing import JOBS, race


@contextmanager
def state_url(engine: str) -> Iterator[str]:
    """Say where the state is kept: in a file of the workspace, or on a PostgreSQL server of its own."""
    if engine == "sqlite":
        yield ""
        return
    with postgres.server() as opened:
        yield f"postgresql://postgres@/postgres?host={opened.info.host}"


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_of_many_threads_one_gets_each_job_and_one_runs_in_a_lane(tmp_path: Path, engine: str) -> None:
    kogorta.init(tmp_path / "shop", currency="EUR").close()
    with state_url(engine) as url:
        ((done, beside, asked),) = run_whole(race, (str(tmp_path / "shop"), url))
    assert len(done) == len(set(done)) == JOBS
    assert beside == []
    assert asked == 1
