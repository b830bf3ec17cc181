"""What customers agreed to: when it was given, taken back, and given again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from kogorta.simulate.arrow import ids, instants, words
from kogorta.simulate.chance import Flags, Wholes
from kogorta.simulate.people import People
from kogorta.simulate.plan import DAY_SECONDS, Plan
from kogorta.vocab import ConsentOp, ConsentPurpose

NEVER = 2**62
"""An instant after all others."""
CHANNELS = ("email", "sms")
_GIVEN = (0.64, 0.48)
_TAKEN_BACK_RATIO = 0.07
_AGAIN_RATIO = 0.2
_AGAIN_DAYS = 75
_PERSONAL_RATIO = 0.97


@dataclass(frozen=True)
class Consents:
    """Advertising of a chunk: for each of `CHANNELS` and each id.

    Attributes:
        given: Whether he agreed when he became known.
        until: When he took it back, seconds since 1970 UTC; `NEVER` if he did not.
        personal: Whether he agreed to the keeping of his data.
    """

    given: tuple[Flags, Flags]
    until: tuple[Wholes, Wholes]
    personal: Flags

    def hold(self, channel: int, people: People, second: int) -> Flags:
        """Say who may be written to by a channel at an instant."""
        known = people.joined < second
        result: Flags = self.given[channel] & known & (self.until[channel] > second)
        return result


def consents_of(plan: Plan, people: People, chunk: int) -> Consents:
    """Draw what people agreed to, and what they took back of their own."""
    chance = plan.chance("consents", chunk)
    count = len(people)
    given, until = [], []
    for reachable, ratio in zip((people.email_of > 0, people.phone_of > 0), _GIVEN, strict=True):
        given.append(reachable & chance.happens(ratio, count))
        left = plan.last_second - people.joined
        when = people.joined + 1 + (left * chance.shares(count)).astype(np.int64)
        back = chance.happens(_TAKEN_BACK_RATIO, count) & (when < plan.last_second)
        until.append(np.where(back, when, NEVER))
    return Consents((given[0], given[1]), (until[0], until[1]), chance.happens(_PERSONAL_RATIO, count))


def consent_rows(plan: Plan, people: People, consents: Consents, chunk: int) -> dict[str, pa.Array]:
    """Return the rows of `consents`: each gift, each withdrawal, and some second thoughts."""
    chance = plan.chance("second_thoughts", chunk)
    keeping = np.flatnonzero(consents.personal)
    parts = [_part(keeping, 0, 0, people.joined[keeping])]
    for place in range(len(CHANNELS)):
        given = np.flatnonzero(consents.given[place])
        back = given[consents.until[place][given] < NEVER]
        since = consents.until[place][back]
        again = since + _AGAIN_DAYS * DAY_SECONDS
        second = chance.happens(_AGAIN_RATIO, len(back)) & (again < plan.last_second)
        parts += [
            _part(given, place + 1, 0, people.joined[given]),
            _part(back, place + 1, 1, since),
            _part(back[second], place + 1, 0, again[second]),
        ]
    row, channel, op, at = (np.concatenate(cells) for cells in zip(*parts, strict=True))
    purposes = (ConsentPurpose.PERSONAL_DATA.value, ConsentPurpose.ADVERTISING.value)
    return {
        "customer_id": ids("c", people.number[row]),
        "channel": words(("any", *CHANNELS), channel),
        "purpose": words(purposes, np.minimum(channel, 1)),
        "at": instants(at),
        "op": words((ConsentOp.GRANTED.value, ConsentOp.WITHDRAWN.value), op),
        "consent_source": words(("registration", "preferences"), (at > people.joined[row]).astype(np.int64)),
        "text_version": words(("1", "2"), (at > plan.middle_second).astype(np.int64)),
    }


def _part(row: Wholes, channel: int, op: int, at: Wholes) -> tuple[Wholes, Wholes, Wholes, Wholes]:
    return row, np.full(len(row), channel), np.full(len(row), op), at
