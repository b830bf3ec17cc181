"""Today's list of a salon: who comes, whom to invite, whom to call, and what came of the calls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import kogorta
from kogorta.errors import InputError, NotFoundError
from kogorta.today import TaskSort, Today
from kogorta.workspace import Workspace
from tests.core.traits.planted import plant

NOW = datetime(2026, 6, 1, 6, tzinfo=UTC)
"""Nine in the morning of Monday 1 June in Moscow."""


def visit(customer: str, days: float, status: str = "visited", **more: Any) -> dict[str, Any]:
    at = NOW - timedelta(days=days)
    return {
        "booking_id": f"{customer}/{days}",
        "customer_id": customer,
        "created_at": (min(at, NOW) - timedelta(days=1)).isoformat(),
        "starts_at": at.isoformat(),
        "status": status,
        "service": "brows",
        "staff_id": "elena",
        **more,
    }


def monthly(customer: str, last: float, count: int = 4, gap: int = 28) -> list[dict[str, Any]]:
    """Visits every four weeks, the last one so many days ago."""
    return [visit(customer, last + gap * number) for number in range(count)]


PEOPLE = ("first", "regular", "noshow", "due", "soon", "later", "asked_not", "rest", "gone", "far")
BOOKINGS = [
    visit("first", -0.25, "booked"),
    *monthly("regular", 20),
    visit("regular", -0.1, "booked", service="nails", staff_id="anna"),
    *monthly("noshow", 300),
    visit("noshow", 290, "no_show"),
    visit("noshow", -0.2, "booked"),
    # due yesterday, in three days, in eight
    *monthly("due", 29),
    *monthly("soon", 25),
    *monthly("later", 19),
    # due as well; one does not want to be called
    *monthly("asked_not", 30),
    *monthly("rest", 31),
    # silent for 112 days with a rhythm of 50 (39 with that of the base: lost after 117): due too long ago to be invited, not yet lost
    *monthly("gone", 112, gap=50),
    *monthly("far", 112, gap=50),
    visit("cancelled", -0.3, "cancelled"),
]


@pytest.fixture
def salon(tmp_path: Path) -> Iterator[Workspace]:
    with kogorta.init(tmp_path / "salon", template="salon") as workspace:
        workspace.now = lambda: NOW.replace(tzinfo=None)
        plant(workspace, "staff", [{"staff_id": "elena", "name": "Елена"}])
        phones = [
            {"customer_id": name, "kind": "phone", "value": f"+7916000000{number}", "at": "2025-01-01"}
            for number, name in enumerate(PEOPLE)
            if name != "far"
        ]
        people = [{"customer_id": name, "name": f"Имя {name}", "created_at": "2025-01-01"} for name in PEOPLE]
        plant(workspace, "customers", people)
        plant(workspace, "contacts", phones)
        consent = {"purpose": "advertising", "at": "2025-02-01", "channel": "call"}
        plant(workspace, "consents", [{"customer_id": "asked_not", "op": "withdrawn", **consent}])
        plant(workspace, "bookings", BOOKINGS)
        yield workspace


def listed(found: Today, sort: TaskSort) -> list[str]:
    return [task.customer_id for task in found.of(sort)]


def test_who_comes_today_stands_in_the_order_of_hours(salon: Workspace) -> None:
    """Covers: P17, S24"""
    found = salon.today()
    assert found.day.isoformat() == "2026-06-01"
    visits = found.of(TaskSort.VISIT)
    assert [task.customer_id for task in visits] == ["regular", "noshow", "first"]
    assert [(task.service, task.staff) for task in visits] == [
        ("nails", "anna"),
        ("brows", "Елена"),
        ("brows", "Елена"),
    ]
    assert [task.is_first for task in visits] == [False, False, True]
    assert [task.no_show_share for task in visits] == [0.0, 0.2, None]


def test_whoever_is_due_is_invited_the_nearest_first(salon: Workspace) -> None:
    """Covers: P17, S05, S06. Four weeks are the rhythm: due yesterday, in three days, two and three days ago."""
    found = salon.today()
    invited = {task.customer_id: task.days for task in found.of(TaskSort.INVITE)}
    assert list(invited) == ["due", "rest", "soon"]
    assert invited == {"due": 1, "rest": 3, "soon": -3}
    assert found.asked_not_to == 1
    assert found.of(TaskSort.INVITE)[0].phone == "+79160000003"


def test_whoever_is_on_the_brink_is_called_if_he_can_be(salon: Workspace) -> None:
    """Covers: P17, S04. Both have been silent for 112 days; one has no telephone."""
    found = salon.today()
    calls = found.of(TaskSort.CALL)
    assert [(task.customer_id, task.segment, task.days) for task in calls] == [
        ("gone", "lifecycle.at_risk", 112)
    ]
    assert found.without_phone == 1


def test_what_came_of_a_call_decides_when_to_call_again(salon: Workspace) -> None:
    """Covers: P17. Nobody took up: again tomorrow; talked: after 14 days; declined: after 90."""
    for customer, outcome in (("due", "no_answer"), ("rest", "talked"), ("gone", "declined")):
        assert salon.record_call(customer, outcome, at=NOW - timedelta(minutes=5)).loaded == 1
    found = salon.today()
    assert listed(found, TaskSort.INVITE) == ["soon"]
    assert listed(found, TaskSort.CALL) == []
    assert found.called == 3
    tomorrow = salon.today(as_of=NOW + timedelta(days=1))
    assert "due" in listed(tomorrow, TaskSort.INVITE)
    assert "rest" not in listed(tomorrow, TaskSort.INVITE)
    assert "rest" in listed(salon.today(as_of=NOW + timedelta(days=14)), TaskSort.INVITE)


def test_a_call_is_a_fact_that_segments_may_ask_for(salon: Workspace) -> None:
    salon.record_call("due", "declined", "дорого", at=NOW - timedelta(hours=1))
    salon.define(
        "segment: refused\nname: {ru: Отказались, en: Refused}\n"
        "where: {did: call_made, where: {outcome: {is: declined}}, within: 90d}"
    )
    assert salon.members("refused", as_of=NOW)["customer_id"].to_pylist() == ["due"]


def test_the_list_says_how_many_it_left_out(salon: Workspace) -> None:
    path = salon.folder / "kogorta.toml"
    salon.close()
    path.write_text(
        path.read_text() + '\n[today]\nlimit = 1\nahead_days = 30\nsegments = ["lifecycle.active"]\n'
    )
    with kogorta.open(salon.folder) as again:
        found = again.today(as_of=NOW)
    assert listed(found, TaskSort.INVITE) == ["due"]
    assert found.left_out[TaskSort.INVITE] == 3
    assert all(task.segment == "lifecycle.active" for task in found.of(TaskSort.CALL))


def test_wrong_words_are_told(salon: Workspace) -> None:
    with pytest.raises(InputError, match="no_answer"):
        salon.record_call("due", "maybe")
    with pytest.raises(NotFoundError):
        salon.record_call("nobody", "talked")
    assert salon.today().called == 0


def test_a_segment_that_is_not_there_is_told(salon: Workspace) -> None:
    path = salon.folder / "kogorta.toml"
    salon.close()
    path.write_text(path.read_text() + '\n[today]\nsegments = ["nowhere"]\n')
    with kogorta.open(salon.folder) as again, pytest.raises(NotFoundError, match="nowhere"):
        again.today(as_of=NOW)


def test_a_shop_without_bookings_has_a_list_of_calls(tmp_path: Path) -> None:
    with kogorta.init(tmp_path / "shop") as shop:
        rows = [
            {
                "order_id": f"{n}",
                "customer_id": "a",
                "ordered_at": (NOW - timedelta(days=90 + 10 * n)).isoformat(),
            }
            for n in range(6)
        ]
        plant(shop, "orders", [{**row, "amount": 10} for row in rows])
        plant(
            shop,
            "contacts",
            [{"customer_id": "a", "kind": "phone", "value": "+79160000001", "at": "2025-01-01"}],
        )
        found = shop.today(as_of=NOW)
    assert (listed(found, TaskSort.VISIT), listed(found, TaskSort.INVITE)) == ([], [])
    assert listed(found, TaskSort.CALL) == ["a"]
