"""Long work over the API: asked for once, watched, called off."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from kogorta.workspace import Workspace
from kogorta_server.jobs.models import Job, Upload
from tests.server.api.conftest import Programs

ORDERS = b"customer_id,order_id,ordered_at,amount\nnew1,n1,2026-10-30,100\nnew2,n2,2026-10-31,200\n"


def ask(client: Client, **body: Any) -> Any:
    return client.post("/api/v1/refreshes", json.dumps(body), content_type="application/json")


def test_a_refresh_that_waits_is_not_asked_for_twice(shop: Workspace, program: Programs) -> None:
    client = program()
    first, second = ask(client), ask(client)
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json()["id"] == second.json()["id"]
    assert first.json()["state"] == "waiting"
    assert ask(client, full=True).json()["id"] != first.json()["id"]
    assert Job.objects.count() == 2


def test_a_job_is_called_off_and_begun_again(shop: Workspace, program: Programs) -> None:
    client = program()
    id_ = ask(client).json()["id"]
    assert client.post(f"/api/v1/jobs/{id_}/cancel").json()["state"] == "cancelled"
    assert client.post(f"/api/v1/jobs/{id_}/cancel").json()["state"] == "cancelled"
    assert client.post(f"/api/v1/jobs/{id_}/retry").json()["state"] == "waiting"
    assert client.get(f"/api/v1/jobs/{id_}").json()["attempts"] == 0
    assert [job["id"] for job in client.get("/api/v1/jobs").json()] == [id_]
    assert client.get("/api/v1/jobs/999999").status_code == 404


def test_the_body_of_a_request_is_a_file_that_waits_to_be_brought_in(
    own_shop: Workspace, program: Programs
) -> None:
    client = program()

    def send(key: str) -> Any:
        return client.post(
            "/api/v1/imports?form=orders&name=more.csv",
            ORDERS,
            content_type="text/csv",
            headers={"idempotency-key": key},
        )

    first, again = send("a"), send("a")
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    assert first.json()["kind"] == "import"
    upload = Upload.objects.get()
    assert (upload.name, upload.form) == ("more.csv", "orders")
    kept = list((own_shop.folder / "data" / "uploads").rglob("more.csv"))
    assert [path.read_bytes() for path in kept] == [ORDERS]


@pytest.mark.parametrize(("form", "name"), [("nothing", "a.csv"), ("orders", "../../a.csv"), ("orders", "")])
def test_a_form_that_is_none_and_names_that_are_paths(
    own_shop: Workspace, program: Programs, form: str, name: str
) -> None:
    answer = program().post(f"/api/v1/imports?form={form}&name={name}", ORDERS, content_type="text/csv")
    outside = [path for path in own_shop.folder.rglob("a.csv") if "uploads" not in path.parts]
    assert outside == []
    assert answer.status_code in {202, 422}
