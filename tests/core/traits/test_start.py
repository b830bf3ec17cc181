"""When newcomers got what they came for: by hand, and against plain Python."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest

from kogorta.traits.shape import Meaning
from kogorta.vocab import Business
from tests.core.language.facts import Point, Row, World, utc
from tests.core.language.store import Store
from tests.core.traits.asked import NOW, Told, row, told, world

TICK = timedelta(microseconds=1)
NAMES = ("first_value_at", "is_first_value_in_time")
BREWED = Meaning(first_value="coffee_brewed", first_value_days=3)


def order(id_: str, at: Any, customer: str = "ann", **cells: Any) -> tuple[str, Row]:
    return row(
        "orders", **({"order_id": id_, "customer": customer, "ordered_at": at, "status": "completed"} | cells)
    )


def event(
    id_: str, at: Any, customer: str = "ann", name: str = "coffee_brewed", **cells: Any
) -> tuple[str, Row]:
    return row("events", event_id=id_, customer=customer, name=name, at=at, **cells)


def person(customer: str = "ann", at: Any = "2026-06-01", **cells: Any) -> tuple[str, Row]:
    return row("customers", customer=customer, created_at=at, **cells)


def found(store: Store, base: World, customer: str = "ann", **how: Any) -> tuple[Any, ...]:
    return tuple(told(store, base, NAMES, **how)[customer].values())


@pytest.mark.parametrize(
    ("at", "in_time"),
    [("2026-06-08", 1), ("2026-06-08T00:00:00.000001", 0), ("2026-05-30", 1), ("2026-06-01", 1)],
)
def test_the_first_order_within_a_week(store: Store, at: str, in_time: int) -> None:
    """Covers: P07, R14"""
    base = world(
        person(), order("1", at), order("2", "2026-06-20"), order("0", "2026-01-01", status="cancelled")
    )
    assert found(store, base) == (utc(at), in_time)


def test_whoever_did_not_get_so_far(store: Store) -> None:
    """Covers: P07"""
    base = world(person(), order("1", NOW))
    assert found(store, base) == (None, 0)
    assert found(store, base, point=Point(NOW + TICK)) == (NOW, 0)


@pytest.mark.parametrize(("at", "in_time"), [("2026-06-13", 1), ("2026-06-13T00:00:00.000001", 0)])
def test_another_event_may_be_what_they_came_for(store: Store, at: str, in_time: int) -> None:
    """Covers: P07, R14"""
    base = world(
        person(at="2026-06-10"),
        order("1", "2026-06-11"),
        event("0", "2026-06-11", name="page_viewed"),
        event("1", at),
        event("2", "2026-06-20"),
    )
    assert found(store, base, meaning=BREWED) == (utc(at), in_time)


def test_without_events_nobody_got_so_far(store: Store) -> None:
    assert found(store, world(person(), order("1", "2026-06-02")), meaning=BREWED) == (None, 0)


FACTS = {
    "message": row("messages", message_id="m", customer="ann", send_at="2026-06-01"),
    "event": event("0", "2026-06-01", name="page_viewed"),
    "ticket": row("tickets", ticket_id="t", customer="ann", opened_at="2026-06-01"),
    "cancelled": order("0", "2026-06-01", status="cancelled"),
    "contact": row("contacts", customer="ann", kind="email", value="a@b.example", at="2026-06-01"),
}


@pytest.mark.parametrize("fact", FACTS)
def test_without_a_date_in_the_base_the_first_fact_counts(store: Store, fact: str) -> None:
    """Covers: P07"""
    for customers in ([], [person(at=None)], [person(at=NOW)]):
        base = world(*customers, FACTS[fact], order("1", "2026-06-08"))
        assert found(store, base) == (utc("2026-06-08"), 1)
        late = world(*customers, FACTS[fact], order("1", utc("2026-06-08") + TICK))
        assert found(store, late)[1] == 0
    # a date in the base says it better than any fact
    assert found(store, world(person(at="2026-06-07"), FACTS[fact], order("1", "2026-06-14")))[1] == 1


def test_the_first_order_of_all_may_be_the_first_fact(store: Store) -> None:
    assert found(store, world(order("1", "2026-06-20"), order("2", "2026-06-29"))) == (utc("2026-06-20"), 1)


def test_two_ids_of_one_person(store: Store) -> None:
    base = world(
        person(at="2026-06-01"),
        person("anna", "2026-05-30"),
        order("1", "2026-06-07", "anna"),
        same={"anna": "ann"},
    )
    assert found(store, base) == (utc("2026-06-07"), 0)


def test_what_was_learned_later_was_not_known(store: Store) -> None:
    base = world(person(), order("1", "2026-06-20"), order("2", "2026-06-03", ingest_seq=2))
    assert found(store, base, point=Point(NOW, 1)) == (utc("2026-06-20"), 0)
    assert found(store, base) == (utc("2026-06-03"), 1)


def test_in_a_salon_a_visit_is_an_order(store: Store) -> None:
    visit = row(
        "bookings",
        booking_id="b",
        customer="ann",
        created_at="2026-06-01",
        starts_at="2026-06-05",
        status="visited",
    )
    base = world(person(), visit, order("1", "2026-06-20"))
    assert found(store, base, meaning=Meaning(business=Business.SALON)) == (utc("2026-06-05"), 1)
    assert found(store, base) == (utc("2026-06-20"), 0)


def test_sums_tell_the_first_order_too(store: Store) -> None:
    told_then = {
        "at": "2026-06-20",
        "first_order_at": "2026-06-05",
        "last_order_at": "2026-06-18",
        "orders": 3,
    }
    base = world(person(), row("customer_summaries", customer="ann", **told_then))
    assert found(store, base) == (utc("2026-06-05"), 1)


# --- against plain Python -------------------------------------------------------------------------

PEOPLE = ("ann", "anna", "bob")
INSTANTS = (
    *(NOW - timedelta(days=days) for days in (20, 14, 10, 7, 3, 1)),
    NOW - timedelta(days=7) + TICK,
    NOW,
)


def random_world(dice: random.Random) -> World:
    rows = [person(who, dice.choice((None, *INSTANTS))) for who in PEOPLE if dice.random() < 0.6]
    for n in range(dice.randint(1, 6)):
        rows.append(
            order(
                f"o{n}",
                dice.choice(INSTANTS),
                dice.choice(PEOPLE),
                status=dice.choice(("completed", "cancelled")),
            )
        )
        name = dice.choice(("coffee_brewed", "page_viewed"))
        rows.append(event(f"e{n}", dice.choice(INSTANTS), dice.choice(PEOPLE), name))
    return world(*rows, same={"anna": "ann"} if dice.random() < 0.5 else {})


def by_python(base: World, meaning: Meaning) -> Told:
    return {str(who): _of_person(base, str(who), meaning) for who in {base.person(one) for one in base.ids}}


def _of_person(base: World, who: str, meaning: Meaning) -> dict[str, Any]:
    def own(table: str) -> list[Row]:
        return [item for item in base.rows.get(table, []) if base.person(item["customer"]) == who]

    orders = [o["ordered_at"] for o in own("orders") if o["status"] == "completed" and o["ordered_at"] < NOW]
    brewed = [e["at"] for e in own("events") if e["name"] == "coffee_brewed" and e["at"] < NOW]
    reached = min(orders if meaning.first_value == "order" else brewed, default=None)
    created = [
        c["created_at"] for c in own("customers") if c["created_at"] is not None and c["created_at"] < NOW
    ]
    facts = [o["ordered_at"] for o in own("orders")] + [e["at"] for e in own("events")]
    known = min(created or facts, default=None)
    in_time = reached is not None and reached - known <= timedelta(days=meaning.first_value_days)
    return {"first_value_at": reached, "is_first_value_in_time": int(in_time)}


def test_against_plain_python(store: Store) -> None:
    for seed in range(12):
        base = random_world(random.Random(seed))
        meaning = BREWED if seed % 2 else Meaning()
        answer = told(store, base, NAMES, meaning=meaning)
        expected = by_python(base, meaning)
        assert answer == {who: expected[who] for who in answer}, f"seed {seed}\n{base!r}"
