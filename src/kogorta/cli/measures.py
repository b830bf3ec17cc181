"""kogorta kpis, cohorts: measures of the base or of a segment."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

import kogorta
from kogorta.cli import measured
from kogorta.cli.figures import asking_fields, columns, fields, plain
from kogorta.cli.options import HERE, AsFormat, AsOf, Folder, KnownAt, OutFile
from kogorta.cli.output import Format, emit, emit_json, out
from kogorta.cli.speak import t
from kogorta.errors import InputError
from kogorta.metrics import Missing
from kogorta.metrics.campaigns import MessageKpis
from kogorta.metrics.measured import MessagesBy
from kogorta.metrics.monthly import MonthKpis
from kogorta.metrics.sources import SourceKpis

Whose = Annotated[
    str | None,
    typer.Argument(
        metavar="[SEGMENT]",
        help=t.gettext("A segment, a scheme or a file with a definition; the whole base by default."),
    ),
]
Months = Annotated[int, typer.Option("--months", metavar="N", help=t.gettext("How many months to look at."))]


class By(StrEnum):
    """What measures are told by."""

    MONTH = "month"
    CAMPAIGN = "campaign"
    SOURCE = "source"
    CHANNEL = "channel"


AsBy = Annotated[
    By, typer.Option("--by", metavar="WHAT", help=t.gettext("month, campaign, source or channel."))
]
Then = Annotated[
    bool,
    typer.Option(
        "--then",
        help=t.gettext("Each month of those who were members when it ended, not of those who are now."),
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("kpis", help=t.gettext("Show measures of the base or of a segment, month by month."))(kpis)
    app.command("cohorts", help=t.gettext("Show who of each month's new buyers ordered again."))(cohorts)


def kpis(
    segment: Whose = None,
    by: AsBy = By.MONTH,
    months: Months = 12,
    then: Then = False,
    folder: Folder = HERE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    format_: AsFormat = Format.TABLE,
    file: OutFile = None,
) -> None:
    """Show measures."""
    if then and by is not By.MONTH:
        raise InputError("--then is about months", got=by.value, hint="leave one of them out")
    with kogorta.open(folder) as workspace, out.status(t.gettext("working it out …")) as status:
        at = as_of or workspace.last_instant()
        if by is By.MONTH:
            found: Any = workspace.kpis(
                segment,
                at,
                known_at,
                months=months,
                then=then,
                progress=lambda month: status.update(
                    t.gettext("working out {month} …", month=t.month(month))
                ),
            )
        elif by is By.SOURCE:
            found = workspace.source_kpis(segment, at, known_at)
        else:
            found = workspace.campaign_kpis(segment, at, known_at, by=MessagesBy(by.value), months=months)
        status.stop()
        if format_ is Format.TABLE:
            measured.print_answer(workspace, found)
        else:
            _emit(found, by, format_, file)


def cohorts(
    segment: Whose = None,
    folder: Folder = HERE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    format_: AsFormat = Format.TABLE,
    file: OutFile = None,
) -> None:
    """Show cohorts."""
    with kogorta.open(folder) as workspace:
        with out.status(t.gettext("working it out …")):
            found = workspace.cohorts(segment, as_of or workspace.last_instant(), known_at)
        if format_ is Format.TABLE:
            measured.print_cohorts(workspace, found)
            return
    rows = [] if isinstance(found.cohorts, Missing) else found.cohorts
    if format_ is Format.JSON:
        emit_json({**asking_fields(found.asking), "cohorts": plain(found.cohorts)}, file)
        return
    cells = [
        {"month": row.month, "customers": row.customers, "number": number, "active": active}
        for row in rows
        for number, active in enumerate(row.active)
    ]
    emit(cells, format_, file)


def _emit(found: Any, by: By, format_: Format, file: Any) -> None:
    items = _items(found, by)
    if format_ is not Format.JSON:
        kind = _KINDS[by]
        emit([{**name, **columns(kind, item)} for name, item in items], format_, file)
        return
    told: dict[str, Any] = asking_fields(found.asking)
    if by is By.MONTH:
        told |= {"is_then": found.is_then, "now": plain(found.now), "base": plain(found.base)}
    rows = [{**name, **fields(item)} for name, item in items]
    emit_json(told | {f"by_{by.value}": rows}, file)


_KINDS: dict[By, type] = {
    By.MONTH: MonthKpis,
    By.CAMPAIGN: MessageKpis,
    By.CHANNEL: MessageKpis,
    By.SOURCE: SourceKpis,
}


def _items(found: Any, by: By) -> list[tuple[dict[str, Any], Any]]:
    """Return what is told of, each with the column that names it."""
    if by is By.MONTH:
        return [({}, month) for month in found.months]
    groups = found.sources if by is By.SOURCE else found.groups
    if isinstance(groups, Missing):
        return []
    return [({by.value: name}, group) for name, group in groups.items()]
