"""Commands typed beside a running service say, write and refuse what they do without one."""

from __future__ import annotations

import json
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import kogorta
from kogorta.errors import NotFoundError, ServiceError, WorkspaceBusyError
from kogorta.ingest import Step
from kogorta.remote import Served, door
from tests.core.cli.conftest import Said, Typed
from tests.core.cli.conftest import typed as typed
from tests.server.live.conftest import environment

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
        log = folder.parent / "holder.log"
        with log.open("w") as told:
            # it stands elsewhere, so that a path that is not whole means nothing to it
            self.process = subprocess.Popen(
                command, env=environment(), cwd="/", stdout=subprocess.PIPE, stderr=told, text=True
            )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "open\n", log.read_text()

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
        ("audit", *AS),
        ("doctor", *AS, "--all"),
        ("today", *AS),
        ("kpis", "best_and_quiet", *AS, "--format", "csv"),
        ("kpis", "--by", "campaign", *AS),
        ("cohorts", *AS),
        ("presets", "list"),
        ("presets", "show", "engagement", "--format", "json"),
        ("identity", "links", "c1"),
        ("identity", "preview", "c1", "c2"),
        ("segments", "list", *AS),
        ("segments", "show", "best_and_quiet"),
        ("segments", "show", "rfm_simple", "--format", "json"),
        ("segments", "size", "best_and_quiet", *AS),
        ("segments", "sql", "often.yaml", *AS),
        ("segments", "diff", "often.yaml", *AS, "--members", "3"),
        ("segments", "explain", "best_and_quiet", "c1", *AS),
        ("segments", "overlap", "best_and_quiet", "lifecycle.active", *AS),
        ("segments", "transitions", "lifecycle", "--from", "2026-10-20", "--to", "2026-11-01"),
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


def test_files_are_written_byte_for_byte_alike(both: Both, pair: Pair) -> None:
    """Covers: P18"""
    both("segments", "members", "lifecycle.active", *AS, "--out", "members.csv")
    both("segments", "members", "best_and_quiet", *AS, "--format", "parquet", "--out", "members.parquet")
    both("traits", *AS, "--trait", "orders_count", "--trait", "first_order_at", "--out", "traits.csv")
    both("report", *AS, "--out", "report.html")
    for name in ("members.csv", "members.parquet", "traits.csv", "report.html"):
        assert (pair.alone / name).read_bytes() == (pair.served / name).read_bytes()
    assert len((pair.served / "members.csv").read_text().splitlines()) > 1


def test_a_file_that_is_called_like_a_segment_does_not_stand_in_its_way(both: Both, pair: Pair) -> None:
    for place in (pair.alone, pair.served):
        shutil.copy(place / "often.yaml", place / "best_and_quiet")
        shutil.copy(place / "often.yaml", place / "often")
    assert "Best and quiet" in both("segments", "size", "best_and_quiet", *AS).out
    assert "Often" in both("segments", "size", "often", *AS).out


def test_a_day_of_work(both: Both, pair: Pair) -> None:
    imported = both("import", "orders.csv", "--table", "orders", "--quarantine", "refused.csv").out
    assert "2 loaded" in imported
    assert (pair.alone / "refused.csv").read_bytes() == (pair.served / "refused.csv").read_bytes()
    again = both("import", "orders.csv", "--table", "orders").out
    assert "2 known already" in again
    assert "This very file was imported before" in again
    fetch = ("import", "sqlite:///till.db", "--table", "orders", "--since-column", "changed")
    both(*fetch)
    both(*fetch)
    assert "was defined elsewhere" in both("segments", "apply", "--yes", code=2).err
    assert "best_and_quiet: written to" in both("segments", "pull").out
    for place in (pair.alone, pair.served):
        shutil.copy(place / "often.yaml", place / "shop" / "segments")
    assert "often" in both("segments", "plan", "--check", code=1).out
    both("segments", "apply", "--yes", "--author", "Анна")
    assert "1 test passed" in both("segments", "test", "case.yaml").out
    assert "Run 3" in both("refresh", "--as-of", "2026-11-05").out
    assert "the last refresh" in both("refresh", "--as-of", "2026-11-02", code=2).err
    both("status", "--as-of", "2026-11-06")
    both("identity", "link", "c1", "c2")
    both("segments", "members", "often", "--as-of", "2026-11-05", "--format", "csv")
    both("outcome", "c5", "booked")
    both("presets", "add", "engagement")
    both("segments", "pull")
    both("erase", "c7", "--yes")
    both("refresh", "--as-of", "2026-11-07", "--full")
    both("refresh", "--due", "--as-of", "2026-11-07")
    both("segments", "list", "--as-of", "2026-11-07")
    assert (pair.alone / "shop" / "kogorta.toml").read_text() == (
        pair.served / "shop" / "kogorta.toml"
    ).read_text()
    both("compact")


