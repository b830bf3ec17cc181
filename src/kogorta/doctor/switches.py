"""What the base switches on, and what is off for want of a table or a column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import ibis

from kogorta.doctor.base import Base
from kogorta.doctor.model import Finding, Severity, Switch
from kogorta.i18n import Message, lazy
from kogorta.schema import TABLES
from kogorta.traits.facts import params

Needs = tuple[str, ...]
"""Tables, or columns as `table.column`, all of which must hold something."""

_DECLARED: tuple[tuple[str, Message, tuple[Needs, ...]], ...] = (
    ("rfm", lazy("RFM"), (("orders",), ("customer_summaries",))),
    (
        "rfm_money",
        lazy("the money axis of RFM"),
        (("orders.amount",), ("order_lines.amount",), ("customer_summaries.revenue",)),
    ),
    ("lifecycle", lazy("the lifecycle"), (("orders",), ("customer_summaries",), ("bookings",))),
    (
        "average_signal",
        lazy("the signal of a falling average order"),
        (("orders.amount",), ("order_lines.amount",)),
    ),
    ("opening_signal", lazy("the signal of a falling open rate"), (("messages", "message_events"),)),
    ("promises", lazy("who has booked or subscribed"), (("bookings",), ("subscriptions",))),
    (
        "main_category",
        lazy("the main category and its rhythm"),
        (("order_lines", "products.category"), ("customer_summaries.last_category",)),
    ),
    ("margin", lazy("margin and LTV"), (("order_lines.unit_cost",),)),
    (
        "acquisition",
        lazy("the cost of winning a customer"),
        (("customers.acquisition_cost",), ("customers.acquisition_source", "ad_spend")),
    ),
    ("discounts", lazy("who buys at a discount"), (("discounts",),)),
    ("returns", lazy("returns"), (("returns",),)),
    ("birthday", lazy("birthdays and age"), (("customers.birth_date",),)),
    ("reach", lazy("reachability by channel"), (("contacts", "consents"),)),
    ("behaviour", lazy("behaviour on the site and in the app"), (("events",),)),
    ("loyalty", lazy("loyalty points"), (("points",),)),
    ("support", lazy("requests to support"), (("tickets",),)),
    ("accounts", lazy("segments of companies"), (("accounts", "customers.account_id"),)),
)


def switches(base: Base) -> tuple[Switch, ...]:
    """Tell of everything declared whether the store holds what it needs."""
    filled = _filled(base, {need for _, _, ways in _DECLARED for way in ways for need in way})
    return tuple(_switch(name, title, ways, filled) for name, title, ways in _DECLARED)


def check(found: Iterable[Switch]) -> Iterator[Finding]:
    """Say what is switched off, and what would switch it on."""
    for switch in found:
        if not switch.is_on:
            message = lazy("Switched off: {what}.", what=switch.title)
            hint = lazy("It needs: {tables}.", tables=", ".join(switch.missing))
            yield Finding(f"off.{switch.id}", Severity.INFO, message, hint)


def _switch(name: str, title: Message, ways: tuple[Needs, ...], filled: set[str]) -> Switch:
    """Where no way is whole, name what lacks on the one that is begun, else on the first."""
    lacks = [tuple(need for need in way if need not in filled) for way in ways]
    begun = [lack for way, lack in zip(ways, lacks, strict=True) if len(lack) < len(way)]
    return Switch(name, title, not all(lacks), min(begun, key=len, default=lacks[0]))


def _filled(base: Base, needs: set[str]) -> set[str]:
    """Return which of these tables and columns hold anything."""
    columns: dict[str, list[str]] = {}
    for need in needs:
        table, _, column = need.partition(".")
        columns.setdefault(table, []).extend([column] if column else [])
    present = {table for table in columns if base.has(table)}
    return present | {
        f"{table}.{column}" for table in present for column in _known_columns(base, table, columns[table])
    }


def _known_columns(base: Base, table: str, columns: list[str]) -> Iterator[str]:
    if not columns:
        return
    stored = {column: TABLES[table].by_name[column].stored for column in columns}
    rows = ibis.table(TABLES[table].stored_types, name=table).cross_join(params())
    seen = rows.filter(rows.ingest_seq <= rows.known_seq)
    counts = base.view.steps.row(seen.agg(**{name: seen[column].count() for name, column in stored.items()}))
    yield from (name for name in stored if counts[name])
