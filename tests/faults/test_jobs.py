"""kill −9 of the process of a server in the middle of its jobs: nothing that was asked is lost, nothing is done twice."""

from __future__ import annotations

from pathlib import Path

import pytest

import kogorta
from tests.faults.killing import ROUNDS, moments, run_and_kill, run_whole
from tests.faults.serving import ROWS, begin, do_jobs, finish_jobs


@pytest.mark.faults
@pytest.mark.timeout(900)
def test_killed_jobs_go_on_with_the_next_process(tmp_path: Path) -> None:
    """Covers: G26"""
    folder = tmp_path / "shop"
    kogorta.init(folder, currency="EUR").close()
    assert run_whole(begin, (str(folder),)) == ["begun"]
    for number, after in enumerate(moments(ROUNDS, 1.5)):
        run_and_kill(do_jobs, (str(folder), number), after)
    given_up, jobs, outcomes, shown = run_whole(finish_jobs, (str(folder),))

    assert set(given_up) <= {"cut_off"}
    # a refresh that was cut off gives way to the one that was asked for next, and waits to do the same
    assert set(jobs) - {("refresh", "cancelled")} == {(kind, "done") for kind, _ in jobs}
    assert [kind for kind, _ in jobs].count("import") == ROUNDS
    assert len(outcomes) == ROUNDS
    assert {(part["loaded"], part["same"], part["refused"]) for part in outcomes} == {(ROWS, 0, 0)}
    with kogorta.open(folder) as workspace:
        rows = workspace.warehouse.rows
        # one file was there before
        files = ROUNDS + 1
        assert rows("SELECT count(*), count(DISTINCT order_id) FROM orders") == [(files * ROWS, files * ROWS)]
        assert rows("SELECT count(*), count(DISTINCT file_digest) FROM batches") == [(files, files)]
        assert rows("SELECT as_of FROM runs GROUP BY as_of HAVING count(*) > 1") == []
        assert rows("SELECT max(run_id) FROM runs") == [(shown,)]
    exports = list((folder / "data" / "exports").iterdir())
    assert len(exports) == [kind for kind, _ in jobs].count("export") == ROUNDS
    assert {len(path.read_text("utf-8-sig").splitlines()) for path in exports} == {101}
    assert [path.suffix for path in (folder / "data" / "readings").iterdir()] == [".reading"]
