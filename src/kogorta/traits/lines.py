"""Money of single lines: what was taken off the line itself, and its part of what was taken off the order."""

from __future__ import annotations

from typing import Any

import ibis

from kogorta.traits.facts import Facts
from kogorta.traits.idioms import floor_div, numbered, sum_if
from kogorta.traits.orders import order_lines, returns


def net_lines(facts: Facts, orders: Any) -> Any:
    """Lines of counted orders with `net`: gross less discounts and returns.

    What is on a line is taken off that line. What is on the whole order (or on a line that is not
    there) is spread over its lines in proportion to their gross amounts, by largest remainder (ties:
    the lower line number), so that the lines add up to the order exactly.

    Columns: order_id, customer_key, at, line_no, product_id, quantity_micro, cost, net.
    """
    lines = order_lines(facts)
    headed = lines.join(orders.select("order_id", "customer_key", "at"), "order_id")
    headed = headed.select(*lines.columns, "customer_key", "at")
    offs = _offs(facts)
    if offs is None:
        return headed.mutate(net=headed.amount).drop("amount")
    return _spread(_with_offs(headed, offs))


def _offs(facts: Facts) -> Any:
    """Everything taken off: order_id, line_no (missing: on the whole order), off. None: nothing ever is."""
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


def _with_offs(lines: Any, offs: Any) -> Any:
    """Put beside each line what is taken off it, and what is taken off its order as a whole."""
    there = lines.select("order_id", "line_no").mutate(is_there=ibis.literal(1))
    placed = offs.left_join(there, ["order_id", "line_no"]).select(*offs.columns, "is_there")
    on_line = placed.filter(placed.is_there.notnull())
    own = on_line.group_by("order_id", "line_no").agg(own_off=on_line.off.sum().cast("int64"))
    whole = placed.group_by("order_id").agg(order_off=sum_if(placed.is_there.isnull(), placed.off))
    joined = lines.left_join(own, ["order_id", "line_no"]).select(*lines.columns, "own_off")
    joined = joined.left_join(whole, "order_id").select(*joined.columns, "order_off")
    return joined.mutate(
        own_off=ibis.coalesce(joined.own_off, 0), order_off=ibis.coalesce(joined.order_off, 0)
    )


def _spread(lines: Any) -> Any:
    by_order = ibis.window(group_by="order_id")
    lines = lines.mutate(weight=ibis.greatest(lines.amount, 0))
    total = lines.weight.sum().over(by_order).cast("int64")
    lines = lines.mutate(weight=ibis.ifelse(total > 0, lines.weight, 1))
    lines = lines.mutate(total=lines.weight.sum().over(by_order).cast("int64"))
    share = lines.order_off * lines.weight
    shared = lines.mutate(part=floor_div(share, lines.total), rest=share % lines.total)
    shared = shared.mutate(left=shared.order_off - shared.part.sum().over(by_order).cast("int64"))
    ranked = numbered(shared, ["order_id"], [shared.rest.desc(), shared.line_no])
    net = ranked.amount - ranked.own_off - ranked.part - ibis.ifelse(ranked.rank_no <= ranked.left, 1, 0)
    return ranked.select(
        "order_id",
        "customer_key",
        "at",
        "line_no",
        "product_id",
        "quantity_micro",
        "cost",
        net=net.cast("int64"),
    )
