"""How many people a definition takes, told while it is typed: from a sample, with the interval that the count lies in."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kogorta.compile.plan import EVERYONE
from kogorta.config import Config
from kogorta.definitions.names import Words
from kogorta.membership.asked import Asked
from kogorta.membership.view import View, open_view
from kogorta.warehouse.store import Warehouse

SAMPLE = 20_000
"""So many people are looked at: two in a hundred of a million, everyone of a small base."""
CONFIDENCE_Z = 1.96
"""The interval holds the exact count in 95 of 100 definitions."""
LIFE = timedelta(minutes=15)
"""So much later a question may be than its sample."""
FRESH_SECONDS = 60.0
"""So long a sample is good although an import is new to it: where imports come all the time, it would never be done."""

_SPREAD, _SPACE = 2_654_435_761, 2**32
"""Keys are given in the order of ids; multiplied by this odd number they are scattered over the space."""


@dataclass(frozen=True, slots=True)
class SegmentEstimate:
    """About how many people a segment takes.

    Attributes:
        id: `scheme.segment`, or the bare id of a free segment.
        people: The likeliest count.
        low: The least count that fits the sample.
        high: The greatest one.
    """

    id: str
    people: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """About how many people a definition takes.

    Attributes:
        as_of: The instant; UTC without a zone.
        known_seq: As far as what was known.
        customers: Everyone known.
        sampled: How many of them were looked at.
        segments: Of each segment, in the order of the definition.
        names: How each segment is called, by full id.
    """

    as_of: datetime
    known_seq: int
    customers: int
    sampled: int
    segments: tuple[SegmentEstimate, ...]
    names: Mapping[str, Words]

    @property
    def is_exact(self) -> bool:
        """Whether everyone was looked at."""
        return self.sampled == self.customers


class Estimator:
    """Answers how many people definitions take, again and again, from one sample that is kept meanwhile.

    The same people are always in the sample, chosen by their keys. It is a copy of their rows in scratch tables, so that an answer
    does not depend on the size of the base. Answers are given one after the other.

    Args:
        warehouse: The store.
        sample: How many people to look at.
        clock: Seconds that only go forward; tests give their own.
    """

    def __init__(
        self, warehouse: Warehouse, sample: int = SAMPLE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._warehouse = warehouse
        self._sample = sample
        self._clock = clock
        self._made_at = 0.0
        self._lock = threading.Lock()
        self._open: _Sample | None = None

    def close(self) -> None:
        """Let the sample go."""
        with self._lock:
            self._let_go()

    def estimate(self, config: Config, as_of: datetime, read: Callable[[View], Asked]) -> Estimate:
        """Tell about how many people are in what is asked for.

        Args:
            config: How numbers are meant.
            as_of: The instant; where the sample is only a little older, its own.
            read: Returns what is asked for, given the base.

        Raises:
            ProblemsError: Something in the definition is wrong; all of it is listed.
        """
        with self._lock:
            if self._open is None or not self._is_good(self._open, config, as_of):
                self._let_go()
                self._open = _Sample(self._warehouse, config, as_of, self._sample)
                self._made_at = self._clock()
            return self._open.estimate(read(self._open.base))

    def _is_good(self, sample: _Sample, config: Config, as_of: datetime) -> bool:
        instant = sample.base.instant
        if config != sample.base.config or not instant.as_of <= as_of < instant.as_of + LIFE:
            return False
        is_fresh = self._clock() - self._made_at < FRESH_SECONDS
        return is_fresh or instant.known_seq == self._warehouse.known_seq()

    def _let_go(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None


class _Sample:
    """Some people with all their rows, as of one instant."""

    def __init__(self, warehouse: Warehouse, config: Config, as_of: datetime, wanted: int) -> None:
        with ExitStack() as stack:
            self.base = stack.enter_context(open_view(warehouse, config, as_of))
            self._customers, keys = _chosen(self.base, wanted)
            self._view = self.base if keys is None else _scoped(self.base, keys)
            self._sampled = self._customers if keys is None else _count(self._view)
            self._stack = stack.pop_all()

    def close(self) -> None:
        self._stack.close()

    def estimate(self, asked: Asked) -> Estimate:
        view, instant = _asked_anew(self._view), self.base.instant
        members = asked.members(asked.wide(view))
        counted = members.group_by("segment").agg(n=members.count().cast("int64"))
        found = {row["segment"]: row["n"] for row in view.steps.rows(counted)}
        segments = tuple(self._segment(id_, found.get(id_, 0)) for id_ in asked.segments)
        return Estimate(
            instant.as_of, instant.known_seq, self._customers, self._sampled, segments, asked.names
        )

    def _segment(self, id_: str, hits: int) -> SegmentEstimate:
        low, high = interval(hits, self._sampled, self._customers)
        people = round(hits / self._sampled * self._customers) if self._sampled else 0
        return SegmentEstimate(id_, people, low, high)


def _chosen(view: View, wanted: int) -> tuple[int, list[int] | None]:
    """Return how many people there are, and the keys of those in the sample with all their other ids; None for everyone."""
    everyone = view.steps.get(EVERYONE)
    customers = _count(view)
    if customers <= wanted:
        return customers, None
    place = (everyone.customer_key % _SPACE) * _SPREAD % _SPACE
    inside = everyone.filter(place < int(_SPACE * wanted / customers)).select("customer_key")
    people = {row["customer_key"] for row in view.steps.rows(inside)}
    others = view.steps.aliases.to_pylist()
    return customers, sorted(people | {row["customer_key"] for row in others if row["person_key"] in people})


def _scoped(base: View, keys: list[int]) -> View:
    found = base.scoped(keys, for_more=True)
    # what the base is called by is the same for its people, and takes a look at everyone's events
    found.__dict__["catalogue"] = base.catalogue
    return found


def _count(view: View) -> int:
    everyone = view.steps.get(EVERYONE)
    return int(view.steps.row(everyone.agg(n=everyone.count().cast("int64")))["n"])


def _asked_anew(view: View) -> View:
    """Return the same people for one more question, which uses the scratch tables of the one before again."""
    found = replace(view, _tables=0, _placed={})
    found.frames, found.__dict__["traits"] = view.frames, view.traits
    found.__dict__["catalogue"] = view.catalogue
    return found


def interval(hits: int, sampled: int, customers: int) -> tuple[int, int]:
    """Return between which counts the exact one lies, by Wilson's interval for a share, narrowed for what was looked at.

    Args:
        hits: People of the sample who are in.
        sampled: People of the sample.
        customers: Everyone.
    """
    if sampled >= customers:
        return hits, hits
    if not sampled:
        return 0, customers
    # of a sample that is much of the base less is left to chance
    z2 = CONFIDENCE_Z**2 * (customers - sampled) / (customers - 1)
    share = hits / sampled
    middle = (share + z2 / (2 * sampled)) / (1 + z2 / sampled)
    half = math.sqrt(z2 * (share * (1 - share) + z2 / (4 * sampled)) / sampled) / (1 + z2 / sampled)
    low = max(hits, math.floor((middle - half) * customers))
    high = min(customers - (sampled - hits), math.ceil((middle + half) * customers))
    return low, high
