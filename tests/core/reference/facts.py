"""Facts as append-only versions, and what of them can be seen at an instant.

Money is an integer of minor units, instants are aware datetimes with microseconds, ids are text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo


@dataclass(frozen=True, kw_only=True)
class Versioned:
    """One version of a fact: from when it holds, in which commit it came, and its number within the key."""

    valid_at: datetime
    ingest_seq: int = 1
    version_no: int = 1


@dataclass(frozen=True)
class Order(Versioned):
    """A version of an order's header; ``amount`` is already net of discounts, ``discount`` is for information
    unless the order has lines."""

    order_id: str
    customer: str
    ordered_at: datetime
    status: str = "completed"
    amount: int | None = None
    discount: int = 0
    completed_at: datetime | None = None


@dataclass(frozen=True)
class OrderLine(Versioned):
    """A version of an order's line; ``amount`` is quantity × unit price, before any discount."""

    order_id: str
    line_no: int | None
    product_id: str | None = None
    category: str | None = None
    quantity: int = 1
    amount: int = 0


@dataclass(frozen=True)
class Discount(Versioned):
    """A version of a discount on a line, or on the whole order where ``line_no`` is None."""

    order_id: str
    line_no: int | None
    kind: str
    amount: int


@dataclass(frozen=True)
class Return(Versioned):
    """A version of a return; ``amount`` is the positive sum given back."""

    return_id: str
    customer: str
    order_id: str | None
    returned_at: datetime
    amount: int
    line_no: int | None = None


@dataclass(frozen=True)
class Booking(Versioned):
    """A version of a booking: booked, visited, no_show or cancelled; it becomes visible when it was made."""

    booking_id: str
    customer: str
    created_at: datetime
    starts_at: datetime
    status: str = "booked"
    service: str | None = None
    order_id: str | None = None


@dataclass(frozen=True)
class Subscription(Versioned):
    """A version of a subscription; it is live while ``status`` is active and ``next_at`` is ahead."""

    subscription_id: str
    customer: str
    next_at: datetime | None
    status: str = "active"


@dataclass(frozen=True)
class Product(Versioned):
    """A version of a product; ``category`` is the name of its top-level category."""

    product_id: str
    category: str | None


@dataclass(frozen=True)
class Message:
    """A message that was sent. Events never change: the first commit of an id is the one that counts."""

    message_id: str
    customer: str
    sent_at: datetime
    ingest_seq: int = 1
    channel: str = "email"


@dataclass(frozen=True)
class MessageOpen:
    """An opening of a message, by a person or by a machine (a mail client's prefetch)."""

    message_id: str
    opened_at: datetime
    machine: bool = False
    ingest_seq: int = 1


@dataclass(frozen=True)
class Customer:
    """A customer's typed row, as far as these rules need it."""

    customer: str
    created_at: datetime | None = None
    account: str | None = None
    ingest_seq: int = 1


