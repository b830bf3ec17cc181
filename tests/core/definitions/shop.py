"""What the definitions of one imagined shop may speak of, and what compiling a condition for an engine takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from ibis.backends.sql.compilers import pyspark

from kogorta.compile.catalogue import property_info, traits_of
from kogorta.compile.plan import plan_of
from kogorta.compile.segments import Language
from kogorta.compile.segments.bounds import Clock
from kogorta.compile.segments.compiler import Compiler
from kogorta.compile.segments.program import Program
from kogorta.definitions.catalogue import Catalogue
from kogorta.definitions.document import Definition
from kogorta.definitions.facts import event_columns, reserved_facts
from kogorta.definitions.nodes import Node
from kogorta.schema import TABLES, ColumnType
from kogorta.traits.catalogue import TRAITS
from kogorta.traits.facts import Facts, scratch
from kogorta.traits.shape import Meaning, Shape
from kogorta.warehouse import lowering
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
READY_COLUMNS = {
    "lifecycle.at_risk": ("lifecycle_stage", "at_risk"),
    "lifecycle.lost": ("lifecycle_stage", "lost"),
    "rfm_simple.champions": ("rfm_simple", "champions"),
}
EVERYTHING = Shape(frozenset(TABLES), frozenset(TABLES), has_aliases=True)
DIALECTS = {**lowering.COMPILERS, "spark": pyspark.PySparkCompiler}


CLOCKS = [
    Clock(datetime(2024, 2, 29, 22, 30), ZoneInfo("Europe/Moscow")),  # noqa: DTZ001  UTC without a zone
    Clock(datetime(2026, 1, 1), ZoneInfo("America/Los_Angeles")),  # noqa: DTZ001
]


def is_compiled(node: Node) -> bool:
    """Compile a condition; return whether each instant and day that it names is worked out on every clock."""
    compiler = Compiler(Facts(EVERYTHING), SHOP, READY_COLUMNS)
    compiler.condition(node)
    named = (compiler.bounds, compiler.zoned)
    return all(set(bounds.values(clock)) == set(bounds.types) for clock in CLOCKS for bounds in named)


def expressions(definition: Definition) -> list[Any]:
    """Everything that evaluating a definition of the shop asks an engine: tables, cuts, then who is in it."""
    language = Language({definition.id: definition}, SHOP, ZoneInfo("Europe/Moscow"), READY_COLUMNS)
    program = Program(plan_of(EVERYTHING, Meaning()), language)
    types = {"customer_key": "int64", **{trait.name: trait.type for trait in TRAITS}}
    traits = scratch("k_traits", {name: types[name] for name in program.traits}) if program.traits else None
    asked = [step for _, step in program.steps()]
    asked += [program.wide(traits), program.answer(), *map(program.values_of, program.compiler.cuts)]
    return [*asked, *([] if program.zones() is None else [program.zones()])]


def sql_of(definition: Definition) -> dict[str, list[str]]:
    """The SQL of all that a definition asks, for every engine."""
    asked = expressions(definition)
    return {
        name: [compiler().to_sqlglot(one).sql(name) for one in asked] for name, compiler in DIALECTS.items()
    }


@contextmanager
def spark_options() -> Iterator[None]:
    """Ibis asks its Spark options only where Spark is installed."""
    told = SimpleNamespace(pyspark=SimpleNamespace(treat_nan_as_null=False))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pyspark, "options", told)
        yield
