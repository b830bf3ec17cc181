"""What an order brought, and in which category a customer spends most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction

from tests.core.reference.facts import Order, OrderLine, View


def discount_rows(view: View, order: Order) -> list[tuple[int | None, int]]:
    """An order's discounts as (line number or None, amount): the discount rows, or else the header's sum."""
    rows = view.discounts.get(order.order_id)
    if rows:
        return [(row.line_no, row.amount) for row in rows]
    return [(None, order.discount)]


def return_rows(view: View, order: Order) -> list[tuple[int | None, int]]:
    """The visible returns that name this order, whenever and by whom they were brought back."""
    return [(row.line_no, row.amount) for row in view.returns if row.order_id == order.order_id]


def total(rows: Iterable[tuple[int | None, int]]) -> int:
    """The sum of amounts."""
    return sum(amount for _, amount in rows)


def order_revenue(view: View, order: Order) -> int | None:
    """Gross lines minus discounts, or the header's net amount where there are no lines; minus its returns.

    None when neither lines nor an amount came.
    """
    lines = view.lines.get(order.order_id, ())
    if lines:
        net = sum(line.amount for line in lines) - total(discount_rows(view, order))
    elif order.amount is not None:
        net = order.amount
    else:
        return None
    return net - total(return_rows(view, order))


def spread(amount: int, weights: Sequence[int]) -> list[int]:
    """Divide whole units in proportion to the weights by largest remainder.

    Everyone first gets the floor of his exact share; the units left go one each to the largest fractions, the
    earlier one first where they tie. Negative weights weigh nothing; if nothing weighs, all weigh the same.
    """
    positive = [max(weight, 0) for weight in weights]
    if not any(positive):
        positive = [1] * len(weights)
    exact = [Fraction(amount * weight, sum(positive)) for weight in positive]
    shares = [share.__floor__() for share in exact]
    by_fraction = sorted(range(len(exact)), key=lambda i: (shares[i] - exact[i], i))
    for i in by_fraction[: amount - sum(shares)]:
        shares[i] += 1
    return shares


def subtract(left: list[int], lines: Sequence[OrderLine], rows: Iterable[tuple[int | None, int]]) -> None:
    """Take what is on a line off that line, and the sum of the rest off all lines by their gross amounts."""
    numbers = {line.line_no: i for i, line in enumerate(lines) if line.line_no is not None}
    whole = 0
    for line_no, amount in rows:
        if line_no in numbers:
            left[numbers[line_no]] -= amount
        else:
            whole += amount
    for i, share in enumerate(spread(whole, [line.amount for line in lines])):
        left[i] -= share


def line_revenues(view: View, order: Order) -> list[tuple[OrderLine, int]]:
    """Each line with what it brought after discounts and returns; together they make the order's revenue.

    An order's discount is one sum, spread once, and what was given back for the order as a whole with it.
    """
    lines = view.lines.get(order.order_id, ())
    left = [line.amount for line in lines]
    if lines:
        subtract(left, lines, [*discount_rows(view, order), *return_rows(view, order)])
    return list(zip(lines, left, strict=True))


def top_category(view: View, line: OrderLine) -> str | None:
    """The line's own category if it has one, else its product's."""
    if line.category:
        return line.category
    product = view.products.get(line.product_id or "")
    return (product.category or None) if product else None


def main_category(view: View, orders: Iterable[Order]) -> str | None:
    """The top-level category that brought most revenue of all time; of equals the first by code points."""
    sums: dict[str, int] = defaultdict(int)
    for order in orders:
        for line, revenue in line_revenues(view, order):
            category = top_category(view, line)
            if category is not None:
                sums[category] += revenue
    return min(sums, key=lambda name: (-sums[name], name)) if sums else None
