"""Files over the API: sent, looked at, brought in, and what was refused of them."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.test import Client

from kogorta.workspace import Workspace
from kogorta_server.jobs.models import Job
from tests.server.api.conftest import Programs
from tests.server.api.test_erasing import done
from tests.server.api.test_persons import post

ORDERS = "Клиент,Заказ,Дата,Сумма\nnew1,a1,2026-10-01,100\nnew1,a2,2026-10-02,200\nnew2,a3,когда-то,300\n"


def sent(client: Client, text: str, name: str = "orders.csv") -> Any:
    return client.post(
        f"/api/v1/uploads?name={name}", text.encode(), content_type="application/octet-stream"
    ).json()


def test_a_file_is_sent_looked_at_and_brought_in_and_every_row_has_an_outcome(
    own_shop: Workspace, program: Programs
) -> None:
    client = program()
    upload = sent(client, ORDERS)
    assert (upload["name"], upload["bytes"], upload["parts"]) == ("orders.csv", len(ORDERS.encode()), None)
    look = post(client, f"uploads/{upload['id']}/look", {}).json()
    assert (look["form"], look["problem"]) == ("orders", None)
    assert look["mapping"]["Клиент"] == "customer_id"
    assert (look["first"]["read"], look["first"]["loaded"], look["first"]["refused"]) == (3, 2, 1)
    before = own_shop.warehouse.rows("SELECT count(*) FROM orders")[0][0]

    job = post(client, f"uploads/{upload['id']}/import", {"form": "orders", "mapping": look["mapping"]})
    assert job.status_code == 202
    done(Job.objects.get(pk=job.json()["id"]))
    state = client.get(f"/api/v1/uploads/{upload['id']}").json()
    (part,) = state["parts"]
    assert part["read"] == part["loaded"] + part["updated"] + part["same"] + part["refused"] == 3
    assert part["reasons"][0]["rows"] == 1
    assert own_shop.warehouse.rows("SELECT count(*) FROM orders")[0][0] == before + 2
    answer = client.get(f"/api/v1/uploads/{upload['id']}/refused/{part['refused_file']}")
    assert answer["Content-Type"] == "text/csv"
    text = answer.getvalue().decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert "когда-то" in row.values()
    assert client.get("/api/v1/uploads").json()["items"][0] == state
    assert client.get(f"/api/v1/uploads/{upload['id']}/refused/7").status_code == 404


def test_what_cannot_be_read_so_is_told(own_shop: Workspace, program: Programs) -> None:
    client = program()
    upload = sent(client, "a,b\n1,2\n", "strange.csv")
    address = f"uploads/{upload['id']}"
    look = post(client, f"{address}/look", {"form": "orders"}).json()
    assert look["problem"]["code"]
    assert "data/uploads" not in str(look)
    twice = {"form": "orders", "mapping": {"a": "customer_id", "b": "customer_id"}}
    for part in ("look", "import"):
        assert post(client, f"{address}/{part}", twice).status_code == 422
        assert post(client, f"{address}/{part}", {"form": "weather"}).status_code == 422
        assert post(client, f"uploads/999/{part}", {"form": "orders"}).status_code == 404
    assert client.post("/api/v1/uploads?name=", b"x", content_type="text/csv").status_code == 422
    assert not Job.objects.exists()


def test_files_are_listed_page_by_page(own_shop: Workspace, program: Programs) -> None:
    client = program()
    ids = [sent(client, ORDERS, f"{number}.csv")["id"] for number in range(3)]
    first = client.get("/api/v1/uploads?limit=2").json()
    rest = client.get(f"/api/v1/uploads?limit=2&cursor={first['next']}").json()
    assert [item["id"] for item in (*first["items"], *rest["items"])] == sorted(ids, reverse=True)
    assert rest["next"] is None
