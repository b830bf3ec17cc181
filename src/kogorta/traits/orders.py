"""Counted orders with their money, and the occasions on which a customer came.

Revenue of an order: where it has lines, their gross sum less its discounts, else its own net
amount; less the returns known of it. Counted: status completed.
"""

from __future__ import annotations

from typing import Any

import ibis

from kogorta.traits.facts import last_versions, person
from kogorta.traits.idioms import sum_if
from kogorta.vocab import BookingStatus, Business, OrderStatus


def order_lines() -> Any:
    """Visible lines: order_id, line_no, product_id, quantity, gross amount, cost where it is known."""
    lines = last_versions("order_lines", ["order_id", "line_no", "product_id", "quantity_micro", "amount", "cost"])
    return lines.drop("as_of")


def line_sums() -> Any:
    """Per order: gross sum of its lines, cost of them, and the gross sum whose cost is known."""
    lines = order_lines()
    return lines.group_by("order_id").agg(
        gross=lines.amount.sum().cast("int64"),
        line_cost=lines.cost.sum().cast("int64"),
        costed_gross=sum_if(lines.cost.notnull(), lines.amount),
    )


def discount_sums() -> Any:
    """Per order: what was taken off by the rows of `discounts`."""
    rows = last_versions("discounts", ["order_id", "amount"])
    return rows.group_by("order_id").agg(discounted=rows.amount.sum().cast("int64"))


def returns() -> Any:
    """Visible returns, each with its customer."""
    rows = last_versions("returns", ["customer_key", "order_id", "returned_at", "amount"])
    return rows.filter(rows.returned_at < rows.as_of)


def return_sums() -> Any:
    """Per order: money given back for it."""
    rows = returns()
    linked = rows.filter(rows.order_id.notnull())
    return linked.group_by("order_id").agg(returned=linked.amount.sum().cast("int64"))


def unlinked_returns() -> Any:
    """Returns that name no order: they count against their customer when they happened."""
    rows = returns()
    return person(rows.filter(rows.order_id.isnull() & rows.customer_key.notnull()).drop("as_of", "order_id"))


def counted_orders() -> Any:
    """One row per counted order: who, when, revenue, cost and how much revenue the cost covers.

    Columns: order_id, customer_key (of the person; missing for anonymous sales), at, day, revenue,
    has_amount, cost, costed_revenue. Money in minor units.
    """
    rows = last_versions(
        "orders",
        ["order_id", "customer_key", "ordered_at", "ordered_date", "status", "amount", "discount", "cost_to_serve"],
    )
    rows = rows.filter((rows.ordered_at < rows.as_of) & (rows.status == OrderStatus.COMPLETED.value)).drop("as_of")
    lines, discounts, returned = line_sums(), discount_sums(), return_sums()
    joined = rows.left_join(lines, "order_id").drop("order_id_right")
    joined = joined.left_join(discounts, "order_id").drop("order_id_right")
    joined = joined.left_join(returned, "order_id").drop("order_id_right")
    off = ibis.coalesce(joined.discounted, joined.discount, 0)
    sold = ibis.ifelse(joined.gross.notnull(), joined.gross - off, joined.amount)
    valued = joined.select(
        "order_id",
        "customer_key",
        at=joined.ordered_at,
        day=joined.ordered_date,
        revenue=(ibis.coalesce(sold, 0) - ibis.coalesce(joined.returned, 0)).cast("int64"),
        has_amount=ibis.ifelse(sold.notnull(), 1, 0).cast("int8"),
        cost=(ibis.coalesce(joined.line_cost, 0) + ibis.coalesce(joined.cost_to_serve, 0)).cast("int64"),
        costed_revenue=ibis.coalesce(joined.costed_gross, 0).cast("int64"),
    )
    return person(valued)


def visited_bookings() -> Any:
    """Visits of a salon that no order stands for: who, when, what they paid."""
    rows = last_versions(
        "bookings", ["booking_id", "customer_key", "starts_at", "starts_date", "status", "order_id", "amount"]
    )
    seen = rows.filter(
        (rows.starts_at < rows.as_of) & (rows.status == BookingStatus.VISITED.value) & rows.order_id.isnull()
    )
    visits = seen.select(
        order_id=ibis.literal("booking:") + seen.booking_id,
        customer_key=seen.customer_key,
        at=seen.starts_at,
        day=seen.starts_date,
        revenue=ibis.coalesce(seen.amount, 0).cast("int64"),
        has_amount=ibis.ifelse(seen.amount.notnull(), 1, 0).cast("int8"),
        cost=ibis.literal(0).cast("int64"),
        costed_revenue=ibis.literal(0).cast("int64"),
    )
    return person(visits)


def occasions(business: Business, orders: Any) -> Any:
    """Everything on which rhythm and RFM stand: orders; for a salon its visits as well."""
    if business is Business.SALON:
        return orders.union(visited_bookings().select(*orders.columns))
    return orders


def standing_promises() -> Any:
    """Customers with something booked ahead or a live subscription: customer_key, once each."""
    booked = last_versions("bookings", ["customer_key", "starts_at", "status"])
    ahead = booked.filter((booked.starts_at >= booked.as_of) & (booked.status == BookingStatus.BOOKED.value))
    running = last_versions("subscriptions", ["customer_key", "next_at", "status"])
    live = running.filter((running.next_at >= running.as_of) & (running.status == "live"))
    both = ahead.select("customer_key").union(live.select("customer_key"))
    return person(both.filter(both.customer_key.notnull())).distinct()
