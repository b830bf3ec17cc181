"""Whom time may have moved: whose facts lie in spans of the past, whose silence passed a point of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import ibis
import pyarrow as pa

from kogorta.compile.evaluate import SNAPSHOT_COLUMNS
from kogorta.compile.segments.sights import LOG, Sight
from kogorta.membership.owning import BY_ANOTHER, owners_by
from kogorta.membership.spans import SNAPSHOT, Span
from kogorta.membership.touched import SINCE_PARAMS, slice_of
from kogorta.schema import TABLES
from kogorta.traits.facts import Facts
from kogorta.traits.idioms import epoch_seconds, halved
from kogorta.warehouse.ddl import BOOKS
from kogorta.warehouse.engine import Session
from kogorta.warehouse.layout import OWNER
from kogorta.warehouse.moments import MOMENTS, SLICE_SECONDS, STORED

_NOT_LOOKED_AT = ("valid_at", "received_at")
"""When a row was told; only of customers does it stand for a moment of their own."""
HELD = "k_turned_"
"""Prefix of the scratch tables of rows in spans that are somebody's by another table."""


@dataclass(frozen=True)
class Slices:
    """Spans as the numbers of the slices of time that they touch, laid into a scratch table.

    One look-up for each instant takes a fraction of what comparing it with sixty spans takes, and the text of the query is the
    same for every run.

    Attributes:
        name: Of the scratch table.
        seconds: How long a slice is.
        sights: Of what there are any.
    """

    name: str
    seconds: int
    sights: frozenset[Sight]

    def hold(self, rows: Any, instant: str, sight: Sight) -> Any:
        """Return the rows whose instant lies in one of the slices of a sight."""
        cut = rows.mutate(slice=slice_of(rows[instant], self.seconds))
        return cut.semi_join(self._of(sight), "slice")

    def hold_moments(self, name: str, table: str) -> Iterator[Any]:
        """Yield rows of a copy in the order of time: whose instant lies in one of the slices of its table, by name or of any.

        Args:
            name: Of the copy.
            table: Of what it is one.
        """
        rows = ibis.table(STORED, name=name)
        near = rows.semi_join(self._of(Sight(name)), "slice") if Sight(name) in self.sights else rows
        near = near.mutate(slice=slice_of(near["at"], self.seconds))
        if Sight(table) in self.sights:
            yield near.semi_join(self._of(Sight(table)), "slice")
        if any(sight.table == table and sight.name for sight in self.sights):
            own = self._spans
            named = own.filter((own.table == table) & (own.name != "")).select("name", "slice")
            yield near.semi_join(named, ["name", "slice"])

    @property
    def _spans(self) -> Any:
        return ibis.table(_SLICE, name=self.name)

    def _of(self, sight: Sight) -> Any:
        own = self._spans
        return own.filter((own.table == sight.table) & (own.name == sight.name)).select("slice")


_SLICE = {"table": "string", "name": "string", "slice": "int64"}
_MOST_SLICES = 50_000
_SIZES = (10, 60, 600, 3_600, 86_400, 864_000, 86_400_000)
"""Slices are as short as gives no more of them than that: whoever looks at a slice too many looks at more people."""
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  instants are UTC without a zone inside


