"""A workspace with a few orders, and the files of its folder of definitions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import kogorta
from kogorta.workspace import Workspace
from tests.support import commit, day, order

NOW = day("2026-06-01 10:00")

REGULARS = "segment: regulars\nwhere: {did: order, times: {at_least: 2}}\n"
MORE = "segment: regulars\nwhere: {did: order, times: {at_least: 3}}\n"
MOST = "segment: regulars\nwhere: {did: order, times: {at_least: 9}}\n"
SINGLES = "segment: singles\nwhere: {not: {in_segment: regulars}}\n"
CITY = "segment: buyers\nwhere: {did: order}\n"


@dataclass
class Base:
    """A workspace and its folder.

    Attributes:
        workspace: Open.
        folder: Where its definitions are.
    """

    workspace: Workspace
    folder: Path

    def write(self, **texts: str) -> None:
        """Write files, each named without its ending."""
        for name, text in texts.items():
            (self.folder / f"{name}.yaml").write_text(text, encoding="utf-8")

    def remove(self, *names: str) -> None:
        """Delete files, each named without its ending."""
        for name in names:
            (self.folder / f"{name}.yaml").unlink()

    def texts(self) -> dict[str, str]:
        """Return what the files say, the file of Kogorta and the page left out."""
        return {
            path.name: path.read_text(encoding="utf-8")
            for path in sorted(self.folder.iterdir())
            if path.is_file() and path.name not in {".base.json", "README.md"}
        }

    def actions(self) -> dict[str, str]:
        """Return what a plan would do, by id, what stays the same left out."""
        return {row.id: row.action.value for row in self.workspace.plan().changes}

    def drifts(self) -> set[str]:
        """Return the ids that were changed elsewhere."""
        return {drift.id for drift in self.workspace.plan().drifts}

    def numbers(self) -> dict[str, int]:
        """Return how many versions of each definition of people's own there are."""
        rows = self.workspace.warehouse.rows(
            "SELECT definition, max(version) FROM definition_versions GROUP BY 1 ORDER BY 1"
        )
        return {name: number for name, number in rows if not name.startswith(("rfm_", "lifecycle"))}


@contextmanager
def opened(path: Path, now: datetime = NOW) -> Iterator[Base]:
    """Open a workspace that `made` made."""
    with Workspace(path, now=lambda: now) as workspace:
        yield Base(workspace, path / "segments")


def made(path: Path) -> Path:
    """Make a workspace in which three people ordered once, twice and three times."""
    with kogorta.init(path, timezone="UTC", language="en") as workspace:
        rows = [order(f"{n}-{k}", f"c{n}", f"2026-0{k + 1}-05") for n in range(1, 4) for k in range(n)]
        commit(workspace.warehouse, "orders", rows)
    (path / "segments" / "example.yaml").unlink()
    return path
