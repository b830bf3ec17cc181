"""A portrait of a segment: every trait of its people against the base, or against another segment, what tells most first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import log
from typing import Any

import ibis

from kogorta.compile.plan import EVERYONE
from kogorta.definitions.catalogue import Kind
from kogorta.definitions.nodes import Trait
from kogorta.errors import InputError
from kogorta.membership.asked import Asked
from kogorta.membership.own import closure
from kogorta.metrics.chance import LEVEL, adjusted, difference, wilson
from kogorta.metrics.ledger import Ledger
from kogorta.metrics.measured import Asking, asking_of
from kogorta.metrics.people import Question, members
from kogorta.metrics.reading import TraitReader, makes_groups
from kogorta.traits.catalogue import TRAITS
from kogorta.traits.facts import scratch
from kogorta.traits.idioms import beside, flag, nearest_rank, sum_if

FEW = 30
"""Of fewer people a share is told with the mark that they are few."""

PRIVATE = 5
"""Values that fewer people share would point at single people: they are not told."""

MOST_VALUES = 100
"""So many values of one trait are compared, those that most people have."""

_VALUES, _COUNTED = "m_values", "m_counted"
_YES = "1"
"""The flag that holds, as a text."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Numbers:
    """What numbers are like of some people.

    Money is in minor units, of instants the number is the seconds that passed since.
    """

    mean: float
    p25: float
    median: float
    p75: float


@dataclass(frozen=True, slots=True)
class Feature:
    """One value of a trait, or one trait of numbers, of the people of a segment against others.

    Attributes:
        trait: Its name.
        kind: What it holds.
        value: The value of a text, a flag or a list; None for numbers.
        count: Members with the value; of numbers, members above the median of the others.
        known: Members of whom the trait is known.
        other_count: The same of those with whom they are compared.
        other_known: Likewise.
        low_ratio, high_ratio: The interval of 95 % for the share among members, by Wilson.
        chance: How likely members and all others differ so far by chance, made comparable over all features by Benjamini and
            Hochberg: of features with a chance up to 0.05, at most 5 % are expected to tell nothing.
        tells: How much it tells: |ln| of the least index that the interval allows for; 0 where chance may have done it.
        numbers: Of members, where the trait holds numbers.
        other_numbers: Of the others.
    """

    trait: str
    kind: Kind
    value: str | bool | None
    count: int
    known: int
    other_count: int
    other_known: int
    low_ratio: float
    high_ratio: float
    chance: float = 1.0
    tells: float = 0.0
    numbers: Numbers | None = None
    other_numbers: Numbers | None = None

    @property
    def share_ratio(self) -> float:
        """The share among members of whom the trait is known."""
        return self.count / self.known if self.known else 0.0

    @property
    def other_share_ratio(self) -> float:
        """The share among the others of whom it is known."""
        return self.other_count / self.other_known if self.other_known else 0.0

    @property
    def index(self) -> float | None:
        """100 × the share among members ÷ the share among the others: 100 is alike; None where none of them has it."""
        other = self.other_share_ratio
        return 100 * self.share_ratio / other if other else None

    @property
    def is_few(self) -> bool:
        """Whether fewer than 30 people stand behind it: members of whom it is known, or others who have it."""
        return min(self.known, self.other_count) < FEW

    @property
    def is_telling(self) -> bool:
        """Whether it differs by more than chance."""
        return self.tells > 0


@dataclass(frozen=True, slots=True)
class Portrait:
    """A portrait.

    Attributes:
        asking: Of whom, and as of when.
        against: Full ids of the segments that they are compared with; empty for the whole base.
        others: How many people these are; of the base, the members among them.
        features: What tells most first.
        by_definition: Traits that the definition itself looks at: that members differ in them tells nothing, so they are
            left out.
        unknown: Traits of which nothing is known of anybody.
    """

    asking: Asking
    against: tuple[str, ...]
    others: int
    features: tuple[Feature, ...]
    by_definition: tuple[str, ...]
    unknown: tuple[str, ...]


