"""Whom time may have moved: whose facts lie in spans of the past, whose silence passed a point of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import pyarrow as pa

from kogorta.compile.evaluate import SNAPSHOT_COLUMNS
from kogorta.membership.spans import Span
from kogorta.membership.touched import owners
from kogorta.schema import TABLES
from kogorta.traits.facts import Facts
from kogorta.traits.idioms import DAY_SECONDS, epoch_seconds, floor_div
from kogorta.warehouse.ddl import BOOKS
from kogorta.warehouse.engine import Session
from kogorta.warehouse.layout import BEHIND
from kogorta.warehouse.sql import SLICE

SNAPSHOT = "trait_snapshot"
_NOT_LOOKED_AT = ("valid_at", "received_at")
"""When a row was told; only of customers does it stand for a moment of their own."""
_BEHIND = {"message_events": BEHIND["message_events"], "returns": ("orders", "order_id")}
"""Whose facts are somebody's by another table, with instants of their own."""


@dataclass(frozen=True)
class Slices:
    """Spans as the numbers of the slices of time that they touch, laid into a scratch table.

    One look-up for each instant takes a fraction of what comparing it with sixty spans takes, and the text of the query is the
    same for every run.

    Attributes:
        name: Of the scratch table.
        seconds: How long a slice is.
    """

    name: str
    seconds: int

    def hold(self, rows: Any, instant: str) -> Any:
        """Return the rows whose instant lies in one of the slices."""
        cut = rows.mutate(slice=_slice_of(rows[instant], self.seconds))
        return cut.semi_join(ibis.table(_SLICE, name=self.name), "slice")


@ibis.udf.scalar.builtin(name=SLICE)  # type: ignore[untyped-decorator]
def _slice_of(instant: dt.timestamp, seconds: int) -> int:  # type: ignore[empty-body]
    """The slice of time that an instant lies in."""


_SLICE = {"slice": "int64"}
_MOST_SLICES = 50_000
_SIZES = (10, 60, 600, 3_600, 86_400, 864_000, 86_400_000)
"""Slices are as short as gives no more of them than that: whoever looks at a slice too many looks at more people."""
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  instants are UTC without a zone inside


def lay_slices(session: Session, spans: Sequence[Span], name: str) -> Slices | None:
    """Lay spans into a scratch table; None if there are none."""
    if not spans:
        return None
    edges = [(_seconds(span.start), _seconds(span.end)) for span in spans]
    total = sum(end - start for start, end in edges)
    size = next(size for size in _SIZES if total // size + 2 * len(edges) <= _MOST_SLICES)
    # one more before 1970, where engines divide towards it
    numbers = {
        number
        for start, end in edges
        for number in range(start // size, end // size + (1 if start >= 0 else 2))
    }
    session.load(name, pa.table({"slice": pa.array(sorted(numbers), pa.int64())}))
    return Slices(name, size)


def _seconds(instant: datetime) -> int:
    return (instant - _EPOCH) // timedelta(seconds=1)


def turned_by_facts(
    facts: Facts, spans: Slices | None, due: Slices | None, properties: dict[str, str], without: Sequence[str]
) -> list[Any]:
    """Return tables of customer_key: whose facts have an instant in one of the spans.

    Args:
        facts: The stored tables.
        spans: Of the past, or ahead.
        due: Those of them that reach the instant of the run: facts in them came due.
        properties: Columns of registered instants of customers, with their types.
        without: Tables that nothing asks for further back than the last run; of them only what came due is looked at.
    """
    found = []
    for name in TABLES:
        if facts.has(name):
            wanted = due if name in without else spans
            found += list(_of_table(name, wanted, properties if name == "customers" else {}))
    return found


def _of_table(name: str, spans: Slices | None, more: dict[str, str]) -> Iterator[Any]:
    table = TABLES[name]
    if spans is None or not (table.has_customer or name in _BEHIND):
        return
    types = {**table.stored_types, **more}
    rows = ibis.table(types, name=name)
    for column in _instants(name, types):
        inside = spans.hold(rows, column)
        if table.has_customer:
            yield inside.select("customer_key")
        if name in _BEHIND:
            parent, key = _BEHIND[name]
            yield inside.select(key).join(owners(parent, key), key).select("customer_key")


def _instants(name: str, types: dict[str, str]) -> list[str]:
    return [
        column
        for column, kind in types.items()
        if kind.startswith("timestamp")
        and (column not in _NOT_LOOKED_AT or (name, column) == ("customers", "valid_at"))
    ]


def turned_by_log(spans: Slices | None, schemes: Sequence[str]) -> list[Any]:
    """Return tables of customer_key: whom the log moved in one of the spans, in schemes whose past is asked for."""
    log = ibis.table(BOOKS["membership_changes"], name="membership_changes")
    if spans is None or not schemes:
        return []
    return [spans.hold(log.filter(log.scheme.isin(schemes)), "at").select("customer_key")]


def turned_by_silence(before: datetime, now: datetime, new_seconds: int) -> Any:
    """Return customer_key of everyone whose silence passed a full day, or a point at which it means something.

    Args:
        before: The instant of the last run.
        now: That of this one.
        new_seconds: How long one stays new.
    """
    t = ibis.table(SNAPSHOT_COLUMNS, name=SNAPSHOT)
    was, now_is = (epoch_seconds(_literal(at)) - epoch_seconds(t.last_order_at) for at in (before, now))
    passed = [
        (was <= point) != (now_is <= point) for point in (t.at_risk_seconds, t.lost_seconds, new_seconds)
    ]
    full_day = floor_div(was, DAY_SECONDS) != floor_div(now_is, DAY_SECONDS)
    turned = reduce(
        lambda a, b: a | b, [ibis.coalesce(condition, False) for condition in (full_day, *passed)]
    )
    return t.filter(turned).select("customer_key")


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


def _literal(instant: datetime) -> Any:
    return ibis.literal(instant, type="timestamp(6)")
