# ruff: noqa: S608 - identifiers and literals go through the quoting helpers
"""Files whose rows are lines of orders: orders, lines, returns, goods and people come out of them."""

from __future__ import annotations

from kogorta.ingest.money import half_away_sql
from kogorta.ingest.shape.base import Shaping, content_key, row_key
from kogorta.ingest.shape.orders import report_empty_status
from kogorta.ingest.shape.people import stage_people
from kogorta.ingest.shape.products import fee_kinds, stage_products
from kogorta.ingest.shape.tally import report_lines
from kogorta.schema.types import MICRO
from kogorta.warehouse.sql import quote

ORDER_FIELDS = (
    "customer_id",
    "ordered_at",
    "ordered_date",
    "completed_at",
    "completed_date",
    "status",
    "channel",
    "outlet_id",
    "cart_id",
    "session_id",
    "discount",
    "cost_to_serve",
)


def shape_lines(shaping: Shaping, form: str = "orders") -> None:
    """Stage a file of lines: as `orders` with their lines, or as `order_lines` alone."""
    lines = shaping.create("lines", _lines_sql(shaping, form))
    if form == "orders":
        _stage_orders(shaping, lines)
    _stage_lines(shaping, lines, form)
    returned = _stage_returns(shaping, lines, form)
    codes = fee_kinds(shaping, "product_id", lines)
    if shaping.typed.has("order_lines.product_id"):
        stage_products(shaping, shaping.typed.relation, shaping.cell("order_lines.product_id"), codes)
    stage_people(shaping, form, "orders.ordered_at")
    report_lines(shaping, lines, codes, returned=returned)
    if form == "orders":
        report_empty_status(shaping)


def _lines_sql(shaping: Shaping, form: str) -> str:
    """Bring every line to one form: who, when, what, how many, how much, sold or given back."""
    digits = shaping.settings.minor_digits
    quantity = shaping.cell("order_lines.quantity_micro")
    price = shaping.cell("order_lines.unit_price_micro")
    product = f"CAST(coalesce({quantity}, {MICRO}) AS HUGEINT) * {price}"
    over = MICRO * MICRO // 10**digits
    by_price = half_away_sql(f"({product})", over)
    amount = f"coalesce({shaping.cell('order_lines.amount')}, {by_price})"
    cells = {
        "order_id": _order_id(shaping, form),
        "product_id": shaping.cell("order_lines.product_id", "CAST(NULL AS VARCHAR)"),
        "quantity_micro": f"coalesce({quantity}, {MICRO})",
        "unit_price_micro": f"CAST({price} AS BIGINT)",
        "amount": f"CAST({amount} AS BIGINT)",
        "unit_cost_micro": f"CAST({shaping.cell('order_lines.unit_cost_micro')} AS BIGINT)",
        "staff_id": shaping.cell("order_lines.staff_id", "CAST(NULL AS VARCHAR)"),
        "line_no": f"CAST({shaping.cell('order_lines.line_no')} AS BIGINT)",
        "is_rounded": f"{shaping.cell('order_lines.amount')} IS NULL AND coalesce(({product}) % {over} <> 0, false)",
    }
    for name in ORDER_FIELDS:
        owner = form if shaping.typed.has(f"{form}.{name}") else "orders"
        cells[name] = shaping.cell(f"{owner}.{name}", f"CAST(NULL AS {_sql_type(name)})")
    cells["order_amount"] = shaping.cell("orders.amount", "CAST(NULL AS BIGINT)")
    for table in ("orders", "order_lines"):
        cells |= {
            name: f"t.{quote(f'{table}.{name}')}" for name in shaping.typed.of(table) if name.startswith("p_")
        }
    select = ", ".join(f"{sql} AS {quote(name)}" for name, sql in cells.items())
    return (
        f"SELECT *, coalesce(amount < 0, false) OR quantity_micro < 0 AS is_return"
        f" FROM (SELECT t.line, {select} FROM {shaping.typed.relation} t)"
    )


def _sql_type(name: str) -> str:
    if name.endswith("_at"):
        return "TIMESTAMP"
    if name.endswith("_date"):
        return "DATE"
    return "BIGINT" if name in ("discount", "cost_to_serve") else "VARCHAR"


