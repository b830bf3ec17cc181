"""Two works side by side, and the row of the table that comes of them."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.process import measured

HEADER = ("work", "reference", "ours", "theirs", "ratio", "at most", "", "our peak, GiB")


@dataclass(frozen=True)
class Wishes:
    """What was asked for on the command line.

    Attributes:
        folder: Where bases are prepared.
        rows: Orders of the base of orders alone.
        customers: Customers of the simulated shop.
        workspace: A workspace of a simulated shop that is there already; it is copied, never changed.
        tenth: Another with a tenth of its customers.
        rounds: How often each race is run; None for what each says itself.
    """

    folder: Path
    rows: int
    customers: int
    workspace: Path | None = None
    tenth: Path | None = None
    rounds: int | None = None


@dataclass(frozen=True)
class Race:
    """One comparison.

    Attributes:
        name: What is done.
        prepare: Makes the base, if it is not there, and returns what both are given.
        ours: Runs ours in a process of its own; returns seconds, or what `unit` says.
        reference: Runs the reference after it, in another; returns seconds.
        against: What the reference is.
        at_most: The ratio ours / reference that is allowed.
        rounds: How often; medians are shown.
        peak_at_most: GiB that ours may take at its peak; None where nothing was promised.
        unit: Of what both return.
    """

    name: str
    prepare: Callable[[Wishes], Any]
    ours: Callable[[Any], float]
    reference: Callable[[Any], float]
    against: str
    at_most: float
    rounds: int = 3
    peak_at_most: float | None = None
    unit: str = "s"


def compete(race: Race, wishes: Wishes) -> list[str]:
    """Run both in turns; return the row of the table."""
    given = race.prepare(wishes)
    rounds = range(wishes.rounds or race.rounds)
    pairs = [(measured(race.ours, given), measured(race.reference, given)) for _ in rounds]
    ours = statistics.median(pair[0][0] for pair in pairs)
    reference = statistics.median(pair[1][0] for pair in pairs)
    ratio = statistics.median(pair[0][0] / pair[1][0] for pair in pairs)
    peak = max(pair[0][1] for pair in pairs)
    is_light = race.peak_at_most is None or peak <= race.peak_at_most
    return [
        race.name,
        race.against,
        f"{ours:.2f} {race.unit}",
        f"{reference:.2f} {race.unit}",
        f"{ratio:.2f}",
        f"{race.at_most:.2f}",
        "met" if ratio <= race.at_most and is_light else "missed",
        f"{peak:.1f}" if race.peak_at_most is None else f"{peak:.1f} of {race.peak_at_most:.0f}",
    ]


def print_table(rows: list[list[str]]) -> None:
    """Print rows under `HEADER`, in columns."""
    widths = [max(len(row[i]) for row in [HEADER, *rows]) for i in range(len(HEADER))]
    for row in [HEADER, *rows]:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
