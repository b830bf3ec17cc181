"""Requests to support: by hand, and against plain Python."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from tests.core.language.facts import Point, Row, World, utc
from tests.core.language.store import Store
from tests.core.traits.asked import NOW, Told, row, told, world

TICK = timedelta(microseconds=1)
NAMES = ("tickets_count", "open_tickets", "last_ticket_at", "last_ticket_topic", "last_satisfaction")


def ticket(id_: str, at: Any, customer: str = "ann", **cells: Any) -> tuple[str, Row]:
    return row("tickets", **({"ticket_id": id_, "customer": customer, "opened_at": at} | cells))


def found(store: Store, base: World, customer: str = "ann", **how: Any) -> tuple[Any, ...]:
    return tuple(told(store, base, NAMES, **how)[customer].values())


def test_requests_and_how_they_ended(store: Store) -> None:
    """Covers: R40"""
    base = world(
        ticket("1", "2026-05-01", topic="delivery", closed_at="2026-05-02", satisfaction=5),
        ticket("2", "2026-06-01", topic="defect", closed_at="2026-06-03", satisfaction=1),
        ticket("3", "2026-06-20", topic="points"),
        row("customers", customer="bob", city="Omsk", created_at="2026-01-01"),
    )
    assert found(store, base) == (3, 1, utc("2026-06-20"), "points", 1)
    assert found(store, base, "bob") == (0, 0, None, None, None)


def test_a_request_is_open_until_it_is_closed(store: Store) -> None:
    """Covers: R40"""
    base = world(ticket("1", "2026-06-01", closed_at=NOW))
    assert found(store, base)[:2] == (1, 1)
    assert found(store, base, point=Point(NOW + TICK))[:2] == (1, 0)
    ahead = world(ticket("1", "2026-06-01"), ticket("2", NOW))
    assert found(store, ahead)[:3] == (1, 1, utc("2026-06-01"))
    assert found(store, ahead, point=Point(NOW + TICK))[:3] == (2, 2, NOW)


def test_of_two_at_one_instant_the_greater_id_is_the_last(store: Store) -> None:
    base = world(
        ticket("b", "2026-06-01", topic="second", satisfaction=2),
        ticket("c", "2026-06-01", topic=""),
        ticket("a", "2026-06-01", topic="first", satisfaction=5),
    )
    assert found(store, base)[3:] == (None, 2)


def test_a_later_version_that_was_not_known(store: Store) -> None:
    first = ticket("1", "2026-06-01", topic="defect")
    closed = ticket(
        *("1", "2026-06-01"),
        topic="defect",
        closed_at="2026-06-02",
        satisfaction=4,
        valid_at=utc("2026-06-02"),
        ingest_seq=2,
        version_no=2,
    )
    base = world(first, closed)
    assert found(store, base, point=Point(NOW, 1)) == (1, 1, utc("2026-06-01"), "defect", None)
    assert found(store, base) == (1, 0, utc("2026-06-01"), "defect", 4)


def test_two_ids_of_one_person(store: Store) -> None:
    base = world(
        ticket("1", "2026-06-01", topic="defect"),
        ticket("2", "2026-06-02", "anna", topic="points"),
        same={"anna": "ann"},
    )
    assert found(store, base) == (2, 2, utc("2026-06-02"), "points", None)


# --- against plain Python -------------------------------------------------------------------------

INSTANTS = (*(NOW - timedelta(days=days) for days in (9, 2, 2, 1)), NOW - TICK, NOW)


def random_world(dice: random.Random) -> World:
    rows = [
        ticket(
            f"t{n}",
            dice.choice(INSTANTS),
            dice.choice(("ann", "anna", "bob")),
            topic=dice.choice((None, "a", "b")),
            closed_at=dice.choice((None, *INSTANTS)),
            satisfaction=dice.choice((None, 1, 5)),
        )
        for n in range(dice.randint(1, 9))
    ]
    return world(*rows, same={"anna": "ann"} if dice.random() < 0.5 else {})


def by_python(base: World) -> Told:
    expected: Told = {}
    for who in {base.person(one) for one in base.ids}:
        mine = [t for t in base.rows["tickets"] if base.person(t["customer"]) == who and t["opened_at"] < NOW]
        mine.sort(key=lambda t: (t["opened_at"], t["ticket_id"]))
        scores = [t["satisfaction"] for t in mine if t["satisfaction"] is not None]
        last: Row = mine[-1] if mine else {"opened_at": None, "topic": None}
        open_ = sum(t["closed_at"] is None or t["closed_at"] >= NOW for t in mine)
        cells = (len(mine), open_, last["opened_at"], last["topic"], scores[-1] if scores else None)
        expected[str(who)] = dict(zip(NAMES, cells, strict=True))
    return expected


def test_against_plain_python(store: Store) -> None:
    for seed in range(10):
        base = random_world(random.Random(seed))
        answer = told(store, base, NAMES)
        expected = by_python(base)
        assert answer == {who: expected[who] for who in answer}, f"seed {seed}\n{base!r}"
