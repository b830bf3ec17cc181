"""How often somebody buys: own gaps blended with those of people like him. All exact fractions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from tests.core.reference.history import History
from tests.core.reference.stats import median

NOBODY_REPEATS = 30
SHORTEST, LONGEST = 1, 365
ENOUGH_IN_CATEGORY = 30
BASE_WEIGHT = 3


@dataclass(frozen=True)
class RhythmFrame:
    """Figures of the whole base at the frame's instant, in days."""

    everyone: int
    by_category: Mapping[str, int] = field(default_factory=dict)

    def base(self, category: str | None) -> int:
        """The rhythm of the category if enough of its customers repeat, else that of everyone."""
        return self.by_category.get(category or "", self.everyone)


def pooled_gaps(people: Iterable[History]) -> list[int]:
    """All gaps of everyone together; who buys often weighs more."""
    return [gap for person in people for gap in person.gaps]


def rhythm_frame(people: Iterable[History]) -> RhythmFrame:
    """Medians over customers of their own median gaps: of everyone, and of each category with 30 or more."""
    own: list[int] = []
    of_category: dict[str, list[int]] = defaultdict(list)
    for person in people:
        middle = median(person.gaps)
        if middle is None:
            continue
        own.append(middle)
        if person.category is not None:
            of_category[person.category].append(middle)
    enough = {name: medians for name, medians in of_category.items() if len(medians) >= ENOUGH_IN_CATEGORY}
    return RhythmFrame(
        everyone=median(own) or NOBODY_REPEATS,
        by_category={name: median(medians) or NOBODY_REPEATS for name, medians in enough.items()},
    )


def rhythm_days(gaps: Sequence[int], base: int) -> Fraction:
    """Three parts of the base's rhythm and one of the own median for each own gap, within 1 … 365 days."""
    own = median(gaps)
    weight = len(gaps)
    blended = Fraction(BASE_WEIGHT * base + weight * (own or 0), BASE_WEIGHT + weight)
    return min(max(blended, Fraction(SHORTEST)), Fraction(LONGEST))
