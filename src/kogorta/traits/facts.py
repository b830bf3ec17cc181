"""What was true as of an instant, as far as was known: the last visible version of each row.

A row is visible if `valid_at < as_of` and `ingest_seq <= known_seq`. Versions of a key are numbered,
and both columns only grow with the number, so the last visible version is the visible one with the
highest number. Nearly all keys have one version, so the others are looked up, not sorted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ibis

from kogorta.schema import TABLES, Table
from kogorta.traits.idioms import beside
from kogorta.traits.shape import Shape
from kogorta.warehouse.ddl import BOOKS
from kogorta.warehouse.layout import BEHIND, OWNER, UNKNOWN, has_owner
from kogorta.warehouse.sql import HINT

BACK_DAYS = (30, 90, 365, 730)
"""How many days traits look back from the instant."""

INSTANT_PARAMS: dict[str, str] = {
    "as_of": "timestamp(6)",
    "known_seq": "int64",
    "window_start": "timestamp(6)",
    "settled_before": "timestamp(6)",
    **{f"back_{days}": "timestamp(6)" for days in BACK_DAYS},
}
"""Values that differ from run to run. `window_start` is where the window of RFM begins (an instant
before everything for `all`); messages sent up to `settled_before` have had their time to be opened; `back_30` lies 30
days of 24 hours before the instant, and so on for each of `BACK_DAYS`."""

_NONE: Mapping[str, str] = {}

IDENTITY = "k_identity"
IDENTITY_SCHEMA = {"customer_key": "int64", "person_key": "int64"}
"""Scratch table of customer keys that are another's alias: who they resolve to."""


def params(**more: str) -> Any:
    """Return the unbound one-row table of run parameters, with `more` of them."""
    return ibis.table({**INSTANT_PARAMS, **more}, name="params")


def scratch(name: str, schema: Any) -> Any:
    """Return the unbound scratch table that an earlier step left."""
    return ibis.table(schema, name=name)


SCOPE = "k_scope"
SCOPE_SCHEMA = {"customer_key": "int64"}
"""Scratch table of the keys that alone are asked for, where a shape is scoped."""

UNSCOPED = frozenset({"list_changes"})
"""Tables that are read whole: their rows without a customer are about everyone."""

OF_ORDERS = "returns"
"""The table whose rows are about whoever made the order that they name, and about their own customer if they name none."""


KEPT = {
    "orders": (
        *("order_id", "customer_key", "ordered_at", "ordered_date", "status", "amount", "discount"),
        *("cost_to_serve", "channel", "outlet_id"),
    )
}
"""Tables that nearly everything reads, with the columns that are asked of them: where a key may have several versions,
the last ones are looked up once."""


FIRST_CUSTOMERS = 1_000


