"""The wide table keeps its contract: every trait, of the type that is promised, on every plan."""

from __future__ import annotations

import pyarrow as pa
import pytest

from kogorta.compile.blocks import BLOCKS, blocks_for
from kogorta.compile.evaluate import COLUMNS, evaluate
from kogorta.traits.contract import TRAITS
from tests.core.meaning.asking import HERE
from tests.core.meaning.base import Base
from tests.core.meaning.stored import ARROW_TYPES
from tests.core.meaning.test_sql_snapshots import PLANS, expression
from tests.core.reference.build import orders_at
from tests.core.reference.facts import Facts

INTERNAL = {"customer_key", "code", "is_single_day", "own_silence_seconds", "unit_key", "before_last_median"}


@pytest.mark.parametrize("base", sorted(PLANS))
def test_every_trait_has_the_type_of_its_contract(base: str) -> None:
    schema = expression(PLANS[base], "traits").schema()
    promised = {trait.name: trait.type for trait in TRAITS}
    assert {name: str(schema[name]) for name in promised} == promised
    assert [name for name in COLUMNS if name != "customer_key"] == [trait.name for trait in TRAITS]


def test_the_store_returns_those_types(base: Base) -> None:
    base.fill(Facts(orders=orders_at("c", [1])))
    meaning = PLANS["orders"].meaning
    frames = base.frames(HERE, meaning)
    with base.steps(HERE, meaning) as steps:
        found = steps.session.fetch(evaluate(steps, frames)).schema
    arrow = {trait.name: ARROW_TYPES.get(trait.type, pa.int8()) for trait in TRAITS}
    assert {name: found.field(name).type for name in arrow} == arrow


def test_a_block_takes_only_what_blocks_before_it_give() -> None:
    given = {"customer_key"}
    for block in BLOCKS:
        assert given.issuperset(block.takes)
        assert given.isdisjoint(block.gives)
        given.update(block.gives)
    assert given == set(COLUMNS) | INTERNAL


def test_rfm_needs_no_rhythm() -> None:
    needed = {name for block in blocks_for(["rfm_simple"]) for name in block.gives}
    assert "rfm_code" in needed
    assert needed.isdisjoint({"rhythm_days", "main_category", "lifecycle_stage", "is_average_falling"})
