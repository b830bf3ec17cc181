"""Sessions, devices and what sort of pages draws somebody: by hand, and against plain Python."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from kogorta.config import parse
from kogorta.membership.view import meaning_of
from kogorta.traits.shape import Meaning
from tests.core.language.facts import Point, Row, World, utc
from tests.core.language.store import Store
from tests.core.traits.asked import NOW, Told, one, row, told, world

TICK = timedelta(microseconds=1)
SHOP = meaning_of(parse({}))
DEVICES = ("main_device", "main_device_share")
CONTENT = ("expert_views", "promo_clicks", "content_profile")


def event(id_: str, at: Any = "2026-06-20", customer: str | None = "ann", **cells: Any) -> tuple[str, Row]:
    return row("events", **({"event_id": id_, "customer": customer, "name": "page_viewed", "at": at} | cells))


def content(store: Store, base: World, customer: str = "ann", **how: Any) -> tuple[Any, ...]:
    return tuple(told(store, base, CONTENT, meaning=how.pop("meaning", SHOP), **how)[customer].values())


def test_when_somebody_was_seen_last(store: Store) -> None:
    base = world(event("1", "2020-01-01"), event("2", "2024-01-01"), event("3", NOW), event("4", None, None))
    assert one(store, base, "last_seen_at") == utc("2024-01-01")
    assert one(store, base, "last_seen_at", point=Point(NOW + TICK)) == NOW


def test_sessions_are_counted_by_id(store: Store) -> None:
    """Covers: R25"""
    base = world(
        event("1", "2026-06-20T10:00", session_id="a"),
        event("2", "2026-06-20T10:05", session_id="b"),
        event("3", "2026-06-20T23:05", session_id="a"),
        event("4", NOW - timedelta(days=30), session_id="c"),
        event("5", NOW - timedelta(days=30) - TICK, session_id="d"),
    )
    assert one(store, base, "sessions") == 3


@pytest.mark.parametrize(("seconds", "sessions"), [(1_799.999999, 1), (1_800, 2)])
def test_without_an_id_half_an_hour_ends_a_session(store: Store, seconds: float, sessions: int) -> None:
    first = utc("2026-06-20T10:00:00.9")
    base = world(event("1", first), event("2", first + timedelta(seconds=seconds), session_id=""))
    assert one(store, base, "sessions") == sessions
    # what lies between and names its session is another one
    more = world(*_rows(base), event("3", first + timedelta(seconds=900), session_id="a"))
    assert one(store, more, "sessions") == sessions + 1


def test_events_of_one_instant_are_one_session(store: Store) -> None:
    base = world(event("1"), event("2"), event("3", customer="bob"))
    assert told(store, base, ("sessions",)) == {"ann": {"sessions": 1}, "bob": {"sessions": 1}}


@pytest.mark.parametrize(
    ("words", "device", "share"),
    [
        (("mobile", "Mobile", " iPhone ", "desktop"), "mobile", 0.75),
        (("Телефон", "ПК", "pc"), "desktop", 2 / 3),
        (("tablet", "desktop"), "desktop", 0.5),
        (("Smart TV", None, ""), "smart tv", 1.0),
        ((None, "", "  "), None, None),
    ],
)
def test_the_device_of_most_events(store: Store, words: tuple[Any, ...], device: Any, share: Any) -> None:
    """Covers: R32, R33"""
    base = world(*[event(str(n), device=word) for n, word in enumerate(words)])
    assert tuple(told(store, base, DEVICES)["ann"].values()) == (device, share)


def test_an_old_device_is_forgotten(store: Store) -> None:
    edge = NOW - timedelta(days=90)
    base = world(
        event("1", edge, device="tablet"), *[event(f"{n}.", edge - TICK, device="mobile") for n in range(3)]
    )
    assert one(store, base, "main_device") == "tablet"
    assert one(store, base, "main_device", point=Point(NOW + TICK)) is None


def clicked(id_: str, url: str, at: Any = "2026-06-20", **cells: Any) -> list[tuple[str, Row]]:
    sent = row("messages", message_id=id_, customer=cells.pop("customer", "ann"), send_at="2026-01-01")
    return [
        sent,
        row("message_events", **({"message_id": id_, "kind": "clicked", "at": at, "url": url} | cells)),
    ]


def test_readers_of_reviews_and_clickers_of_promotions(store: Store) -> None:
    """Covers: R30, R31"""
    base = world(
        event("1", url="https://shop.example/reviews/7"),
        event("2", url="/compare/7-8"),
        event("3", name="guide_viewed"),
        event("4", url="/pricing"),
        event("5", name="promotion_clicked", customer="bob"),
        *clicked("m1", "https://shop.example/promo/3", customer="bob"),
        *clicked("m2", "https://shop.example/promo/3", customer="bob"),
        *clicked("m3", "https://shop.example/new", customer="bob"),
        *clicked("m4", "https://shop.example/promo/3", customer="bob", machine=True),
        *clicked("m5", "https://shop.example/promo/3", customer="bob", at=NOW),
        *clicked("m6", "https://shop.example/promo/3", customer="bob", kind="opened"),
        event("6", customer="cid"),
    )
    assert told(store, base, CONTENT, meaning=SHOP) == {
        "ann": {"expert_views": 3, "promo_clicks": 0, "content_profile": "expert"},
        "bob": {"expert_views": 0, "promo_clicks": 3, "content_profile": "promo"},
        "cid": {"expert_views": 0, "promo_clicks": 0, "content_profile": "none"},
    }


def test_a_look_at_a_page_of_promotions_is_no_click(store: Store) -> None:
    base = world(*[event(str(n), url="/promo/3") for n in range(4)])
    assert content(store, base) == (0, 0, "none")


@pytest.mark.parametrize(
    ("expert", "promo", "profile"),
    [
        (2, 0, "none"),
        (2, 2, "none"),
        (3, 0, "expert"),
        (3, 1, "expert"),
        (3, 2, "mixed"),
        (4, 2, "expert"),
        (2, 3, "mixed"),
        (2, 4, "promo"),
        (3, 3, "mixed"),
        (7, 4, "mixed"),
    ],
)
def test_a_profile_needs_three_and_twice_the_other(
    store: Store, expert: int, promo: int, profile: str
) -> None:
    base = world(
        *[event(f"e{n}", name="review_viewed") for n in range(expert)],
        *[event(f"p{n}", name="promotion_clicked") for n in range(promo)],
    )
    assert content(store, base) == (expert, promo, profile)


def test_what_counts_is_declared(store: Store) -> None:
    declared = meaning_of(parse({"content": {"expert": ["quiz_finished", "/know-how/"], "promo": []}}))
    base = world(
        event("1", name="quiz_finished"),
        event("2", url="/know-how/grind"),
        event("3", name="quiz_finished", url="/know-how/"),
        event("4", url="/reviews/1"),
        event("5", name="promotion_clicked"),
        *clicked("m", "/promo/1"),
    )
    assert content(store, base, meaning=declared) == (3, 0, "expert")
    assert content(store, base, meaning=Meaning()) == (0, 0, "none")


def test_content_is_forgotten_after_90_days(store: Store) -> None:
    edge = NOW - timedelta(days=90)
    base = world(
        event("1", edge, url="/review"), event("0", edge - TICK, url="/review"), *clicked("m", "/promo", edge)
    )
    assert content(store, base) == (1, 1, "none")
    assert content(store, base, point=Point(NOW + TICK)) == (0, 0, "none")


def test_two_ids_of_one_person(store: Store) -> None:
    base = world(
        event("1", session_id="s", device="mobile"),
        event("2", "2026-06-21", "anna", session_id="s", device="desktop"),
        event("3", "2026-06-22", "anna", device="desktop"),
        same={"anna": "ann"},
    )
    found = told(store, base, ("last_seen_at", "sessions", *DEVICES))["ann"]
    assert tuple(found.values()) == (utc("2026-06-22"), 2, "desktop", 2 / 3)


def test_what_was_learned_later_was_not_known(store: Store) -> None:
    base = world(event("1"), event("2", "2026-06-21", ingest_seq=2, device="mobile"))
    assert one(store, base, "last_seen_at", point=Point(NOW, 1)) == utc("2026-06-20")
    assert one(store, base, "main_device", point=Point(NOW, 1)) is None


# --- against plain Python -------------------------------------------------------------------------

PEOPLE = ("ann", "anna", "bob")
INSTANTS = (
    *(NOW - timedelta(days=90) - TICK, NOW - timedelta(days=90), NOW - timedelta(days=30)),
    *(NOW - timedelta(minutes=minutes) for minutes in (0, 1, 30, 31, 61, 95, 2000)),
)
WORDS = {"mobile": "mobile", "Phone": "mobile", "ipad": "tablet", "Desktop ": "desktop", "tv": "tv", "": None}
NAMES = ("last_seen_at", "sessions", *DEVICES, *CONTENT)


def random_world(dice: random.Random) -> World:
    rows = [
        event(
            str(n),
            dice.choice(INSTANTS),
            dice.choice((*PEOPLE, None)),
            name=dice.choice(("page_viewed", "review_viewed", "promotion_clicked")),
            session_id=dice.choice((None, None, "a", "b")),
            device=dice.choice((None, *WORDS)),
            url=dice.choice((None, "/", "/guides/1", "/promo/1")),
        )
        for n in range(dice.randint(1, 14))
    ]
    for n in range(dice.randint(0, 5)):
        url = dice.choice((None, "/sale", "/about"))
        rows += clicked(f"m{n}", url or "", dice.choice(INSTANTS), customer=dice.choice(PEOPLE))
    return world(*rows, same={"anna": "ann"} if dice.random() < 0.5 else {})


def by_python(base: World) -> Told:
    return {who: _of_person(base, who) for who in {base.person(one) for one in base.ids} if who}


def _of_person(base: World, who: str) -> dict[str, Any]:
    mine = [e for e in base.rows["events"] if base.person(e["customer"]) == who and e["at"] < NOW]
    days = {e["event_id"]: NOW - e["at"] for e in mine}
    month = [e for e in mine if days[e["event_id"]] <= timedelta(days=30)]
    quarter = [e for e in mine if days[e["event_id"]] <= timedelta(days=90)]
    devices = Counter(WORDS[e["device"]] for e in quarter if e["device"] is not None and WORDS[e["device"]])
    device = min(devices, key=lambda name: (-devices[name], name)) if devices else None
    expert = sum(e["name"] == "review_viewed" or "/guide" in (e["url"] or "") for e in quarter)
    promo = sum(e["name"] == "promotion_clicked" for e in quarter) + _links(base, who)
    return {
        "last_seen_at": max((e["at"] for e in mine), default=None),
        "sessions": len({e["session_id"] for e in month} - {None})
        + _by_pauses(sorted(e["at"] for e in month if e["session_id"] is None)),
        "main_device": device,
        "main_device_share": devices[device] / sum(devices.values()) if device else None,
        "expert_views": expert,
        "promo_clicks": promo,
        "content_profile": _profile(expert, promo),
    }


def _by_pauses(instants: list[datetime]) -> int:
    pauses = [b - a for a, b in pairwise(instants)]
    return bool(instants) + sum(pause >= timedelta(minutes=30) for pause in pauses)


def _links(base: World, who: str) -> int:
    owner = {m["message_id"]: base.person(m["customer"]) for m in base.rows.get("messages", [])}
    return sum(
        owner[e["message_id"]] == who
        and "/sale" in e["url"]
        and timedelta(0) < NOW - e["at"] <= timedelta(days=90)
        for e in base.rows.get("message_events", [])
    )


def _profile(expert: int, promo: int) -> str:
    if max(expert, promo) < 3:
        return "none"
    if min(expert, promo) * 2 > max(expert, promo):
        return "mixed"
    return "expert" if expert > promo else "promo"


def test_against_plain_python(store: Store) -> None:
    for seed in range(12):
        base = random_world(random.Random(seed))
        found = told(store, base, NAMES, meaning=SHOP)
        expected = by_python(base)
        assert found == {who: expected[who] for who in found}, f"seed {seed}\n{base!r}"


def _rows(base: World) -> list[tuple[str, Row]]:
    return [(table, item) for table, rows in base.rows.items() for item in rows]
