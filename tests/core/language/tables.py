"""Random rows of the tables, by theme: few keys, many ties, versions and late commits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial

from tests.core.language import chance
from tests.core.language.facts import Row, empty, fact, key_of
from tests.core.language.settings import (
    ANONYMOUS,
    CARTS,
    CATEGORIES,
    CITIES,
    COMMITS,
    EVENTS,
    SUMS,
    TICK,
    WORDS,
    ZONE_NAMES,
    Setting,
    Strategy,
)
from tests.core.language.times import DAY


def rows_of(table: str, most: int, people: Strategy | None, **cells: Strategy) -> Strategy:
    """First versions of rows of a table, each key once."""
    whose = {} if people is None else {"customer": people}
    one = chance.builds(partial(fact, table), ingest_seq=chance.sampled_from(COMMITS), **whose, **cells)
    return chance.lists(one, most // 2, most, lambda row: key_of(table, row))


@chance.composite
def with_versions(
    draw: chance.Draw,
    /,
    rows: Strategy,
    moments: Sequence[timedelta],
    **cells: Strategy | Callable[[Row], Strategy],
) -> list[Row]:
    """Rows, some of them with a later version in which some cells differ."""
    found: list[Row] = []
    for row in draw(rows):
        found.append(row)
        for number in range(2, 2 + draw(chance.sampled_from((0, 0, 0, 1, 2)))):
            last = found[-1]
            changed = {name: values for name, values in cells.items() if draw(chance.booleans())}
            drawn = {
                name: draw(values(last) if callable(values) else values) for name, values in changed.items()
            }
            # An import lets an empty cell say what the version before said.
            news = {name: value for name, value in drawn.items() if not empty(value)}
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
        7,
        people | people | people | people | chance.none(),
        order_id=ids("o", 7),
        ordered_at=instants,
        status=statuses,
        channel=chance.sampled_from(WORDS),
        outlet_id=chance.sampled_from(WORDS),
        cart_id=chance.sampled_from(CARTS),
        amount=chance.none() | sums,
        discount=chance.sampled_from((None, 0, 50)),
    )
    of_order = {"order_id": ids("o", 7), "ordered_at": instants}
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
    return {
        "orders": with_versions(
            orders, CHANGED, status=statuses, amount=sums, ordered_at=instants, customer=people
        ),
        "order_lines": with_versions(lines, CORRECTED, amount=sums, is_removed=chance.just(True)),
        **taken_off(of_order, people),
        "products": with_versions(goods(), CORRECTED, category=chance.sampled_from(CATEGORIES)),
    }


def taken_off(of_order: dict[str, Strategy], people: Strategy) -> dict[str, Strategy]:
    """Discounts on orders, and returns."""
    instants = of_order["ordered_at"]
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
        order_id=chance.none() | ids("o", 7),
        product_id=chance.none() | ids("p", 3),
        returned_at=instants,
        amount=chance.sampled_from((0, 100, 1000)),
        resaleable=chance.sampled_from((True, False, None)),
    )
    return {
        "discounts": with_versions(discounts, CORRECTED, amount=chance.sampled_from((0, 10))),
        "returns": with_versions(
            returns, CORRECTED, amount=chance.sampled_from((0, 10)), returned_at=instants
        ),
    }


def goods() -> Strategy:
    """Products."""
    return rows_of(
        "products",
        3,
        None,
        product_id=ids("p", 3),
        category=chance.sampled_from(CATEGORIES),
        brand=chance.sampled_from(WORDS),
        kind=chance.sampled_from(("good", "service", None)),
        name=chance.sampled_from(WORDS),
    )


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
    change = chance.sampled_from([*sorted(CHANGES), "city", "tier", "tier"]).flatmap(
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
        "attribute_changes": with_versions(
            changes, CORRECTED, to_value=lambda row: chance.sampled_from(CHANGES[row["key"]])
        ),
        "contacts": contacts,
    }


def ledgers(at: Setting, people: Strategy) -> dict[str, Strategy]:
    """Lists, consents, points, answers."""
    operations = chance.sampled_from(("add", "add", "remove", "replace_all", "clear"))
    of_nobody = chance.sampled_from(("clear", "replace_all"))
    of_lists = {"list": chance.sampled_from(("l1", "l2")), "at": at.instants()}
    changes = chance.builds(
        lambda own, others: own + others,
        rows_of("list_changes", 8, people, **of_lists, op=operations),
        rows_of("list_changes", 2, chance.none(), **of_lists, op=of_nobody),
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
        "list_changes": with_versions(
            changes, CORRECTED, op=lambda row: operations if row["customer"] else of_nobody
        ),
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
