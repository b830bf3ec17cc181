"""The purchases of a chunk, brought together: those of a life's own pace, and those that campaigns caused."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kogorta.simulate.chance import Chance, Flags, Wholes
from kogorta.simulate.life import Lives, moments
from kogorta.simulate.mailing import Assigned
from kogorta.simulate.people import People
from kogorta.simulate.plan import DAY_SECONDS, Plan

ID_ROOM = 1_000
"""Numbers of purchases of one person."""
_SECOND_ID_RATIO = 0.8
"""Who has registered anew buys mostly under the new id."""


@dataclass(frozen=True)
class Purchases:
    """Purchases, ordered by person and time, one entry each.

    Attributes:
        row: The person, by the row of his first id.
        id_row: The row of the id under which he bought.
        number: Unique within the base.
        at: Seconds since 1970 UTC.
        day: Its local day, counted from the start.
        is_bad: Whether something went wrong with it.
        campaign: Number of the campaign that caused it; −1 for none.
    """

    row: Wholes
    id_row: Wholes
    number: Wholes
    at: Wholes
    day: Wholes
    is_bad: Flags
    campaign: Wholes

    def __len__(self) -> int:
        return len(self.row)


def purchases_of(plan: Plan, people: People, lives: Lives, assigned: Assigned, chance: Chance) -> Purchases:
    """Bring the purchases of a chunk together, and give each its number and its id."""
    caused = np.flatnonzero(assigned.bought > 0)
    row = np.concatenate([lives.row, assigned.row[caused]])
    own = moments(plan, people, lives.row, lives.day, chance)
    at = np.concatenate([own, assigned.bought[caused]])
    bad = np.concatenate([lives.is_bad, np.zeros(len(caused), dtype=bool)])
    campaign = np.concatenate([np.full(len(own), -1), assigned.campaign[caused]])
    order = np.lexsort((at, row))
    row, at = row[order], at[order]
    number = people.number[row] * ID_ROOM + places(row)
    return Purchases(
        row,
        _ids(people, row, at, chance),
        number,
        at,
        (at - plan.first_second) // DAY_SECONDS,
        bad[order],
        campaign[order],
    )


def places(groups: Wholes) -> Wholes:
    """Return the place of each entry in its group, from 1; groups stand together.

    Examples:
        >>> places(np.array([7, 7, 9, 9, 9])).tolist()
        [1, 2, 1, 2, 3]
    """
    count = len(groups)
    starts = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]][:count])
    sizes = np.diff(np.r_[starts, count])
    result: Wholes = np.arange(count) - np.repeat(starts, sizes) + 1
    return result


def _ids(people: People, row: Wholes, at: Wholes, chance: Chance) -> Wholes:
    """Choose under which of his ids a person bought: the second one only after he has it."""
    second = np.full(len(people), -1)
    duplicates = np.flatnonzero(people.is_duplicate)
    second[people.original[duplicates]] = duplicates
    mine = second[row]
    uses = (mine >= 0) & (at > people.joined[mine]) & chance.happens(_SECOND_ID_RATIO, len(row))
    return np.where(uses, mine, row)
