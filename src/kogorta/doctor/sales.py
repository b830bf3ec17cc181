"""Whether orders tell whose they are, what they brought and what was in them."""

from __future__ import annotations

from collections.abc import Iterator

from kogorta.doctor.base import Base
from kogorta.doctor.model import Finding, Severity, grade, percent
from kogorta.i18n import Message, lazy, nlazy
from kogorta.traits.idioms import count_if
from kogorta.vocab import ProductKind, ValueMeasure

MARGIN_COVERAGE = 0.95
"""Margin is missing unless costs cover this share of revenue."""

_CATEGORY_GOOD, _CATEGORY_WARN = 0.95, 0.7
_NAMED_GOOD, _NAMED_WARN = 0.95, 0.7

_MONEY = """
SELECT count(*) AS orders, count(*) FILTER (customer_key IS NULL) AS anonymous,
    count(*) FILTER (has_amount = 0) AS without_amount,
    CAST(coalesce(sum(revenue), 0) AS BIGINT) AS revenue,
    CAST(coalesce(sum(revenue) FILTER (customer_key IS NULL), 0) AS BIGINT) AS anonymous_revenue
FROM k_audit_orders
"""

_COSTS = """
WITH of_lines AS (
    SELECT l.order_id, coalesce(sum(l.amount) FILTER ({is_good}), 0) AS goods,
        coalesce(sum(l.amount) FILTER ({is_good} AND coalesce(l.cost, p.unit_cost_micro) IS NOT NULL), 0) AS costed
    FROM k_audit_lines l LEFT JOIN k_audit_products p ON p.product_id = l.product_id
    GROUP BY l.order_id
)
SELECT CAST(coalesce(sum(coalesce(l.goods, greatest(o.revenue, 0))), 0) AS BIGINT) AS goods,
    CAST(coalesce(sum(l.costed), 0) AS BIGINT) AS costed
FROM k_audit_orders o LEFT JOIN of_lines l ON l.order_id = o.order_id
"""
"""What goods and services brought, and how much of it has a cost; what a fee costs is told by cost_to_serve."""

_LINES = """
SELECT count(*) AS n, count(*) FILTER (p.category IS NULL) AS without_category
FROM k_audit_lines l
LEFT JOIN k_audit_products p ON p.product_id = l.product_id
WHERE {is_good}
"""

_PRODUCTS = """
SELECT count(*) AS n, count(*) FILTER (p.category IS NULL) AS without_category FROM k_audit_products p WHERE {is_good}
"""

_IS_GOOD = f"p.kind IS DISTINCT FROM '{ProductKind.FEE.value}'"
"""Postage, bank charges and the like are money, but no goods: nobody asks for their category."""


def check(base: Base) -> Iterator[Finding]:
    """Look at counted orders, their lines and the products."""
    money = {name: int(value) for name, value in base.row(_MONEY).items()}
    if money["orders"]:
        yield _anonymous(money)
        yield _amounts(money)
        costs = base.row(_COSTS.format(is_good=_IS_GOOD))
        if costs["goods"] > 0:
            yield _margin(costs["costed"], costs["goods"])
        if base.config.rfm.monetary_of is ValueMeasure.MARGIN:
            yield _scored(base)
    yield from _categories(base)


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
    hint = lazy("Ask for a card or a telephone at the till, and fill the column `customer_id` of orders.")
    return Finding("sales.anonymous", severity, message, hint if money["anonymous"] else None, part, whole)


def _amounts(money: dict[str, int]) -> Finding:
    without, orders = money["without_amount"], money["orders"]
    if not without:
        return Finding("sales.amounts", Severity.GOOD, lazy("Every order has its amount."), base=orders)
    message = nlazy("{n} order has no amount.", "{n} orders have no amount.", without)
    hint = lazy("Fill the column amount of orders, or import `order_lines`.")
    severity = grade(orders - without, orders, good=0.999, warn=_NAMED_GOOD)
    return Finding("sales.amounts", severity, message, hint, without, orders)


def _margin(costed: int, revenue: int) -> Finding:
    is_enough = costed >= MARGIN_COVERAGE * revenue
    known = percent(costed, revenue)
    message = (
        lazy("Costs are known for {percent}% of revenue, so margin can be told.", percent=known)
        if is_enough
        else lazy("Costs are known for {percent}% of revenue, it takes 95%.", percent=known)
    )
    hint = lazy("Import `unit_cost` with `order_lines`.")
    return Finding(
        "sales.margin",
        Severity.GOOD if is_enough else Severity.WARN,
        message,
        None if is_enough else hint,
        revenue - costed,
        revenue,
    )


def _scored(base: Base) -> Finding:
    """Tell of how many buyers the margin is known, since their scores stand on it."""
    traits = base.view.traits
    scored = traits.filter(traits.rfm_code.notnull())
    asked = scored.agg(
        n=scored.count().cast("int64"), unknown=count_if(scored.monetary_amount.isnull()).cast("int64")
    )
    row = base.view.steps.row(asked)
    n, unknown = row["n"], row["unknown"]
    if not unknown:
        message: Message = lazy("Money is scored by margin, and every buyer's is known.")
        return Finding("sales.scores", Severity.GOOD, message, base=n)
    message = nlazy(
        "Money is scored by margin, but that of {n} buyer is not known: the score of frequency stands for it.",
        "Money is scored by margin, but that of {n} buyers is not known: the score of frequency stands for it.",
        unknown,
    )
    hint = lazy(
        "Import `unit_cost` with `order_lines` or with products, or score by revenue: `[rfm] monetary_of`."
    )
    return Finding("sales.scores", grade(n - unknown, n, good=1.0, warn=0.5), message, hint, unknown, n)


def _categories(base: Base) -> Iterator[Finding]:
    """Tell the want of categories once: by what was sold, and where no lines are known by the catalogue."""
    by_lines = base.has("order_lines")
    if not by_lines and not base.has("products"):
        return
    row = base.row((_LINES if by_lines else _PRODUCTS).format(is_good=_IS_GOOD))
    n, without = row["n"], row["without_category"]
    if not n:
        return
    if by_lines:
        message = nlazy(
            "{known} of {n} order line has a product with a category.",
            "{known} of {n} order lines have a product with a category.",
            n,
            known=n - without,
        )
    else:
        message = nlazy(
            "{known} of {n} product has a category.",
            "{known} of {n} products have a category.",
            n,
            known=n - without,
        )
    severity = grade(n - without, n, good=_CATEGORY_GOOD, warn=_CATEGORY_WARN)
    hint = lazy("Import the products table with the column category.")
    yield Finding(
        "sales.categories", severity, message, None if severity is Severity.GOOD else hint, without, n
    )
