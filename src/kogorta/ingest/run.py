"""One import on its way: read, map, type, shape, commit once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa

from kogorta.errors import InputError
from kogorta.i18n import lazy
from kogorta.ingest.filldown import fill_down
from kogorta.ingest.mapping.resolve import ColumnMapping, resolve, samples_of
from kogorta.ingest.notes import Notes
from kogorta.ingest.prepared import Prepared
from kogorta.ingest.presets.reading import read_rows, settings_for
from kogorta.ingest.progress import Meter
from kogorta.ingest.properties import Properties, PropertyFinder, report_new
from kogorta.ingest.raw import RawColumn, RawTable
from kogorta.ingest.report import ImportReport, Note
from kogorta.ingest.settings import TRACKING, ImportOptions, IngestSettings, Progress
from kogorta.ingest.shape.base import Shaping
from kogorta.ingest.shape.direct import shape_direct
from kogorta.ingest.shape.lines import shape_lines
from kogorta.ingest.shape.orders import shape_orders
from kogorta.ingest.sources import Source
from kogorta.ingest.sources.finish import mark_blanks
from kogorta.ingest.sources.open import digest_of
from kogorta.ingest.sources.sql import Snapshot
from kogorta.ingest.typed import Typed, Typing
from kogorta.schema import TABLES, ColumnType
from kogorta.warehouse.batch import BatchInfo, BatchResult, TableCounts
from kogorta.warehouse.staging import Staging
from kogorta.warehouse.store import Warehouse

MAX_REFUSED = 1_000_000


def source_name(source: object) -> str:
    """Return the name of a source for people."""
    if isinstance(source, Snapshot):
        return source.name
    return Path(source).name if isinstance(source, str | Path) else "table"


class Run:
    """One import."""

    def __init__(
        self,
        warehouse: Warehouse,
        form: str,
        settings: IngestSettings,
        options: ImportOptions,
        progress: Progress | None,
    ) -> None:
        self.warehouse = warehouse
        self.form = form
        self.settings = settings_for(settings, options.reading)
        self.options = options
        self.notes = Notes(settings.currency, settings.minor_digits)
        self.meter = Meter(progress)
        _check_options(form, options)

    def file(self, source: Source) -> ImportReport:
        """Import a file or an Arrow table into a canonical table."""
        self.meter.tell("reading")
        content = digest_of(source)
        with self.warehouse.staging() as staging, self.meter.watching(self.warehouse, staging):
            raw, declared = read_rows(staging, source, self.options, self.options.first_rows)
            if not raw.rows_read:
                return self._nothing(raw, source_name(source))
            self.meter.tell("checking", raw.rows_read)
            samples = samples_of(staging, raw)
            mapping = resolve(self.form, raw, samples, self.settings, self.options, declared)
            raw = mark_blanks(staging, raw, self._texts(mapping))
            mapping = mapping.beside(raw)
            digest = self.digest(content, mapping.as_dict())
            known = self.known(digest, source_name(source))
            if known:
                return known
            prepared = self._prepare(staging, raw, mapping)
            return self.finish(staging, prepared, digest, source_name(source))

    def _nothing(self, raw: RawTable, name: str) -> ImportReport:
        """Refuse a file without rows; of an export, a file may well say nothing of one of its tables."""
        if self.options.reading:
            return ImportReport(self.form, name, 0, 0, 0, 0, 0, self.meter.seconds)
        raise InputError(
            "the file has a header and no rows",
            got=", ".join(raw.headers),
            expected="at least one row below the header",
            path=name,
        )

    @staticmethod
    def _texts(mapping: ColumnMapping) -> list[RawColumn]:
        """Return the columns whose blanks would be kept; those of numbers and dates are read again anyway."""
        texts = (ColumnType.ID, ColumnType.TEXT, ColumnType.PATH, ColumnType.ID_LIST)
        return [c.column for c in mapping.choices if c.field.type in texts] + list(mapping.rest)

    def digest(self, content: str, mapping: Mapping[str, str]) -> str:
        """Return the digest of content and of every setting that changes what is read in it."""
        settings, options = self.settings, self.options
        told = [
            self.form,
            sorted(mapping.items()),
            sorted({**settings.statuses, **options.statuses}.items()),
            sorted((code, str(rate)) for code, rate in settings.rates.items()),
            sorted(settings.fee_codes),
            [str(settings.timezone), settings.currency, settings.minor_digits, options.id_space],
            [options.decimal, options.date_format, options.encoding, options.delimiter, options.sheet],
        ]
        if options.reading:
            told.append(options.reading.fingerprint)
        text = content + json.dumps(told, ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def known(self, digest: str, name: str) -> ImportReport | None:
        """Return the report of a file that was imported before just so; None if it was not."""
        batch = self.warehouse.find_batch(digest)
        if batch is None:
            return None
        rows = self.warehouse.arrow(
            "SELECT line, column_name, value, reason, raw FROM quarantine WHERE ingest_seq = ? ORDER BY line, rowid LIMIT ?",
            [batch.ingest_seq, MAX_REFUSED],
        )
        same = batch.rows_read - batch.rows_quarantined
        return ImportReport(
            self.form,
            name,
            batch.rows_read,
            0,
            0,
            same,
            batch.rows_quarantined,
            self.meter.seconds,
            notes=(Note("same_file"),),
            ingest_seq=batch.ingest_seq,
            refused=rows,
        )

    def _prepare(self, staging: Staging, raw: RawTable, mapping: ColumnMapping) -> Prepared:
        raw = fill_down(staging, raw, mapping, self.notes)
        registered = self.warehouse.properties()
        properties = PropertyFinder(staging, raw, self.settings, self.options, registered).find(mapping)
        fields = [(choice.field, choice.column) for choice in mapping.choices] + list(properties.fields)
        typing = Typing(staging, raw, self.settings, self.options, self.notes)
        typed = typing.build(fields, as_view=self._is_simple(mapping))
        self.meter.tell("shaping", raw.rows_read)
        shaping = self._shape(staging, typed, mapping, properties)
        report_new(properties.specs, self.notes)
        return Prepared(
            raw.rows_read,
            raw.refused + typed.refused,
            tuple(shaping.staged),
            properties=properties.specs,
            mapping=mapping,
            details=raw.details,
        )

    def _is_simple(self, mapping: ColumnMapping) -> bool:
        """Whether rows go straight into one table: then they are typed while they are committed."""
        canonical = TABLES[self.form]
        own = {choice.field.column.name for choice in mapping.choices if choice.field.table == self.form}
        alone = all(choice.field.table == self.form for choice in mapping.choices)
        return (
            alone and self.form != "order_lines" and (canonical.row_key is None or canonical.row_key in own)
        )

    def _shape(
        self, staging: Staging, typed: Typed, mapping: ColumnMapping, properties: Properties
    ) -> Shaping:
        shaping = Shaping(staging, typed, self.settings, self.notes, properties.by_table())
        has_lines = any(choice.field.table == "order_lines" for choice in mapping.choices)
        if self.form in ("orders", "order_lines") and has_lines:
            shape_lines(shaping, self.form)
        elif self.form == "orders":
            shape_orders(shaping)
        else:
            shape_direct(shaping, self.form)
        return shaping

    def finish(self, staging: Staging, prepared: Prepared, digest: str, name: str) -> ImportReport:
        """Commit what was prepared, and report."""
        relation = f"{staging.name}.quarantine"
        refused = staging.arrow(
            f"SELECT line, column_name, value, reason, raw FROM {relation} ORDER BY line, rowid LIMIT {MAX_REFUSED}"  # noqa: S608
        )
        accepted = prepared.rows_read - prepared.refused
        result = BatchResult(0, rows=TableCounts(loaded=accepted))
        if self.options.dry_run:
            self.notes.add("dry_run")
        else:
            self.meter.tell("saving", prepared.rows_read)
            info = BatchInfo(
                source=self.options.source or name,
                file_name=name,
                file_digest=digest,
                form=self.form,
                imported_at=self.settings.imported_at,
                rows_read=prepared.rows_read,
                rows_quarantined=prepared.refused,
                id_space=self.options.id_space,
                quarantine=relation if prepared.refused else None,
            )
            result = self.warehouse.commit_batch(info, prepared.tables, prepared.links, prepared.properties)
        self.meter.tell("saving", prepared.rows_read, done=True)
        return self._report(prepared, result, refused, name)

    def _report(self, prepared: Prepared, result: BatchResult, refused: pa.Table, name: str) -> ImportReport:
        mapping = prepared.mapping
        return ImportReport(
            self.form,
            name,
            prepared.rows_read,
            result.rows.loaded,
            result.rows.updated,
            result.rows.same,
            prepared.refused,
            self.meter.seconds,
            tables=dict(result.counts),
            notes=tuple(Note(note.code, note.params) for note in self.notes.found),
            mapping=mapping.as_dict() if mapping else {},
            mapping_fingerprint=mapping.fingerprint if mapping else "",
            new_statuses={
                w: s for w, s in self.options.statuses.items() if self.settings.statuses.get(w) != s
            },
            properties=tuple(dict.fromkeys(spec.name for spec in prepared.properties)),
            details=prepared.details,
            ingest_seq=result.ingest_seq or None,
            refused=refused,
        )


def _check_options(form: str, options: ImportOptions) -> None:
    if options.first_rows is not None and not options.dry_run:
        raise InputError(
            "an import takes all rows of a file",
            got=str(options.first_rows),
            hint="only a dry run may look at the first rows alone",
        )
    if options.decimal not in (None, ",", "."):
        raise InputError(
            "this is no decimal sign", got=options.decimal, expected=", or .", hint="--decimal ,"
        )
    if options.date_format not in (None, "dmy", "mdy"):
        raise InputError(
            "this is no order of a date",
            got=options.date_format,
            expected="dmy or mdy",
            hint="--date-format dmy",
        )
    tables = TABLES.values() if form == TRACKING else [TABLES[form]] if form in TABLES else []
    allowed = {value for item in tables for c in item if c.type is ColumnType.ENUM for value in c.values}
    for word, meaning in options.statuses.items():
        if allowed and meaning not in allowed:
            raise InputError(
                lazy("a word cannot mean this in {form}", form=form),
                got=f"{word}={meaning}",
                expected=", ".join(sorted(allowed)),
                hint='--status "word=status"',
            )
