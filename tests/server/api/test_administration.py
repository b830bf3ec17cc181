"""Administration over the API: settings, waivers, schedules, users, keys, the audit log."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from kogorta.workspace import Workspace
from kogorta_server.accounts import keys
from kogorta_server.accounts.models import AuditEntry, User
from kogorta_server.accounts.rights import RIGHTS, Right
from kogorta_server.accounts.words import Role
from kogorta_server.jobs import schedules
from kogorta_server.jobs.models import Job
from tests.server.api.conftest import Programs

Users = Callable[[Role], User]


def send(client: Client, method: str, address: str, body: Any) -> Any:
    return client.generic(method, f"/api/v1/{address}", json.dumps(body), content_type="application/json")


# --- settings --------------------------------------------------------------------------------------


def test_settings_are_tried_before_they_are_kept(own_shop: Workspace, program: Programs) -> None:
    client = program()
    sections = {item["id"]: item for item in client.get("/api/v1/settings").json()}
    recency = next(item for item in sections["rfm"]["settings"] if item["key"] == "recency")
    wanted = {"recency": "thresholds", "recency_bounds": "10, 20, 30, 40"}
    assert "thresholds" in recency["choices"]
    tried = send(client, "POST", "settings/rfm/preview", {"values": wanted}).json()
    assert sorted(tried["changed"]) == ["recency", "recency_bounds"]
    assert [item for item in tried["schemes"] if item["moved"]]
    for item in tried["schemes"]:
        assert sum(item["before"].values()) == sum(item["after"].values())
    assert own_shop.config.rfm.recency.value != "thresholds"
    assert not Job.objects.exists()

    kept = send(client, "PATCH", "settings/rfm", {"values": wanted}).json()
    values = {item["key"]: item["value"] for item in kept["settings"]}
    assert (values["recency"], values["recency_bounds"]) == ("thresholds", "10, 20, 30, 40")
    assert own_shop.config.rfm.recency.value == "thresholds"
    assert Job.objects.get().kind == "refresh"
    entry = AuditEntry.objects.get(action="settings.changed")
    assert (entry.target, entry.who) == ("rfm", "a shop")
    # sent again it changes nothing
    send(client, "PATCH", "settings/rfm", {"values": wanted})
    assert AuditEntry.objects.filter(action="settings.changed").count() == 1


@pytest.mark.parametrize(
    ("section", "values", "status"),
    [
        ("nothing", {}, 404),
        ("rfm", {"recency": "weather"}, 422),
        ("rfm", {"recency_bounds": "4, 3, 2, 1", "recency": "thresholds"}, 422),
        ("rfm", {"nothing": "1"}, 422),
        ("today", {"limit": "-3"}, 422),
        ("today", {"limit": "x" * 201}, 422),
        ("today", {"limit": 5}, 422),
    ],
)
def test_settings_that_cannot_be_are_refused(
    shop: Workspace, program: Programs, section: str, values: dict[str, Any], status: int
) -> None:
    before = (shop.folder / "kogorta.toml").read_text()
    for method, address in (("PATCH", f"settings/{section}"), ("POST", f"settings/{section}/preview")):
        answer = send(program(), method, address, {"values": values})
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert (shop.folder / "kogorta.toml").read_text() == before


def test_waivers_are_set_as_a_whole(own_shop: Workspace, program: Programs) -> None:
    client = program()
    waiver = {
        "rule": "segment.small",
        "segment": "best_*",
        "reason": "it is meant to be",
        "until": "2027-01-31",
    }
    other = {"rule": "segment.large", "segment": None, "reason": "so it is here", "until": None}
    assert send(client, "PUT", "waivers", [waiver, other]).json() == [waiver, other]
    assert [item.rule for item in own_shop.config.doctor.waive] == ["segment.small", "segment.large"]
    for bad in ({**waiver, "rule": "weather"}, {**waiver, "reason": ""}, {**waiver, "until": "soon"}):
        assert send(client, "PUT", "waivers", [bad]).status_code == 422
    assert client.get("/api/v1/waivers").json() == [waiver, other]
    assert send(client, "PUT", "waivers", []).json() == []
    assert own_shop.config.doctor.waive == ()


def test_how_often_a_job_is_made_can_be_changed(shop: Workspace, program: Programs) -> None:
    schedules.ensure()
    client = program()
    (first, *_) = client.get("/api/v1/schedules").json()
    changed = send(client, "PATCH", f"schedules/{first['id']}", {"every_seconds": 3600}).json()
    assert changed["every_seconds"] == 3600
    assert [item for item in client.get("/api/v1/schedules").json() if item["every_seconds"] == 3600]
    for seconds in (0, 9, 10**9, "x"):
        assert (
            send(client, "PATCH", f"schedules/{first['id']}", {"every_seconds": seconds}).status_code == 422
        )
    assert send(client, "PATCH", "schedules/999", {"every_seconds": 60}).status_code == 404


# --- users and keys --------------------------------------------------------------------------------


def test_somebody_is_invited_given_a_role_and_switched_off(shop: Workspace, program: Programs) -> None:
    client = program()
    made = send(
        client, "POST", "users", {"email": "Anna@shop.example", "role": "viewer", "name": "Анна"}
    ).json()
    number = made["user"]["id"]
    assert not made["user"]["has_password"]
    assert Client().get(made["url"]).status_code == 200
    again = send(client, "POST", "users", {"email": "anna@shop.example", "role": "viewer"})
    assert (again.status_code, again.json()["code"]) == (422, "account")
    assert send(client, "PATCH", f"users/{number}", {"role": "analyst"}).json()["role"] == "analyst"
    assert send(client, "PATCH", f"users/{number}", {"is_active": False}).json()["is_active"] is False
    assert Client().get(made["url"]).status_code == 410
    assert client.delete(f"/api/v1/users/{number}/second-step").status_code == 204
    assert "/invited/" in send(client, "POST", f"users/{number}/link", {}).json()["url"]
    done = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
    assert done == [
        *("user.invited", "user.role_changed", "user.switched_off", "second_step.off", "user.link_made")
    ]
    assert client.get("/api/v1/users/999").status_code == 404
    assert send(client, "POST", "users", {"email": "no address", "role": "viewer"}).status_code == 422
    assert send(client, "POST", "users", {"email": "a@shop.example", "role": "king"}).status_code == 422


def test_the_last_owner_stays_one(shop: Workspace, program: Programs, user: Users) -> None:
    client, owner = program(), user(Role.OWNER)
    for change in ({"role": "viewer"}, {"is_active": False}):
        assert send(client, "PATCH", f"users/{owner.pk}", change).status_code == 422
    assert User.objects.get(pk=owner.pk).role == Role.OWNER


def test_a_key_gives_nobody_more_than_it_has(shop: Workspace, program: Programs, user: Users) -> None:
    owner, viewer = user(Role.OWNER), user(Role.VIEWER)
    small = program([Right.USERS, *RIGHTS[Role.VIEWER]])
    for method, address, body in (
        ("POST", "users", {"email": "thief@shop.example", "role": "owner"}),
        ("POST", "users", {"email": "thief@shop.example", "role": "marketer"}),
        ("PATCH", f"users/{viewer.pk}", {"role": "owner"}),
        ("PATCH", f"users/{owner.pk}", {"is_active": False}),
        ("POST", f"users/{owner.pk}/link", {}),
        ("DELETE", f"users/{owner.pk}/second-step", {}),
        ("POST", "keys", {"name": "more", "scopes": ["see", "erase"]}),
        ("DELETE", f"keys/{keys.make(owner, 'big', keys.SCOPES)[0].id}", {}),
    ):
        answer = send(small, method, address, body)
        assert (answer.status_code, answer.json()["code"]) == (403, "scope"), address
    assert send(small, "POST", "users", {"email": "v@shop.example", "role": "viewer"}).status_code == 201
    assert send(small, "PATCH", f"users/{viewer.pk}", {"is_active": False}).status_code == 200
    assert User.objects.filter(role=Role.OWNER, is_active=True).count() == 1


def test_a_key_is_made_shown_once_and_taken_back(shop: Workspace, program: Programs) -> None:
    client = program()
    made = send(client, "POST", "keys", {"name": "Till", "scopes": ["see"]}).json()
    till = Client(headers={"authorization": f"Bearer {made['secret']}"})
    assert till.get("/api/v1/base").status_code == 200
    assert till.get("/api/v1/customers").status_code == 403
    listed = client.get("/api/v1/keys").json()
    assert made["secret"] not in json.dumps(listed)
    assert client.delete(f"/api/v1/keys/{made['id']}").status_code == 204
    assert till.get("/api/v1/base").status_code == 401
    for bad in (
        {"name": "", "scopes": ["see"]},
        {"name": "x", "scopes": []},
        {"name": "x", "scopes": ["fly"]},
        {"name": "x", "scopes": ["see"], "expires_at": "2030-01-01"},
    ):
        assert send(client, "POST", "keys", bad).status_code == 422
    assert client.delete("/api/v1/keys/999999").status_code == 404


def test_a_second_step_is_asked_of_roles(shop: Workspace, program: Programs) -> None:
    client = program()
    assert send(client, "PUT", "second-step", {"roles": ["owner", "marketer"]}).json() == {
        "roles": ["marketer", "owner"]
    }
    assert client.get("/api/v1/second-step").json()["roles"] == ["marketer", "owner"]
    small = program([Right.USERS, *RIGHTS[Role.VIEWER]])
    assert send(small, "PUT", "second-step", {"roles": []}).status_code == 403
    assert send(client, "PUT", "second-step", {"roles": []}).json() == {"roles": []}


def test_the_audit_log_is_read_to_its_end(shop: Workspace, program: Programs) -> None:
    client = program()
    for number in range(5):
        send(client, "POST", "keys", {"name": f"k{number}", "scopes": ["see"]})
    send(client, "PUT", "second-step", {"roles": []})
    found: list[dict[str, Any]] = []
    cursor = ""
    while cursor is not None:
        page = client.get(f"/api/v1/audit?limit=2{cursor and f'&cursor={cursor}'}").json()
        found += page["items"]
        cursor = page["next"]
        # what is done meanwhile stands before, and moves nothing
        send(client, "PUT", "second-step", {"roles": []})
    assert [item["action"] for item in found] == ["second_step.required", *["key.made"] * 5]
    assert {item["who"] for item in found} == {"a shop"}
    made = client.get("/api/v1/audit?action=key.made").json()["items"]
    assert len(made) == 5
    assert client.get("/api/v1/audit?who=nobody").json()["items"] == []
    assert client.get("/api/v1/audit?until=2001-01-01T00:00:00Z").json()["items"] == []
    assert client.get("/api/v1/audit?until=yesterday").status_code == 422
    assert (
        program([right for right in Right if right is not Right.USERS]).get("/api/v1/audit").status_code
        == 403
    )
