"""Estimates while a definition is typed: from the same people every time, with an interval that holds the exact count."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import kogorta
from kogorta.config import update
from kogorta.errors import ProblemsError
from kogorta.membership.asked import asked_definitions
from kogorta.membership.drafts import read_for
from kogorta.membership.estimating import Estimate, Estimator, interval
from kogorta.workspace import Workspace
from tests.support import commit, day, order

AT = day("2025-06-02 12:00")
PEOPLE, SAMPLE = 2_000, 400
WHO = "segment: some\nwhere: {{did: order, sum: {{of: revenue, at_least: {least}}}}}\n"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Two thousand customers; the one with number n spent n kopecks."""
    with kogorta.init(tmp_path_factory.mktemp("estimates") / "shop", timezone="UTC") as workspace:
        workspace.config = update(workspace.folder, {"rfm": {"window_days": 365}})
        rows = [order(f"o{n}", f"c{n}", f"2025-05-{1 + n % 28:02} 10:00", n) for n in range(PEOPLE)]
        commit(workspace.warehouse, "orders", rows, AT - timedelta(hours=1))
        yield workspace


def ask(estimator: Estimator, workspace: Workspace, text: str, at: datetime = AT) -> Estimate:
    """Ask as a workspace does."""
    return estimator.estimate(
        workspace.config, at, lambda view: asked_definitions(view, read_for(view, text, "typed"))
    )


def test_of_a_small_base_the_estimate_is_the_count(shop: Workspace) -> None:
    found = shop.estimate(WHO.format(least="15.00"), AT)
    (some,) = found.segments
    assert found.is_exact
    assert (found.customers, found.sampled) == (PEOPLE, PEOPLE)
    assert (some.people, some.low, some.high) == (500, 500, 500)
    assert shop.size(WHO.format(least="15.00"), AT).people == 500


def test_the_exact_count_lies_in_the_interval(shop: Workspace) -> None:
    """Kopecks from so many on: 2000 less of them. Of 95 % intervals about one in twenty may miss."""
    estimator = Estimator(shop.warehouse, SAMPLE)
    missed = []
    for least in range(0, PEOPLE, 100):
        found = ask(estimator, shop, WHO.format(least=f"{least / 100:.2f}"))
        (some,) = found.segments
        assert not found.is_exact
        assert abs(found.sampled - SAMPLE) < SAMPLE / 5
        assert some.low <= some.people <= some.high
        if not some.low <= PEOPLE - least <= some.high:
            missed.append((least, some))
    estimator.close()
    assert len(missed) <= 2, missed


def test_the_same_people_are_looked_at_every_time(shop: Workspace) -> None:
    answers = []
    for _ in range(2):
        estimator = Estimator(shop.warehouse, SAMPLE)
        answers.append(ask(estimator, shop, WHO.format(least="7.00")))
        estimator.close()
    assert answers[0] == answers[1]


def test_a_scheme_is_estimated_whole(shop: Workspace) -> None:
    """Everyone of the sample is in one of its segments, so the parts make up the base."""
    text = (
        "scheme: thirds\nsegments:\n"
        "- {id: low, where: {not: {did: order, sum: {of: revenue, at_least: 6.67}}}}\n"
        "- {id: high, where: {did: order, sum: {of: revenue, at_least: 13.34}}}\notherwise: middle\n"
    )
    estimator = Estimator(shop.warehouse, SAMPLE)
    found = ask(estimator, shop, text)
    estimator.close()
    assert [item.id for item in found.segments] == ["thirds.low", "thirds.high", "thirds.middle"]
    assert abs(sum(item.people for item in found.segments) - PEOPLE) <= 2


def test_all_ids_of_a_person_are_in_the_sample(tmp_path: Path) -> None:
    """Pairs of ids are one person, who ordered once by each: half as many people, all of whom ordered twice."""
    with kogorta.init(tmp_path / "shop", timezone="UTC") as workspace:
        rows = [order(f"o{n}", f"c{n}", "2025-05-01 10:00") for n in range(1000)]
        commit(workspace.warehouse, "orders", rows, AT - timedelta(hours=1))
        keys = dict(workspace.warehouse.rows("SELECT customer_id, customer_key FROM customer_ids"))
        edges = [(*sorted((keys[f"c{n}"], keys[f"c{n + 500}"])), "link", "", AT, None, 1) for n in range(500)]
        workspace.warehouse.write(
            lambda connection: connection.executemany(
                "INSERT INTO identity_edges VALUES (?, ?, ?, ?, ?, ?, ?)", edges
            )
        )
        estimator = Estimator(workspace.warehouse, 100)
        found = ask(estimator, workspace, "segment: twice\nwhere: {did: order, times: {at_least: 2}}\n", AT)
        estimator.close()
        assert found.customers == 500
        assert 50 < found.sampled < 150
        assert found.segments[0].people == 500


def test_what_is_wrong_is_told(shop: Workspace) -> None:
    with pytest.raises(ProblemsError):
        shop.estimate("segment: some\nwhere: {did: nothing_of_that_kind}\n", AT)
    assert shop.estimate(WHO.format(least="15.00"), AT).segments[0].people == 500


def test_a_sample_lives_for_a_while(tmp_path: Path) -> None:
    """An import is new to it: after a minute it is made anew; a quarter of an hour later it is, too."""
    now = 0.0
    with kogorta.init(tmp_path / "shop", timezone="UTC") as workspace:
        commit(workspace.warehouse, "orders", [order("1", "ann", "2025-05-01")], AT - timedelta(hours=1))
        estimator = Estimator(workspace.warehouse, clock=lambda: now)
        text = "segment: buyers\nwhere: {did: order}\n"
        assert ask(estimator, workspace, text).segments[0].people == 1
        commit(workspace.warehouse, "orders", [order("2", "bob", "2025-05-01")], AT - timedelta(hours=1))
        now = 59.0
        assert ask(estimator, workspace, text).known_seq == 1
        now = 61.0
        found = ask(estimator, workspace, text)
        assert (found.known_seq, found.segments[0].people) == (2, 2)
        later = AT + timedelta(minutes=14)
        assert ask(estimator, workspace, text, later).as_of == AT
        later = AT + timedelta(minutes=15)
        assert ask(estimator, workspace, text, later).as_of == later
        estimator.close()


@pytest.mark.parametrize(
    ("hits", "sampled", "low", "high"),
    [
        # Wilson's interval of 95 %, from published tables
        (10, 100, 0.0552, 0.1744),
        (0, 100, 0.0, 0.0370),
        (100, 100, 0.9630, 1.0),
        (50, 100, 0.4038, 0.5962),
        (1, 10, 0.0179, 0.4042),
    ],
)
def test_the_interval_is_that_of_the_tables(hits: int, sampled: int, low: float, high: float) -> None:
    customers = 10**9
    found = interval(hits, sampled, customers)
    assert found[0] / customers == pytest.approx(low, abs=5e-5)
    assert found[1] / customers == pytest.approx(high, abs=5e-5)


def test_an_interval_never_denies_what_was_seen() -> None:
    """Three of ten are in and seven are not: of a base of twelve between three and five can be."""
    low, high = interval(3, 10, 12)
    assert 3 <= low <= high <= 5
    assert interval(3, 12, 12) == (3, 3)
    assert interval(0, 0, 12) == (0, 12)
