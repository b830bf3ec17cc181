"""From Ibis expressions to the text of an engine's SQL, and safe quoting.

Ibis is the compiler, not the runtime: expressions stand on unbound tables, and the values that
differ from run to run (`as_of`, `known_seq`, cuts) are columns of a table of one row called `params`. They are bound by
name where those columns are read, so that the text of a query depends on its definition only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import pyarrow as pa
import sqlglot
from sqlglot import exp

from kogorta.warehouse.folding import bound_names, folded
from kogorta.warehouse.lowering import COMPILERS

PARAMS = "params"

HINT = "k_asked"
"""A function of a customer's key that may stand beside a join with those who are asked for: it is true of each of them, and of
few others. An engine that reads rows by blocks sees by it, row by row, which it need not unpack."""
SLICE = "k_slice"
"""A function of an instant and of a length in seconds: which slice of time so long the instant lies in, counted from 1970. Before
1970 engines round to either side."""
HINT_BITS = 2**20
"""The embedded engine is told them as up to so many bits; keys that differ by so much share one."""
_BITS_EACH = 1024

_SQL_TYPES: dict[str, dict[str, str]] = {
    "duckdb": {
        "string": "VARCHAR",
        "int64": "BIGINT",
        "int32": "INTEGER",
        "int8": "TINYINT",
        "float64": "DOUBLE",
        "timestamp(6)": "TIMESTAMP",
        "date": "DATE",
        "boolean": "BOOLEAN",
    }
}


@dataclass(frozen=True)
class Query:
    """SQL text with its named bindings."""

    sql: str
    bindings: dict[str, Any]


def sql_type(storage: str, dialect: str = "duckdb") -> str:
    """Return the engine's own name of an Ibis type."""
    return _SQL_TYPES[dialect][storage]


def quote(name: str) -> str:
    """Return `name` as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return `text` as a quoted SQL string."""
    return "'" + text.replace("'", "''") + "'"


def _bound_type(value: object) -> str:
    if isinstance(value, bool):
        return "BOOLEAN"
    if isinstance(value, int):
        return "BIGINT"
    if isinstance(value, datetime):
        return "TIMESTAMP"
    if isinstance(value, date):
        return "DATE"
    if isinstance(value, float):
        return "DOUBLE"
    return "VARCHAR"


def _params_cte(values: Mapping[str, Any]) -> exp.CTE:
    row = exp.select(*(exp.alias_(value.copy(), name, quoted=True) for name, value in values.items()))
    return exp.CTE(this=row, alias=exp.TableAlias(this=exp.to_identifier(PARAMS, quoted=True)))


def typed(expression: Any, dialect: str = "duckdb") -> Any:
    """Return the tree of a query with the outermost columns cast to the types that Ibis says they have.

    Engines widen sums their own way (DuckDB: to 128 bits) and Ibis leaves out casts that it thinks
    idle, so without this the same definition would have other types on other engines.
    """
    tree = adapted(COMPILERS[dialect]().to_sqlglot(expression), dialect)
    columns = []
    for name, dtype in expression.schema().items():
        named = exp.to_identifier(name, quoted=True)
        cast = exp.Cast(this=exp.Column(this=named), to=column_type(dtype, dialect))
        columns.append(exp.Alias(this=cast, alias=named.copy()))
    # copied: Ibis writes a value that stands in two places once, and whoever changes the tree means one place
    return exp.Select(expressions=columns).from_(tree.subquery("typed"), copy=False)


def column_type(dtype: Any, dialect: str = "duckdb") -> Any:
    """Return an engine's type of an Ibis type, as part of a tree."""
    return _column_type(dtype, dialect).copy()


@lru_cache(maxsize=256)
def _column_type(dtype: Any, dialect: str) -> Any:
    return adapted(COMPILERS[dialect]().type_mapper.from_ibis(dtype), dialect)


def render(
    expression: Any,
    params: Mapping[str, Any] | None = None,
    types: Mapping[str, str] | None = None,
    dialect: str = "duckdb",
) -> Query:
    """Return the SQL of an Ibis expression, with those of `params` bound by name that it reads."""
    known = types or {}
    columns = tuple(
        (name, sql_type(known[name], dialect) if name in known else _bound_type(value))
        for name, value in (params or {}).items()
    )
    text, names = _text(expression.op(), columns, dialect)
    return Query(text, {name: params[name] for name in names} if params else {})


@lru_cache(maxsize=2048)
def _text(operation: Any, columns: tuple[tuple[str, str], ...], dialect: str) -> tuple[str, tuple[str, ...]]:
    """Compile once: the text depends on the definition only, never on the values bound; return it and their names."""
    tree = typed(operation.to_expr(), dialect)
    if not columns:
        return str(_read_in_place(tree, dialect).sql(dialect, copy=False)), ()
    values = _values(columns, dialect)
    tree, reads_row = folded(tree, PARAMS, values)
    if reads_row:
        tree.set("with_", exp.With(expressions=[_params_cte(values)]))
    names = tuple(bound_names(tree))
    return str(_read_in_place(tree, dialect).sql(dialect, copy=False)), names


def _read_in_place(tree: Any, dialect: str) -> Any:
    """Return a query, changed, that reads stored columns anew for each reader that wants few of their rows.

    DuckDB writes down once what is read twice, with all rows that either reader may want: nearly the whole table, where they
    want what is new in it.
    """
    if dialect != "duckdb":
        return tree
    readers: dict[str, list[Any]] = {}
    for table in tree.find_all(exp.Table):
        readers.setdefault(table.name, []).append(table.parent_select)
    for part in tree.find_all(exp.CTE):
        told = {key for key, value in part.this.args.items() if value}
        if told != {"expressions", "from_"} or part.this.find(exp.AggFunc, exp.Window, exp.Subquery):
            continue
        if all(r.args.get("where") and not r.args.get("joins") for r in readers.get(part.alias, ())):
            part.set("materialized", False)
    return tree


