"""Short ways to write facts by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from tests.core.reference.facts import Facts, Order, OrderLine, Return
from tests.core.reference.history import History, PricedOrder

NOW = datetime(2024, 7, 1, 12, tzinfo=UTC)
TODAY = date(2024, 7, 1)
LONG_AGO = datetime(2019, 1, 1, tzinfo=UTC)


def ago(days: float = 0, seconds: float = 0) -> datetime:
    """The instant so long before NOW."""
    return NOW - timedelta(days=days, seconds=seconds)


def order(
    order_id: str,
    customer: str,
    at: datetime,
    amount: int | None = 100,
    status: str = "completed",
    *,
    discount: int = 0,
    valid_at: datetime | None = None,
    seq: int = 1,
    version: int = 1,
) -> Order:
    """A version of an order, by default valid from its own instant."""
    return Order(
        order_id,
        customer,
        at,
        status,
        amount,
        discount,
        valid_at=valid_at or at,
        ingest_seq=seq,
        version_no=version,
    )


def orders_at(customer: str, ages: Sequence[float], amount: int = 100) -> tuple[Order, ...]:
    """One completed order of a customer so many days before NOW, for each age."""
    return tuple(order(f"{customer}.{i}", customer, ago(age), amount) for i, age in enumerate(ages))


def line(
    order_id: str,
    number: int | None,
    amount: int,
    category: str | None = None,
    *,
    product: str | None = None,
    valid_at: datetime = LONG_AGO,
    seq: int = 1,
    version: int = 1,
) -> OrderLine:
    """A version of a line of one unit, by default valid long ago."""
    return OrderLine(
        order_id,
        number,
        product,
        category,
        1,
        amount,
        valid_at=valid_at,
        ingest_seq=seq,
        version_no=version,
    )


def give_back(
    return_id: str, customer: str, order_id: str | None, at: datetime, amount: int, line_no: int | None = None
) -> Return:
    """A return, valid from its own instant."""
    return Return(return_id, customer, order_id, at, amount, line_no, valid_at=at)


def base(*groups: Sequence[Order], lines: Sequence[OrderLine] = (), returns: Sequence[Return] = ()) -> Facts:
    """A base of several customers' orders."""
    return Facts(
        orders=tuple(row for group in groups for row in group), lines=tuple(lines), returns=tuple(returns)
    )


def past(ages: Sequence[int], *, category: str | None = None, revenues: Sequence[int] = ()) -> History:
    """A history of orders at noon so many days before NOW, oldest first, each of 100 unless told."""
    paid = list(revenues) or [100] * len(ages)
    return History(
        as_of=NOW,
        instants=tuple((ago(age), TODAY - timedelta(days=age)) for age in ages),
        orders=tuple(
            PricedOrder(f"o{i}", ago(age), sum_) for i, (age, sum_) in enumerate(zip(ages, paid, strict=True))
        ),
        category=category,
    )
