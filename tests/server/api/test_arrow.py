"""Whole lists as Arrow: compared with plain SQL on the file that pages read."""

from __future__ import annotations

from typing import Any

import duckdb
import pyarrow as pa
import pytest
from django.test import Client

from kogorta.workspace import Workspace
from kogorta_server import base
from kogorta_server.accounts.models import AuditEntry
from kogorta_server.accounts.rights import Right
from kogorta_server.api.arrow import MEDIA
from tests.server.api.conftest import Programs

PEOPLE = "SELECT customer_id FROM people p WHERE {} ORDER BY customer_key"


def arrow(client: Client, address: str) -> pa.Table:
    answer = client.get(f"/api/v1/{address}", headers={"accept": MEDIA})
    assert (answer.status_code, answer["Content-Type"]) == (200, MEDIA)
    return pa.ipc.open_stream(answer.getvalue()).read_all()


def asked(sql: str) -> list[dict[str, Any]]:
    """Ask the file of the reading, past all that reads it."""
    reading = base.reading()
    assert reading is not None
    reading.close()
    base._open.pop("reading")
    with duckdb.connect(str(reading.path), read_only=True) as connection:
        found: list[dict[str, Any]] = connection.execute(sql).to_arrow_table().to_pylist()
    return found


def test_members_are_those_of_the_log_with_the_fields_that_json_has(
    shop: Workspace, program: Programs
) -> None:
    """Covers: P18"""
    client = program()
    table = arrow(client, "segments/best_and_quiet/members")
    wanted = asked(
        "SELECT p.*, m.entered_at FROM memberships m JOIN people p USING (customer_key)"
        " WHERE m.segment = 'best_and_quiet' ORDER BY customer_key"
    )
    rows = table.to_pylist()
    assert len(rows) == len(wanted) > 7
    for row, stored in zip(rows, wanted, strict=True):
        for name, value in row.items():
            told = value.replace(tzinfo=None) if name.endswith("_at") and value else value
            assert told == stored[name], name
    first = client.get("/api/v1/segments/best_and_quiet/members?limit=1").json()["items"][0]
    assert list(first) == table.schema.names
    assert [first["customer_id"], first["rfm_code"]] == [rows[0]["customer_id"], rows[0]["rfm_code"]]


@pytest.mark.parametrize(
    ("query", "condition"),
    [
        ("", "true"),
        ("stage=at_risk", "lifecycle_stage = 'at_risk'"),
        ("orders_from=3&orders_to=5", "orders_count BETWEEN 3 AND 5"),
        ("rfm=5**", "rfm_r = 5"),
        ("rfm=**1", "rfm_m = 1"),
        (
            "last_from=2026-10-01&last_to=2026-10-31",
            "last_order_at >= '2026-09-30 21:00' AND last_order_at < '2026-10-31 21:00'",
        ),
        (
            "segment=best_and_quiet&segment=lifecycle.lost",
            "customer_key IN (SELECT customer_key FROM memberships WHERE segment = 'best_and_quiet')"
            " AND lifecycle_stage = 'lost'",
        ),
        ("city=москва", "city = 'Москва'"),
    ],
)
def test_filters_choose_whom_plain_sql_chooses(
    shop: Workspace, program: Programs, query: str, condition: str
) -> None:
    client = program()
    found = arrow(client, f"customers?{query}")["customer_id"].to_pylist()
    assert found == [row["customer_id"] for row in asked(PEOPLE.format(condition))]
    paged = client.get(f"/api/v1/customers?{query}&limit=1000").json()["items"]
    assert found == [item["customer_id"] for item in paged]


def test_the_people_of_a_cell_of_the_grid_are_as_many_as_the_grid_says(
    shop: Workspace, program: Programs
) -> None:
    client = program()
    grid = client.get("/api/v1/schemes/rfm_simple").json()["grid"]
    assert len(grid) == 25
    for cell in grid:
        found = arrow(client, f"customers?r={cell['r']}&fm={cell['fm']}")
        assert len(found) == cell["customers"]
    assert client.get("/api/v1/customers?r=5").status_code == 422


