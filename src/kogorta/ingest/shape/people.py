# ruff: noqa: S608 - identifiers and literals go through the quoting helpers
"""Companions that speak of the customer: his attributes and his contacts."""

from __future__ import annotations

from kogorta.ingest.settings import TRACKING
from kogorta.ingest.shape.base import Shaping
from kogorta.warehouse.sql import literal, quote


def stage_people(shaping: Shaping, form: str, at: str | None) -> None:
    """Stage the attributes and contacts that the rows of a file carry beside their own columns."""
    customer = f"{form}.customer_id"
    if not shaping.typed.has(customer):
        return
    if form != "customers":
        _stage_customers(shaping, customer, at)
    if form != "contacts":
        _stage_contacts(shaping, customer)


def _stage_customers(shaping: Shaping, customer: str, at: str | None) -> None:
    """Each attribute is the last one that the file knows."""
    columns = shaping.typed.of("customers")
    if not columns:
        return
    order = f"struct_pack(a := {shaping.cell(at, 't.line') if at else 't.line'}, l := t.line)"
    last = ", ".join(f"arg_max(t.{quote(f'customers.{name}')}, {order}) AS {quote(name)}" for name in columns)
    filled = " OR ".join(f"t.{quote(f'customers.{name}')} IS NOT NULL" for name in columns)
    shaping.stage(
        "customers",
        shaping.create(
            "companion_customers",
            f"""SELECT t.{quote(customer)} AS customer_id, max(t.line) AS line, {last}
            FROM {shaping.typed.relation} t WHERE t.{quote(customer)} IS NOT NULL AND ({filled}) GROUP BY 1""",
        ),
        unique=True,
        beside=("customers", TRACKING),
    )


def _stage_contacts(shaping: Shaping, customer: str) -> None:
    kinds = shaping.typed.of("contacts")
    if not kinds:
        return
    parts = [
        f"SELECT t.{quote(customer)} AS customer_id, {literal(kind)} AS kind, t.{quote(f'contacts.{kind}')} AS value,"
        f" t.line FROM {shaping.typed.relation} t WHERE t.{quote(customer)} IS NOT NULL"
        for kind in kinds
    ]
    shaping.stage(
        "contacts",
        shaping.create(
            "companion_contacts",
            f"""SELECT customer_id, kind, value, min(line) AS line FROM ({" UNION ALL ".join(parts)})
            WHERE value IS NOT NULL GROUP BY 1, 2, 3""",
        ),
        unique=True,
    )
