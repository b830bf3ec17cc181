"""Sizes and overlaps of random segments, judged once more with sets in plain Python. Covers: R49, L13, L15"""

from __future__ import annotations

from collections.abc import Mapping
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
        assert _sizes_found(workspace) == _sizes(people, sum(inhabitants.values()))
        assert _overlaps_found(workspace) == _overlaps(people, chosen, priorities)


def _sizes_found(workspace: Workspace) -> dict[str, Mapping[str | None, int]]:
    return {
        "small": own(places(workspace, "segment.small")),
        "large": own(places(workspace, "segment.large")),
        "empty": places(workspace, "segment.empty"),
    }


def _sizes(people: dict[str, set[tuple[str, int]]], base: int) -> dict[str, dict[str, int]]:
    sizes = {id_: len(members) for id_, members in people.items()}
    return {
        "small": {id_: n for id_, n in sizes.items() if n and (n < SMALLEST or n < LEAST * base)},
        "large": {id_: n for id_, n in sizes.items() if n >= SMALLEST and n > MOST * base},
        "empty": {id_: 0 for id_, n in sizes.items() if not n},
    }


def _overlaps_found(workspace: Workspace) -> dict[str, set[object]]:
    pairs: dict[str, set[object]] = {
        rule: {frozenset((item.segment, item.other)) for item in asked(workspace, rule) or []}
        for rule in ("overlap.large", "overlap.same")
    }
    return pairs | {"overlap.priority": set(places(workspace, "overlap.priority"))}


def _overlaps(
    people: dict[str, set[tuple[str, int]]],
    chosen: dict[str, list[str]],
    priorities: dict[str, int | None],
) -> dict[str, set[object]]:
    large: set[object] = set()
    unordered: set[object] = set()
    same: set[object] = set()
    for a, b in combinations(people, 2):
        common = len(people[a] & people[b])
        is_same = chosen[a] == chosen[b] or people[a] == people[b] != set()
        if is_same:
            same.add(frozenset((a, b)))
        elif common > SHARED * min(len(people[a]), len(people[b])):
            large.add(frozenset((a, b)))
        if common and not is_same:
            unordered |= {id_ for id_ in (a, b) if priorities[id_] is None or priorities[a] == priorities[b]}
    return {"overlap.large": large, "overlap.same": same, "overlap.priority": unordered}
