"""Random values in the manner of hypothesis' strategies, evenly spread.

Hypothesis likes to repeat and to mutate what it drew, which finds crashes well, but two of three definitions that it
wrote for these tests were copies, and most worlds nearly empty. It draws the seed; everything else comes from here.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec

P = ParamSpec("P")
TRIES = 50


class Chance:
    """Something that can be drawn."""

    def __init__(self, draw: Callable[[random.Random], Any]) -> None:
        self.draw = draw

    def __or__(self, other: Chance) -> Chance:
        """Either of them."""
        return one_of(self, other)

    def map(self, change: Callable[[Any], Any]) -> Chance:
        """What is drawn, changed."""
        return Chance(lambda rng: change(self.draw(rng)))

    def flatmap(self, then: Callable[[Any], Chance]) -> Chance:
        """What is drawn decides what is drawn next."""
        return Chance(lambda rng: then(self.draw(rng)).draw(rng))


def just(value: Any) -> Chance:
    """Always the same."""
    return sampled_from((value,))


def none() -> Chance:
    """Always nothing."""
    return just(None)


def sampled_from(values: Sequence[Any]) -> Chance:
    """Any of these."""
    return Chance(lambda rng: rng.choice(values))


def one_of(*chances: Chance) -> Chance:
    """Any of these, drawn; each that stands here is as likely as another."""
    return Chance(lambda rng: rng.choice(chances).draw(rng))


def integers(low: int, high: int) -> Chance:
    """A whole number, both ends included."""
    return Chance(lambda rng: rng.randint(low, high))


def booleans() -> Chance:
    """Yes or no."""
    return sampled_from((True, False))


def tuples(*chances: Chance) -> Chance:
    """One of each."""
    return Chance(lambda rng: tuple(chance.draw(rng) for chance in chances))


def builds(target: Callable[..., Any], *args: Chance, **named: Chance) -> Chance:
    """What a function makes of what is drawn."""

    def draw(rng: random.Random) -> Any:
        drawn = {name: chance.draw(rng) for name, chance in named.items()}
        return target(*[chance.draw(rng) for chance in args], **drawn)

    return Chance(draw)


def fixed_dictionaries(chances: Mapping[str, Chance]) -> Chance:
    """A mapping with these keys."""
    return builds(dict, **chances)


def permutations(values: Sequence[Any]) -> Chance:
    """All of these in any order."""
    return Chance(lambda rng: rng.sample(list(values), len(values)))


def lists(one: Chance, least: int, most: int, key: Callable[[Any], Hashable] | None = None) -> Chance:
    """So many of them; with `key`, each different, and as many as are found."""

    def draw(rng: random.Random) -> list[Any]:
        count = rng.randint(least, most)
        if key is None:
            return [one.draw(rng) for _ in range(count)]
        found: dict[Hashable, Any] = {}
        for _ in range(TRIES):
            if len(found) == count:
                break
            item = one.draw(rng)
            found.setdefault(key(item), item)
        return list(found.values())

    return Chance(draw)


Draw = Callable[[Chance], Any]


def composite(function: Callable[Concatenate[Draw, P], Any]) -> Callable[P, Chance]:
    """Let a function draw step by step."""

    @wraps(function)
    def made(*args: P.args, **named: P.kwargs) -> Chance:
        return Chance(lambda rng: function(lambda chance: chance.draw(rng), *args, **named))

    return made
