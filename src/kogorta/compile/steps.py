"""The order in which traits are worked out: each fact table read once, each step a scratch table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import ibis
import pyarrow as pa

from kogorta.traits.accounts import account_units, by_account
from kogorta.traits.facts import IDENTITY, Facts, params, scratch
from kogorta.traits.idioms import epoch_seconds
from kogorta.traits.lifecycle import open_signals, order_signals
from kogorta.traits.orders import occasions, standing_promises, unlinked_returns
from kogorta.traits.people import everyone, settled_messages
from kogorta.traits.rfm import counts_days, customer_stats, less_unlinked_returns
from kogorta.traits.rhythm import main_category, order_days, own_rhythm
from kogorta.traits.shape import Meaning, Shape
from kogorta.traits.summaries import summary_category, summary_rhythm, summary_stats
from kogorta.vocab import Business
from kogorta.warehouse.engine import Session

LONG_AGO = datetime(1, 1, 1)  # noqa: DTZ001  before everything; instants are UTC without a zone inside

EVERYONE = "k_everyone"
OCCASIONS = "k_occasions"
"""Counted orders (and a salon's visits) by person."""
UNIT_OCCASIONS = "k_unit_occasions"
"""The same by unit of lifecycle: the person, or in B2B the account."""
UNITS = "k_units"
OWN_DAYS = "k_own_days"
DAYS = "k_days"
RHYTHM = "k_rhythm"
PRESENCE = "k_presence"
"""By unit: number of order days and the last order, from which silence is counted."""
CATEGORY = "k_category"
PROMISES = "k_promises"
AVERAGES = "k_averages"
OPENINGS = "k_openings"
STATS = "k_stats"


@dataclass(frozen=True)
class Instant:
    """As of when, and as far as what was known: all instants UTC without a zone."""

    as_of: datetime
    known_seq: int

    @property
    def bindings(self) -> dict[str, Any]:
        """The run parameters."""
        return {"as_of": self.as_of, "known_seq": self.known_seq}


@dataclass
class Steps:
    """The scratch tables of one evaluation, made on demand and once each.

    Args:
        session: Where they live.
        shape: What the store holds.
        meaning: How numbers are meant.
        instant: As of when, known when.
        aliases: customer_key, person_key of every key that resolves to another.
    """

    session: Session
    shape: Shape
    meaning: Meaning
    instant: Instant
    aliases: pa.Table
    _schemas: dict[str, Any] = field(default_factory=dict)
    _window_start: datetime | None = None

    def __post_init__(self) -> None:
        self.facts = Facts(self.shape)
        self.session.load(IDENTITY, self.aliases)
        self.from_sums = not self.facts.has("orders") and self.facts.has("customer_summaries")
        self.by_account = self.meaning.business is Business.B2B and self.facts.has("customers") and not self.from_sums

    def get(self, name: str) -> Any:
        """Return the scratch table `name`, making it if this is the first time."""
        if self.by_account is False and name in _SAME_WITHOUT_ACCOUNTS:
            name = _SAME_WITHOUT_ACCOUNTS[name]
        if name not in self._schemas:
            self.make(name, self._builders()[name]())
        return scratch(name, self._schemas[name])

    def make(self, name: str, expression: Any, **bindings: Any) -> Any:
        """Evaluate `expression` into the scratch table `name`."""
        self.session.materialise(name, expression, {**self.instant.bindings, **bindings})
        self._schemas[name] = expression.schema()
        return scratch(name, self._schemas[name])

    def row(self, expression: Any, **bindings: Any) -> dict[str, Any]:
        """Evaluate an expression of one row."""
        rows = self.session.fetch(expression, {**self.instant.bindings, **bindings}).to_pylist()
        return dict(rows[0]) if rows else {}

    def stats(self, window_start: datetime) -> Any:
        """Make the customers' recency, frequency and money for a window."""
        if self._window_start == window_start:
            return scratch(STATS, self._schemas[STATS])
        self._window_start = window_start
        if self.from_sums:
            return self.make(STATS, summary_stats(self.facts))
        window = params(window_start="timestamp(6)")
        found = customer_stats(self.get(OCCASIONS), window, days_count=counts_days(self.meaning.business))
        if self.facts.has("returns"):
            found = less_unlinked_returns(found, unlinked_returns(self.facts), window)
        return self.make(STATS, found, window_start=window_start)

    def gap_pool(self, days: str) -> Any:
        """All gaps of the base, in the column gap_days: of persons (`OWN_DAYS`) or of units (`DAYS`)."""
        if self.from_sums:
            rhythm = self.get(RHYTHM)
            return rhythm.filter(rhythm.own_median.notnull()).select(gap_days=rhythm.own_median)
        table = self.get(days)
        return table.filter(table.gap_days.notnull()).select("gap_days")

    def history_seconds(self) -> int | None:
        """How long ago the base's first order was; None without one."""
        if self.from_sums:
            return None
        table = self.get(OCCASIONS)
        known = table.filter(table.customer_key.notnull())
        dated = known.cross_join(params())
        age = epoch_seconds(dated.as_of.max()) - epoch_seconds(dated["at"].min())
        row = self.row(dated.agg(seconds=age))
        return None if row["seconds"] is None else int(row["seconds"])

    def units(self, rows: Any) -> Any:
        """Replace `customer_key` by the unit of lifecycle."""
        return by_account(rows, self.get(UNITS)) if self.by_account else rows

    def _builders(self) -> dict[str, Callable[[], Any]]:
        facts = self.facts
        return {
            EVERYONE: lambda: everyone(facts),
            OCCASIONS: lambda: occasions(facts, self.meaning.business),
            UNITS: lambda: account_units(facts),
            UNIT_OCCASIONS: lambda: self.units(self.get(OCCASIONS)),
            OWN_DAYS: lambda: order_days(self.get(OCCASIONS)),
            DAYS: lambda: order_days(self.get(UNIT_OCCASIONS)),
            RHYTHM: lambda: summary_rhythm(facts) if self.from_sums else own_rhythm(self.get(DAYS)),
            PRESENCE: self._presence,
            CATEGORY: self._category,
            PROMISES: lambda: self.units(standing_promises(facts)).distinct(),
            AVERAGES: lambda: order_signals(self.get(UNIT_OCCASIONS)),
            OPENINGS: lambda: open_signals(self.units(settled_messages(facts))),
        }

    def _presence(self) -> Any:
        table = self.get(UNIT_OCCASIONS)
        known = table.filter(table.customer_key.notnull()).cross_join(params())
        return known.group_by("customer_key").agg(
            order_days=known.day.nunique().cast("int64"),
            silence_seconds=epoch_seconds(known.as_of.max()) - epoch_seconds(known["at"].max()),
        )

    def _category(self) -> Any:
        if self.from_sums:
            return summary_category(self.facts)
        if self.facts.has("order_lines", "products"):
            return main_category(self.facts, self.get(UNIT_OCCASIONS))
        empty = self.get(RHYTHM)
        return empty.filter(ibis.literal(False)).select("customer_key", main_category=ibis.null().cast("string"))


_SAME_WITHOUT_ACCOUNTS = {UNIT_OCCASIONS: OCCASIONS, DAYS: OWN_DAYS}

