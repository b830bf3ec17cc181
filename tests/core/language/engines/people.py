"""A small base in which each condition of the snapshots is true of somebody and false of somebody else."""

from __future__ import annotations

from kogorta.definitions.nodes import Trait
from kogorta.definitions.recorded import log_place
from kogorta.schema import ColumnType
from tests.core.language.asking import event, free, order, parsed, row, world
from tests.core.language.facts import Point, Property, Row, World, utc

POINT = Point(utc("2026-07-01T12:00"))
OTHERS = tuple(f"other{number}" for number in range(8))
"""Nobody in particular: they have one order each, and fill the base."""
IDS = ("ann", "bob", "cyd", "dan", "eve", "fay", "gil", "hal", *OTHERS, "ann2")

Rows = list[tuple[str, Row]]


def place_in_log(where: str) -> str:
    """Where the log keeps a condition that must have held for some time."""
    (definition,) = parsed(free(where))
    assert isinstance(definition.where, Trait)
    return log_place(definition.where)[0]


AT_RISK = place_in_log("{trait: lifecycle_stage, is: at_risk, held_for: 7d}")


def person(id_: str, since: str = "2020-01-01", **cells: object) -> tuple[str, Row]:
    """A row of a customer."""
    return row("customers", customer=id_, created_at=utc("2020-01-01"), valid_at=utc(since), **cells)


def did(id_: str, name: str, at: str, **cells: object) -> tuple[str, Row]:
    """An event of somebody."""
    return event(name, at, f"{id_} {name} {at}", customer=id_, **cells)


def described() -> Rows:
    """Who they are: a city with a line break in it, one born before 1970, one not yet born."""
    return [
        person("ann", city="Hamburg", birth_date=utc("1958-07-03").date(), sex="female", p_vip_level=3),
        person("bob", city="Himm\nel[x]", birth_date=utc("2026-07-05").date(), sex="male", p_vip_level=4),
        person("cyd", "2026-06-01", city="Berlin", birth_date=utc("2012-01-01").date()),
        person(
            "dan", "2026-06-29", city="Berlin", timezone="Asia/Tokyo", birth_date=utc("1904-02-29").date()
        ),
        row("contacts", customer="ann", kind="email", value="a"),
        row("contacts", customer="bob", kind="telegram", value="b"),
        *[
            row("list_changes", customer=id_, list=name, op="add", at=utc("2026-01-01"))
            for id_, name in (("ann", "black_friday"), ("ann", "wholesale"), ("bob", "black_friday"))
        ],
        row(
            "consents",
            customer="bob",
            channel="email",
            purpose="advertising",
            op="withdrawn",
            at=utc("2026-05-01"),
        ),
    ]


def bought() -> Rows:
    """What they bought: Ann and Hal most often and most, Eve long ago, Fay after a long silence, Gil for the first time."""
    online = {"channel": "online", "outlet_id": "north"}
    return [
        order("2026-07-01T08:00", "a1", customer="ann", amount=900_000, cart_id="c2", **online),
        order("2026-06-20", "a2", customer="ann", amount=800_000, **online),
        order("2026-05-20", "a3", customer="ann2", amount=700_000, channel="shop"),
        order("2026-06-19", "b1", customer="bob", amount=1_000, channel="online", outlet_id="south"),
        order("2026-05-10", "b2", customer="bob", amount=90_000),
        order("2026-06-15", "b3", customer="bob", amount=500, status="cancelled"),
        order("2026-06-30", "c1", customer="cyd", amount=50_000),
        order("2026-05-25", "c2", customer="cyd", amount=1_000),
        order("2026-03-10", "e1", customer="eve", amount=600_000),
        order("2025-08-01", "f1", customer="fay", amount=2_000),
        order("2026-06-25", "f2", customer="fay", amount=2_000),
        order("2026-06-29", "g1", customer="gil", amount=3_000),
        *[
            order(at, f"h{at}", customer="hal", amount=850_000)
            for at in ("2026-06-30", "2026-06-10", "2026-05-28")
        ],
        *[
            order(f"2026-05-{number + 1:02}", f"o{number}", customer=id_, amount=100 * number)
            for number, id_ in enumerate(OTHERS)
        ],
        *[
            row("order_lines", order_id=id_, line_no=1, product_id=product, ordered_at=at, amount=amount)
            for id_, product, amount, at in (
                ("a1", "beans", 900_000, utc("2026-07-01T08:00")),
                ("a2", "grounds", 800_000, utc("2026-06-20")),
                ("b1", "beans", 1_000, utc("2026-06-19")),
            )
        ],
        row("products", product_id="beans", category="coffee/beans"),
        row("products", product_id="grounds", category="coffee"),
    ]


def visited() -> Rows:
    """What else they did: pages, carts, appointments, tickets, messages."""
    pages = [did("ann", "page_viewed", f"2026-06-{day}", p_page="sale") for day in (26, 28, 30)]
    visits = [
        row("bookings", customer=id_, booking_id=f"{id_}{at}", status="visited", starts_at=utc(at))
        for id_, days in (("ann", ("06-30", "06-29", "06-27", "06-26")), ("bob", ("06-30", "06-23")))
        for at in (f"2026-{day}T10:00" for day in days)
    ]
    tickets = [
        row(
            "tickets",
            customer=id_,
            ticket_id=f"{id_}{number}",
            opened_at=utc("2026-06-01"),
            satisfaction=told,
        )
        for id_, told_by in (("ann", (3, 4, None)), ("bob", (3, 3, 4)))
        for number, told in enumerate(told_by)
    ]
    return [
        *pages,
        did("bob", "page_viewed", "2026-06-30", p_page="sales"),
        did("ann", "page_viewed", "2026-07-01T07:00", p_page="carts"),
        did("ann", "cart_added", "2026-07-01T07:30", cart_id="c2"),
        did("bob", "cart_added", "2026-07-01T07:30", cart_id="c3"),
        *visits,
        *tickets,
        row("messages", customer="ann", message_id="m1", channel="email", send_at=utc("2026-06-19")),
        row("messages", customer="bob", message_id="m2", channel="sms", send_at=utc("2026-06-19")),
        row("message_events", message_id="m1", kind="opened", at=utc("2026-06-20")),
        row("message_events", message_id="m2", kind="opened", at=utc("2026-06-20")),
    ]


def base() -> World:
    """All of it."""
    champions = "rfm_simple.champions"
    moves = (
        (champions, "ann", "2026-06-21"),
        (champions, "bob", "2026-05-21"),
        (champions, "hal", "2026-05-29"),
        (AT_RISK, "eve", "2026-06-01"),
        (AT_RISK, "other0", "2026-06-25"),
    )
    return world(
        *described(),
        *bought(),
        *visited(),
        ids=IDS,
        same={"ann2": "ann"},
        zone="Europe/Moscow",
        properties=(
            Property("customers", "", "vip_level", ColumnType.INTEGER),
            Property("events", "page_viewed", "page", ColumnType.TEXT),
        ),
        log=tuple(
            {"segment": place, "customer": id_, "at": utc(at), "op": "enter", "cause": "facts"}
            for place, id_, at in moves
        ),
    )
