"""Scores against a frame: also of values that the frame never saw."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import ibis
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from kogorta.compile.frame import load_rfm_frame
from kogorta.compile.plan import RFM_FRAME
from kogorta.compile.steps import Steps
from kogorta.traits.ranks import cut_table, cut_table_of_many, histogram, percentiles
from kogorta.traits.rfm import scores
from kogorta.traits.shape import Meaning
from kogorta.vocab import AxisMethod
from tests.core.meaning.asking import HERE
from tests.core.meaning.base import Base
from tests.core.meaning.test_parity import few
from tests.core.reference.rfm import (
    rhythm_bounds,
    score_at_least,
    score_at_most,
    score_frequency,
    score_high_is_good,
    score_low_is_good,
)
from tests.core.reference.stats import nearest_rank

VALUES = dict.fromkeys(("recency_days", "frequency_count", "monetary_amount"), "int64")
RELATIVE = Meaning(recency=AxisMethod.RELATIVE)
RHYTHM = Meaning()
BOUNDS = (1, 3, 4, 8)
DECLARED = Meaning(
    recency=AxisMethod.THRESHOLDS,
    frequency=AxisMethod.THRESHOLDS,
    monetary=AxisMethod.THRESHOLDS,
    recency_bounds=BOUNDS,
    frequency_bounds=BOUNDS,
    monetary_bounds=BOUNDS,
)

few_values = st.lists(st.integers(0, 12), max_size=14)


def load(steps: Steps, name: str, **columns: Sequence[int]) -> Any:
    """A scratch table of whole numbers."""
    rows = pa.table({key: pa.array(list(values), pa.int64()) for key, values in columns.items()})
    steps.session.load(name, rows)
    return ibis.table(dict.fromkeys(columns, "int64"), name=name)


def frame_of(
    steps: Steps, days: Sequence[int], counts: Sequence[int], money: Sequence[int]
) -> dict[str, Any]:
    """A frame of populations: recency, frequency, money."""
    values: dict[str, Any] = {"has_money": 1}
    values |= steps.row(cut_table(load(steps, "v_days", v=days), "v", "r_cut", low_is_good=True))
    values |= steps.row(cut_table(load(steps, "v_counts", v=[c for c in counts if c >= 2]), "v", "f_cut"))
    values |= steps.row(cut_table_of_many(load(steps, "v_money", v=money), "v", "m_cut"))
    bounds = zip((5, 4, 3, 2), rhythm_bounds(days), strict=True)
    return values | {f"r_bound_{score}": bound for score, bound in bounds}


def scored(
    steps: Steps, frame: dict[str, Any], meaning: Meaning, values: Sequence[int]
) -> list[tuple[int, ...]]:
    """R, F and M of customers all whose values are the same number; every number is in the window."""
    load_rfm_frame(steps, frame)
    rows = load(
        steps,
        "v_people",
        customer_key=range(len(values)),
        recency_days=values,
        frequency_count=values,
        monetary_amount=values,
    )
    table = scores(rows, steps.plan.frame(RFM_FRAME), meaning).order_by("customer_key")
    return [(row["rfm_r"], row["rfm_f"], row["rfm_m"]) for row in steps.rows(table)]


@few(20)
@given(few_values, few_values, few_values)
def test_scores_are_those_of_the_populations(
    base: Base, days: list[int], counts: list[int], money: list[int]
) -> None:
    seen = range(1, 14)
    with base.steps(HERE, RELATIVE) as steps:
        frame = frame_of(steps, days, counts, money)
        relative, rhythm, declared = (scored(steps, frame, m, seen) for m in (RELATIVE, RHYTHM, DECLARED))
    assert relative == [
        (score_low_is_good(v, days), score_frequency(v, counts), score_high_is_good(v, money)) for v in seen
    ]
    assert [row[0] for row in rhythm] == [score_at_most(v, rhythm_bounds(days)) for v in seen]
    assert declared == [(score_at_most(v, BOUNDS), *(score_at_least(v, BOUNDS),) * 2) for v in seen]


@few(15)
@given(few_values, st.sampled_from((RELATIVE, RHYTHM, DECLARED)))
def test_a_better_value_never_scores_worse(base: Base, population: list[int], meaning: Meaning) -> None:
    with base.steps(HERE, meaning) as steps:
        frame = frame_of(steps, population, population, population)
        found = scored(steps, frame, meaning, range(1, 20))
    for (r, f, m), (later_r, more_f, more_m) in pairwise(found):
        assert r >= later_r
        assert f <= more_f
        assert m <= more_m


@few(20)
@given(few_values)
def test_percentiles_are_nearest_rank(base: Base, values: list[int]) -> None:
    wanted = {f"p{percent}": percent for percent in (1, 50, 75, 90, 95, 100)}
    with base.steps(HERE, RELATIVE) as steps:
        found = steps.row(percentiles(histogram(load(steps, "v_gaps", v=values), "v"), "v", wanted))
    assert found == {name: nearest_rank(values, percent) for name, percent in wanted.items()}
