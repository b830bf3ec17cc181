"""Gaps that the measures run into, in words; all others the audit tells itself."""

from __future__ import annotations

from kogorta.i18n import lazy, nlazy
from kogorta.report.model import Gap, Severity
from kogorta.report.reasons import costs_missing

_MANY = 0.1


def costs(covered_ratio: float) -> Gap:
    """Costs cover too little of revenue for margin (`covered_ratio` 0–1)."""
    absent = costs_missing(covered_ratio)
    off = (lazy("margin"), lazy("LTV by margin"), lazy("margin per customer"))
    return Gap("costs", Severity.HIGH, absent.reason, off, absent.remedy)


def anonymous_orders(count: int, of: int) -> Gap:
    """Orders that belong to no known customer, out of all counted orders."""
    return Gap(
        "anonymous_orders",
        _by_share(count, of),
        lazy("Orders without a customer"),
        (lazy("segments and repeat purchases of these buyers"),),
        lazy(
            "Fill the column `customer_id` of the orders table: a card or a phone asked at the till is enough."
        ),
        count,
        of,
    )


def short_history(days: int) -> Gap:
    """History under 180 days."""
    return Gap(
        "history",
        Severity.MEDIUM,
        nlazy("History covers only {n} day", "History covers only {n} days", days),
        (lazy("firm thresholds of the lifecycle"), lazy("return rates"), lazy("comparison with a year ago")),
        lazy("Import older orders, or wait."),
    )


def _by_share(count: int, of: int) -> Severity:
    return Severity.HIGH if of and count / of > _MANY else Severity.MEDIUM