def lay_slices(session: Session, spans: Mapping[Sight, Sequence[Span]], name: str) -> Slices:
    """Lay spans into a scratch table, by the rows that they are of; for a copy in the order of time those of all its rows."""
    edges = {
        sight: [(_seconds(span.start), _seconds(span.end)) for span in own] for sight, own in spans.items()
    }
    every = [edge for own in edges.values() for edge in own]
    total = sum(end - start for start, end in every)
    size = next(size for size in _SIZES if total // size + 2 * len(every) <= _MOST_SLICES)
    numbers = {sight: _numbers(own, size) for sight, own in edges.items()}
    if total // SLICE_SECONDS + 2 * len(every) <= _MOST_SLICES:
        for table, copy in MOMENTS.items():
            own = [edge for sight, of_it in edges.items() if sight.table == table for edge in of_it]
            numbers[Sight(copy)] = _numbers(own, SLICE_SECONDS)
    rows = [(sight.table, sight.name, number) for sight, own in numbers.items() for number in sorted(own)]
    session.load(name, _arrow(rows))
    return Slices(name, size, frozenset(sight for sight, own in numbers.items() if own))


def _numbers(edges: Sequence[tuple[int, int]], size: int) -> set[int]:
    """Return the numbers of the slices that some spans touch."""
    # one more before 1970, where engines divide towards it
    return {
        number
        for start, end in edges
        for number in range(start // size, end // size + (1 if start >= 0 else 2))
    }


def _arrow(rows: Sequence[tuple[str, str, int]]) -> pa.Table:
    tables, names, numbers = zip(*rows, strict=True) if rows else ((), (), ())
    return pa.table(
        {
            "table": pa.array(tables, pa.string()),
            "name": pa.array(names, pa.string()),
            "slice": pa.array(numbers, pa.int64()),
        }
    )


def _seconds(instant: datetime) -> int:
    return (instant - _EPOCH) // timedelta(seconds=1)


def turned_by_facts(facts: Facts, spans: Slices, properties: Sequence[str]) -> list[Any]:
    """Return tables of customer_key: whose facts have an instant in one of the spans.

    Args:
        facts: The stored tables.
        spans: Of the past, or ahead.
        properties: Columns of registered instants of customers.
    """
    more = {"customers": dict.fromkeys(properties, "timestamp(6)")}
    tables = [name for name in TABLES if facts.has(name)]
    return [rows for name in tables for rows in _of_table(name, spans, more.get(name, {}))]


def _of_table(name: str, spans: Slices, more: Mapping[str, str]) -> Iterator[Any]:
    table = TABLES[name]
    if name in MOMENTS:
        for inside in spans.hold_moments(MOMENTS[name], name):
            yield inside.select("customer_key")
        return
    if table.has_customer and Sight(name) in spans.sights:
        yield from (inside.select("customer_key") for inside in _inside(name, spans, more))


def held_by_another(facts: Facts, spans: Slices) -> dict[str, Any]:
    """Return scratch tables, by name, of rows that have an instant in one of the spans and are somebody's by another table."""
    found = {}
    for name in _by_another(facts, spans):
        more = {OWNER: "int64"}
        inside = [rows.select(BY_ANOTHER[name][1], OWNER) for rows in _inside(name, spans, more)]
        found[f"{HELD}{name}"] = halved(inside, lambda a, b: a.union(b))
    return found


def turned_by_another(facts: Facts, spans: Slices) -> Iterator[Any]:
    """Yield tables of customer_key: whose the rows are that `held_by_another` made."""
    for name in _by_another(facts, spans):
        parent, key = BY_ANOTHER[name]
        rows = ibis.table({key: "string", OWNER: "int64"}, name=f"{HELD}{name}")
        yield from owners_by(facts, name, (parent, (key,)), rows)


def _by_another(facts: Facts, spans: Slices) -> Iterator[str]:
    for name, (parent, _) in BY_ANOTHER.items():
        if (
            facts.has(name, parent)
            and Sight(name) in spans.sights
            and _instants(name, TABLES[name].stored_types)
        ):
            yield name


def _inside(name: str, spans: Slices, more: Mapping[str, str]) -> Iterator[Any]:
    types = {**TABLES[name].stored_types, **more}
    rows = ibis.table(types, name=name)
    for column in _instants(name, types):
        yield spans.hold(rows, column, Sight(name))


def _instants(name: str, types: Mapping[str, str]) -> list[str]:
    return [
        column
        for column, kind in types.items()
        if kind.startswith("timestamp")
        and (column not in _NOT_LOOKED_AT or (name, column) == ("customers", "valid_at"))
    ]


def turned_by_log(spans: Slices, schemes: Sequence[str]) -> list[Any]:
    """Return tables of customer_key: whom the log moved in one of the spans, in schemes whose past is asked for."""
    if Sight(LOG) not in spans.sights or not schemes:
        return []
    log = ibis.table(BOOKS[LOG], name=LOG)
    return [spans.hold(log.filter(log.scheme.isin(schemes)), "at", Sight(LOG)).select("customer_key")]


def turned_by_silence(spans: Slices) -> list[Any]:
    """Return tables of customer_key: whose silence passed a point of his own, or one that is everybody's.

    Reads the parameters `SINCE_PARAMS`.
    """
    snapshot = ibis.table(SNAPSHOT_COLUMNS, name=SNAPSHOT)
    t = snapshot.cross_join(ibis.table(SINCE_PARAMS, name="params"))
    last, before, now = (epoch_seconds(at) for at in (t.last_order_at, t.since_at, t.as_of))
    passed = [
        ibis.coalesce((last + point >= before) & (last + point < now), False)
        for point in (t.at_risk_seconds, t.lost_seconds)
    ]
    found = [t.filter(passed[0] | passed[1]).select("customer_key")]
    if Sight(SNAPSHOT) in spans.sights:
        found.append(spans.hold(snapshot, "last_order_at", Sight(SNAPSHOT)).select("customer_key"))
    return found


def turned_by_zone(facts: Facts, zones: Sequence[str]) -> list[Any]:
    """Return tables of customer_key: who was ever said to live in one of the zones."""
    found = []
    if zones and facts.has("customers"):
        rows = ibis.table(TABLES["customers"].stored_types, name="customers")
        found.append(rows.filter(rows.timezone.isin(zones)).select("customer_key"))
    if zones and facts.has("attribute_changes"):
        rows = ibis.table(TABLES["attribute_changes"].stored_types, name="attribute_changes")
        found.append(rows.filter((rows.key == "timezone") & rows.to_value.isin(zones)).select("customer_key"))
    return found
