from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kogorta.doctor.model import Finding, Severity, grade, percent
from kogorta.i18n import lazy


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [(95, 100, "good"), (94, 100, "warn"), (50, 100, "warn"), (49, 100, "bad"), (0, 0, "bad")],
)
def test_a_share_is_judged_by_inclusive_bounds(part: int, whole: int, expected: str) -> None:
    assert grade(part, whole, good=0.95, warn=0.5) == expected


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_a_share_that_is_neither_nothing_nor_all_is_never_written_so(part: int, whole: int) -> None:
    part = min(part, whole)
    written = percent(part, whole)
    assert (written == 0) == (part == 0)
    assert (written == 100) == (part == whole)
    assert abs(written - 100 * part / whole) <= 0.5


def test_a_share_of_nothing_is_missing() -> None:
    assert Finding("a.b", Severity.INFO, lazy("Name")).share is None
    assert Finding("a.b", Severity.INFO, lazy("Name"), count=1, base=4).share == 0.25


def test_the_area_is_the_first_part_of_the_id() -> None:
    assert Finding("reach.email", Severity.INFO, lazy("Name")).area == "reach"
