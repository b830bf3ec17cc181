"""kogorta import: show how the columns will be read, read them, say what became of every row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

import kogorta
from kogorta.cli import options
from kogorta.cli.fetching import Asking, divide, fetch, questions
from kogorta.cli.moving import check_alone, import_export, list_presets
from kogorta.cli.output import err, out, table
from kogorta.cli.progress import shown
from kogorta.cli.speak import t
from kogorta.errors import InputError, KogortaError
from kogorta.i18n import lazy
from kogorta.schema import TABLES
from kogorta.warehouse.batch import MAIN_SPACE

TRACKING = "tracking"
SHOWN_REFUSALS = 5


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(
        "import", help=t.gettext("Bring data in: CSV, XLSX, Parquet, JSON Lines, catalogue feeds, databases.")
    )(import_)


def import_(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE...",
            help=t.gettext("Files; of a folder, those that are named after tables. Addresses of databases."),
        ),
    ] = None,
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
    query: options.Query = None,
    from_table: options.FromTable = None,
    since_column: options.SinceColumn = None,
    everything: options.Everything = False,
    id_space: options.IdSpace = None,
    preset: options.Preset = None,
    presets: options.Presets = False,
    dry_run: options.DryRun = False,
    quarantine: options.QuarantineFile = None,
    folder: options.Folder = options.HERE,
) -> None:
    """Import files one after the other, folders file by file; exit 0 if anything was loaded, else 2."""
    from kogorta.ingest import ImportOptions

    if presets:
        list_presets()
        return
    form = _form(into, as_)
    named = None if files else source
    urls, paths = divide(files or (), named)
    chosen = _of_preset(form, urls, named) if preset else _chosen(paths, form)
    wishes = ImportOptions(
        mapping=_pairs(mapping, "--map", "field=column"),
        statuses=_pairs(status, "--status", "word=status"),
        decimal=decimal,
        date_format=date_format,
        encoding=encoding,
        delimiter=delimiter,
        sheet=sheet,
        source=None if named else source,
        id_space=id_space or MAIN_SPACE,
        dry_run=dry_run,
    )
    tell = Teller(quarantine)
    with kogorta.open(folder) as workspace, workspace.compacting_once():
        good = import_export(workspace, paths, preset, wishes, id_space, tell) if preset else 0
        asked = questions(workspace, urls, named, form, Asking(query, from_table, since_column, everything))
        good += fetch(workspace, asked, wishes, everything, _print_mapping, tell)
        good += _import_files(workspace, chosen, wishes, tell)
    if not good:
        raise typer.Exit(2)


def _import_files(
    workspace: Any, chosen: Sequence[tuple[Path, str]], wishes: Any, tell: Callable[[str, Any], None]
) -> int:
    """Import files one after the other; return how many of their rows are in the base now."""
    good = 0
    for path, form in chosen:
        try:
            report = _one(workspace, path, form, wishes)
        except KogortaError as error:
            place = "" if error.path == str(path) else f"[bold red]{escape(str(path))}:[/] "
            err.print(place + escape(error.describe(t)))
            continue
        tell(path.name, report)
        good += report.loaded + report.updated + report.same
    return good


class Teller:
    """Tells what became of one import after the other.

    Args:
        quarantine: Where refused rows are written; those of a further import go to a file with a number behind.
    """

    def __init__(self, quarantine: Path | None) -> None:
        self._quarantine = quarantine
        self._written = 0

    def __call__(self, name: str, report: Any) -> None:
        """Print the report of one import, and write down what it refused."""
        _print_report(name, report)
        if self._quarantine and report.quarantined:
            self._written += 1
            number = f"-{self._written}" if self._written > 1 else ""
            file = self._quarantine.with_stem(f"{self._quarantine.stem}{number}")
            report.write_quarantine(file)
            out.print(t.gettext("Refused rows are in {file}.", file=str(file)))


def _of_preset(form: str | None, urls: Sequence[str], source: str | None) -> list[tuple[Path, str]]:
    """Check what stands beside a preset; no file is left over: it says itself which tables they are."""
    check_alone(form, urls, source)
    return []


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
        "preset": t.pgettext("why a column", "by the preset"),
    }[code]


def _print_mapping(preview: Any) -> None:
    if all(f.field == f.column for f in preview.fields) and not preview.properties:
        # what is called by its own name needs no explanation
        return
    rows = [
        [f.field, escape(f.column or "—"), _why(f.why), escape(", ".join(f.samples[:3]))]
        for f in preview.fields
    ]
    table(
        t.gettext("How the columns are read"),
        [t.gettext("Field"), t.gettext("Column"), t.gettext("Why"), t.gettext("For example")],
        rows,
    )
    if preview.properties:
        out.print(
            t.gettext("Kept as properties: {columns}", columns=", ".join(preview.properties)), markup=False
        )


def _print_report(name: str, report: Any) -> None:
    out.print(
        t.gettext(
            "{file}: {read} rows read = {loaded} loaded + {updated} updated + {same} known already + {bad} refused",
            file=name,
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
        [str(row.line), *map(escape, (row.column, row.value, t.say(row.message)))]
        for row in report.quarantine[:SHOWN_REFUSALS]
    ]
    if not rows:
        return
    headers = [t.gettext("Line"), t.gettext("Column"), t.gettext("Value"), t.gettext("Why, and what to do")]
    table(t.gettext("Refused rows"), headers, rows, right=(0,))
    if report.quarantined > len(rows):
        out.print(t.gettext("… and more; --quarantine FILE writes all of them to a file."))
