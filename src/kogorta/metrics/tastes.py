"""What customers prefer: of each preference the commonest values, and how many have them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kogorta.metrics.ledger import Ledger

SHOP = ("main_category", "main_brand", "main_channel", "main_outlet", "main_weekday", "main_hour")
SALON = ("main_service", "main_staff", "main_weekday", "main_hour")
MOST = 8
"""Values of one preference that are told; days and hours are told whole."""

WHOLE = frozenset({"main_weekday", "main_hour"})


@dataclass(frozen=True, slots=True)
class Taste:
    """One preference.

    Attributes:
        trait: Its name.
        customers: Of how many it is known.
        values: The commonest values with the number of customers, most first; days and hours in their own order.
    """

    trait: str
    customers: int
    values: tuple[tuple[str | int, int], ...]


def tastes_of(ledger: Ledger, *, is_salon: bool) -> tuple[Taste, ...]:
    """Return the preferences that are known of anybody, as of the instant of a view."""
    names = SALON if is_salon else SHOP
    rows = ledger.view.wide(("customer_key", *names))
    found = (_taste(ledger, rows, name) for name in names)
    return tuple(taste for taste in found if taste.customers)


def _taste(ledger: Ledger, rows: Any, name: str) -> Taste:
    known = rows.filter(rows[name].notnull())
    counted = known.group_by(name).agg(n=known.count().cast("int64"))
    names = _staff(ledger) if name == "main_staff" else {}
    told = [(names.get(row[name], row[name]), row["n"]) for row in ledger.rows(counted)]
    total = sum(n for _, n in told)
    if name in WHOLE:
        return Taste(name, total, tuple(sorted(told)))
    return Taste(name, total, tuple(sorted(told, key=lambda item: (-item[1], item[0]))[:MOST]))


def _staff(ledger: Ledger) -> dict[str, str]:
    """How members of staff are called, by id, as far as it is told."""
    facts = ledger.steps.facts
    if not facts.has("staff"):
        return {}
    rows = facts.last_versions("staff", ["staff_id", "name"]).select("staff_id", "name")
    return {row["staff_id"]: row["name"] for row in ledger.rows(rows) if row["name"]}