@dataclass(frozen=True)
class Facts:
    """All versions ever committed, in any order, and the workspace's time zone."""

    orders: tuple[Order, ...] = ()
    lines: tuple[OrderLine, ...] = ()
    discounts: tuple[Discount, ...] = ()
    returns: tuple[Return, ...] = ()
    bookings: tuple[Booking, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    products: tuple[Product, ...] = ()
    messages: tuple[Message, ...] = ()
    opens: tuple[MessageOpen, ...] = ()
    customers: tuple[Customer, ...] = ()
    zone: str = "UTC"


@dataclass(frozen=True)
class View:
    """What is visible at ``as_of``: one current version of each fact."""

    as_of: datetime
    zone: str
    orders: Mapping[str, Order]
    lines: Mapping[str, tuple[OrderLine, ...]]
    discounts: Mapping[str, tuple[Discount, ...]]
    returns: tuple[Return, ...]
    bookings: tuple[Booking, ...]
    subscriptions: tuple[Subscription, ...]
    products: Mapping[str, Product]
    messages: tuple[Message, ...]
    opened: frozenset[str] = field(default_factory=frozenset)
    customers: Mapping[str, Customer] = field(default_factory=dict)

    def local_date(self, instant: datetime) -> date:
        """The calendar day of an instant in the workspace's zone."""
        return instant.astimezone(ZoneInfo(self.zone)).date()

    def counted_orders(self) -> list[Order]:
        """Orders that count: their current status is completed."""
        return [order for order in self.orders.values() if order.status == "completed"]

    def visits(self) -> list[Booking]:
        """Bookings that became a visit which lies in the past."""
        return [b for b in self.bookings if b.status == "visited" and b.starts_at < self.as_of]

    def customer_ids(self) -> list[str]:
        """Everyone visible: created before ``as_of``, or known from any visible fact of his own."""
        rows: list[tuple[Order | Return | Booking | Subscription | Message, ...]] = [
            tuple(self.orders.values()), self.returns, self.bookings, self.subscriptions, self.messages
        ]  # fmt: skip
        ids = {row.customer for table in rows for row in table}
        ids |= {c.customer for c in self.customers.values() if c.created_at}
        return sorted(ids)


V = TypeVar("V", bound=Versioned)


def version_order(row: Versioned) -> tuple[datetime, int, int]:
    """Later versions have a later ``valid_at``, then a later commit, then a higher number."""
    return row.valid_at, row.ingest_seq, row.version_no


def current(
    rows: Iterable[V], key: Callable[[V], Hashable], as_of: datetime, known_seq: int | None
) -> list[V]:
    """Of each key, the last version that holds before ``as_of`` among the commits known."""
    last: dict[Hashable, V] = {}
    for row in rows:
        if row.valid_at >= as_of or not is_known(row.ingest_seq, known_seq):
            continue
        best = last.get(key(row))
        if best is None or version_order(row) > version_order(best):
            last[key(row)] = row
    return list(last.values())


def is_known(ingest_seq: int, known_seq: int | None) -> bool:
    """Whether a commit is among those known; None means that everything is."""
    return known_seq is None or ingest_seq <= known_seq


def look(facts: Facts, as_of: datetime, known_seq: int | None = None) -> View:
    """The facts as of an instant and a commit.

    The version is chosen first; only then is the fact's own instant (ordered, returned, made) compared, so
    that a correction which moves an order into the future hides it.
    """
    orders = current(facts.orders, lambda row: row.order_id, as_of, known_seq)
    returns = current(facts.returns, lambda row: row.return_id, as_of, known_seq)
    bookings = current(facts.bookings, lambda row: row.booking_id, as_of, known_seq)
    subscriptions = current(facts.subscriptions, lambda row: row.subscription_id, as_of, known_seq)
    products = current(facts.products, lambda row: row.product_id, as_of, known_seq)
    discounts = current(facts.discounts, lambda row: (row.order_id, row.line_no, row.kind), as_of, known_seq)
    return View(
        as_of=as_of,
        zone=facts.zone,
        orders={row.order_id: row for row in orders if row.ordered_at < as_of},
        lines=by_order(current_lines(facts.lines, as_of, known_seq)),
        discounts=by_order(discounts),
        returns=tuple(row for row in returns if row.returned_at < as_of),
        bookings=tuple(row for row in bookings if row.created_at < as_of),
        subscriptions=tuple(subscriptions),
        products={row.product_id: row for row in products},
        messages=visible_messages(facts, as_of, known_seq),
        opened=opened_by_people(facts, as_of, known_seq),
        customers={c.customer: c for c in visible_customers(facts, as_of, known_seq)},
    )


L = TypeVar("L", OrderLine, Discount)


def by_order(rows: Iterable[L]) -> dict[str, tuple[L, ...]]:
    """Rows grouped by their order, numbered ones first and in the order of their numbers."""
    groups: dict[str, list[L]] = defaultdict(list)
    for row in rows:
        groups[row.order_id].append(row)
    return {
        order_id: tuple(sorted(group, key=lambda row: (row.line_no is None, row.line_no or 0)))
        for order_id, group in groups.items()
    }


def current_lines(lines: Iterable[OrderLine], as_of: datetime, known_seq: int | None) -> list[OrderLine]:
    """Numbered lines are versioned one by one; those without a number as one set per order."""
    every = list(lines)
    numbered = [row for row in every if row.line_no is not None]
    loose = [row for row in every if row.line_no is None]
    result = current(numbered, lambda row: (row.order_id, row.line_no), as_of, known_seq)
    for last in current(loose, lambda row: row.order_id, as_of, known_seq):
        result += [
            row
            for row in loose
            if row.order_id == last.order_id and version_order(row) == version_order(last)
        ]
    return result


def visible_messages(facts: Facts, as_of: datetime, known_seq: int | None) -> tuple[Message, ...]:
    """The first commit of each message id, if it is known and the message went out before ``as_of``."""
    first: dict[str, Message] = {}
    for row in sorted(facts.messages, key=lambda row: row.ingest_seq):
        first.setdefault(row.message_id, row)
    return tuple(row for row in first.values() if row.sent_at < as_of and is_known(row.ingest_seq, known_seq))


def visible_customers(facts: Facts, as_of: datetime, known_seq: int | None) -> list[Customer]:
    """Customers' rows that are known; one made at ``as_of`` or later tells nothing yet, not even its account."""
    return [
        row
        for row in facts.customers
        if is_known(row.ingest_seq, known_seq) and (row.created_at is None or row.created_at < as_of)
    ]


def opened_by_people(facts: Facts, as_of: datetime, known_seq: int | None) -> frozenset[str]:
    """Ids of messages that a person opened before ``as_of``; openings by machines are left out."""
    return frozenset(
        row.message_id
        for row in facts.opens
        if not row.machine and row.opened_at < as_of and is_known(row.ingest_seq, known_seq)
    )