def portray(question: Question, against: Asked | None = None) -> Portrait:
    """Compare the people of a segment with the whole base, or with those of another segment.

    Shares are those among people of whom a trait is known. Whether a difference is more than chance is judged against
    those of the others who are not members themselves.

    Args:
        question: Of whom, as of when.
        against: With whom; None for the whole base.

    Raises:
        InputError: Nobody is in the segment, or among those with whom it is compared; a scheme says nothing of this base.
    """
    asked = question.asked
    if asked is None:
        raise InputError("the whole base has no portrait: there is nobody to compare it with")
    with question.open() as view:
        ledger = Ledger(view)
        sides = _Sides(ledger, asked, against)
        if not sides.members or not sides.others:
            raise InputError(
                "there is nobody to compare",
                got=", ".join((asked if not sides.members or against is None else against).segments),
                hint="kogorta segments list shows sizes",
            )
        defining = _defining(asked)
        reader = TraitReader(ledger)
        asking = asking_of(question, view, sides.members)
        found: list[_Found] = []
        unknown: list[str] = []
        for name in reader.names:
            if name not in defining:
                features = sides.compare(reader, name)
                found += features or ()
                unknown += [name] if features is None else []
        return Portrait(
            asking,
            against.segments if against else (),
            sides.others,
            _ranked(found),
            tuple(name for name in reader.names if name in defining),
            tuple(unknown),
        )


def _defining(asked: Asked) -> frozenset[str]:
    """Return the traits that definitions look at; of a ready scheme, all that is read against the same values of the base."""
    own = closure(asked.definitions, [item.id for item in asked.schemes if item.family == "own"]).values()
    roots = (root for item in own for root in item.conditions())
    found = {node.name for root in roots for node in root.walk() if isinstance(node, Trait)}
    for item in asked.schemes:
        if item.family != "own":
            read = {value for trait in TRAITS if trait.name == item.trait for value in trait.population}
            found |= {item.trait} | {trait.name for trait in TRAITS if read.intersection(trait.population)}
    return frozenset(found)


@dataclass(frozen=True)
class _Found:
    """A feature, and how it is among those of the others who are no members."""

    feature: Feature
    rest_count: int
    rest_known: int


def _ranked(found: Sequence[_Found]) -> tuple[Feature, ...]:
    chances = adjusted(
        [
            difference(item.feature.count, item.feature.known, item.rest_count, item.rest_known)
            for item in found
        ]
    )
    judged = [
        replace(item.feature, chance=chance, tells=_tells(item.feature, chance))
        for item, chance in zip(found, chances, strict=True)
    ]
    return tuple(sorted(judged, key=lambda item: (-item.tells, item.chance, item.trait, str(item.value))))


def _tells(feature: Feature, chance: float) -> float:
    """Take the end of the interval that lies nearest to the share of the others: so much it differs at the least."""
    other = feature.other_share_ratio
    if chance > LEVEL or not other or feature.low_ratio <= other <= feature.high_ratio:
        return 0.0
    nearest = feature.low_ratio if feature.share_ratio > other else feature.high_ratio
    return abs(log(nearest / other))


