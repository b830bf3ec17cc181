"""Measures, schemes and understanding over the API: the numbers of the base, counted another way."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from kogorta.workspace import Workspace
from tests.server.api.conftest import Programs

AS_OF = "2026-11-01"
ORDERS = """
SELECT o.customer_key, o.ordered_at, o.amount FROM (
    SELECT *, row_number() OVER (PARTITION BY order_id ORDER BY version_no DESC) AS n FROM orders
) o WHERE n = 1 AND status = 'completed'
"""


def test_orders_by_month_are_those_of_the_store(shop: Workspace, program: Programs) -> None:
    told = program().get("/api/v1/kpis").json()
    wanted = Counter(
        at.strftime("%Y-%m")
        for (at,) in shop.warehouse.rows(
            f"SELECT ordered_at + INTERVAL 3 HOUR FROM ({ORDERS})"  # Moscow is three hours ahead
        )
    )
    months = {item["month"]: item for item in told["months"]}
    assert len(months) == 12
    for month, item in months.items():
        assert item["orders"] == wanted[month]
        assert item["is_over"] == (month < "2026-11")
    assert program().get("/api/v1/kpis?months=3").json()["months"] == told["months"][-3:]


def test_what_is_missing_says_why(shop: Workspace, program: Programs) -> None:
    quiet: dict[str, Any] = program().get("/api/v1/kpis?segment=lifecycle.prospect&months=2").json()
    (month, _) = quiet["months"]
    assert month["aov"] is None
    assert month["missing"]["aov"]["why"]
    russian = program(lang="ru").get("/api/v1/kpis?segment=lifecycle.prospect&months=2").json()["months"][0]
    assert any("а" <= letter <= "я" for letter in russian["missing"]["aov"]["says"])


def test_cohorts_count_everybody_in_the_month_of_his_first_order(shop: Workspace, program: Programs) -> None:
    client = program()
    cohorts = client.get("/api/v1/cohorts").json()["cohorts"]
    local = Counter(
        (row["first_order_at"] + timedelta(hours=3)).strftime("%Y-%m")
        for row in shop.traits(AS_OF, names=["first_order_at"]).to_pylist()
        if row["first_order_at"]
    )
    assert len(cohorts) > 6
    for item in cohorts:
        assert item["customers"] == local[item["month"]]
        assert item["active"][0] == item["customers"]
        assert len(item["active"]) <= len(item["earned"]) + 1
    of_segment = client.get("/api/v1/cohorts?segment=best_and_quiet").json()["cohorts"]
    members = shop.members("best_and_quiet", AS_OF)
    assert sum(item["customers"] for item in of_segment) == len(members)
    assert of_segment[0]["active"][0] == of_segment[0]["customers"]


def test_sources_and_messages_are_told_of_the_base_and_of_a_segment(
    shop: Workspace, program: Programs
) -> None:
    client = program()
    base = client.get("/api/v1/base").json()
    sources = client.get("/api/v1/sources").json()["sources"]
    assert sum(item["customers"] for item in sources) == base["customers"]
    few = client.get("/api/v1/sources?segment=best_and_quiet").json()["sources"]
    assert sum(item["customers"] for item in few) == len(shop.members("best_and_quiet", AS_OF))
    for by in ("campaign", "channel"):
        told = client.get(f"/api/v1/messages?by={by}").json()
        assert told["missing"] is None
        (sent,) = shop.warehouse.rows("SELECT count(DISTINCT message_id) FROM messages")[0]
        assert 0 < sum(item["sent"] for item in told["groups"]) <= sent
        assert client.get(f"/api/v1/messages?by={by}&segment=best_and_quiet").status_code == 200
    assert client.get("/api/v1/messages?by=weather").status_code == 422


def test_schemes_are_partitions_and_add_up(shop: Workspace, program: Programs) -> None:
    client = program()
    sizes = shop.sizes(AS_OF)
    for scheme in client.get("/api/v1/schemes").json():
        assert scheme["is_partition"]
        counts = {item["id"].partition(".")[2]: item["customers"] for item in scheme["segments"]}
        assert counts == sizes[scheme["id"]]
        assert sum(counts.values()) == scheme["customers"]
    assert client.get("/api/v1/schemes/nothing").status_code == 404


def test_overlap_is_what_two_lists_of_members_share(shop: Workspace, program: Programs) -> None:
    client = program()
    pairs = client.get(
        "/api/v1/overlap?segment=best_and_quiet&segment=lifecycle.lost&segment=lifecycle.at_risk"
    ).json()
    assert {(item["a"], item["b"]) for item in pairs} == {
        ("best_and_quiet", "lifecycle.lost"),
        ("best_and_quiet", "lifecycle.at_risk"),
    }
    for item in pairs:
        a, b = (set(shop.members(id_, AS_OF)["customer_id"].to_pylist()) for id_ in (item["a"], item["b"]))
        assert (item["customers_a"], item["customers_b"], item["common"]) == (len(a), len(b), len(a & b))
    assert client.get("/api/v1/overlap?segment=nobody").status_code == 404
    many = "&".join(f"segment=s{number}" for number in range(17))
    assert client.get(f"/api/v1/overlap?{many}").status_code == 422


def test_days_that_no_refresh_recorded_are_worked_out(shop: Workspace, program: Programs) -> None:
    client = program()
    days = [item["as_of"][:10] for item in client.get("/api/v1/schemes/lifecycle/refreshes").json()]
    assert len(days) == 2
    told = client.get("/api/v1/schemes/lifecycle/movements?start=2026-09-01").json()
    assert not told["is_recorded"]
    wanted = shop.transitions("lifecycle", "2026-09-01", AS_OF)
    assert {(item["source"], item["target"]): item["customers"] for item in told["flows"]} == wanted
    for bad in ("start=2026-11-01&end=2026-10-01", "end=2030-01-01", "start=0001-01-02&end=0001-01-03"):
        assert client.get(f"/api/v1/schemes/lifecycle/movements?{bad}").status_code == 422
    gone = "source=active&target=lost&start_run=98&end_run=99"
    assert client.get(f"/api/v1/schemes/lifecycle/moved?{gone}").status_code == 422


def test_one_segment_is_understood(shop: Workspace, program: Programs) -> None:
    client = program()
    address = "/api/v1/segments/best_and_quiet"
    size = client.get(address).json()["customers"]
    trend = client.get(f"{address}/trend").json()
    assert trend["sizes"][-1]["customers"] == size
    months = client.get(f"{address}/months?months=2").json()
    assert months[-1]["customers"] == months[-1]["recorded"] == size
    moved = client.get(f"{address}/changes?limit=1000").json()
    assert Counter(item["op"] for item in moved) == {
        op: sum(causes.values())
        for op, causes in (("enter", trend["entered"]), ("leave", trend["left"]))
        if causes
    }
    reach = client.get(f"{address}/reach").json()
    assert all(item["granted"] <= item["not_withdrawn"] <= item["contacts"] <= size for item in reach)
    steps = client.get(f"{address}/sql").json()
    assert steps[-1]["sort"] == "answer"
    assert steps[-1]["statement"].startswith(("SELECT", "WITH"))
    portrait = client.get(f"{address}/portrait").json()
    assert "orders_count" in portrait["by_definition"]
    for part in ("portrait", "backtest", "trend", "months", "changes", "reach", "sql"):
        assert client.get(f"/api/v1/segments/kogorta.toml/{part}").status_code == 404


def test_a_backtest_counts_what_the_definition_says_of_that_day(shop: Workspace, program: Programs) -> None:
    found = program().get("/api/v1/segments/best_and_quiet/backtest").json()
    last = found["months"][-1]
    assert last["month"] == "2026-10"
    assert last["customers"] == len(shop.members("best_and_quiet", last["at"]))


def test_what_to_do_and_what_to_mend_are_told_in_the_language_of_the_program(
    shop: Workspace, program: Programs
) -> None:
    steps = program().get("/api/v1/steps").json()
    assert {item["id"] for item in steps} & {"at_risk", "lost"}
    sizes = {item["id"]: item["customers"] for item in program().get("/api/v1/segments").json()}
    assert all(item["customers"] == sizes[item["segment"]] for item in steps if item["segment"])
    russian = program(lang="ru").get("/api/v1/steps").json()
    assert [item["id"] for item in russian] == [item["id"] for item in steps]
    assert russian[0]["title"] != steps[0]["title"]
    findings = program().get("/api/v1/findings").json()
    order = ["high", "medium", "low"]
    graves = [order.index(item["severity"]) for item in findings["findings"]]
    assert graves == sorted(graves)
