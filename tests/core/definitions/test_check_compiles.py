"""What the check accepts compiles, for every engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kogorta.definitions.check import check
from kogorta.definitions.document import Definition
from kogorta.definitions.nodes import Node
from kogorta.definitions.parsing import Problems, parse_text, read_node
from tests.core.definitions.checking import RIGHT_ONES
from tests.core.definitions.shop import SHOP, is_compiled, spark_options, sql_of
from tests.core.definitions.suited import LEAVES, conditions
from tests.core.definitions.trees import Trees

# --- what is accepted compiles --------------------------------------------------------------------


def accepted(raw: Mapping[str, Any]) -> Node:
    """The condition, if the check accepts it; else another one is drawn."""
    problems = Problems()
    node = read_node(raw, "", problems)
    assert not problems.found, problems.found
    assume(not check({"a": Definition("a", node)}, SHOP))
    return node


@pytest.mark.parametrize("condition", RIGHT_ONES)
def test_what_is_right_compiles(condition: str) -> None:
    (definition,) = parse_text(f"segment: a\nwhere: {condition.replace('left: coffee', 'left: a')}")
    assert definition.where is not None
    assert is_compiled(definition.where)


@given(LEAVES)
@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
def test_what_the_check_accepts_is_compiled(raw: Mapping[str, Any]) -> None:
    assert is_compiled(accepted(raw))


@given(Trees(st.sampled_from(["vip", "cart_added", "seen_text", "lifecycle.lost", "north"])).leaf)
def test_so_it_is_of_whatever_the_parser_could_have_read(node: Node) -> None:
    if not check({"a": Definition("a", node)}, SHOP):
        assert is_compiled(node)


@pytest.mark.slow
@given(conditions())
@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)
def test_a_tree_that_the_check_accepts_compiles_for_every_engine(raw: Mapping[str, Any]) -> None:
    with spark_options():
        for statements in sql_of(Definition("a", accepted(raw))).values():
            assert all(statements)
