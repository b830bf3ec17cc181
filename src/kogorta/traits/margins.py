"""What orders brought beyond what they cost, where money is scored by margin instead of revenue."""

from __future__ import annotations

from typing import Any

import ibis

from kogorta.traits.costs import COVER_PERCENT
from kogorta.traits.facts import params
from kogorta.traits.idioms import beside, sum_if


def occasion_margins(occasions: Any, costs: Any) -> Any:
    """Return customer_key, order_id, at of occasions of known people, with margin, goods and costed in minor units.

    `goods` is what they brought, fees left out, and `costed` the part of it whose cost is known.

    Args:
        occasions: Counted orders, of a salon visits too, as `occasions` has them.
        costs: Their costs, as `order_costs` has them; None where there are no lines.
    """
    rows = occasions.filter(occasions.customer_key.notnull())
    rows = rows.select("customer_key", "order_id", "at", "revenue", "cost")
    taken = ibis.greatest(rows.revenue, 0).cast("int64")
    names = ("customer_key", "order_id", "at")
    if costs is None:
        nothing = ibis.literal(0).cast("int64")
        return rows.select(
            *names, margin=(rows.revenue - rows.cost).cast("int64"), goods=taken, costed=nothing
        )
    t = beside(rows.mutate(taken=taken), costs, "order_id", "order_id")
    # `cost` of an order is that of its lines as the file told it, and the cost to serve
    cost = t.cost - ibis.coalesce(t.told_cost, 0) + ibis.coalesce(t.line_cost, 0)
    return t.select(
        *names,
        margin=(t.revenue - cost).cast("int64"),
        goods=ibis.coalesce(t.goods, t.taken).cast("int64"),
        costed=ibis.coalesce(t.costed, 0).cast("int64"),
    )


def scored_by_margin(stats: Any, margins: Any) -> Any:
    """Replace `monetary_amount` by the margin of the window: missing unless costs cover enough of what was bought in it.

    Args:
        stats: As `score_stats` has them.
        margins: As `occasion_margins` has them.
    """
    rows = margins.cross_join(params().select("window_start"))
    inside = rows["at"] >= rows.window_start
    sums = rows.group_by("customer_key").agg(
        **{f"{name}_inside": sum_if(inside, rows[name]) for name in ("margin", "goods", "costed")}
    )
    t = beside(stats, sums)
    is_covered = t.costed_inside * 100 >= t.goods_inside * COVER_PERCENT
    known = ibis.ifelse(is_covered, t.margin_inside, ibis.null().cast("int64"))
    return t.mutate(monetary_amount=known).select(*stats.columns)


def unknown_money(stats: Any) -> Any:
    """Leave the money of everyone open: sums of a base that tells no costs have no margin."""
    return stats.mutate(monetary_amount=ibis.null().cast("int64"))