def test_without_contacts_arrow_is_masked_and_a_search_finds_ids_alone(
    shop: Workspace, program: Programs
) -> None:
    blind = program([Right.PEOPLE, Right.EXPORT])
    whole = arrow(program(), "customers").to_pylist()
    masked = arrow(blind, "customers").to_pylist()
    assert [row["customer_id"] for row in masked] == [row["customer_id"] for row in whole]
    for name in ("name", "email", "phone"):
        known = {row[name] for row in whole} - {None}
        assert known
        assert not known & {row[name] for row in masked}
        assert [row[name] is None for row in masked] == [row[name] is None for row in whole]
    # letter by letter the search would tell what is masked
    row = next(row for row in whole if row["phone"])
    assert (
        row["customer_id"]
        in arrow(program(), f"customers?search={row['phone'][-10:]}")["customer_id"].to_pylist()
    )
    assert len(arrow(blind, f"customers?search={row['phone'][-10:]}")) == 0
    assert len(arrow(blind, f"customers?search={row['customer_id']}")) >= 1


def test_to_take_a_list_away_takes_a_scope_and_is_written_down(shop: Workspace, program: Programs) -> None:
    client = program([Right.PEOPLE])
    for address in ("customers", "segments/best_and_quiet/members"):
        answer = client.get(f"/api/v1/{address}", headers={"accept": MEDIA})
        assert (answer.status_code, answer.json()["expected"]) == (403, "export")
    table = arrow(program(), "segments/best_and_quiet/members")
    (entry,) = AuditEntry.objects.filter(action="customers.exported")
    assert (entry.target, entry.details) == ("best_and_quiet", {"people": len(table)})


def test_nobody_is_a_list_too(shop: Workspace, program: Programs) -> None:
    table = arrow(program(), "customers?city=Nowhere")
    assert len(table) == 0
    assert table.schema.field("last_order_at").type == pa.timestamp("us", tz="UTC")
    assert "entered_at" not in table.schema.names


def test_a_long_list_comes_part_by_part(
    shop: Workspace, program: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kogorta.warehouse.copies._PART", 50)
    answer: Any = program().get("/api/v1/customers", headers={"accept": MEDIA})
    parts = list(answer.streaming_content)
    reader = pa.ipc.open_stream(b"".join(parts))
    assert len(parts) > 3
    assert max(batch.num_rows for batch in reader) < 240


def test_who_moved_is_whom_the_log_names(shop: Workspace, program: Programs) -> None:
    client = program()
    told = client.get("/api/v1/schemes/lifecycle/movements").json()
    assert told["is_recorded"]
    moves = [flow for flow in told["flows"] if flow["source"] != flow["target"] and flow["target"]]
    assert moves
    for flow in told["flows"]:
        ends = f"source={flow['source'] or 'outside'}&target={flow['target'] or 'outside'}"
        runs = f"start_run={told['start_run']}&end_run={told['end_run']}"
        table = arrow(client, f"schemes/lifecycle/moved?{ends}&{runs}")
        assert len(table) == flow["customers"]
        paged = client.get(f"/api/v1/schemes/lifecycle/moved?{ends}&{runs}&limit=1000").json()["items"]
        assert [item["customer_id"] for item in paged] == table["customer_id"].to_pylist()
    flow = moves[0]
    before = "IS NULL" if flow["source"] is None else f"= '{flow['source']}'"
    wanted = shop.warehouse.rows(
        f"""SELECT count(*) FROM (
            SELECT customer_key, max(segment) FILTER (op = 'leave') AS was, max(segment) FILTER (op = 'enter') AS now
            FROM membership_changes WHERE scheme = 'lifecycle' AND run_id = {told["end_run"]} GROUP BY customer_key
        ) WHERE was {before} AND now = '{flow["target"]}'"""
    )
    assert wanted[0][0] == flow["customers"]
