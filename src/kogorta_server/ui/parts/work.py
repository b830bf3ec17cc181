"""Jobs in words: what they do, how far they are, what came of them."""

from __future__ import annotations

from datetime import UTC, datetime

from kogorta.look.html import Html, el, join
from kogorta_server import clock
from kogorta_server.jobs import queries
from kogorta_server.jobs.queries import Told
from kogorta_server.jobs.words import JobKind, JobState
from kogorta_server.ui.ask import Ask, link


def job_name(ask: Ask, job: Told) -> Html:
    """Write what a job does."""
    t = ask.t
    words = {
        JobKind.REFRESH: t.pgettext("job", "Refresh"),
        JobKind.READING: t.pgettext("job", "Reading for pages"),
        JobKind.IMPORT: t.pgettext("job", "Import"),
        JobKind.EXPORT: t.pgettext("job", "List of customers as a file"),
        JobKind.HOOKS: t.pgettext("job", "Messages to webhooks"),
        JobKind.CLEANING: t.pgettext("job", "Removal of what is old"),
    }
    if job.kind is JobKind.IMPORT:
        return el("a", words[job.kind], href=link("upload", job.payload["upload"]))
    return el("span", words[job.kind])


def state_word(ask: Ask, state: JobState) -> str:
    """Write how far a job is."""
    t = ask.t
    return {
        JobState.WAITING: t.pgettext("job", "waits"),
        JobState.RUNNING: t.pgettext("job", "runs"),
        JobState.DONE: t.pgettext("job", "done"),
        JobState.FAILED: t.pgettext("job", "failed"),
        JobState.CANCELLED: t.pgettext("job", "called off"),
    }[state]


def bar(ask: Ask, job: Told) -> Html:
    """Write how far a running job is: a bar, and what is being done."""
    t = ask.t
    if job.is_cancel_asked:
        text = t.gettext("stops after its present step")
    else:
        text = t.say(job.said) if job.said else t.gettext("begins")
    return el(
        "div",
        el("span", text),
        el(
            "progress",
            t.percent(job.share, 0),
            max="100",
            value=str(round(job.share * 100)),
            aria_label=t.gettext("How much is done"),
        ),
        class_="job-bar",
    )


def error_text(ask: Ask, job: Told) -> Html:
    """Write why the last attempt failed, in the reader's language; empty if none did."""
    if job.error is None:
        return Html("")
    first, *more = job.error[ask.lang].split("\n")
    return el(
        "div", el("p", first), *(el("p", line.strip(), class_="stamp") for line in more), class_="job-error"
    )


def job_outcome(ask: Ask, job: Told) -> Html:
    """Write what came of a job that is over."""
    t = ask.t
    if job.state is JobState.FAILED:
        return error_text(ask, job)
    if job.state is JobState.CANCELLED:
        return el("span", state_word(ask, job.state))
    result = job.result
    if job.kind is JobKind.IMPORT:
        return el("a", str(result["name"]), href=link("upload", result["upload"]))
    if job.kind is JobKind.REFRESH and "changes" in result:
        moved = t.ngettext("{n} change of segments", "{n} changes of segments", result["changes"])
        return el("span", f"{t.customers(result['customers'])}, {moved}")
    if job.kind is JobKind.EXPORT:
        return _file(ask, job)
    return el("span", state_word(ask, job.state))


def refresh_trouble(ask: Ask) -> Html:
    """Write that refreshes fail, and why; empty while they do not."""
    t = ask.t
    trouble = queries.trouble()
    if trouble is None:
        return Html("")
    job = trouble.job
    at = ask.moment(job.started_at or job.created_at)
    if trouble.times == 1:
        told = t.gettext("The refresh of {instant} failed.", instant=at)
    else:
        told = t.ngettext(
            "{n} refresh in a row has failed, the last of {instant}.",
            "{n} refreshes in a row have failed, the last of {instant}.",
            trouble.times,
            instant=at,
        )
    kept = t.gettext("The numbers stay those of the last good one; nothing of it was kept.")
    return el(
        "div",
        el("p", el("strong", told)),
        error_text(ask, job),
        el("p", kept),
        class_="card warning",
        role="alert",
    )


def age(ask: Ask, instant: datetime) -> str:
    """Write how old something is."""
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return ask.t.gettext("{age} old", age=ask.t.lasting(clock.now() - aware))


def _file(ask: Ask, job: Told) -> Html:
    t = ask.t
    told = t.customers(job.result["people"])
    until = datetime.fromisoformat(job.result["until"])
    if job.asked_by_id != ask.user.pk or until < clock.now():
        return el("span", told)
    fetch = el("a", t.gettext("Fetch the file"), href=link("job_file", job.id), download=True)
    return join(
        [
            el("span", f"{told}: "),
            fetch,
            el("small", t.gettext("kept until {instant}", instant=ask.moment(until))),
        ]
    )
