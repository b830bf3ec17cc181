"""How long questions take on a tiny base, where nearly all of it is Python: the first time in a process, and once more.

    python -m tests.benchmarks.small [--beside DIR] [NAME]

prints a table: seconds of the processor, and how they divide into building expressions (and everything else), writing them as SQL, and
the engine. With `--beside`, the folder of another state of the project, each question is asked of both in turns, and
the ratio of ours to theirs is what counts.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

CUSTOMERS = 100
AS_OF = "2024-12-01T12:00"
SEGMENT = "lifecycle.active"
TEXT = """
segment: lately
name: Lately
where: {all: [{did: order, within: 90d}, {trait: revenue_total, more_than: 1000}]}
"""

Question = Callable[[Any], object]
Spent = dict[str, float]


def _effects(workspace: Any) -> object:
    from kogorta import config

    return workspace.effects(config.changed(workspace.folder, {"rfm": {"window_days": 180}}), AS_OF)


def _taken(workspace: Any) -> object:
    from kogorta.readings.take import take

    folder = Path(workspace.folder) / "readings"
    folder.mkdir(exist_ok=True)
    return take(workspace.warehouse, workspace.config, folder, datetime.fromisoformat(AS_OF))


QUESTIONS: dict[str, Question] = {
    "all traits": lambda workspace: workspace.traits(AS_OF),
    "portrait": lambda workspace: workspace.portrait(SEGMENT, as_of=AS_OF),
    "effects of settings": _effects,
    "taking a reading": _taken,
    "doctor": lambda workspace: workspace.doctor(AS_OF),
    "backtest": lambda workspace: workspace.backtest(TEXT, as_of=AS_OF),
    "measures of the base": lambda workspace: workspace.kpis(None, AS_OF),
    "measures of a segment": lambda workspace: workspace.kpis(SEGMENT, AS_OF),
    "size of a text": lambda workspace: workspace.size(TEXT, AS_OF),
    "a full refresh": lambda workspace: workspace.refresh("2024-12-15T12:00", full=True),
}


def main() -> None:
    given = _given()
    if given.ask:
        print(json.dumps(_ask(given.workspace, QUESTIONS[given.ask])))
        return
    with TemporaryDirectory() as folder:
        base = _base(Path(folder))
        heads = ("question", "call", "processor", "building", "writing", "engine", "ratio")
        print(" | ".join(heads))
        for name in QUESTIONS:
            if given.name in name:
                _print(name, _turns(base, name, given.beside, given.rounds))


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--beside", type=Path, help="another state of the project to be held against")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ask", help=argparse.SUPPRESS)
    parser.add_argument("--workspace", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("name", nargs="?", default="", help="only questions whose name holds this")
    return parser.parse_args()


def _base(folder: Path) -> Path:
    import kogorta

    kogorta.simulate(
        "shop",
        CUSTOMERS,
        folder / "files",
        start=date(2023, 1, 1),
        end=date(2025, 1, 1),
        events_per_customer=30,
    )
    with kogorta.init(folder / "base", currency="RUB", timezone="Europe/Moscow") as workspace:
        workspace.import_folder(folder / "files")
        for as_of in ("2024-11-01T12:00", AS_OF):
            workspace.refresh(as_of)
    return folder / "base"


def _turns(base: Path, name: str, beside: Path | None, rounds: int) -> dict[str, list[list[Spent]]]:
    here = Path(__file__).parents[2]
    found: dict[str, list[list[Spent]]] = {"ours": [], "theirs": []}
    for _ in range(rounds):
        found["ours"].append(_process(base, name, here))
        if beside:
            found["theirs"].append(_process(base, name, beside))
    return found


def _process(base: Path, name: str, source: Path) -> list[Spent]:
    """Ask in a process of its own, of a copy of the base."""
    with TemporaryDirectory() as folder:
        copy = shutil.copytree(base, Path(folder) / "base")
        command = [sys.executable, "-m", "tests.benchmarks.small", "--ask", name, "--workspace", str(copy)]
        env = os.environ | {"PYTHONPATH": str(source / "src")}
        said = subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout
    answer: list[Spent] = json.loads(said.splitlines()[-1])
    return answer


def _print(name: str, found: dict[str, list[list[Spent]]]) -> None:
    for call, label in enumerate(("first", "again")):
        ours, theirs = ([turn[call] for turn in found[side]] for side in ("ours", "theirs"))
        # the least is what others on the machine disturbed least
        best = min(ours, key=lambda spent: spent["processor"])
        cells = [f"{best[part]:.2f}" for part in ("processor", "building", "writing", "engine")]
        ratio = ""
        if theirs:
            ratio = f"{statistics.median(a['processor'] / b['processor'] for a, b in zip(ours, theirs, strict=True)):.2f}"
        print(" | ".join((name, label, *cells, ratio)), flush=True)


def _ask(folder: Path, question: Question) -> list[Spent]:
    # the engine imports it where it is there; whoever installs the product has none
    import pandas  # noqa: F401

    import kogorta
    from kogorta.warehouse import duckdb_engine

    duckdb_engine.DEFAULT_THREADS = 1
    spent = {"writing": 0.0, "engine": 0.0}
    _count(duckdb_engine, "render", spent, "writing")
    for method in ("materialise", "load", "fetch", "query"):
        _count(duckdb_engine.DuckDBSession, method, spent, "engine")
    answers = []
    with kogorta.open(folder) as workspace:
        for _ in range(2):
            spent.update(dict.fromkeys(spent, 0.0))
            begun = time.process_time()
            question(workspace)
            whole = time.process_time() - begun
            engine = spent["engine"] - spent["writing"]
            answers.append(
                {
                    "processor": whole,
                    "building": whole - spent["engine"],
                    "writing": spent["writing"],
                    "engine": engine,
                }
            )
    return answers


def _count(owner: Any, name: str, spent: Spent, part: str) -> None:
    """Have calls of a function add what they take; those within others count once."""
    plain = getattr(owner, name)

    def counted(*args: Any, **kwargs: Any) -> Any:
        _depth[part] += 1
        begun = time.process_time()
        try:
            return plain(*args, **kwargs)
        finally:
            _depth[part] -= 1
            if not _depth[part]:
                spent[part] += time.process_time() - begun

    setattr(owner, name, counted)


_depth = {"writing": 0, "engine": 0}


if __name__ == "__main__":
    main()
