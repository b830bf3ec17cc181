"""How the membership of a segment moved: worked out anew for the ends of months, and as refreshes recorded it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import Any

import ibis

from kogorta.errors import InputError
from kogorta.membership.asked import Asked
from kogorta.membership.backtest import MOST_MONTHS, month_ends
from kogorta.membership.hidden import hidden_schemes
from kogorta.metrics.people import Question, members
from kogorta.vocab import Cause, ChangeOp
from kogorta.warehouse.ddl import BOOKS

Progress = Callable[[date], None]


@dataclass(frozen=True, slots=True)
class Step:
    """The membership of a segment at the end of a month, or after a refresh.

    Attributes:
        month: First day of the month; None of a refresh.
        at: Its end, or the instant of the last month that is not over; of a refresh, its instant.
        people: How many are in it, worked out anew by the definition as it is now; None where a scheme says nothing of the
            base, and of a refresh.
        recorded: How many the log has in it at that instant; None before it was recorded for the first time.
        entered: By cause, how many entered in the month, or with the refresh, as the log has it.
        left: Likewise, how many left.
    """

    month: date | None
    at: datetime
    people: int | None
    recorded: int | None
    entered: Mapping[str, int] = field(default_factory=dict)
    left: Mapping[str, int] = field(default_factory=dict)

    @property
    def entered_count(self) -> int:
        """How many entered, whatever the cause."""
        return sum(self.entered.values())

    @property
    def left_count(self) -> int:
        """How many left, whatever the cause."""
        return sum(self.left.values())


@dataclass(frozen=True, slots=True)
class Trend:
    """How membership moved.

    Attributes:
        segments: Full ids of the segments; who moves from one of them to another leaves and enters.
        as_of: The instant; UTC without a zone.
        steps: Oldest first.
        recorded_since: The first refresh that recorded them; None if none has.
    """

    segments: tuple[str, ...]
    as_of: datetime
    steps: tuple[Step, ...]
    recorded_since: datetime | None


def trend_of(
    question: Question, months: int, *, by_refresh: bool = False, progress: Progress = lambda _: None
) -> Trend:
    """Tell how the membership of a segment moved.

    Args:
        question: Of which segment, as of when.
        months: How many months, that of the instant among them; of refreshes, those within these months.
        by_refresh: Tell every refresh that changed it, from the log alone, instead of months.
        progress: Told the first day of each month that is worked out.

    Raises:
        InputError: So many months cannot be looked at.
    """
    if not 1 <= months <= MOST_MONTHS:
        raise InputError("so many months cannot be looked at", got=months, expected=f"1 – {MOST_MONTHS}")
    asked = question.asked
    if asked is None:
        raise InputError("the whole base has no membership that could move")
    spans = _spans(question, months)
    with question.open() as view:
        logged = _Log(view, asked, question.as_of)
    if by_refresh:
        steps = logged.refreshes(spans[0][1])
    else:
        steps = []
        for month, start, end in spans:
            progress(month)
            steps.append(
                Step(month, end, _people(question, end), logged.size(end), *logged.moved(start, end))
            )
    return Trend(asked.segments, question.as_of, tuple(steps), logged.since)


def _spans(question: Question, months: int) -> list[tuple[date, datetime, datetime]]:
    """Return month, start and end of the last months; the last one ends at the instant unless it is over just then."""
    ends = month_ends(question.as_of, question.config.zone, months + 1)
    found = [(month, before, end) for (_, before), (month, end) in pairwise(ends)]
    if ends[-1][1] < question.as_of:
        day = ends[-1][0]
        current = date(day.year + day.month // 12, day.month % 12 + 1, 1)
        found.append((current, ends[-1][1], question.as_of))
    return found[-months:]


def _people(question: Question, at: datetime) -> int | None:
    with question.open(at) as view:
        asked = question.asked
        if asked is None or any(item.id in hidden_schemes(view.frames) for item in asked.schemes):
            return None
        rows = members(view, asked)
        found: int = view.steps.row(rows.agg(n=rows.count().cast("int64")))["n"]
        return found


class _Log:
    """What the log has of some segments: sums by refresh, segment, operation and cause."""

    def __init__(self, view: Any, asked: Asked, as_of: datetime) -> None:
        self._rows = [row for row in view.steps.rows(_logged(asked)) if row["at"] <= as_of]
        self._rows.sort(key=lambda row: row["run_id"])
        self.since: datetime | None = min((row["at"] for row in self._rows), default=None)

    def size(self, at: datetime) -> int | None:
        """Return how many the log has in the segments at an instant; None before anything was recorded."""
        if self.since is None or at < self.since:
            return None
        return sum(self._signed(row) for row in self._rows if row["at"] <= at)

    def moved(self, start: datetime, end: datetime) -> tuple[dict[str, int], dict[str, int]]:
        """Return how many entered and left after an instant up to another, by cause."""
        return _by_cause([row for row in self._rows if start < row["at"] <= end])

    def refreshes(self, start: datetime) -> list[Step]:
        """Return a step for every refresh after an instant that changed something."""
        by_run: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for row in self._rows:
            by_run[row["run_id"]].append(row)
        size, found = 0, []
        for rows in by_run.values():
            size += sum(map(self._signed, rows))
            if rows[0]["at"] > start:
                found.append(Step(None, rows[0]["at"], None, size, *_by_cause(rows)))
        return found

    @staticmethod
    def _signed(row: dict[str, Any]) -> int:
        return int(row["n"]) if row["op"] == ChangeOp.ENTER.value else -int(row["n"])


def _by_cause(rows: list[dict[str, Any]]) -> tuple[dict[str, int], dict[str, int]]:
    found: dict[str, dict[str, int]] = {op.value: {} for op in ChangeOp}
    for cause in Cause:
        for op, counts in found.items():
            n = sum(row["n"] for row in rows if (row["op"], row["cause"]) == (op, cause.value))
            if n:
                counts[cause.value] = n
    return found[ChangeOp.ENTER.value], found[ChangeOp.LEAVE.value]


def _logged(asked: Asked) -> Any:
    """Count the changes of finished refreshes by refresh, operation and cause."""
    log = ibis.table(BOOKS["membership_changes"], name="membership_changes")
    runs = ibis.table(BOOKS["runs"], name="runs").select("run_id")
    rows = log.join(runs, "run_id").select(*log.columns)
    names = ibis.ifelse(rows.scheme == rows.segment, rows.scheme, rows.scheme + "." + rows.segment)
    own = rows.filter(names.isin(list(asked.segments)))
    return own.group_by("run_id", "at", "op", "cause").agg(n=own.count().cast("int64"))
