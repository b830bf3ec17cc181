"""What an import must know: the workspace's settings and the wishes of one run."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias
from zoneinfo import ZoneInfo

from kogorta.ingest.exports import Reading
from kogorta.warehouse.batch import MAIN_SPACE

TRACKING = "tracking"
"""The form of files with Segment-spec messages."""


@dataclass(frozen=True)
class IngestSettings:
    """What the workspace says about its data.

    Attributes:
        timezone: Zone of instants that name no offset.
        currency: ISO 4217 code of the reporting currency.
        minor_digits: Its decimals.
        now: The instant of the import (UTC where it names no zone).
        rates: Units of the reporting currency for one unit of another, by its code.
        statuses: The shop's own words for statuses, already mapped.
        fee_codes: Product codes that are fees, beside those found by their look.
        mappings: Saved mappings (field → header) by `fingerprint`.
    """

    timezone: ZoneInfo
    currency: str
    minor_digits: int
    now: datetime
    rates: Mapping[str, Fraction | Decimal] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    fee_codes: tuple[str, ...] = ()
    mappings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def imported_at(self) -> datetime:
        """The instant of the import, UTC without zone."""
        return self.now.astimezone(UTC).replace(tzinfo=None) if self.now.tzinfo else self.now


@dataclass(frozen=True)
class ImportOptions:
    """What one run wishes, mostly from the command line.

    Attributes:
        mapping: Field → header; wins over what is saved or guessed.
        is_whole: Whether `mapping` says all: nothing that is saved or guessed stands beside it.
        statuses: Word → status, beside those saved.
        decimal: `,` or `.` where numbers could be read both ways.
        date_format: `dmy` or `mdy` where dates could be read both ways.
        encoding: Of a text file; by default found out.
        delimiter: Of a CSV file; by default found out.
        sheet: Of a workbook; by default the first that holds anything.
        source: Name of the source, for people; by default the name of the file.
        id_space: In which space the customer ids stand.
        dry_run: Do everything but the commit.
        first_rows: Of a dry run: read no more rows than this; None reads all.
        reading: What of an export is read, and how, where an import preset says it.
    """

    mapping: Mapping[str, str] = field(default_factory=dict)
    is_whole: bool = False
    statuses: Mapping[str, str] = field(default_factory=dict)
    decimal: str | None = None
    date_format: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    source: str | None = None
    id_space: str = MAIN_SPACE
    dry_run: bool = False
    first_rows: int | None = None
    reading: Reading | None = None


@dataclass(frozen=True)
class Step:
    """How far an import has come.

    Attributes:
        stage: `reading`, `checking`, `shaping` or `saving`.
        rows: Rows of the file that have been read so far.
        seconds: Since the import began.
        done: Whether this stage is over.
        share: How much of the query that runs now is done, 0 to 1, as the engine counts it; a stage has
            several queries. None where the engine cannot say.
    """

    stage: str
    rows: int
    seconds: float
    done: bool = False
    share: float | None = None

    @property
    def rows_per_second(self) -> float:
        """Rows read, by the seconds since the import began."""
        return self.rows / self.seconds if self.seconds > 0 else 0.0


Progress: TypeAlias = Callable[[Step], None]
"""Told about the steps of an import, some of them from another thread; the command line draws it."""


def fingerprint(form: str, headers: Sequence[str]) -> str:
    """Return the name under which the mapping of files of this shape is saved."""
    text = "\x1f".join([form, *headers])
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
