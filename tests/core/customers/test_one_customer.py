"""One customer, asked for by himself: everything that was planted by hand is told, and nothing of anybody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kogorta.customers import MomentKind
from kogorta.errors import NotFoundError
from kogorta.traits.catalogue import TRAITS
from kogorta.workspace import Workspace
from tests.core.traits.planted import NOW, ago, planted

K = MomentKind
OWN = """
segment: keen
name: {ru: Увлечённые, en: Keen}
where: {trait: orders_count, at_least: 2}
"""


def person(customer: str, **more: object) -> dict[str, object]:
    return {"customer_id": customer, **more}


TABLES: dict[str, Any] = {
    "customers": [person("anna", name="Анна", city="Тула"), person("boris", name="Борис")],
    "products": [{"product_id": "p1", "name": "Кружка"}],
    "outlets": [{"outlet_id": "s1", "name": "На Мира"}],
    "orders": [
        {
            "order_id": "o1",
            "customer_id": "anna",
            "ordered_at": ago(40),
            "amount": 900,
            "status": "completed",
            "outlet_id": "s1",
        },
        {
            "order_id": "o2",
            "customer_id": "anna",
            "ordered_at": ago(10),
            "amount": 500,
            "status": "cancelled",
        },
        {
            "order_id": "o3",
            "customer_id": "boris",
            "ordered_at": ago(5),
            "amount": 700,
            "status": "completed",
        },
    ],
    "order_lines": [
        {
            "order_id": "o1",
            "line_no": 1,
            "ordered_at": ago(40),
            "product_id": "p1",
            "quantity": 2,
            "unit_price": 500,
        },
        {
            "order_id": "o1",
            "line_no": 2,
            "ordered_at": ago(40),
            "product_id": "p9",
            "quantity": 1,
            "unit_price": 100,
        },
    ],
    "discounts": [
        {
            "order_id": "o1",
            "line_no": 1,
            "kind": "promotion",
            "ordered_at": ago(40),
            "amount": 200,
            "reference": "spring",
        }
    ],
    "returns": [
        {"return_id": "r1", "order_id": "o1", "returned_at": ago(30), "amount": 100},
        {"return_id": "r2", "order_id": "o3", "returned_at": ago(3), "amount": 100},
    ],
    "bookings": [
        {
            "booking_id": "b1",
            "customer_id": "anna",
            "created_at": ago(2),
            "starts_at": ago(-3),
            "status": "booked",
            "service": "brows",
        }
    ],
    "messages": [
        {
            "message_id": "m1",
            "customer_id": "anna",
            "campaign": "may",
            "channel": "email",
            "send_at": ago(20),
        },
    ],
    "message_events": [
        {"message_id": "m1", "kind": "opened", "at": ago(19)},
        {"message_id": "m1", "kind": "clicked", "at": ago(18)},
    ],
    "tickets": [{"ticket_id": "t1", "customer_id": "anna", "opened_at": ago(8), "topic": "Где заказ"}],
    "points": [{"entry_id": "e1", "customer_id": "anna", "at": ago(9), "amount": 12.5, "kind": "earn"}],
    "survey_answers": [
        {
            "answer_id": "a1",
            "customer_id": "anna",
            "survey": "NPS",
            "question": "Оценка",
            "value": "9",
            "at": ago(7),
        }
    ],
    "consents": [
        {"customer_id": "anna", "channel": "email", "purpose": "advertising", "at": ago(50), "op": "granted"},
        {
            "customer_id": "anna",
            "channel": "email",
            "purpose": "advertising",
            "at": ago(6),
            "op": "withdrawn",
        },
    ],
    "contacts": [
        {"customer_id": "anna", "kind": "email", "value": "anna@mail.example", "at": ago(50)},
        {"customer_id": "boris", "kind": "email", "value": "boris@mail.example", "at": ago(50)},
    ],
    "attribute_changes": [
        {"customer_id": "anna", "key": "city", "at": ago(4), "from_value": "Тула", "to_value": "Орёл"}
    ],
    "list_changes": [{"list": "best", "customer_id": "anna", "at": ago(12), "op": "add"}],
    "events": [
        {
            "event_id": "v1",
            "customer_id": "anna",
            "name": "product_viewed",
            "at": ago(15),
            "session_id": "x",
            "product_id": "p1",
        },
        {
            "event_id": "v2",
            "customer_id": "anna",
            "name": "product_viewed",
            "at": ago(15, -60),
            "session_id": "x",
        },
        {
            "event_id": "v3",
            "customer_id": "anna",
            "name": "cart_added",
            "at": ago(15, -90),
            "session_id": "x",
        },
        {"event_id": "v4", "customer_id": "anna", "name": "page_viewed", "at": ago(14)},
        {"event_id": "v5", "customer_id": "boris", "name": "page_viewed", "at": ago(14), "session_id": "y"},
    ],
}
COUNTS = {
    K.ORDER: 2,
    K.RETURN: 1,
    K.BOOKING: 1,
    K.SESSION: 2,
    K.CALL: 1,
    K.MESSAGE: 1,
    K.TICKET: 1,
    K.POINTS: 1,
    K.ANSWER: 1,
    K.CONSENT: 2,
    K.ATTRIBUTE: 1,
    K.LIST: 1,
    K.SEGMENTS: 1,
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    workspace = planted(tmp_path_factory.mktemp("one"), TABLES)
    workspace.record_call("anna", "talked", "перезвонить", at=ago(1))
    workspace.define(OWN)
    workspace.refresh(NOW)
    yield workspace
    workspace.close()


def kinds_of(workspace: Workspace, customer: str, **more: object) -> list[MomentKind]:
    return [moment.kind for moment in workspace.timeline(customer, as_of=NOW, **more).moments]  # type: ignore[arg-type]


def test_everything_that_was_planted_is_told_once(base: Workspace) -> None:
    found = base.timeline("anna", as_of=NOW)
    assert found.counts == COUNTS
    assert found.total == len(found.moments) == sum(COUNTS.values())
    assert found.cut == ()


def test_nothing_of_others_is_told(base: Workspace) -> None:
    assert base.timeline("boris", as_of=NOW).counts == {K.ORDER: 1, K.RETURN: 1, K.SESSION: 1, K.SEGMENTS: 1}


def test_the_newest_stands_first_and_a_booking_where_it_starts(base: Workspace) -> None:
    found = base.timeline("anna", as_of=NOW).moments
    instants = [moment.at for moment in found]
    assert instants == sorted(instants, reverse=True)
    assert found[0].kind is K.BOOKING
    assert found[0].at > NOW


def test_an_order_has_its_lines_with_names_and_its_discounts(base: Workspace) -> None:
    (order,) = [moment for moment in base.timeline("anna", [K.ORDER], as_of=NOW).moments if moment.id == "o1"]
    assert [line.get("product") for line in order.parts["lines"]] == ["Кружка", None]
    assert [line["amount"] for line in order.parts["lines"]] == [100_000, 10_000]
    assert [(item["kind"], item["amount"]) for item in order.parts["discounts"]] == [("promotion", 20_000)]
    assert order.values["outlet"] == "На Мира"


def test_events_stand_by_session_and_without_one_by_day(base: Workspace) -> None:
    day, session = base.timeline("anna", [K.SESSION], as_of=NOW).moments
    assert (session.id, session.values["events"]) == ("x", 3)
    assert {row["name"]: row["events"] for row in session.parts["counts"]} == {
        "product_viewed": 2,
        "cart_added": 1,
    }
    assert [row["event_id"] for row in session.parts["events"]] == ["v3", "v2", "v1"]
    assert day.values["events"] == 1
    assert day.id.startswith("2026-05-1")


def test_a_message_has_what_was_done_with_it_and_a_call_its_outcome(base: Workspace) -> None:
    (message,) = base.timeline("anna", [K.MESSAGE], as_of=NOW).moments
    assert [row["kind"] for row in message.parts["answers"]] == ["opened", "clicked"]
    (call,) = base.timeline("anna", [K.CALL], as_of=NOW).moments
    assert (call.values["outcome"], call.values["note"]) == ("talked", "перезвонить")


def test_moves_between_segments_are_those_of_the_log(base: Workspace) -> None:
    (moment,) = base.timeline("anna", ["segments"], as_of=NOW).moments
    logged = base.warehouse.rows(
        "SELECT scheme, segment, cause FROM membership_changes WHERE customer_key = ?",
        [base.warehouse.customer_key("anna")],
    )
    told = {(move["scheme"], move["now"], move["cause"]) for move in moment.parts["moves"]}
    assert told <= set(logged)
    assert {scheme for scheme, _, _ in told} >= {"lifecycle", "rfm_simple"}
    assert all(move["was"] is None for move in moment.parts["moves"])


def test_pages_neither_overlap_nor_leave_anything_out(base: Workspace) -> None:
    pages = [base.timeline("anna", as_of=NOW, offset=at, limit=3).moments for at in range(0, 18, 3)]
    told = [(moment.kind, moment.id, moment.at) for page in pages for moment in page]
    assert len(told) == len(set(told)) == sum(COUNTS.values())


def test_an_earlier_instant_knows_nothing_of_what_came_later(base: Workspace) -> None:
    found = base.timeline("anna", as_of=ago(35))
    assert found.counts == {K.ORDER: 1, K.CONSENT: 1}


def test_a_profile_says_what_the_whole_base_says_of_him(base: Workspace) -> None:
    found = base.profile("anna", NOW)
    names = [trait.name for trait in TRAITS]
    (whole,) = [row for row in base.traits(NOW, names=names).to_pylist() if row["customer_id"] == "anna"]
    assert {name: found.traits[name] for name in names} == {name: whole[name] for name in names}
    assert found.attributes["name"] == "Анна"
    assert found.attributes["city"] == "Орёл"
    for scheme, segment in found.segments.items():
        id_ = segment if segment == scheme else f"{scheme}.{segment}"
        if segment is not None:
            assert "anna" in base.members(id_, NOW)["customer_id"].to_pylist()
    assert found.segments["keen"] is None


def test_a_profile_of_the_past_is_that_of_the_past(base: Workspace) -> None:
    found = base.profile("anna", ago(35))
    assert found.attributes["city"] == "Тула"
    assert found.traits["orders_count"] == 1
    with pytest.raises(NotFoundError, match="not yet known"):
        base.profile("anna", ago(4000))


def test_of_each_consent_the_last_word_stands_first(base: Workspace) -> None:
    found = base.ways("anna", NOW)
    assert [(item.kind, item.value) for item in found.contacts] == [("email", "anna@mail.example")]
    assert [item.op for item in found.consents] == ["withdrawn", "granted"]
    assert base.ways("boris", NOW).consents == ()


def test_an_explanation_reads_one_person_and_says_what_the_base_says(base: Workspace) -> None:
    for customer in ("anna", "boris"):
        answer = base.explain("lifecycle.active", customer, NOW)
        stage = base.profile(customer, NOW).traits["lifecycle_stage"]
        assert answer.actual == stage
        assert customer in base.members(f"lifecycle.{stage}", NOW)["customer_id"].to_pylist()


@pytest.mark.parametrize("ask", ["timeline", "profile", "ways"])
def test_whom_nobody_named_is_told(base: Workspace, ask: str) -> None:
    with pytest.raises(NotFoundError, match="no such customer"):
        getattr(base, ask)("nobody")


def test_ids_that_are_joined_share_one_timeline_and_an_erased_one_has_none(tmp_path: Path) -> None:
    tables = {name: TABLES[name] for name in ("customers", "orders", "contacts")}
    workspace = planted(tmp_path, tables)
    workspace.link("anna", "boris", because="сёстры")
    both = workspace.timeline("boris", as_of=NOW)
    assert both.counts[K.ORDER] == 3
    assert {moment.id for moment in both.moments if moment.kind is K.ORDER} == {"o1", "o2", "o3"}
    later = workspace.timeline("anna")
    (joined,) = [moment for moment in later.moments if moment.kind is K.IDENTITY]
    assert (joined.values["rule"], joined.values["is_revoked"]) == ("manual", False)
    assert len(workspace.ways("anna", NOW).contacts) == 2
    workspace.unlink("anna", "boris")
    assert workspace.timeline("boris").counts[K.IDENTITY] == 2
    assert workspace.timeline("boris").counts[K.ORDER] == 1
    workspace.erase("anna")
    with pytest.raises(NotFoundError):
        workspace.timeline("anna")
    workspace.close()
