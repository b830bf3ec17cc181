"""Gaps that most bases have, in ready words: the audit counts, these say."""

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
            "Fill the column customer_id of the orders table: a card or a phone asked at the till is enough."
        ),
        count,
        of,
    )


def no_consent(count: int, of: int) -> Gap:
    """Customers of whom no consent to advertising is known."""
    return Gap(
        "consents",
        _by_share(count, of),
        lazy("Customers without a known consent to advertising"),
        (lazy("mailings to these customers"),),
        lazy("Import the consents table."),
        count,
        of,
    )


def no_contact(count: int, of: int) -> Gap:
    """Customers who cannot be reached."""
    return Gap(
        "contacts",
        _by_share(count, of),
        lazy("Customers without an e-mail, a phone or a messenger"),
        (lazy("any message to these customers"),),
        lazy("Import the contacts table."),
        count,
        of,
    )


def duplicates(count: int, of: int) -> Gap:
    """Customers who share a contact with another one."""
    return Gap(
        "duplicates",
        _by_share(count, of),
        lazy("Customers who share an e-mail or a phone with another one"),
        (lazy("exact counts of customers and repeat purchases"),),
        lazy("Look through the suggested merges."),
        count,
        of,
    )


def no_categories() -> Gap:
    """Products have no categories."""
    return Gap(
        "categories",
        Severity.MEDIUM,
        lazy("Products have no categories"),
        (lazy("interests"), lazy("complementary offers"), lazy("rhythm by category")),
        lazy("Import the products table with the column category."),
    )


def no_sources(count: int, of: int) -> Gap:
    """Customers of whom nobody knows where they came from."""
    return Gap(
        "sources",
        Severity.LOW,
        lazy("Customers without an acquisition source"),
        (lazy("cost of acquisition"), lazy("comparison of channels")),
        lazy("Fill the column acquisition_source of the customers table."),
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