def _order_id(shaping: Shaping, form: str) -> str:
    """Without numbers, what a customer bought at one instant is one order; nobody's lines stand alone."""
    if shaping.typed.has(f"{form}.order_id"):
        return shaping.cell(f"{form}.order_id")
    customer = shaping.cell("orders.customer_id")
    return (
        f"'row:' || {content_key([customer, shaping.cell('orders.ordered_at')])}"
        f" || CASE WHEN {customer} IS NULL THEN ':' || t.line ELSE '' END"
    )


def _stage_orders(shaping: Shaping, lines: str) -> None:
    """An order says what the first line says that says anything."""
    given = [name for name in ORDER_FIELDS if shaping.typed.has(f"orders.{name}")]
    given += [name for name in shaping.typed.of("orders") if name.startswith("p_")]
    firsts = "".join(f", arg_min({quote(name)}, line) AS {quote(name)}" for name in given if name != "status")
    status = "arg_min(status, line)" if "status" in given else "NULL"
    summed = "sum(amount) - coalesce(arg_min(discount, line), 0)"
    amount = (
        f"coalesce(arg_min(order_amount, line), {summed})" if shaping.typed.has("orders.amount") else summed
    )
    shaping.stage(
        "orders",
        shaping.create(
            "out_orders",
            f"""SELECT order_id, min(line) AS line{firsts}, CAST({status} AS VARCHAR) AS status,
                CAST({amount} AS BIGINT) AS amount
            FROM {lines} WHERE NOT is_return GROUP BY order_id""",
        ),
        unique=True,
    )


def _stage_lines(shaping: Shaping, lines: str, form: str) -> None:
    digits = shaping.settings.minor_digits
    over = MICRO * MICRO // 10**digits
    cost = half_away_sql("(CAST(l.quantity_micro AS HUGEINT) * l.unit_cost_micro)", over)
    properties = [name for name in shaping.typed.of("order_lines") if name.startswith("p_")]
    numbered = shaping.typed.has("order_lines.line_no")
    # The lines of an order are one set: numbered by content, so that their order in the file says nothing.
    content = ", ".join(
        f"l.{quote(name)}"
        for name in (
            "product_id",
            "quantity_micro",
            "unit_price_micro",
            "amount",
            "unit_cost_micro",
            "staff_id",
            *properties,
        )
    )
    number = (
        "l.line_no" if numbered else f"row_number() OVER (PARTITION BY l.order_id ORDER BY {content}, l.line)"
    )
    at, day, join = "l.ordered_at", "l.ordered_date", ""
    if form == "orders":
        at, day, join = (
            "o.ordered_at",
            "o.ordered_date",
            f" JOIN {shaping.name('out_orders')} o USING (order_id)",
        )
    extra = "".join(f", l.{quote(name)}" for name in properties)
    shaping.stage(
        "order_lines",
        shaping.create(
            "out_lines",
            f"""SELECT l.line, l.order_id, {number} AS line_no, {at} AS ordered_at, {day} AS ordered_date,
                l.product_id, l.quantity_micro, l.unit_price_micro, l.amount, l.unit_cost_micro, l.staff_id,
                {cost} AS cost{extra}
            FROM {lines} l{join} WHERE NOT l.is_return""",
        ),
        set_of=None if numbered else "order_id",
        unique=not numbered,
    )


def _stage_returns(shaping: Shaping, lines: str, form: str) -> int:
    """A negative line is a return; it undoes its order if the order has lines that were sold."""
    (count,) = shaping.one(f"SELECT count(*) FROM {lines} WHERE is_return")
    if not count:
        return 0
    customer = "customer_id" if form == "orders" else "CAST(NULL AS VARCHAR)"
    hash_ = content_key(["order_id", customer, "ordered_at", "product_id", "quantity_micro", "amount"])
    shaping.stage(
        "returns",
        shaping.create(
            "out_returns",
            f"""SELECT line, {row_key("h")} AS return_id, {customer} AS customer_id,
                CASE WHEN order_id IN (SELECT order_id FROM {lines} WHERE NOT is_return) THEN order_id END AS order_id,
                product_id, ordered_at AS returned_at, ordered_date AS returned_date,
                CASE WHEN quantity_micro < 0 THEN -quantity_micro END AS quantity_micro,
                abs(coalesce(amount, 0)) AS amount
            FROM (SELECT *, {hash_} AS h FROM {lines} WHERE is_return)""",
        ),
        unique=True,
    )
    return int(str(count))
