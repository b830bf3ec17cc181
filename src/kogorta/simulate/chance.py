"""Chance that comes out the same for ever: raw bits of a counter, and tables to shape them.

Ready-made distributions of a library may change with its version, and logarithms may differ in the last digit from one
processor to the next. So a stream is read as raw bits only, and a distribution is a table of its quantiles,
rounded to nine digits: what is left to the machine is to add and to multiply.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Wholes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

STEPS = 4096
"""Cells of a table; the last of them, where long tails lie, is divided once more into as many."""
_GRID = 20_000
_DIGITS = 9


@dataclass(frozen=True)
class Quantiles:
    """A distribution as the table of its quantiles.

    Attributes:
        main: Values at the shares 0, 1/STEPS, … 1.
        tail: Values within the last cell of `main`, as finely divided again.
    """

    main: Floats
    tail: Floats

    def at(self, shares: Floats) -> Floats:
        """Return the values at shares from 0 up to 1, straight between two entries of the table."""
        place = shares * STEPS
        cell = place.astype(np.int64)
        value = _between(self.main, place, cell)
        last = np.flatnonzero(cell == STEPS - 1)
        deep = (place[last] - (STEPS - 1)) * STEPS
        value[last] = _between(self.tail, deep, deep.astype(np.int64))
        return value


def _between(table: Floats, place: Floats, cell: Wholes) -> Floats:
    low = table[cell]
    result: Floats = low + (table[cell + 1] - low) * (place - cell)
    return result


class Chance:
    """One stream of draws, named by the seed, a purpose and a chunk, and independent of every other stream.

    Args:
        seed: Of the whole base.
        purpose: Number of what is drawn (`PURPOSES`).
        chunk: Number of the chunk of customers.
    """

    def __init__(self, seed: int, purpose: int, chunk: int) -> None:
        self._bits = np.random.Philox(np.random.SeedSequence(entropy=seed, spawn_key=(purpose, chunk)))

    def shares(self, count: int) -> Floats:
        """Draw numbers from 0 up to but not including 1, evenly."""
        raw = self._bits.random_raw(count)
        return (raw >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def happens(self, chances: Floats | float, count: int | None = None) -> Flags:
        """Say for each chance, or `count` times for one, whether it comes true."""
        many = len(np.atleast_1d(chances)) if count is None else count
        result: Flags = self.shares(many) < chances
        return result

    def choose(self, weights: Sequence[float] | Floats, count: int) -> Wholes:
        """Draw places in a list of weights."""
        return place_in(np.asarray(weights, dtype=np.float64), self.shares(count))

    def wholes(self, low: int, high: int, count: int) -> Wholes:
        """Draw whole numbers from `low` up to but not including `high`, evenly."""
        result: Wholes = low + (self.shares(count) * (high - low)).astype(np.int64)
        return result

    def drawn(self, quantiles: Quantiles, count: int) -> Floats:
        """Draw values of a distribution."""
        return quantiles.at(self.shares(count))

    def drawn_of(self, kinds: Sequence[Quantiles], which: Wholes) -> Floats:
        """Draw one value for each entry of `which`, from the distribution of that number."""
        shares = self.shares(len(which))
        values = np.zeros(len(which))
        for number, quantiles in enumerate(kinds):
            mine = np.flatnonzero(which == number)
            values[mine] = quantiles.at(shares[mine])
        return values


def place_in(weights: Floats, shares: Floats) -> Wholes:
    """Return the place in a list of weights that each share falls to."""
    edges = np.cumsum(weights)
    found = np.searchsorted(edges, shares * edges[-1], side="right")
    result: Wholes = np.minimum(found, len(weights) - 1).astype(np.int64)
    return result


def _tabled(quantile: Callable[[float], float]) -> Quantiles:
    main = [quantile(step / STEPS) for step in range(STEPS)]
    tail = [quantile((STEPS - 1 + step / STEPS) / STEPS) for step in range(STEPS)]
    # The end itself may be infinite; what stands one cell before it is far enough.
    return Quantiles(_rounded([*main, tail[-1]]), _rounded([*tail, tail[-1]]))


def _rounded(values: Sequence[float]) -> Floats:
    return np.array([float(f"{value:.{_DIGITS}g}") for value in values])


@lru_cache(maxsize=32)
def exponential() -> Quantiles:
    """Return the exponential distribution with the mean 1."""
    return _tabled(lambda share: -math.log1p(-share))


@lru_cache(maxsize=32)
def lognormal(spread: float) -> Quantiles:
    """Return the lognormal distribution with the median 1; `spread` is the deviation of its logarithm."""
    normal = NormalDist()
    return _tabled(lambda share: math.exp(spread * normal.inv_cdf(max(share, 1e-6))))


@lru_cache(maxsize=32)
def pareto(shape: float) -> Quantiles:
    """Return the Pareto distribution that begins at 1."""
    return _tabled(lambda share: (1 - share) ** (-1 / shape))


@lru_cache(maxsize=32)
def gamma(shape: float) -> Quantiles:
    """Return the gamma distribution of a shape, with the mean 1."""
    low, high = -28 / shape, math.log(shape + 12 * math.sqrt(shape) + 40)
    return _numeric(
        low, high, lambda t: shape * t - math.exp(t) - math.lgamma(shape), lambda t: math.exp(t) / shape
    )


@lru_cache(maxsize=32)
def beta(a: float, b: float) -> Quantiles:
    """Return the beta distribution of two shapes."""
    constant = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)

    def log_density(t: float) -> float:
        # of the logit: x^a (1 - x)^b, with the logarithms written so that neither end overflows
        return constant - a * math.log1p(math.exp(-t)) - b * math.log1p(math.exp(t))

    return _numeric(-28 / a, 28 / b, log_density, lambda t: 1 / (1 + math.exp(-t)))


def _numeric(
    low: float, high: float, log_density: Callable[[float], float], value: Callable[[float], float]
) -> Quantiles:
    """Add up a density over an even grid, and read the sums backwards."""
    width = (high - low) / _GRID
    points = [low + width * step for step in range(_GRID + 1)]
    density = np.array([math.exp(max(log_density(point), -700.0)) for point in points])
    sums = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) * (width / 2))])
    sums /= sums[-1]
    grid = np.array(points)
    return _tabled(lambda share: value(float(np.interp(share, sums, grid))))