class _Sides:
    """Members, the others, and how a trait is spread among them.

    Attributes:
        members: How many members there are.
        others: How many others; those who are both are counted in both.
    """

    def __init__(self, ledger: Ledger, asked: Asked, against: Asked | None) -> None:
        self.ledger = ledger
        view = ledger.view
        everyone = view.steps.get(EVERYONE).select("customer_key")
        inside = members(view, asked).select(member_key="customer_key")
        rows = beside(everyone, inside, other="member_key")
        if against is None:
            rows = rows.mutate(is_other=flag(rows.customer_key.notnull()))
        else:
            compared = members(view, against, "m_others").select(other_key="customer_key")
            both = beside(rows, compared, other="other_key")
            rows = both.mutate(is_other=flag(both.other_key.notnull()))
        told = rows.mutate(is_member=flag(rows.member_key.notnull()))
        shown = told.filter((told.is_member == 1) | (told.is_other == 1))
        self.rows = ledger.make("m_sides", shown.select("customer_key", "is_member", "is_other"))
        counts = ledger.row(self.rows.agg(**self._counts(self.rows)))
        self.members, self.others = counts["m"] or 0, counts["o"] or 0
        self.rest = counts["r"] or 0

    def compare(self, reader: TraitReader, name: str) -> list[_Found] | None:
        """Return the features of a trait: none if it is the same for everybody, None if it is known of nobody."""
        values = reader.values(name)
        if values is None:
            return None
        kind = reader.info(name).kind
        is_word = makes_groups(name, reader.info(name))
        type_ = "string" if is_word else "float64"
        # laid down first: what is asked of the values reads the same for each trait, and is written and compiled once
        self.ledger.make(_VALUES, values.select("customer_key", value=values.value.cast(type_)))
        self.ledger.make(_COUNTED, self.ledger.once(f"counted {type_}", lambda: self._counted(type_)))
        return self._of_words(name, kind) if is_word else self._of_numbers(name, kind)

    def _counted(self, type_: str) -> Any:
        """How many of each side have each value of the trait that is laid down."""
        values = scratch(_VALUES, {"customer_key": "int64", "value": type_})
        both = self.rows.join(values, "customer_key")
        return both.group_by("value").agg(**self._counts(both))

    def _counts(self, rows: Any) -> dict[str, Any]:
        """Count members (m), others (o), and those of the others who are no members (r)."""
        return {
            "m": sum_if(rows.is_member == 1, 1),
            "o": sum_if(rows.is_other == 1, 1),
            "r": sum_if((rows.is_other == 1) & (rows.is_member == 0), 1),
        }

    def _of_words(self, name: str, kind: Kind) -> list[_Found] | None:
        rows = self.ledger.rows(_words(kind is Kind.FLAG))
        if not rows:
            counted = _laid_down("string")
            return None if not self.ledger.row(counted.agg(n=counted.count()))["n"] else []
        if kind is not Kind.LIST and rows[0]["different"] == 1:
            return []
        return [self._value(name, kind, row) for row in rows]

    def _value(self, name: str, kind: Kind, row: Row) -> _Found:
        known, other_known, rest_known = (
            (self.members, self.others, self.rest)
            if kind is Kind.LIST
            else (row["all_m"], row["all_o"], row["all_r"])
        )
        value = True if kind is Kind.FLAG else row["value"]
        low, high = wilson(row["m"], known)
        feature = Feature(name, kind, value, row["m"], known, row["o"], other_known, low, high)
        return _Found(feature, row["r"], rest_known)

    def _of_numbers(self, name: str, kind: Kind) -> list[_Found] | None:
        row = self.ledger.row(_spread())
        if not row["all_m"] and not row["all_o"]:
            return None
        if not row["all_m"] or not row["all_o"] or row["least"] == row["most"]:
            return []
        low, high = wilson(row["above_m"], row["all_m"])
        feature = Feature(
            name,
            kind,
            None,
            row["above_m"],
            row["all_m"],
            row["above_o"],
            row["all_o"],
            low,
            high,
            numbers=_numbers(row, "m"),
            other_numbers=_numbers(row, "o"),
        )
        return [_Found(feature, row["above_r"], row["all_r"])]


def _laid_down(type_: str) -> Any:
    """Return the scratch table that counts each value on both sides."""
    return scratch(_COUNTED, {"value": type_, **dict.fromkeys("mor", "int64")})


@cache
def _words(is_flag: bool) -> Any:
    """Values that may be told, those that most have first; of a flag, that it holds."""
    counted, every = _laid_down("string"), ibis.window()
    told = counted.mutate(
        **{f"all_{side}": counted[side].sum().over(every).cast("int64") for side in "mor"},
        different=counted["value"].count().over(every).cast("int64"),
    )
    shown = told.filter(told.value == _YES) if is_flag else told.filter(told.o >= PRIVATE)
    return shown.order_by([shown.o.desc(), shown.value]).limit(MOST_VALUES)


@cache
def _spread() -> Any:
    """One row: means and percentiles of both sides, and how many lie above the median of the others."""
    counted = _laid_down("float64")
    upto = ibis.cumulative_window(order_by=counted.value)
    every = ibis.window()
    t = counted.mutate(
        **{f"upto_{side}": counted[side].sum().over(upto).cast("int64") for side in "mo"},
        **{f"all_{side}": counted[side].sum().over(every).cast("int64") for side in "mor"},
    )
    is_above = t.upto_o - t.o >= nearest_rank(50, t.all_o)
    nothing = ibis.null().cast("float64")
    quantiles = {
        f"p{percent}_{side}": ibis.ifelse(
            (t[f"upto_{side}"] >= nearest_rank(percent, t[f"all_{side}"])) & (t[f"all_{side}"] > 0),
            t.value,
            nothing,
        ).min()
        for side in "mo"
        for percent in (25, 50, 75)
    }
    return t.agg(
        least=t.value.min(),
        most=t.value.max(),
        **{f"all_{side}": t[f"all_{side}"].max() for side in "mor"},
        **{f"above_{side}": sum_if(is_above, t[side]) for side in "mor"},
        **{f"sum_{side}": (t.value * t[side].cast("float64")).sum() for side in "mo"},
        **quantiles,
    )


def _numbers(row: Row, side: str) -> Numbers:
    quantiles = (row[f"p{percent}_{side}"] for percent in (25, 50, 75))
    return Numbers(row[f"sum_{side}"] / row[f"all_{side}"], *quantiles)
