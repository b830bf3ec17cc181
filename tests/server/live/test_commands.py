"""Commands typed beside a running service say, write and refuse what they do without one."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import kogorta
from kogorta.errors import NotFoundError, ServiceError
from kogorta.remote import Served, door
from tests.core.cli.conftest import Said, Typed
from tests.core.cli.conftest import typed as typed  # noqa: PLC0414  a fixture of this module, too
from tests.server.live.conftest import Service, _environment

pytestmark = pytest.mark.slow

AS = ("--as-of", "2026-11-01")
SEGMENT = """segment: often
name: {ru: Часто, en: Often}
where: {trait: orders_count, at_least: 2}
"""
CASE = """test: two orders are often
as_of: 2026-06-01
facts:
  orders:
    - {order_id: o1, customer_id: anna, ordered_at: 2026-05-01, amount: 100}
    - {order_id: o2, customer_id: anna, ordered_at: 2026-05-02, amount: 100}
    - {order_id: o3, customer_id: boris, ordered_at: 2026-05-02, amount: 100}
expect: {often: [anna]}
"""
ORDERS = """order_id,customer_id,ordered_at,amount
n1,c1,2026-10-30,100.50
n2,c2,2026-10-31,200
n3,c2,yesterday,300
"""
HOLDER = """
import sys, time
from pathlib import Path
from kogorta_server.serve import prepare
folder = Path(sys.argv[1])
prepare(folder)
from kogorta_server import base
from kogorta_server.operation.control import Control
base.open_base(folder)
Control(folder)
print("open", flush=True)
time.sleep(3600)
"""
"""Holds a workspace and answers commands, as the service does, but begins no job by the clock: what stands in the base is
what commands make of it."""


@dataclass(frozen=True)
class Pair:
    """Two equal workspaces, each beside the same files; a service holds the second one.

    Attributes:
        alone: The folder around the first, `shop`.
        served: The folder around the second, likewise.
    """

    alone: Path
    served: Path


Both = Callable[..., Said]


@pytest.fixture(scope="module")
def pair(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Make two workspaces of the small shop, and have a process hold one."""
    places = [tmp_path_factory.mktemp(name) for name in ("alone", "served")]
    for place in places:
        shutil.copytree(built, place / "shop", ignore=shutil.ignore_patterns("*.lock"))
        (place / "often.yaml").write_text(SEGMENT, encoding="utf-8")
        (place / "case.yaml").write_text(CASE, encoding="utf-8")
        (place / "orders.csv").write_text(ORDERS, encoding="utf-8")
        with sqlite3.connect(place / "till.db") as till:
            till.execute("CREATE TABLE orders (order_id, customer_id, ordered_at, amount, changed)")
            till.execute("INSERT INTO orders VALUES ('d1', 'c3', '2026-10-30', '50', 1)")
        till.close()
    with holding(places[1] / "shop"):
        yield Pair(*places)


class holding:  # noqa: N801  read as a word
    """A process that holds a workspace."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-c", HOLDER, str(folder)]
        # it stands elsewhere, so that a path that is not whole means nothing to it
        self.process = subprocess.Popen(
            command, env=_environment(), cwd="/", stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        assert said == "open\n", self.process.communicate()[1]

    def __enter__(self) -> subprocess.Popen[str]:
        return self.process

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def both(pair: Pair, typed: Typed, monkeypatch: pytest.MonkeyPatch) -> Both:
    """Give a function that runs a command on each workspace, finds the answers equal, and returns one."""

    def run(*arguments: str, code: int = 0) -> Said:
        answers = []
        for place in (pair.alone, pair.served):
            monkeypatch.chdir(place)
            answers.append(typed(*arguments, "-w", "shop"))
        assert answers[0] == answers[1]
        assert answers[1].code == code, answers[1]
        return answers[1]

    return run


@pytest.mark.parametrize(
    "command",
    [
        ("status", *AS),
        ("status", *AS, "--format", "json"),
        ("audit", *AS),
        ("doctor", *AS, "--all"),
        ("today", *AS),
        ("kpis", *AS),
        ("kpis", "best_and_quiet", *AS, "--format", "csv"),
        ("kpis", "--by", "campaign", *AS),
        ("cohorts", *AS),
        ("presets", "list"),
        ("presets", "show", "engagement"),
        ("presets", "show", "engagement", "--format", "json"),
        ("identity", "links", "c1"),
        ("identity", "preview", "c1", "c2"),
        ("segments", "list", *AS),
        ("segments", "show", "best_and_quiet"),
        ("segments", "show", "rfm_simple", "--format", "json"),
        ("segments", "size", "best_and_quiet", *AS),
        ("segments", "size", "often.yaml", *AS),
        ("segments", "sql", "often.yaml", *AS),
        ("segments", "diff", "often.yaml", *AS, "--members", "3"),
        ("segments", "explain", "c1", "lifecycle.active", *AS),
        ("segments", "explain", "c1", "best_and_quiet", *AS),
        ("segments", "overlap", "best_and_quiet", "lifecycle.active", *AS),
        ("segments", "transitions", "lifecycle", "--from", "2026-10-20", "--to", "2026-11-01"),
        ("segments", "trend", "best_and_quiet", *AS, "--months", "2"),
        ("segments", "backtest", "often.yaml", *AS, "--months", "2"),
        ("segments", "versions", "best_and_quiet", "--format", "json"),
        ("import", "orders.csv", "--table", "orders", "--dry-run"),
    ],
    ids=" ".join,
)
def test_what_is_asked(both: Both, command: tuple[str, ...]) -> None:
    assert both(*command).out


@pytest.mark.parametrize(
    "command",
    [
        ("segments", "size", "nothing_of_this_name"),
        ("segments", "size", "not_there.yaml"),
        ("segments", "members", "lifecycle.nowhere"),
        ("identity", "links", "nobody"),
        ("segments", "explain", "c1", "lifecycle"),
        ("segments", "test", "not_there.yaml"),
        ("status", "--as-of", "some day"),
        ("import", "not_there.csv", "--table", "orders"),
        ("import", "often.yaml", "--table", "orders"),
        ("presets", "show", "none"),
        ("erase", "nobody", "--yes"),
    ],
    ids=" ".join,
)
def test_what_is_refused(both: Both, command: tuple[str, ...]) -> None:
    assert both(*command, code=2).err
