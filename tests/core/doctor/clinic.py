"""Bases for the doctor: people by city, what they bought, and one rule asked at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from kogorta.config import update
from kogorta.doctor import Remark
from kogorta.doctor.case import Case
from kogorta.doctor.rules import BY_ID
from kogorta.i18n import NBSP, translator
from kogorta.workspace import Workspace, create
from tests.support import commit, day

NOW = day("2025-07-01 12:00")
BORN = day("2024-01-01")
ONE = {"omsk": 1}


@contextmanager
def clinic(folder: Path, *texts: str, cities: Mapping[str, int] = ONE, **doctor: Any) -> Iterator[Workspace]:
    """Open a new workspace.

    Args:
        folder: Where.
        texts: Definitions.
        cities: How many people live where; they are called after their city, `omsk-0`, `omsk-1`, …
        doctor: Settings of the section `doctor`.
    """
    create(folder, timezone="UTC")
    update(folder, {"rfm": {"window_days": 365}, "doctor": doctor})
    with Workspace(folder, lambda: NOW) as workspace:
        if cities:
            settle(workspace, cities)
        for text in texts:
            workspace.define(text)
        yield workspace


def settle(workspace: Workspace, cities: Mapping[str, int]) -> None:
    """Make people known who live somewhere."""
    rows = [
        {"customer_id": f"{city}-{n}", "created_at": BORN, "city": city}
        for city, people in cities.items()
        for n in range(people)
    ]
    commit(workspace.warehouse, "customers", rows)


def lives(*cities: str, id_: str | None = None, **more: str) -> str:
    """Return the definition of those who live in some cities: `segment: omsk` unless it is called otherwise."""
    test = f"is: {cities[0]}" if len(cities) == 1 else f"in: [{', '.join(cities)}]"
    lines = [f"segment: {id_ or cities[0]}", f"where: {{trait: city, {test}}}"]
    return "\n".join([*lines, *(f"{key}: {value}" for key, value in more.items())]) + "\n"


def asked(workspace: Workspace, rule: str, as_of: datetime = NOW) -> list[Remark] | None:
    """Ask one rule where it is broken; None if it cannot tell."""
    with workspace.view(as_of) as view:
        case = Case(view)
        return list(BY_ID[rule].broken(case)) if BY_ID[rule].can_tell(case) else None


def places(workspace: Workspace, rule: str, as_of: datetime = NOW) -> dict[str | None, int]:
    """Return what one rule counts, by what it is about."""
    found = asked(workspace, rule, as_of)
    assert found is not None, f"{rule} cannot tell"
    return {remark.segment: remark.count for remark in found}


def own(found: Mapping[str | None, int]) -> dict[str | None, int]:
    """Leave out what is told of ready schemes."""
    ready = ("rfm_", "lifecycle")
    return {id_: count for id_, count in found.items() if not str(id_).startswith(ready)}


def said(remark: Remark) -> str:
    """Say a remark in English."""
    return translator("en").say(remark.message).replace(NBSP, " ")


def days(number: float) -> timedelta:
    """So many days."""
    return timedelta(days=number)
