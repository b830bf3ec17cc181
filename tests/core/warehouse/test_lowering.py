"""Expressions are written word for word as Ibis writes them, and for the same questions the same expressions are built."""

from __future__ import annotations

from functools import cache
from typing import Any

import ibis
import pytest
from ibis.backends.sql.compilers.clickhouse import ClickHouseCompiler
from ibis.backends.sql.compilers.duckdb import DuckDBCompiler
from ibis.backends.sql.compilers.postgres import PostgresCompiler

from kogorta.compile.blocks import wide_table
from kogorta.compile.evaluate import EVERY_COLUMN, everyone_rows
from kogorta.compile.plan import OCCASIONS, RHYTHM, STATS, Plan, plan_of
from kogorta.schema import TABLES
from kogorta.traits.idioms import beside, numbered
from kogorta.traits.shape import Meaning, Shape
from kogorta.warehouse.lowering import COMPILERS

THEIRS = {"duckdb": DuckDBCompiler, "postgres": PostgresCompiler, "clickhouse": ClickHouseCompiler}
FULL = Shape(frozenset(TABLES), frozenset({"orders", "order_lines"}), has_aliases=True)
T = ibis.table({"k": "int64", "a": "int64", "b": "string", "at": "timestamp(6)"}, name="t")
U = ibis.table({"k": "int64", "c": "int64"}, name="u")
V = ibis.table({"k": "int64", "z": "string"}, name="v")
W = ibis.table({"w": "int64", "y": "string"}, name="w")


@cache
def plan() -> Plan:
    return plan_of(FULL, Meaning())


def _shapes() -> dict[str, Any]:
    """What Ibis rewrites, each in a few lines."""
    twice = T.group_by("k").agg(n=T.count(), last=T["at"].max())
    first = numbered(T, ["k"], [T["at"]])
    return {
        "a selection of a selection": T.mutate(d=T.a + 1).filter(ibis._.d > 2).select("k", e=ibis._.d * 2),
        "too much to be worked out twice": T.mutate(d=T.a * 2 + T.a * 3).select(
            x=ibis._.d * ibis._.d * ibis._.d
        ),
        "a window between": first.filter(first.rank_no == 1).select("k", "b").filter(ibis._.b != ""),
        "read twice": twice.join(twice.filter(twice.n > 1).select(other="k"), [("k", "other")]),
        "the same table twice": T.join(T.view(), "k", rname="{name}_again"),
        "sorted, then sorted anew": T.order_by("a").select("k", "b").order_by("b").limit(3),
        "distinct of distinct": T.select("k", "b").distinct().select("k").distinct(),
        "distinct of what is sorted": T.order_by("a").select("k", "b").distinct(),
        "all columns of what is distinct": T.select("k", "b").distinct().filter(ibis._.k > 1),
        "in a query": T.filter(T.k.isin(U.filter(U.c > 3).k)),
        "in nothing": T.filter(T.k.isin([])),
        "a union of itself": T.select("k").union(T.select("k")).union(U.select("k"), distinct=True),
        "without one column": T.drop("b"),
        "a part of a text": T.select(x=T.b.substr(1, 2)),
        "buckets": T.select(x=T.a.bucket([0, 10, 20])),
        "an outer join": T.outer_join(U, "k").select("a", "c"),
        "who has and who has not": T.semi_join(U, "k").anti_join(U.filter(U.c < 0), "k"),
        "a table alone": T,
        "one value": T.a.sum(),
    }


SHAPES = _shapes()


@pytest.mark.parametrize("dialect", sorted(COMPILERS))
@pytest.mark.parametrize("name", SHAPES)
def test_the_text_is_that_of_ibis(name: str, dialect: str) -> None:
    ours, theirs = (
        compiler().to_sqlglot(SHAPES[name]).sql(dialect) for compiler in (COMPILERS[dialect], THEIRS[dialect])
    )
    assert ours == theirs


@pytest.mark.parametrize("dialect", sorted(COMPILERS))
def test_and_of_all_traits(dialect: str) -> None:
    steps = [plan().step(name) for name in (OCCASIONS, STATS, RHYTHM)]
    for expression in (wide_table(plan(), everyone_rows(plan()), EVERY_COLUMN), *steps):
        ours, theirs = (
            compiler().to_sqlglot(expression).sql(dialect)
            for compiler in (COMPILERS[dialect], THEIRS[dialect])
        )
        assert ours == theirs


def joined(rows: Any, more: Any, key: str, other: str) -> Any:
    """Put one table beside another as Ibis is told it."""
    added = [name for name in more.columns if name not in rows.columns]
    return rows.left_join(more, rows[key] == more[other]).select(*rows.columns, *added)


@pytest.mark.parametrize(
    "rows",
    [T, T.mutate(k=T.k + 1), T.semi_join(V, "k"), T.join(V, "k").select("k", "b", "z"), T.filter(T.a > 1)],
)
def test_beside_is_the_join_that_ibis_makes(rows: Any) -> None:
    ours, theirs = beside(rows, U, "k", "k"), joined(rows, U, "k", "k")
    assert ours.equals(theirs)
    # and again beside what was joined, by a column that came with it
    assert beside(ours, W, "c", "w").equals(joined(theirs, W, "c", "w"))
