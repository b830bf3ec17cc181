"""Campaigns with a planted effect: who was written to, who was left alone, what became of each message."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
import pyarrow as pa

from kogorta.simulate.arrow import emptied, ids, instants, joined, words
from kogorta.simulate.chance import Chance, Flags, Floats, Wholes, exponential
from kogorta.simulate.consents import CHANNELS, Consents
from kogorta.simulate.life import Lives
from kogorta.simulate.people import People
from kogorta.simulate.plan import DAY_SECONDS, Plan
from kogorta.vocab import MessageEventKind

WINDOW_DAYS = 14
"""Days after the send within which a campaign has its effect, all of it."""
_FIRST_DAY, _EVERY_DAYS, _LAST_DAYS = 40, 45, 20
_SEND_SECOND = 11 * 3600
_CYCLE = (
    ("newsletter", 0, 0.0, 0.0),
    ("offer", 0, 0.3, 0.07),
    ("reminder", 1, 0.3, 0.04),
    ("placebo", 0, 0.3, 0.0),
)
"""Kind, channel, share of the control group, and the chance that a message makes an average person buy once more."""
_RESPONSE = np.array([1.0, 1.2, 2.4, 0.5, 0.3, 0.6])
"""By kind of person: how many times the average effect."""
_ID_ROOM = 100_000_000
"""Numbers of messages of one campaign."""

_KINDS = (
    MessageEventKind.SENT,
    MessageEventKind.DELIVERED,
    MessageEventKind.BOUNCED,
    MessageEventKind.OPENED,
    MessageEventKind.CLICKED,
    MessageEventKind.UNSUBSCRIBED,
    MessageEventKind.COMPLAINED,
)
_SENT, _DELIVERED, _BOUNCED, _OPENED, _CLICKED, _UNSUBSCRIBED, _COMPLAINED = range(len(_KINDS))
_BOUNCE_RATIO, _CLICK_RATIO, _UNSUBSCRIBE_RATIO, _COMPLAINT_RATIO = 0.03, 0.2, 0.012, 0.002
_OPEN_SECONDS, _LONGEST_OPEN = 6 * 3600.0, 70 * 3600


@dataclass(frozen=True)
class Campaign:
    """One campaign of the plan.

    Attributes:
        number: Its place.
        name: Its kind and day.
        kind: `newsletter` (nobody is left out), `offer` (with a coupon), `reminder`, or `placebo` (no effect).
        channel: Place in `consents.CHANNELS`.
        sent: When it began, seconds since 1970 UTC.
        control_ratio: Share of those who could be reached that got nothing.
        effect: Chance of one order more of an average person who is written to.
    """

    number: int
    name: str
    kind: str
    channel: int
    sent: int
    control_ratio: float
    effect: float

    @property
    def has_coupon(self) -> bool:
        """Whether each message carries a code of its own."""
        return self.kind == "offer"


def campaigns(plan: Plan) -> tuple[Campaign, ...]:
    """Return the campaigns of a base."""
    found = []
    for number, day in enumerate(range(_FIRST_DAY, plan.days - _LAST_DAYS, _EVERY_DAYS)):
        kind, channel, control, effect = _CYCLE[number % len(_CYCLE)]
        on = plan.start + timedelta(days=day)
        sent = plan.first_second + day * DAY_SECONDS + _SEND_SECOND
        found.append(Campaign(number, f"{kind}-{on}", kind, channel, sent, control, effect))
    return tuple(found)


@dataclass(frozen=True)
class Assigned:
    """People of the campaigns of a chunk, one entry for each campaign and person.

    Attributes:
        campaign: Number of the campaign.
        row: The person.
        is_treated: Whether he was written to; else he was left alone on purpose.
        effect: Chance that the message makes him buy once more; planted for both groups alike.
        sent: When his message left.
        bought: When the order that it caused was made, seconds since 1970 UTC; 0 if there is none.
    """

    campaign: Wholes
    row: Wholes
    is_treated: Flags
    effect: Floats
    sent: Wholes
    bought: Wholes


@dataclass(frozen=True)
class Answers:
    """What became of the messages: one entry an event."""

    message: Wholes
    campaign: Wholes
    kind: Wholes
    at: Wholes
    machine: Flags


def write_to(
    plan: Plan, people: People, lives: Lives, consents: Consents, chunk: int
) -> tuple[Assigned, Answers, Consents]:
    """Run all campaigns over a chunk; who unsubscribes gets no more."""
    chance = plan.chance("mailings", chunk)
    left = plan.first_second + np.where(lives.left < plan.days, lives.left, plan.days + 1.0) * DAY_SECONDS
    email_until = consents.until[0].copy()
    assigned, answers = [], []
    for campaign in campaigns(plan):
        now = replace(consents, until=(email_until, consents.until[1]))
        group = _assign(campaign, people, now, left, chance)
        assigned.append(group)
        answer = _answer(campaign, people, group, left, chance)
        answers.append(answer)
        gone = answer.kind == _UNSUBSCRIBED
        row = answer.message[gone] - people.number[0]
        email_until[row] = np.minimum(email_until[row], answer.at[gone])
    return (
        _all_assigned(assigned),
        _all_answers(answers),
        replace(consents, until=(email_until, consents.until[1])),
    )


def _assign(campaign: Campaign, people: People, consents: Consents, left: Floats, chance: Chance) -> Assigned:
    allowed = consents.hold(campaign.channel, people, campaign.sent) & ~people.is_duplicate
    row = np.flatnonzero(allowed)
    treated = ~chance.happens(campaign.control_ratio, len(row))
    stays = left[row] > campaign.sent + (WINDOW_DAYS + 1) * DAY_SECONDS
    effect = np.minimum(campaign.effect * _RESPONSE[people.kind[row]], 0.9) * stays
    caused = chance.happens(effect) & treated
    sent = campaign.sent + chance.wholes(0, 3600, len(row))
    wait = np.minimum(chance.drawn(exponential(), len(row)) * 3.5, WINDOW_DAYS - 0.5) * DAY_SECONDS
    bought = np.where(caused, sent + 600 + wait.astype(np.int64), 0)
    return Assigned(np.full(len(row), campaign.number), row, treated, effect, sent, bought)


def _answer(campaign: Campaign, people: People, group: Assigned, left: Floats, chance: Chance) -> Answers:
    """Draw what became of the messages of one campaign; a text message tells nothing but that it arrived."""
    row, sent = group.row[group.is_treated], group.sent[group.is_treated]
    count = len(row)
    bounced = chance.happens(_BOUNCE_RATIO, count)
    arrived = sent + chance.wholes(2, 60, count)
    tells = ~bounced & (campaign.channel == 0)
    machine = tells & people.has_machine[row]
    still = np.where(left[row] > sent, 1.0, 0.35)
    opened = tells & chance.happens(people.open_ratio[row] * still)
    wait = np.minimum(chance.drawn(exponential(), count) * _OPEN_SECONDS, _LONGEST_OPEN)
    open_at = arrived + 30 + wait.astype(np.int64)
    clicked = opened & chance.happens(_CLICK_RATIO, count)
    unsubscribed = opened & chance.happens(_UNSUBSCRIBE_RATIO, count)
    complained = opened & chance.happens(_COMPLAINT_RATIO, count)
    later = chance.wholes(5, 240, count)
    every = np.ones(count, dtype=bool)
    steps = (
        (every, _SENT, sent),
        (~bounced, _DELIVERED, arrived),
        (bounced, _BOUNCED, arrived),
        (machine, _OPENED, arrived + 3),
        (opened, _OPENED, open_at),
        (clicked, _CLICKED, open_at + later),
        (unsubscribed, _UNSUBSCRIBED, open_at + later + 20),
        (complained, _COMPLAINED, open_at + later + 40),
    )
    number = people.number[row]
    machines = [np.full(int(which.sum()), place == 3) for place, (which, _, _) in enumerate(steps)]
    kinds = [np.full(int(which.sum()), kind) for which, kind, _ in steps]
    message = np.concatenate([number[which] for which, _, _ in steps])
    return Answers(
        message,
        np.full(len(message), campaign.number),
        np.concatenate(kinds),
        np.concatenate([at[which] for which, _, at in steps]),
        np.concatenate(machines),
    )


def _all_assigned(parts: list[Assigned]) -> Assigned:
    names = ("campaign", "row", "is_treated", "effect", "sent", "bought")
    return Assigned(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _all_answers(parts: list[Answers]) -> Answers:
    names = ("message", "campaign", "kind", "at", "machine")
    return Answers(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def message_numbers(campaign: Wholes, number: Wholes) -> Wholes:
    """Return the numbers of messages: of a campaign to an id."""
    return (campaign + 1) * _ID_ROOM + number


def message_rows(plan: Plan, people: People, assigned: Assigned) -> dict[str, pa.Array]:
    """Return the rows of `messages`."""
    all_ = campaigns(plan)
    to = assigned.is_treated
    campaign, row = assigned.campaign[to], assigned.row[to]
    channel = np.array([item.channel for item in all_], dtype=np.int64)[campaign]
    number = people.number[row]
    return {
        "message_id": ids("m", message_numbers(campaign, number)),
        "customer_id": ids("c", number),
        "campaign": words([item.name for item in all_], campaign),
        "channel": words(CHANNELS, channel),
        "send_at": instants(assigned.sent[to]),
    }


def answer_rows(answers: Answers) -> dict[str, pa.Array]:
    """Return the rows of `message_events`."""
    clicked = answers.kind == _CLICKED
    link = joined("https://shop.example/promo/", ids("", answers.campaign))
    return {
        "message_id": ids("m", message_numbers(answers.campaign, answers.message)),
        "kind": words([kind.value for kind in _KINDS], answers.kind),
        "at": instants(answers.at),
        "machine": pa.array(answers.machine, mask=answers.kind != _OPENED),
        "url": emptied(link, ~clicked),
    }
