"""The scratch tables of one evaluation, made on demand and once each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
from ibis.expr.operations import UnboundTable

from kogorta.compile.plan import (
    AVERAGES,
    CATEGORY,
    DAYS,
    EVERYONE,
    GAPS,
    HISTORY,
    OCCASIONS,
    OPENINGS,
    OWN_DAYS,
    OWN_GAPS,
    PRESENCE,
    PROMISES,
    RHYTHM,
    SCORE_STATS,
    SCORED,
    STATS,
    UNIT_OCCASIONS,
    UNITS,
    plan_of,
)
from kogorta.traits.facts import BACK_DAYS, IDENTITY, SCOPE, scratch
from kogorta.traits.idioms import DAY_SECONDS
from kogorta.traits.lifecycle import PROVISIONAL_DAYS
from kogorta.traits.shape import Meaning, Shape
from kogorta.warehouse.engine import Session

__all__ = [
    "AVERAGES",
    "CATEGORY",
    "DAYS",
    "EVERYONE",
    "GAPS",
    "HISTORY",
    "LONG_AGO",
    "OCCASIONS",
    "OPENINGS",
    "OWN_DAYS",
    "OWN_GAPS",
    "PRESENCE",
    "PROMISES",
    "RHYTHM",
    "SCORED",
    "STATS",
    "UNITS",
    "UNIT_OCCASIONS",
    "Instant",
    "Made",
    "Steps",
]

LONG_AGO = datetime(1, 1, 1)  # noqa: DTZ001  before everything; instants are UTC without a zone inside

SETTLING = timedelta(hours=72)
"""How long a message has to be opened before its openings are judged."""

_OF_THE_WINDOW = (STATS, SCORE_STATS, PRESENCE, SCORED)
"""Steps that are made again when the window of RFM is another."""


@dataclass(frozen=True)
class Instant:
    """As of when, and as far as what was known: all instants UTC without a zone."""

    as_of: datetime
    known_seq: int

    @property
    def bindings(self) -> dict[str, Any]:
        """The run parameters."""
        return {
            "as_of": self.as_of,
            "known_seq": self.known_seq,
            "settled_before": self.back(SETTLING),
            **{f"back_{days}": self.back(timedelta(days=days)) for days in BACK_DAYS},
        }

    def back(self, length: timedelta) -> datetime:
        """Return the instant so long before, held within what a calendar can count."""
        return self.as_of - length if self.as_of - LONG_AGO > length else LONG_AGO


@dataclass(frozen=True)
class Made:
    """How a scratch table was made.

    Attributes:
        name: Of the table.
        expression: Its rows.
        bindings: The parameters that were bound.
    """

    name: str
    expression: Any
    bindings: Mapping[str, Any]


@dataclass
class Steps:
    """The scratch tables of one evaluation, made on demand and once each.

    Args:
        session: Where they live.
        shape: What the store holds.
        meaning: How numbers are meant.
        instant: As of when, known when.
        aliases: customer_key, person_key of every key that resolves to another.
        scores_only: Nothing but RFM scores is going to be asked for.
        scope: customer_key of those who alone are asked for, where the shape is scoped.
    """

    session: Session
    shape: Shape
    meaning: Meaning
    instant: Instant
    aliases: pa.Table
    scores_only: bool = False
    scope: pa.Table | None = None
    _schemas: dict[str, Any] = field(default_factory=dict)
    _made: dict[str, Made] = field(default_factory=dict, init=False)
    _window_start: datetime = LONG_AGO

    def __post_init__(self) -> None:
        self.plan = plan_of(self.shape, self.meaning, self.scores_only)
        self.facts = self.plan.facts
        self.from_sums = self.plan.from_sums
        self.by_account = self.plan.by_account
        self.session.load(IDENTITY, self.aliases)
        if self.scope is not None:
            self.session.ask_only(SCOPE, self.scope)

    def scoped(self, keys: Sequence[int], *, for_more: bool = False, **changes: Any) -> Steps:
        """Return an evaluation of some people alone, with scratch tables of its own.

        Args:
            keys: customer_key of all their ids.
            for_more: Whether questions will come that nobody knows yet.
            changes: What else is another: session, instant.
        """
        scope = pa.table({"customer_key": pa.array(keys, pa.int64())})
        shape = replace(self.shape, is_scoped=True, is_for_more=for_more)
        return replace(self, shape=shape, scope=scope, _schemas={}, **changes)

    @property
    def bindings(self) -> dict[str, Any]:
        """The run parameters, with the window."""
        return {**self.instant.bindings, "window_start": self._window_start}

    def get(self, name: str) -> Any:
        """Return the scratch table `name`, making it if this is the first time."""
        name = self.plan.name_of(name)
        if name not in self._schemas or self._lacks_columns(name):
            is_of_everyone = name == HISTORY and self.shape.is_scoped
            self.make(name, self._history() if is_of_everyone else self.plan.step(name))
        return scratch(name, self._schemas[name])

    def _lacks_columns(self, name: str) -> bool:
        """Whether a copy was made before somebody asked for more of its columns."""
        if name not in self.facts.copies:
            return False
        return not set(self.facts.copied(name).columns) <= set(self._schemas[name])

    def _history(self) -> Any:
        """Return how long the base has been known: of some customers, where that is long enough to be sure of stages."""
        some = self.plan.history_of_some()
        if some is not None:
            seconds = self.row(some)["history_seconds"]
            if seconds is not None and seconds >= PROVISIONAL_DAYS * DAY_SECONDS:
                return some
        return self.plan.step(HISTORY)

    def make(self, name: str, expression: Any, **bindings: Any) -> Any:
        """Evaluate `expression` into the scratch table `name`, after the steps that it reads."""
        self._prepare(expression)
        bound = {**self.bindings, **bindings}
        self.session.materialise(name, expression, bound)
        self._schemas[name] = expression.schema()
        self._made.pop(name, None)
        self._made[name] = Made(name, expression, bound)
        return scratch(name, self._schemas[name])

    def behind(self, expression: Any) -> tuple[Made, ...]:
        """Return how every scratch table was made that an expression reads, directly or not, first ones first."""
        needed: set[str] = set()
        waiting = [expression]
        while waiting:
            found = {table.name for table in waiting.pop().op().find(UnboundTable)}
            new = (found & self._made.keys()) - needed
            needed |= new
            waiting += [self._made[name].expression for name in new]
        return tuple(made for name, made in self._made.items() if name in needed)

    def rows(self, expression: Any, **bindings: Any) -> list[dict[str, Any]]:
        """Evaluate an expression of few rows, after the steps that it reads."""
        self._prepare(expression)
        found: list[dict[str, Any]] = self.session.fetch(
            expression, {**self.bindings, **bindings}
        ).to_pylist()
        return found

    def row(self, expression: Any, **bindings: Any) -> dict[str, Any]:
        """Evaluate an expression of one row."""
        rows = self.rows(expression, **bindings)
        return rows[0] if rows else {}

    def fetch(self, expression: Any) -> pa.Table:
        """Evaluate an expression, after the steps that it reads; return Arrow."""
        self._prepare(expression)
        return self.session.fetch(expression, self.bindings)

    def stats(self, window_start: datetime) -> Any:
        """Make the customers' recency, frequency and money for a window."""
        self.look_back_to(window_start)
        return self.get(STATS)

    def look_back_to(self, window_start: datetime) -> None:
        """Choose where the window of RFM begins."""
        if self._window_start != window_start:
            self._window_start = window_start
            self.forget(*_OF_THE_WINDOW)
            if not self.shape.is_scoped:
                self.forget(HISTORY)

    def forget(self, *names: str) -> None:
        """Have scratch tables made again when they are asked for next."""
        for name in names:
            self._schemas.pop(name, None)

    def _prepare(self, expression: Any) -> None:
        for name in self.plan.needs(expression):
            self.get(name)
