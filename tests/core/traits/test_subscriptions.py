"""What comes by itself and what is paid ahead: by hand, and against plain Python."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from tests.core.language.facts import Point, Row, World, utc
from tests.core.language.store import Store
from tests.core.traits.asked import NOW, Told, row, told, world

TICK = timedelta(microseconds=1)
NAMES = ("live_subscriptions", "next_delivery_at", "prepaid_until")


def subscription(id_: str, customer: str = "ann", **cells: Any) -> tuple[str, Row]:
    given = {"subscription_id": id_, "customer": customer, "created_at": "2026-01-01", "status": "live"}
    return row("subscriptions", **(given | cells))


def found(store: Store, base: World, customer: str = "ann", **how: Any) -> tuple[Any, ...]:
    return tuple(told(store, base, NAMES, **how)[customer].values())


def test_what_runs_and_when_it_comes(store: Store) -> None:
    """Covers: R17, R39, P08"""
    base = world(
        subscription("1", next_at="2026-07-10", prepaid_until=utc("2026-08-01")),
        subscription("2", next_at="2026-07-05"),
        subscription("3", next_at="2026-07-02", status="paused", prepaid_until=utc("2026-09-01")),
        subscription("4", next_at="2026-06-30", status="ended"),
        row("customers", customer="bob", created_at="2026-01-01"),
    )
    assert found(store, base) == (2, utc("2026-07-05"), utc("2026-09-01"))
    assert found(store, base, "bob") == (0, None, None)


def test_a_delivery_that_is_due_now_is_not_ahead(store: Store) -> None:
    base = world(subscription("1", next_at=NOW), subscription("2", next_at=NOW + TICK))
    assert found(store, base) == (2, NOW + TICK, None)
    assert found(store, base, point=Point(NOW - TICK)) == (2, NOW, None)
    assert found(store, base, point=Point(NOW + TICK)) == (2, None, None)


def test_a_pass_that_ran_out_still_tells_when(store: Store) -> None:
    """Covers: P08"""
    base = world(subscription("1", status="ended", prepaid_until=utc("2026-06-01")))
    assert found(store, base) == (0, None, utc("2026-06-01"))


def test_what_is_made_ahead_is_not_there_yet(store: Store) -> None:
    base = world(
        subscription("0", status="ended"),
        subscription("1", created_at=NOW, next_at="2026-08-01", prepaid_until=utc("2026-09-01")),
    )
    assert found(store, base) == (0, None, None)
    assert found(store, base, point=Point(NOW + TICK)) == (1, utc("2026-08-01"), utc("2026-09-01"))


def test_a_version_that_was_not_known(store: Store) -> None:
    base = world(
        subscription("1", next_at="2026-07-10"),
        subscription("1", next_at="2026-07-10", status="ended", ingest_seq=2, version_no=2),
    )
    assert found(store, base, point=Point(NOW, 1)) == (1, utc("2026-07-10"), None)
    assert found(store, base) == (0, None, None)


def test_two_ids_of_one_person(store: Store) -> None:
    base = world(
        subscription("1", next_at="2026-07-10"),
        subscription("2", "anna", next_at="2026-07-08"),
        same={"anna": "ann"},
    )
    assert found(store, base) == (2, utc("2026-07-08"), None)


# --- against plain Python -------------------------------------------------------------------------

INSTANTS = (None, *(NOW + timedelta(days=days) for days in (-9, -1, 1, 9)), NOW - TICK, NOW, NOW + TICK)


def random_world(dice: random.Random) -> World:
    rows = [
        subscription(
            f"s{n}",
            dice.choice(("ann", "anna", "bob")),
            created_at=dice.choice((None, NOW - TICK, NOW - TICK, NOW)),
            next_at=dice.choice(INSTANTS),
            prepaid_until=dice.choice(INSTANTS),
            status=dice.choice(("live", "live", "paused", "ended")),
        )
        for n in range(dice.randint(1, 7))
    ]
    people = [row("customers", customer=who, created_at="2026-01-01") for who in ("ann", "anna", "bob")]
    return world(*rows, *people, same={"anna": "ann"} if dice.random() < 0.5 else {})


def by_python(base: World) -> Told:
    expected: Told = {}
    for who in {base.person(one) for one in base.ids}:
        mine = [s for s in base.rows["subscriptions"] if base.person(s["customer"]) == who]
        mine = [s for s in mine if s["created_at"] is None or s["created_at"] < NOW]
        live = [s for s in mine if s["status"] == "live"]
        nexts = [s["next_at"] for s in live if s["next_at"] is not None and s["next_at"] > NOW]
        paid = [s["prepaid_until"] for s in mine if s["prepaid_until"] is not None]
        cells = (len(live), min(nexts, default=None), max(paid, default=None))
        expected[str(who)] = dict(zip(NAMES, cells, strict=True))
    return expected


def test_against_plain_python(store: Store) -> None:
    for seed in range(10):
        base = random_world(random.Random(seed))
        answer = told(store, base, NAMES)
        assert answer == by_python(base), f"seed {seed}\n{base!r}"
