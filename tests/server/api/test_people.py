"""Customers over the API."""

from __future__ import annotations

from kogorta.workspace import Workspace
from tests.server.api.conftest import Programs

AS_OF = "2026-11-01"


def test_one_customer_is_what_his_orders_say(shop: Workspace, program: Programs) -> None:
    key, orders = shop.warehouse.rows(
        """SELECT customer_key, count(*) FROM (
            SELECT customer_key, status, row_number() OVER (PARTITION BY order_id ORDER BY version_no DESC) AS n FROM orders
        ) WHERE n = 1 AND status = 'completed' AND customer_key NOT IN (
            SELECT a FROM identity_edges UNION ALL SELECT b FROM identity_edges
        ) GROUP BY customer_key ORDER BY count(*) DESC, customer_key LIMIT 1"""
    )[0]
    (who,) = shop.warehouse.rows("SELECT min(customer_id) FROM customer_ids WHERE customer_key = ?", [key])[0]
    told = program().get(f"/api/v1/customers/{who}").json()
    assert told["orders_count"] == orders > 1


def test_segments_of_a_customer_are_those_whose_members_he_is_among(
    shop: Workspace, program: Programs
) -> None:
    client = program()
    who = shop.members("best_and_quiet", AS_OF)["customer_id"][0].as_py()
    told = [item["segment"] for item in client.get(f"/api/v1/customers/{who}/segments").json()]
    assert "best_and_quiet" in told
    for segment in told:
        assert who in shop.members(segment, AS_OF)["customer_id"].to_pylist()


def test_why_says_each_condition_and_whether_it_holds(shop: Workspace, program: Programs) -> None:
    inside = shop.members("best_and_quiet", AS_OF)["customer_id"].to_pylist()
    everyone = shop.traits(AS_OF, names=["orders_count"])["customer_id"].to_pylist()
    outside = next(who for who in everyone if who not in inside)
    client = program()
    for who, is_member in ((inside[0], True), (outside, False)):
        told = client.get(f"/api/v1/customers/{who}/why/best_and_quiet").json()
        assert told["is_member"] is is_member
        assert len(told["conditions"]) == 2
        assert all(part["holds"] for part in told["conditions"]) is is_member
    ready = client.get(f"/api/v1/customers/{inside[0]}/why/lifecycle.lost").json()
    assert ready["actual"]
    assert ready["conditions"]
    russian = program(lang="ru").get(f"/api/v1/customers/{inside[0]}/why/best_and_quiet").json()
    assert "заказ" in " ".join(part["says"] for part in russian["conditions"])


def test_a_stranger_and_an_unknown_segment_are_told(shop: Workspace, program: Programs) -> None:
    client = program()
    assert client.get("/api/v1/customers/nobody").status_code == 404
    assert client.get("/api/v1/customers/a/b/c").status_code == 404
    who = client.get("/api/v1/customers?limit=1").json()["items"][0]["customer_id"]
    assert client.get(f"/api/v1/customers/{who}/why/nothing").status_code == 404


def test_the_list_searches_and_leafs_to_its_end(shop: Workspace, program: Programs) -> None:
    client = program()
    found, cursor = [], ""
    while cursor is not None:
        page = client.get(f"/api/v1/customers?limit=100{cursor and f'&cursor={cursor}'}").json()
        found += [item["customer_id"] for item in page["items"]]
        cursor = page["next"]
    everyone = shop.traits(AS_OF, names=["orders_count"])["customer_id"].to_pylist()
    assert sorted(found) == sorted(everyone)
    one = client.get("/api/v1/customers", {"search": found[0], "limit": 1000}).json()["items"]
    assert found[0] in [item["customer_id"] for item in one]
    assert client.get("/api/v1/customers?limit=0").status_code == 422
    assert client.get("/api/v1/customers?limit=1001").status_code == 422
