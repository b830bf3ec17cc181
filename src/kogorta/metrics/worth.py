"""How unevenly value is spread: what part of the money the best customers bring, who costs more than he brings."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from kogorta.metrics.ledger import Ledger
from kogorta.metrics.missing import Missing, Why

TOPS = (1, 5, 10, 20, 50)
"""Shares of the customers, in per cent, of whose part of the value is told."""

_COLUMNS = ("customer_key", "orders_count", "value_amount", "ltv_to_date", "is_discount_often")


@dataclass(frozen=True, slots=True)
class Worth:
    """How value is spread over those who bought within 24 months.

    Attributes:
        buyers: Those whose value of 24 months is above nothing.
        value: Of all of them, minor units.
        tops: Per cent of them, and the share of the value that so many of the most valuable bring.
        losing: Customers on whom more was spent than they brought, of all history; why it cannot be told.
        known: Of how many it can be told.
        hunters: Customers with 3 orders or more who take discounts often.
        repeaters: All customers with 3 orders or more.
    """

    buyers: int
    value: int
    tops: tuple[tuple[int, float], ...]
    losing: int | Missing
    known: int
    hunters: int
    repeaters: int


def worth_of(ledger: Ledger) -> Worth | Missing:
    """Return how value is spread as of the instant of a view; what stands against it where nobody's is known."""
    if ledger.from_sums:
        return Missing(Why.SUMMARIES_ONLY)
    if not ledger.steps.facts.has("orders"):
        return Missing(Why.NO_ORDERS)
    rows = ledger.steps.fetch(ledger.view.wide(_COLUMNS))
    values = rows.filter(pc.greater(rows["value_amount"], 0))["value_amount"]
    if not len(values):
        return Missing(Why.NO_RECENT_ORDERS if len(rows) else Why.NO_ORDERS)
    known = rows.filter(pc.is_valid(rows["ltv_to_date"]))
    repeaters = rows.filter(pc.greater_equal(rows["orders_count"], 3))
    return Worth(
        len(values),
        pc.sum(values).as_py(),
        tops_of(values),
        known.filter(pc.less(known["ltv_to_date"], 0)).num_rows if len(known) else Missing(Why.COSTS),
        len(known),
        pc.sum(repeaters["is_discount_often"]).as_py() or 0,
        len(repeaters),
    )


def tops_of(values: pa.ChunkedArray) -> tuple[tuple[int, float], ...]:
    """Return what share of a sum its largest values bring, for each of `TOPS`: of so many per cent of them, rounded up."""
    ordered = pc.sort_indices(values, sort_keys=[("", "descending")])
    largest = values.take(ordered).to_pylist()
    total = sum(largest)
    return tuple((top, sum(largest[: -(-len(largest) * top // 100)]) / total) for top in TOPS)
