"""Hypothesis strategies of small worlds full of ties, with instants on the edges that definitions speak of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from kogorta.definitions.durations import Duration
from kogorta.definitions.nodes import Calendar
from kogorta.schema import ColumnType
from tests.core.language.facts import EVERYTHING, Point, Property, Row, Rows, World, fact, key_of, utc
from tests.core.language.times import DAY, Clock, birthday, earlier

Strategy = st.SearchStrategy[Any]

MOMENTS = (
    "2024-03-20T12:00",  # a Wednesday
    "2024-03-31T12:00",  # the day on which Berlin's clocks go forward; a month ago was 29 February
    "2024-03-31T22:00",  # midnight in Berlin
    "2024-02-29T12:00",
    "2024-03-01T00:00:00.000001",
    "2024-01-01T00:30",
    "2023-12-31T23:00",  # New Year in Berlin
    "2024-10-27T01:00",  # Berlin's clocks go back
    "2023-02-28T12:00",
    "2024-04-26T09:00",  # Cairo leaves out the midnight of this day
)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Africa/Cairo")
NAMED = ("ann", "bob", "cyd", "Дан", "ann2")
ANONYMOUS = ("cookie", "cookie2")
"""Browsers: nothing but events stands under their ids."""
LENGTHS = ("4h", "1d", "2d", "3d", "7d", "14d", "30d", "1mo", "2mo", "1y")
TICK = timedelta(microseconds=1)
STEPS = (
    timedelta(0),
    timedelta(0),
    timedelta(hours=4),
    -timedelta(hours=4),
    timedelta(days=1),
    -timedelta(days=7),
)
JITTERS = (timedelta(0), timedelta(0), TICK, -TICK)
COMMITS = (1, 1, 1, 1, 2, 3)

EVENTS = ("viewed", "cart", "order")
PROPERTIES = (
    Property("customers", "", "tier", ColumnType.TEXT),
    Property("customers", "", "level", ColumnType.INTEGER),
    Property("customers", "", "ratio", ColumnType.NUMBER),
    Property("customers", "", "vip", ColumnType.BOOLEAN),
    Property("customers", "", "renews_at", ColumnType.INSTANT),
    Property("customers", "", "due", ColumnType.DATE),
    Property("events", "viewed", "page", ColumnType.TEXT),
    Property("events", "viewed", "score", ColumnType.INTEGER),
    Property("events", "cart", "weight", ColumnType.NUMBER),
    Property("events", "cart", "promo", ColumnType.BOOLEAN),
    Property("events", "cart", "seen_at", ColumnType.INSTANT),
    Property("events", "order", "planned", ColumnType.DATE),
)

CITIES = ("Omsk", "omsk", "Om%sk_1", "O\\m*sk", "Ёж 🦔", "", None)
WORDS = ("a", "A", "ab", "", None)
CARTS = ("c1", "c2", "", None)
CATEGORIES = ("coffee", "coffee/beans", "coffee/beans/dark", "coffeex", "Coffee/x", "", None)
SUMS = (0, 1, 999, 1000, 1234, 1235, 2000, -100)
ZONE_NAMES = ("Asia/Tokyo", "America/New_York", "Mars/Olympus", "", None)


@dataclass(frozen=True)
class Setting:
    """Where a world stands in time.

    Attributes:
        as_of: The instant that will be asked about.
        zone: Of the workspace.
        hot: The few instants about which most happens, so that facts meet.
    """

    as_of: datetime
    zone: str
    hot: tuple[datetime, ...] = ()

    @property
    def clock(self) -> Clock:
        """As of when, in the workspace's zone."""
        return Clock(self.as_of, ZoneInfo(self.zone))

    def edges(self) -> list[datetime]:
        """Instants on which windows begin and end, most telling first."""
        found = [earlier(self.as_of, Duration.parse(length)) for length in LENGTHS]
        for word in Calendar:
            first, last = self.clock.days(word)
            found += [self.clock.midnight(first), self.clock.midnight(last + DAY)]
        hours = timedelta(hours=4)
        found += [self.as_of - 2 * hours, self.as_of - 2 * DAY - hours, self.as_of - 7 * DAY + hours]
        found += [self.as_of, self.as_of + DAY, self.as_of + 7 * DAY, utc("2019-06-01")]
        return list(dict.fromkeys(found))

    def instants(self) -> Strategy:
        """Instants on the edges or one microsecond beside, most of them close together."""
        every, hot = self.edges(), self.hot or (self.as_of,)
        near = st.builds(lambda edge, step: edge + step, st.sampled_from(hot), st.sampled_from(STEPS))
        return st.builds(
            lambda edge, jitter: edge + jitter, near | near | st.sampled_from(every), st.sampled_from(JITTERS)
        )

    def days(self) -> Strategy:
        """Local days of the edges, and those beside."""
        every = {self.clock.day_of(edge) for edge in self.edges()}
        return st.sampled_from(sorted(every | {self.clock.today + DAY * n for n in (-8, -1, 1, 6, 7, 8)}))

    def births(self) -> Strategy:
        """Dates of birth: leap days, New Year, anniversaries near today, today itself."""
        near = [self.clock.today + DAY * n for n in (-8, -7, -1, 0, 1, 7, 8)]
        long_ago = [birthday(day, 2001) for day in near] + [
            date(2000, 2, 29),
            date(2000, 12, 31),
            date(2001, 1, 1),
        ]
        recent = [self.clock.today - DAY * n for n in (0, 1, 7, 365, 366)]
        return st.sampled_from([*long_ago, *recent, None])


