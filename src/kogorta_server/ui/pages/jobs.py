"""Jobs: what runs, what waits, what failed and why, what is done."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import FileResponse, HttpResponseBase, HttpResponseRedirect

from kogorta.look.html import Html, el, join, paragraph
from kogorta_server import clock
from kogorta_server.accounts.audit import record
from kogorta_server.accounts.rights import Right
from kogorta_server.jobs import asking, queries, queue
from kogorta_server.jobs.queries import Told
from kogorta_server.jobs.words import JobState
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.page import page
from kogorta_server.ui.parts.forms import post_button
from kogorta_server.ui.parts.listing import PAGE, Column, listing, place_of
from kogorta_server.ui.parts.work import (
    age,
    bar,
    error_text,
    job_name,
    job_outcome,
    refresh_trouble,
    state_word,
)
from kogorta_server.ui.shell import fragment, respond

_FAST, _SLOW = "every 1s", "every 10s"


@page("jobs/", right=Right.SEE)
def jobs(ask: Ask) -> HttpResponseBase:
    """Show what is being done."""
    title = ask.t.pgettext("menu", "Jobs")
    return respond(ask, title, _now(ask), _over(ask), active="jobs", actions=_refresh_button(ask))


@page("jobs/now/", right=Right.SEE)
def jobs_now(ask: Ask) -> HttpResponseBase:
    """Show what runs and waits: the part of the page that renews itself."""
    if not ask.is_fragment:
        return HttpResponseRedirect(link("jobs"))
    before = {int(number) for number in ask.text("open").split(",") if number.isdecimal()}
    response = fragment(_now(ask))
    if before - {row.id for row in queries.open_jobs()}:
        # something is over: what came of it stands elsewhere on the page
        response["HX-Refresh"] = "true"
    return response


@page("jobs/refresh/", right=Right.WORK, methods=("POST",))
def jobs_refresh(ask: Ask) -> HttpResponseBase:
    """Have everything refreshed now."""
    job = asking.refresh(ask.user)
    record(ask.request, "job.asked", str(job.pk), kind=job.kind)
    ask.tell(ask.t.gettext("The refresh begins. Pages show its numbers as soon as it is over."))
    return HttpResponseRedirect(link("jobs"))


@page("jobs/<int:job_id>/retry/", right=Right.WORK, methods=("POST",))
def job_retry(ask: Ask, job_id: int) -> HttpResponseBase:
    """Have a job done once more."""
    job = queries.find(job_id)
    if queue.retry(job.id, clock.now()):
        record(ask.request, "job.retried", str(job.id), kind=job.kind.value)
        ask.tell(ask.t.gettext("It is being tried once more."))
    else:
        ask.tell(ask.t.gettext("There is nothing to try again: it waits, runs, or is done."), is_bad=True)
    return HttpResponseRedirect(link("jobs"))


@page("jobs/<int:job_id>/cancel/", right=Right.WORK, methods=("POST",))
def job_cancel(ask: Ask, job_id: int) -> HttpResponseBase:
    """Call a job off."""
    job = queries.find(job_id)
    if queue.cancel(job.id, clock.now()):
        record(ask.request, "job.cancelled", str(job.id), kind=job.kind.value)
        ask.tell(ask.t.gettext("Called off. What runs stops after its present step; nothing of it is kept."))
    else:
        ask.tell(ask.t.gettext("There is nothing to call off: it is over."), is_bad=True)
    return HttpResponseRedirect(link("jobs"))


@page("jobs/<int:job_id>/file/", right=Right.EXPORT)
def job_file(ask: Ask, job_id: int) -> HttpResponseBase:
    """Give the file of an export to whoever asked for it."""
    job, path = queries.export_of(job_id, ask.user)
    record(ask.request, "export.fetched", str(job.id), people=job.result["people"])
    name = f"kogorta-{ask.local(job.finished_at or clock.now()):%Y-%m-%d}-{job.id}.csv"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="text/csv")


def _refresh_button(ask: Ask) -> Html:
    if not ask.may(Right.WORK):
        return Html("")
    return post_button(ask, ask.t.gettext("Refresh now"), link("jobs_refresh"), class_="button primary")


def _now(ask: Ask) -> Html:
    """Write what runs and waits; it renews itself, oftener while something runs."""
    t = ask.t
    rows = queries.open_jobs()
    runs = any(row.state is JobState.RUNNING or row.due_at <= clock.now() for row in rows)
    if rows:
        body = listing(ask, _open_columns(ask), rows, caption=t.gettext("Now"))
    else:
        body = paragraph(t.gettext("Nothing runs, and nothing waits."), class_="empty")
    return el(
        "div",
        _standing(ask),
        el("section", el("h2", t.gettext("Now")), body, class_="card"),
        id="now",
        hx_get=link("jobs_now", open=",".join(str(row.id) for row in rows)),
        hx_trigger=_FAST if runs else _SLOW,
        hx_swap="outerHTML",
        aria_live="off",
    )


def _standing(ask: Ask) -> Html:
    """Write how old the numbers are that pages show, and why they are no newer."""
    t = ask.t
    if ask.reading is None:
        text = t.gettext("Nothing was refreshed yet: pages have no numbers to show.")
    else:
        text = t.gettext(
            "Pages show the base as of {instant}: {age}.",
            instant=ask.moment(ask.reading.stamp.as_of),
            age=age(ask, ask.reading.stamp.as_of),
        )
    return join([paragraph(text, class_="lead"), refresh_trouble(ask)])


def _open_columns(ask: Ask) -> list[Column[Told]]:
    t = ask.t

    def state(row: Told) -> Html:
        if row.state is JobState.RUNNING:
            return bar(ask, row)
        if row.is_tried_again:
            told = t.gettext("failed; tried again at {instant}", instant=ask.moment(row.due_at))
            return join([el("span", told, class_="bad"), error_text(ask, row)])
        return el("span", state_word(ask, row.state))

    return [
        Column("", t.gettext("Job"), lambda row: job_name(ask, row), is_number=False),
        Column("", t.gettext("How far"), state, is_number=False),
        Column("", t.gettext("Asked by"), lambda row: _who(ask, row), is_number=False),
        Column(
            "", t.gettext("Since"), lambda row: ask.moment(row.started_at or row.created_at), is_number=False
        ),
        Column("", "", lambda row: _buttons(ask, row), is_number=False),
    ]


def _over(ask: Ask) -> Html:
    """Write what is over: what failed first, since somebody has to look at it."""
    t = ask.t
    _, failed = queries.finished([JobState.FAILED], 0, PAGE)
    columns = _over_columns(ask)
    place = place_of(ask, columns, "-finished_at")
    total, rows = queries.finished([JobState.DONE, JobState.CANCELLED], place.offset, PAGE)
    parts = []
    if failed:
        told = listing(ask, columns, failed, caption=t.gettext("Failed"))
        parts.append(el("section", el("h2", t.gettext("Failed")), told, class_="card"))
    done = (
        listing(ask, columns, rows, caption=t.gettext("Done"), place=place, total=total)
        if rows
        else paragraph(
            t.gettext(
                "Nothing was done yet. What is due is refreshed by itself every minute; files come in by the page Import."
            ),
            class_="empty",
        )
    )
    return join([*parts, el("section", el("h2", t.gettext("Done")), done, class_="card")])


def _over_columns(ask: Ask) -> list[Column[Told]]:
    t = ask.t
    return [
        Column("", t.gettext("Job"), lambda row: job_name(ask, row), is_number=False),
        Column("", t.gettext("What came of it"), lambda row: job_outcome(ask, row), is_number=False),
        Column("", t.gettext("Asked by"), lambda row: _who(ask, row), is_number=False),
        Column("finished_at", t.gettext("When"), lambda row: _when(ask, row), is_number=False),
        Column("", t.gettext("It took"), lambda row: _took(ask, row)),
        Column("", "", lambda row: _buttons(ask, row), is_number=False),
    ]


def _who(ask: Ask, row: Told) -> str:
    return row.who or ask.t.pgettext("who asked", "by schedule")


def _when(ask: Ask, row: Told) -> str:
    return ask.moment(row.finished_at) if row.finished_at else "—"


def _took(ask: Ask, row: Told) -> str:
    if row.started_at is None or row.finished_at is None:
        return "—"
    return _lasting(ask, row.started_at, row.finished_at)


def _lasting(ask: Ask, start: datetime, end: datetime) -> str:
    length = end - start
    if length < timedelta(minutes=1):
        return ask.t.ngettext("{n} second", "{n} seconds", max(round(length.total_seconds()), 1))
    return ask.t.lasting(length)


def _buttons(ask: Ask, row: Told) -> Html:
    """Write what a person may do with a job."""
    t = ask.t
    if not ask.may(Right.WORK):
        return Html("")
    buttons = []
    if row.state in (JobState.FAILED, JobState.CANCELLED) or row.is_tried_again:
        buttons.append(
            post_button(
                ask,
                t.gettext("Try again"),
                link("job_retry", row.id),
                class_="quiet-button",
                id_=f"retry-{row.id}",
            )
        )
    if row.is_open and not row.is_cancel_asked:
        buttons.append(
            post_button(
                ask,
                t.gettext("Call off"),
                link("job_cancel", row.id),
                class_="quiet-button",
                id_=f"cancel-{row.id}",
            )
        )
    return el("div", *buttons, class_="buttons")
