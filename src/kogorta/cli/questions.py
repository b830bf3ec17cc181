"""kogorta segments show, sql, size, overlap, diff, backtest: questions about definitions that change nothing."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

import kogorta
from kogorta.cli import answers, cards
from kogorta.cli.options import HERE, AsFormat, AsOf, Folder, KnownAt, OutFile
from kogorta.cli.output import Format, emit, emit_json, out, plain
from kogorta.cli.speak import t
from kogorta.errors import InputError

Id = Annotated[
    str, typer.Argument(metavar="ID", help=t.gettext("A scheme or a free segment, such as lifecycle."))
]
Source = Annotated[
    str,
    typer.Argument(
        metavar="FILE|ID",
        help=t.gettext("A file with a definition, - for standard input, or an id such as lifecycle.at_risk."),
    ),
]
File = Annotated[
    str, typer.Argument(metavar="FILE", help=t.gettext("A file with definitions, - for standard input."))
]
Ids = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[ID]...",
        help=t.gettext("Segments and schemes, such as lifecycle.at_risk; all of your own by default."),
    ),
]
STDIN = "-"


def register(app: typer.Typer) -> None:
    """Add the commands to `kogorta segments`."""
    app.command("show", help=t.gettext("Show a definition, its version and what names it."))(show)
    app.command("sql", help=t.gettext("Show the SQL of a definition, step by step."))(sql)
    app.command("size", help=t.gettext("Count the people of a definition and who can be reached."))(size)
    app.command("overlap", help=t.gettext("Show which segments share people and who claims whom."))(overlap)
    app.command("diff", help=t.gettext("Say who would enter and leave if definitions were saved."))(diff)
    app.command("backtest", help=t.gettext("Show a definition month by month, and what came after."))(
        backtest
    )


def show(
    definition: Id, folder: Folder = HERE, format_: AsFormat = Format.TABLE, file: OutFile = None
) -> None:
    """Show one definition."""
    with kogorta.open(folder) as workspace:
        found = workspace.show(definition)
        if format_ is not Format.TABLE:
            _only_json(format_)
            emit_json(cards.card_fields(workspace, found), file)
            return
        cards.print_card(workspace, found)


def sql(
    definition: Source,
    folder: Folder = HERE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    format_: AsFormat = Format.TABLE,
    file: OutFile = None,
) -> None:
    """Print the steps, or write them to a file."""
    with kogorta.open(folder) as workspace:
        steps = workspace.sql(_given(definition), as_of or workspace.last_instant(), known_at)
    if format_ is not Format.TABLE:
        emit(
            [
                {"name": step.name, "says": t.say(step.says), "reads": list(step.reads), "sql": step.sql}
                for step in steps
            ],
            format_,
            file,
        )
        return
    text = answers.script(steps)
    if file is None:
        plain(text)
    else:
        file.write_text(text + "\n", encoding="utf-8")


def size(
    definition: Source,
    folder: Folder = HERE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    format_: AsFormat = Format.TABLE,
    file: OutFile = None,
) -> None:
    """Count people before anything is saved."""
    with kogorta.open(folder) as workspace:
        with out.status(t.gettext("working it out …")):
            found = workspace.size(_given(definition), as_of or workspace.last_instant(), known_at)
        if format_ is not Format.TABLE:
            emit(answers.size_rows(found), format_, file)
            return
        answers.print_size(found)
        answers.print_reading(workspace, found)


def overlap(
    ids: Ids = None,
    folder: Folder = HERE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    format_: AsFormat = Format.TABLE,
    file: OutFile = None,
) -> None:
    """Compare segments."""
    with kogorta.open(folder) as workspace:
        with out.status(t.gettext("working it out …")):
            found = workspace.overlap(
                *(ids or ()), as_of=as_of or workspace.last_instant(), known_at=known_at
            )
        if format_ is Format.JSON:
            emit_json(
                {"pairs": answers.pair_rows(found), "claims": [asdict(claim) for claim in found.claims]}, file
            )
            return
        if format_ is not Format.TABLE:
            emit(answers.pair_rows(found), format_, file)
            return
        answers.print_overlap(found)
        answers.print_reading(workspace, found)


def diff(
    definitions: File,
    folder: Folder = HERE,
    members: Annotated[
        int,
        typer.Option(
            "--members",
            metavar="N",
            help=t.gettext("Also name up to N who would enter and leave each segment."),
        ),
    ] = 0,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    format_: AsFormat = Format.TABLE,
    file: OutFile = None,
) -> None:
    """Compare definitions with those that are saved."""
    with kogorta.open(folder) as workspace:
        source = _given(definitions) if definitions == STDIN else Path(definitions)
        with out.status(t.gettext("working it out …")):
            found = workspace.diff(source, as_of or workspace.last_instant(), known_at, members=members)
        if format_ is not Format.TABLE:
            emit(answers.diff_rows(found, is_flat=format_ is Format.CSV), format_, file)
            return
        answers.print_diff(found, members)
        answers.print_reading(workspace, found)


def backtest(
    definition: Source,
    folder: Folder = HERE,
    months: Annotated[
        int, typer.Option("--months", metavar="N", help=t.gettext("How many past months to look at."))
    ] = 12,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    format_: AsFormat = Format.TABLE,
    file: OutFile = None,
) -> None:
    """Look back month by month."""
    with kogorta.open(folder) as workspace:
        with out.status(t.gettext("working it out …")) as status:
            found = workspace.backtest(
                _given(definition),
                as_of or workspace.last_instant(),
                known_at,
                months=months,
                progress=lambda month: status.update(
                    t.gettext("working out {month} …", month=t.month(month))
                ),
            )
        if format_ is not Format.TABLE:
            emit(answers.month_rows(found), format_, file)
            return
        answers.print_backtest(workspace, found)


def _given(argument: str) -> str:
    """Return the text of standard input for `-`, else what was typed.

    Raises:
        InputError: Standard input is no text.
    """
    if argument != STDIN:
        return argument
    try:
        text = sys.stdin.read()
    except UnicodeDecodeError as error:
        raise InputError("standard input cannot be read", got=str(error), expected="UTF-8") from None
    # an id or a path has no end of line
    return f"{text}\n"


def _only_json(format_: Format) -> None:
    if format_ is not Format.JSON:
        raise InputError(
            "a definition is no table", got=format_.value, expected="table, json", hint="say --format json"
        )
