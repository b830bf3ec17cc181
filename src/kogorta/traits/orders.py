"""Counted orders with their money, and the occasions on which a customer came.

Revenue of an order: where it has lines, their gross sum less its discounts, else its own net
amount; less the returns known of it. Of unknown amount nothing can be returned. Counted: status completed.
"""

from __future__ import annotations

from typing import Any

import ibis

from kogorta.traits.facts import Facts
from kogorta.traits.idioms import beside, flag, sum_if
from kogorta.vocab import BookingStatus, Business, OrderStatus, SubscriptionStatus


def order_lines(facts: Facts) -> Any:
    """Visible lines: order_id, line_no, product_id, quantity, gross amount, cost where it is known.

    The cost is the line's own, else that of the product.
    """
    lines = facts.last_versions(
        "order_lines", ["order_id", "line_no", "product_id", "quantity_micro", "amount", "cost"]
    )
    return lines.select("order_id", "line_no", "product_id", "quantity_micro", "amount", "cost")


def line_sums(facts: Facts) -> Any:
    """Per order: gross sum of its lines, cost of them, and the gross sum whose cost is known."""
    lines = order_lines(facts)
    return lines.group_by("order_id").agg(
        gross=lines.amount.sum().cast("int64"),
        line_cost=ibis.coalesce(lines.cost, 0).sum().cast("int64"),
        costed_gross=sum_if(lines.cost.notnull(), lines.amount),
    )


def discount_sums(facts: Facts) -> Any:
    """Per order: what was taken off by the rows of `discounts`."""
    rows = facts.last_versions("discounts", ["order_id", "amount"])
    return rows.group_by("order_id").agg(discounted=rows.amount.sum().cast("int64"))


def returns(facts: Facts, *more: str) -> Any:
    """Visible returns, each with its customer, and with `more` columns."""
    rows = facts.last_versions("returns", ["customer_key", "order_id", "returned_at", "amount", *more])
    return rows.filter(rows.returned_at < rows.as_of)


def return_sums(facts: Facts) -> Any:
    """Per order: money given back for it."""
    rows = returns(facts)
    linked = rows.filter(rows.order_id.notnull())
    return linked.group_by("order_id").agg(returned=linked.amount.sum().cast("int64"))


def unlinked_returns(facts: Facts) -> Any:
    """Returns that name no order: they count against their customer when they happened."""
    rows = returns(facts)
    alone = rows.filter(rows.order_id.isnull() & rows.customer_key.notnull())
    return facts.person(alone.select("customer_key", "returned_at", "amount"))


def first_counted(facts: Facts) -> Any:
    """One row: the instant of the first counted order of a known customer."""
    rows = facts.last_versions("orders", ["customer_key", "ordered_at", "status"])
    counted = rows.filter(
        (rows.ordered_at < rows.as_of)
        & (rows.status == OrderStatus.COMPLETED.value)
        & rows.customer_key.notnull()
    )
    return counted.agg(first_at=counted.ordered_at.min())


def counted_orders(facts: Facts, *more: str) -> Any:
    """One row per counted order: who, when, revenue, cost and how much revenue the cost covers.

    Columns: order_id, customer_key (of the person; missing for anonymous sales), at, day, revenue,
    has_amount, cost, costed_revenue, and `more` of the stored ones. Money in minor units.
    """
    rows = _counted(facts, *more)
    sums = money_of_orders(facts, rows)
    return facts.person(
        sums.select(
            "order_id",
            "customer_key",
            *more,
            at=sums.ordered_at,
            day=sums.ordered_date,
            revenue=ibis.ifelse(sums.sold.notnull(), sums.sold - sums.returned, 0).cast("int64"),
            has_amount=flag(sums.sold.notnull()),
            cost=(sums.line_cost + ibis.coalesce(sums.cost_to_serve, 0)).cast("int64"),
            costed_revenue=sums.costed_gross,
        )
    )


def sold_orders(facts: Facts, *more: str) -> Any:
    """One row per counted order: what was sold, and what of it came back; money in minor units.

    Columns: order_id, customer_key (of the person; missing for anonymous sales), at, day, sold (net of discounts,
    0 where nothing tells it), returned, cost_to_serve, own_discount (what its header says was taken off), and `more`
    of the stored ones.
    """
    rows = money_of_orders(facts, _counted(facts, *more))
    return facts.person(
        rows.select(
            "order_id",
            "customer_key",
            *more,
            at=rows.ordered_at,
            day=rows.ordered_date,
            sold=ibis.coalesce(rows.sold, 0).cast("int64"),
            returned=rows.returned,
            cost_to_serve=ibis.coalesce(rows.cost_to_serve, 0),
            own_discount=ibis.coalesce(rows.discount, 0),
        )
    )


def _counted(facts: Facts, *more: str) -> Any:
    """Orders that count before the instant, with `more` of their columns."""
    columns = [
        *more,
        *("order_id", "customer_key", "ordered_at", "ordered_date", "status"),
        *("amount", "discount", "cost_to_serve"),
    ]
    rows = facts.last_versions("orders", columns)
    return rows.filter((rows.ordered_at < rows.as_of) & (rows.status == OrderStatus.COMPLETED.value)).select(
        *columns
    )


