# ruff: noqa: S608 - identifiers and literals go through the quoting helpers
"""Files whose rows are orders."""

from __future__ import annotations

from kogorta.ingest.shape.base import Shaping, content_key, is_unique, row_key
from kogorta.ingest.shape.people import stage_people
from kogorta.warehouse.sql import quote


def shape_orders(shaping: Shaping) -> None:
    """Stage a file of one row an order; negative sums are returns."""
    typed = shaping.typed
    cells = {name: f"t.{quote(f'orders.{name}')}" for name in typed.of("orders")}
    cells.setdefault("status", "CAST(NULL AS VARCHAR)")
    source = f"{typed.relation} t"
    has_id = typed.has("orders.order_id")
    if not has_id:
        mapped = [quote(name) for name in typed.columns if name.startswith("orders.") and ".p_" not in name]
        source = f"(SELECT *, {content_key(mapped)} AS content_hash FROM {typed.relation}) t"
        cells["order_id"] = row_key("t.content_hash", "t.line")
    select = ", ".join(f"{sql} AS {quote(name)}" for name, sql in cells.items())
    relation = shaping.create(
        "all_orders", f"SELECT t.line, {select} FROM {source}", as_view=typed.is_view and has_id
    )
    amount = "amount" if "amount" in cells else "NULL::BIGINT"
    returned, money, zero, unknown, unknown_money = _tally(shaping, relation, amount)
    if returned:
        _stage_returns(shaping, relation, has_id=has_id)
        relation = shaping.create(
            "sold_orders",
            f"SELECT * FROM {relation} WHERE amount IS NULL OR amount >= 0",
            as_view=typed.is_view,
        )
        shaping.notes.add("returns_found", n=returned, money=shaping.notes.money(money))
    shaping.stage("orders", relation, unique=not has_id or is_unique(shaping, relation, "order_id"))
    stage_people(shaping, "orders", "orders.ordered_at")
    shaping.notes.count("zero_amounts", zero)
    if unknown:
        shaping.notes.add("rows_without_customer", n=unknown, money=shaping.notes.money(unknown_money))
    report_empty_status(shaping)


def _tally(shaping: Shaping, relation: str, amount: str) -> tuple[int, int, int, int, int]:
    sums, customers = (shaping.typed.measures.get(f"orders.{name}") for name in ("amount", "customer_id"))
    if sums and customers and (sums.low or 0) >= 0 and customers.filled == shaping.typed.rows:
        return 0, 0, sums.zeros, 0, 0
    customer = "customer_id" if shaping.typed.has("orders.customer_id") else "NULL"
    row = shaping.one(
        f"""SELECT count(*) FILTER ({amount} < 0), coalesce(-sum({amount}) FILTER ({amount} < 0), 0),
            count(*) FILTER ({amount} = 0), count(*) FILTER ({customer} IS NULL),
            coalesce(sum({amount}) FILTER ({customer} IS NULL), 0) FROM {relation}"""
    )
    returned, money, zero, unknown, unknown_money = (int(str(value)) for value in row)
    return returned, money, zero, unknown, unknown_money


def report_empty_status(shaping: Shaping) -> None:
    """Tell of orders whose status cell is empty: they are taken as completed."""
    seen = shaping.typed.measures.get("orders.status")
    if shaping.typed.has("orders.status") and not (seen and seen.filled == shaping.typed.rows):
        (count,) = shaping.one(f'SELECT count(*) FROM {shaping.typed.relation} WHERE "orders.status" IS NULL')
        shaping.notes.count("orders_without_status", int(str(count)))


def _stage_returns(shaping: Shaping, relation: str, *, has_id: bool) -> None:
    """A negative sum is money given back; it undoes the order of its number if that was sold here."""
    customer = "customer_id" if shaping.typed.has("orders.customer_id") else "NULL"
    order = "order_id" if has_id else "CAST(NULL AS VARCHAR)"
    hash_ = content_key([order, customer, "ordered_at", "amount"])
    sold = f"SELECT order_id FROM {relation} WHERE amount >= 0" if has_id else "SELECT NULL WHERE false"
    shaping.stage(
        "returns",
        shaping.create(
            "out_returns",
            f"""SELECT line, {row_key("h")} AS return_id, {customer} AS customer_id,
                CASE WHEN number IN ({sold}) THEN number END AS order_id,
                ordered_at AS returned_at, ordered_date AS returned_date, -amount AS amount
            FROM (SELECT *, {order} AS number, {hash_} AS h FROM {relation} WHERE amount < 0)""",
        ),
        unique=True,
    )
