"""kogorta import: show how the columns will be read, read them, say what became of every row."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

import kogorta
from kogorta.cli import options
from kogorta.cli.output import err, out, table
from kogorta.cli.progress import shown
from kogorta.cli.speak import t
from kogorta.errors import InputError, KogortaError
from kogorta.i18n import lazy
from kogorta.schema import TABLES

TRACKING = "tracking"
SHOWN_REFUSALS = 5


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("import", help=t.gettext("Bring files in: CSV, XLSX, Parquet, JSON Lines."))(import_)


def import_(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...", help=t.gettext("Files; of a folder, those that are named after tables.")
        ),
    ],
    into: options.Into = None,
    as_: options.AsForm = None,
    mapping: options.Mapping = None,
    status: options.Statuses = None,
    decimal: options.Decimal = None,
    date_format: options.DateFormat = None,
    encoding: options.Encoding = None,
    delimiter: options.Delimiter = None,
    sheet: options.Sheet = None,
    source: options.SourceName = None,
    id_space: options.IdSpace = "main",
    dry_run: options.DryRun = False,
    quarantine: options.QuarantineFile = None,
    folder: options.Folder = options.HERE,
) -> None:
    """Import files one after the other, folders file by file; exit 0 if anything was loaded, else 2."""
    from kogorta.ingest import ImportOptions

    chosen = _chosen(files, _form(into, as_))
    wishes = ImportOptions(
        mapping=_pairs(mapping, "--map", "field=column"),
        statuses=_pairs(status, "--status", "word=status"),
        decimal=decimal,
        date_format=date_format,
        encoding=encoding,
        delimiter=delimiter,
        sheet=sheet,
        source=source,
        id_space=id_space,
        dry_run=dry_run,
    )
    good = 0
    with kogorta.open(folder) as workspace, workspace.compacting_once():
        for path, form in chosen:
            try:
                report = _one(workspace, path, form, wishes)
            except KogortaError as error:
                place = "" if error.path == str(path) else f"[bold red]{escape(str(path))}:[/] "
                err.print(place + escape(error.describe(t)))
                continue
            _print_report(path, report)
            if quarantine and report.quarantined:
                report.write_quarantine(quarantine)
                out.print(t.gettext("Refused rows are in {file}.", file=str(quarantine)))
            good += report.loaded + report.updated + report.same
    if not good:
        raise typer.Exit(2)


def _chosen(paths: Sequence[Path], form: str | None) -> list[tuple[Path, str]]:
    """Return the files to be imported, each with its table: a folder tells it by the names of its files."""
    from kogorta.ingest import tables_in

    chosen: list[tuple[Path, str]] = []
    for path in paths:
        if path.is_dir():
            chosen += tables_in(path, form)
        elif form is None:
            raise InputError(
                "which table is the file for?",
                expected=", ".join(TABLES),
                hint="say --table NAME, or --as tracking",
            )
        else:
            chosen.append((path, form))
    return chosen


def _form(into: str | None, as_: str | None) -> str | None:
    form = as_ or into
    if as_ and as_ != TRACKING:
        raise InputError("there is no such form", got=as_, expected=TRACKING)
    return form


def _pairs(values: Sequence[str] | None, option: str, form: str) -> dict[str, str]:
    pairs = {}
    for value in values or ():
        name, sign, column = value.partition("=")
        if not sign or not name.strip() or not column.strip():
            raise InputError(lazy("{option} is not understood", option=option), got=value, expected=form)
        pairs[name.strip()] = column.strip()
    return pairs


def _one(workspace: Any, path: Path, form: str, wishes: Any) -> Any:
    with shown():
        preview = workspace.preview(path, form, wishes)
    _print_mapping(preview)
    with shown() as show:
        return workspace.import_file(path, form, options=wishes, progress=show)


def _why(code: str) -> str:
    """Say why a column was taken for a field."""
    return {
        "header": t.pgettext("why a column", "by its header"),
        "values": t.pgettext("why a column", "by its values"),
        "saved": t.pgettext("why a column", "as saved"),
        "given": t.pgettext("why a column", "as you said"),
    }[code]


def _print_mapping(preview: Any) -> None:
    if all(f.field == f.column for f in preview.fields) and not preview.properties:
        # what is called by its own name needs no explanation
        return
    rows = [[f.field, f.column or "—", _why(f.why), ", ".join(f.samples[:3])] for f in preview.fields]
    table(
        t.gettext("How the columns are read"),
        [t.gettext("Field"), t.gettext("Column"), t.gettext("Why"), t.gettext("For example")],
        rows,
    )
    if preview.properties:
        out.print(t.gettext("Kept as properties: {columns}", columns=", ".join(preview.properties)))


def _print_report(path: Path, report: Any) -> None:
    out.print(
        t.gettext(
            "{file}: {read} rows read = {loaded} loaded + {updated} updated + {same} known already + {bad} refused",
            file=path.name,
            read=report.rows_read,
            loaded=report.loaded,
            updated=report.updated,
            same=report.same,
            bad=report.quarantined,
        )
    )
    for note in report.notes:
        out.print("  · " + t.say(note.message), markup=False)
    _print_quarantine(report)


def _print_quarantine(report: Any) -> None:
    """Show the first refused rows: where, what, why, and what to do."""
    rows = [
        [str(row.line), row.column, row.value, t.say(row.message)]
        for row in report.quarantine[:SHOWN_REFUSALS]
    ]
    if not rows:
        return
    headers = [t.gettext("Line"), t.gettext("Column"), t.gettext("Value"), t.gettext("Why, and what to do")]
    table(t.gettext("Refused rows"), headers, rows, right=(0,))
    if report.quarantined > len(rows):
        out.print(t.gettext("… and more; --quarantine FILE writes all of them to a file."))
