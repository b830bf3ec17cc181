"""Why a customer is in a segment, why not, what would change it, and when time alone will."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from kogorta.compile.frame import Frames
from kogorta.compile.steps import OCCASIONS
from kogorta.definitions.schemes import Scheme
from kogorta.errors import NotFoundError
from kogorta.i18n import Message, lazy, nlazy
from kogorta.membership.alone import Alone
from kogorta.membership.hidden import hidden_schemes
from kogorta.membership.log import find_segment
from kogorta.membership.single import DAY, Occasion, Person, Standing, standing, turning_points
from kogorta.membership.view import View
from kogorta.traits.orders import promise_ends
from kogorta.traits.shape import Meaning
from kogorta.vocab import ValueMeasure


@dataclass(frozen=True)
class Check:
    """One condition looked at, in the order in which they are tried.

    Attributes:
        says: The condition in words, with the customer's value and the threshold.
        holds: Whether it is true of him.
    """

    says: Message
    holds: bool


@dataclass(frozen=True)
class Move:
    """Something that would change the segment.

    Attributes:
        kind: `time` (it will, if nothing happens) or `order` (one order now of his usual amount).
        at: When; UTC.
        segment: Where it leads, within the scheme.
    """

    kind: str
    at: datetime
    segment: str | None


@dataclass(frozen=True)
class Explanation:
    """The answer.

    Attributes:
        customer_id: Whom it is about.
        scheme, segment: What was asked.
        actual: The segment he is in; None if he is not of the base.
        is_member: Whether that is the one asked about.
        as_of, known_seq, frame_at: The triple that makes the answer reproducible; UTC.
        checks: What was looked at.
        moves: What would change it, soonest first.
        is_several: Not a member, and no single change would make him one.
    """

    customer_id: str
    scheme: str
    segment: str
    actual: str | None
    is_member: bool
    as_of: datetime
    known_seq: int
    frame_at: datetime
    checks: tuple[Check, ...]
    moves: tuple[Move, ...]
    is_several: bool


def explain(view: View, segment_id: str, customer_id: str) -> Explanation:
    """Explain one customer and one segment as of the view's instant.

    Raises:
        NotFoundError: No such segment or customer, or the customer was not yet known then.
    """
    item, segment = find_segment(view.schemes, segment_id)
    if item.id in hidden_schemes(view.frames):
        raise NotFoundError(
            "this scheme says nothing of this base: too few people order more than once", got=item.id
        )
    alone = Alone(view, customer_id)
    person = _person(alone, customer_id)
    frames, meaning = view.frames, view.steps.meaning
    now = standing(person, frames, meaning)
    told = person.traits["monetary_amount"] or 0
    if now and now.money is not None and now.money != told:
        person = replace(person, money_aside=told - now.money)
        now = standing(person, frames, meaning)
    actual = person.traits[item.trait]
    moves = _moves(view, person, item)
    reachable = {move.segment for move in moves}
    frame = frames.rfm if item.family == "rfm" else frames.lifecycle
    return Explanation(
        customer_id,
        item.id,
        segment,
        actual,
        actual == segment,
        view.instant.as_of,
        view.instant.known_seq,
        frame.frame_at,
        tuple(_checks(item, person, now, frames, view.steps.meaning)),
        moves,
        actual != segment and segment not in reachable,
    )


def _person(alone: Alone, customer_id: str) -> Person:
    rows = alone.view.steps.rows(alone.him(alone.view.traits))
    if not rows:
        raise NotFoundError(
            "this customer was not yet known at that instant", got=customer_id, hint="ask for a later --as-of"
        )
    return person_of(alone.view, rows[0])


def person_of(view: View, traits: Mapping[str, Any]) -> Person:
    """Return the customer whose row of the wide table this is."""
    key = traits["customer_key"]
    occasions = [] if view.steps.from_sums else _occasions(view, key)
    return Person(view.instant.as_of, occasions, traits, _promised_until(view, key))


def _occasions(view: View, key: int) -> list[Occasion]:
    table = view.steps.get(OCCASIONS)
    mine = table.filter(table.customer_key == key).select("order_id", "at", "day", "revenue").order_by("at")
    rows = view.session.fetch(mine, view.instant.bindings).to_pylist()
    margins = _margins(view, key)
    return [
        Occasion(row["at"], row["day"], row["revenue"], **margins.get((row["order_id"], row["at"]), {}))
        for row in rows
    ]


def _margins(view: View, key: int) -> dict[tuple[str, datetime], dict[str, int]]:
    """Return the margin, the goods and the costed part of a customer's occasions; nothing where money is revenue."""
    if view.steps.meaning.monetary_of is ValueMeasure.REVENUE:
        return {}
    margins = view.steps.plan.margins
    mine = margins.filter(margins.customer_key == key)
    return {
        (row["order_id"], row["at"]): {name: row[name] for name in ("margin", "goods", "costed")}
        for row in view.steps.rows(mine)
    }


def _promised_until(view: View, key: int) -> datetime | None:
    facts = view.steps.facts
    if not (facts.has("bookings") or facts.has("subscriptions")):
        return None
    ends = promise_ends(facts)
    mine = ends.filter(ends.customer_key == key)
    until: datetime | None = view.steps.row(mine.agg(until=mine.until.max()))["until"]
    return until