def money_of_orders(facts: Facts, rows: Any) -> Any:
    """Add to orders with their amount, discount and id: sold (net of discounts, missing where nothing tells it), returned, line_cost, costed_gross.

    Tables that are not there leave no trace in the SQL.
    """
    zero = ibis.literal(0).cast("int64")
    sold, line_cost, costed = rows.amount, zero, zero
    if facts.has("order_lines"):
        rows = _join_order(rows, line_sums(facts))
        off = ibis.coalesce(rows.discount, 0)
        if facts.has("discounts"):
            rows = _join_order(rows, discount_sums(facts))
            off = ibis.coalesce(rows.discounted, rows.discount, 0)
        sold = ibis.ifelse(rows.gross.notnull(), rows.gross - off, rows.amount)
        line_cost, costed = ibis.coalesce(rows.line_cost, 0), ibis.coalesce(rows.costed_gross, 0)
    rows = rows.mutate(sold=sold, line_cost=line_cost, costed_gross=costed)
    if facts.has("returns"):
        rows = _join_order(rows, return_sums(facts))
        return rows.mutate(returned=ibis.coalesce(rows.returned, 0))
    return rows.mutate(returned=zero)


def _join_order(rows: Any, sums: Any) -> Any:
    joined = rows.left_join(sums, "order_id")
    return joined.select(*rows.columns, *[name for name in sums.columns if name != "order_id"])


def made_bookings(facts: Facts, *columns: str) -> Any:
    """Bookings that were made before the instant, with some stored columns and `as_of`."""
    rows = facts.last_versions("bookings", [*columns, "created_at"])
    return rows.filter(ibis.coalesce(rows.created_at < rows.as_of, True)).select(*columns, "as_of")


def visits(facts: Facts, *columns: str) -> Any:
    """Bookings that became visits before the instant, with some stored columns, `starts_at` and `status` among them."""
    rows = made_bookings(facts, *columns)
    return rows.filter((rows.starts_at < rows.as_of) & (rows.status == BookingStatus.VISITED.value))


def visited_bookings(facts: Facts) -> Any:
    """Visits of a salon: who, when, what they paid. Where an order tells the money, the visit tells none."""
    seen = visits(
        facts, "booking_id", "customer_key", "starts_at", "starts_date", "status", "order_id", "amount"
    )
    if facts.has("orders"):
        orders = facts.last_versions("orders", ["order_id"])
        paid = orders.select(paid_by=orders.order_id)
        seen = beside(seen, paid, "order_id", "paid_by")
        seen = seen.mutate(amount=ibis.ifelse(seen.paid_by.notnull(), ibis.null().cast("int64"), seen.amount))
    return facts.person(
        seen.select(
            order_id=ibis.coalesce(seen.order_id, ibis.literal("booking:") + seen.booking_id),
            customer_key=seen.customer_key,
            at=seen.starts_at,
            day=seen.starts_date,
            revenue=ibis.coalesce(seen.amount, 0).cast("int64"),
            has_amount=flag(seen.amount.notnull()),
            cost=ibis.literal(0).cast("int64"),
            costed_revenue=ibis.literal(0).cast("int64"),
        )
    )


def has_visits(facts: Facts, business: Business) -> bool:
    """Whether a customer's visits are occasions beside his orders."""
    return business is Business.SALON and facts.has("bookings")


def occasions(facts: Facts, business: Business, *more: str) -> Any:
    """Everything on which rhythm and RFM stand: orders; for a salon its visits as well.

    Args:
        facts: The stored tables.
        business: Whether visits count.
        more: Stored columns of orders that are wanted too, where orders are all there is.
    """
    if not has_visits(facts, business):
        return counted_orders(facts, *more)
    orders = counted_orders(facts)
    return orders.union(visited_bookings(facts).select(*orders.columns))


def promise_ends(facts: Facts) -> Any:
    """Until when something holds a customer: customer_key, until; bookings ahead and live subscriptions."""
    parts = []
    if facts.has("bookings"):
        booked = made_bookings(facts, "customer_key", "starts_at", "status")
        ahead = (booked.starts_at > booked.as_of) & (booked.status == BookingStatus.BOOKED.value)
        parts.append(booked.filter(ahead).select("customer_key", until=booked.starts_at))
    if facts.has("subscriptions"):
        running = facts.last_versions("subscriptions", ["customer_key", "next_at", "status"])
        live = (running.next_at > running.as_of) & (running.status == SubscriptionStatus.LIVE.value)
        parts.append(running.filter(live).select("customer_key", until=running.next_at))
    both = parts[0].union(parts[1]) if len(parts) == 2 else parts[0]
    return facts.person(both.filter(both.customer_key.notnull()))


def standing_promises(facts: Facts) -> Any:
    """Customers with something booked ahead or a live subscription: customer_key, once each."""
    return promise_ends(facts).select("customer_key").distinct()
