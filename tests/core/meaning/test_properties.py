"""What must hold of the product's answers for any base, whatever the reference says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kogorta.compile.evaluate import COLUMNS, SCORE_COLUMNS, evaluate, evaluate_scores
from kogorta.compile.frame import Frame, make_rfm_frame
from kogorta.definitions.schemes import schemes
from kogorta.errors import NotFoundError
from kogorta.vocab import Business
from tests.core.meaning.asking import HERE, ask
from tests.core.meaning.base import PLAIN_LAYOUT, Base, Layout
from tests.core.meaning.compare import NAMES, meaning_of
from tests.core.meaning.strategies import BASES, asked
from tests.core.meaning.test_parity import few
from tests.core.reference.build import NOW, orders_at
from tests.core.reference.evaluate import Point
from tests.core.reference.facts import Facts, Versioned
from tests.core.reference.rfm import DEFAULT
from tests.core.reference.rules import BUSINESSES
from tests.core.reference.strategies import EVERYTHING, bases

Answer = tuple[Any, Any, dict[str, dict[str, Any]]]

businesses = st.sampled_from(NAMES)
VERSIONED = ("orders", "lines", "discounts", "returns", "bookings", "subscriptions", "products")


def answer(base: Base, facts: Facts, name: str, at: Point, layout: Layout = PLAIN_LAYOUT) -> Answer:
    """Frames and traits of a base; keys depend on who else is in the store, so they are left out."""
    base.fill(facts, layout)
    meaning = meaning_of(BUSINESSES[name], DEFAULT)
    frames = base.frames(at, meaning)
    rows = base.traits(at, meaning, frames)
    for row in rows.values():
        del row["customer_key"]
    return dict(frames.rfm.values), (dict(frames.lifecycle.values), dict(frames.lifecycle.categories)), rows


def kept(facts: Facts, holds: Callable[[Any], bool], *tables: str) -> Facts:
    """The facts of some tables for which something holds, and all others."""
    fewer: dict[str, Any] = {name: tuple(filter(holds, getattr(facts, name))) for name in tables}
    return replace(facts, **fewer)


@few(6)
@given(bases(EVERYTHING), businesses, st.integers(0, 99), st.integers(100, 199))
def test_the_physical_order_of_rows_means_nothing(
    base: Base, facts: Facts, name: str, one: int, other: int
) -> None:
    assert answer(base, facts, name, HERE, Layout(seed=one)) == answer(
        base, facts, name, HERE, Layout(seed=other)
    )


@few(6)
@given(bases(EVERYTHING), businesses)
def test_what_the_plan_leaves_out_would_have_changed_nothing(base: Base, facts: Facts, name: str) -> None:
    assert answer(base, facts, name, HERE, Layout(exact=True)) == answer(base, facts, name, HERE)


@few(6)
@given(bases(EVERYTHING), businesses)
def test_two_ids_known_to_be_one_person_are_one_customer(base: Base, facts: Facts, name: str) -> None:
    assert answer(base, facts, name, HERE, Layout(split=True)) == answer(base, facts, name, HERE)


@few(6)
@given(bases(EVERYTHING), st.integers(1, 4), businesses)
def test_what_was_learned_later_is_invisible(base: Base, facts: Facts, known: int, name: str) -> None:
    tables = (*VERSIONED, "messages", "opens", "customers")
    early = kept(facts, lambda row: bool(row.ingest_seq <= known), *tables)
    assert answer(base, early, name, Point(NOW)) == answer(base, facts, name, Point(NOW, known))


def before(row: Versioned) -> bool:
    """Whether a version holds at NOW."""
    return row.valid_at < NOW


@few(6)
@given(bases(EVERYTHING), businesses)
def test_what_happens_at_the_instant_or_after_it_is_invisible(base: Base, facts: Facts, name: str) -> None:
    past = kept(facts, before, *VERSIONED)
    past = kept(past, lambda row: bool(row.sent_at < NOW), "messages")
    past = kept(past, lambda row: bool(row.opened_at < NOW), "opens")
    past = kept(past, lambda row: row.created_at is None or row.created_at < NOW, "customers")
    ahead = tuple(
        replace(
            row,
            order_id=f"ahead.{i}.{row.order_id}",
            ordered_at=NOW + later,
            valid_at=NOW + later,
            version_no=1,
        )
        for i, later in enumerate((timedelta(0), timedelta(microseconds=1), timedelta(days=400)))
        for row in facts.orders
    )
    more = replace(facts, orders=(*facts.orders, *ahead))
    assert answer(base, past, name, HERE) == answer(base, more, name, HERE)


@few(10)
@given(asked())
def test_every_scheme_divides_its_base(base: Base, case: Any) -> None:
    facts, question = case
    base.fill(facts)
    frames = base.frames(question.frame_at, question.meaning, question.window)
    rows = base.traits(question.at, question.meaning, frames)
    for scheme in schemes(Business(question.rules.name)):
        for row in rows.values():
            orders = row["silence_seconds"] if scheme.family == "lifecycle" else row["recency_days"]
            is_of_base = scheme.base == "everyone" or orders is not None
            assert (row[scheme.trait] in scheme.segments) == is_of_base
            assert is_of_base or row[scheme.trait] is None


@few(5)
@given(bases(BASES["everything"]), businesses, st.sets(st.sampled_from(COLUMNS), min_size=1, max_size=4))
def test_some_traits_alone_are_as_among_all(base: Base, facts: Facts, name: str, some: set[str]) -> None:
    base.fill(facts)
    meaning = meaning_of(BUSINESSES[name], DEFAULT)
    frames = base.frames(HERE, meaning)
    full = base.traits(HERE, meaning, frames)
    with base.steps(HERE, meaning) as steps:
        rows = steps.rows(evaluate(steps, frames, sorted(some)))
    found = {row["customer_key"]: row for row in rows}
    wanted = {"customer_key", *some}
    assert found == {row["customer_key"]: {c: row[c] for c in wanted} for row in full.values()}


@few(5)
@given(bases(BASES["everything"]), businesses)
def test_scores_alone_are_as_among_all_traits(base: Base, facts: Facts, name: str) -> None:
    base.fill(facts)
    meaning = meaning_of(BUSINESSES[name], DEFAULT)
    frames = base.frames(HERE, meaning)
    full = base.traits(HERE, meaning, frames)
    with base.steps(HERE, meaning) as steps:
        alone = replace(steps, scores_only=True, _schemas={})
        window = frames.rfm.values["window_days"]
        assert make_rfm_frame(alone, window).values == frames.rfm.values
        rows = evaluate_scores(alone, frames.rfm).to_pylist()
    knows_money = frames.rfm.values["has_money"] == 1
    names = [name for name in SCORE_COLUMNS if name != "monetary_amount" or knows_money]
    wanted = {
        row["customer_key"]: {name: row[name] for name in names}
        for row in full.values()
        if row["recency_days"] is not None
    }
    found = {row["customer_key"]: {name: row[name] for name in names} for row in rows}
    assert {key: row | {"rfm_code": str(row["rfm_code"])} for key, row in found.items()} == wanted


def test_a_trait_that_is_not_there_is_refused(base: Base) -> None:
    frame = Frame("rfm", NOW, 1, {})
    with base.steps(HERE, meaning_of(BUSINESSES["shop"], DEFAULT)) as steps, pytest.raises(NotFoundError):
        evaluate(steps, frame, ["rfm_x"])  # type: ignore[arg-type]


def test_an_empty_store_has_nobody(base: Base) -> None:
    assert ask(base, Facts()) == {}
    assert ask(base, Facts(), layout=Layout(exact=True)) == {}
    assert set(ask(base, Facts(orders=orders_at("c", [1])))) == {"c"}
