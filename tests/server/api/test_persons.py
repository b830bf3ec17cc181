"""One person over the API: timeline, traits, contacts, ids; and today's list."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from kogorta.today import TaskSort
from kogorta.workspace import Workspace
from kogorta_server.accounts.models import AuditEntry
from kogorta_server.accounts.rights import Right
from tests.server.api.conftest import Programs
from tests.server.customer import busiest

AS_OF = "2026-11-01"
BLIND = [Right.SEE, Right.PEOPLE]


def post(client: Client, address: str, body: Any, **headers: str) -> Any:
    return client.post(
        f"/api/v1/{address}", json.dumps(body), content_type="application/json", headers=headers
    )


def test_a_timeline_is_read_to_its_end_newest_first(shop: Workspace, program: Programs) -> None:
    client, customer = program(), busiest(shop)
    items: list[dict[str, Any]] = []
    cursor, counts = "", {}
    while cursor is not None:
        page = client.get(
            f"/api/v1/customers/{customer}/timeline?limit=7{cursor and f'&cursor={cursor}'}"
        ).json()
        items, cursor, counts = [*items, *page["items"]], page["next"], page["counts"]
    assert len(items) == sum(counts.values()) > 14
    assert [item["at"] for item in items] == sorted((item["at"] for item in items), reverse=True)
    orders = client.get(f"/api/v1/customers/{customer}/timeline?kind=order&limit=1000").json()["items"]
    stored = shop.warehouse.rows(
        """SELECT order_id, amount FROM (
            SELECT *, row_number() OVER (PARTITION BY order_id ORDER BY version_no DESC) AS n FROM orders
        ) JOIN customer_ids USING (customer_key) WHERE n = 1 AND customer_id = ?""",
        [customer],
    )
    assert {(item["id"], item["values"]["amount"]) for item in orders} >= set(stored)
    assert client.get(f"/api/v1/customers/{customer}/timeline?kind=weather").status_code == 422
    assert client.get("/api/v1/customers/nobody/timeline").status_code == 404


def test_a_profile_has_the_traits_that_the_library_tells(shop: Workspace, program: Programs) -> None:
    client, customer = program(), busiest(shop)
    told = client.get(f"/api/v1/customers/{customer}/profile").json()
    known = shop.traits(AS_OF, names=["orders_count", "revenue_total", "lifecycle_stage"]).to_pylist()
    row = next(item for item in known if item["customer_id"] == customer)
    for name in ("orders_count", "revenue_total", "lifecycle_stage"):
        assert told["traits"][name] == row[name]
    assert told["segments"]["lifecycle"] == row["lifecycle_stage"]
    earlier = client.get(f"/api/v1/customers/{customer}/profile?as_of=2026-06-01").json()
    assert earlier["as_of"].startswith("2026-05-31T21:00")
    assert earlier["traits"]["orders_count"] <= told["traits"]["orders_count"]
    assert client.get(f"/api/v1/customers/{customer}/profile?as_of=soon").status_code == 422
    assert client.get(f"/api/v1/customers/{customer}/profile?as_of=1999-01-01").status_code == 404


def test_what_tells_who_he_is_is_masked_everywhere(own_shop: Workspace, program: Programs) -> None:
    customer = busiest(own_shop)
    own_shop.record_call(customer, "talked", "жена Ольга, звонить после шести")
    whole, blind = program(), program(BLIND)
    secrets = [item["value"] for item in whole.get(f"/api/v1/customers/{customer}/ways").json()["contacts"]]
    attributes = whole.get(f"/api/v1/customers/{customer}/profile").json()["attributes"]
    secrets += [attributes["name"], "жена Ольга"]
    assert len(secrets) > 2
    for part in ("", "/timeline?limit=1000", "/profile", "/ways", "/links", f"/merge?other={customer}"):
        seen = whole.get(f"/api/v1/customers/{customer}{part}").content.decode()
        hidden = blind.get(f"/api/v1/customers/{customer}{part}")
        assert hidden.status_code == 200
        text = json.dumps(hidden.json(), ensure_ascii=False)
        for value in secrets:
            assert value not in text
        assert seen
    call = blind.get(f"/api/v1/customers/{customer}/timeline?kind=call").json()["items"][0]
    assert (call["values"]["outcome"], call["values"]["note"]) == ("talked", "•••")


def test_ids_are_linked_and_parted_by_hand(own_shop: Workspace, program: Programs) -> None:
    client = program()
    a, b = (item["customer_id"] for item in client.get("/api/v1/customers?limit=2").json()["items"])
    before = client.get(f"/api/v1/customers/{a}/merge?other={b}").json()
    assert not before["is_one"]
    assert post(client, f"customers/{a}/link", {"other": b, "because": "same card"}).json()["added"] == 1
    links = client.get(f"/api/v1/customers/{a}/links").json()
    assert {a, b} <= set(links["customer_ids"])
    assert [item["evidence"] for item in links["links"] if item["rule"] == "manual"] == ["same card"]
    assert client.get(f"/api/v1/customers/{a}/merge?other={b}").json()["is_one"]
    assert post(client, f"customers/{a}/link", {"other": b}).json() == {"added": 0, "revoked": 0}
    assert post(client, f"customers/{a}/unlink", {"other": b}).json()["revoked"] == 1
    assert b not in client.get(f"/api/v1/customers/{a}/links").json()["customer_ids"]
    assert post(client, f"customers/{a}/split", {}).json()["added"] >= 1
    assert post(client, f"customers/{a}/unsplit", {}).json()["revoked"] >= 1
    assert post(client, f"customers/{a}/unsplit", {}).status_code == 422
    assert post(client, f"customers/{a}/link", {"other": a}).status_code == 422
    assert post(client, f"customers/{a}/link", {"other": "nobody"}).status_code == 404
    done = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
    assert done == [f"customer.{what}" for what in ("linked", "linked", "unlinked", "split", "unsplit")]
    assert post(program(BLIND), f"customers/{a}/link", {"other": b}).status_code == 403


def test_todays_list_is_that_of_the_library_and_a_call_takes_somebody_off_it(
    own_shop: Workspace, program: Programs
) -> None:
    """Covers: P17"""
    client = program()
    told = client.get("/api/v1/today").json()
    found = own_shop.today()
    assert [item["customer_id"] for item in told["tasks"]] == [task.customer_id for task in found.tasks]
    task = found.of(TaskSort.CALL)[0]
    call = {"customer_id": task.customer_id, "outcome": "talked", "note": "просил каталог"}
    answers = [post(client, "calls", call, idempotency_key="call-1") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    after = client.get("/api/v1/today").json()
    assert task.customer_id not in [item["customer_id"] for item in after["tasks"]]
    assert [(item["customer_id"], item["outcome"]) for item in after["made"]] == [
        (task.customer_id, "talked")
    ]
    (entry,) = AuditEntry.objects.filter(action="customer.called")
    assert "каталог" not in json.dumps(entry.details, ensure_ascii=False)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"customer_id": "nobody", "outcome": "talked"}, 404),
        ({"customer_id": "c1", "outcome": "sang"}, 422),
        ({"customer_id": "", "outcome": "talked"}, 422),
        ({"customer_id": "c1", "outcome": "talked", "note": "x" * 501}, 422),
        ({"outcome": "talked"}, 422),
    ],
)
def test_a_call_that_cannot_be_is_refused(shop: Workspace, program: Programs, body: Any, status: int) -> None:
    assert post(program(), "calls", body).status_code == status
