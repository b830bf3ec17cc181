# ruff: noqa: S608 - identifiers and literals go through the quoting helpers
"""What is odd in a file of lines, with counts and sums: told, not corrected."""

from __future__ import annotations

from collections.abc import Sequence

from kogorta.ingest.shape.base import Shaping
from kogorta.warehouse.sql import literal, quote

_SHOWN = 12
_CANCELLATION = "^[CСcс][0-9]"
"""Numbers of cancelling documents: a C (Latin or Cyrillic) before the digits."""


def report_lines(shaping: Shaping, lines: str, codes: Sequence[str], *, returned: int) -> None:
    """Write down the totals of the lines and every finding about them."""
    _report_totals(shaping, lines, returned)
    _report_customers(shaping, lines)
    _report_repeated(shaping)
    _report_fees(shaping, lines, codes)
    zero, rounded = shaping.one(
        f"SELECT count(*) FILTER (amount = 0), count(*) FILTER (is_rounded) FROM {lines}"
    )
    shaping.notes.count("zero_prices", int(str(zero)))
    shaping.notes.count("lines_rounded", int(str(rounded)))
    _report_varying(shaping, lines)


def _report_totals(shaping: Shaping, lines: str, returned: int) -> None:
    named = f"is_return AND regexp_matches(order_id, '{_CANCELLATION}')"
    documents, orders, sold, back, refunds, negative, cancelled, cancellations = (
        int(str(value))
        for value in shaping.one(
            f"""SELECT count(DISTINCT order_id), count(DISTINCT order_id) FILTER (NOT is_return),
                coalesce(sum(amount) FILTER (NOT is_return), 0), coalesce(sum(abs(amount)) FILTER (is_return), 0),
                count(*) FILTER (is_return), count(DISTINCT order_id) FILTER (is_return),
                count(*) FILTER ({named}), count(DISTINCT order_id) FILTER ({named}) FROM {lines}"""
        )
    )
    money = shaping.notes.money
    if returned:
        shaping.notes.add("returns_in_lines", n=refunds, documents=negative, money=money(back))
    shaping.notes.count("cancellations", cancelled, documents=cancellations)
    shaping.notes.add(
        "totals",
        documents=documents,
        orders=orders,
        sold=money(sold),
        returned=money(back),
        net=money(sold - back),
    )


def _report_customers(shaping: Shaping, lines: str) -> None:
    if not shaping.typed.has("orders.customer_id"):
        return
    count, money = shaping.one(
        f"""SELECT count(*), coalesce(sum(CASE WHEN is_return THEN -abs(amount) ELSE amount END), 0)
        FROM {lines} WHERE customer_id IS NULL"""
    )
    if count:
        shaping.notes.add(
            "rows_without_customer", n=int(str(count)), money=shaping.notes.money(int(str(money)))
        )


def _report_repeated(shaping: Shaping) -> None:
    """Count lines that repeat another one of their file in every column."""
    columns = ", ".join(quote(name) for name in shaping.typed.columns)
    (count,) = shaping.one(
        f"SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM {shaping.typed.relation} GROUP BY {columns})"
    )
    shaping.notes.count("lines_repeated", int(str(count)))


def _report_fees(shaping: Shaping, lines: str, codes: Sequence[str]) -> None:
    if not codes:
        return
    rows = shaping.staging.fetch(
        f"""SELECT product_id, count(*), coalesce(sum(CASE WHEN is_return THEN -abs(amount) ELSE amount END), 0)
        FROM {lines} WHERE product_id IN ({", ".join(map(literal, codes))}) GROUP BY 1 ORDER BY 2 DESC, 1"""
    )
    shown = "; ".join(
        f"{code} ({count}, {shaping.notes.money(money)})" for code, count, money in rows[:_SHOWN]
    )
    shaping.notes.add(
        "fees_found",
        n=sum(row[1] for row in rows),
        money=shaping.notes.money(sum(row[2] for row in rows)),
        codes=shown + ("; …" if len(rows) > _SHOWN else ""),
    )


def _report_varying(shaping: Shaping, lines: str) -> None:
    """Count orders whose lines do not agree on when and whose they are."""
    names = [name for name in ("customer_id", "ordered_at", "status") if shaping.typed.has(f"orders.{name}")]
    if not names or not shaping.typed.has("orders.order_id"):
        return
    differs = " OR ".join(f"min({name}) <> max({name})" for name in names)
    (count,) = shaping.one(f"SELECT count(*) FROM (SELECT 1 FROM {lines} GROUP BY order_id HAVING {differs})")
    shaping.notes.count("orders_vary", int(str(count)))
