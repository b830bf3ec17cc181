"""Why a part of the report is empty, and what would switch it on: the same words wherever it happens."""

from __future__ import annotations

from collections.abc import Callable

from kogorta.i18n import lazy, nlazy
from kogorta.metrics import Missing, Why
from kogorta.report.model import Absent


def no_orders() -> Absent:
    """There is no counted order at all."""
    return Absent(
        lazy("There are no completed orders yet."),
        lazy("Import the orders table: customer, date and amount are enough."),
    )


def no_amounts() -> Absent:
    """Orders carry no amounts."""
    return Absent(
        lazy("Orders carry no amounts, so money cannot be counted."),
        lazy("Fill the column amount of the orders table, or import `order_lines`."),
    )


def no_recent_orders() -> Absent:
    """Nobody has ordered within the last 365 days."""
    return Absent(lazy("There are no orders in the last 365 days."))


def no_loyal() -> Absent:
    """No champion or loyal customer has ordered within the last 365 days."""
    return Absent(lazy("No champions or loyal customers have ordered in the last 365 days."))


def no_repeats() -> Absent:
    """Nobody has ordered twice."""
    return Absent(lazy("Nobody has ordered on two days yet."))


def short_history(days: int, needed: int) -> Absent:
    """History does not reach back far enough.

    Args:
        days: Days of history there are.
        needed: Days of history it takes.
    """
    return Absent(
        nlazy(
            "Not enough history: {n} day, and it takes {needed}.",
            "Not enough history: {n} days, and it takes {needed}.",
            days,
            needed=needed,
        ),
        lazy("Import older orders, or wait."),
    )


def summaries_only() -> Absent:
    """The base brought one row per customer, without single orders."""
    return Absent(
        lazy("The base has only totals per customer, not single orders."),
        lazy("Import the orders table: customer, date and amount are enough."),
    )


def costs_missing(covered_ratio: float) -> Absent:
    """Costs cover too little of revenue.

    Args:
        covered_ratio: Share of revenue whose lines have a cost, 0–1.
    """
    percent = int(covered_ratio * 100)
    if percent:
        reason = lazy("Costs are known for {percent}% of revenue, it takes 95%.", percent=percent)
    else:
        reason = lazy("What the goods cost is unknown.")
    return Absent(reason, lazy("Fill the column `unit_cost` of the products or `order_lines` table."))


def acquisition_missing() -> Absent:
    """Nothing is known about what customers cost to acquire."""
    return Absent(
        lazy("The cost of acquisition is unknown."),
        lazy("Import the `ad_spend` table, or the acquisition cost of customers."),
    )


def few_frequencies(values: int) -> Absent:
    """The eleven segments need five different scores of frequency.

    Args:
        values: Different scores there are, 0–4.
    """
    return Absent(
        nlazy(
            "Frequency takes {n} value, and eleven segments need five: there are too few repeat orders.",
            "Frequency takes {n} values, and eleven segments need five: there are too few repeat orders.",
            values,
        )
    )


def absent(missing: Missing) -> Absent:
    """Say in words why a number is missing."""
    words: dict[Why, Callable[[], Absent]] = {
        Why.NO_ORDERS: no_orders,
        Why.NO_RECENT_ORDERS: no_recent_orders,
        Why.NO_AMOUNTS: no_amounts,
        Why.NO_REPEATS: no_repeats,
        Why.NO_LOYAL: no_loyal,
        Why.SHORT_HISTORY: lambda: short_history(int(missing.have), int(missing.needed)),
        Why.SUMMARIES_ONLY: summaries_only,
        Why.COSTS: lambda: costs_missing(missing.have),
        Why.ACQUISITION: acquisition_missing,
        Why.FEW_FREQUENCIES: lambda: few_frequencies(int(missing.have)),
    }
    return words[missing.why]()
