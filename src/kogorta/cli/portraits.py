"""kogorta segments portrait, attractive, trend: what a segment's people are like, who is worth most, who came and went."""

from __future__ import annotations

from typing import Annotated

import typer

import kogorta
from kogorta.cli import portrayed
from kogorta.cli.figures import asking_fields, fields
from kogorta.cli.measures import Months
from kogorta.cli.options import HERE, AsFormat, AsOf, Folder, KnownAt, OutFile
from kogorta.cli.output import Format, emit, emit_json, out
from kogorta.cli.questions import Source
from kogorta.cli.speak import t

Top = Annotated[
    int,
    typer.Option("--top", metavar="N", help=t.gettext("How many lines to show; programs get all of them.")),
]


def register(app: typer.Typer) -> None:
    """Add the commands to `kogorta segments`."""
    app.command("portrait", help=t.gettext("Show how the people of a segment differ from the base."))(
        portrait
    )
    app.command("attractive", help=t.gettext("Show which groups of people are worth most."))(attractive)
    app.command("trend", help=t.gettext("Show how a segment grew and shrank, who came and who went."))(trend)


def portrait(
    segment: Source,
    against: Annotated[
        str | None,
        typer.Option(
            "--against", metavar="ID", help=t.gettext("Compare with another segment instead of the base.")
        ),
    ] = None,
    top: Top = 30,
    folder: Folder = HERE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    format_: AsFormat = Format.TABLE,
    file: OutFile = None,
) -> None:
    """Show a portrait."""
    with kogorta.open(folder) as workspace:
        with out.status(t.gettext("working it out …")):
            found = workspace.portrait(segment, against, as_of or workspace.last_instant(), known_at)
        if format_ is Format.TABLE:
            portrayed.print_portrait(workspace, found, top)
            return
    rows = [portrayed.feature_fields(feature) for feature in found.features]
    if format_ is Format.JSON:
        told = {"against": list(found.against), "others": found.others, "features": rows}
        told |= {"by_definition": list(found.by_definition), "unknown": list(found.unknown)}
        emit_json({**asking_fields(found.asking), **told}, file)
        return
    emit(rows, format_, file)


def attractive(
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by",
            metavar="TRAIT",
            help=t.gettext(
                "What puts people into groups, such as city; may be repeated. By default all that says who they are."
            ),
        ),
    ] = None,
    segment: Annotated[
        str | None,
        typer.Option("--segment", metavar="ID", help=t.gettext("Among whom; the whole base by default.")),
    ] = None,
    top: Top = 30,
    folder: Folder = HERE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    format_: AsFormat = Format.TABLE,
    file: OutFile = None,
) -> None:
    """Show groups by what they are worth."""
    with kogorta.open(folder) as workspace:
        with out.status(t.gettext("working it out …")):
            found = workspace.attractive(
                *(by or ()), segment=segment, as_of=as_of or workspace.last_instant(), known_at=known_at
            )
        if format_ is Format.TABLE:
            portrayed.print_attractive(workspace, found, top)
            return
    if format_ is Format.JSON:
        rows = [{**fields(group), "is_telling": group.is_telling} for group in found.groups]
        told = {"is_margin": found.is_margin, "worth_per_customer": found.worth_per_customer}
        emit_json({**asking_fields(found.asking), **told, "small": found.small, "groups": rows}, file)
        return
    emit([portrayed.group_columns(group) for group in found.groups], format_, file)


def trend(
    segment: Source,
    months: Months = 12,
    by_refresh: Annotated[
        bool, typer.Option("--by-refresh", help=t.gettext("Each refresh that changed it, instead of months."))
    ] = False,
    folder: Folder = HERE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    format_: AsFormat = Format.TABLE,
    file: OutFile = None,
) -> None:
    """Show how membership moved."""
    with kogorta.open(folder) as workspace:
        with out.status(t.gettext("working it out …")) as status:
            found = workspace.trend(
                segment,
                as_of or workspace.last_instant(),
                known_at,
                months=months,
                by_refresh=by_refresh,
                progress=lambda month: status.update(
                    t.gettext("working out {month} …", month=t.month(month))
                ),
            )
        if format_ is Format.TABLE:
            portrayed.print_trend(workspace, found)
            return
    rows = [portrayed.step_fields(step, is_flat=format_ is not Format.JSON) for step in found.steps]
    if format_ is Format.JSON:
        told = {"segments": list(found.segments), "as_of": found.as_of}
        emit_json({**told, "recorded_since": found.recorded_since, "steps": rows}, file)
        return
    emit(rows, format_, file)
