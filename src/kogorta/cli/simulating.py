"""kogorta simulate: write a base that never was, with the truth about it beside the data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

import kogorta
from kogorta.cli.output import err, out, table
from kogorta.cli.progress import PATIENCE_SECONDS
from kogorta.cli.speak import t
from kogorta.errors import InputError
from kogorta.i18n import lazy


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(
        "simulate",
        help=t.gettext("Write a made-up base of any size, with the truth about it, as Parquet files."),
    )(simulate)


def simulate(
    business: Annotated[str, typer.Argument(metavar="shop|salon", help=t.gettext("What kind of business."))],
    customers: Annotated[
        int, typer.Option("--customers", metavar="N", help=t.gettext("How many customer ids."))
    ],
    folder: Annotated[
        Path, typer.Option("--out", metavar="DIR", help=t.gettext("A folder that is empty or not there yet."))
    ],
    seed: Annotated[
        int,
        typer.Option("--seed", metavar="S", help=t.gettext("The same seed and wishes give the same base.")),
    ] = 1,
    start: Annotated[
        str | None, typer.Option("--start", metavar="DATE", help=t.gettext("Its first day; 2024-01-01."))
    ] = None,
    end: Annotated[
        str | None,
        typer.Option("--end", metavar="DATE", help=t.gettext("The day after its last one; 2026-01-01.")),
    ] = None,
    events: Annotated[
        float | None,
        typer.Option(
            "--events-per-customer", metavar="X", help=t.gettext("Web events for each id on average; 20.")
        ),
    ] = None,
) -> None:
    """Write a base, say what is in it and how to bring it in."""
    wishes = {
        "start": _day(start, "--start"),
        "end": _day(end, "--end"),
        "events_per_customer": events,
    }
    with shown() as show:
        made = kogorta.simulate(
            business,
            customers,
            folder,
            seed=seed,
            progress=show,
            **{name: wish for name, wish in wishes.items() if wish is not None},
        )
    table(
        t.gettext("What was written"),
        [t.gettext("Table"), t.gettext("Rows")],
        [[name, t.integer(rows)] for name, rows in made.rows.items()],
        right=(1,),
    )
    out.print(
        t.gettext(
            "The base is in {folder}, what is true of it in {truth}.",
            folder=str(folder),
            truth=str(folder / "truth"),
        ),
        markup=False,
    )
    out.print(t.gettext("Next: kogorta import {folder} -w WORKSPACE", folder=str(folder)), markup=False)


def _day(text: str | None, option: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(
            lazy("{option} is no date", option=option),
            got=text,
            expected=lazy("a day such as {day}", day="2024-01-31"),
        ) from None


@contextmanager
def shown(console: Console = err) -> Iterator[Callable[[Any], None]]:
    """Give a function that shows a person how far it is; a file or a pipe is told nothing."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=None)

        def show(step: Any) -> None:
            if (progress.tasks[task].elapsed or 0.0) >= PATIENCE_SECONDS:
                progress.update(task, total=step.of, completed=step.customers, description=_line(step))

        yield show


def _line(step: Any) -> str:
    """Say how far it is."""
    return t.gettext(
        "{done} of {all} customers, {rows} rows", done=step.customers, all=step.of, rows=step.rows
    )
