"""The three maps over all 125 codes."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest

from tests.core.reference.build import past
from tests.core.reference.rfm import (
    CLASSIC,
    QUICK,
    SIMPLE,
    is_newcomer,
    rfm_classic,
    rfm_code,
    rfm_quick,
    rfm_simple,
)

CODES = list(product(range(1, 6), range(1, 6), range(1, 6)))


def test_every_code_has_exactly_one_classic_segment() -> None:
    listed = Counter(code for codes in CLASSIC.values() for code in codes.split())
    assert len(CLASSIC) == 11
    assert listed == Counter(str(rfm_code(*scores)) for scores in CODES)


def test_simple_has_seven_segments_over_all_cells() -> None:
    assert sorted(SIMPLE) == [1, 2, 3, 4, 5]
    assert {len(row) for row in SIMPLE.values()} == {5}
    others = {rfm_simple(*scores, newcomer=False) for scores in CODES}
    assert others == {"champions", "loyal", "potential", "at_risk", "sleeping", "lost"}
    assert {rfm_simple(*scores, newcomer=True) for scores in CODES} == {"newcomers"}


def test_quick_groups_every_simple_segment_once() -> None:
    members = [name for group in QUICK.values() for name in group]
    assert len(QUICK) == 5
    assert len(members) == len(set(members)) == 7
    assert {rfm_quick(rfm_simple(*s, newcomer=new)) for s in CODES for new in (True, False)} == set(QUICK)


@pytest.mark.parametrize(
    ("scores", "segment"),
    [
        ((5, 5, 5), "champions"),
        ((5, 3, 4), "champions"),  # FM 4
        ((5, 3, 3), "potential"),  # FM 3
        ((4, 4, 4), "loyal"),
        ((4, 4, 5), "champions"),  # FM (4 + 5 + 1) // 2 = 5
        ((3, 1, 4), "potential"),  # FM 3
        ((3, 1, 3), "sleeping"),  # FM 2
        ((2, 2, 3), "at_risk"),
        ((2, 1, 3), "sleeping"),
        ((1, 3, 3), "sleeping"),
        ((1, 4, 4), "at_risk"),
        ((1, 1, 1), "lost"),
        ((1, 2, 2), "lost"),
    ],
)
def test_simple_by_hand(scores: tuple[int, int, int], segment: str) -> None:
    assert rfm_simple(*scores, newcomer=False) == segment


def test_classic_and_newcomers() -> None:
    # a newcomer is new whatever his code; others with a code of `new` are promising
    assert rfm_classic(511, newcomer=True) == "new"
    assert rfm_classic(515, newcomer=True) == "new"
    assert rfm_classic(511, newcomer=False) == "promising"
    assert rfm_classic(515, newcomer=False) == "promising"
    assert rfm_classic(111, newcomer=False) == "lost"
    reached = Counter(rfm_classic(rfm_code(*scores), newcomer=False) for scores in CODES)
    assert "new" not in reached
    assert reached["promising"] == 7 + 16
    assert sum(reached.values()) == 125


def test_newcomers_have_one_day_and_are_not_older_than_the_stage() -> None:
    assert is_newcomer(past([30]), 30)
    assert not is_newcomer(past([31]), 30)
    assert is_newcomer(past([3, 3]), 30)  # two orders, one day
    assert not is_newcomer(past([4, 3]), 30)
    assert not is_newcomer(past([]), 30)
