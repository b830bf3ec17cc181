"""The size of the base."""

from __future__ import annotations

from typing import Any

import ibis

from kogorta.metrics.ledger import Ledger
from kogorta.metrics.model import Base
from kogorta.traits.idioms import count_if, sum_if
from kogorta.traits.summaries import last_summaries


def base_of(ledger: Ledger) -> Base:
    """Count the base as of the instant of a view."""
    traits = ledger.view.traits
    people = ledger.row(
        traits.agg(customers=traits.count().cast("int64"), buyers=count_if(traits.orders_count > 0))
    )
    row = ledger.row(_sums(ledger) if ledger.from_sums else _orders(ledger))
    return Base(
        people["customers"] or 0,
        people["buyers"] or 0,
        row["orders"] or 0,
        row["revenue"] or 0,
        row["anonymous_orders"] or 0,
        row["anonymous_revenue"] or 0,
        row["first_day"],
        row["last_day"],
        bool(row["priced"]),
    )


def _orders(ledger: Ledger) -> Any:
    rows = ledger.sums
    nobody = rows.customer_key.isnull()
    return rows.agg(
        orders=rows.orders.sum().cast("int64"),
        revenue=rows.revenue.sum().cast("int64"),
        anonymous_orders=sum_if(nobody, rows.orders),
        anonymous_revenue=sum_if(nobody, rows.revenue),
        first_day=rows.first_day.min(),
        last_day=rows.last_day.max(),
        priced=rows.priced.sum().cast("int64"),
    )


def _sums(ledger: Ledger) -> Any:
    rows = last_summaries(ledger.steps.facts)
    nothing = ibis.literal(0).cast("int64")
    return rows.agg(
        orders=rows.orders.sum().cast("int64"),
        revenue=ibis.coalesce(rows.revenue, 0).sum().cast("int64"),
        anonymous_orders=nothing,
        anonymous_revenue=nothing,
        first_day=ibis.coalesce(rows.first_order_date, rows.last_order_date).min(),
        last_day=rows.last_order_date.max(),
        priced=count_if(rows.revenue.notnull()),
    )
