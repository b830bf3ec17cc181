"""Sizes and overlaps of random segments, judged once more with sets in plain Python. Covers: R49, L13, L15"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from kogorta.workspace import Workspace
from tests.core.doctor.clinic import asked, clinic, lives, own, places

CITIES = ("omsk", "sochi", "tver", "perm", "ufa")
SMALLEST, LEAST, MOST, SHARED = 4, Fraction(1, 10), Fraction(2, 5), Fraction(1, 2)
SETTINGS = {"min_people": SMALLEST, "min_share_ratio": 0.1, "max_share_ratio": 0.4, "max_overlap_ratio": 0.5}


@pytest.mark.parametrize("seed", range(4))
def test_sizes_and_overlaps(tmp_path: Path, seed: int) -> None:
    """A segment is everyone in some of five cities; a priority is said for about half of them."""
    chance = np.random.default_rng(seed)
    inhabitants = {city: int(chance.integers(0, 9)) for city in CITIES} | {"kazan": 10}
    chosen = {f"s{n}": [city for city in CITIES if chance.random() < 0.4] or ["omsk"] for n in range(6)}
    priorities = {id_: int(chance.integers(1, 4)) if chance.random() < 0.5 else None for id_ in chosen}
    texts = [
        lives(*cities, id_=id_, **({"priority": str(priorities[id_])} if priorities[id_] else {}))
        for id_, cities in chosen.items()
    ]
    people = {
        id_: {(city, n) for city in cities for n in range(inhabitants[city])}
        for id_, cities in chosen.items()
    }
    with clinic(tmp_path / "w", *texts, cities=inhabitants, **SETTINGS) as workspace:
        _judge_sizes(workspace, people, sum(inhabitants.values()))
        _judge_overlaps(workspace, people, chosen, priorities)


def _judge_sizes(workspace: Workspace, people: dict[str, set[tuple[str, int]]], base: int) -> None:
    sizes = {id_: len(members) for id_, members in people.items()}
    small = {id_: n for id_, n in sizes.items() if n and (n < SMALLEST or n < LEAST * base)}
    large = {id_: n for id_, n in sizes.items() if n >= SMALLEST and n > MOST * base}
    assert own(places(workspace, "segment.small")) == small
    assert own(places(workspace, "segment.large")) == large
    assert places(workspace, "segment.empty") == {id_: 0 for id_, n in sizes.items() if not n}


def _judge_overlaps(
    workspace: Workspace,
    people: dict[str, set[tuple[str, int]]],
    chosen: dict[str, list[str]],
    priorities: dict[str, int | None],
) -> None:
    large, unordered, same = set(), set(), set()
    for a, b in combinations(people, 2):
        common = len(people[a] & people[b])
        is_same = chosen[a] == chosen[b] or people[a] == people[b] != set()
        if is_same:
            same.add(frozenset((a, b)))
        elif common > SHARED * min(len(people[a]), len(people[b])):
            large.add(frozenset((a, b)))
        if common and not is_same:
            unordered |= {id_ for id_ in (a, b) if priorities[id_] is None or priorities[a] == priorities[b]}
    pairs = {
        rule: {frozenset((item.segment, item.other)) for item in asked(workspace, rule) or []}
        for rule in ("overlap.large", "overlap.same")
    }
    assert pairs == {"overlap.large": large, "overlap.same": same}
    assert set(places(workspace, "overlap.priority")) == unordered
