"""A program elsewhere, and a command beside it, ask a service that runs."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest

import kogorta
from kogorta.errors import ConfigError, ServiceError
from kogorta.remote import Served
from kogorta.remote.served import user
from tests.core.cli.conftest import Typed
from tests.core.cli.conftest import typed as typed
from tests.server.live.conftest import Service

PATIENCE = 240.0
"""Seconds: a machine that is busy with other tests takes its time."""

NEW = "segment: spenders\nname: {ru: Щедрые, en: Spenders}\nwhere: {trait: orders_count, at_least: 4}\n"


@pytest.fixture
def client(service: Service) -> kogorta.Client:
    return kogorta.Client(service.url, service.key, timeout=PATIENCE)


def test_a_program_reads_defines_imports_and_refreshes(client: kogorta.Client, tmp_path: Path) -> None:
    # somebody may have been erased since the numbers of the pages were taken
    assert client.refresh()["state"] == "done"
    before = client.base()
    assert before["name"] == "Лавка"
    sizes = {item["id"]: item["customers"] for item in client.segments()}
    assert len(client.members("best_and_quiet")) == sizes["best_and_quiet"]
    everyone = client.customers()["customer_id"].to_pylist()
    assert len(everyone) == len(set(everyone)) == before["customers"]

    expected = client.size(NEW)["segments"][0]["customers"]
    assert [item["id"] for item in client.define(NEW)] == ["spenders"]
    file = tmp_path / "orders.csv"
    file.write_text(
        "customer_id,order_id,ordered_at,amount\n"
        + "".join(f"newcomer,n{day},2026-10-{day:02},100\n" for day in range(1, 6))
    )
    assert client.import_file(file, "orders")["state"] == "done"
    assert client.refresh()["state"] == "done"
    assert client.segment("spenders")["customers"] == expected + 1
    assert "spenders" in [item["segment"] for item in client.segments_of("newcomer")]
    assert client.why("newcomer", "spenders")["is_member"]
    client.undefine("spenders")


def test_what_the_service_refuses_is_an_error_with_its_words(
    client: kogorta.Client, service: Service
) -> None:
    with pytest.raises(ServiceError, match="no such segment") as refused:
        client.segment("nobody")
    assert refused.value.got == "nobody"
    with pytest.raises(ServiceError) as wrong:
        client.size("segment: x\nwhere: {trait: order_count, at_least: 1}")
    assert "order_count" in str(wrong.value)
    with pytest.raises(ServiceError, match="Show a key"):
        kogorta.Client(service.url, "kgr_none").base()
    with pytest.raises(ServiceError, match="does not answer"):
        kogorta.Client("http://127.0.0.1:9", "kgr_none").base()
    with pytest.raises(ConfigError):
        kogorta.Client("crm.shop.example", "kgr_none")


def test_what_a_command_does_is_shown_by_pages_and_written_down(
    client: kogorta.Client, service: Service, typed: Typed
) -> None:
    said = typed("refresh", "-w", service.folder)
    assert said.code == 0, said.err
    with kogorta.open(service.folder) as workspace:
        assert isinstance(workspace, Served)
        refreshed = workspace.refreshed_at
    assert refreshed is not None
    second = refreshed.replace(microsecond=0)
    for _ in range(300):
        # the API tells thousandths of a second
        if datetime.fromisoformat(client.base()["as_of"]).replace(tzinfo=None) >= second:
            break
        time.sleep(0.1)
    else:
        raise AssertionError("the pages show an older base")
    with closing(sqlite3.connect(service.folder / "data" / "state.sqlite3")) as state:
        written = state.execute("SELECT who, action FROM accounts_auditentry").fetchall()
    assert (f"$ {user()}", "base.refreshed") in written


def test_a_program_asks_what_pages_show(client: kogorta.Client) -> None:
    members = client.members("best_and_quiet")
    assert members.schema.field("entered_at").type == pa.timestamp("us", tz="UTC")
    size = client.segment("best_and_quiet")["customers"]
    assert len(members) == size
    assert client.customers(segment=["best_and_quiet", "lifecycle.lost"]).num_rows <= size
    assert len(client.kpis("best_and_quiet", months=2, then=True)["months"]) == 2
    assert client.cohorts()["cohorts"]
    assert client.sources()["sources"]
    assert client.messages(by="channel")["groups"]
    assert len(client.scheme("rfm_simple")["grid"]) == 25
    told = client.movements("lifecycle")
    flow = next(item for item in told["flows"] if item["source"] and item["target"] != item["source"])
    runs = (told["start_run"], told["end_run"])
    assert len(client.moved("lifecycle", flow["source"], flow["target"], runs)) == flow["customers"]
    assert client.overlap("best_and_quiet", "lifecycle.lost")[0]["customers_a"] == size
    assert client.steps()
    assert client.findings()["findings"] or client.findings()["good"]
    assert client.status()["positions"]
    assert client.portrait("best_and_quiet")["segment"] == "best_and_quiet"
    with pytest.raises(ServiceError, match="no such segment"):
        client.members("nobody")


def test_a_program_knows_and_erases_a_person(client: kogorta.Client) -> None:
    one, other = client.customers()["customer_id"].to_pylist()[-2:]
    assert client.profile(one)["traits"]["orders_count"] == client.customer(one)["orders_count"]
    assert list(client.timeline(one, "order")) == [
        item for item in client.timeline(one) if item["kind"] == "order"
    ]
    assert client.ways(one)["contacts"] is not None
    client.link(one, other, "same card")
    assert {one, other} <= set(client.links(one)["customer_ids"])
    client.unlink(one, other)
    task = client.today()["tasks"][0]["customer_id"]
    assert client.record_call(task, "talked")["outcome"] == "talked"
    gone = client.preview_erasure(one)
    assert client.erase(one) == gone
    assert one not in client.customers()["customer_id"].to_pylist()
    with pytest.raises(ServiceError):
        client.customer(one)


def test_a_definition_is_changed_on_what_was_read(client: kogorta.Client) -> None:
    (saved,) = client.define(NEW, {"spenders": 0})
    assert client.plan(NEW)["segments"][0]["entered"] == 0
    with pytest.raises(ServiceError):
        client.define(NEW.replace("4", "5"), {"spenders": 0})
    version = client.definition("spenders")["version"]
    assert version == saved["version"]
    assert client.define(NEW.replace("4", "5"), {"spenders": version})
    client.undefine("spenders")
