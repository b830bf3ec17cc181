"""Reading memberships: computed for any instant, or as the log recorded them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

import ibis
import pyarrow as pa

from kogorta.config import Config
from kogorta.definitions.schemes import Scheme
from kogorta.errors import NotFoundError
from kogorta.membership.changes import recorded
from kogorta.membership.hidden import hidden_schemes
from kogorta.membership.view import View, open_view
from kogorta.traits.idioms import numbered
from kogorta.warehouse.ddl import BOOKS
from kogorta.warehouse.store import Warehouse


def find_segment(known: Mapping[str, Scheme], segment_id: str) -> tuple[Scheme, str]:
    """Return the scheme and the segment that `scheme.segment`, or the bare id of a free segment, names.

    Raises:
        NotFoundError: With all names that exist.
    """
    name, _, segment = segment_id.partition(".")
    if name in known and known[name].is_free and not segment:
        return known[name], name
    if name in known and segment in known[name].segments:
        return known[name], segment
    of_scheme = [known[name].segment_id(item) for item in known[name].segments] if name in known else []
    raise NotFoundError(
        "there is no such segment" if name in known else "there is no such segment or scheme",
        got=segment_id,
        expected=", ".join(of_scheme or known),
        hint="kogorta segments list shows them with their sizes",
    )


def find_scheme(known: Mapping[str, Scheme], scheme_id: str) -> Scheme:
    """Return one scheme.

    Raises:
        NotFoundError: There is none of that name.
    """
    if scheme_id not in known:
        raise NotFoundError("there is no such scheme", got=scheme_id, expected=", ".join(known))
    return known[scheme_id]


@cache
def customer_names() -> Any:
    """Return customer_key and the id to show: the first in code point order that a source gave."""
    ids = ibis.table(BOOKS["customer_ids"], name="customer_ids")
    named = ids.filter(ids.id_space != "anonymous")
    ranked = numbered(named, ["customer_key"], [named.customer_id, named.id_space])
    return ranked.filter(ranked.rank_no == 1).select("customer_key", "customer_id")


def computed_members(view: View, item: Scheme, segment: str) -> pa.Table:
    """Return customer_id of everyone in a segment as of the view's instant, worked out anew."""
    if item.id in hidden_schemes(view.frames):
        return pa.table({"customer_id": pa.array([], pa.string())})
    rows = view.placed(item)
    inside = rows.filter(rows.segment == segment).select("customer_key")
    named = inside.join(customer_names(), "customer_key").select("customer_id")
    return view.session.fetch(named.order_by("customer_id"), view.instant.bindings)


def recorded_members(warehouse: Warehouse, item: Scheme, segment: str, as_of: datetime) -> pa.Table:
    """Return customer_id and entered_at of everyone whom the log has in a segment at an instant."""
    with warehouse.session() as session:
        return session.fetch(_members_by_the_log(), {"as_of": as_of, "scheme": item.id, "segment": segment})


@cache
def _members_by_the_log() -> Any:
    at = ibis.table({"as_of": "timestamp(6)", "scheme": "string", "segment": "string"}, name="params")
    state = recorded(until=lambda rows: rows["at"] <= at.as_of.as_scalar())
    inside = state.cross_join(at)
    inside = inside.filter((inside.scheme == inside.scheme_right) & (inside.segment == inside.segment_right))
    named = inside.join(customer_names(), "customer_key").select("customer_id", "entered_at")
    return named.order_by("customer_id")


def sizes(view: View) -> dict[str, dict[str, int]]:
    """Return the members of every segment as of the view's instant: scheme, segment, count."""
    hidden = hidden_schemes(view.frames)
    result = {}
    view.place_all()
    for item in view.schemes.values():
        if item.id in hidden:
            continue
        rows = view.placed(item)
        counted = rows.group_by("segment").agg(n=rows.count().cast("int64"))
        found = {
            row["segment"]: row["n"] for row in view.session.fetch(counted, view.instant.bindings).to_pylist()
        }
        result[item.id] = {segment: found.get(segment, 0) for segment in item.segments}
    return result


def transitions(
    warehouse: Warehouse,
    config: Config,
    scheme_id: str,
    start: datetime,
    end: datetime,
    known_at: datetime | int | None = None,
) -> dict[tuple[str | None, str | None], int]:
    """Count who went from where to where between two instants, both worked out anew.

    None stands for outside the base: not yet known, or merged into somebody else.
    """
    with open_view(warehouse, config, start, known_at) as view:
        item = find_scheme(view.schemes, scheme_id)
        was = _positions(view, item)
    with open_view(warehouse, config, end, known_at) as view:
        view.session.load("k_was", was)
        old = ibis.table({"customer_key": "int64", "segment": "string"}, name="k_was").select(
            "customer_key", was=ibis._.segment
        )
        new = view.placed(item).rename(now="segment")
        joined = old.outer_join(new, "customer_key")
        counted = joined.group_by("was", "now").agg(n=joined.count().cast("int64"))
        rows = view.session.fetch(counted, view.instant.bindings).to_pylist()
    return {(row["was"], row["now"]): row["n"] for row in rows}


def _positions(view: View, item: Scheme) -> pa.Table:
    return view.session.fetch(view.placed(item), view.instant.bindings)
