"""What the definitions of one imagined shop may speak of, and what compiling a condition for an engine takes."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import ibis
import pytest
from ibis.backends.sql.compilers import pyspark
from ibis.backends.sql.compilers.clickhouse import ClickHouseCompiler
from ibis.backends.sql.compilers.duckdb import DuckDBCompiler
from ibis.backends.sql.compilers.postgres import PostgresCompiler

from kogorta.compile.catalogue import property_info, traits_of
from kogorta.compile.segments.compiler import Compiler
from kogorta.compile.segments.needs import ZONED
from kogorta.definitions.catalogue import Catalogue
from kogorta.definitions.facts import event_columns, reserved_facts
from kogorta.definitions.nodes import Node
from kogorta.schema import TABLES, ColumnType
from kogorta.traits.contract import TRAITS
from kogorta.traits.facts import INSTANT_PARAMS, Facts
from kogorta.traits.shape import Shape
from kogorta.warehouse.batch import PropertySpec

DIGITS = 2
TYPES = {
    "text": ColumnType.TEXT,
    "whole": ColumnType.INTEGER,
    "ratio": ColumnType.NUMBER,
    "yes": ColumnType.BOOLEAN,
    "at": ColumnType.INSTANT,
    "day": ColumnType.DATE,
}
PROPERTIES = [
    *(PropertySpec("customers", "", f"own_{name}", kind, f"p_{name}") for name, kind in TYPES.items()),
    *(
        PropertySpec("events", event, f"{prefix}_{name}", kind, f"p_{prefix}_{name}")
        for event, prefix in (("product_viewed", "seen"), ("cart_added", "put"))
        for name, kind in TYPES.items()
    ),
    # an event that is called as a fact is
    PropertySpec("events", "order", "seen_text", ColumnType.TEXT, "p_seen_text"),
]
EVENTS = ("product_viewed", "cart_added", "order")
READY = frozenset({"lifecycle.at_risk", "lifecycle.lost", "rfm_simple.champions"})


def catalogue(
    *,
    present: Iterable[str] = TABLES,
    without: Iterable[str] = (),
    lists: Iterable[str] = ("black_friday_2025", "vip"),
    events: Iterable[str] = EVENTS,
    segments: Iterable[str] = READY,
    minor_digits: int = DIGITS,
) -> Catalogue:
    """What a shop with these tables, lists and events knows."""
    own = [spec for spec in PROPERTIES if spec.table == "customers"]
    seen = {
        name: {
            spec.name: property_info(spec)
            for spec in PROPERTIES
            if spec.table == "events" and spec.scope == name
        }
        for name in events
    }
    return Catalogue(
        traits=traits_of(own, minor_digits),
        facts=reserved_facts(minor_digits),
        events=seen,
        event_columns=event_columns(minor_digits),
        segments=frozenset(segments),
        lists=frozenset(lists),
        present=frozenset(present) - set(without),
        minor_digits=minor_digits,
    )


SHOP = catalogue()
COLUMN_OF = {name: (name.partition(".")[0].replace("lifecycle", "lifecycle_stage"), name.partition(".")[2]) for name in READY}
FACTS = Facts(Shape(frozenset(TABLES), frozenset(TABLES), has_aliases=True))
DIALECTS = {
    "duckdb": DuckDBCompiler,
    "postgres": PostgresCompiler,
    "clickhouse": ClickHouseCompiler,
    "spark": pyspark.PySparkCompiler,
}


def compiler_of(known: Catalogue = SHOP) -> Compiler:
    """A compiler for the shop."""
    return Compiler(FACTS, known, COLUMN_OF)


def expressions(node: Node, known: Catalogue = SHOP) -> list[Any]:
    """Everything that evaluating a condition would ask an engine: its tables, then who passes it."""
    compiler = compiler_of(known)
    condition = compiler.condition(node)
    types = {trait.name: trait.type for trait in TRAITS}
    wide = {"customer_key": "int64", **{name: types[name] for name in compiler.traits}}
    if compiler.zoned.types:
        compiler.attribute_column("timezone")
    made = []
    for group, totals in compiler.totals.items():
        rows = compiler.rows(group).rows
        made.append(rows.group_by("customer_key").agg(**{n: build(rows) for n, build in totals.columns.items()}))
    made += [build() for build in compiler.tables.values()]
    for table in made:
        wide |= dict(table.schema().items())
    given = {**INSTANT_PARAMS, **compiler.bounds.types, **dict.fromkeys(compiler.cuts.values(), "float64")}
    zoned = {f"{ZONED}{name}": kind for name, kind in compiler.zoned.types.items()}
    rows = ibis.table({**wide, **given, **zoned}, name="k_wide")
    return [*made, rows.filter(condition(rows)).select("customer_key")]


def sql_of(node: Node, dialect: str, known: Catalogue = SHOP) -> list[str]:
    """The SQL of all that a condition asks."""
    compiler = DIALECTS[dialect]()
    return [compiler.to_sqlglot(found).sql(dialect) for found in expressions(node, known)]


@pytest.fixture(scope="module")
def spark_options() -> Any:
    """Ibis asks its Spark options only where Spark is installed."""
    told = SimpleNamespace(pyspark=SimpleNamespace(treat_nan_as_null=False))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pyspark, "options", told)
        yield
