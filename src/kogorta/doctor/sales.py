"""Whether orders tell whose they are, what they brought and what was in them."""

from __future__ import annotations

from collections.abc import Iterator

from kogorta.doctor.base import Base
from kogorta.doctor.model import Finding, Severity, grade, percent
from kogorta.i18n import lazy, nlazy

MARGIN_COVERAGE = 0.95
"""Margin is missing unless costs cover this share of revenue."""

_CATEGORY_GOOD, _CATEGORY_WARN = 0.95, 0.7
_NAMED_GOOD, _NAMED_WARN = 0.95, 0.7

_MONEY = """
SELECT count(*) AS orders, count(*) FILTER (customer_key IS NULL) AS anonymous,
    count(*) FILTER (has_amount = 0) AS without_amount,
    CAST(coalesce(sum(revenue), 0) AS BIGINT) AS revenue,
    CAST(coalesce(sum(revenue) FILTER (customer_key IS NULL), 0) AS BIGINT) AS anonymous_revenue,
    CAST(coalesce(sum(least(costed_revenue, revenue)) FILTER (revenue > 0), 0) AS BIGINT) AS costed
FROM k_audit_orders
"""

_LINES = """
SELECT count(*) AS lines, count(*) FILTER (p.category IS NULL) AS without_category
FROM k_audit_lines l
LEFT JOIN k_audit_products p ON p.product_id = l.product_id
"""

_PRODUCTS = """
SELECT count(*) AS products, count(*) FILTER (category IS NULL) AS without_category FROM k_audit_products
"""


def check(base: Base) -> Iterator[Finding]:
    """Look at counted orders, their lines and the products."""
    money = {name: int(value) for name, value in base.row(_MONEY).items()}
    if money["orders"]:
        yield _anonymous(money)
        yield _amounts(money)
        if money["revenue"] > 0:
            yield _margin(money)
    if base.has("order_lines"):
        row = base.row(_LINES)
        yield _categories(row["lines"], row["without_category"])
    if base.has("products"):
        row = base.row(_PRODUCTS)
        yield _products(row["products"], row["without_category"])


def _anonymous(money: dict[str, int]) -> Finding:
    part, whole = money["anonymous_revenue"], money["revenue"]
    if whole <= 0:
        part, whole = money["anonymous"], money["orders"]
    if not money["anonymous"]:
        message = lazy("Every order has its customer.")
    else:
        message = nlazy(
            "{n} order belongs to nobody: {percent}% of revenue stays outside every segment.",
            "{n} orders belong to nobody: {percent}% of revenue stays outside every segment.",
            money["anonymous"],
            percent=percent(part, whole),
        )
    severity = grade(whole - part, whole, good=_NAMED_GOOD, warn=_NAMED_WARN)
    hint = lazy("Ask for a card or a telephone at the till, and fill the column customer_id of orders.")
    return Finding("sales.anonymous", severity, message, hint if money["anonymous"] else None, part, whole)


def _amounts(money: dict[str, int]) -> Finding:
    without, orders = money["without_amount"], money["orders"]
    if not without:
        return Finding("sales.amounts", Severity.GOOD, lazy("Every order has its amount."), base=orders)
    message = nlazy("{n} order has no amount.", "{n} orders have no amount.", without)
    hint = lazy("Fill the column amount of orders, or import order_lines.")
    severity = grade(orders - without, orders, good=0.999, warn=_NAMED_GOOD)
    return Finding("sales.amounts", severity, message, hint, without, orders)


def _margin(money: dict[str, int]) -> Finding:
    costed, revenue = min(money["costed"], money["revenue"]), money["revenue"]
    is_enough = costed >= MARGIN_COVERAGE * revenue
    known = percent(costed, revenue)
    message = (
        lazy("Costs are known for {percent}% of revenue, so margin can be told.", percent=known)
        if is_enough
        else lazy("Costs are known for {percent}% of revenue, it takes 95%.", percent=known)
    )
    hint = lazy("Import unit_cost with order_lines.")
    return Finding(
        "sales.margin",
        Severity.GOOD if is_enough else Severity.WARN,
        message,
        None if is_enough else hint,
        revenue - costed,
        revenue,
    )


def _categories(lines: int, without: int) -> Finding:
    message = nlazy(
        "{known} of {n} order line has a product with a category.",
        "{known} of {n} order lines have a product with a category.",
        lines,
        known=lines - without,
    )
    severity = grade(lines - without, lines, good=_CATEGORY_GOOD, warn=_CATEGORY_WARN)
    hint = lazy("Import the products table with the column category.")
    return Finding(
        "sales.categories", severity, message, None if severity is Severity.GOOD else hint, without, lines
    )


def _products(products: int, without: int) -> Finding:
    message = nlazy(
        "{known} of {n} product has a category.",
        "{known} of {n} products have a category.",
        products,
        known=products - without,
    )
    severity = grade(products - without, products, good=_CATEGORY_GOOD, warn=_CATEGORY_WARN)
    hint = lazy("Import the products table with the column category.")
    return Finding(
        "sales.products", severity, message, None if severity is Severity.GOOD else hint, without, products
    )
