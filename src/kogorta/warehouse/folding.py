"""The row of run parameters folded into a query: a bound value stands wherever a column of that row is read.

A condition on a column of another table, even of one row, is nothing that an engine takes along when it reads a stored
table; one on a bound value is. So the columns of the row are followed through the query to where they are read, and
joins of the row that nobody needs any more are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

Outputs = Mapping[str, str]
"""Columns of a source that are parameters: by the name that they have there, the parameter."""

_NONE: Outputs = {}
_NULLABLE = {"LEFT": (False, True), "RIGHT": (True, False), "FULL": (True, True)}
"""By side of a join, whether what stands before it, and what is joined, may be missing."""


def folded(tree: Any, row: str, values: Mapping[str, Any]) -> tuple[Any, bool]:
    """Return a query, changed, with values in place of the columns of a one-row table, and whether it still reads it.

    Args:
        tree: A SELECT as Ibis writes it; it is changed.
        row: The name of the table.
        values: What stands for each of its columns.
    """
    folder = _Folder(row, values)
    folder.query(tree, {}, {})
    return tree, any(table.name == row for table in tree.find_all(exp.Table))


@dataclass
class _Folder:
    row: str
    values: Mapping[str, Any]
    own: Outputs = field(init=False)

    def __post_init__(self) -> None:
        self.own = {name: name for name in self.values}

    def query(self, node: Any, named: Mapping[str, Outputs], around: Mapping[str, Outputs]) -> Outputs:
        """Fold a query; return which of its columns are parameters.

        Args:
            node: The query.
            named: What common table expressions give, by name.
            around: The sources of the queries that it stands in.
        """
        named = dict(named)
        shared = node.args.get("with_")
        for part in shared.expressions if shared else ():
            named[part.alias] = self.query(part.this, named, around)
        if isinstance(node, exp.Subquery | exp.Paren):
            return self.query(node.this, named, around)
        if isinstance(node, exp.SetOperation):
            one, other = (self.query(side, named, around) for side in (node.left, node.right))
            return {name: value for name, value in one.items() if other.get(name) == value}
        return self._select(node, named, around)

    def _select(self, node: Any, named: Mapping[str, Outputs], around: Mapping[str, Outputs]) -> Outputs:
        own = self._sources(node, named, around)
        sources = {**around, **own}
        found: dict[str, str] = {}
        for column in list(node.expressions):
            if column.is_star:
                found |= {name: value for source in own.values() for name, value in source.items()}
            inner = column.this if isinstance(column, exp.Alias) else column
            parameter = self._parameter(inner, sources, own)
            if parameter is None:
                self._parts(column, named, sources, own)
                continue
            found[column.alias_or_name] = parameter
            column.replace(exp.alias_(self.values[parameter].copy(), column.alias_or_name, quoted=True))
        for key, part in node.args.items():
            if key in ("expressions", "from_", "with_"):
                continue
            for piece in part if isinstance(part, list) else [part]:
                if isinstance(piece, exp.Join):
                    self._parts(piece.args.get("on"), named, sources, own)
                else:
                    self._parts(piece, named, sources, own)
        self._drop_joins(node)
        return found

    def _sources(
        self, node: Any, named: Mapping[str, Outputs], around: Mapping[str, Outputs]
    ) -> dict[str, Outputs]:
        """Return, by name, which columns of each source are parameters; what an outer join may leave out is none."""
        found: dict[str, Outputs] = {}
        begin = node.args.get("from_")
        for part in [*([begin] if begin else []), *(node.args.get("joins") or [])]:
            before, joined = _NULLABLE.get(part.text("side").upper(), (False, False))
            if before:
                found = dict.fromkeys(found, _NONE)
            outputs = self._outputs(part.this, named, around)
            found[part.this.alias_or_name] = _NONE if joined else outputs
        return found

    def _outputs(self, source: Any, named: Mapping[str, Outputs], around: Mapping[str, Outputs]) -> Outputs:
        if isinstance(source, exp.Table):
            return self.own if source.name == self.row else named.get(source.name, _NONE)
        if isinstance(source, exp.Query):
            return self.query(source, named, around)
        return _NONE

    def _parts(
        self,
        node: Any,
        named: Mapping[str, Outputs],
        sources: Mapping[str, Outputs],
        own: Mapping[str, Outputs],
    ) -> None:
        """Fold the columns of an expression, and the queries that stand in it."""
        if not isinstance(node, exp.Expression):
            return
        if isinstance(node, exp.Query):
            self.query(node, named, sources)
            return
        for child in list(node.iter_expressions()):
            parameter = self._parameter(child, sources, own)
            if parameter is None:
                self._parts(child, named, sources, own)
            else:
                child.replace(self.values[parameter].copy())

    def _parameter(self, node: Any, sources: Mapping[str, Outputs], own: Mapping[str, Outputs]) -> str | None:
        if not isinstance(node, exp.Column):
            return None
        if node.table:
            return sources.get(node.table, _NONE).get(node.name)
        # a column without the name of its source is of the only one
        return next(iter(own.values())).get(node.name) if len(own) == 1 else None

    def _drop_joins(self, node: Any) -> None:
        """Leave out joins of the row: all its columns are values by now. With a star they still tell the columns."""
        if any(column.is_star for column in node.expressions):
            return
        joins = node.args.get("joins") or []
        kept = [join for join in joins if join.text("kind").upper() != "CROSS" or not self._is_row(join.this)]
        if len(kept) < len(joins):
            node.set("joins", kept)

    def _is_row(self, source: Any) -> bool:
        """Whether a source is the row itself, or some of its columns."""
        if isinstance(source, exp.Table):
            return bool(source.name == self.row)
        inner = source.this
        if not isinstance(inner, exp.Select):
            return False
        told = {key for key, part in inner.args.items() if part}
        return told == {"expressions", "from_"} and self._is_row(inner.args["from_"].this)


def bound_names(tree: Any) -> Iterable[str]:
    """Return the names of the values that a query is given."""
    return sorted({str(node.this) for node in tree.find_all(exp.Placeholder, exp.Parameter)})
