"""A definition in the past: how large it was month by month, and what its people did in the month after.

This describes; it proves no effect. Whoever is in a segment differs from everyone else by what put him there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import pyarrow as pa

from kogorta.compile.plan import OCCASIONS
from kogorta.config import Config
from kogorta.definitions.names import Words
from kogorta.definitions.nodes import Moved
from kogorta.definitions.recorded import log_conditions
from kogorta.errors import InputError
from kogorta.membership.asked import Asked
from kogorta.membership.held import recorded_since
from kogorta.membership.hidden import hidden_schemes
from kogorta.membership.own import closure
from kogorta.membership.view import View, open_view
from kogorta.traits.facts import params, scratch
from kogorta.traits.idioms import beside, count_if, sum_if
from kogorta.traits.orders import unlinked_returns
from kogorta.warehouse.store import Warehouse

MOST_MONTHS = 120
THEN = "k_then"

Progress = Callable[[date], None]


@dataclass(frozen=True, slots=True)
class Doing:
    """What some people did in a month.

    Attributes:
        people: How many they are.
        ordering: How many of them had a counted order.
        orders: Their counted orders.
        revenue: What these brought, in minor units, less returns without an order; None where no order tells money.
    """

    people: int
    ordering: int
    orders: int
    revenue: int | None

    @property
    def ordering_ratio(self) -> float | None:
        """The share that ordered; None of nobody."""
        return self.ordering / self.people if self.people else None

    @property
    def orders_per_customer(self) -> float | None:
        """Orders ÷ people; None of nobody."""
        return self.orders / self.people if self.people else None

    @property
    def revenue_per_customer(self) -> float | None:
        """Revenue in minor units ÷ people; None of nobody, and where no order tells money."""
        return self.revenue / self.people if self.people and self.revenue is not None else None


@dataclass(frozen=True, slots=True)
class Month:
    """One segment at the end of one local month.

    Attributes:
        segment: Full id.
        month: First day of the month that ended.
        at: When it ended; UTC without a zone.
        frame_at: When the values were taken that people were compared with.
        people: How many were in the segment then.
        base: Of how many: everyone known then; of a scheme, everyone whom it divided.
        entered: How many of them were not in it a month earlier.
        left: How many were in it a month earlier and no more.
        inside: What those who were in it did in the following month, as it was known of at its end; None while that
            month is not over, and of a base that knows only sums.
        others: What everyone else of the base did in it.
    """

    segment: str
    month: date
    at: datetime
    frame_at: datetime
    people: int
    base: int
    entered: int
    left: int
    inside: Doing | None = None
    others: Doing | None = None

    @property
    def share_ratio(self) -> float | None:
        """People ÷ base; None where there is nobody."""
        return self.people / self.base if self.base else None


@dataclass(frozen=True, slots=True)
class Backtest:
    """A definition month by month.

    Attributes:
        as_of: The instant that it is looked back from; UTC without a zone.
        known_seq: As far as what was known.
        months: By segment, then from the oldest month; months in which nobody was known, or a scheme said
            nothing of the base, are left out.
        reads_log: Whether a condition asks who entered or left a segment, or for how long something that is no attribute
            has held: that is known only since refreshes record it.
        log_since: Since when refreshes have recorded all that is asked; None if they do not record some of it.
        names: How each segment is called, by full id.
    """

    as_of: datetime
    known_seq: int
    months: tuple[Month, ...]
    reads_log: bool
    log_since: datetime | None
    names: Mapping[str, Words]


def month_ends(as_of: datetime, zone: ZoneInfo, count: int) -> list[tuple[date, datetime]]:
    """Return the last `count` local months that are over, oldest first: first day, and the instant of the end.

    Args:
        as_of: UTC without a zone; a month that ends at this very instant is over.
        zone: In which months are counted.
        count: How many.

    Examples:
        >>> month_ends(datetime(2025, 3, 31, 21), ZoneInfo("Europe/Moscow"), 1)  # midnight of 1 April
        [(datetime.date(2025, 3, 1), datetime.datetime(2025, 3, 31, 21, 0))]
    """
    end = as_of.replace(tzinfo=UTC).astimezone(zone).date().replace(day=1)
    found = []
    for _ in range(count):
        start = (end - timedelta(days=1)).replace(day=1)
        midnight = datetime(end.year, end.month, 1, tzinfo=zone)
        found.append((start, midnight.astimezone(UTC).replace(tzinfo=None)))
        end = start
    return found[::-1]


def backtest(
    warehouse: Warehouse,
    config: Config,
    asked: Asked,
    as_of: datetime,
    months: int,
    known_at: datetime | int | None = None,
    progress: Progress = lambda _: None,
) -> Backtest:
    """Evaluate definitions as they are now at the end of each of the last months.

    Args:
        warehouse: The store.
        config: How numbers are meant.
        asked: Which segments.
        as_of: UTC without a zone.
        months: How many months that are over by then.
        known_at: As far as what was known then; by default everything.
        progress: Told the first day of each month that is looked at.

    Raises:
        InputError: So many months cannot be looked at.
    """
    if not 1 <= months <= MOST_MONTHS:
        raise InputError("so many months cannot be looked at", got=months, expected=f"1 – {MOST_MONTHS}")
    work = _Backtest(asked)
    # one more at the beginning: from it the first one counts who entered and left
    for month, end in month_ends(as_of, config.zone, months + 1):
        progress(month)
        with open_view(warehouse, config, end, known_at) as view:
            work.look(view, month)
    order = {id_: number for number, id_ in enumerate(asked.segments)}
    found = [item for item in work.months if item.base]
    with open_view(warehouse, config, as_of, known_at) as view:
        since = _log_since(view, asked)
    return Backtest(
        as_of,
        warehouse.known_seq(known_at),
        tuple(sorted(found, key=lambda item: (order[item.segment], item.at))),
        bool(since),
        max((at for at in since if at is not None), default=None) if None not in since else None,
        asked.names,
    )


def _log_since(view: View, asked: Asked) -> list[datetime | None]:
    """Return, for every condition on the log, since when it is recorded; None where it is not."""
    own = closure(asked.definitions, [item.id for item in asked.schemes]).values()
    found = [recorded_since(view, node) for node in log_conditions(own, view.catalogue)]
    roots = (root for item in own for root in item.conditions())
    if any(isinstance(node, Moved) for root in roots for node in root.walk()):
        found.append(view.warehouse.rows("SELECT min(as_of) FROM runs")[0][0])
    return found


@dataclass(frozen=True)
class _Then:
    """Where everyone stood a month ago.

    Attributes:
        at: The instant.
        rows: customer_key and a column for each scheme, `then_<id>`.
        people: The size of each segment.
    """

    at: datetime
    rows: pa.Table
    people: Mapping[str, int]


class _Backtest:
    """A backtest at work: one instant after another, each told apart from the one before."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.months: list[Month] = []
        self._then: _Then | None = None
        self._at: list[int] = []

    def look(self, view: View, month: date) -> None:
        """Look at one instant."""
        asked, at = self.asked, view.instant.as_of
        if any(item.id in hidden_schemes(view.frames) for item in asked.schemes):
            self._then, self._at = None, []
            return
        rows = asked.wide(view)
        rows = rows.select("customer_key", **{f"then_{item.id}": rows[item.trait] for item in asked.schemes})
        now = view.steps.make("k_now", rows)
        people, bases = self._counts(view, now)
        if self._then is not None:
            then = self._laid(view, self._then)
            stayed = self._stayed(view, now, then)
            self._tell_doing(view, then, self._then.at)
            first = len(self.months)
            for id_ in asked.segments:
                was, is_ = self._then.people.get(id_, 0), people.get(id_, 0)
                kept = stayed.get(id_, 0)
                base = bases[id_.partition(".")[0]]
                frame_at = view.frames.rfm.frame_at
                self.months.append(
                    Month(id_, month, at, frame_at, is_, base, entered=is_ - kept, left=was - kept)
                )
            self._at = list(range(first, len(self.months)))
        self._then = _Then(at, view.steps.fetch(now), people)

    def _counts(self, view: View, now: Any) -> tuple[dict[str, int], dict[str, int]]:
        """Return the size of each segment, and the size of each scheme's base."""
        people: dict[str, int] = {}
        bases: dict[str, int] = {}
        for item in self.asked.schemes:
            column = f"then_{item.id}"
            counted = now.group_by(segment=now[column]).agg(n=now.count().cast("int64"))
            found = {row["segment"]: row["n"] for row in view.steps.rows(counted)}
            outside = found.pop(None, 0)
            people |= {item.segment_id(segment): n for segment, n in found.items()}
            bases[item.id] = sum(found.values()) + (outside if item.is_free else 0)
        return people, bases

    def _laid(self, view: View, then: _Then) -> Any:
        view.session.load(THEN, then.rows)
        columns = dict.fromkeys((f"then_{item.id}" for item in self.asked.schemes), "string")
        return scratch(THEN, {"customer_key": "int64", **columns})

    def _stayed(self, view: View, now: Any, then: Any) -> dict[str, int]:
        """Count who is in the same segment as a month ago."""
        found: dict[str, int] = {}
        for item in self.asked.schemes:
            column = f"then_{item.id}"
            was = then.select(was_key="customer_key", was=then[column])
            both = now.join(was, now.customer_key == was.was_key)
            same = both.filter(both[column] == both.was)
            counted = same.group_by("was").agg(n=same.count().cast("int64"))
            found |= {item.segment_id(row["was"]): row["n"] for row in view.steps.rows(counted)}
        return found

    def _tell_doing(self, view: View, then: Any, since: datetime) -> None:
        """Add to the months before this one what people did since."""
        if view.steps.from_sums or not self._at:
            return
        spent = view.steps.make("k_spent", spending(view), month_start=since)
        rows = view.steps.make("k_then_spent", beside(then, spent))
        for item in self.asked.schemes:
            groups = _doing_by(view, rows, f"then_{item.id}")
            base = [doing for segment, doing in groups.items() if segment is not None or item.is_free]
            for number in self._at:
                month = self.months[number]
                scheme, _, segment = month.segment.partition(".")
                if scheme == item.id:
                    inside = groups.get(segment or scheme, _Sum())
                    others = [doing for doing in base if doing is not inside]
                    self.months[number] = replace(
                        month, inside=inside.doing, others=sum(others, start=_Sum()).doing
                    )


