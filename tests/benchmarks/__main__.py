"""make bench: our work beside a named reference, in turns, in the same run; one table of ratios."""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import language, refreshing, work
from tests.benchmarks.process import measured


@dataclass(frozen=True)
class Race:
    """One comparison.

    Attributes:
        name: What is done.
        ours: Runs ours in a process of its own; returns seconds.
        reference: Runs the reference; returns seconds.
        against: What the reference is.
        at_most: The ratio ours / reference that is allowed.
        rounds: How often; medians are shown.
    """

    name: str
    ours: Callable[[Path], float]
    reference: Callable[[Path], float]
    against: str
    at_most: float
    rounds: int = 3


RACES = (
    Race("import 10 M orders", work.import_ours, work.import_duckdb, "DuckDB read_csv to disk", 5.0),
    Race("import 10 M orders", work.import_ours, work.import_duckdb_memory, "DuckDB read_csv in memory", 5.0),
    Race("RFM of 10 M orders", work.rfm_ours, work.rfm_pandas, "pandas groupby", 1 / 1.5),
    Race("RFM, first question", work.rfm_ours_first, work.rfm_pandas, "pandas groupby", 1 / 1.5),
    Race("RFM of 10 M orders", work.rfm_ours, work.rfm_duckdb, "SQL by hand on DuckDB", 5.0),
    Race("RFM of 10 M orders", work.rfm_ours, work.rfm_lifetimes, "lifetimes summary", 1 / 10, rounds=1),
    Race("compile a definition", language.compile_ours, language.compile_budget, "50 ms", 1.0, rounds=1),
    Race(
        "60 segments, 1 M people", language.place_ours, language.place_each, "one query each", 0.5, rounds=1
    ),
    Race("refresh, 0.1 % moved", refreshing.refresh_parts, refreshing.refresh_whole, "everyone", 0.05, 1),
    Race(
        "refresh, first question",
        refreshing.refresh_parts_first,
        refreshing.refresh_whole_first,
        "everyone",
        0.05,
        rounds=1,
    ),
)


def compete(race: Race, folder: Path) -> list[str]:
    """Run both in turns; return the row of the table."""
    pairs = [(measured(race.ours, folder), measured(race.reference, folder)) for _ in range(race.rounds)]
    ours = statistics.median(pair[0][0] for pair in pairs)
    reference = statistics.median(pair[1][0] for pair in pairs)
    ratio = statistics.median(pair[0][0] / pair[1][0] for pair in pairs)
    memory = max(pair[0][1] for pair in pairs)
    verdict = "met" if ratio <= race.at_most else "missed"
    return [
        race.name,
        race.against,
        f"{ours:.2f} s",
        f"{reference:.2f} s",
        f"{ratio:.2f}",
        f"{race.at_most:.2f}",
        verdict,
        f"{memory:.1f} GiB",
    ]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(".bench"))
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("name", nargs="?", default="", help="only races whose name holds this")
    given = parser.parse_args()
    given.folder.mkdir(exist_ok=True)
    begun = time.perf_counter()
    work.prepare(given.folder, given.rows)
    print(f"machine: {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}")
    header = ["work", "reference", "ours", "theirs", "ratio", "at most", "", "our peak"]
    rows = [compete(race, given.folder) for race in RACES if given.name.lower() in race.name.lower()]
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    for row in [header, *rows]:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)))
    print(f"{given.rows:,} rows; medians of turns; {time.perf_counter() - begun:.0f} s in all")


if __name__ == "__main__":
    main()
