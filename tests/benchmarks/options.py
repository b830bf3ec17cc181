"""The options of `make bench` and of the list of steps."""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.benchmarks.race import Wishes


def wishes_of(doc: str, arguments: list[str] | None = None) -> tuple[Wishes, str]:
    """Read the command line; return the wishes, and which races are asked for."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path(".bench"), help="where bases are prepared")
    parser.add_argument("--rows", type=int, default=10_000_000, help="orders of the base of orders alone")
    parser.add_argument("--customers", type=int, default=100_000, help="customers of the simulated shop")
    parser.add_argument(
        "--workspace", type=Path, help="a workspace of a simulated shop, instead of a new one"
    )
    parser.add_argument("--tenth", type=Path, help="another with a tenth of its customers")
    parser.add_argument("--rounds", type=int, help="how often each race is run")
    parser.add_argument("name", nargs="?", default="", help="only races whose name holds this")
    given = parser.parse_args(arguments)
    wishes = Wishes(given.folder, given.rows, given.customers, given.workspace, given.tenth, given.rounds)
    return wishes, given.name
