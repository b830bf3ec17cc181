"""Bases of a few planted rows, and who a preset finds in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kogorta.config import parse
from kogorta.definitions.presets import preset
from kogorta.membership.log import customer_names
from kogorta.membership.view import open_view
from kogorta.vocab import Business
from kogorta.warehouse.store import Warehouse
from tests.support import commit, day, order

Rows = list[dict[str, Any]]
Base = Mapping[str, Rows]

BEFORE_ALL = day("2020-01-01")
"""When planted rows were imported: later states of a booking are known from the start."""


@dataclass(frozen=True)
class Case:
    """A preset, a base, and who is where at some instants.

    Attributes:
        preset: Its id.
        base: Rows by table.
        found: By instant, the members by segment; names divided by spaces, in order. Of a free segment `""` is nobody.
        values: Parameters that are set.
        business: Kind of business.
        settings: More settings of the workspace.
    """

    preset: str
    base: Base
    found: Mapping[str, Mapping[str, str] | str]
    values: Mapping[str, str] = field(default_factory=dict)
    business: Business = Business.SHOP
    settings: Mapping[str, Any] = field(default_factory=dict)


def check(case: Case, folder: Path) -> None:
    """Plant the base and look who is where at each instant."""
    warehouse = Warehouse(folder / "warehouse.duckdb")
    try:
        for table, rows in case.base.items():
            commit(warehouse, table, rows, imported_at=BEFORE_ALL)
        for at, expected in case.found.items():
            wanted = {case.preset: expected} if isinstance(expected, str) else expected
            found = members(case, warehouse, at)
            assert found == {name: people for name, people in wanted.items() if people}, at
    finally:
        warehouse.close()


def members(case: Case, warehouse: Warehouse, at: str) -> dict[str, str]:
    """Return the members of each segment that has any."""
    workspace = {"timezone": "UTC", "business": case.business.value}
    config = parse({"workspace": workspace, "rfm": {"window_days": 365}, **case.settings})
    definition = preset(case.preset, case.business).definition(case.values)
    found: dict[str, list[str]] = {}
    with open_view(warehouse, config, day(at)) as view:
        placed = view.place({definition.id: definition}).table
        rows = placed.join(customer_names(), "customer_key")
        told = rows.select("customer_id", segment=rows[f"s_{definition.id}"])
        for row in view.session.fetch(told, view.instant.bindings).to_pylist():
            if row["segment"] is not None:
                found.setdefault(row["segment"], []).append(row["customer_id"])
    return {segment: " ".join(sorted(people)) for segment, people in found.items()}


# --- rows -----------------------------------------------------------------------------------------


def orders(**of: str) -> Rows:
    """Return orders of 100.00 each: by customer their days, `2025-06-01`, divided by commas."""
    return [
        order(f"{who}{number}", who, at.strip())
        for who, days in of.items()
        for number, at in enumerate(days.split(","))
    ]


def event(name: str, customer: str, at: str, **more: Any) -> dict[str, Any]:
    """Return an event."""
    id_ = "-".join(map(str, (name, customer, at, *more.values())))
    return {"event_id": id_, "name": name, "customer_id": customer, "at": day(at), **more}


def visit(customer: str, at: str, **more: Any) -> dict[str, Any]:
    """Return a booking that was made a week before and became a visit, unless it says otherwise."""
    row = {
        "booking_id": f"{customer}-{at}",
        "customer_id": customer,
        "created_at": day("2024-01-01"),
        "starts_at": day(at),
        "status": "visited",
    }
    return {**row, **more}


def messages(customer: str, *sent: str, channel: str = "email") -> Rows:
    """Return messages that were sent at these instants."""
    return [
        {"message_id": f"{customer}-{at}", "customer_id": customer, "channel": channel, "send_at": day(at)}
        for at in sent
    ]


def answer(customer: str, sent: str, kind: str, at: str, **more: Any) -> dict[str, Any]:
    """Return what became of a message."""
    return {"message_id": f"{customer}-{sent}", "kind": kind, "at": day(at), **more}


def strangers(count: int) -> Rows:
    """Return people who left their address and never bought."""
    return [{"customer_id": f"stranger{n}", "created_at": day("2024-01-01")} for n in range(count)]


def people(**of: Mapping[str, Any]) -> Rows:
    """Return customers by id with their attributes."""
    return [{"customer_id": who, **attributes} for who, attributes in of.items()]
