"""Which files of an export fill which tables, and in which order they are read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from fnmatch import fnmatch
from itertools import islice
from pathlib import Path

from kogorta.errors import InputError
from kogorta.i18n import lazy
from kogorta.ingest.exports import Cell, FilePart, Form, ImportPreset, Reading, TablePart, Value
from kogorta.ingest.mapping.fields import find_field
from kogorta.ingest.mapping.guess import squash
from kogorta.ingest.presets.documents import units
from kogorta.ingest.presets.paths import Node, nodes_at
from kogorta.ingest.settings import ImportOptions, IngestSettings, fingerprint
from kogorta.ingest.sources import read_source
from kogorta.ingest.sources.open import head_of
from kogorta.schema import TABLES, ColumnType
from kogorta.warehouse.store import Warehouse

ENDINGS = {
    Form.TABLE: (".csv", ".tsv", ".txt", ".xlsx", ".xls"),
    Form.JSON: (".json", ".jsonl", ".ndjson"),
    Form.XML: (".xml",),
}
FIRST = ("consents", "list_changes")
"""Who must not be written to is known before anybody whom one could write to."""
_POINT = "."
"""Numbers of JSON have no other sign, whatever the tables beside them are written with."""
_ROWS = 20
_UNITS = 20


@dataclass(frozen=True)
class Job:
    """One table out of one file: one commit.

    Attributes:
        path: The file.
        table: The table.
        reading: How it is read.
        preset: Of which system.
    """

    path: Path
    table: str
    reading: Reading
    preset: ImportPreset

    def options(self, wishes: ImportOptions, id_space: str | None = None) -> ImportOptions:
        """Return the wishes of a run as they are for this table.

        Args:
            wishes: Of the whole import; its mapping stands in the plan.
            id_space: The space of the ids; by default the system has one of its own.
        """
        return replace(
            wishes,
            mapping={},
            statuses={w: s for w, s in wishes.statuses.items() if s in _meanings(self.table)},
            decimal=_POINT if self.reading.file.form is Form.JSON else wishes.decimal or self.preset.decimal,
            date_format=wishes.date_format or self.preset.date_format,
            source=wishes.source or self.preset.id,
            id_space=id_space or self.preset.id,
            reading=self.reading,
        )


@dataclass(frozen=True)
class ExportPlan:
    """What an import by a preset will do.

    Attributes:
        jobs: In the order in which they are done.
        left: Files that are nothing of this export.
    """

    jobs: tuple[Job, ...]
    left: tuple[Path, ...]


def plan_export(
    warehouse: Warehouse,
    paths: Iterable[Path],
    preset: ImportPreset,
    settings: IngestSettings,
    options: ImportOptions | None = None,
) -> ExportPlan:
    """Tell which files are what, by what stands in them; a name counts only where a preset asks for it.

    Consents and what blocks a contact come first, then the tables in the order of the schema, people before sales;
    all of them carry the instant at which the import began.

    Args:
        warehouse: Lends its scratch space.
        paths: Files, and folders whose files are meant.
        preset: Of which system.
        settings: What the workspace says.
        options: Encoding, delimiter, sheet.

    Raises:
        InputError: None of the files is one of this export, one cannot be read, or the mapping or the words are
            not as they must be with a preset.
        MappingError: The mapping names a field that its table does not have.
    """
    options = options or ImportOptions()
    _check_wishes(options, preset)
    instant = settings.imported_at.replace(tzinfo=UTC).isoformat()
    jobs: list[Job] = []
    left: list[Path] = []
    files = _files(paths)
    for path in files:
        part = _recognised(warehouse, path, preset, options)
        if part is None:
            left.append(path)
            continue
        for table in part.tables:
            reading = _reading(preset, part, table, settings, options)
            jobs.append(Job(path, table.table, replace(reading, instant=instant), preset))
    if not jobs:
        raise _nothing(preset, files)
    return ExportPlan(tuple(sorted(jobs, key=_place)), tuple(left))


def _reading(
    preset: ImportPreset, file: FilePart, part: TablePart, settings: IngestSettings, options: ImportOptions
) -> Reading:
    """Return how a table is read, with the columns that people have named instead of those of the preset."""
    known_as = fingerprint(part.table, (preset.id, file.id, part.label))
    prefix = f"{part.table}."
    given = {
        **settings.mappings.get(known_as, {}),
        **{name: column for name, column in options.mapping.items() if name.startswith(prefix)},
    }
    own = {find_field(part.table, name): Cell(column) for name, column in given.items()}
    fields: dict[str, Value] = {
        name: own.pop(find_field(part.table, name), value) for name, value in part.fields.items()
    }
    fields |= {item.column.name: value for item, value in own.items()}
    return Reading(preset.id, file, replace(part, fields=fields), "", given, known_as)


def _place(job: Job) -> tuple[int, int]:
    """Within a table the files come as the preset has them: what is told later about one instant wins."""
    order = [*FIRST, *(name for name in TABLES if name not in FIRST)]
    return order.index(job.table), job.preset.files.index(job.reading.file)


def _files(paths: Iterable[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        files += [p for p in sorted(path.iterdir()) if p.is_file() and not p.name.startswith(".")]
    return files


def _recognised(
    warehouse: Warehouse, path: Path, preset: ImportPreset, options: ImportOptions
) -> FilePart | None:
    """Return the kind of file that a file is; of several that fit, the one that asks for most."""
    form = _form(path)
    parts = [part for part in preset.files if part.form is form and _fits_name(part, path)]
    if not parts:
        return None
    head_of(path)
    if form is Form.TABLE:
        headers = {squash(header) for header in _headers(warehouse, path, options)}
        fitting = [p for p in parts if all(headers & set(map(squash, names)) for names in p.header)]
    else:
        fitting = [part for part in parts if _has_units(path, part)]
    return max(fitting, key=lambda part: len(part.header), default=None)


def _form(path: Path) -> Form | None:
    return next((form for form, endings in ENDINGS.items() if path.suffix.lower() in endings), None)


def _fits_name(part: FilePart, path: Path) -> bool:
    return not part.names or any(fnmatch(path.name.casefold(), name) for name in part.names)


def _headers(warehouse: Warehouse, path: Path, options: ImportOptions) -> Sequence[str]:
    with warehouse.staging() as staging:
        return read_source(staging, path, options, _ROWS).headers


def _has_units(path: Path, part: FilePart) -> bool:
    """Whether one of the first units has all that marks this kind of file."""
    wanted = dict.fromkeys(table.unit for table in part.tables)
    return any(
        all(any(_says(node, name) for name in names) for names in part.header)
        for unit in wanted
        for node in islice(units(path, part.form, unit), _UNITS)
    )


def _says(node: Node, path: str) -> bool:
    """Whether a unit has something at a path, if only a list without elements."""
    above, _, name = path.rpartition("/")
    return any(isinstance(n.value, dict) and name in n.value for n in nodes_at(node, above))


def _meanings(table: str) -> set[str]:
    """Return every word that an enum column of a table may hold."""
    return {v for column in TABLES[table] if column.type is ColumnType.ENUM for v in column.values}


def _check_wishes(options: ImportOptions, preset: ImportPreset) -> None:
    tables = {table.table for file in preset.files for table in file.tables}
    allowed = {value for table in tables for value in _meanings(table)}
    for word, meaning in options.statuses.items():
        if meaning not in allowed:
            raise InputError(
                lazy("a word cannot mean this in {form}", form=", ".join(sorted(tables))),
                got=f"{word}={meaning}",
                expected=", ".join(sorted(allowed)),
                hint='--status "word=status"',
            )
    for name in options.mapping:
        if name.partition(".")[0] not in tables or "." not in name:
            raise InputError(
                "with a preset a field is written with its table",
                got=name,
                expected=", ".join(f"{table}.…" for table in sorted(tables)),
                hint="--map orders.amount=Total",
                path="--map",
            )


def _nothing(preset: ImportPreset, files: Sequence[Path]) -> InputError:
    forms = set(map(_form, files))
    parts = [part for part in preset.files if part.form in forms] or preset.files
    looked_for = "; ".join(f"{part.id} ({part.marks})" for part in parts)
    return InputError(
        lazy("none of the files is one of an export of {system}", system=preset.name),
        got=", ".join(path.name for path in files[:6]) or None,
        expected=lazy("files with these columns or elements: {parts}", parts=looked_for),
        hint="see docs/howto/move-from.md on how to export them; kogorta import --presets lists what each reads",
    )
