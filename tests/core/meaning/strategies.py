"""Random bases with random questions about them."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from tests.core.meaning.base import Layout
from tests.core.meaning.compare import NAMES, Question
from tests.core.reference.facts import Facts
from tests.core.reference.rfm import Methods
from tests.core.reference.rules import BUSINESSES
from tests.core.reference.strategies import EVERYTHING, Case, Options, cases

BASES: dict[str, Options] = {
    "everything": EVERYTHING,
    "moscow": replace(EVERYTHING, zone="Europe/Moscow"),
    "new york": replace(EVERYTHING, zone="America/New_York"),
    "no amounts": replace(EVERYTHING, amounts=False, lines=False),
    "orders only": Options(lines=False, discounts=False, returns=False, commitments=False),
    "visits": Options(orders=4, regulars=1, lines=False, discounts=False, visits=True),
    "crowded": replace(EVERYTHING, customers=2, orders=20),
}


DECLARED = Methods(
    "thresholds", "thresholds", "thresholds", (0, 7, 30, 90), (1, 2, 3, 5), (0, 100, 250, 1350)
)
"""Bounds on values that the bases are full of."""

METHODS = (
    Methods(),
    Methods(recency="relative"),
    DECLARED,
    replace(DECLARED, recency="rhythm", recency_bounds=()),
    replace(
        DECLARED,
        recency="relative",
        recency_bounds=(),
        frequency="relative",
        frequency_bounds=(),
        monetary_bounds=(1, 50, 99, 101),
    ),
)
"""How the axes are cut. Few choices, so that few plans are compiled."""


def windows() -> st.SearchStrategy[int | None]:
    """Mostly left to the base."""
    return st.sampled_from((None, None, None, 0, 30, 90, 365))


def layouts() -> st.SearchStrategy[Layout]:
    """Ways to lay the same facts into the store; mostly the plan that leaves nothing out, which is compiled once."""
    seeds = st.integers(0, 9)
    return st.builds(Layout, st.none() | seeds, st.sampled_from((False, False, False, True)), st.booleans())


@st.composite
def asked(draw: st.DrawFn) -> tuple[Facts, Question]:
    """A base and a question about it."""
    case: Case = draw(cases(BASES[draw(st.sampled_from(sorted(BASES)))]))
    rules = BUSINESSES[draw(st.sampled_from(NAMES))]
    return paid(case.facts), Question(
        rules, draw(st.sampled_from((METHODS[0], *METHODS))), case.at, case.frame_at, draw(windows())
    )


def paid(facts: Facts) -> Facts:
    """Every other visit is paid for by an order: of the base, in turn, or by one that never came."""
    ids = [order.order_id for order in facts.orders] or ["unheard of"]
    bookings = tuple(
        replace(row, order_id=[*ids, "unheard of"][i % (len(ids) + 1)] if i % 2 else None)
        for i, row in enumerate(facts.bookings)
    )
    return replace(facts, bookings=bookings)
