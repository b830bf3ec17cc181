"""How far a share can be trusted, and whether two of them differ by more than chance."""

from __future__ import annotations

from collections.abc import Sequence
from math import erfc, sqrt

Z = 1.959963984540054
"""Of a normal variable, 95 % lie within so many standard deviations."""

LEVEL = 0.05
"""The share of false findings among findings that is put up with."""


def wilson(count: int, of: int) -> tuple[float, float]:
    """Return the interval of 95 % for a share, by Wilson; of nobody, from 0 to 1.

    Examples:
        >>> [round(end, 3) for end in wilson(3, 10)], wilson(0, 0)
        ([0.108, 0.603], (0.0, 1.0))
    """
    if not of:
        return 0.0, 1.0
    share, square = count / of, Z * Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = Z / (1 + square / of) * sqrt(share * (1 - share) / of + square / (4 * of * of))
    return max(0.0, middle - half) if count else 0.0, min(1.0, middle + half) if count < of else 1.0


def difference(count: int, of: int, other_count: int, other_of: int) -> float:
    """Return how likely two shares differ so far by chance alone: the two-sided z test of pooled proportions.

    Examples:
        >>> round(difference(30, 100, 20, 100), 3), difference(0, 10, 0, 10), difference(1, 1, 0, 0)
        (0.102, 1.0, 1.0)
    """
    if not of or not other_of:
        return 1.0
    pooled = (count + other_count) / (of + other_of)
    variance = pooled * (1 - pooled) * (1 / of + 1 / other_of)
    if variance <= 0:
        return 1.0
    return erfc(abs(count / of - other_count / other_of) / sqrt(variance) / sqrt(2))


def adjusted(chances: Sequence[float]) -> list[float]:
    """Return chances made comparable with the share of false findings among findings, by Benjamini and Hochberg.

    Examples:
        >>> [round(chance, 4) for chance in adjusted([0.01, 0.04, 0.03, 0.5])]
        [0.04, 0.0533, 0.0533, 0.5]
    """
    order = sorted(range(len(chances)), key=lambda number: chances[number])
    found, least = [1.0] * len(chances), 1.0
    for rank in range(len(order), 0, -1):
        number = order[rank - 1]
        least = min(least, chances[number] * len(order) / rank)
        found[number] = least
    return found
