"""kogorta compact: lay the rows of each customer together."""

from __future__ import annotations

from typing import Any

import typer

import kogorta
from kogorta.cli.options import HERE, AsFormat, Folder, OutFile
from kogorta.cli.output import Format, emit, err, out, table
from kogorta.cli.speak import t


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(
        "compact",
        help=t.gettext("Lay the rows of each customer together, so that single people are read quickly."),
    )(compact)


def compact(folder: Folder = HERE, format_: AsFormat = Format.TABLE, file: OutFile = None) -> None:
    """Lay out every table that gains by it; imports do it by themselves where it is due."""
    with kogorta.open(folder) as workspace:
        done = workspace.compact(
            progress=lambda name: err.print(t.gettext("Laying out {table} …", table=name))
        )
    if format_ is not Format.TABLE:
        emit([_row(item) for item in done], format_, file)
        return
    if not done:
        out.print(t.gettext("Nothing to do: all tables lie in order."))
        return
    table(
        t.gettext("Laid out anew"),
        [t.gettext("Table"), t.gettext("Rows"), t.gettext("Not in order before"), t.gettext("Seconds")],
        [
            [item.table, t.integer(item.rows), t.integer(item.tail_rows), t.decimal(item.seconds)]
            for item in done
        ],
        right=(1, 2, 3),
    )


def _row(item: Any) -> dict[str, Any]:
    return {
        "table": item.table,
        "rows": item.rows,
        "tail_rows": item.tail_rows,
        "seconds": round(item.seconds, 3),
    }