@st.composite
def settings_of(draw: st.DrawFn) -> Setting:
    """Instants and zones."""
    cold = Setting(draw(st.sampled_from([utc(text) for text in MOMENTS])), draw(st.sampled_from(ZONES)))
    past = [edge for edge in cold.edges() if cold.as_of - 40 * DAY < edge < cold.as_of]
    hot = draw(st.lists(st.sampled_from(past), min_size=2, max_size=3, unique=True))
    return replace(cold, hot=tuple(hot))


def rows_of(table: str, most: int, people: Strategy | None, **cells: Strategy) -> Strategy:
    """First versions of rows of a table, each key once."""
    whose = {} if people is None else {"customer": people}
    one = st.builds(partial(fact, table), ingest_seq=st.sampled_from(COMMITS), **whose, **cells)
    return st.lists(one, min_size=most // 2, max_size=most, unique_by=lambda row: key_of(table, row))


@st.composite
def with_versions(
    draw: st.DrawFn, /, rows: Strategy, moments: Sequence[timedelta], **cells: Strategy
) -> list[Row]:
    """Rows, some of them with a later version in which some cells differ."""
    found: list[Row] = []
    for row in draw(rows):
        found.append(row)
        for number in range(2, 2 + draw(st.sampled_from((0, 0, 0, 1, 2)))):
            last = found[-1]
            news = {name: draw(values) for name, values in cells.items() if draw(st.booleans())}
            found.append(
                {
                    **last,
                    **news,
                    "version_no": number,
                    "ingest_seq": last["ingest_seq"] + draw(st.sampled_from((1, 0, 2))),
                    "valid_at": last["valid_at"] + draw(st.sampled_from(moments)),
                }
            )
    return found


CORRECTED = (timedelta(0),)
CHANGED = (timedelta(0), TICK, DAY, 7 * DAY)


def ids(name: str, count: int) -> Strategy:
    """Few ids, so that what names them often finds them."""
    return st.sampled_from([f"{name}{number}" for number in range(count)])


# --- tables by theme -----------------------------------------------------------------------------------


def sales(at: Setting, people: Strategy) -> dict[str, Strategy]:
    """Orders with their lines, discounts, returns and products."""
    instants, sums = at.instants(), st.sampled_from(SUMS)
    statuses = st.sampled_from(("completed", "completed", "completed", "cancelled", "pending"))
    orders = rows_of(
        "orders",
        10,
        people | people | people | people | st.none(),
        order_id=ids("o", 12),
        ordered_at=instants,
        status=statuses,
        channel=st.sampled_from(WORDS),
        outlet_id=st.sampled_from(WORDS),
        cart_id=st.sampled_from(CARTS),
        amount=st.none() | sums,
        discount=st.sampled_from((None, 0, 50)),
    )
    of_order = {"order_id": ids("o", 12), "ordered_at": instants}
    lines = rows_of(
        "order_lines",
        8,
        None,
        **of_order,
        line_no=st.integers(1, 2),
        product_id=ids("p", 3) | st.none(),
        quantity_micro=st.sampled_from((1, 500_000, 1_000_000, 3_000_000, None)),
        unit_price_micro=st.sampled_from((1_000_000, 1_500_000, None)),
        amount=sums,
    )
    discounts = rows_of(
        "discounts",
        3,
        None,
        **of_order,
        line_no=st.none() | st.integers(1, 2),
        kind=st.sampled_from(("coupon", "markdown")),
        reference=st.sampled_from(("R", "r", None)),
        amount=st.sampled_from((0, 50, 1000)),
    )
    returns = rows_of(
        "returns",
        3,
        st.none() | people,
        return_id=ids("r", 4),
        order_id=st.none() | ids("o", 12),
        product_id=st.none() | ids("p", 3),
        returned_at=instants,
        amount=st.sampled_from((0, 100, 1000)),
        resaleable=st.sampled_from((True, False, None)),
    )
    products = rows_of(
        "products",
        3,
        None,
        product_id=ids("p", 3),
        category=st.sampled_from(CATEGORIES),
        brand=st.sampled_from(WORDS),
        kind=st.sampled_from(("good", "service", None)),
        name=st.sampled_from(WORDS),
    )
    return {
        "orders": with_versions(
            orders, CHANGED, status=statuses, amount=sums, ordered_at=instants, customer=people
        ),
        "order_lines": with_versions(lines, CORRECTED, amount=sums, is_removed=st.just(True)),
        "discounts": with_versions(discounts, CORRECTED, amount=st.sampled_from((0, 10))),
        "returns": with_versions(returns, CORRECTED, amount=st.sampled_from((0, 10)), returned_at=instants),
        "products": with_versions(products, CORRECTED, category=st.sampled_from(CATEGORIES)),
    }


def tracked(at: Setting, people: Strategy) -> dict[str, Strategy]:
    """Events with their properties."""
    events = rows_of(
        "events",
        16,
        people | people | people | st.sampled_from(ANONYMOUS),
        event_id=ids("e", 30),
        name=st.sampled_from(EVENTS),
        at=at.instants(),
        received_at=st.none() | at.instants(),
        category=st.sampled_from(CATEGORIES),
        cart_id=st.sampled_from(CARTS),
        url=st.sampled_from(CITIES),
        p_page=st.sampled_from(CITIES),
        p_score=st.sampled_from((0, 1, 2, 5, None)),
        p_weight=st.sampled_from((0.5, 1.25, -2.0, None)),
        p_promo=st.sampled_from((True, False, None)),
        p_seen_at=st.none() | at.instants(),
        p_planned=st.none() | at.days(),
    )
    return {"events": events}


def salon(at: Setting, people: Strategy) -> dict[str, Strategy]:
    """Appointments, subscriptions, requests."""
    statuses = st.sampled_from(("booked", "visited", "visited", "no_show", "cancelled", None))
    bookings = rows_of(
        "bookings",
        8,
        people | people | people | st.none(),
        booking_id=ids("b", 8),
        created_at=at.instants() | at.instants() | st.none(),
        starts_at=at.instants(),
        status=statuses,
        booked_via=st.sampled_from(("online", "phone", None)),
        service=st.sampled_from(WORDS),
        amount=st.none() | st.sampled_from(SUMS),
    )
    subscriptions = rows_of(
        "subscriptions",
        4,
        people,
        subscription_id=ids("s", 5),
        created_at=st.none() | at.instants(),
        next_at=st.none() | at.instants(),
        every_days=st.sampled_from((None, 7, 30)),
        status=st.sampled_from(("live", "paused", "ended")),
    )
    tickets = rows_of(
        "tickets",
        4,
        people,
        ticket_id=ids("t", 5),
        opened_at=at.instants(),
        closed_at=st.none() | at.instants(),
        topic=st.sampled_from(WORDS),
        satisfaction=st.sampled_from((None, 1, 5)),
    )
    return {
        "bookings": with_versions(bookings, CHANGED, status=statuses, starts_at=at.instants()),
        "subscriptions": with_versions(subscriptions, CHANGED, status=st.just("ended")),
        "tickets": with_versions(tickets, CHANGED, closed_at=at.instants(), satisfaction=st.just(3)),
    }


def mailed(at: Setting, people: Strategy) -> dict[str, Strategy]:
    """Messages and what became of them."""
    messages = rows_of(
        "messages",
        5,
        people,
        message_id=ids("m", 6),
        campaign=st.sampled_from(WORDS),
        channel=st.sampled_from(("email", "sms", None)),
        send_at=at.instants(),
    )
    events = rows_of(
        "message_events",
        8,
        None,
        message_id=ids("m", 6),
        kind=st.sampled_from(("opened", "opened", "clicked", "delivered")),
        at=at.instants(),
        machine=st.sampled_from((None, False, True)),
        url=st.sampled_from(WORDS),
    )
    return {
        "messages": with_versions(messages, CORRECTED, campaign=st.sampled_from(WORDS)),
        "message_events": events,
    }


CHANGES: Mapping[str, tuple[str | None, ...]] = {
    "city": CITIES,
    "tier": WORDS,
    "timezone": ZONE_NAMES,
    "level": ("0", "2", "5", "", None),
    "vip": ("true", "false", None),
    "birth_date": ("2000-02-29", "2001-03-21", None),
    "elsewhere": ("x",),
}
"""What attributes become."""


def described(at: Setting, people: Strategy) -> dict[str, Strategy]:
    """Customers' rows, changes of attributes, contacts."""
    attributes = {
        "city": st.sampled_from(CITIES),
        "timezone": st.sampled_from(ZONE_NAMES),
        "birth_date": at.births(),
        "sex": st.sampled_from(("female", "male", None)),
        "acquisition_cost": st.sampled_from((None, 0, 1234, 1235)),
        "p_tier": st.sampled_from(WORDS),
        "p_level": st.sampled_from((None, 0, 1, 2, 2, 3, 5)),
        "p_ratio": st.sampled_from((None, 0.5, 2.5, -1.25)),
        "p_vip": st.sampled_from((True, False, None)),
        "p_renews_at": st.none() | at.instants(),
        "p_due": st.none() | at.days(),
    }
    customers = rows_of("customers", 7, people, created_at=st.none() | at.instants(), **attributes)
    change = st.sampled_from(sorted(CHANGES)).flatmap(
        lambda key: st.builds(
            partial(fact, "attribute_changes"),
            customer=people,
            key=st.just(key),
            at=at.instants(),
            to_value=st.sampled_from(CHANGES[key]),
            ingest_seq=st.sampled_from(COMMITS),
        )
    )
    changes = st.lists(
        change, min_size=4, max_size=10, unique_by=lambda row: key_of("attribute_changes", row)
    )
    contacts = rows_of(
        "contacts",
        5,
        people,
        kind=st.sampled_from(("email", "phone", "card")),
        value=st.sampled_from(("1", "2")),
        at=st.none() | at.instants(),
    )
    return {
        "customers": with_versions(customers, (*CHANGED[1:], 30 * DAY), **attributes),
        "attribute_changes": with_versions(changes, CORRECTED, to_value=st.none()),
        "contacts": contacts,
    }


def ledgers(at: Setting, people: Strategy) -> dict[str, Strategy]:
    """Lists, consents, points, answers."""
    operations = st.sampled_from(("add", "add", "remove", "replace_all", "clear"))
    changes = rows_of(
        "list_changes",
        8,
        st.none() | people,
        list=st.sampled_from(("l1", "l2")),
        at=at.instants(),
        op=operations,
    )
    words = st.sampled_from(("granted", "withdrawn"))
    consents = rows_of(
        "consents",
        8,
        people,
        channel=st.sampled_from(("email", "email", "any", "sms")),
        purpose=st.sampled_from(("advertising", "advertising", "service")),
        at=at.instants(),
        op=words,
    )
    points = rows_of(
        "points",
        5,
        people,
        entry_id=ids("n", 8),
        at=at.instants(),
        kind=st.sampled_from(("earn", "spend")),
        amount=st.sampled_from(SUMS),
        reason=st.sampled_from(WORDS),
    )
    answers = rows_of(
        "survey_answers",
        4,
        people,
        answer_id=ids("a", 5),
        survey=st.just("nps"),
        question=st.sampled_from(("q", "Q")),
        value=st.sampled_from(("9", "10", None)),
        at=at.instants(),
    )
    return {
        "list_changes": with_versions(changes, CORRECTED, op=operations),
        "consents": with_versions(consents, CORRECTED, op=words),
        "points": with_versions(points, CORRECTED, amount=st.sampled_from(SUMS)),
        "survey_answers": answers,
    }


THEMES: Mapping[str, Callable[[Setting, Strategy], dict[str, Strategy]]] = {
    "sales": sales,
    "tracked": tracked,
    "salon": salon,
    "mailed": mailed,
    "described": described,
    "ledgers": ledgers,
}
CAUSES = ("facts", "time", "frame", "initial", "merge")


@st.composite
def worlds(draw: st.DrawFn, at: Setting, themes: Sequence[str], segments: Sequence[str]) -> World:
    """A base about an instant, with the tables of some themes and a log about some segments."""
    names = draw(st.permutations(NAMED + ANONYMOUS))
    same = {"ann2": "ann", "cookie": "bob"} if draw(st.booleans()) else {}
    people = st.sampled_from(NAMED[: draw(st.sampled_from((2, 3, 5)))] + NAMED[-1:])
    rows: Rows = {}
    for theme in themes:
        for table, strategy in THEMES[theme](at, people).items():
            rows[table] = draw(strategy)
    change = st.fixed_dictionaries(
        {
            "segment": st.sampled_from(segments),
            "customer": people,
            "at": at.instants(),
            "op": st.sampled_from(("enter", "leave")),
            "cause": st.sampled_from(CAUSES),
        }
    )
    log = draw(st.lists(change, min_size=3, max_size=6)) if segments else []
    imported = draw(st.sampled_from(({}, {}, {1: at.as_of - TICK, 2: at.as_of})))
    anonymous = frozenset(ANONYMOUS)
    found = World(rows, at.zone, tuple(names), same, anonymous, PROPERTIES, tuple(log), imported)
    return replace(found, rows={name: kept for name, kept in rows.items() if kept})


def points(at: Setting) -> Strategy:
    """The instant, mostly with everything known."""
    return st.builds(
        Point, st.just(at.as_of), st.sampled_from((EVERYTHING, EVERYTHING, EVERYTHING, EVERYTHING, 1, 2))
    )
