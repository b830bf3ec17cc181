"""Real jobs on a real base: refreshes, imports, lists of people, and what is removed after a while."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kogorta.errors import EngineError, PartitionError
from kogorta.readings import PeopleQuery
from kogorta.workspace import Workspace
from kogorta_server import base, clock
from kogorta_server.accounts.models import User
from kogorta_server.accounts.words import Role
from kogorta_server.jobs import asking, files, handlers, queries, queue, uploads
from kogorta_server.jobs.models import Job, Upload
from kogorta_server.jobs.words import JobKind, JobState
from kogorta_server.jobs.worker import Worker
from tests.server.conftest import served

pytestmark = pytest.mark.django_db

Users = Callable[[Role], User]
ORDERS = """order_id,customer_id,ordered_at,amount,status
N1,c1,2026-11-05 10:00,100.50,completed
N2,new1,2026-11-06 10:00,200,completed
N3,new2,2026-11-06 11:00,a lot,completed
"""


def worker() -> Worker:
    return Worker(owns_all=True)


def do_one() -> None:
    """Do the next job alone: what follows it, a refresh for instance, is left waiting."""
    held = queue.claim(clock.now())
    assert held is not None
    worker().do(held)


def upload_of(text: str, user: User, name: str = "orders.csv") -> Upload:
    return uploads.receive(SimpleUploadedFile(name, text.encode()), user)


def outcome(upload: Upload) -> dict[str, Any]:
    upload.refresh_from_db()
    assert upload.outcome is not None
    return dict(upload.outcome["parts"][0])


def runs(workspace: Workspace) -> int:
    return int(workspace.warehouse.rows("SELECT count(*) FROM runs")[0][0])


def batches(workspace: Workspace) -> int:
    return int(workspace.warehouse.rows("SELECT count(*) FROM batches")[0][0])


def test_a_refresh_goes_on_the_books_and_pages_show_it(own_shop: Workspace, user: Users) -> None:
    before = base.reading()
    assert before is not None
    job = asking.refresh(user(Role.OPERATOR))
    asked_at = own_shop.now()
    assert worker().run_due() == 1
    told = queries.find(job.pk)
    assert told.state is JobState.DONE
    assert told.result["customers"] == own_shop.traits(names=["orders_count"]).num_rows
    after = base.reading()
    assert after is not None
    assert after.stamp.run_id == before.stamp.run_id + 1
    # as of when it was asked for, whatever the clock of the workspace says
    assert abs(after.stamp.as_of - asked_at) < timedelta(minutes=1)
    assert len(list((own_shop.folder / base.READINGS).glob("*"))) == 1


def test_a_second_attempt_finds_the_refresh_done(own_shop: Workspace, user: Users) -> None:
    job = asking.refresh(user(Role.OPERATOR))
    held = queue.claim(clock.now())
    assert held is not None
    as_of = own_shop.now().isoformat() + "+00:00"
    queue.checkpoint(held, {"as_of": as_of})
    own_shop.refresh(as_of)  # the first attempt came so far, then its process died
    before = runs(own_shop)
    queue.reclaim(clock.now(), everything=True)
    assert worker().run_due() == 1
    assert queries.find(job.pk).state is JobState.DONE
    assert runs(own_shop) == before
    reading = base.reading()
    assert reading is not None
    assert reading.stamp.run_id == before


def test_a_refresh_of_what_is_due_leaves_no_row_where_nothing_is(own_shop: Workspace, user: Users) -> None:
    asking.refresh(user(Role.OPERATOR))
    worker().run_due()
    before = runs(own_shop)
    handlers.of(JobKind.REFRESH).ask({"due_only": True})
    assert worker().run_due() == 1
    assert runs(own_shop) == before
    assert Job.objects.count() == 1


def test_an_empty_base_is_not_refreshed_by_the_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kogorta.workspace import create

    create(tmp_path / "new", "shop", name="New", currency="EUR", timezone="UTC", language="en")
    workspace = served(tmp_path / "new")
    try:
        handlers.of(JobKind.REFRESH).ask({"due_only": True})
        assert worker().run_due() == 1
        assert runs(workspace) == 0
        assert not Job.objects.exists()
    finally:
        base.close_base()


def test_a_failed_refresh_is_told_in_both_languages_until_one_succeeds(
    own_shop: Workspace, user: Users, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise EngineError("the disk is full", hint="make room")

    with monkeypatch.context() as patched:
        patched.setattr(own_shop, "refresh", broken)
        job = asking.refresh(user(Role.OPERATOR))
        worker().run_due()
    told = queries.find(job.pk)
    assert told.is_tried_again, "the next attempt may find room"
    trouble = queries.trouble()
    assert trouble is not None
    assert trouble.job.id == job.pk
    assert trouble.job.error is not None
    assert trouble.job.error["en"].splitlines() == ["the disk is full", "  what to do: make room"]
    queue.retry(job.pk, clock.now())
    worker().run_due()
    assert queries.find(job.pk).state is JobState.DONE
    assert queries.trouble() is None


def test_what_cannot_succeed_is_not_tried_again(
    own_shop: Workspace, user: Users, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise PartitionError("a scheme is no partition")

    monkeypatch.setattr(own_shop, "refresh", broken)
    job = asking.refresh(user(Role.OPERATOR))
    worker().run_due()
    assert queries.find(job.pk).state is JobState.FAILED


def test_an_error_that_nobody_expected_ends_one_job_and_not_the_worker(
    own_shop: Workspace, user: Users, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError(words)

    words = "the number +79161234567"
    monkeypatch.setattr(own_shop, "refresh", broken)
    asking.refresh(user(Role.OPERATOR))
    other = handlers.of(JobKind.CLEANING).ask()
    assert worker().run_due() == 2
    assert queries.find(other.pk).state is JobState.DONE
    assert "ValueError" in caplog.text
    assert "7916" not in caplog.text


def test_a_refresh_that_is_called_off_stops_and_keeps_nothing(
    own_shop: Workspace, user: Users, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kogorta_server.jobs.work import Work

    before = runs(own_shop)
    job = asking.refresh(user(Role.OPERATOR))
    plain = Work.tell

    def tell(work: Work, *said: Any) -> None:
        queue.cancel(job.pk, clock.now())
        work.beat()
        plain(work, *said)

    monkeypatch.setattr(Work, "tell", tell)
    worker().run_due()
    assert queries.find(job.pk).state is JobState.CANCELLED
    assert runs(own_shop) == before
    assert queries.trouble() is None, "what somebody called off did not fail"


def test_every_row_of_an_import_has_an_outcome_and_a_refresh_follows(
    own_shop: Workspace, user: Users
) -> None:
    upload = upload_of(ORDERS, user(Role.OPERATOR))
    asking.bring_in(upload, "orders", None, user(Role.OPERATOR))
    assert worker().run_due() == 2, "the import and the refresh that shows it"
    told = outcome(upload)
    assert {name: told[name] for name in ("read", "loaded", "updated", "same", "refused")} == {
        "read": 3,
        "loaded": 2,
        "updated": 0,
        "same": 0,
        "refused": 1,
    }
    assert [reason["rows"] for reason in told["reasons"]] == [1]
    assert "a lot" not in str(upload.outcome), "what stood in the file stays in files"
    rows = list(csv.reader(files.quarantine_path(upload.pk, 1).read_text("utf-8-sig").splitlines()))
    assert rows[0] == ["line", "column", "value", "reason", "raw"]
    assert rows[1][:4] == ["4", "amount", "a lot", "not_a_number"]
    reading = base.reading()
    assert reading is not None
    assert reading.person("new1").values["revenue_total"] == 20_000


def test_the_same_file_again_changes_nothing_and_says_so(own_shop: Workspace, user: Users) -> None:
    first, second = (upload_of(ORDERS, user(Role.OPERATOR)) for _ in range(2))
    for upload in (first, second):
        job = asking.bring_in(upload, "orders", None, user(Role.OPERATOR))
        Job.objects.exclude(pk=job.pk).delete()
        do_one()
    told = outcome(second)
    assert (told["loaded"], told["same"], told["refused"]) == (0, 2, 1)
    assert any("imported before" in note["text"] for note in told["notes"])


def test_an_import_whose_process_died_after_the_commit_is_told_as_it_was(
    own_shop: Workspace, user: Users
) -> None:
    upload = upload_of(ORDERS, user(Role.OPERATOR))
    asking.bring_in(upload, "orders", None, user(Role.OPERATOR))
    held = queue.claim(clock.now())
    assert held is not None
    before = batches(own_shop)
    queue.checkpoint(held, {"before": before})
    own_shop.import_file(uploads.path_of(upload), "orders")  # then its process died
    queue.reclaim(clock.now(), everything=True)
    do_one()
    assert Job.objects.filter(kind=JobKind.REFRESH.value, state=JobState.WAITING.value).count() == 1
    assert batches(own_shop) == before + 1
    told = outcome(upload)
    assert (told["loaded"], told["same"], told["refused"], told["notes"]) == (2, 0, 1, [])


def test_a_mapping_of_ones_own_says_all(own_shop: Workspace, user: Users) -> None:
    text = "bill,who,when,sum,city\nM1,c1,2026-11-05,70,Paris\n"
    upload = upload_of(text, user(Role.OPERATOR), "sales.csv")
    mapping = {"bill": "order_id", "who": "customer_id", "when": "ordered_at", "sum": "amount"}
    asking.bring_in(upload, "orders", mapping, user(Role.OPERATOR))
    do_one()
    assert outcome(upload)["loaded"] == 1
    found = own_shop.warehouse.rows("SELECT amount FROM orders WHERE order_id = 'M1'")
    assert found == [(7_000,)]
    # a column that was left out is a property, though its header would have been understood
    assert "city" in {spec.name for spec in own_shop.warehouse.properties()}


def test_a_file_that_is_no_table_fails_once_and_says_why(own_shop: Workspace, user: Users) -> None:
    upload = upload_of("order_id,customer_id\n", user(Role.OPERATOR))
    job = asking.bring_in(upload, "orders", None, user(Role.OPERATOR))
    worker().run_due()
    told = queries.find(job.pk)
    assert told.state is JobState.FAILED
    assert told.error is not None
    assert "header and no rows" in told.error["en"]
    assert str(own_shop.folder) not in str(told.error)


def test_a_list_has_everybody_and_is_safe_in_a_spreadsheet(own_shop: Workspace, user: Users) -> None:
    own_shop.import_table(
        pa.table({"customer_id": ["evil"], "name": ['=HYPERLINK("http://evil")']}),
        "customers",
    )
    asking.refresh(user(Role.MARKETER))
    worker().run_due()
    job = asking.export_people(PeopleQuery(), user(Role.MARKETER), "en")
    worker().run_due()
    rows = list(csv.DictReader(files.export_path(job.pk).read_text("utf-8-sig").splitlines()))
    reading = base.reading()
    assert reading is not None
    assert len(rows) == reading.count(PeopleQuery()) == queries.find(job.pk).result["people"]
    assert next(row for row in rows if row["Customer id"] == "evil")["Name"] == '\'=HYPERLINK("http://evil")'
    dangerous = [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
    assert dangerous == []
    revenue = own_shop.warehouse.rows("SELECT count(*) FROM orders WHERE status = 'completed'")[0][0]
    assert sum(int(row["Orders"]) for row in rows) <= revenue


@pytest.mark.parametrize(("role", "is_whole"), [(Role.MARKETER, True), (Role.ANALYST, False)])
def test_a_list_shows_contacts_to_those_alone_who_may_see_them(
    own_shop: Workspace, user: Users, role: Role, is_whole: bool
) -> None:
    job = asking.export_people(PeopleQuery(segments=("best_and_quiet",)), user(role), "ru")
    worker().run_due()
    text = files.export_path(job.pk).read_text("utf-8-sig")
    known = own_shop.warehouse.rows("SELECT value FROM contacts WHERE kind IN ('phone', 'email')")
    assert any(value in text for (value,) in known) is is_whole
    assert queries.find(job.pk).result["has_contacts"] is is_whole
    members = own_shop.members("best_and_quiet", "2026-11-01").num_rows
    assert len(text.splitlines()) == members + 1
    assert text.startswith("Номер клиента;Имя;")


def test_files_and_jobs_are_removed_when_they_were_kept_long_enough(own_shop: Workspace, user: Users) -> None:
    now = clock.now()
    someone = user(Role.MARKETER)
    old, fresh = (asking.export_people(PeopleQuery(), someone, "en") for _ in range(2))
    worker().run_due()
    yesterday = (now - timedelta(hours=25)).timestamp()
    os.utime(files.export_path(old.pk), (yesterday, yesterday))
    Job.objects.filter(pk=old.pk).update(finished_at=now - timedelta(days=31))
    kept, gone = upload_of(ORDERS, someone), upload_of(ORDERS, someone)
    Upload.objects.filter(pk=gone.pk).update(created_at=now - timedelta(days=8))
    cleaning = handlers.of(JobKind.CLEANING).ask()
    worker().run_due()
    assert queries.find(cleaning.pk).result == {
        "exports": 1,
        "uploads": 1,
        "jobs": 1,
        "messages": 0,
    }
    assert [files.export_path(job.pk).exists() for job in (old, fresh)] == [False, True]
    assert [files.upload_folder(item.pk).exists() for item in (gone, kept)] == [False, True]
    gone.refresh_from_db()
    assert not gone.is_kept
    assert Upload.objects.count() == 2, "what was brought in stays in the history"
