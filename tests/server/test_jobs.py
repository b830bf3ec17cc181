"""The page of jobs: what runs, what failed and why, who may do what about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from kogorta.errors import EngineError
from kogorta.i18n import lazy
from kogorta.workspace import Workspace
from kogorta_server import base, clock
from kogorta_server.accounts.models import AuditEntry, User
from kogorta_server.accounts.words import Role
from kogorta_server.jobs import files, queue
from kogorta_server.jobs.models import Job
from kogorta_server.jobs.sentences import pack, told
from kogorta_server.jobs.words import JobKind, JobState

As = Callable[[Role | None], Client]
Users = Callable[[Role], User]

pytestmark = pytest.mark.usefixtures("shop")


def text_of(client: Client, address: str = "/jobs/") -> str:
    return client.get(address).content.decode().replace("\u00a0", " ")


def running(share: float = 0.25) -> Job:
    job = queue.enqueue(JobKind.REFRESH)
    held = queue.claim(clock.now())
    assert held is not None
    queue.beat(held, clock.now(), share, pack(lazy("measuring the base")))
    return job


def failed() -> Job:
    job = queue.enqueue(JobKind.REFRESH, {"as": "it was"})
    held = queue.claim(clock.now())
    assert held is not None
    error = EngineError("the disk is full", hint="make room")
    queue.fail(held, told(error), clock.now(), is_final=True)
    return job


def test_an_idle_service_says_so(owner: Client) -> None:
    text = text_of(owner)
    assert "Nothing runs, and nothing waits." in text
    assert "What is due is refreshed by itself every minute" in text
    assert "Pages show the base as of 1 November 2026, 00:00" in text


def test_what_runs_says_what_it_does_and_how_far_it_is_in_both_languages(owner: Client) -> None:
    running()
    text = text_of(owner)
    assert "measuring the base" in text
    assert '<progress max="100" value="25" aria-label="How much is done">25%</progress>' in text
    owner.post("/language/", {"language": "ru"})
    assert "измеряется база" in text_of(owner)


def test_the_part_that_renews_itself_is_a_part(owner: Client) -> None:
    job = running()
    part = owner.get(f"/jobs/now/?open={job.pk}", headers={"HX-Request": "true"})
    assert part.content.decode().startswith('<div id="now"')
    assert "HX-Refresh" not in part
    Job.objects.update(state=JobState.DONE.value, finished_at=clock.now())
    part = owner.get(f"/jobs/now/?open={job.pk}", headers={"HX-Request": "true"})
    assert part["HX-Refresh"] == "true", "what came of it stands in another part of the page"
    assert owner.get("/jobs/now/")["Location"] == "/jobs/"
    assert owner.get("/jobs/now/?open=x,,-1", headers={"HX-Request": "true"}).status_code == 200


def test_a_failed_refresh_is_told_on_every_page_until_one_succeeds(owner: Client) -> None:
    job = failed()
    text = text_of(owner)
    assert "failed." in text
    assert "the disk is full" in text
    assert "make room" in text
    assert "The numbers stay those of the last good one" in text
    for page in ("/", "/segments/", "/customers/"):
        assert "the last refresh failed" in text_of(owner, page)
    owner.post("/language/", {"language": "ru"})
    assert "На страницах остаются числа последнего удачного обновления" in text_of(owner)
    Job.objects.filter(pk=job.pk).update(state=JobState.DONE.value, error=None)
    assert "последнее обновление не удалось" not in text_of(owner, "/")


def test_several_failures_are_counted(owner: Client) -> None:
    failed()
    failed()
    assert "2 refreshes in a row have failed" in text_of(owner)


def test_asking_for_a_refresh_is_written_down_and_asks_once(owner: Client) -> None:
    for _ in range(2):
        assert owner.post("/jobs/refresh/")["Location"] == "/jobs/"
    job = Job.objects.get()
    assert (job.kind, job.state, job.asked_by) == ("refresh", "waiting", User.objects.get())
    assert [entry.action for entry in AuditEntry.objects.all()] == ["job.asked", "job.asked"]
    assert "The refresh begins." in text_of(owner)


def test_an_operator_tries_again_what_failed(as_role: As) -> None:
    client = as_role(Role.OPERATOR)
    job = failed()
    assert "Try again" in text_of(client)
    client.post(f"/jobs/{job.pk}/retry/")
    job.refresh_from_db()
    assert job.state == JobState.WAITING
    client.post(f"/jobs/{job.pk}/retry/")
    assert "There is nothing to try again" in text_of(client)
    assert [entry.action for entry in AuditEntry.objects.all()] == ["job.retried"]


def test_what_runs_is_called_off_and_says_so(as_role: As) -> None:
    client = as_role(Role.OPERATOR)
    job = running()
    client.post(f"/jobs/{job.pk}/cancel/")
    job.refresh_from_db()
    assert job.is_cancel_asked
    text = text_of(client)
    assert "stops after its present step" in text
    assert "Call off</button>" not in text
    Job.objects.update(state=JobState.CANCELLED.value, finished_at=clock.now())
    client.post(f"/jobs/{job.pk}/cancel/")
    assert "There is nothing to call off" in text_of(client)


def test_who_may_only_look_has_nothing_to_press(as_role: As) -> None:
    running()
    failed_job = Job.objects.get()
    client = as_role(Role.VIEWER)
    text = text_of(client)
    assert "measuring the base" in text
    assert "Refresh now" not in text
    assert "Call off" not in text
    assert client.post(f"/jobs/{failed_job.pk}/cancel/").status_code == 403


@pytest.mark.parametrize("address", ["/jobs/987654/retry/", "/jobs/987654/cancel/"])
def test_a_job_that_does_not_exist_is_not_found(owner: Client, address: str) -> None:
    assert owner.post(address).status_code == 404
    assert Job.objects.count() == 0


def test_what_is_over_is_listed_the_last_one_first_page_by_page(owner: Client) -> None:
    now = clock.now()
    for number in range(53):
        Job.objects.create(
            kind=JobKind.CLEANING.value,
            state=JobState.DONE.value,
            due_at=now,
            created_at=now,
            started_at=now,
            finished_at=now + timedelta(minutes=number),
            result={},
        )
    text = text_of(owner)
    assert text.count("Removal of what is old") == 50
    assert "1–50 of 53" in text
    assert text_of(owner, "/jobs/?page=2").count("Removal of what is old") == 3


def test_a_list_of_people_is_asked_for_and_fetched_by_whoever_asked(as_role: As, shop: Workspace) -> None:
    from kogorta_server.jobs.worker import Worker

    client = as_role(Role.MARKETER)
    client.post("/exports/?segment=lifecycle.active")
    job = Job.objects.get()
    assert job.payload["query"]["segments"] == ["lifecycle.active"]
    assert client.get(f"/jobs/{job.pk}/file/").status_code == 404, "it is not written yet"
    Worker(owns_all=True).run_due()
    path = files.export_path(job.pk)
    try:
        assert f"/jobs/{job.pk}/file/" in text_of(client)
        answer = client.get(f"/jobs/{job.pk}/file/")
        written = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        assert written == path.read_bytes()
        assert answer["Content-Disposition"].startswith('attachment; filename="kogorta-')
        reading = base.reading()
        assert reading is not None
        assert len(written.decode().splitlines()) == reading.segment("lifecycle.active").people + 1
        assert AuditEntry.objects.filter(action="export.fetched").count() == 1
        _nobody_else_gets(as_role, job, path)
    finally:
        path.unlink(missing_ok=True)


def _nobody_else_gets(as_role: As, job: Job, path: Path) -> None:
    other = as_role(Role.OWNER)
    assert "Fetch the file" not in text_of(other)
    assert other.get(f"/jobs/{job.pk}/file/").status_code == 404
    # whoever lost the right to see contacts since does not get the file that has them
    User.objects.filter(role=Role.MARKETER.value).update(role=Role.ANALYST.value)
    client = as_role(None)
    client.force_login(
        User.objects.get(role=Role.ANALYST.value), backend="django.contrib.auth.backends.ModelBackend"
    )
    assert client.get(f"/jobs/{job.pk}/file/").status_code == 404


def test_a_list_of_a_segment_that_does_not_exist_is_refused(owner: Client) -> None:
    assert owner.post("/exports/?segment=nobody.knows").status_code == 404
    assert Job.objects.count() == 0


def test_a_cell_that_makes_no_sense_is_no_cell(owner: Client) -> None:
    owner.post("/exports/?r=9&fm=x")
    assert Job.objects.get().payload["query"]["cell"] is None
    owner.post("/exports/?r=5&fm=1")
    assert Job.objects.latest("id").payload["query"]["cell"] == [5, 1]
