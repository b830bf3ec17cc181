"""Hypothesis strategies for small bases full of ties.

Few distinct instants, amounts and customers, so that equal values, equal instants and values exactly on a
boundary are the rule. Versions follow what an import can produce: the first holds from ``ordered_at``, a
change of status from ``completed_at``, a correction keeps the instant of the version it corrects; later
versions come in later commits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from tests.core.reference.evaluate import Point
from tests.core.reference.facts import (
    Booking,
    Customer,
    Discount,
    Facts,
    Message,
    MessageOpen,
    Order,
    OrderLine,
    Product,
    Return,
    Subscription,
)

NOW = datetime(2024, 7, 1, 12, tzinfo=UTC)
LONG_AGO = datetime(2019, 1, 1, tzinfo=UTC)
COMMITS = 5
"""Commits are numbered 1 … COMMITS."""

AGES = (0, 1, 2, 7, 13, 14, 15, 28, 30, 31, 60, 61, 89, 90, 91, 120, 179, 180, 181, 364, 365, 366, 730, 731)
JITTERS = tuple(
    timedelta(microseconds=us)
    for us in (0, 0, 0, 1, -1, 250_000, -250_000, 999_999, -1_000_000, -43_200_000_000, -43_200_000_001)
)
AMOUNTS = (0, 100, 100, 250, 1000, 99_999)
PRICES = (0, 50, 100, 333)
CATEGORIES = ("coffee", "tea", "Tea", "чай", None)
PRODUCTS = tuple(
    Product(f"p{i}", category, valid_at=LONG_AGO, ingest_seq=1) for i, category in enumerate(CATEGORIES)
)


@dataclass(frozen=True)
class Case:
    """A base, the point to evaluate at, and an earlier (or the same) point for the frame."""

    facts: Facts
    at: Point
    frame_at: Point


@dataclass(frozen=True)
class Options:
    """Which kinds of facts a base contains; switch off what the product under test does not read yet."""

    customers: int = 5
    orders: int = 14
    regulars: int = 2
    zone: str = "UTC"
    lines: bool = True
    discounts: bool = True
    line_discounts: bool = True
    returns: bool = True
    line_returns: bool = True
    versions: bool = True
    moved: bool = True
    late: bool = True
    amounts: bool = True
    commitments: bool = True
    visits: bool = False
    messages: bool = False
    accounts: bool = False


EVERYTHING = Options(visits=True, messages=True, accounts=True)
PLAIN = Options(
    lines=False, discounts=False, returns=False, versions=False, moved=False, late=False, commitments=False
)


def instants() -> st.SearchStrategy[datetime]:
    """Instants around whole days before NOW, some a fraction of a second or half a day off."""
    return st.builds(
        lambda age, jitter: NOW - timedelta(days=age) + jitter,
        st.sampled_from(AGES),
        st.sampled_from(JITTERS),
    )


def names(count: int) -> st.SearchStrategy[str]:
    """Ids of customers: c0, c1, …"""
    return st.sampled_from([f"c{i}" for i in range(count)])


def commits(options: Options) -> st.SearchStrategy[int]:
    """A commit that leaves room for two later ones."""
    return st.integers(1, COMMITS - 2) if options.late else st.just(1)


def points() -> st.SearchStrategy[Point]:
    """A point to stand at: about NOW, knowing everything or only the first commits."""
    as_of = st.sampled_from((NOW, NOW + timedelta(microseconds=1), NOW + timedelta(milliseconds=250)))
    return st.builds(Point, as_of, st.sampled_from((None, None, 1, 2, 3)))


@st.composite
def order_versions(draw: st.DrawFn, order_id: str, options: Options) -> list[Order]:
    """One order: a single version, or one followed by a change of status, a correction, or both."""
    at = draw(instants())
    first = Order(
        order_id,
        draw(names(options.customers)),
        at,
        draw(st.sampled_from(("completed", "completed", "completed", "pending", "cancelled"))),
        draw(st.sampled_from(AMOUNTS)) if options.amounts else None,
        draw(st.sampled_from((0, 0, 0, 10))) if options.discounts else 0,
        valid_at=at,
        ingest_seq=draw(commits(options)),
    )
    versions = [first]
    if options.versions and draw(st.booleans()):
        versions.append(draw(changed_status(first)))
    if options.versions and draw(st.integers(0, 3)) == 0:
        versions.append(draw(corrected(versions[-1], options)))
    return versions


def next_version(order: Order) -> tuple[int, int]:
    """The commit and number of the version after this one."""
    return order.ingest_seq + 1, order.version_no + 1


@st.composite
def changed_status(draw: st.DrawFn, order: Order) -> Order:
    """A pending order completes or is cancelled; a completed one is cancelled; a cancelled one revives."""
    status = {"pending": ("completed", "cancelled"), "completed": ("cancelled",), "cancelled": ("completed",)}
    delay = draw(st.sampled_from((timedelta(microseconds=1), timedelta(days=1), timedelta(days=40))))
    seq, number = next_version(order)
    changed_at = order.ordered_at + delay
    return replace(
        order,
        status=draw(st.sampled_from(status[order.status])),
        completed_at=changed_at,
        valid_at=changed_at,
        ingest_seq=seq,
        version_no=number,
    )


@st.composite
def corrected(draw: st.DrawFn, order: Order, options: Options) -> Order:
    """Another amount, customer or instant for the same order, valid from where the corrected version was."""
    seq, number = next_version(order)
    better = replace(order, ingest_seq=seq, version_no=number)
    what = draw(st.sampled_from(("amount", "customer", "instant")))
    if what == "amount" and options.amounts:
        return replace(better, amount=draw(st.sampled_from((777, *AMOUNTS))))
    if what == "instant" and options.moved:
        return replace(better, ordered_at=order.ordered_at + draw(st.sampled_from(MOVES)))
    return replace(better, customer=draw(names(options.customers)))


MOVES = (timedelta(days=-1), timedelta(days=1), timedelta(days=3), timedelta(microseconds=1))


@st.composite
def lines_of(draw: st.DrawFn, order: Order, options: Options) -> list[OrderLine]:
    """Up to three lines, known with the order or later; now and then one is corrected."""
    result: list[OrderLine] = []
    for line_no in range(1, draw(st.sampled_from((0, 1, 1, 2, 3))) + 1):
        quantity = draw(st.integers(1, 3))
        line = OrderLine(
            order.order_id,
            line_no,
            draw(st.sampled_from(PRODUCTS)).product_id,
            None,
            quantity,
            quantity * draw(st.sampled_from(PRICES)),
            valid_at=order.valid_at,
            ingest_seq=draw(st.integers(order.ingest_seq, COMMITS - 1)) if options.late else 1,
        )
        result.append(line)
        if options.versions and draw(st.integers(0, 5)) == 0:
            amount = quantity * draw(st.sampled_from((7, *PRICES)))
            result.append(replace(line, amount=amount, ingest_seq=line.ingest_seq + 1, version_no=2))
    return result


@st.composite
def discounts_of(draw: st.DrawFn, order: Order, lines: list[OrderLine], options: Options) -> list[Discount]:
    """A coupon on the whole order, a promotion on its first line, both, or neither."""
    at, seq = order.valid_at, order.ingest_seq
    result: list[Discount] = []
    if draw(st.integers(0, 3)) == 0:
        amount = draw(st.sampled_from((1, 10, 25)))
        result.append(Discount(order.order_id, None, "coupon", amount, valid_at=at, ingest_seq=seq))
    if lines and options.line_discounts and draw(st.integers(0, 3)) == 0:
        amount = draw(st.sampled_from((5, 20)))
        result.append(Discount(order.order_id, 1, "promotion", amount, valid_at=at, ingest_seq=seq))
    return result


@st.composite
def a_return(draw: st.DrawFn, number: int, orders: list[Order], options: Options) -> Return:
    """A return of one of the orders, of one of its lines, or of no order at all."""
    order = draw(st.sampled_from([None, *orders]))
    at = draw(instants())
    return Return(
        f"r{number}",
        order.customer if order else draw(names(options.customers)),
        order.order_id if order else None,
        at,
        draw(st.sampled_from((1, 50, 100))),
        draw(st.sampled_from((None, 1, 2))) if order and options.line_returns else None,
        valid_at=at,
        ingest_seq=draw(commits(options)),
    )


@st.composite
def a_booking(draw: st.DrawFn, number: int, options: Options) -> Booking:
    """A booking made some days before it starts; visits lie in the past, standing bookings mostly ahead."""
    made = draw(instants())
    starts = made + timedelta(days=draw(st.sampled_from((0, 1, 1, 14, 400))))
    statuses = ("visited", "visited", "booked", "no_show", "cancelled") if options.visits else ("booked",)
    return Booking(
        f"b{number}",
        draw(names(options.customers)),
        made,
        starts,
        draw(st.sampled_from(statuses)),
        valid_at=made,
        ingest_seq=draw(commits(options)),
    )


@st.composite
def a_subscription(draw: st.DrawFn, number: int, options: Options) -> Subscription:
    """A subscription, live or not."""
    at = draw(instants())
    ahead = st.sampled_from(
        (NOW, NOW + timedelta(microseconds=1), NOW + timedelta(days=5), NOW - timedelta(days=5))
    )
    return Subscription(
        f"s{number}",
        draw(names(options.customers)),
        draw(st.none() | ahead),
        draw(st.sampled_from(("active", "active", "paused", "cancelled"))),
        valid_at=at,
        ingest_seq=draw(commits(options)),
    )


OPENINGS: dict[str, tuple[bool, ...]] = {"1": (False,), "m": (True,), "b": (True, False), "0": ()}
"""Who opened a mail: a person, a machine, both, nobody."""
SERIES = (
    "",
    "11111",
    "11110",
    "11000",
    "1b1b1",
    "mmmmm",
    "00000",
    "0000",
    "00011",
    "00001",
    "111110",
    "mm0m1",
)


@st.composite
def mailings(draw: st.DrawFn, options: Options) -> tuple[list[Message], list[MessageOpen]]:
    """Two series of mails to each of a few customers, an earlier and a later one, some at equal instants."""
    messages: list[Message] = []
    opens: list[MessageOpen] = []
    for customer in range(min(2, options.customers)):
        marks = draw(st.sampled_from(SERIES)) + draw(st.sampled_from(SERIES))
        newest = draw(st.sampled_from((2, 3, 3, 4)))
        step = draw(st.sampled_from((0, 1, 1, 7)))
        for i, mark in enumerate(marks):
            sent = NOW - timedelta(days=newest + step * (len(marks) - 1 - i))
            channel = draw(st.sampled_from(("email", "email", "email", "SMS", "tg")))
            message = Message(f"m{customer}.{i:02}", f"c{customer}", sent, draw(commits(options)), channel)
            messages.append(message)
            delay = draw(st.sampled_from((timedelta(seconds=1), timedelta(seconds=1), timedelta(days=3))))
            opens += [
                MessageOpen(message.message_id, sent + delay, machine, message.ingest_seq)
                for machine in OPENINGS[mark]
            ]
    return messages, opens


GAPS = (
    (10, 10, 10, 15, 15, 15),
    (10, 10, 10, 15, 15, 16),
    (7, 7, 7, 7, 7, 7, 7),
    (1, 2, 3, 30, 30, 300),
    (5, 5, 91, 91, 91, 130, 130),
    (10, 10, 20, 20, 20),
)
REVENUES = (
    (100,) * 8,
    (100, 100, 100, 100, 80, 80, 80, 80),
    (100, 100, 100, 100, 1000, 80, 80, 79),
    (0,) * 8,
)


@st.composite
def regular(draw: st.DrawFn, customer: int, options: Options) -> list[Order]:
    """Somebody who buys again and again, enough for the signals of risk, some just on the border."""
    gaps = draw(st.sampled_from(GAPS))
    revenues = draw(st.sampled_from(REVENUES))
    last = NOW - timedelta(
        days=draw(st.sampled_from((1, 5, 14, 15, 40, 90, 91))), hours=draw(st.sampled_from((0, 3)))
    )
    return [
        Order(
            f"g{customer}.{i}",
            f"c{customer}",
            at := last - timedelta(days=sum(gaps[i:])),
            amount=revenues[i] if options.amounts else None,
            valid_at=at,
        )
        for i in range(len(gaps) + 1)
    ]


@st.composite
def people(draw: st.DrawFn, options: Options) -> list[Customer]:
    """The customers' rows; some have no instant of creation, some share an account, one may have no facts."""
    return [
        Customer(
            f"c{i}",
            draw(st.none() | st.sampled_from((LONG_AGO, NOW - timedelta(days=30), NOW))),
            draw(st.sampled_from((None, "a", "b"))) if options.accounts else None,
        )
        for i in range(options.customers + 1)
    ]


