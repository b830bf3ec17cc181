"""What must hold of the reference for any base, ties and all."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.core.reference.evaluate import (
    Point,
    evaluate_lifecycle,
    evaluate_rfm,
    lifecycle_people,
    make_lifecycle_frame,
    make_rfm_frame,
)
from tests.core.reference.facts import Facts, look
from tests.core.reference.money import line_revenues, order_revenue
from tests.core.reference.rfm import CLASSIC, Methods, score_by_share, score_high_is_good, score_low_is_good
from tests.core.reference.rows import to_batches, to_rows
from tests.core.reference.rules import B2B, BUSINESSES, SALON, SHOP, Rules
from tests.core.reference.stats import nearest_rank
from tests.core.reference.strategies import EVERYTHING, NOW, PLAIN, Case, bases, cases, crowds

slow = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
businesses = st.sampled_from(sorted(BUSINESSES.values(), key=lambda rules: rules.name))
numbers = st.lists(st.integers(-3, 9), max_size=12)


@given(st.integers(1, 40), st.data())
def test_the_score_is_one_plus_the_floor_of_five_shares(population: int, data: st.DataObject) -> None:
    worse = data.draw(st.integers(0, population - 1))
    assert score_by_share(worse, population) == 1 + int(5 * Fraction(worse, population))


@given(numbers, st.integers(-4, 10))
def test_a_relative_score_is_being_better_than_a_nearest_rank(population: list[int], value: int) -> None:
    """Score s or better means better than the ceil(n(s − 1)/5)-th worst: what a cut can express."""
    rising = [nearest_rank(population, 20 * (s - 1)) for s in range(2, 6)]
    assert score_high_is_good(value, population) == 1 + sum(cut is not None and value > cut for cut in rising)
    mirrored = [-other for other in population]
    assert score_low_is_good(-value, mirrored) == score_high_is_good(value, population)


@slow
@given(bases(EVERYTHING))
def test_lines_add_up_to_their_order(facts: Facts) -> None:
    view = look(facts, NOW)
    for order in view.orders.values():
        lines = line_revenues(view, order)
        if lines:
            assert sum(amount for _, amount in lines) == order_revenue(view, order)


@slow
@given(cases(EVERYTHING), businesses)
def test_everyone_has_one_segment_of_each_map(case: Case, rules: Rules) -> None:
    frame = make_rfm_frame(case.facts, case.frame_at, rules)
    rows = evaluate_rfm(case.facts, case.at, rules, frame=frame)
    for row in rows.values():
        assert {row.rfm_r, row.rfm_f, row.rfm_m} <= {1, 2, 3, 4, 5}
        assert row.rfm_classic in CLASSIC
        assert (row.rfm_simple == "newcomers") == row.newcomer


@slow
@given(cases(EVERYTHING), businesses)
def test_stages_and_thresholds_agree(case: Case, rules: Rules) -> None:
    frame = make_lifecycle_frame(case.facts, case.frame_at, rules)
    rows = evaluate_lifecycle(case.facts, case.at, rules, frame)
    assert sorted(rows) == look(case.facts, case.at.as_of, case.at.known_seq).customer_ids()
    for row in rows.values():
        assert (row.quick is None) == (row.stage == "prospect")
        assert (row.reason is not None) == (row.stage in ("at_risk", "lost"))
        if row.silence is None or row.at_risk_seconds is None or row.lost_seconds is None:
            assert row.stage == "prospect"
            continue
        assert row.silence >= 0
        assert row.at_risk_seconds <= row.lost_seconds
        if row.stage in ("active", "returned", "new"):
            committed = row.silence > row.at_risk_seconds
            assert not committed or row.stage == "new" or lives_on_commitment(case, rules, row.silence)


def lives_on_commitment(case: Case, rules: Rules, silence: int) -> bool:
    """Somebody so silent has something booked or subscribed."""
    people = lifecycle_people(look(case.facts, case.at.as_of, case.at.known_seq), rules)
    return any(person.committed and person.silence == silence for person in people.values())


@slow
@given(cases(EVERYTHING))
def test_a_newcomer_is_in_the_stage_new(case: Case) -> None:
    stages = evaluate_lifecycle(case.facts, case.at, SHOP)
    for customer, row in evaluate_rfm(case.facts, case.at, SHOP).items():
        assert row.newcomer == (stages[customer].stage == "new")


def shuffled(facts: Facts, seed: int) -> Facts:
    """The same facts in another order."""
    rng = random.Random(seed)
    return replace(
        facts,
        orders=tuple(rng.sample(facts.orders, len(facts.orders))),
        lines=tuple(rng.sample(facts.lines, len(facts.lines))),
        returns=tuple(rng.sample(facts.returns, len(facts.returns))),
        discounts=tuple(rng.sample(facts.discounts, len(facts.discounts))),
        messages=tuple(rng.sample(facts.messages, len(facts.messages))),
        opens=tuple(rng.sample(facts.opens, len(facts.opens))),
    )


@slow
@given(cases(EVERYTHING), businesses, st.integers(0, 99))
def test_the_order_of_rows_means_nothing(case: Case, rules: Rules, seed: int) -> None:
    other = shuffled(case.facts, seed)
    assert evaluate_rfm(case.facts, case.at, rules) == evaluate_rfm(other, case.at, rules)
    assert evaluate_lifecycle(case.facts, case.at, rules) == evaluate_lifecycle(other, case.at, rules)


@slow
@given(bases(EVERYTHING), st.integers(1, 4), businesses)
def test_what_is_committed_later_changes_nothing_that_was_known(
    facts: Facts, known: int, rules: Rules
) -> None:
    early = replace(
        facts,
        orders=tuple(row for row in facts.orders if row.ingest_seq <= known),
        lines=tuple(row for row in facts.lines if row.ingest_seq <= known),
        returns=tuple(row for row in facts.returns if row.ingest_seq <= known),
        discounts=tuple(row for row in facts.discounts if row.ingest_seq <= known),
        bookings=tuple(row for row in facts.bookings if row.ingest_seq <= known),
        subscriptions=tuple(row for row in facts.subscriptions if row.ingest_seq <= known),
        messages=tuple(row for row in facts.messages if row.ingest_seq <= known),
        opens=tuple(row for row in facts.opens if row.ingest_seq <= known),
    )
    assert evaluate_rfm(early, Point(NOW), rules) == evaluate_rfm(facts, Point(NOW, known), rules)
    assert evaluate_lifecycle(early, Point(NOW), rules) == evaluate_lifecycle(facts, Point(NOW, known), rules)


@slow
@given(bases(PLAIN), st.integers(1, 400))
def test_facts_of_the_future_change_nothing(facts: Facts, days: int) -> None:
    then = Point(NOW - timedelta(days=days))
    earlier = replace(facts, orders=tuple(row for row in facts.orders if row.ordered_at < then.as_of))
    relative = Methods(recency="relative")
    assert evaluate_rfm(earlier, then, methods=relative) == evaluate_rfm(facts, then, methods=relative)
    assert evaluate_lifecycle(earlier, then) == evaluate_lifecycle(facts, then)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(crowds())
def test_a_crowd_may_have_a_category_of_its_own(facts: Facts) -> None:
    frame = make_lifecycle_frame(facts, Point(NOW))
    assert set(frame.rhythm.by_category) <= {"coffee", "tea"}
    for row in evaluate_lifecycle(facts, Point(NOW)).values():
        assert row.rhythm_days is None or 1 <= row.rhythm_days <= 365


@slow
@given(bases(EVERYTHING))
def test_rows_hold_all_facts_and_batches_all_rows(facts: Facts) -> None:
    tables = to_rows(facts)
    assert len(tables["orders"]) == len(facts.orders)
    batches = to_batches(tables)
    assert [sequence for sequence, _ in batches] == sorted({sequence for sequence, _ in batches})
    assert sum(len(rows) for _, part in batches for rows in part.values()) == sum(map(len, tables.values()))
    for _, part in batches:
        keys = [row["order_id"] for row in part.get("orders", [])]
        assert len(keys) == len(set(keys))  # one version of an order in a commit


@slow
@given(cases(EVERYTHING))
def test_b2b_customers_of_one_account_share_a_life(case: Case) -> None:
    seen = look(case.facts, case.at.as_of, case.at.known_seq).customers
    accounts = {
        row.customer: seen[row.customer].account if row.customer in seen else None
        for row in case.facts.customers
    }
    rows = evaluate_lifecycle(case.facts, case.at, B2B)
    for customer, row in rows.items():
        for other, same in rows.items():
            if accounts[customer] and accounts[customer] == accounts[other]:
                assert row == same


@slow
@given(cases(EVERYTHING))
def test_salon_has_no_fewer_people_than_shop(case: Case) -> None:
    assert set(evaluate_rfm(case.facts, case.at, SHOP)) <= set(evaluate_rfm(case.facts, case.at, SALON))