def test_a_setting_written_by_hand_counts_for_the_next_command(both: Both, pair: Pair) -> None:
    def written(currency: str) -> None:
        for place in (pair.alone, pair.served):
            text = kept[place].replace('"RUB"', f'"{currency}"')
            (place / "shop" / "kogorta.toml").write_text(text, encoding="utf-8")

    kept = {
        place: (place / "shop" / "kogorta.toml").read_text(encoding="utf-8")
        for place in (pair.alone, pair.served)
    }
    try:
        written("KZT")
        assert "KZT" in both("cohorts", *AS).out
        written("тенге")
        assert "тенге" in both("cohorts", *AS, code=2).err
    finally:
        written("RUB")
    assert "RUB" in both("cohorts", *AS).out


def test_what_needs_the_store_itself_says_so(pair: Pair, typed: Typed) -> None:
    said = typed("bench", "-w", pair.served / "shop")
    assert said.code == 2
    assert "this needs the store itself, which a service holds" in said.err
    assert "stop the service" in said.err
    with kogorta.open(pair.served / "shop") as workspace:
        with pytest.raises(ServiceError, match="the store itself"):
            _ = workspace.warehouse
        with pytest.raises(AttributeError):
            _ = workspace.nothing_of_this_name  # type: ignore[attr-defined]  # that is the test


def test_an_error_comes_back_as_it_was(pair: Pair) -> None:
    with kogorta.open(pair.served / "shop") as workspace, pytest.raises(NotFoundError) as refused:
        workspace.links("nobody")
    assert refused.value.got == "nobody"


def test_a_refresh_on_its_way(built: Path, tmp_path: Path, typed: Typed) -> None:
    """What is told meanwhile, what becomes of it when the caller goes, and when the service is killed."""
    folder = tmp_path / "shop"
    shutil.copytree(built, folder, ignore=shutil.ignore_patterns("*.lock"))
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
    steps: list[str] = []
    stages: list[Step] = []
    with holding(folder) as process, kogorta.open(folder) as workspace:

        def leave(_step: str) -> None:
            raise KeyboardInterrupt

        def kill(_step: str) -> None:
            process.kill()
            process.wait()

        workspace.import_file(tmp_path / "orders.csv", "orders", progress=stages.append)
        assert {stage.stage for stage in stages} == {"reading", "checking", "shaping", "saving"}
        workspace.refresh("2026-11-02", progress=steps.append)
        assert (steps[0], steps[-1]) == ("identity", "writing")
        with pytest.raises(KeyboardInterrupt):
            workspace.refresh("2026-11-03", progress=leave)
        # whoever refreshes after it waits until it has ended
        assert workspace.refresh_due("2026-11-02") is None
        assert workspace.refreshed_at == workspace.instant("2026-11-02")
        assert "stopped by hand" in typed("status", "-w", folder, "--as-of", "2026-12-01").out
        with pytest.raises(ServiceError, match="the service stopped before it had answered"):
            workspace.refresh("2026-11-03", progress=kill)
        with pytest.raises(ServiceError, match="has stopped"):
            workspace.sizes(AS[1])
    with kogorta.open(folder) as again:
        assert not isinstance(again, Served)
        assert again.sizes(AS[1])["lifecycle"]["active"]
        assert again.refreshed_at == again.instant("2026-11-02")


def test_a_door_that_does_not_know_the_secret_is_not_asked(pair: Pair) -> None:
    folder = pair.served / "shop"
    file = folder / door.FILE
    told = json.loads(file.read_text())
    try:
        for wrong in ({"key": "guessed"}, {"pid": 2**22 - 1}, {"port": 1}):
            file.write_text(json.dumps(told | wrong))
            with pytest.raises(WorkspaceBusyError, match=str(told["pid"])):
                kogorta.open(folder)
    finally:
        file.write_text(json.dumps(told))
    assert isinstance(kogorta.open(folder), Served)


def test_a_workspace_is_served_once(pair: Pair, typed: Typed) -> None:
    said = typed("serve", "-w", pair.served / "shop", "--port", "1")
    assert said.code == 2
    assert "this workspace is being served already" in said.err
    holder = door.read(pair.served / "shop")
    assert holder is not None
    assert f"process {holder.pid}" in said.err


def test_where_nobody_can_listen(pair: Pair, typed: Typed) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = typed("serve", "-w", pair.alone / "shop", "--port", port)
    assert said.code == 2
    assert "another program listens on this port" in said.err
    assert f"127.0.0.1:{port}" in said.err
    said = typed("serve", "-w", pair.alone / "shop", "--host", "192.0.2.1")
    assert said.code == 2
    assert "nobody can listen there" in said.err