def several(count: int, smallest: int = 0) -> st.SearchStrategy[range]:
    """Running numbers of a drawn count of things."""
    return st.integers(smallest, count).map(range)


@st.composite
def bases(draw: st.DrawFn, options: Options = Options()) -> Facts:
    """A whole base of facts of the kinds that the options name."""
    orders: list[Order] = []
    lines: list[OrderLine] = []
    discounts: list[Discount] = []
    firsts: list[Order] = []
    for i in draw(several(options.orders, 1)):
        versions = draw(order_versions(f"o{i:02}", options))
        own = draw(lines_of(versions[0], options)) if options.lines else []
        orders += versions
        lines += own
        discounts += draw(discounts_of(versions[0], own, options)) if options.discounts else []
        firsts.append(versions[0])
    for customer in draw(several(options.regulars)):
        orders += draw(regular(customer, options))
    returns = [draw(a_return(i, firsts, options)) for i in draw(several(4))] if options.returns else []
    booking_count = 6 if options.visits else 2 if options.commitments else 0
    messages, opens = draw(mailings(options)) if options.messages else ([], [])
    return Facts(
        orders=tuple(orders),
        lines=tuple(lines),
        discounts=tuple(discounts),
        returns=tuple(returns),
        bookings=tuple(draw(a_booking(i, options)) for i in draw(several(booking_count))),
        subscriptions=tuple(
            draw(a_subscription(i, options)) for i in draw(several(2 if options.commitments else 0))
        ),
        products=PRODUCTS if options.lines else (),
        messages=tuple(messages),
        opens=tuple(opens),
        customers=tuple(draw(people(options))),
        zone=options.zone,
    )