class Facts:
    """Readers of the stored tables for a store of a given shape.

    Args:
        shape: What the store holds.
        keeps: Whether the last versions that much is read from are looked up once, into a scratch table.

    Attributes:
        copies: How the copies of rows are made that are read instead of stored tables, by scratch table: those of few
            people, where only they are asked for; last versions.
    """

    def __init__(self, shape: Shape, *, keeps: bool = False) -> None:
        self.shape = shape
        self.keeps = keeps
        self.copies: dict[str, Any] = {}
        self._wanted: dict[str, set[str]] = {}
        self._copied: dict[str, tuple[tuple[str, ...], Any]] = {}

    def has(self, *tables: str) -> bool:
        """Whether all of these tables have rows."""
        return self.shape.has(*tables)

    def last_versions(self, name: str, columns: Sequence[str], more: Mapping[str, str] = _NONE) -> Any:
        """Return the last visible version of each row that is not removed, with `columns` and `as_of`.

        Args:
            name: The canonical table.
            columns: Stored columns.
            more: Columns of registered properties and their types, which the canonical table does not have.
        """
        table = TABLES[name]
        columns = [*columns, *more]
        versioned = name in self.shape.versioned and not table.immutable
        if versioned and self.keeps and set(columns) <= set(KEPT.get(name, ())):
            kept = self._last(table).select(*columns)
            return kept.cross_join(params().select("as_of"))
        return self._newest(table, columns, more) if versioned else self.visible(table, columns, more)

    def _last(self, table: Table) -> Any:
        """Return the scratch table of the last visible versions of a table that is kept."""
        copy = f"k_last_{table.name}"
        columns = KEPT[table.name]
        if copy not in self.copies:
            self.copies[copy] = self._newest(table, columns).select(*columns)
        return scratch(copy, {name: table.stored_types[name] for name in columns})

    def _newest(self, table: Table, columns: Sequence[str], more: Mapping[str, str] = _NONE) -> Any:
        wanted = list(dict.fromkeys([*columns, *table.stored_key, "version_no", "is_removed"]))
        newest = _newest(self.visible(table, wanted, more), table)
        # of few people's copy, what is another's by now falls out; a return may count for their order whoever brought it
        newest = newest if table.name == OF_ORDERS else self.scoped(newest)
        return newest.filter(~newest.is_removed).select(*columns, "as_of")

    def visible(self, table: Table, columns: Sequence[str], more: Mapping[str, str] = _NONE) -> Any:
        """Return every visible version of a table's rows, with `columns` and `as_of`."""
        # a row that never changes is told by its own instant: one column less to read of a hundred million events
        told = str(table.at) if table.immutable else "valid_at"
        read = list(dict.fromkeys([*columns, told, "ingest_seq"]))
        return _visible(self._stored(table.name, read, more), columns, told)

    def copied(self, name: str) -> Any:
        """Return how a copy is made, with those columns alone that were asked of it till now."""
        rows, wanted = self.copies[name], self._wanted.get(name)
        if wanted is None or self.shape.is_for_more:
            return rows
        columns = tuple(item for item in rows.columns if item in wanted)
        if self._copied.get(name, ((), None))[0] != columns:
            self._copied[name] = columns, rows.select(*columns)
        return self._copied[name][1]

    def _stored(self, name: str, columns: Sequence[str], more: Mapping[str, str]) -> Any:
        """Return the rows of a stored table; where only few people are asked for, a copy of theirs.

        The copy is made once and read by everything after it. It has all versions of their rows, also those that
        are another's by now, and the lines of their orders and the answers to their messages.
        """
        types = {**TABLES[name].stored_types, **more}
        if not self.shape.is_scoped or name in UNSCOPED or not (TABLES[name].has_customer or name in BEHIND):
            return ibis.table(types, name=name)
        return scratch(self._copy(name, columns, more), types)

    def _copy(self, name: str, columns: Sequence[str], more: Mapping[str, str]) -> str:
        """Return the name of the copy of few people's rows of a table, which must have these columns."""
        copy = "_".join(["k_few", name, *sorted(more)])
        self._wanted.setdefault(copy, set()).update(columns)
        if copy not in self.copies:
            rows = ibis.table(_lying(TABLES[name], more), name=name)
            self.copies[copy] = self._few(rows, TABLES[name])
        return copy

    def _few(self, rows: Any, table: Table) -> Any:
        """Return their rows of a table, read where their owners lie."""
        if table.name == OF_ORDERS:
            return self._few_returns(rows, table)
        if table.name in BEHIND:
            parent, key = BEHIND[table.name]
            copy = self._copy(parent, [key, OWNER], _NONE)
            theirs = scratch(copy, _lying(TABLES[parent], _NONE))
            # what lies near them is theirs: looked up by the text of its key it would cost the texts of everyone's rows
            others = self._elsewhere(f"k_others_{parent}", _owners(theirs))
            return _both(_asked(rows, OWNER), rows.semi_join(others, OWNER).semi_join(theirs, key))
        own = _asked(rows, "customer_key")
        if table.name not in self.shape.versioned or not has_owner(table):
            return own
        # what lies near them began as theirs; of what lies elsewhere all versions are read, as one of them is theirs
        givers = self._elsewhere(f"k_givers_{table.name}", own.filter(own.customer_key != own[OWNER]))
        near = rows.semi_join(givers, OWNER)
        given = near.semi_join(
            near.semi_join(scratch(SCOPE, SCOPE_SCHEMA), "customer_key"), list(table.stored_key)
        )
        return _both(_asked(rows, OWNER), given)

    def _few_returns(self, rows: Any, table: Table) -> Any:
        """Return what they gave back and what came back of their orders, whoever brought it: returns are few, and are read once."""
        orders = scratch(self._copy("orders", ["order_id"], _NONE), _lying(TABLES["orders"], _NONE))
        by_key = rows.customer_key.isin(scratch(SCOPE, SCOPE_SCHEMA).customer_key)
        theirs = rows.filter(by_key | rows.order_id.isin(orders.order_id))
        if table.name not in self.shape.versioned:
            return theirs
        # one version may name another order or customer than the last one does
        return rows.semi_join(theirs, list(table.stored_key))

    def _elsewhere(self, name: str, rows: Any) -> Any:
        """Return the scratch table of the owners of rows who are not asked for: read several times, and mostly empty."""
        self.copies[name] = _others(rows)
        return scratch(name, {OWNER: "int64"})

    def scoped(self, rows: Any) -> Any:
        """Return the rows of those who are asked for; all of them unless only some are."""
        if not self.shape.is_scoped or "customer_key" not in rows.columns:
            return rows
        return rows.semi_join(scratch(SCOPE, SCOPE_SCHEMA), "customer_key")

    def book(self, name: str) -> Any:
        """Return what a book of the store about customers says of those who are asked for."""
        rows = ibis.table(BOOKS[name], name=name)
        return _asked(rows, "customer_key") if self.shape.is_scoped else rows

    def person(self, rows: Any) -> Any:
        """Replace `customer_key` by the person it resolves to."""
        if not self.shape.has_aliases:
            return rows
        known = beside(rows, scratch(IDENTITY, IDENTITY_SCHEMA))
        resolved = known.mutate(customer_key=ibis.coalesce(known.person_key, known.customer_key))
        return resolved.select(*rows.columns)


