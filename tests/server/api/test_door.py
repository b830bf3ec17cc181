"""Keys, scopes and limits of the API, over every endpoint that there is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from ninja.operation import Operation

from kogorta.workspace import Workspace
from kogorta_server import clock
from kogorta_server.accounts import keys
from kogorta_server.accounts.models import User
from kogorta_server.accounts.rights import Right
from kogorta_server.accounts.words import Role
from kogorta_server.api import door
from kogorta_server.api.app import MODULES
from tests.server.api.conftest import Programs

PARTS = {
    "segment_id": "rfm_simple.champions",
    "definition_id": "best_and_quiet",
    "scheme_id": "rfm_simple",
    "section_id": "rfm",
    "preset_id": "vip",
    "customer_id": "c1",
    **dict.fromkeys(("job_id", "hook_id", "upload_id", "number", "user_id", "key_id", "schedule_id"), "1"),
}
"""What stands for the changing parts of addresses."""


def endpoints() -> Iterator[tuple[str, str, Operation]]:
    for module in MODULES:
        for route, view in module.router.path_operations.items():
            for operation in view.operations:
                for method in operation.methods:
                    yield method, route, operation


EVERY = [pytest.param(*item, id=item[2].operation_id) for item in endpoints()]


def address(route: str) -> str:
    return "/api/v1/" + re.sub(r"\{(?:\w+:)?(\w+)\}", lambda found: PARTS[found[1]], route)


@pytest.mark.parametrize(("method", "route", "operation"), EVERY)
def test_every_endpoint_asks_for_a_key(
    shop: Workspace, db: None, method: str, route: str, operation: Operation
) -> None:
    for header in (
        {},
        {"authorization": "Bearer kgr_000000000000_nothing"},
        {"authorization": "Basic a2dyOg=="},
    ):
        answer = Client(headers=header).generic(method, address(route))
        assert answer.status_code == 401
        assert answer["Content-Type"] == "application/problem+json"
        assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(("method", "route", "operation"), EVERY)
def test_every_endpoint_asks_for_its_scope(
    shop: Workspace, program: Programs, method: str, route: str, operation: Operation
) -> None:
    right = operation.auth_callbacks[0].right  # type: ignore[attr-defined]  # an endpoint without one fails here
    others = [scope for scope in keys.SCOPES if scope is not right]
    body: dict[str, Any] = {"content_type": "application/json", "data": '{"definition": "x: y"}'}
    answer = program(others).generic(method, address(route) + "?form=orders&name=a.csv", **body)
    assert answer.status_code == 403
    assert answer.json()["code"] == "scope"
    assert answer.json()["expected"] == right.value


def test_a_key_that_was_revoked_or_is_over_opens_nothing(shop: Workspace, user: Any) -> None:
    owner: User = user(Role.OWNER)
    revoked, secret = keys.make(owner, "revoked", [Right.SEE])
    keys.revoke(revoked.id)
    _, over = keys.make(owner, "over", [Right.SEE], expires_at=clock.now() - timedelta(seconds=1))
    _, good = keys.make(owner, "good", [Right.SEE], expires_at=clock.now() + timedelta(minutes=1))
    codes = [
        Client(headers={"authorization": f"Bearer {found}"}).get("/api/v1/base").status_code
        for found in (secret, over, good, good[:-1], good + "x")
    ]
    assert codes == [401, 401, 200, 401, 401]


def test_a_key_asks_so_often_and_no_more_and_is_told_when_again(
    shop: Workspace, program: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door.Rate, "allow_request", _Counting(2))
    client = program()
    codes = [client.get("/api/v1/base").status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    assert int(client.get("/api/v1/base")["Retry-After"]) >= 1


def _Counting(most: int) -> Any:  # noqa: N802  stands for a method
    allow = door.Rate.allow_request

    def counting(self: door.Rate, request: Any) -> bool:
        usual, self.num_requests = self.num_requests, most
        try:
            return allow(self, request)
        finally:
            self.num_requests = usual

    return counting


def test_who_comes_through_the_door_with_a_session_alone_is_asked_for_a_key(
    owner: Client, shop: Workspace
) -> None:
    assert owner.get("/api/v1/base").status_code == 401


def test_the_description_is_open_and_says_that_errors_are_problems(shop: Workspace, db: None) -> None:
    described = Client().get("/api/v1/openapi.json").json()
    told = {item[2].operation_id for item in endpoints()}
    found = {
        operation["operationId"]: operation
        for operations in described["paths"].values()
        for operation in operations.values()
    }
    assert set(found) == told
    for operation in found.values():
        assert operation["description"]
        for status, response in operation["responses"].items():
            if status >= "4":
                assert list(response["content"]) == ["application/problem+json"]
