"""Which groups of people are worth most: LTV, margin and repeat rate by any trait that puts people into groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import erfc, sqrt
from typing import Any

import ibis

from kogorta.compile.plan import EVERYONE
from kogorta.definitions.catalogue import Kind
from kogorta.errors import InputError, NotFoundError
from kogorta.metrics.acquisition import acquired, cost_of, cost_sums
from kogorta.metrics.campaigns import divided
from kogorta.metrics.chance import LEVEL, Z, adjusted, wilson
from kogorta.metrics.ledger import Ledger
from kogorta.metrics.margin import order_margins
from kogorta.metrics.measured import Asking, asking_of
from kogorta.metrics.missing import Missing, Value, Why
from kogorta.metrics.people import Question, members
from kogorta.metrics.portrait import FEW
from kogorta.metrics.reading import TraitReader, makes_groups
from kogorta.metrics.sources import less, margin_told
from kogorta.traits.idioms import beside, count_if, sum_if

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class WorthGroup:
    """People who have one value of a trait, and what they are worth; money in minor units, all history.

    Attributes:
        trait: Its name.
        value: The value.
        customers: How many people.
        share_ratio: Of everyone who is asked about.
        buyers: With an order.
        repeat_rate: Share of buyers with two orders or more.
        repeat_low, repeat_high: The interval of 95 % for it, by Wilson.
        ltv_revenue: Revenue ÷ buyers.
        ltv_margin: (Margin − acquisition cost) ÷ buyers.
        worth_per_customer: Margin ÷ people, also those who never bought; where margin is missing, revenue ÷ people.
        worth_low, worth_high: The interval of 95 % for it, by the normal approximation of a mean.
        chance: How likely it differs so far from that of everyone who is asked about by chance, made comparable over all
            groups by Benjamini and Hochberg.
        margin: Of their orders.
        margin_share: Their part of the margin of everyone who is asked about.
    """

    trait: str
    value: str | bool
    customers: int
    share_ratio: float
    buyers: int
    repeat_rate: Value
    repeat_low: float
    repeat_high: float
    ltv_revenue: Value
    ltv_margin: Value
    worth_per_customer: float
    worth_low: float
    worth_high: float
    margin: Value
    margin_share: Value
    chance: float = 1.0

    @property
    def is_telling(self) -> bool:
        """Whether it differs by more than chance."""
        return self.chance <= LEVEL


@dataclass(frozen=True, slots=True)
class Attractive:
    """Groups of people by what they are worth.

    Attributes:
        asking: Of whom, and as of when.
        is_margin: Whether worth is margin; else revenue, as costs cover too little.
        worth_per_customer: Of everyone who is asked about.
        groups: First those worth more than everyone by more than chance, then those of whom nobody can say, then those worth
            less; among each, those worth most first. A group of everyone is none.
        traits: The traits that were looked at.
        small: How many values were left out because fewer than 30 people have them.
    """

    asking: Asking
    is_margin: bool
    worth_per_customer: float
    groups: tuple[WorthGroup, ...]
    traits: tuple[str, ...]
    small: int


def attractive_groups(question: Question, traits: Sequence[str] = ()) -> Attractive:
    """Find which groups are worth most.

    Args:
        question: Of whom, as of when.
        traits: What puts people into groups; by default every trait that says who they are, where they live or where they
            came from.

    Raises:
        NotFoundError: There is no such trait.
        InputError: It does not put people into groups; the base has no orders, or these tell no money.
    """
    with question.open() as view:
        ledger = Ledger(view)
        every = TraitReader(ledger)
        names = _checked(ledger, traits) if traits else [n for n in every.names if every.is_of_who(n)]
        reader = TraitReader(ledger, names)
        people = view.steps.get(EVERYONE) if question.asked is None else members(view, question.asked)
        work = _Worth(ledger, people)
        found = [group for name in reader.names for group in work.by(reader, name)]
        asking = asking_of(question, view, work.whole["customers"])
        large = [group for group in found if FEW <= group.customers < work.whole["customers"]]
        small = sum(group.customers < FEW for group in found)
        groups = _ranked(large, work.mean)
        return Attractive(asking, work.is_margin, work.mean, groups, tuple(reader.names), small)


def _ranked(found: Sequence[WorthGroup], mean: float) -> tuple[WorthGroup, ...]:
    chances = adjusted([_chance(group, mean) for group in found])
    judged = [replace(group, chance=chance) for group, chance in zip(found, chances, strict=True)]

    def place(group: WorthGroup) -> tuple[int, float, str, str]:
        side = 1 if group.worth_per_customer < mean else -1
        told = side if group.is_telling else 0
        return told, -group.worth_per_customer, group.trait, str(group.value)

    return tuple(sorted(judged, key=place))


def _chance(group: WorthGroup, mean: float) -> float:
    """How likely a mean lies so far from that of everyone by chance, by the normal approximation."""
    half = group.worth_high - group.worth_per_customer
    far = abs(group.worth_per_customer - mean)
    if half <= 0:
        return 0.0 if far > 0 else 1.0
    return erfc(far / half * Z / sqrt(2))


def _checked(ledger: Ledger, traits: Sequence[str]) -> list[str]:
    known = ledger.view.catalogue.traits
    grouping = [name for name, info in known.items() if makes_groups(name, info)]
    for name in traits:
        if name not in known:
            raise NotFoundError("there is no such trait", got=name, expected=", ".join(grouping))
        if name not in grouping:
            raise InputError(
                "this trait does not put people into groups", got=name, expected=", ".join(grouping)
            )
    return list(dict.fromkeys(traits))


class _Worth:
    """What everybody brought and cost, one row a customer, and sums of it by value of a trait."""

    def __init__(self, ledger: Ledger, people: Any) -> None:
        self.ledger = ledger
        spent = ledger.spending.select("customer_key", "orders", "priced", "revenue")
        rows = beside(people.select("customer_key"), spent)
        margins = order_margins(ledger)
        names = ("cost", "sold", "costed")
        if margins is not None:
            sums = {name: margins[name].sum().cast("int64") for name in names}
            rows = beside(rows, margins.group_by("customer_key").agg(**sums))
        else:
            rows = rows.mutate(**{name: ibis.null().cast("int64") for name in names})
        self.rows = ledger.make("m_worth", rows)
        self.whole = self._sums(ledger.row(self.rows.agg(**_worth_sums(self.rows))))
        if not self.whole["priced"]:
            raise InputError("there are no orders with an amount: nobody knows what groups are worth")
        margin = margin_told(self.whole["revenue"], self.whole)
        self.is_margin = not isinstance(margin, Missing)
        total = self.whole["revenue"] if isinstance(margin, Missing) else margin
        self.total = float(total)
        self.mean = self.total / self.whole["customers"]

    def by(self, reader: TraitReader, name: str) -> list[WorthGroup]:
        """Return every group that a trait makes."""
        values = reader.values(name)
        if values is None:
            return []
        both = self.rows.join(values, "customer_key")
        info = reader.info(name)
        rows = self.ledger.make("m_worth_by", both)
        sums = self.ledger.rows(rows.group_by("value").agg(**_worth_sums(rows)))
        won = self._won(rows)
        found = []
        for row in sums:
            value = bool(row["value"]) if info.kind is Kind.FLAG else str(row["value"])
            cost = Missing(Why.ACQUISITION) if won is None else cost_of(won.get(row["value"], ()))
            found.append(self._group(name, value, self._sums(row), cost))
        return found

    def _won(self, rows: Any) -> dict[Any, list[Row]] | None:
        """By value and source: what it cost to win those who bought."""
        costs = acquired(self.ledger)
        if costs is None:
            return None
        buyers = rows.filter(rows.orders.notnull()).select("customer_key", "value")
        both = costs.join(buyers, "customer_key")
        found: dict[Any, list[Row]] = defaultdict(list)
        for row in self.ledger.rows(both.group_by("value", "source").agg(**cost_sums(both))):
            found[row["value"]].append(row)
        return found

    def _sums(self, row: Row) -> Row:
        return {name: value or 0 for name, value in row.items() if name != "value"}

    def _group(self, name: str, value: str | bool, row: Row, won: Value) -> WorthGroup:
        buyers, customers = row["buyers"], row["customers"]
        margin = margin_told(row["revenue"], row) if buyers else 0.0
        worth = row["revenue"] - row["cost"] if self.is_margin else row["revenue"]
        mean = worth / customers
        squares = row["margin_squares"] if self.is_margin else row["revenue_squares"]
        spread = sqrt(max(squares / customers - mean * mean, 0.0))
        half = Z * spread / sqrt(customers)
        low, high = wilson(row["repeaters"], buyers)
        return WorthGroup(
            trait=name,
            value=value,
            customers=customers,
            share_ratio=customers / self.whole["customers"],
            buyers=buyers,
            repeat_rate=divided(float(row["repeaters"]), float(buyers), Why.NO_ORDERS),
            repeat_low=low,
            repeat_high=high,
            ltv_revenue=divided(float(row["revenue"]), float(buyers), Why.NO_ORDERS),
            ltv_margin=divided(less(margin, won), float(buyers), Why.NO_ORDERS),
            worth_per_customer=mean,
            worth_low=mean - half,
            worth_high=mean + half,
            margin=margin,
            margin_share=divided(margin, self.total, Why.COSTS) if self.is_margin else margin,
        )


def _worth_sums(rows: Any) -> dict[str, Any]:
    revenue = ibis.coalesce(rows.revenue, 0)
    margin = (revenue - ibis.coalesce(rows.cost, 0)).cast("float64")
    money = revenue.cast("float64")
    return {
        "customers": rows.count().cast("int64"),
        "buyers": count_if(rows.orders.notnull()),
        "repeaters": count_if(rows.orders >= 2),
        **{
            name: sum_if(rows[name].notnull(), rows[name])
            for name in ("priced", "revenue", "cost", "sold", "costed")
        },
        "revenue_squares": (money * money).sum(),
        "margin_squares": (margin * margin).sum(),
    }
