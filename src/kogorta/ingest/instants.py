# ruff: noqa: S608 - identifiers and literals go through the quoting helpers
"""Instants of one file: local time into UTC, how old and how far ahead they may be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from kogorta.ingest.notes import Notes
from kogorta.ingest.planning import MOMENTS, Check, FieldPlan
from kogorta.ingest.raw import RawTable
from kogorta.ingest.settings import IngestSettings
from kogorta.ingest.values.dates import absolute_sql, local_sql
from kogorta.ingest.values.zones import ZoneRange
from kogorta.schema import TABLES, ColumnType
from kogorta.warehouse.staging import Staging

OLDEST = datetime(1970, 1, 1)  # noqa: DTZ001 - UTC without zone, as all stored instants
OLDEST_BIRTH = datetime(1900, 1, 1)  # noqa: DTZ001
ANCIENT = datetime(1, 1, 1)  # noqa: DTZ001
DISTANT = datetime(9999, 12, 31)  # noqa: DTZ001
AHEAD = timedelta(days=366)
PLANNED = timedelta(days=3660)
_PLANS_AHEAD = {"starts_at", "ends_at", "next_at", "prepaid_until", "date"}
"""Columns that speak of the future by their nature."""


class Instants:
    """The instants and dates of one file."""

    def __init__(
        self,
        staging: Staging,
        raw: RawTable,
        settings: IngestSettings,
        ranges: Sequence[tuple[FieldPlan, datetime | None, datetime | None]],
    ) -> None:
        self._staging = staging
        self._raw = raw
        self._now = settings.imported_at
        self._settings = settings
        self._plans = [plan for plan, _, _ in ranges]
        self._ranges = {id(plan): (low, high) for plan, low, high in ranges}
        self._zones = {id(plan): self._zone(plan) for plan in self._plans}

    def _zone(self, plan: FieldPlan) -> ZoneRange:
        zone = ZoneInfo("UTC") if plan.field.table == "zone_offsets" else self._settings.timezone
        first, last = self._ranges[id(plan)]
        # What is out of bounds is refused anyway, so its offsets need not be known.
        first = max(first or self._now, OLDEST)
        last = min(last or self._now, self._now + PLANNED)
        return ZoneRange.of(zone, first, max(first, last))

    def utc(self, plan: FieldPlan) -> str:
        """Return SQL of the UTC instant."""
        assert plan.date is not None
        zone = self._zones[id(plan)]
        local, absolute = local_sql(plan.x, plan.date), absolute_sql(plan.x, plan.date)
        if not plan.date.absolute:
            return zone.to_utc(local)
        return absolute if not plan.date.local else f"coalesce({absolute}, {zone.to_utc(local)})"

    def local_date(self, plan: FieldPlan) -> str:
        """Return SQL of the date that the workspace's calendar shows."""
        assert plan.date is not None
        zone = self._zones[id(plan)]
        local, absolute = local_sql(plan.x, plan.date), absolute_sql(plan.x, plan.date)
        if not plan.date.absolute:
            return f"CAST({local} AS DATE)"
        shown = zone.to_local(absolute)
        return f"CAST({shown if not plan.date.local else f'coalesce({local}, {shown})'} AS DATE)"

    def bounds(self, plan: FieldPlan) -> tuple[datetime, datetime]:
        """Return the first and last moment that a column may hold."""
        name = plan.field.column.name
        if name == "birth_date":
            return OLDEST_BIRTH, self._now
        if plan.field.table == "zone_offsets" or name.startswith("p_"):
            return ANCIENT, DISTANT
        return OLDEST, self._now + (PLANNED if name in _PLANS_AHEAD else AHEAD)

    def checks(self, plan: FieldPlan) -> list[Check]:
        """Return the checks of age, if anything in the column needs them."""
        if plan.field.type not in MOMENTS:
            return []
        first, last = self._ranges[id(plan)]
        oldest, newest = self.bounds(plan)
        checks = []
        if first is not None and first < oldest:
            checks.append(Check(f"({plan.value}) < TIMESTAMP '{oldest}'", "'too_old'"))
        if last is not None and last > newest:
            checks.append(Check(f"({plan.value}) > TIMESTAMP '{newest}'", "'too_far_ahead'"))
        return checks

    def report(self, notes: Notes, bad: str) -> None:
        """Tell of dates ahead, and of times that the clock showed twice or never."""
        for plan in self._plans:
            _, last = self._ranges[id(plan)]
            if plan.field.type is not ColumnType.INSTANT or plan.date is None or last is None:
                continue
            if self._is_visible_from(plan) and last > self._now:
                ahead = f"({self.utc(plan)}) > TIMESTAMP '{self._now}'"
                notes.count("dated_ahead", self._count(ahead, bad), column=plan.column.header)
            zone = self._zones[id(plan)]
            if not zone.changes or not plan.date.local:
                continue
            local = local_sql(plan.x, plan.date)
            notes.count(
                "time_twice", self._count(zone.doubtful(f"({local})"), bad), column=plan.column.header
            )
            notes.count("time_never", self._count(zone.missing(f"({local})"), bad), column=plan.column.header)

    def _is_visible_from(self, plan: FieldPlan) -> bool:
        canonical = TABLES.get(plan.field.table)
        return canonical is not None and canonical.at == plan.field.column.name

    def _count(self, condition: str, bad: str) -> int:
        ((count,),) = self._staging.fetch(
            f"SELECT count(*) FILTER (({condition}) AND NOT ({bad})) FROM {self._raw.relation} r"
        )
        return int(count)
