"""What is worked out in which step: expressions only, without an engine and without values.

A plan depends on what the store holds and on how numbers are meant. Instants and frame values come in
as rows, so the SQL of a plan is the same for every run and is compiled once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

import ibis
from ibis.expr.operations import UnboundTable

from kogorta.compile import families
from kogorta.compile.attributes import canonical, current_values
from kogorta.traits.accounts import account_units, by_account, of_members
from kogorta.traits.costs import costed_lines, order_costs
from kogorta.traits.facts import Facts, OfFirstCustomers, params, scratch
from kogorta.traits.idioms import epoch_seconds
from kogorta.traits.lifecycle import open_signals, order_signals
from kogorta.traits.margins import occasion_margins, scored_by_margin, unknown_money
from kogorta.traits.orders import (
    counted_orders,
    first_counted,
    has_visits,
    occasions,
    sold_orders,
    standing_promises,
    unlinked_returns,
)
from kogorta.traits.people import everyone, ids_of, settled_messages
from kogorta.traits.preferences import bought
from kogorta.traits.ranks import histogram
from kogorta.traits.rfm import FRAME_NAMES, customer_stats, less_unlinked_returns, score_stats, scores
from kogorta.traits.rhythm import main_category, order_days, own_rhythm
from kogorta.traits.shape import Meaning, Shape
from kogorta.traits.summaries import summary_amounts, summary_category, summary_rhythm, summary_stats
from kogorta.vocab import Business, ValueMeasure

EVERYONE = "k_everyone"
PEOPLE = "k_people"
"""All ids of everyone: whose they are."""
OCCASIONS = "k_occasions"
"""Counted orders (and a salon's visits) by person."""
UNITS = "k_units"
"""Who belongs to which account."""
UNIT_OCCASIONS = "k_unit_occasions"
"""Occasions by unit of lifecycle: the person, or in B2B the account."""
OWN_DAYS = "k_own_days"
DAYS = "k_days"
OWN_GAPS = "k_own_gaps"
GAPS = "k_gaps"
"""How often each gap stands: of persons (`OWN_GAPS`), of units (`GAPS`)."""
RHYTHM = "k_rhythm"
PRESENCE = "k_presence"
"""By account: since when it is silent."""
CATEGORY = "k_category"
PROMISES = "k_promises"
AVERAGES = "k_averages"
OPENINGS = "k_openings"
STATS = "k_stats"
SCORE_STATS = "k_score_stats"
"""Of the statistics only what scores are read from: a lighter pass over the facts."""
HISTORY = "k_history"
"""One row: how long ago the base's first order was."""
SCORED = "k_scored"
MORE_TRAITS = "k_more_traits"
"""Traits that runs do not keep, as far as somebody asks for them."""
SOLD = "k_sold"
"""Counted orders with what was sold and what came back."""
BOUGHT = "k_bought"
"""What each product brought of each customer."""
COSTED, COSTS = "k_costed_lines", "k_costs"
"""Lines with their costs; what the goods of each order cost, less what came back to be sold again."""

RFM_FRAME = "k_rfm_frame"
LIFECYCLE_FRAME = "k_lifecycle_frame"
CATEGORY_GAPS = "k_category_gaps"
"""The base gap of the main categories that have one of their own."""
RFM_MAPS = "k_rfm_maps"
"""The segments of each of the 125 codes."""
BASE_FRAME = "k_base_frame"
BASE_VALUES = "k_base_values"
"""What is usual in the base: one row of single values; and values by kind and key, such as the cost of a source."""
PLACES, PHONE_ZONES, HOLIDAYS, TODAY = "k_places", "k_phone_zones", "k_holidays", "k_today"
"""Where people live, which zones numbers are from, the next holiday of each region, the local day: laid by Python."""
BASE_NAMES = ("often_bound", "units_median", "tells_winning")
GIVEN: dict[str, dict[str, str]] = {
    RFM_FRAME: dict.fromkeys(FRAME_NAMES, "int64"),
    LIFECYCLE_FRAME: dict.fromkeys(("base_gap", "gap_p95", "new_seconds"), "int64"),
    CATEGORY_GAPS: {"main_category": "string", "category_gap": "int64"},
    RFM_MAPS: {"code": "int64", "simple": "string", "classic": "string", "quick": "string"},
    BASE_FRAME: dict.fromkeys(BASE_NAMES, "int64"),
    PLACES: {
        "city": "string",
        "country": "string",
        "city_zone": "string",
        "nearest_outlet": "string",
        "outlet_distance_km": "float64",
    },
    PHONE_ZONES: {"prefix": "string", "phone_zone": "string"},
    HOLIDAYS: {"region": "string", "holiday": "date"},
    TODAY: {"year": "int64", "day_key": "int64"},
    BASE_VALUES: {"kind": "string", "key": "string", "value": "int64"},
}
"""Scratch tables that hold the frames of an evaluation, and the maps from codes to segments."""

ORDER_COLUMNS = ("channel", "outlet_id")
"""What conditions ask most of orders, beside their money."""

_MOST_NEEDED = 5_000
"""Of so many expressions it is kept what they read."""

_OF_PERSONS = {UNIT_OCCASIONS: OCCASIONS, DAYS: OWN_DAYS, GAPS: OWN_GAPS}
"""Where there are no accounts, a unit is a person."""


@lru_cache(maxsize=64)
def plan_of(shape: Shape, meaning: Meaning, scores_only: bool = False) -> Plan:
    """Return the plan for a store and a meaning; the same one every time."""
    return Plan(shape, meaning, scores_only=scores_only)


class Plan:
    """The steps of an evaluation.

    Args:
        shape: What the store holds.
        meaning: How numbers are meant.
        scores_only: Nothing but recency, frequency, money and their scores is going to be asked for.
    """

    def __init__(self, shape: Shape, meaning: Meaning, *, scores_only: bool = False) -> None:
        self.facts = Facts(shape, keeps=not scores_only)
        self.meaning = meaning
        self.scores_only = scores_only
        self.from_sums = not self.facts.has("orders") and self.facts.has("customer_summaries")
        is_b2b = meaning.business is Business.B2B
        self.by_account = is_b2b and self.facts.has("customers") and not self.from_sums
        self._kept: dict[object, Any] = {}
        self._needed: dict[Any, tuple[str, ...]] = {}
        self._builders: dict[str, Callable[[], Any]] = {
            EVERYONE: lambda: everyone(self.facts),
            PEOPLE: lambda: ids_of(self.facts, self.table(EVERYONE)),
            OCCASIONS: lambda: occasions(
                self.facts, meaning.business, *(() if scores_only else ORDER_COLUMNS)
            ),
            UNITS: lambda: account_units(self.facts),
            UNIT_OCCASIONS: lambda: by_account(self.table(OCCASIONS), self.table(UNITS)),
            OWN_DAYS: lambda: order_days(self.table(OCCASIONS)),
            DAYS: lambda: order_days(self.table(UNIT_OCCASIONS)),
            OWN_GAPS: lambda: self._gaps(OWN_DAYS),
            GAPS: lambda: self._gaps(DAYS),
            RHYTHM: self._rhythm,
            PRESENCE: self._presence,
            CATEGORY: self._category,
            PROMISES: lambda: self._units(standing_promises(self.facts)).distinct(),
            AVERAGES: lambda: order_signals(self.table(UNIT_OCCASIONS)),
            OPENINGS: lambda: open_signals(self._units(settled_messages(self.facts))),
            STATS: lambda: self._stats(customer_stats),
            SCORE_STATS: lambda: self._stats(score_stats),
            HISTORY: self._history,
            SCORED: lambda: scores(self.table(STATS), self.frame(RFM_FRAME), meaning),
            SOLD: lambda: sold_orders(self.facts, *ORDER_COLUMNS),
            BOUGHT: lambda: bought(self.facts, self.sold),
            COSTED: lambda: costed_lines(self.facts, 10**meaning.minor_digits),
            COSTS: lambda: order_costs(self.facts, self.table(COSTED)),
        }
        for family in families.ALL:
            self._builders[family.step] = partial(family.build, self)

    def keep(self, key: object, build: Callable[[], Any]) -> Any:
        """Return an expression, built the first time that it is asked for."""
        if key not in self._kept:
            self._kept[key] = build()
        return self._kept[key]

    def step(self, name: str) -> Any:
        """Return the expression that makes the scratch table `name`."""
        if name in self.facts.copies:
            return self.facts.copied(name)
        return self.keep(name, self._builders[name])

    def name_of(self, name: str) -> str:
        """Return the step that stands for `name` in this plan."""
        if name == STATS and self.scores_only:
            return SCORE_STATS
        return name if self.by_account else _OF_PERSONS.get(name, name)

    def table(self, name: str) -> Any:
        """Return the rows of a step: its scratch table, or itself where it costs nothing."""
        name = self.name_of(name)
        if name == OCCASIONS and self._reads_orders_alone:
            return self.step(name)
        return scratch(name, self.step(name).schema())

    def frame(self, name: str) -> Any:
        """Return the scratch table of frame values."""
        return scratch(name, GIVEN[name])

    def needs(self, expression: Any) -> tuple[str, ...]:
        """Return the steps whose scratch tables an expression reads, in order."""
        operation = expression.op()
        if operation not in self._needed:
            if len(self._needed) >= _MOST_NEEDED:
                del self._needed[next(iter(self._needed))]
            self._needed[operation] = tuple(self._steps_in(operation))
        return self._needed[operation]

    def _steps_in(self, operation: Any) -> list[str]:
        known = self._builders.keys() | self.facts.copies.keys()
        return sorted({table.name for table in operation.find(UnboundTable)} & known)

    @property
    def _reads_orders_alone(self) -> bool:
        """Whether occasions are one filtered table: reading it again is cheaper than keeping a copy."""
        shape, visits = self.facts.shape, has_visits(self.facts, self.meaning.business)
        joined = any(self.facts.has(name) for name in ("order_lines", "returns"))
        return not (joined or visits or shape.has_aliases or "orders" in shape.versioned)

    @property
    def of_everyone(self) -> Facts:
        """Readers that leave nobody out, where only few people are asked for."""
        return Facts(self._everyone) if self.facts.shape.is_scoped else self.facts

    @property
    def sold(self) -> Any:
        """Counted orders with what was sold and what came back."""
        return self.table(SOLD)

    @property
    def bought(self) -> Any:
        """What each product brought of each customer; there are lines."""
        return self.table(BOUGHT)

    def of_accounts(self, work_out: Callable[[Any], Any], rows: Any) -> Any:
        """Work out of rows what is told of accounts, and give it to each of their people; of a person where there are none."""
        if not self.by_account:
            return work_out(rows)
        units = self.table(UNITS)
        return of_members(work_out(by_account(rows, units)), units)

    @property
    def main_categories(self) -> Any:
        """The category that brought most of everyone, in B2B of his account: customer_key, main_category."""
        rows = self.table(CATEGORY).select("customer_key", "main_category")
        return of_members(rows, self.table(UNITS)) if self.by_account else rows

    @property
    def costs(self) -> Any:
        """What orders with lines cost; None where there are no lines."""
        return self.table(COSTS) if self.facts.has("order_lines") else None

    @property
    def window_revenue(self) -> Any:
        """What the window of RFM brought, whatever money is scored: customer_key, revenue."""
        if self.from_sums:
            stats = summary_stats(self.facts)
        else:
            stats = self._less_returns(score_stats(self.table(OCCASIONS), self.meaning.business))
        return stats.select("customer_key", revenue="monetary_amount")

    @property
    def margins(self) -> Any:
        """What occasions brought beyond what they cost, as `occasion_margins` has it."""
        return occasion_margins(self.table(OCCASIONS), self.costs)

    @property
    def base(self) -> Any:
        """What is usual in the base, as one row."""
        return self.frame(BASE_FRAME)

    def attribute(self, name: str) -> Any:
        """An attribute of customers as of the instant: customer_key, value, of those who have it."""
        return current_values(self.facts, canonical(name), "value")

    def base_values(self, kind: str) -> Any:
        """What is usual in the base by key, of one kind: key, value."""
        values = self.frame(BASE_VALUES)
        return values.filter(values.kind == kind).select("key", "value")

    @property
    def orders(self) -> Any:
        """The scratch table of counted orders, with `ORDER_COLUMNS` too; None where there is none of them alone."""
        alone = self._reads_orders_alone or has_visits(self.facts, self.meaning.business)
        return self.table(OCCASIONS) if self.facts.has("orders") and not alone else None

    def _units(self, rows: Any) -> Any:
        return by_account(rows, self.table(UNITS)) if self.by_account else rows

    def _gaps(self, days: str) -> Any:
        """Of sums, each customer's only known gap."""
        if self.from_sums:
            return histogram(self.table(RHYTHM), "own_median").rename(gap_days="own_median")
        return histogram(self.table(days), "gap_days")

    def _rhythm(self) -> Any:
        return summary_rhythm(self.facts) if self.from_sums else own_rhythm(self.table(DAYS))

    def _stats(self, work_out: Callable[[Any, Business], Any]) -> Any:
        by_margin = self.meaning.monetary_of is ValueMeasure.MARGIN
        if self.from_sums:
            sums = summary_stats(self.facts)
            return unknown_money(sums) if by_margin else sums
        found = work_out(self.table(OCCASIONS), self.meaning.business)
        if by_margin:
            found = scored_by_margin(found, self.margins)
        return self._less_returns(found)

    def _less_returns(self, stats: Any) -> Any:
        if not self.facts.has("returns"):
            return stats
        return less_unlinked_returns(stats, unlinked_returns(self.facts))

    def amounts(self) -> Any:
        """Return occasions, or sums, whose customer is known and that tell money."""
        if self.from_sums:
            return summary_amounts(self.facts)
        rows = self.table(OCCASIONS)
        return rows.filter((rows.has_amount == 1) & rows.customer_key.notnull())

    def _presence(self) -> Any:
        rows = by_account(self.table(STATS).select("customer_key", "silence_seconds"), self.table(UNITS))
        return rows.group_by("customer_key").agg(silence_seconds=rows.silence_seconds.min())

    def _history(self) -> Any:
        stats = self.table(STATS)
        if self.from_sums:
            # An aggregate of a column: of a bare constant Ibis makes a row for every customer.
            return stats.agg(history_seconds=stats.silence_seconds.nullif(stats.silence_seconds).max())
        first = stats.agg(first_at=stats.first_at.min())
        if self.facts.shape.is_scoped:
            # how long the business has been known is asked of everyone
            whole = counted_orders(Facts(self._everyone))
            first = whole.agg(first_at=whole["at"].min())
        return _since(first)

    @property
    def _everyone(self) -> Shape:
        return replace(self.facts.shape, is_scoped=False)

    def history_of_some(self) -> Any:
        """Return one row as `HISTORY` has it, of some customers alone: the base's history is at least so long.

        None where not every counted order counts for the base.
        """
        if self.from_sums or self.meaning.business is Business.SALON:
            return None
        return self.keep("history_of_some", lambda: _since(first_counted(OfFirstCustomers(self._everyone))))

    def _category(self) -> Any:
        if self.from_sums:
            return summary_category(self.facts)
        if self.facts.has("order_lines", "products"):
            visits = (
                self.meaning.business is Business.SALON
            )  # which may bear the id of an order, counted or not
            orders = counted_orders(self.facts) if visits else self.table(UNIT_OCCASIONS)
            return main_category(self.facts, orders)
        nobody = self.table(RHYTHM).filter(ibis.literal(False))
        return nobody.select("customer_key", main_category=ibis.null().cast("string"))


def _since(first: Any) -> Any:
    """Return one row: the seconds since `first_at`."""
    dated = first.cross_join(params().select("as_of"))
    return dated.select(history_seconds=epoch_seconds(dated.as_of) - epoch_seconds(dated.first_at))
