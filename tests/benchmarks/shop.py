"""The base of the big races: a simulated shop, imported, with sixty definitions registered."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tests.benchmarks.race import Wishes

AS_OF = datetime.fromisoformat("2025-12-01T12:00")
ZONE = "Europe/Moscow"
SEGMENTS = Path(__file__).parent / "shop_segments.yaml"
_EVENTS_EACH = 100
_BEGINS = date(2022, 9, 1)


@dataclass(frozen=True)
class Shop:
    """Workspaces of a simulated shop; they are copied, never changed.

    Attributes:
        workspace: The base.
        scratch: Where copies are made.
        tenth: One with a tenth of its customers; None where nobody asks for it.
    """

    workspace: Path
    scratch: Path
    tenth: Path | None = None

    def copy(self, of: Path, name: str) -> Path:
        """Return a fresh copy of a workspace."""
        made = self.scratch / name
        shutil.rmtree(made, ignore_errors=True)
        shutil.copytree(of, made)
        return made


def shop(wishes: Wishes) -> Shop:
    """Return the base that was given, or simulate and import one if that was not done before."""
    return Shop(wishes.workspace or _base(wishes.folder, wishes.customers), wishes.folder)


def shop_and_tenth(wishes: Wishes) -> Shop:
    """Return the base and one with a tenth of its customers."""
    tenth = wishes.tenth or _base(wishes.folder, wishes.customers // 10)
    return Shop(shop(wishes).workspace, wishes.folder, tenth)


def _base(folder: Path, customers: int) -> Path:
    made = folder / f"shop-{customers}"
    if not made.exists():
        part = folder / f"shop-{customers}-part"
        shutil.rmtree(part, ignore_errors=True)
        make_shop(part, customers)
        (part / "workspace").rename(made)
        shutil.rmtree(part)
    return made


def make_shop(folder: Path, customers: int) -> Path:
    """Simulate a shop into `folder` and import it; return its workspace, `folder/workspace`."""
    import kogorta

    kogorta.simulate("shop", customers, folder / "files", start=_BEGINS, events_per_customer=_EVENTS_EACH)
    with kogorta.init(folder / "workspace", currency="RUB", timezone=ZONE) as workspace:
        workspace.import_folder(folder / "files")
        return Path(workspace.folder)


def define(workspace: Any) -> None:
    """Register the sixty definitions, and find out who is who: neither is part of what is measured."""
    from kogorta.identity.rules import update

    workspace.define(SEGMENTS.read_text(encoding="utf-8"))
    update(workspace.warehouse, workspace.config, workspace.now())
