"""From Ibis expressions to trees of SQL, word for word as Ibis writes them, in a fraction of its time.

Ibis rewrites an expression in several passes over all of its nodes. In each it tries every pattern on every node, weighs the whole of what
lies below two selections before it makes them one, and copies a query for each table that it is joined as. Here a pattern is
tried on nodes of its kind, the weight of a node is worked out once, and nothing is copied.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import count
from typing import Any

import ibis.expr.operations as ops
import sqlglot as sg
from ibis.backends.sql import rewrites as lowering
from ibis.backends.sql.compilers.clickhouse import ClickHouseCompiler
from ibis.backends.sql.compilers.duckdb import DuckDBCompiler
from ibis.backends.sql.compilers.postgres import PostgresCompiler
from ibis.backends.sql.rewrites import CTE, Select
from ibis.common.graph import Graph, Node
from ibis.common.patterns import AnyOf, InstanceOf, NoMatch, Object, Pattern
from sqlglot import exp

Rewrites = tuple[Pattern, ...]

_TO_SELECTIONS: Rewrites = (
    lowering.remove_aliases,
    lowering.project_to_select,
    lowering.filter_to_select,
    lowering.sort_to_select,
    lowering.distinct_to_select,
    lowering.fill_null_to_select,
    lowering.drop_null_to_select,
    lowering.drop_columns_to_select,
    lowering.first_to_firstvalue,
)


class _Lowering:
    """What a compiler of Ibis is given beside its own rules of an engine; it stands before it among the bases of a class."""

    quoted: bool
    lowered_ops: Mapping[type, Pattern]
    rewrites: Rewrites
    post_rewrites: Rewrites
    visit_node: Callable[..., Any]

    def translate(self, op: Any, *, params: Mapping[Any, Any]) -> Any:  # noqa: ARG002  expressions here have none of Ibis' parameters
        """Return the tree of an operation."""
        kinds = _kinds(op)
        for patterns in (tuple(self.lowered_ops.values()), self.rewrites):
            # nearly always there is nothing to do
            if any(_may_match(pattern, kind) for pattern in patterns for kind in kinds):
                op = op.replace(_Rewriting(patterns))
                kinds = _kinds(op)
        op = op.replace(_Merging(_TO_SELECTIONS))
        if self.post_rewrites:
            op = op.replace(_Rewriting(self.post_rewrites))
        return self._written(op)

    def visit_DropColumns(self, op: Any, *, parent: Any, columns_to_drop: Any) -> Any:  # noqa: N802  as Ibis calls it
        """Leave out columns: they are a set, and a text is the same in every process."""
        return super().visit_DropColumns(op, parent=parent, columns_to_drop=sorted(columns_to_drop))  # type: ignore[misc]

    def _written(self, op: Any) -> Any:
        """Translate each node; a relation that several read is written once, as a common table."""
        results: dict[Any, Any] = {}
        names: dict[Any, str] = {}
        tables: list[Any] = []
        numbers = count()
        for node in _graph(op, lowering.extract_ctes(op)).toposort()[0]:
            source = node
            if isinstance(node, CTE):
                source = node.parent
                tables.append(self._common_table(names[source], results[source]))
                tree = exp.Table(this=self._named(names[source]))
            else:
                values = zip(node.__argnames__, node.__args__, strict=True)
                tree = self.visit_node(node, **{name: _looked_up(value, results) for name, value in values})
            if node is not op and isinstance(node, ops.Relation):
                is_named = isinstance(node, ops.AliasedRelation)
                names[source] = node.name if is_named else f"t{next(numbers)}"
                tree = self._called(tree, names[source])
            results[source] = tree
        return _with_tables(results[op], tables)

    def _named(self, name: str) -> Any:
        return sg.to_identifier(name, quoted=self.quoted)

    def _called(self, tree: Any, name: str) -> Any:
        alias = self._named(name)
        if isinstance(tree, exp.Subquery):
            # what is read in two places is a common table: nobody else has this one
            return exp.Subquery(this=tree.this, alias=exp.TableAlias(this=alias))
        if isinstance(tree, exp.Query):
            return tree.subquery(alias, copy=False)
        return tree.as_(alias, quoted=self.quoted, table=isinstance(tree, exp.Table))

    def _common_table(self, name: str, tree: Any) -> Any:
        query = tree.this if "alias" in tree.args else tree
        return exp.CTE(this=query, alias=exp.TableAlias(this=self._named(name)))


def _kinds(op: Any) -> set[type]:
    return {type(node) for node in Graph.from_bfs(op)}


def _with_tables(tree: Any, tables: list[Any]) -> Any:
    """Return a query as a whole, with its common tables before it."""
    if isinstance(tree, exp.Table):
        tree = sg.select("*", copy=False).from_(tree, copy=False)
    elif isinstance(tree, exp.Subquery):
        tree = tree.this
    own = tree.args.pop("with_", None)
    tables = [*tables, *(own.expressions if own else [])]
    if tables:
        tree.set("with_", exp.With(expressions=tables))
    return tree


def _graph(op: Any, shared: Collection[Any]) -> Graph:
    """Return the graph of an operation, in which a common table stands between each relation that several read and its readers."""
    tables = {node: CTE(node) for node in shared}
    found = Graph()
    waiting = deque([op])
    while waiting:
        node = waiting.popleft()
        if node not in found:
            children = node.__children__
            if tables and not isinstance(node, CTE):
                children = tuple(tables.get(child, child) for child in children)
            found[node] = children
            waiting.extend(children)
    return found


def _looked_up(value: Any, results: Mapping[Any, Any]) -> Any:
    """Put what came of nodes in their place, in collections too."""
    if isinstance(value, Node):
        return results[value]
    if isinstance(value, tuple | list):
        return tuple(_looked_up(item, results) for item in value)
    if isinstance(value, dict):
        return {_looked_up(key, results): _looked_up(item, results) for key, item in value.items()}
    return value


class _Rewriting:
    """Replaces each node by what the first of some patterns that match it says."""

    def __init__(self, patterns: Rewrites) -> None:
        self._patterns = patterns
        self._by_kind: dict[type, list[Pattern]] = {}

    def __call__(self, node: Any, changed: Any) -> Any:
        new = node.__recreate__(changed) if changed else node
        kind = type(new)
        if kind not in self._by_kind:
            self._by_kind[kind] = [pattern for pattern in self._patterns if _may_match(pattern, kind)]
        for pattern in self._by_kind[kind]:
            result = pattern.match(new, {})
            if result is not NoMatch:
                return result
        return new


def _may_match(pattern: Any, kind: type) -> bool:
    """Whether a pattern can match nodes of a kind; what it asks of them beside that is left to itself."""
    pattern = getattr(pattern, "matcher", pattern)
    if isinstance(pattern, AnyOf):
        return any(_may_match(part, kind) for part in pattern.patterns)
    if isinstance(pattern, Object):
        return _may_match(pattern.type, kind)
    return issubclass(kind, pattern.type) if isinstance(pattern, InstanceOf) else True


_BLOCKING = (ops.WindowFunction, ops.ExistsSubquery, ops.InSubquery, ops.Unnest, ops.Impure)
"""What a selection is not made one with another over."""


class _Merging(_Rewriting):
    """Makes relations selections, and a selection of a selection one, where that is not harder to work out than both."""

    def __init__(self, patterns: Rewrites) -> None:
        super().__init__(patterns)
        self._weights: dict[Any, int] = {}
        self._blocked: dict[Any, bool] = {}

    def __call__(self, node: Any, changed: Any) -> Any:
        outer = super().__call__(node, changed)
        if not (isinstance(outer, Select) and isinstance(outer.parent, Select)):
            return outer
        inner = outer.parent
        if self._is_blocked(outer) or self._is_blocked(inner) or not _keeps_rows(outer, inner):
            return outer
        merged = _merged(outer, inner)
        return merged if self._weight(merged) <= self._weight(outer) else outer

    def _is_blocked(self, node: Any) -> bool:
        if node not in self._blocked:
            self._blocked[node] = bool(node.find_below(_BLOCKING, filter=ops.Value))
        return self._blocked[node]

    def _weight(self, node: Any) -> int:
        """Count the values that a node is worked out of; a field counts as one, whatever is behind it."""
        if isinstance(node, ops.Field):
            return 1
        if isinstance(node, ops.Impure):
            return sys.maxsize
        if node not in self._weights:
            self._weights[node] = 1 + sum(map(self._weight, node.__children__))
        return self._weights[node]


def _keeps_rows(outer: Any, inner: Any) -> bool:
    """Whether the rows stay the same ones where either of two selections leaves out what stands twice."""
    if inner.distinct:
        if outer.distinct:
            return all(isinstance(value, ops.Field) for value in outer.selections.values())
        return bool(outer.is_star_selection())
    return not (outer.distinct and inner.sort_keys) or bool(outer.is_star_selection())


def _merged(outer: Any, inner: Any) -> Any:
    values = {ops.Field(inner, name): value for name, value in inner.values.items()}

    def seen_through(parts: Sequence[Any]) -> list[Any]:
        return [
            values.get(part, part) if isinstance(part, ops.Field) else part.replace(values, filter=ops.Value)
            for part in parts
        ]

    selections = dict(zip(outer.selections, seen_through(list(outer.selections.values())), strict=True))
    order = seen_through(outer.sort_keys)
    ordered = {key.arg for key in order}
    order += [key for key in inner.sort_keys if key.arg not in ordered]
    return Select(
        inner.parent,
        selections=selections,
        predicates=tuple(dict.fromkeys([*inner.predicates, *seen_through(outer.predicates)])),
        qualified=tuple(dict.fromkeys([*inner.qualified, *seen_through(outer.qualified)])),
        sort_keys=tuple(key for key in order if not isinstance(key.arg, ops.Literal)),
        distinct=outer.distinct or inner.distinct,
    )


class _DuckDB(_Lowering, DuckDBCompiler):  # type: ignore[misc]  # Ibis has no types
    pass


class _Postgres(_Lowering, PostgresCompiler):  # type: ignore[misc]  # Ibis has no types
    pass


class _ClickHouse(_Lowering, ClickHouseCompiler):  # type: ignore[misc]  # Ibis has no types
    pass


COMPILERS: Mapping[str, Any] = {
    "duckdb": _DuckDB,
    "postgres": _Postgres,
    "clickhouse": _ClickHouse,
}
"""How expressions are written for each engine."""
