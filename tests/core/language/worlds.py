"""Random small worlds full of ties, with instants on the edges that definitions speak of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from kogorta.definitions.durations import Duration
from kogorta.definitions.nodes import Calendar
from kogorta.schema import ColumnType
from tests.core.language import chance
from tests.core.language.facts import EVERYTHING, Point, Property, Row, Rows, World, fact, key_of, utc
from tests.core.language.times import DAY, Clock, birthday, earlier

Strategy = chance.Chance

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
        near = chance.builds(
            lambda edge, step: edge + step, chance.sampled_from(hot), chance.sampled_from(STEPS)
        )
        return chance.builds(
            lambda edge, jitter: edge + jitter,
            near | near | chance.sampled_from(every),
            chance.sampled_from(JITTERS),
        )

    def days(self) -> Strategy:
        """Local days of the edges, and those beside."""
        every = {self.clock.day_of(edge) for edge in self.edges()}
        return chance.sampled_from(sorted(every | {self.clock.today + DAY * n for n in (-8, -1, 1, 6, 7, 8)}))

    def births(self) -> Strategy:
        """Dates of birth: leap days, New Year, anniversaries near today, today itself."""
        near = [self.clock.today + DAY * n for n in (-8, -7, -1, 0, 1, 7, 8)]
        long_ago = [birthday(day, 2001) for day in near] + [
            date(2000, 2, 29),
            date(2000, 12, 31),
            date(2001, 1, 1),
        ]
        recent = [self.clock.today - DAY * n for n in (0, 1, 7, 365, 366)]
        return chance.sampled_from([*long_ago, *recent, None])


@chance.composite
def settings_of(draw: chance.Draw) -> Setting:
    """Instants and zones."""
    cold = Setting(
        draw(chance.sampled_from([utc(text) for text in MOMENTS])), draw(chance.sampled_from(ZONES))
    )
    past = [edge for edge in cold.edges() if cold.as_of - 40 * DAY < edge < cold.as_of]
    hot = draw(chance.lists(chance.sampled_from(past), 2, 3, lambda edge: edge))
    return replace(cold, hot=tuple(hot))


def rows_of(table: str, most: int, people: Strategy | None, **cells: Strategy) -> Strategy:
    """First versions of rows of a table, each key once."""
    whose = {} if people is None else {"customer": people}
    one = chance.builds(partial(fact, table), ingest_seq=chance.sampled_from(COMMITS), **whose, **cells)
    return chance.lists(one, most // 2, most, lambda row: key_of(table, row))


@chance.composite
def with_versions(
    draw: chance.Draw, /, rows: Strategy, moments: Sequence[timedelta], **cells: Strategy
) -> list[Row]:
    """Rows, some of them with a later version in which some cells differ."""
    found: list[Row] = []
    for row in draw(rows):
        found.append(row)
        for number in range(2, 2 + draw(chance.sampled_from((0, 0, 0, 1, 2)))):
            last = found[-1]
            news = {name: draw(values) for name, values in cells.items() if draw(chance.booleans())}
            found.append(
                {
                    **last,
                    **news,
                    "version_no": number,
                    "ingest_seq": last["ingest_seq"] + draw(chance.sampled_from((1, 0, 2))),
                    "valid_at": last["valid_at"] + draw(chance.sampled_from(moments)),
                }
            )
    return found


CORRECTED = (timedelta(0),)
CHANGED = (timedelta(0), TICK, DAY, 7 * DAY)


def ids(name: str, count: int) -> Strategy:
    """Few ids, so that what names them often finds them."""
    return chance.sampled_from([f"{name}{number}" for number in range(count)])


# --- tables by theme -----------------------------------------------------------------------------------


def sales(at: Setting, people: Strategy) -> dict[str, Strategy]:
    """Orders with their lines, discounts, returns and products."""
    instants, sums = at.instants(), chance.sampled_from(SUMS)
    statuses = chance.sampled_from(("completed", "completed", "completed", "cancelled", "pending"))
    orders = rows_of(
        "orders",
        10,
        people | people | people | people | chance.none(),
        order_id=ids("o", 12),
        ordered_at=instants,
        status=statuses,
        channel=chance.sampled_from(WORDS),
        outlet_id=chance.sampled_from(WORDS),
        cart_id=chance.sampled_from(CARTS),
        amount=chance.none() | sums,
        discount=chance.sampled_from((None, 0, 50)),
    )
    of_order = {"order_id": ids("o", 12), "ordered_at": instants}
    lines = rows_of(
        "order_lines",
        8,
        None,
        **of_order,
        line_no=chance.integers(1, 2),
        product_id=ids("p", 3) | chance.none(),
        quantity_micro=chance.sampled_from((1, 500_000, 1_000_000, 3_000_000, None)),
        unit_price_micro=chance.sampled_from((1_000_000, 1_500_000, None)),
        amount=sums,
    )
    discounts = rows_of(
        "discounts",
        3,
        None,
        **of_order,
        line_no=chance.none() | chance.integers(1, 2),
        kind=chance.sampled_from(("coupon", "markdown")),
        reference=chance.sampled_from(("R", "r", None)),
        amount=chance.sampled_from((0, 50, 1000)),
    )
    returns = rows_of(
        "returns",
        3,
        chance.none() | people,
        return_id=ids("r", 4),
        order_id=chance.none() | ids("o", 12),
        product_id=chance.none() | ids("p", 3),
        returned_at=instants,
        amount=chance.sampled_from((0, 100, 1000)),
        resaleable=chance.sampled_from((True, False, None)),
    )
    products = rows_of(
        "products",
        3,
        None,
        product_id=ids("p", 3),
        category=chance.sampled_from(CATEGORIES),
        brand=chance.sampled_from(WORDS),
        kind=chance.sampled_from(("good", "service", None)),
        name=chance.sampled_from(WORDS),
    )
    return {
        "orders": with_versions(
            orders, CHANGED, status=statuses, amount=sums, ordered_at=instants, customer=people
        ),
        "order_lines": with_versions(lines, CORRECTED, amount=sums, is_removed=chance.just(True)),
        "discounts": with_versions(discounts, CORRECTED, amount=chance.sampled_from((0, 10))),
        "returns": with_versions(
            returns, CORRECTED, amount=chance.sampled_from((0, 10)), returned_at=instants
        ),
        "products": with_versions(products, CORRECTED, category=chance.sampled_from(CATEGORIES)),
    }


def tracked(at: Setting, people: Strategy) -> dict[str, Strategy]:
    """Events with their properties."""
    events = rows_of(
        "events",
        16,
        people | people | people | chance.sampled_from(ANONYMOUS),
        event_id=ids("e", 30),
        name=chance.sampled_from(EVENTS),
        at=at.instants(),
        received_at=chance.none() | at.instants(),
        category=chance.sampled_from(CATEGORIES),
        cart_id=chance.sampled_from(CARTS),
        url=chance.sampled_from(CITIES),
        p_page=chance.sampled_from(CITIES),
        p_score=chance.sampled_from((0, 1, 2, 5, None)),
        p_weight=chance.sampled_from((0.5, 1.25, -2.0, None)),
        p_promo=chance.sampled_from((True, False, None)),
        p_seen_at=chance.none() | at.instants(),
        p_planned=chance.none() | at.days(),
    )
    return {"events": events}


def salon(at: Setting, people: Strategy) -> dict[str, Strategy]:
    """Appointments, subscriptions, requests."""
    statuses = chance.sampled_from(("booked", "visited", "visited", "no_show", "cancelled", None))
    bookings = rows_of(
        "bookings",
        8,
        people | people | people | chance.none(),
        booking_id=ids("b", 8),
        created_at=at.instants() | at.instants() | chance.none(),
        starts_at=at.instants(),
        status=statuses,
        booked_via=chance.sampled_from(("online", "phone", None)),
        service=chance.sampled_from(WORDS),
        amount=chance.none() | chance.sampled_from(SUMS),
    )
    subscriptions = rows_of(
        "subscriptions",
        4,
        people,
        subscription_id=ids("s", 5),
        created_at=chance.none() | at.instants(),
        next_at=chance.none() | at.instants(),
        every_days=chance.sampled_from((None, 7, 30)),
        status=chance.sampled_from(("live", "paused", "ended")),
    )
    tickets = rows_of(
        "tickets",
        4,
        people,
        ticket_id=ids("t", 5),
        opened_at=at.instants(),
        closed_at=chance.none() | at.instants(),
        topic=chance.sampled_from(WORDS),
        satisfaction=chance.sampled_from((None, 1, 5)),
    )
    return {
        "bookings": with_versions(bookings, CHANGED, status=statuses, starts_at=at.instants()),
        "subscriptions": with_versions(subscriptions, CHANGED, status=chance.just("ended")),
        "tickets": with_versions(tickets, CHANGED, closed_at=at.instants(), satisfaction=chance.just(3)),
    }


def mailed(at: Setting, people: Strategy) -> dict[str, Strategy]:
    """Messages and what became of them."""
    messages = rows_of(
        "messages",
        5,
        people,
        message_id=ids("m", 6),
        campaign=chance.sampled_from(WORDS),
        channel=chance.sampled_from(("email", "sms", None)),
        send_at=at.instants(),
    )
    events = rows_of(
        "message_events",
        8,
        None,
        message_id=ids("m", 6),
        kind=chance.sampled_from(("opened", "opened", "clicked", "delivered")),
        at=at.instants(),
        machine=chance.sampled_from((None, False, True)),
        url=chance.sampled_from(WORDS),
    )
    return {
        "messages": with_versions(messages, CORRECTED, campaign=chance.sampled_from(WORDS)),
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
        "city": chance.sampled_from(CITIES),
        "timezone": chance.sampled_from(ZONE_NAMES),
        "birth_date": at.births(),
        "sex": chance.sampled_from(("female", "male", None)),
        "acquisition_cost": chance.sampled_from((None, 0, 1234, 1235)),
        "p_tier": chance.sampled_from(WORDS),
        "p_level": chance.sampled_from((None, 0, 1, 2, 2, 3, 5)),
        "p_ratio": chance.sampled_from((None, 0.5, 2.5, -1.25)),
        "p_vip": chance.sampled_from((True, False, None)),
        "p_renews_at": chance.none() | at.instants(),
        "p_due": chance.none() | at.days(),
    }
    customers = rows_of("customers", 7, people, created_at=chance.none() | at.instants(), **attributes)
    change = chance.sampled_from(sorted(CHANGES)).flatmap(
        lambda key: chance.builds(
            partial(fact, "attribute_changes"),
            customer=people,
            key=chance.just(key),
            at=at.instants(),
            to_value=chance.sampled_from(CHANGES[key]),
            ingest_seq=chance.sampled_from(COMMITS),
        )
    )
    changes = chance.lists(change, 4, 10, lambda row: key_of("attribute_changes", row))
    contacts = rows_of(
        "contacts",
        5,
        people,
        kind=chance.sampled_from(("email", "phone", "card")),
        value=chance.sampled_from(("1", "2")),
        at=chance.none() | at.instants(),
    )
    return {
        "customers": with_versions(customers, (*CHANGED[1:], 30 * DAY), **attributes),
        "attribute_changes": with_versions(changes, CORRECTED, to_value=chance.none()),
        "contacts": contacts,
    }


def ledgers(at: Setting, people: Strategy) -> dict[str, Strategy]:
    """Lists, consents, points, answers."""
    operations = chance.sampled_from(("add", "add", "remove", "replace_all", "clear"))
    changes = rows_of(
        "list_changes",
        8,
        chance.none() | people,
        list=chance.sampled_from(("l1", "l2")),
        at=at.instants(),
        op=operations,
    )
    words = chance.sampled_from(("granted", "withdrawn"))
    consents = rows_of(
        "consents",
        8,
        people,
        channel=chance.sampled_from(("email", "email", "any", "sms")),
        purpose=chance.sampled_from(("advertising", "advertising", "service")),
        at=at.instants(),
        op=words,
    )
    points = rows_of(
        "points",
        5,
        people,
        entry_id=ids("n", 8),
        at=at.instants(),
        kind=chance.sampled_from(("earn", "spend")),
        amount=chance.sampled_from(SUMS),
        reason=chance.sampled_from(WORDS),
    )
    answers = rows_of(
        "survey_answers",
        4,
        people,
        answer_id=ids("a", 5),
        survey=chance.just("nps"),
        question=chance.sampled_from(("q", "Q")),
        value=chance.sampled_from(("9", "10", None)),
        at=at.instants(),
    )
    return {
        "list_changes": with_versions(changes, CORRECTED, op=operations),
        "consents": with_versions(consents, CORRECTED, op=words),
        "points": with_versions(points, CORRECTED, amount=chance.sampled_from(SUMS)),
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


@chance.composite
def worlds(draw: chance.Draw, at: Setting, themes: Sequence[str], segments: Sequence[str]) -> World:
    """A base about an instant, with the tables of some themes and a log about some segments."""
    names = draw(chance.permutations(NAMED + ANONYMOUS))
    same = {"ann2": "ann", "cookie": "bob"} if draw(chance.booleans()) else {}
    people = chance.sampled_from(NAMED[: draw(chance.sampled_from((2, 3, 5)))] + NAMED[-1:])
    rows: Rows = {}
    for theme in themes:
        for table, strategy in THEMES[theme](at, people).items():
            rows[table] = draw(strategy)
    change = chance.fixed_dictionaries(
        {
            "segment": chance.sampled_from(segments),
            "customer": people,
            "at": at.instants(),
            "op": chance.sampled_from(("enter", "leave")),
            "cause": chance.sampled_from(CAUSES),
        }
    )
    log = draw(chance.lists(change, 3, 6)) if segments else []
    imported = draw(chance.sampled_from(({}, {}, {1: at.as_of - TICK, 2: at.as_of})))
    anonymous = frozenset(ANONYMOUS)
    found = World(rows, at.zone, tuple(names), same, anonymous, PROPERTIES, tuple(log), imported)
    return replace(found, rows={name: kept for name, kept in rows.items() if kept})


def points(at: Setting) -> Strategy:
    """The instant, mostly with everything known."""
    return chance.builds(
        Point,
        chance.just(at.as_of),
        chance.sampled_from((EVERYTHING, EVERYTHING, EVERYTHING, EVERYTHING, 1, 2)),
    )