class OfFirstCustomers(Facts):
    """Readers of what lies near the first customers, and nothing else: all versions of it, read in a moment."""

    def _stored(self, name: str, columns: Sequence[str], more: Mapping[str, str]) -> Any:
        """Return the rows of a stored table that has owners, of the first of them."""
        rows = ibis.table(_lying(TABLES[name], more), name=name)
        return rows.filter(rows[OWNER].between(1, FIRST_CUSTOMERS)).select(*columns)


@ibis.udf.scalar.builtin(name=HINT)  # type: ignore[untyped-decorator]
def may_be_asked(customer_key: int) -> bool:  # type: ignore[empty-body]
    """Whether a customer may be among those who are asked for: a hint, each engine does with it what it can."""


def _visible(rows: Any, columns: Sequence[str], told: str) -> Any:
    rows = rows.select(*dict.fromkeys([*columns, told, "ingest_seq"]))
    dated = rows.cross_join(params().select("as_of", "known_seq"))
    seen = dated.filter((dated[told] < dated.as_of) & (dated.ingest_seq <= dated.known_seq))
    return seen.select(*columns, "as_of")


def _lying(table: Table, more: Mapping[str, str]) -> dict[str, str]:
    """Return the columns of a stored table and their types, with the one that says near whom a row lies."""
    owner = {OWNER: "int64"} if has_owner(table) else {}
    return {**table.stored_types, **more, **owner}


def _asked(rows: Any, column: str) -> Any:
    """Return the rows of which a column holds a key that is asked for."""
    # in one condition: only so DuckDB takes the hint along into the scan of the table
    asked = rows[column].isin(scratch(SCOPE, SCOPE_SCHEMA).customer_key)
    return rows.filter(may_be_asked(rows[column]) & asked)


def _both(rows: Any, more: Any) -> Any:
    """Return rows and more of the same table, which may have columns that nobody asks for: properties of people's own."""
    # a union takes columns by their place; put in another order than the table has, they are named
    columns = sorted(rows.columns)
    return rows.select(*columns).union(more.select(*columns))


def _others(owners: Any) -> Any:
    """Return the owners who are not asked for, once each: few, and nobody in a base where nothing is given to another."""
    scope = scratch(SCOPE, SCOPE_SCHEMA).select(**{OWNER: "customer_key"})
    return owners.select(OWNER).distinct().anti_join(scope, OWNER)


def _owners(rows: Any) -> Any:
    """Return the owners of some rows, once each, and the one who stands for all that are not known."""
    unknown = params().select(ibis.literal(UNKNOWN, type="int64").name(OWNER))
    return rows.select(OWNER).distinct().union(unknown)


def _newest(rows: Any, table: Table) -> Any:
    """Keep the rows whose version number is the highest visible one of their key."""
    later = rows.filter(rows.version_no > 1)
    last = later.group_by(list(table.stored_key)).agg(last_version_no=later.version_no.max())
    required = {
        "customer_key" if column.name == "customer_id" else column.stored
        for column in table
        if column.required
    }
    predicates = [
        rows[k] == last[k] if k in required else rows[k].identical_to(last[k]) for k in table.stored_key
    ]
    joined = rows.left_join(last, predicates)
    return joined.filter(joined.last_version_no.isnull() | (joined.last_version_no == joined.version_no))
