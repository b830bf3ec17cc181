"""Messages that people get, open and click, and when they were last active: by hand, and against plain Python."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.core.language.facts import Point, Row, World, utc
from tests.core.language.store import Store
from tests.core.traits.asked import NOW, Told, one, row, told, world

TICK = timedelta(microseconds=1)
EDGE = NOW - timedelta(days=90)
NAMES = (
    *("messages_received", "messages_opened", "messages_clicked", "open_rate", "click_rate"),
    *("last_opened_at", "last_clicked_at", "unanswered_messages", "last_active_at"),
)
COUNTS = ("messages_received", "messages_opened", "messages_clicked", "unanswered_messages")


def message(id_: str, at: Any, customer: str = "ann", **cells: Any) -> tuple[str, Row]:
    return row("messages", **({"message_id": id_, "customer": customer, "send_at": at} | cells))


def fate(id_: str, kind: str, at: Any, **cells: Any) -> tuple[str, Row]:
    return row("message_events", **({"message_id": id_, "kind": kind, "at": at} | cells))


def counts(store: Store, base: World, customer: str = "ann", **how: Any) -> tuple[Any, ...]:
    return tuple(told(store, base, COUNTS, **how)[customer].values())


def test_what_is_received_opened_and_clicked(store: Store) -> None:
    """Covers: G18, R19"""
    base = world(
        message("opened", "2026-06-01"),
        fate("opened", "delivered", "2026-06-01T00:01"),
        fate("opened", "opened", "2026-06-02"),
        fate("opened", "opened", "2026-06-03"),
        message("clicked", "2026-06-04"),
        fate("clicked", "clicked", "2026-06-05"),
        message("silent", "2026-06-10"),
        fate("silent", "delivered", "2026-06-10T00:01"),
        message("silent_too", "2026-06-11"),
    )
    found = told(store, base, NAMES)["ann"]
    assert tuple(found.values()) == (
        4,
        2,
        1,
        0.5,
        0.25,
        utc("2026-06-05"),
        utc("2026-06-05"),
        2,
        utc("2026-06-05"),
    )


def test_machines_open_nothing(store: Store) -> None:
    """Covers: P13"""
    base = world(
        message("m", "2026-06-01"),
        fate("m", "opened", "2026-06-01T00:01", machine=True),
        fate("m", "clicked", "2026-06-01T00:02", machine=True),
    )
    assert tuple(told(store, base, NAMES)["ann"].values()) == (1, 0, 0, 0.0, 0.0, None, None, 1, None)
    more = world(*_rows(base), fate("m", "opened", "2026-06-01T00:03", machine=False))
    assert tuple(told(store, more, NAMES)["ann"].values())[:4] == (1, 1, 0, 1.0)


def test_of_a_text_message_nobody_learns_whether_it_was_read(store: Store) -> None:
    """Covers: P13"""
    base = world(
        message("1", "2026-06-01", channel="SMS"),
        message("2", "2026-06-02", channel="звонок"),
        message("3", "2026-06-03", channel="email"),
        message("4", "2026-06-04", channel="email"),
        fate("3", "opened", "2026-06-03T10:00"),
    )
    found = told(store, base, NAMES)["ann"]
    assert tuple(found.values())[:4] == (4, 1, 0, 0.5)
    assert found["unanswered_messages"] == 1
    # unless it had a link that was clicked
    linked = world(*_rows(base), fate("1", "clicked", "2026-06-05"))
    assert tuple(told(store, linked, NAMES)["ann"].values())[:5] == (4, 2, 1, 2 / 3, 1 / 3)


def test_what_bounced_was_not_received(store: Store) -> None:
    """Covers: P13"""
    base = world(
        message("a", "2026-06-01"),
        fate("a", "bounced", "2026-06-01T00:01"),
        message("b", "2026-06-02"),
        fate("b", "bounced", NOW),
    )
    assert counts(store, base) == (1, 0, 0, 1)
    assert counts(store, base, point=Point(NOW + TICK)) == (0, 0, 0, 0)
    assert one(store, base, "open_rate", point=Point(NOW + TICK)) is None


@pytest.mark.parametrize(("at", "inside"), [(EDGE, 1), (EDGE - TICK, 0), (NOW - TICK, 1), (NOW, 0)])
def test_a_window_is_closed_at_its_start_and_open_at_its_end(store: Store, at: datetime, inside: int) -> None:
    base = world(message("old", "2020-01-01"), message("m", at), fate("m", "opened", at))
    assert counts(store, base)[:2] == (inside, inside)
    # silence and the last opening are of all times
    assert one(store, base, "last_opened_at") == (None if at == NOW else at)


def test_unanswered_since_the_last_opening(store: Store) -> None:
    base = world(
        *[message(str(n), f"2024-06-0{n}") for n in range(1, 6)],
        fate("1", "opened", "2024-06-03"),
        fate("5", "bounced", "2024-06-05"),
    )
    # the one of the very instant of the opening was there already; 4 is left, 5 bounced
    assert one(store, base, "unanswered_messages") == 1
    never = world(
        *[message(str(n), f"2024-06-0{n}") for n in range(1, 6)], fate("5", "bounced", "2024-06-05")
    )
    assert one(store, never, "unanswered_messages") == 4


def test_whoever_got_nothing(store: Store) -> None:
    base = world(
        row("orders", order_id="1", customer="bob", ordered_at="2026-06-01", status="completed"),
        message("m", "2026-06-01"),
        fate("m", "delivered", "2026-06-01"),
    )
    assert tuple(told(store, base, NAMES)["bob"].values()) == (
        *(0, 0, 0, None, None, None, None, 0),
        utc("2026-06-01"),
    )


def test_two_ids_of_one_person(store: Store) -> None:
    base = world(
        message("1", "2026-06-01"),
        message("2", "2026-06-02", "anna"),
        fate("2", "opened", "2026-06-03"),
        same={"anna": "ann"},
    )
    assert counts(store, base) == (2, 1, 0, 0)


def test_what_was_learned_later_was_not_known(store: Store) -> None:
    base = world(
        message("1", "2026-06-01"),
        fate("1", "delivered", "2026-06-01"),
        fate("1", "opened", "2026-06-02", ingest_seq=2),
    )
    assert counts(store, base, point=Point(NOW, 1)) == (1, 0, 0, 1)
    assert counts(store, base) == (1, 1, 0, 0)


ACTS = {
    "order": row("orders", order_id="1", customer="ann", ordered_at="2026-06-05", status="completed"),
    "visit": row(
        "bookings",
        booking_id="1",
        customer="ann",
        created_at="2026-01-01",
        starts_at="2026-06-05",
        status="visited",
    ),
    "event": row("events", event_id="1", customer="ann", name="page_viewed", at="2026-06-05"),
}


@pytest.mark.parametrize("act", ACTS)
def test_every_act_is_activity(store: Store, act: str) -> None:
    """Covers: G18"""
    base = world(message("m", "2026-06-01"), fate("m", "opened", "2026-06-02"), ACTS[act])
    assert one(store, base, "last_active_at") == utc("2026-06-05")
    at = next(cell for name, cell in ACTS[act][1].items() if name in ("ordered_at", "starts_at", "at"))
    assert one(store, base, "last_active_at", point=Point(at)) == utc("2026-06-02")
    assert one(store, base, "last_active_at", point=Point(at + TICK)) == at


def test_what_was_only_intended_is_no_activity(store: Store) -> None:
    base = world(
        row("orders", order_id="1", customer="ann", ordered_at="2026-06-05", status="cancelled"),
        row(
            "bookings",
            booking_id="1",
            customer="ann",
            created_at="2026-01-01",
            starts_at="2026-06-05",
            status="no_show",
        ),
        message("m", "2026-06-09"),
    )
    assert one(store, base, "last_active_at") is None


def test_sums_tell_the_last_order_too(store: Store) -> None:
    told_then = {
        "at": "2026-06-20",
        "first_order_at": "2026-06-05",
        "last_order_at": "2026-06-18",
        "orders": 3,
    }
    base = world(row("customer_summaries", customer="ann", **told_then))
    assert one(store, base, "last_active_at") == utc("2026-06-18")


# --- against plain Python -------------------------------------------------------------------------

KINDS = ("delivered", "opened", "opened", "clicked", "bounced", "complained")
INSTANTS = (EDGE - TICK, EDGE, EDGE + TICK, NOW - timedelta(days=3), NOW - timedelta(days=3), NOW - TICK, NOW)


def random_world(dice: random.Random) -> World:
    same = {"anna": "ann"} if dice.random() < 0.5 else {}
    rows = [
        row(
            "orders",
            order_id=f"o{n}",
            customer=dice.choice(PEOPLE),
            ordered_at=dice.choice(INSTANTS),
            status="completed",
        )
        for n in range(2)
    ]
    for n in range(dice.randint(1, 8)):
        rows.append(
            message(
                *(f"m{n}", dice.choice(INSTANTS), dice.choice(PEOPLE)),
                channel=dice.choice((None, "email", "Смс ")),
                ingest_seq=dice.choice((1, 1, 2)),
            )
        )
        for k in range(dice.randint(0, 3)):
            at = dice.choice(INSTANTS) + k * TICK
            machine = dice.choice((None, False, True))
            rows.append(
                fate(f"m{n}", dice.choice(KINDS), at, machine=machine, ingest_seq=dice.choice((1, 1, 2)))
            )
    rows.append(fate("nobody's", "opened", EDGE))
    return world(*rows, same=same)


PEOPLE = ("ann", "anna", "bob")


def by_python(base: World, seq: int) -> Told:
    """The same of everyone, read off the rows one by one."""
    seen = {table: [r for r in rows if r["ingest_seq"] <= seq] for table, rows in base.rows.items()}
    return {who: _of_person(base, seen, who) for who in {base.person(one) for one in base.ids} if who}


def _of_person(base: World, seen: dict[str, list[Row]], who: str) -> dict[str, Any]:
    sent = [m for m in seen.get("messages", []) if base.person(m["customer"]) == who and m["send_at"] < NOW]
    acts: dict[str, list[tuple[str, datetime]]] = {m["message_id"]: [] for m in sent}
    for event in seen["message_events"]:
        if (
            event["message_id"] in acts
            and event["at"] < NOW
            and not (event["machine"] and event["kind"] != "bounced")
        ):
            acts[event["message_id"]].append((event["kind"], event["at"]))
    opens = [at for of in acts.values() for kind, at in of if kind in ("opened", "clicked")]
    clicks = [at for of in acts.values() for kind, at in of if kind == "clicked"]
    came = [m for m in sent if "bounced" not in [kind for kind, _ in acts[m["message_id"]]]]
    telling = [m for m in came if m["channel"] != "Смс " or {"opened", "clicked"} & _kinds(acts, m)]
    lately = [_kinds(acts, m) for m in came if NOW - m["send_at"] <= timedelta(days=90)]
    whole = sum(NOW - m["send_at"] <= timedelta(days=90) for m in telling)
    opened = sum(bool(kinds & {"opened", "clicked"}) for kinds in lately)
    clicked = sum("clicked" in kinds for kinds in lately)
    orders = [
        o["ordered_at"] for o in seen["orders"] if base.person(o["customer"]) == who and o["ordered_at"] < NOW
    ]
    return {
        "messages_received": len(lately),
        "messages_opened": opened,
        "messages_clicked": clicked,
        "open_rate": opened / whole if whole else None,
        "click_rate": clicked / whole if whole else None,
        "last_opened_at": max(opens, default=None),
        "last_clicked_at": max(clicks, default=None),
        "unanswered_messages": sum(not opens or m["send_at"] > max(opens) for m in telling),
        "last_active_at": max([*opens, *orders], default=None),
    }


def _kinds(acts: dict[str, list[tuple[str, datetime]]], item: Row) -> set[str]:
    return {kind for kind, _ in acts[item["message_id"]]}


def test_against_plain_python(store: Store) -> None:
    for seed in range(12):
        dice = random.Random(seed)
        base = random_world(dice)
        seq = dice.choice((1, 2))
        found = told(store, base, NAMES, point=Point(NOW, seq))
        expected = by_python(base, seq)
        assert found == {who: expected[who] for who in found}, f"seed {seed}\n{base!r}"


def _rows(base: World) -> list[tuple[str, Row]]:
    return [(table, item) for table, rows in base.rows.items() for item in rows]
