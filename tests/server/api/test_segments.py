"""Segments over the API: the same numbers as the workspace tells."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from kogorta.workspace import Workspace, create
from kogorta_server import base
from kogorta_server.accounts.rights import Right
from tests.server.api.conftest import Programs
from tests.server.conftest import served

AS_OF = "2026-11-01"
NEW = "segment: spenders\nname: {ru: Щедрые, en: Spenders}\nwhere: {trait: orders_count, at_least: 4}\n"


def post(client: Client, address: str, body: Any, **headers: str) -> Any:
    return client.post(
        f"/api/v1/{address}", json.dumps(body), content_type="application/json", headers=headers
    )


def test_sizes_are_those_of_the_workspace(shop: Workspace, program: Programs) -> None:
    told = {item["id"]: item["customers"] for item in program().get("/api/v1/segments").json()}
    for scheme, sizes in shop.sizes(AS_OF).items():
        for segment, people in sizes.items():
            id_ = segment if scheme == segment else f"{scheme}.{segment}"
            assert told.pop(id_) == people
    assert told == {}


def test_members_come_page_by_page_and_are_those_of_the_log(shop: Workspace, program: Programs) -> None:
    wanted = shop.members("best_and_quiet", AS_OF)["customer_id"].to_pylist()
    client, found, cursor = program(), [], None
    while True:
        more = f"&cursor={cursor}" if cursor else ""
        page = client.get(f"/api/v1/segments/best_and_quiet/members?limit=7{more}").json()
        assert len(page["items"]) <= 7
        found += [item["customer_id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(wanted) > 7
    assert sorted(found) == sorted(wanted)


def test_without_the_scope_contacts_are_masked(shop: Workspace, program: Programs) -> None:
    whole = program().get("/api/v1/customers?limit=1000").json()["items"]
    masked = program([Right.PEOPLE]).get("/api/v1/customers?limit=1000").json()["items"]
    known = {
        value
        for (value,) in shop.warehouse.rows("SELECT value FROM contacts WHERE kind IN ('phone', 'email')")
    }
    assert {item["phone"] for item in whole} & known
    assert not {item["phone"] for item in masked} & known
    assert not {item["email"] for item in masked} & known


@pytest.mark.parametrize(
    "cursor", ["x", "e30", "bnVsbA", "eyJhZnRlciI6ICJhIn0", "%F0%9F%92%A9", "eyJhZnRlciI6IHRydWV9"]
)
def test_a_wrong_cursor_is_refused(shop: Workspace, program: Programs, cursor: str) -> None:
    answer = program().get(f"/api/v1/segments/best_and_quiet/members?cursor={cursor}")
    assert answer.status_code == 422
    assert answer.json()["detail"] == "this is no cursor"


def test_what_does_not_exist_is_told_with_what_does(shop: Workspace, program: Programs) -> None:
    answer = program().get("/api/v1/segments/rfm_simple.nobody")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["code"], problem["got"]) == ("not_found", "rfm_simple.nobody")
    assert "rfm_simple.champions" in problem["expected"]
    assert program(lang="ru").get("/api/v1/segments/x").json()["detail"] == "такого сегмента нет"


def test_a_definition_is_counted_before_it_is_saved(shop: Workspace, program: Programs) -> None:
    client = program()
    counts = shop.traits(names=["orders_count"])["orders_count"].to_pylist()
    exact = post(client, "size", {"definition": NEW}).json()
    assert [item["customers"] for item in exact["segments"]] == [sum(count >= 4 for count in counts)]
    about = post(client, "estimate", {"definition": NEW}).json()["segments"][0]
    assert about["at_least"] <= exact["segments"][0]["customers"] <= about["at_most"]
    assert "spenders" not in shop.definitions


def test_a_definition_is_saved_once_however_often_it_is_sent(own_shop: Workspace, program: Programs) -> None:
    client = program()
    answers = [post(client, "segments", {"definition": NEW}, idempotency_key="one") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201] * 3
    assert {answer.content for answer in answers} == {answers[0].content}
    assert [answer.headers.get("Idempotency-Replayed") for answer in answers] == [None, "true", "true"]
    assert len(own_shop.versions("spenders")) == 1
    other = post(client, "segments", {"definition": NEW.replace("4", "5")}, idempotency_key="one")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key")
    # without the key the same text is the same version, too
    assert post(client, "segments", {"definition": NEW}).json() == []


def test_a_request_that_failed_may_be_sent_again_with_its_key(own_shop: Workspace, program: Programs) -> None:
    client = program()
    bad = post(client, "segments", {"definition": "segment: x"}, idempotency_key="two")
    assert bad.status_code == 422
    assert post(client, "segments", {"definition": NEW}, idempotency_key="two").status_code == 201


def test_everything_that_is_wrong_with_a_definition_is_told_at_once(
    shop: Workspace, program: Programs
) -> None:
    text = "segment: x\nwhere:\n  all:\n    - {trait: order_count, at_least: 3}\n    - {trait: city, at_least: 3}\n"
    problem = post(program(), "size", {"definition": text}).json()
    assert problem["code"] == "problems"
    assert len(problem["problems"]) >= 2
    assert all(part["detail"] and part["path"] for part in problem["problems"])


@pytest.mark.parametrize("name", ["/etc/passwd", "kogorta.toml", "../secret.key", "data/secret.key"])
def test_a_definition_is_never_read_from_a_file_of_the_server(
    shop: Workspace, program: Programs, name: str
) -> None:
    (shop.folder / "secret.key").write_text("do not tell")
    for address in ("segments", "size", "estimate"):
        answer = post(program(), address, {"definition": name})
        assert answer.status_code == 422
        assert "root:" not in answer.content.decode()
        assert "do not tell" not in answer.content.decode()


def test_a_definition_that_is_taken_away_is_gone_and_one_that_others_name_stays(
    own_shop: Workspace, program: Programs
) -> None:
    client = program()
    post(client, "segments", {"definition": NEW})
    post(
        client,
        "segments",
        {"definition": "segment: both\nname: {ru: Оба, en: Both}\nwhere: {in_segment: spenders}\n"},
    )
    assert client.delete("/api/v1/segments/spenders").status_code == 422
    assert client.delete("/api/v1/segments/both").status_code == 204
    assert client.delete("/api/v1/segments/spenders").status_code == 204
    assert client.delete("/api/v1/segments/spenders").status_code == 404
    assert set(own_shop.definitions) == {"best_and_quiet"}


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"x"', b'{"definition": 5}', b'{"definition": ""}', b"\xff\xfe", b"null"]
)
def test_a_body_that_is_none_is_a_problem_with_its_place(
    shop: Workspace, program: Programs, body: bytes
) -> None:
    answer = program().post("/api/v1/size", body, content_type="application/json")
    assert answer.status_code in {400, 422}
    assert answer["Content-Type"] == "application/problem+json"


def test_before_the_first_refresh_there_is_nothing_to_tell(tmp_path: Path, program: Programs) -> None:
    create(tmp_path / "empty", "shop", currency="RUB", timezone="UTC")
    served(tmp_path / "empty")
    try:
        client = program()
        assert client.get("/api/v1/base").json()["as_of"] is None
        answer = client.get("/api/v1/segments")
        assert (answer.status_code, answer.json()["code"]) == (409, "history")
    finally:
        base.close_base()