@st.composite
def cases(draw: st.DrawFn, options: Options = Options()) -> Case:
    """A base, a point, and a frame's point that is the same or earlier and knows no more."""
    facts = draw(bases(options))
    at = draw(points())
    back = draw(st.sampled_from((0, 0, 1, 7, 90)))
    known = at.known_seq if at.known_seq is None else draw(st.integers(1, at.known_seq))
    frame_at = at if back == 0 else Point(at.as_of - timedelta(days=back), known)
    return Case(facts, at, frame_at)


# --- crowds ---

PATTERNS = (
    (3,),
    (10,),
    (14, 14),
    (91,),
    (400,),
    (0, 7),
    (1, 8, 15),
    (5, 35, 65, 95),
    (20, 50, 51),
    (100, 110, 120),
    (15, 215),
    (30, 395),
    (2, 12, 22, 32, 33, 34, 35),
    (25, 45, 65, 66, 67, 68),
    (200, 300, 500, 800),
)
"""Days before NOW on which somebody ordered."""

Person = tuple[int, int, int]


def person_facts(number: int, person: Person) -> tuple[list[Order], list[OrderLine]]:
    """One customer's orders, each with one line, from a pattern of days, a category and an amount."""
    pattern, category, amount = person
    orders: list[Order] = []
    lines: list[OrderLine] = []
    for i, age in enumerate(PATTERNS[pattern]):
        at = NOW - timedelta(days=age, hours=1)
        order = Order(f"o{number:02}.{i}", f"c{number:02}", at, amount=AMOUNTS[amount], valid_at=at)
        orders.append(order)
        product = PRODUCTS[category].product_id
        lines.append(OrderLine(order.order_id, 1, product, None, 1, AMOUNTS[amount], valid_at=at))
    return orders, lines


def crowd(everyone: list[Person]) -> Facts:
    """A base of such customers."""
    facts = [person_facts(number, person) for number, person in enumerate(everyone)]
    return Facts(
        orders=tuple(order for orders, _ in facts for order in orders),
        lines=tuple(line for _, lines in facts for line in lines),
        products=PRODUCTS,
        customers=tuple(Customer(f"c{number:02}") for number in range(len(everyone))),
    )


def crowds(smallest: int = 44, largest: int = 60) -> st.SearchStrategy[Facts]:
    """Bases of about the size where a category gets a rhythm of its own; nearly all buy in the first one."""
    repeats = [i for i, pattern in enumerate(PATTERNS) if len(pattern) > 1]
    person = st.tuples(
        st.sampled_from([*range(len(PATTERNS)), *repeats, *repeats]),
        st.sampled_from((0, 0, 0, 0, 0, 0, 0, 1, 4)),
        st.integers(0, len(AMOUNTS) - 1),
    )
    return st.lists(person, min_size=smallest, max_size=largest).map(crowd)
