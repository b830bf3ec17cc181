"""The base that an audit looks at: visible facts by person, laid out in scratch tables.

| scratch table | columns |
|---|---|
| `k_audit_people` | customer_key of every customer (people, not ids) |
| `k_audit_contacts` | customer_key, kind, value |
| `k_audit_consents` | source_key, customer_key, channel, purpose, at, op |
| `k_audit_customers` | customer_key and the attributes looked at |
| `k_audit_orders` | counted orders: order_id, customer_key, revenue, has_amount |
| `k_audit_lines` | of every line: order_id, product_id, amount, cost |
| `k_audit_products` | product_id, category, kind, unit_cost_micro |

Beside them stand the tables of `kogorta.identity.evidence`, and `k_identity`, who resolves to whom.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from kogorta.config import Config
from kogorta.identity.evidence import gather
from kogorta.membership.view import View
from kogorta.schema import TABLES
from kogorta.traits.orders import counted_orders
from kogorta.traits.people import everyone

ATTRIBUTES = ("name", "birth_date", "city", "sex", "acquisition_source")

_COPIES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "k_audit_contacts": ("contacts", ("customer_key", "kind", "value")),
    "k_audit_consents": ("consents", ("customer_key", "channel", "purpose", "at", "op")),
    "k_audit_customers": ("customers", ("customer_key", *ATTRIBUTES)),
    "k_audit_lines": ("order_lines", ("order_id", "product_id", "amount", "cost")),
    "k_audit_products": ("products", ("product_id", "category", "kind", "unit_cost_micro")),
}

_WITHOUT_JUNK = """
DELETE FROM k_audit_contacts WHERE (kind, value) IN (
    SELECT (kind, written) FROM k_id_spelling WHERE reason IS NOT NULL)
"""
"""What reaches nobody is no contact, even if it was stored."""

_ORDERS = {"order_id": "string", "customer_key": "int64", "revenue": "int64", "has_amount": "int8"}

_ARROW = {
    "string": pa.string(),
    "int64": pa.int64(),
    "int8": pa.int8(),
    "date": pa.date32(),
    "timestamp(6)": pa.timestamp("us"),
}


@dataclass(frozen=True)
class Base:
    """The scratch tables, and what every check asks of them.

    Attributes:
        view: The instant looked at.
        size: How many customers there are.
    """

    view: View
    size: int

    @property
    def config(self) -> Config:
        """How the workspace means its numbers."""
        return self.view.config

    @property
    def known(self) -> dict[str, object]:
        """The bindings of a query on stored tables."""
        return {"known_seq": self.view.instant.known_seq}

    def has(self, *tables: str) -> bool:
        """Whether the store has rows of all these tables."""
        return self.view.steps.facts.has(*tables)

    def rows(self, sql: str, bindings: Mapping[str, object] | None = None) -> list[dict[str, Any]]:
        """Ask the scratch tables; return rows as dicts."""
        return list(self.view.session.query(sql, bindings).to_pylist())

    def row(self, sql: str, bindings: Mapping[str, object] | None = None) -> dict[str, Any]:
        """Ask for one row."""
        (row,) = self.rows(sql, bindings)
        return row


def lay_out(view: View) -> Base:
    """Make the scratch tables; those of tables without rows are empty."""
    view.steps.make("k_audit_people", everyone(view.steps.facts))
    for scratch, (table, columns) in _COPIES.items():
        _copy(view, scratch, table, columns)
    if view.steps.facts.has("orders"):
        view.steps.make("k_audit_orders", counted_orders(view.steps.facts).select(*_ORDERS))
    else:
        _empty(view, "k_audit_orders", _ORDERS)
    gather(view.session, view.config, view.instant.known_seq, thorough=True)
    view.session.query(_WITHOUT_JUNK)
    (counted,) = view.session.query("SELECT count(*) AS size FROM k_audit_people").to_pylist()
    return Base(view, int(counted["size"]))


def _copy(view: View, scratch: str, table: str, columns: Sequence[str]) -> None:
    facts = view.steps.facts
    types = {name: TABLES[table].stored_types[name] for name in columns}
    if not facts.has(table):
        _empty(view, scratch, types | {"source_key": "int64"})
        return
    rows = facts.last_versions(table, list(columns)).select(*columns)
    if "customer_key" in types:
        rows = facts.person(rows.mutate(source_key=rows.customer_key))
    view.steps.make(scratch, rows)


def _empty(view: View, name: str, types: Mapping[str, str]) -> None:
    schema = pa.schema([(column, _ARROW[type_]) for column, type_ in types.items()])
    view.session.load(name, schema.empty_table())
