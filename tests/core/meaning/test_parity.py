"""The compiled plan and the plain-Python reference agree on every column of every customer.

`make soak` draws thousands of bases (or set KOGORTA_HYPOTHESIS_PROFILE=soak).
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.core.meaning.base import Base, Layout
from tests.core.meaning.compare import NAMES, Question, disagreements
from tests.core.meaning.strategies import METHODS, asked, layouts
from tests.core.reference.evaluate import Point
from tests.core.reference.facts import Facts
from tests.core.reference.rules import BUSINESSES
from tests.core.reference.strategies import NOW, crowds

SOAKING = os.environ.get("KOGORTA_HYPOTHESIS_PROFILE") == "soak"


def few(count: int) -> settings:
    """A small number of examples, unless one soaks."""
    calm = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(max_examples=2000 if SOAKING else count, deadline=None, suppress_health_check=calm)


@few(30)
@given(asked(), layouts())
def test_product_and_reference_agree(base: Base, case: tuple[Facts, Question], layout: Layout) -> None:
    facts, question = case
    base.fill(facts, layout)
    assert disagreements(base, facts, question) == {}


@few(4)
@given(crowds(), st.sampled_from(NAMES))
def test_they_agree_where_categories_have_rhythms_of_their_own(base: Base, facts: Facts, name: str) -> None:
    base.fill(facts)
    here = Point(NOW)
    assert disagreements(base, facts, Question(BUSINESSES[name], METHODS[0], here, here)) == {}
