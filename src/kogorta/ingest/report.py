"""What an import and its preview tell."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from kogorta.i18n import Message
from kogorta.ingest.messages import note_message, reason_message
from kogorta.ingest.notes import Note as Finding
from kogorta.warehouse.batch import TableCounts

SAMPLE = 20
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Note(Finding):
    """A finding that can be said."""

    @property
    def message(self) -> Message:
        """The sentence, for a `Translator`."""
        return note_message(self)


@dataclass(frozen=True)
class QuarantinedRow:
    """One row put aside.

    Attributes:
        line: Where it begins in the file.
        column: The header of the column at fault; empty if the whole line is.
        value: The cell at fault.
        reason: A stable code.
        raw: The row as it came: JSON by header, or the line itself.
    """

    line: int
    column: str
    value: str
    reason: str
    raw: str

    @property
    def message(self) -> Message:
        """What is wrong and what to do, for a `Translator`."""
        return reason_message(self.reason, value=self.value, column=self.column)


@dataclass(frozen=True)
class ImportReport:
    """What became of a file.

    `rows_read = loaded + updated + same + quarantined`, always.

    Attributes:
        form: The name of the table, or `tracking`.
        file_name: For people.
        rows_read: Every row of the file.
        loaded: Rows that brought something new.
        updated: Rows that changed something known.
        same: Rows that said nothing new.
        quarantined: Rows put aside.
        seconds: How long it took.
        tables: New, changed and known rows of each canonical table.
        notes: Findings.
        mapping: Field → header, as used.
        mapping_fingerprint: The name under which to save it.
        new_statuses: The shop's words mapped by this run, to be saved.
        properties: Headers that became properties for the first time.
        details: How the file was read.
        ingest_seq: The commit; None if nothing was committed.
        refused: The quarantined rows: line, column_name, value, reason, raw.
    """

    form: str
    file_name: str
    rows_read: int
    loaded: int
    updated: int
    same: int
    quarantined: int
    seconds: float
    tables: Mapping[str, TableCounts] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    mapping: Mapping[str, str] = field(default_factory=dict)
    mapping_fingerprint: str = ""
    new_statuses: Mapping[str, str] = field(default_factory=dict)
    properties: tuple[str, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)
    ingest_seq: int | None = None
    refused: pa.Table = field(default=None, compare=False, repr=False)

    @property
    def quarantine(self) -> list[QuarantinedRow]:
        """The first rows put aside."""
        rows = self.refused.slice(0, SAMPLE).to_pylist() if self.refused is not None else []
        return [
            QuarantinedRow(
                row["line"], row["column_name"] or "", row["value"] or "", row["reason"], row["raw"] or ""
            )
            for row in rows
        ]

    @property
    def reasons(self) -> dict[str, int]:
        """How many rows were put aside for each reason, the commonest first."""
        counts: dict[str, int] = {}
        for reason in self.refused.column("reason").to_pylist() if self.refused is not None else []:
            counts[reason] = counts.get(reason, 0) + 1
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    def note(self, code: str) -> Note | None:
        """Return the finding with this code, None if it was not made."""
        return next((note for note in self.notes if note.code == code), None)

    def write_quarantine(self, path: Path) -> None:
        """Write all rows put aside into a CSV file, safe to open in a spreadsheet."""
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["line", "column", "value", "reason", "raw"])
            if self.refused is None:
                return
            for batch in self.refused.to_batches(max_chunksize=10_000):
                for row in batch.to_pylist():
                    cells = (row["column_name"], row["value"], row["reason"], row["raw"])
                    writer.writerow([row["line"], *map(harmless, cells)])


def harmless(cell: str | None) -> str:
    """Return a cell that no spreadsheet takes for a formula: an apostrophe keeps it text."""
    text = cell or ""
    return f"'{text}" if text.startswith(_FORMULA) else text


@dataclass(frozen=True)
class PreviewField:
    """How one field will be read.

    Attributes:
        field: Its name, as `--map` takes it.
        column: The header; None if the file has no column for it.
        why: `header`, `values`, `saved` or `given`.
        samples: Some cells.
    """

    field: str
    column: str | None
    why: str
    samples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Preview:
    """How a file will be read.

    Attributes:
        form: The name of the table, or `tracking`.
        fields: The mapped fields.
        properties: Headers that are kept as properties.
        details: Encoding, delimiter, sheet.
    """

    form: str
    fields: tuple[PreviewField, ...]
    properties: tuple[str, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)
