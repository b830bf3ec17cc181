"""A refresh that looks only at those who can have moved writes what one that looks at everyone writes.

Random worlds and definitions, refreshed again and again at instants close together and far apart, while more becomes
known from run to run: two stores side by side, one looked at in parts, the other whole every time.

KOGORTA_HYPOTHESIS_PROFILE=soak draws hundreds of worlds.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest

from kogorta.membership import refresh as refreshing
from kogorta.membership import scope
from kogorta.traits.catalogue import FAMILIES
from kogorta.traits.contract import Trait, Turning
from kogorta.vocab import WholePass
from tests.core.language.lexicon import Document
from tests.core.language.refreshing import (
    DUE_SHARE,
    RUNS,
    Moment,
    books,
    instants,
    lay_out,
    prepare,
    run,
    settings,
)
from tests.core.language.store import Store
from tests.core.language.strategies import Case, case_of

SOAKING = os.environ.get("KOGORTA_HYPOTHESIS_PROFILE") == "soak"
CASES = 300 if SOAKING else 3
TRAIT_CASES = 300 if SOAKING else 2
TRAITS_OF_A_CASE = 6


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Store]]:
    """Two stores that hold the same."""
    both = tuple(Store(tmp_path_factory.mktemp(name)) for name in ("parts", "whole"))
    yield both[0], both[1]
    for store in both:
        store.warehouse.close()


@pytest.fixture(autouse=True)
def _in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any share of a small base is small enough; who is whom is laid into the books by hand."""
    monkeypatch.setattr(scope, "LARGEST_SHARE", 100.0)
    monkeypatch.setattr(refreshing, "update_identity", lambda *_: None)


@dataclass
class Found:
    """What a comparison met.

    Attributes:
        passes: How often everyone was looked at, by reason; None where only some were.
        moved: Changes that partial passes wrote.
        partial: Refreshes that left something waiting.
    """

    passes: Counter[WholePass | None] = field(default_factory=Counter)
    moved: int = 0
    partial: int = 0


def compare(stores: tuple[Store, Store], seed: int, dice: random.Random, case: Case, found: Found) -> None:
    """Refresh both stores again and again; what they write must be equal after every run."""
    look = dice.choice(case.looks)
    for store in stores:
        prepare(store, look.world, case, random.Random(seed))
    if seed % 2:
        # where rows lie says nothing of who they are
        stores[0].warehouse.write(lay_out)
    seqs = sorted(dice.choice((1, 2, 3)) for _ in range(RUNS + 1))
    config = settings(look.world.zone, dice)
    for as_of, seq in zip(instants(look.point.as_of, dice), seqs, strict=True):
        moment = Moment(as_of, seq, due=dice.random() < DUE_SHARE)
        in_parts = run(stores[0], config, moment, everyone=False)
        run(stores[1], config, moment, everyone=True)
        if in_parts is not None:
            found.partial += bool(in_parts.waiting)
            found.passes[in_parts.whole_pass] += 1
            found.moved += 0 if in_parts.whole_pass else sum(in_parts.changes.values())
        got, expected = books(stores[0]), books(stores[1])
        assert got == expected, f"seed {seed}, {moment}, {case!r}\n{look.world!r}"


def test_in_parts_as_if_whole(stores: tuple[Store, Store]) -> None:
    found = Found()
    for seed in range(CASES):
        dice = random.Random(seed)
        compare(stores, seed, dice, case_of(dice.getrandbits(64)), found)
    assert found.passes[None] > CASES, found
    assert found.moved > CASES, found
    assert found.partial > CASES, found


BY_FACTS = [trait for family in FAMILIES.values() for trait in family if trait.turning is not Turning.TIME]
"""Traits of which facts and days tell when they turn."""


def test_of_every_trait(stores: tuple[Store, Store]) -> None:
    """The same of definitions that test traits which runs do not keep, some of them in each world."""
    found = Found()
    for seed in range(TRAIT_CASES):
        dice = random.Random(seed)
        case = case_of(dice.getrandbits(64))
        chosen = dice.sample(BY_FACTS, TRAITS_OF_A_CASE)
        documents = tuple(segment_testing(trait, dice) for trait in chosen)
        compare(stores, seed, dice, replace(case, documents=documents), found)
    assert found.passes[None] > TRAIT_CASES, found


def segment_testing(trait: Trait, dice: random.Random) -> Document:
    """A free segment that tests a trait."""
    if trait.type == "int8":
        test: Document = {"is": dice.choice((True, False))}
    elif trait.type in {"int64", "float64"}:
        test = {"at_least": dice.choice((1, 2) if trait.type == "int64" else (0.3, 0.5, 1))}
    elif trait.type == "string":
        test = {dice.choice(("exists", "missing")): True}
    elif trait.type == "date":
        test = {"in_next": dice.choice(("1d", "7d"))}
    else:
        test = {dice.choice(("in_last", "in_next")): dice.choice(("1h", "1d", "7d", "30d"))}
    name = f"tests_{trait.name}"
    return {"segment": name, "name": {"en": name}, "where": {"trait": trait.name, **test}}
