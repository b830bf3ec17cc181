"""Money of single lines: what was taken off the line itself, and its part of what was taken off the order."""

from __future__ import annotations

from typing import Any

import ibis

from kogorta.traits.facts import Facts
from kogorta.traits.idioms import floor_div, numbered
from kogorta.traits.orders import order_lines, returns


def line_money(facts: Facts, orders: Any) -> Any:
    """What lines of counted orders brought, gross less discounts and returns, in rows that are to be added up.

    What is on a line is taken off that line. What is on the whole order (or on a line that is not
    there) is spread over its lines in proportion to their gross amounts, by largest remainder (ties:
    the lower line number), so that the lines add up to the order exactly.

    Columns: customer_key, product_id, amount: of each line, and below 0 for what is taken off it.
    """
    lines = order_lines(facts)
    headed = lines.join(orders.select("order_id", "customer_key"), "order_id")
    headed = headed.select("order_id", "line_no", "customer_key", "product_id", "amount")
    there = headed.select("order_id", "line_no", "customer_key", "product_id").mutate(
        is_there=ibis.literal(1)
    )
    offs = _offs(facts)
    placed = offs.left_join(there, ["order_id", "line_no"])
    placed = placed.select(*offs.columns, "customer_key", "product_id", "is_there")
    elsewhere = placed.filter(placed.is_there.isnull())
    whole = elsewhere.group_by("order_id").agg(order_off=elsewhere.off.sum().cast("int64"))
    spread = _spread(headed, whole.filter(whole.order_off != 0))
    off = placed.filter(placed.is_there.notnull()).select(*spread.columns).union(spread)
    taken = off.select("customer_key", "product_id", amount=(-off.off).cast("int64"))
    return headed.select(*taken.columns).union(taken)


def _offs(facts: Facts) -> Any:
    """Everything taken off: order_id, line_no (missing: on the whole order), off."""
    parts = []
    if facts.has("discounts"):
        rows = facts.last_versions("discounts", ["order_id", "line_no", "amount"])
        parts.append(rows.select("order_id", "line_no", off=rows.amount))
    header = facts.last_versions("orders", ["order_id", "discount"])
    header = header.filter(ibis.coalesce(header.discount, 0) > 0)
    if parts:
        # Rows of `discounts` tell the whole story of an order; its own column speaks only without them.
        header = header.anti_join(parts[0], "order_id")
    parts.append(header.select("order_id", line_no=ibis.null().cast("int64"), off=header.discount))
    if facts.has("returns"):
        rows = returns(facts, "line_no").filter(ibis._.order_id.notnull())
        parts.append(rows.select("order_id", "line_no", off=rows.amount))
    united = parts[0]
    for part in parts[1:]:
        united = united.union(part)
    return united


def _spread(lines: Any, whole: Any) -> Any:
    """The part of each line in what is taken off its order as a whole: customer_key, product_id, off."""
    by_order = ibis.window(group_by="order_id")
    lines = lines.join(whole, "order_id").select(*lines.columns, "order_off")
    lines = lines.mutate(weight=ibis.greatest(lines.amount, 0))
    total = lines.weight.sum().over(by_order).cast("int64")
    lines = lines.mutate(weight=ibis.ifelse(total > 0, lines.weight, 1))
    lines = lines.mutate(total=lines.weight.sum().over(by_order).cast("int64"))
    share = lines.order_off * lines.weight
    shared = lines.mutate(part=floor_div(share, lines.total), rest=share % lines.total)
    shared = shared.mutate(left=shared.order_off - shared.part.sum().over(by_order).cast("int64"))
    ranked = numbered(shared, ["order_id"], [shared.rest.desc(), shared.line_no])
    off = ranked.part + ibis.ifelse(ranked.rank_no <= ranked.left, 1, 0)
    return ranked.select("customer_key", "product_id", off=off.cast("int64"))