def _moves(view: View, person: Person, item: Scheme) -> tuple[Move, ...]:
    frames, meaning = view.frames, view.steps.meaning
    current = person.traits[item.trait]
    moves = []
    for instant in turning_points(person, frames, meaning):
        then = standing(person.later(instant), frames, meaning)
        if then and then.segments[item.id] != current:
            moves.append(Move("time", instant, then.segments[item.id]))
            break
    ordered = _after_order(person)
    now = standing(ordered, frames, meaning)
    if now and now.segments[item.id] != current:
        moves.append(Move("order", person.as_of, now.segments[item.id]))
    return tuple(moves)


def _after_order(person: Person) -> Person:
    """Return the customer as he would be right after one more order of his usual amount, with the margin that such a one left."""
    known = sorted(person.occasions, key=lambda occasion: occasion.revenue)
    day, instant = person.as_of.date(), person.as_of + timedelta(seconds=1)
    usual = known[(len(known) - 1) // 2] if known else Occasion(person.as_of, day, 0)
    order = replace(usual, at=person.as_of, day=day)
    traits: dict[str, Any] = dict(person.traits)
    silence = traits["silence_seconds"]
    fresh_day = not person.occasions or person.occasions[-1].day != order.day
    traits["last_gap_days"] = (order.day - person.occasions[-1].day).days if person.occasions else None
    traits["lost_seconds_before"] = traits["lost_seconds"] if silence is not None else None
    traits |= {"silence_seconds": 1, "order_days": (traits["order_days"] or 0) + fresh_day, "risk_signals": 0}
    return replace(person, as_of=instant, occasions=[*person.occasions, order], traits=traits)


def _checks(
    item: Scheme, person: Person, now: Standing | None, frames: Frames, meaning: Meaning
) -> list[Check]:
    if now is None:
        return [Check(lazy("has never ordered"), True)]
    if item.family == "lifecycle":
        return _lifecycle_checks(person.traits, frames.lifecycle.values["new_days"] or 0)
    return _rfm_checks(person, now, frames, meaning)


def _rfm_checks(person: Person, now: Standing, frames: Frames, meaning: Meaning) -> list[Check]:
    window = frames.rfm.values["window_days"]
    span = nlazy("{n} day", "{n} days", window) if window else lazy("all time")
    return [
        Check(
            lazy("one order day ever, and still new"),
            bool(person.traits["is_newcomer"]),
        ),
        Check(
            lazy(
                "recency: last order {age} ago, score R = {score}",
                age=nlazy("{n} day", "{n} days", now.recency_days),
                score=now.r,
            ),
            True,
        ),
        Check(
            lazy(
                "frequency: {orders} within {span}, score F = {score}",
                orders=nlazy("{n} order", "{n} orders", now.frequency),
                span=span,
                score=now.f,
            ),
            True,
        ),
        Check(_money_told(now, meaning), True),
    ]


def _money_told(now: Standing, meaning: Meaning) -> Message:
    both = (now.f + now.m + 1) // 2
    if now.money is None:
        return lazy(
            "margin: not known, since costs cover less than 95% of the purchases; M is F = {score}, together FM = {both}",
            score=now.m,
            both=both,
        )
    if meaning.monetary_of is ValueMeasure.MARGIN:
        return lazy("margin: score M = {score}, together FM = {both}", score=now.m, both=both)
    return lazy("money: score M = {score}, together FM = {both}", score=now.m, both=both)


def _days(seconds: int | None) -> Message:
    return nlazy("{n} day", "{n} days", (seconds or 0) // DAY)


def _lifecycle_checks(t: Mapping[str, Any], new_days: int) -> list[Check]:
    silence = t["silence_seconds"]
    single = t["order_days"] == 1
    came_back = t["last_gap_days"] is not None and t["last_gap_days"] * DAY > t["lost_seconds_before"]
    own = _days(silence)
    return [
        Check(
            lazy(
                "new: one order day, silent for {silence}, new until {limit}",
                silence=own,
                limit=nlazy("{n} day", "{n} days", new_days),
            ),
            single and silence <= new_days * DAY,
        ),
        Check(
            lazy(
                "lost: silent for {silence}, lost beyond {limit}", silence=own, limit=_days(t["lost_seconds"])
            ),
            silence > t["lost_seconds"],
        ),
        Check(
            lazy(
                "returned: the break before the last order was {gap}, a long one is over {limit}",
                gap=nlazy("{n} day", "{n} days", t["last_gap_days"] or 0),
                limit=_days(t["lost_seconds_before"]),
            ),
            came_back and silence <= t["at_risk_seconds"],
        ),
        Check(
            lazy(
                "at risk: silent for {silence}, a risk beyond {limit}",
                silence=own,
                limit=_days(t["at_risk_seconds"]),
            ),
            silence > t["at_risk_seconds"],
        ),
        Check(
            nlazy(
                "at risk: {n} risk signal, two are enough",
                "at risk: {n} risk signals, two are enough",
                t["risk_signals"],
            ),
            t["risk_signals"] >= 2,
        ),
        Check(lazy("at risk: only one order day, and no longer new"), single and silence > new_days * DAY),
        Check(lazy("nothing is booked ahead and no subscription runs"), t["has_promise"] == 0),
    ]
