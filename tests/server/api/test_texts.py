"""Definitions as texts over the API: looked at, tried, saved without losing anybody's work; presets; what may be said."""

from __future__ import annotations

from typing import Any

import pytest

from kogorta.workspace import Workspace
from kogorta_server.accounts.models import AuditEntry
from kogorta_server.jobs.models import Job
from tests.server.api.conftest import Programs
from tests.server.api.test_persons import post

OWN = """segment: best_and_quiet
name: {ru: Лучшие и тихие, en: Best and quiet}
where:
  all:
    - {trait: orders_count, at_least: 4}
    - {did_not: order, within: 60d}
"""


def test_a_text_is_read_changed_and_saved_on_what_was_read(own_shop: Workspace, program: Programs) -> None:
    client = program()
    found = client.get("/api/v1/definitions/best_and_quiet").json()
    assert found["version"] == 1
    assert "at_least: 3" in found["text"]
    assert found["named_by"] == []
    based = {"definition": OWN, "based_on": {"best_and_quiet": found["version"]}}
    assert post(client, "segments", based).status_code == 201
    # somebody else began from the same version
    late = post(client, "segments", {**based, "definition": OWN.replace("4", "5")})
    assert late.status_code == 409
    assert client.get("/api/v1/definitions/best_and_quiet").json()["text"].count("at_least: 4") == 1
    assert client.delete("/api/v1/segments/best_and_quiet?based_on=1").status_code == 409
    versions = client.get("/api/v1/definitions/best_and_quiet/versions").json()
    # the second came with the settings of a refresh
    assert [item["changes"] for item in versions] == [["first"], ["settings"], ["text"]]
    assert versions[-1]["author"] == "a shop"
    lines = client.get("/api/v1/definitions/best_and_quiet/difference").json()["lines"]
    assert [line for line in lines if line[:1] in "+-" and "at_least" in line] == [
        line for line in lines if "at_least" in line
    ]
    assert client.get("/api/v1/definitions/best_and_quiet/difference?before=1&after=9").status_code == 404
    listed = client.get("/api/v1/definitions").json()
    assert [(item["id"], item["version"]) for item in listed] == [("best_and_quiet", 3)]
    fresh = {item["id"]: item["freshness"] for item in client.get("/api/v1/status").json()["positions"]}
    assert fresh["best_and_quiet"] == "changed"
    assert client.delete("/api/v1/segments/best_and_quiet?based_on=3").status_code == 204
    assert client.get("/api/v1/definitions/best_and_quiet").status_code == 404


def test_a_text_is_checked_with_lines_and_tried_with_who_would_move(
    shop: Workspace, program: Programs
) -> None:
    client = program()
    bad = post(client, "check", {"definition": OWN.replace("orders_count", "order_count")}).json()
    (problem,) = bad["problems"]
    assert problem["line"] == 5
    assert bad["sentences"] == {}
    good = post(client, "check", {"definition": OWN}).json()
    assert good["problems"] == []
    assert good["sentences"]["best_and_quiet"]["ru"]
    plan = post(client, "plan", {"definition": OWN}).json()
    (move,) = plan["segments"]
    counts = shop.traits("2026-11-01", names=["orders_count"]).to_pylist()
    few = {item["customer_id"] for item in counts if item["orders_count"] == 3}
    now = set(shop.members("best_and_quiet", "2026-11-01")["customer_id"].to_pylist())
    assert (move["was"], move["now"], move["left"], move["entered"]) == (
        len(now),
        len(now - few),
        len(now & few),
        0,
    )
    assert good["segments"][0]["at_least"] <= move["now"] <= good["segments"][0]["at_most"]
    assert "at_least: 3" in client.get("/api/v1/definitions/best_and_quiet").json()["text"]
    assert post(client, "plan", {"definition": "segment: x"}).status_code == 422


def test_what_definitions_may_speak_of_is_told(shop: Workspace, program: Programs) -> None:
    told = program().get("/api/v1/vocabulary").json()
    traits = {item["name"]: item for item in told["traits"]}
    assert traits["orders_count"]["kind"] == "number"
    assert traits["lifecycle_stage"]["values"]
    assert "lifecycle.lost" in told["segments"]
    assert told["facts"]["order"]


def test_a_preset_is_added_once(own_shop: Workspace, program: Programs) -> None:
    client = program()
    possible = next(
        item
        for item in client.get("/api/v1/presets").json()
        if not (item["is_added"] or item["lacks_tables"] or item["lacks_events"])
        and not any(parameter["is_asked"] for parameter in item["parameters"])
    )
    first = post(client, f"presets/{possible['id']}", {})
    assert (first.status_code, first.json()["ids"]) == (201, [possible["id"]])
    assert possible["id"] in own_shop.definitions
    assert own_shop.versions(possible["id"])[0].author == "a shop"
    assert Job.objects.filter(kind="refresh").count() == 1
    assert AuditEntry.objects.get(action="segment.added").target == possible["id"]
    assert post(client, f"presets/{possible['id']}", {"values": {"nothing": "1"}}).status_code == 422
    assert post(client, "presets/nothing", {}).status_code == 404


@pytest.mark.parametrize("number", ["0", "-1", "x", "99999999999999999999"])
def test_a_version_that_is_none_is_refused(shop: Workspace, program: Programs, number: str) -> None:
    client: Any = program()
    assert client.get(f"/api/v1/definitions/best_and_quiet/difference?before={number}").status_code == 422
