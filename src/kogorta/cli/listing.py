"""kogorta today: who comes, whom to invite, whom to call; kogorta outcome: what came of a call."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape

import kogorta
from kogorta.cli.options import HERE, AsFormat, AsOf, Folder, KnownAt
from kogorta.cli.output import Format, emit, out, plain, table
from kogorta.cli.speak import t

if TYPE_CHECKING:
    from kogorta.today import Task, Today

_NOTHING = "—"


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("today", help=t.gettext("List who comes today, whom to invite and whom to call."))(today)
    app.command("outcome", help=t.gettext("Write down what came of a call."))(outcome)


def today(
    folder: Folder = HERE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    format_: AsFormat = Format.TABLE,
) -> None:
    """Show the list of a day."""
    with kogorta.open(folder) as workspace:
        found = workspace.today(as_of, known_at)
        if format_ is Format.TABLE:
            _print(found, workspace.config.zone, workspace.config.workspace.currency)
        else:
            emit([_fields(task) for task in found.tasks], format_)


def outcome(
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help=t.gettext("Who was called."))],
    word: Annotated[
        str,
        typer.Argument(metavar="OUTCOME", help=t.gettext("booked, talked, later, no_answer or declined.")),
    ],
    note: Annotated[str, typer.Option(metavar="TEXT", help=t.gettext("What was said."))] = "",
    folder: Folder = HERE,
) -> None:
    """Write down what came of a call."""
    with kogorta.open(folder) as workspace:
        workspace.record_call(customer, word, note)
    out.print(t.gettext("Written down: {customer}, {outcome}.", customer=customer, outcome=word))


def _fields(task: Task) -> dict[str, Any]:
    told = {name: getattr(task, name) for name in task.__dataclass_fields__}
    name = task.segment_name
    return told | {"sort": task.sort.value, "segment_name": name[t.lang] if name else None}


def _print(found: Today, zone: ZoneInfo, currency: str) -> None:
    from kogorta.today import TaskSort

    out.print(t.gettext("Today, {day}", day=t.date(found.day)), style="bold")
    _visits(found.of(TaskSort.VISIT), zone)
    _people(t.gettext("Invite"), t.gettext("Due for"), found.of(TaskSort.INVITE), _due, currency)
    _people(t.gettext("Call"), t.gettext("Segment"), found.of(TaskSort.CALL), _silent, currency)
    beyond = sum(found.left_out.values())
    if beyond:
        plain(
            t.ngettext(
                "{n} more is not listed: raise `[today]` `limit` in `kogorta.toml` to see everyone.",
                "{n} more are not listed: raise `[today]` `limit` in `kogorta.toml` to see everyone.",
                beyond,
            )
        )
    if found.asked_not_to:
        plain(
            t.ngettext(
                "{n} person took back the consent to be called and is left out.",
                "{n} people took back the consent to be called and are left out.",
                found.asked_not_to,
            )
        )
    if found.without_phone:
        plain(
            t.ngettext(
                "{n} person to call has no telephone number.",
                "{n} people to call have no telephone number.",
                found.without_phone,
            )
        )
    if found.called:
        plain(
            t.ngettext(
                "{n} person was called lately and is left alone.",
                "{n} people were called lately and are left alone.",
                found.called,
            )
        )


def _visits(tasks: tuple[Task, ...], zone: ZoneInfo) -> None:
    if not tasks:
        return
    rows = [
        [
            task.at.replace(tzinfo=UTC).astimezone(zone).strftime("%H:%M") if task.at else _NOTHING,
            *_who(task),
            escape(task.service or _NOTHING),
            escape(task.staff or _NOTHING),
            _before(task),
        ]
        for task in tasks
    ]
    headers = [
        *(t.gettext("Time"), t.gettext("Customer"), t.gettext("Telephone")),
        *(t.gettext("Service"), t.gettext("Staff"), t.gettext("Before")),
    ]
    table(t.gettext("Come today"), headers, rows)


def _before(task: Task) -> str:
    if task.is_first:
        return t.gettext("first visit")
    if task.no_show_share:
        return t.gettext("did not come to {share} of bookings", share=t.percent(task.no_show_share))
    return ""


def _people(title: str, why: str, tasks: tuple[Task, ...], said: Any, currency: str) -> None:
    if not tasks:
        return
    rows = [
        [
            *_who(task),
            *said(task),
            _NOTHING if task.worth is None else t.money(task.worth, currency),
        ]
        for task in tasks
    ]
    headers = [
        *(t.gettext("Customer"), t.gettext("Telephone"), why),
        *(t.pgettext("column", "Since"), t.gettext("24 months")),
    ]
    table(title, headers, rows, right=(4,))


def _who(task: Task) -> tuple[str, str]:
    name = f"{task.name} ({task.customer_id})" if task.name else task.customer_id
    return escape(name), task.phone or _NOTHING


def _due(task: Task) -> tuple[str, str]:
    days = task.days or 0
    late = t.ngettext("{n} day late", "{n} days late", days)
    early = t.ngettext("due in {n} day", "due in {n} days", -days)
    today_ = t.gettext("due now")
    said = late if days > 0 else early if days < 0 else today_
    service = task.service or t.gettext("a visit")
    return escape(f"{service}, {task.staff}" if task.staff else service), said


def _silent(task: Task) -> tuple[str, str]:
    days = t.ngettext("{n} day silent", "{n} days silent", task.days) if task.days is not None else _NOTHING
    return escape(task.segment_name[t.lang]) if task.segment_name else _NOTHING, days
