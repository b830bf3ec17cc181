"""The reference of the full refresh: SQL by hand on the stored tables, step by step with time and peak memory."""

from __future__ import annotations

import calendar
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from tests.benchmarks.peaks import forget_peak, peak_gib

FOLDER = Path(__file__).parent / "reference"
TRAITS, MEMBERSHIP = "reference_traits", "reference_membership"
BIRTHDAYS_AHEAD = range(8)


@dataclass(frozen=True)
class Step:
    """One file of statements: its name, seconds, peak memory in GiB."""

    name: str
    seconds: float
    peak_gib: float


@dataclass(frozen=True)
class Given:
    """What is no work of the reference: the instant, the zone of the shop, the table from scores to segments.

    Attributes:
        as_of: UTC without a zone.
        known_seq: As far as what was known.
        zone: In which the shop counts its days.
        maps: code, simple, classic, quick.
    """

    as_of: datetime
    known_seq: int
    zone: ZoneInfo
    maps: pa.Table

    def month(self) -> tuple[datetime, datetime]:
        """Return when the local month of the instant begins and ends, in UTC without a zone."""
        today = self.as_of.replace(tzinfo=UTC).astimezone(self.zone)
        first = today.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        later = (first + timedelta(days=32)).replace(day=1)
        return _utc(first), _utc(later)

    def days(self, zones: list[str]) -> pa.Table:
        """Return the days on which a birthday is soon, by the zone that a customer names."""
        rows = []
        for name in zones:
            today = self.as_of.replace(tzinfo=UTC).astimezone(ZoneInfo(name) if name else self.zone).date()
            rows += [_day(name, today + timedelta(days=ahead)) for ahead in BIRTHDAYS_AHEAD]
        return pa.Table.from_pylist(rows)


def run_by_hand(store: Path, given: Given, *, memory_limit: str = "6GB") -> list[Step]:
    """Work everything out and leave `TRAITS` and `MEMBERSHIP` in the store; a checkpoint comes last.

    Args:
        store: The file of a store that nobody else has open; best a copy.
        given: As of when, and what else.
        memory_limit: What the engine may take, as the product gives it.
    """
    with duckdb.connect(store, config={"memory_limit": memory_limit}) as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute(f"SET temp_directory = '{store.parent / 'spilt'}'")
        _prepare(connection, given)
        steps = [_step(connection, file) for file in sorted(FOLDER.glob("*.sql"))]
        begun = time.perf_counter()
        forget_peak()
        connection.execute("CHECKPOINT")
        return [*steps, Step("checkpoint", time.perf_counter() - begun, peak_gib())]


def _prepare(connection: duckdb.DuckDBPyConnection, given: Given) -> None:
    month_start, month_end = given.month()
    values = {
        "as_of": given.as_of,
        "known_seq": given.known_seq,
        "month_start": month_start,
        "month_end": month_end,
    }
    for name, value in values.items():
        connection.execute(f"SET VARIABLE {name} = $value", {"value": value})
    names = connection.execute("SELECT DISTINCT coalesce(timezone, '') FROM customers").fetchall()
    for name, rows in (
        ("rfm_maps", given.maps),
        ("zone_days", given.days(sorted(name for (name,) in names))),
    ):
        connection.register("incoming_rows", rows)
        connection.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM incoming_rows")
        connection.unregister("incoming_rows")
    for name in (TRAITS, MEMBERSHIP):
        connection.execute(f"DROP TABLE IF EXISTS {name}")


def _step(connection: duckdb.DuckDBPyConnection, file: Path) -> Step:
    forget_peak()
    begun = time.perf_counter()
    connection.execute(file.read_text(encoding="utf-8"))
    return Step(file.stem, time.perf_counter() - begun, peak_gib())


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _day(zone: str, day: date) -> dict[str, object]:
    return {
        "zone": zone,
        "year": day.year,
        "month": day.month,
        "day": day.day,
        "is_leap": calendar.isleap(day.year),
    }