@dataclass(frozen=True)
class _Sum:
    """What people did, ready to be added up."""

    people: int = 0
    ordering: int = 0
    orders: int = 0
    revenue: int = 0
    priced: int = 0

    def __add__(self, other: _Sum) -> _Sum:
        return _Sum(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))

    @property
    def doing(self) -> Doing:
        """The same, with money only where it is known."""
        is_known = bool(self.priced) or not self.orders
        return Doing(self.people, self.ordering, self.orders, self.revenue if is_known else None)


def spending(view: View) -> Any:
    """Return what everybody did since `month_start`: customer_key, orders, revenue, priced (orders that tell money)."""
    nothing = ibis.literal(0).cast("int64")
    rows = view.steps.plan.table(OCCASIONS)
    sales = rows.select("customer_key", "order_id", "at", "revenue", priced=rows.has_amount.cast("int64"))
    if view.steps.facts.has("returns"):
        back = unlinked_returns(view.steps.facts)
        sales = sales.union(
            back.select(
                "customer_key",
                order_id=ibis.null().cast("string"),
                at=back.returned_at,
                revenue=(-back.amount).cast("int64"),
                priced=nothing,
            )
        )
    dated = sales.cross_join(params(month_start="timestamp(6)").select("month_start"))
    recent = dated.filter(dated.customer_key.notnull() & (dated["at"] >= dated.month_start))
    # a salon's visit and the order that paid for it bear one id
    return recent.group_by("customer_key").agg(
        orders=recent.order_id.nunique().cast("int64"),
        revenue=recent.revenue.sum().cast("int64"),
        priced=recent.priced.sum().cast("int64"),
    )


def _doing_by(view: View, rows: Any, column: str) -> dict[str | None, _Sum]:
    """Add up what people did by the segment in which they were; None is none."""
    grouped = rows.group_by(segment=rows[column]).agg(
        people=rows.count().cast("int64"),
        ordering=count_if(rows.orders > 0),
        **{name: sum_if(rows.orders.notnull(), rows[name]) for name in ("orders", "revenue", "priced")},
    )
    names = ("people", "ordering", "orders", "revenue", "priced")
    return {row["segment"]: _Sum(*(row[name] for name in names)) for row in view.steps.rows(grouped)}
