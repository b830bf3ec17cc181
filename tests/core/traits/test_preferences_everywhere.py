"""Preferences and services of random small worlds: as in plain Python, on every engine."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from kogorta.traits.catalogue import FAMILIES
from kogorta.traits.shape import Meaning
from kogorta.vocab import Business
from tests.core.language.facts import EVERYTHING, Point, Row, World
from tests.core.language.product import Opened
from tests.core.language.store import Store
from tests.core.traits.asked import NOW, Told, row, told, world
from tests.core.traits.plain_preferences import Plain

OURS = (
    *("goods", "category_share", "last_goods", "habits", "hours", "last_channel", "complements"),
    *("interests", "services", "due_dates"),
)
NAMES = tuple(trait.name for family in OURS for trait in FAMILIES[family])
WORLDS = 400 if os.environ.get("KOGORTA_HYPOTHESIS_PROFILE") == "soak" else 4
WORLDS_OF_ENGINES = 1
PEOPLE = ("ann", "ann2", "bob", None)
GOODS = ("a", "B", "я", "post", "ghost")
ZONES = ("UTC", "Europe/Berlin", "Europe/Moscow", "America/St_Johns")
TICKS = (
    timedelta(0),
    timedelta(microseconds=1),
    timedelta(seconds=1),
    timedelta(days=30),
    timedelta(days=90),
)


def worlds(seed: int) -> World:
    """A base full of ties and of instants at edges, part of it learned late, corrected, or of a second id."""
    dice = random.Random(seed)
    rows = [*_catalogue(dice), *_orders(dice), *_bookings(dice), *_views(dice)]
    return world(*rows, zone=dice.choice(ZONES), same={"ann2": "ann"} if dice.random() < 0.7 else None)


def _instant(dice: random.Random) -> Any:
    """Near the instant, near edges, at midnight somewhere, or anywhere."""
    edge = NOW - dice.choice(TICKS) + dice.choice((-1, 0, 1)) * dice.choice(TICKS[:3])
    day = NOW.replace(hour=dice.choice((0, 21, 22)), minute=dice.choice((0, 30))) - timedelta(
        days=dice.choice((1, 11, 21, 31, 61, 100))
    )
    return dice.choice((edge, day, day))


def _system(dice: random.Random) -> dict[str, Any]:
    return {"ingest_seq": dice.choice((1, 1, 2))}


def _catalogue(dice: random.Random) -> Iterator[tuple[str, Row]]:
    for id_ in GOODS[:4]:
        for version in range(1, dice.choice((2, 2, 3))):
            yield row(
                "products",
                product_id=id_,
                category=dice.choice((None, "x/y", "x", "Ы")),
                brand=dice.choice((None, "m", "M")),
                kind="fee" if id_ == "post" else dice.choice((None, "good", "service")),
                complements=dice.choice((None, "a|B", "я|ghost|я", "B")),
                version_no=version,
                ingest_seq=version,
            )


def _orders(dice: random.Random) -> Iterator[tuple[str, Row]]:
    for number in range(dice.randint(3, 12)):
        id_, at, system = str(number), _instant(dice), _system(dice)
        yield row(
            "orders",
            order_id=id_,
            customer=dice.choice(PEOPLE),
            ordered_at=at,
            status=dice.choice(("completed", "completed", "completed", "cancelled")),
            channel=dice.choice((None, "online", "store")),
            outlet_id=dice.choice((None, "n", "s")),
            **system,
        )
        for line_no in range(1, dice.randint(1, 4)):
            product, amount = dice.choice((*GOODS, None)), dice.choice((0, 100, 100, 250))
            line = {"order_id": id_, "line_no": line_no, "product_id": product, "amount": amount}
            yield row("order_lines", ordered_at=at, **line, **system)
            if dice.random() < 0.2:
                back = {"return_id": f"{id_}.{line_no}", "order_id": id_, "line_no": line_no}
                yield row("returns", returned_at=_instant(dice), amount=dice.choice((100, 300)), **back)


def _bookings(dice: random.Random) -> Iterator[tuple[str, Row]]:
    for number in range(dice.randint(3, 16)):
        starts = _instant(dice) + dice.choice((timedelta(0), timedelta(0), timedelta(days=20)))
        made = starts - timedelta(days=5)
        booked = {
            "booking_id": str(number),
            "customer": dice.choice(PEOPLE),
            "created_at": made,
            "starts_at": starts,
            "booked_via": dice.choice((None, "online", "phone")),
            "staff_id": dice.choice((None, "e", "o")),
            "service": dice.choice((None, "nails", "nails", "брови")),
            "outlet_id": dice.choice((None, "n")),
            "order_id": dice.choice((None, "0", "1", "gone")),
        }
        yield row("bookings", **booked, status=dice.choice(("booked", "visited", "visited", "no_show")))
        if dice.random() < 0.3:
            later = {"valid_at": starts, "version_no": 2, "ingest_seq": 2}
            yield row("bookings", **booked | later, status=dice.choice(("visited", "cancelled")))


def _views(dice: random.Random) -> Iterator[tuple[str, Row]]:
    for number in range(dice.randint(0, 8)):
        yield row(
            "events",
            event_id=str(number),
            customer=dice.choice(PEOPLE[:3]),
            name=dice.choice(("product_viewed", "product_viewed", "cart_added")),
            at=_instant(dice),
            category=dice.choice((None, "x/y", "Ы")),
            **_system(dice),
        )


def points(seed: int) -> Point:
    dice = random.Random(-seed)
    return Point(
        NOW + dice.choice((-1, 0, 1)) * dice.choice(TICKS[:3]), dice.choice((EVERYTHING, EVERYTHING, 1))
    )


def meanings(base: World, seed: int) -> Meaning:
    return Meaning(business=Business.SALON if seed % 2 else Business.SHOP, zone=base.zone)


def expected(base: World, point: Point, *, is_salon: bool, people: Told) -> Told:
    plain = Plain(base, point, is_salon=is_salon)
    return {person: {name: plain.told(person)[name] for name in NAMES} for person in people}


@pytest.mark.parametrize("seed", range(WORLDS))
def test_as_in_plain_python(store: Store, seed: int) -> None:
    """Covers: L05, L08, S05, S10"""
    base, point = worlds(seed), points(seed)
    meaning = meanings(base, seed)
    found = told(store, base, NAMES, point, meaning)
    assert found == expected(base, point, is_salon=bool(seed % 2), people=found), base


@pytest.mark.parametrize("seed", range(1000, 1000 + WORLDS_OF_ENGINES))
def test_the_same_on_every_engine(store: Store, engine: Opened, seed: int) -> None:
    base, point = worlds(seed), points(seed)
    meaning = meanings(base, seed)
    found = told(store, base, NAMES, point, meaning, engine)
    assert found == expected(base, point, is_salon=bool(seed % 2), people=found), base
