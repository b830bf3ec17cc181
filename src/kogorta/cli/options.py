"""Options that many commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kogorta.cli.output import Format
from kogorta.cli.speak import t

Folder = Annotated[
    Path, typer.Option("-w", "--workspace", metavar="DIR", help=t.gettext("The workspace; here by default."))
]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="INSTANT", help=t.gettext("As of when; now by default."))
]
KnownAt = Annotated[
    str | None,
    typer.Option(
        "--known-at",
        metavar="INSTANT",
        help=t.gettext("As far as was known then; an instant or a commit number."),
    ),
]
AsFormat = Annotated[
    Format,
    typer.Option(
        "--format", metavar="FORMAT", help=t.gettext("table for people; json, csv or parquet for programs.")
    ),
]
OutFile = Annotated[Path | None, typer.Option("--out", metavar="FILE", help=t.gettext("Write to a file."))]
HERE = Path()

Into = Annotated[
    str | None,
    typer.Option("--table", metavar="TABLE", help=t.gettext("orders, customers, … (see docs/reference)")),
]
AsForm = Annotated[
    str | None,
    typer.Option("--as", metavar="FORM", help=t.gettext("tracking: Segment-spec messages, one a line.")),
]
Mapping = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="FIELD=COLUMN", help=t.gettext("Which column a field is in.")),
]
Statuses = Annotated[
    list[str] | None,
    typer.Option("--status", metavar="WORD=STATUS", help=t.gettext("What a status word of yours means.")),
]
Decimal = Annotated[str | None, typer.Option(metavar="SIGN", help=t.gettext("The decimal sign, , or ."))]
DateFormat = Annotated[
    str | None, typer.Option(metavar="ORDER", help=t.gettext("dmy or mdy, for dates such as 01/02/2026."))
]
Encoding = Annotated[
    str | None, typer.Option(metavar="NAME", help=t.gettext("Of a text file, such as cp1251."))
]
Delimiter = Annotated[str | None, typer.Option(metavar="SIGN", help=t.gettext("Of a CSV file."))]
Sheet = Annotated[str | None, typer.Option(metavar="NAME", help=t.gettext("Of a workbook."))]
SourceName = Annotated[
    str | None,
    typer.Option(
        "--source",
        metavar="NAME",
        help=t.gettext(
            "Where the file is from, for people; without a file, a source that kogorta.toml names."
        ),
    ),
]
IdSpace = Annotated[
    str | None, typer.Option(metavar="NAME", help=t.gettext("Name of the ids, if this source has its own."))
]
Preset = Annotated[
    str | None,
    typer.Option("--preset", metavar="NAME", help=t.gettext("Which system the files were exported from.")),
]
Presets = Annotated[
    bool, typer.Option("--presets", help=t.gettext("List the systems whose exports are read, and stop."))
]
Query = Annotated[
    str | None,
    typer.Option("--query", metavar="SELECT", help=t.gettext("Of a database: what is asked for.")),
]
FromTable = Annotated[
    str | None,
    typer.Option(
        "--from-table",
        metavar="NAME",
        help=t.gettext("Of a database: its table or view, where it is called otherwise than ours."),
    ),
]
SinceColumn = Annotated[
    str | None,
    typer.Option(
        "--since-column",
        metavar="COLUMN",
        help=t.gettext("Of a database: grows with every change; only what has changed since is read."),
    ),
]
Everything = Annotated[
    bool,
    typer.Option("--all", help=t.gettext("Of a database: read everything anew, not only what has changed.")),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help=t.gettext("Check everything, keep nothing."))]
QuarantineFile = Annotated[
    Path | None,
    typer.Option("--quarantine", metavar="FILE", help=t.gettext("Write refused rows to a CSV file.")),
]
