"""The same definition is the same SQL in every process: nothing follows the order of a set.

Covers: P1
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PRINT = """
from kogorta.warehouse.sql import render
from tests.core.meaning.test_language_sql import CONDITIONS, queries

for name, condition in CONDITIONS.items():
    for step, expression in queries(condition):
        print(name, step, render(expression).sql)
"""


def printed(seed: int) -> str:
    """Every query of every condition, from a process whose sets stand in another order."""
    env = os.environ | {"PYTHONHASHSEED": str(seed)}
    return subprocess.run(
        [sys.executable, "-c", PRINT], env=env, capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.slow
def test_sql_does_not_follow_the_order_of_sets() -> None:
    first, *others = (printed(seed) for seed in (1, 2, 3))
    assert len(first.splitlines()) > 100
    assert [other == first for other in others] == [True, True]
