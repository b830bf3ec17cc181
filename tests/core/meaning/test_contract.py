"""The wide table keeps its contract: every trait, of the type that is promised, on every plan."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest

from kogorta.compile import families, plan
from kogorta.compile.blocks import BLOCKS, blocks_for, wide_table
from kogorta.compile.evaluate import COLUMNS, EVERY_COLUMN, evaluate, everyone_rows
from kogorta.compile.frame import make_base_frame
from kogorta.schema import TABLES
from kogorta.traits.catalogue import FAMILIES, TRAITS
from kogorta.traits.contract import KEPT
from tests.core.meaning.asking import HERE
from tests.core.meaning.base import Base
from tests.core.meaning.stored import ARROW_TYPES
from tests.core.meaning.test_sql_snapshots import PLANS
from tests.core.reference.build import orders_at
from tests.core.reference.facts import Facts

INTERNAL = {"customer_key", "code", "is_single_day", "own_silence_seconds", "unit_key", "before_last_median"}


@pytest.mark.parametrize("base", sorted(PLANS))
def test_every_trait_has_the_type_of_its_contract(base: str) -> None:
    plan = PLANS[base]
    schema = wide_table(plan, everyone_rows(plan), EVERY_COLUMN).schema()
    promised = {trait.name: trait.type for trait in TRAITS}
    assert {name: str(schema[name]) for name in promised} == promised
    assert [name for name in EVERY_COLUMN if name != "customer_key"] == [trait.name for trait in TRAITS]


def test_a_run_keeps_the_first_of_them() -> None:
    assert [name for name in COLUMNS if name != "customer_key"] == [trait.name for trait in KEPT]
    assert EVERY_COLUMN[: len(COLUMNS)] == COLUMNS


def test_every_family_is_worked_out_and_has_tables_that_exist() -> None:
    assert [(family.name, family.traits) for family in families.ALL] == list(FAMILIES.items())
    assert {table for trait in TRAITS for table in trait.tables} <= TABLES.keys()
    assert len({trait.name for trait in TRAITS}) == len(TRAITS)


def test_what_is_0_of_everybody_else_says_whom_it_is_about() -> None:
    """Else the top tenth of a count is wide where many never did it; a run works out both together."""
    numbers = [trait for trait in TRAITS if trait.type in {"int64", "float64"}]
    assert {trait.name for trait in numbers if trait.about} == {
        *(trait.name for trait in numbers if trait.null_rule.startswith("0 ")),
        *("account_orders", "account_revenue"),
    }
    family = {trait.name: name for name, traits in FAMILIES.items() for trait in traits}
    kept = {trait.name for trait in KEPT}
    for trait in numbers:
        assert trait.about in {"", *kept} or family[trait.about] == family[trait.name]


def test_the_step_of_a_family_is_nobody_elses() -> None:
    others = {value for value in vars(plan).values() if isinstance(value, str) and value.startswith("k_")}
    others |= {"k_spans", "k_due", "k_segments", "k_flags", "k_zones", "k_offsets", "k_traits"}
    assert others.isdisjoint(family.step for family in families.ALL)
    assert len({family.step for family in families.ALL}) == len(families.ALL)


def test_the_store_returns_those_types(base: Base) -> None:
    base.fill(Facts(orders=orders_at("c", [1])))
    meaning = PLANS["orders"].meaning
    frames = base.frames(HERE, meaning)
    with base.steps(HERE, meaning) as steps:
        frames = replace(frames, base=make_base_frame(steps))
        found = steps.session.fetch(evaluate(steps, frames, EVERY_COLUMN)).schema
    arrow = {trait.name: ARROW_TYPES.get(trait.type, pa.int8()) for trait in TRAITS}
    assert {name: found.field(name).type for name in arrow} == arrow


def test_a_block_takes_only_what_blocks_before_it_give() -> None:
    given = {"customer_key"}
    for block in BLOCKS:
        assert given.issuperset(block.takes)
        assert given.isdisjoint(block.gives)
        given.update(block.gives)
    assert given == set(EVERY_COLUMN) | INTERNAL


def test_rfm_needs_no_rhythm() -> None:
    needed = {name for block in blocks_for(["rfm_simple"]) for name in block.gives}
    assert "rfm_code" in needed
    assert needed.isdisjoint({"rhythm_days", "main_category", "lifecycle_stage", "is_average_falling"})
