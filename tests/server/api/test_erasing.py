"""An erasure over the API: from its answer on nothing tells of the person, and a job takes the new reading."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from kogorta.workspace import Workspace
from kogorta_server import base, clock
from kogorta_server.accounts.models import AuditEntry
from kogorta_server.accounts.rights import Right
from kogorta_server.jobs import files, handlers, queue
from kogorta_server.jobs.handlers.exporting import Exporting
from kogorta_server.jobs.models import Job
from kogorta_server.jobs.words import JobKind
from kogorta_server.jobs.work import Work
from tests.server.api.conftest import Programs
from tests.server.api.test_arrow import arrow
from tests.server.conftest import served


def pages(owner: Client, customer_id: str) -> list[str]:
    """Return what lists and files of people say now."""
    found = [
        owner.get(f"/customers/?q={customer_id}").content,
        owner.get("/customers.csv").getvalue(),
        owner.get("/segments/best_and_quiet/people/").content,
        owner.get("/segments/best_and_quiet/moves/").content,
    ]
    return [part.decode() for part in found]


def programs(client: Client, customer_id: str) -> list[Any]:
    found = client.get(f"/api/v1/customers?search={customer_id}&limit=1000").json()["items"]
    return [
        [row for row in found if row["customer_id"] == customer_id],
        [row for row in arrow(client, "customers").to_pylist() if row["customer_id"] == customer_id],
        [
            row
            for row in arrow(client, "segments/best_and_quiet/members").to_pylist()
            if row["customer_id"] == customer_id
        ],
    ]


def test_from_the_answer_on_nothing_tells_of_him_though_the_reading_is_the_old_one(
    own_shop: Workspace, program: Programs, owner: Client
) -> None:
    client = program()
    customer = own_shop.members("best_and_quiet", "2026-11-01")["customer_id"][0].as_py()
    person = client.get(f"/api/v1/customers/{customer}").json()
    assert all(programs(client, customer))
    told = client.get(f"/api/v1/customers/{customer}/erasure").json()
    before = base.reading()
    assert before is not None

    gone = client.delete(f"/api/v1/customers/{customer}").json()
    assert gone == told
    assert gone["orders"] == person["orders_count"] or gone["orders"] > 0
    shown = base.reading()
    assert shown is before
    assert not any(programs(client, customer))
    for text in pages(owner, customer):
        for value in (person["name"], person["email"], person["phone"]):
            assert not value or value not in text
    for part in ("", "/segments", "/timeline", "/profile", "/ways", "/erasure", "/why/best_and_quiet"):
        assert client.get(f"/api/v1/customers/{customer}{part}").status_code == 404
    assert owner.get(f"/customers/{customer}/").status_code == 404
    entry = AuditEntry.objects.get(action="customer.erased")
    assert customer not in json.dumps([entry.target, entry.details])

    # the job that waits takes a reading without him
    (job,) = Job.objects.filter(kind=JobKind.READING.value)
    assert job.asked_by is None
    done(job)
    fresh = base.reading()
    assert fresh is not None
    assert fresh is not before
    assert not fresh.hidden
    assert not any(programs(client, customer))


def test_a_restart_before_the_new_reading_does_not_bring_him_back(
    own_shop: Workspace, program: Programs, tmp_path: Path
) -> None:
    client = program()
    customer = client.get("/api/v1/customers?limit=1").json()["items"][0]["customer_id"]
    assert client.delete(f"/api/v1/customers/{customer}").status_code == 200
    base.close_base()
    served(own_shop.folder)
    assert client.get(f"/api/v1/customers/{customer}").status_code == 404
    assert not any(programs(client, customer))


def test_who_was_erased_at_the_command_line_is_not_shown_either(
    own_shop: Workspace, program: Programs
) -> None:
    client = program()
    customer = client.get("/api/v1/customers?limit=1").json()["items"][0]["customer_id"]
    base.close_base()
    with Workspace(own_shop.folder) as workspace:
        workspace.erase(customer)
    served(own_shop.folder)
    assert client.get(f"/api/v1/customers/{customer}").status_code == 404


def test_a_reading_taken_while_he_was_erased_does_not_show_him(
    own_shop: Workspace, program: Programs
) -> None:
    client = program()
    customer = client.get("/api/v1/customers?limit=1").json()["items"][0]["customer_id"]
    # a refresh began before the erasure, and its reading comes after it, with him
    reading = base.reading()
    assert reading is not None
    later = reading.path.with_name("9" + reading.path.name[1:])
    client.delete(f"/api/v1/customers/{customer}")
    shutil.copy(reading.path, later)
    found = base.reading()
    assert found is not None
    assert found.path == later
    assert client.get(f"/api/v1/customers/{customer}").status_code == 404


def test_files_of_lists_that_were_written_are_removed_and_one_being_written_is_written_anew(
    own_shop: Workspace, program: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = program()
    customers = client.get("/api/v1/customers?limit=2").json()["items"]
    first, second = (item["customer_id"] for item in customers)
    job = client.post("/api/v1/exports", "{}", content_type="application/json").json()
    done(Job.objects.get(pk=job["id"]))
    assert first in lines(client, job["id"])
    client.delete(f"/api/v1/customers/{first}")
    assert client.get(f"/api/v1/jobs/{job['id']}/file").status_code == 404

    other = client.post("/api/v1/exports", "{}", content_type="application/json").json()
    tell = Work.tell
    erased: list[str] = []

    def told(self: Work, *more: Any) -> None:
        tell(self, *more)
        if not erased:
            erased.append(second)
            client.delete(f"/api/v1/customers/{second}")

    monkeypatch.setattr(Work, "tell", told)
    done(Job.objects.get(pk=other["id"]))
    monkeypatch.undo()
    assert erased
    assert second not in lines(client, other["id"])


def test_only_a_key_that_may_erases(shop: Workspace, program: Programs) -> None:
    client = program([right for right in Right if right is not Right.ERASE])
    customer = client.get("/api/v1/customers?limit=1").json()["items"][0]["customer_id"]
    assert client.get(f"/api/v1/customers/{customer}/erasure").status_code == 403
    assert client.delete(f"/api/v1/customers/{customer}").status_code == 403
    assert shop.preview_erasure(customer).customer_ids


def lines(client: Client, job_id: int) -> set[str]:
    """Return the ids in the file of an export."""
    answer = client.get(f"/api/v1/jobs/{job_id}/file")
    assert answer["Content-Type"] == "text/csv"
    text = answer.getvalue().decode("utf-8-sig")
    return {line.split(",")[0] for line in text.splitlines()}


def done(job: Job) -> None:
    """Do a job, as the worker does."""
    now = clock.now()
    while (claim := queue.claim(now)) is not None:
        result = handlers.of(claim.kind).run(Work(claim))
        assert queue.finish(claim, dict(result), now)
        if claim.id == job.pk:
            return
    raise AssertionError("the job was not there to be done")


def test_a_key_fetches_its_own_file_and_nobody_elses(
    shop: Workspace, program: Programs, owner: Client
) -> None:
    client, other = program(), program()
    job = client.post("/api/v1/exports", '{"stage": "lost"}', content_type="application/json").json()
    assert client.get(f"/api/v1/jobs/{job['id']}/file").status_code == 404
    done(Job.objects.get(pk=job["id"]))
    try:
        assert len(lines(client, job["id"])) > 1
        assert other.get(f"/api/v1/jobs/{job['id']}/file").status_code == 404
        assert owner.get(f"/jobs/{job['id']}/file/").status_code == 404
    finally:
        files.remove_exports()


def test_the_file_of_a_key_that_may_not_see_contacts_is_masked(shop: Workspace, program: Programs) -> None:
    client = program([Right.SEE, Right.PEOPLE, Right.EXPORT])
    phones = {row["phone"] for row in arrow(program(), "customers").to_pylist()} - {None}
    job = client.post("/api/v1/exports", "{}", content_type="application/json").json()
    done(Job.objects.get(pk=job["id"]))
    try:
        text = client.get(f"/api/v1/jobs/{job['id']}/file").getvalue().decode()
        assert not any(phone in text for phone in phones)
        assert isinstance(handlers.of(JobKind.EXPORT), Exporting)
    finally:
        files.remove_exports()