@lru_cache(maxsize=256)
def _values(columns: tuple[tuple[str, str], ...], dialect: str) -> Mapping[str, Any]:
    """Return how each parameter is read, as part of a tree; whoever puts it into one copies it."""
    return {name: exp.cast(exp.Placeholder(this=name), type_, dialect=dialect) for name, type_ in columns}


def pretty(expression: Any, dialect: str = "duckdb") -> str:
    """Return indented SQL for people and snapshots."""
    tree = adapted(COMPILERS[dialect]().to_sqlglot(expression), dialect)
    return str(tree.sql(dialect, pretty=True))


def adapted(tree: Any, dialect: str) -> Any:
    """Return a query with what engines call alike and mean otherwise put right; the tree itself is changed."""
    for node in list(tree.find_all(exp.Anonymous)):
        if node.name == HINT:
            node.replace(_hinted(node.expressions[0], dialect))
        elif node.name == SLICE:
            instant, seconds = node.expressions
            node.replace(_sliced(instant, seconds, dialect))
    if dialect != "clickhouse":
        return tree
    # inner parts first: whoever is replaced takes along what lies in him
    for node in reversed(list(tree.walk())):
        right = _as_clickhouse_means(node)
        if node is tree:
            return right
        if right is not node:
            node.replace(right)
    return tree


def hint_bits(keys: int) -> int:
    """Return by how many bits so many customers are known: a power of two, the fewer the sooner they are laid."""
    return min(HINT_BITS, 1 << (_BITS_EACH * max(keys, 1) - 1).bit_length())


def _hinted(key: Any, dialect: str) -> Any:
    """Return what an engine does with `HINT`: those that have no use for it take it for true."""
    if dialect != "duckdb":
        return exp.true()
    bits = exp.func("getvariable", exp.Literal.string(HINT))
    mask = exp.Sub(this=exp.func("bit_length", bits), expression=exp.Literal.number(1))
    place = exp.BitwiseAnd(this=exp.paren(key.copy()), expression=exp.paren(mask))
    bit = exp.func("get_bit", bits.copy(), exp.cast(place, "INT"))
    return exp.paren(exp.EQ(this=bit, expression=exp.Literal.number(1)))


_MICROS = {"duckdb": "epoch_us", "clickhouse": "toUnixTimestamp64Micro"}


def _sliced(instant: Any, seconds: Any, dialect: str) -> Any:
    """Return what an engine does with `SLICE`: a whole number divided, where it keeps instants as whole numbers."""
    if dialect in _MICROS:
        micros = exp.func(_MICROS[dialect], instant.copy())
        return exp.IntDiv(this=micros, expression=exp.Literal.number(int(seconds.this) * 1_000_000))
    epoch = exp.Extract(this=exp.var("EPOCH"), expression=instant.copy())
    share = exp.Div(this=epoch, expression=seconds.copy())
    return exp.cast(exp.func("floor", share), "BIGINT")


_CLICKHOUSE_NAMES = {
    "toDate": "toDate32",
    "toRelativeSecondNum": "toUnixTimestamp64Second",
    "uniqIf": "uniqExactIf",
}
"""Its functions that begin with 1970 or estimate, and those that do neither."""


def _as_clickhouse_means(node: Any) -> Any:
    """Return a part of a query as ClickHouse has to be told it.

    Its md5 gives bytes where others give small hexadecimal digits; its `lower` knows Latin letters only, its `uniq`
    estimates, its Date begins with 1970.
    """
    if isinstance(node, exp.MD5 | exp.MD5Digest):
        return exp.func("lower", exp.func("hex", node.copy()))
    if isinstance(node, exp.Lower):
        return exp.func("lowerUTF8", node.this)
    if isinstance(node, exp.ApproxDistinct):
        return exp.func("uniqExact", node.this)
    if isinstance(node, exp.DataType) and node.this is exp.DataType.Type.DATE:
        node.set("this", exp.DataType.Type.DATE32)
    if isinstance(node, exp.Anonymous) and node.name in _CLICKHOUSE_NAMES:
        node.set("this", _CLICKHOUSE_NAMES[node.name])
    return node


_ARROW_TYPES = {
    "string": "string",
    "int64": "int64",
    "int32": "int32",
    "int8": "int8",
    "double": "float64",
    "timestamp[us]": "timestamp(6)",
    "date32[day]": "date",
    "bool": "boolean",
}


def pretty_rows(rows: pa.Table, dialect: str = "duckdb") -> str:
    """Return indented SQL of a query that gives these rows, for people: values stand in it as they are."""
    types = [sql_type(_ARROW_TYPES[str(field.type)], dialect) for field in rows.schema]
    names = [quote(name) for name in rows.column_names]
    columns = ", ".join(
        f"CAST({name} AS {type_}) AS {name}" for name, type_ in zip(names, types, strict=True)
    )
    nobody = [dict.fromkeys(rows.column_names)]
    values = ", ".join(
        f"({', '.join(_said(cell) for cell in row.values())})" for row in rows.to_pylist() or nobody
    )
    text = f"SELECT {columns} FROM (VALUES {values}) AS told({', '.join(names)})"
    if not rows.num_rows:
        text += " WHERE FALSE"
    return str(sqlglot.parse_one(text, dialect=dialect).sql(dialect, pretty=True))


def _said(value: object) -> str:
    """Write a value as SQL."""
    if value is None:
        return "NULL"
    if isinstance(value, bool | int | float):
        return str(value)
    return literal(str(value))
