"""Measures of the base or of a segment: as of an instant, month by month, by campaign, channel and source, by cohort."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kogorta.compile.plan import EVERYONE
from kogorta.errors import InputError
from kogorta.membership.backtest import MOST_MONTHS
from kogorta.membership.view import View
from kogorta.metrics.campaigns import MessageKpis, by_campaign, by_channel, no_messages
from kogorta.metrics.kpis import kpis_of
from kogorta.metrics.ledger import Ledger
from kogorta.metrics.missing import Missing
from kogorta.metrics.model import Cohort, Kpis
from kogorta.metrics.monthly import MonthKpis, end_of, monthly, number_of, shown_months
from kogorta.metrics.people import Group, Question, group_of, group_then, stood
from kogorta.metrics.series import cohorts_of
from kogorta.metrics.sources import SourceKpis, by_source

Progress = Callable[[date], None]


class MessagesBy(StrEnum):
    """What measures of messages are told by."""

    CAMPAIGN = "campaign"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Asking:
    """What an answer is about.

    Attributes:
        segments: Full ids of the segments whose members are meant; empty for the whole base.
        as_of: The instant; UTC without a zone.
        known_seq: As far as what was known.
        frame_at: When the values were taken that people are compared with.
        customers: How many people: members as of the instant; of the base, everyone known.
    """

    segments: tuple[str, ...]
    as_of: datetime
    known_seq: int
    frame_at: datetime
    customers: int


@dataclass(frozen=True, slots=True)
class SegmentKpis:
    """Measures of the base or of a segment.

    Attributes:
        asking: Of whom, and as of when.
        is_then: Whether each month is that of those who were members when it ended; else of those who are now.
        now: Measures as of the instant.
        base: The same of the whole base; of the base itself the same object.
        months: From the oldest to that of the instant; empty for a base that knows only sums.
    """

    asking: Asking
    is_then: bool
    now: Kpis
    base: Kpis
    months: tuple[MonthKpis, ...]


@dataclass(frozen=True, slots=True)
class SegmentCohorts:
    """Cohorts by month of the first order, of the base or of those who are in a segment."""

    asking: Asking
    cohorts: tuple[Cohort, ...] | Missing


@dataclass(frozen=True, slots=True)
class MessageReport:
    """Measures of messages.

    Attributes:
        asking: To whom they went, and as of when.
        since: First day of the month from which on messages were sent.
        by: What the groups are.
        groups: By name of the campaign or channel, most messages first; None for messages that name none.
    """

    asking: Asking
    since: date
    by: MessagesBy
    groups: Mapping[str | None, MessageKpis] | Missing


@dataclass(frozen=True, slots=True)
class SourceReport:
    """Measures by the source that customers came from; None for no known source."""

    asking: Asking
    sources: Mapping[str | None, SourceKpis]


def measure_months(
    question: Question, months: int, *, is_then: bool = False, progress: Progress = lambda _: None
) -> SegmentKpis:
    """Measure the base or a segment as of an instant and in each of the last months.

    Facts are those that are known as of the instant, in either case: a return of today restates the month of its order.

    Args:
        question: Of whom, as of when.
        months: How many, that of the instant among them.
        is_then: Measure in each month those who were members when it ended (of the last one: at the instant), worked out by
            the definition as it is now; else those who are members at the instant.
        progress: Told the first day of each month that is looked at by itself.

    Raises:
        InputError: So many months cannot be looked at, or a scheme says nothing of this base.
    """
    _check(months)
    with question.open() as view:
        whole = Ledger(view)
        shown = [] if whole.from_sums else shown_months(whole, months)
        group = group_of(whole, question.asked)
        base = kpis_of(whole)
        now = base if question.asked is None else kpis_of(group.ledger)
        asking = _asking(question, group)
        if not is_then or not shown:
            found = monthly(group, shown) if shown else []
        else:
            found = [*_past(question, whole, shown[:-1], progress), *monthly(group, shown[-1:])]
        return SegmentKpis(asking, is_then, now, base, tuple(found))


def measure_cohorts(question: Question) -> SegmentCohorts:
    """Measure cohorts of those who are in a segment at an instant, or of the base."""
    with question.open() as view:
        group = group_of(Ledger(view), question.asked)
        return SegmentCohorts(_asking(question, group), cohorts_of(group.ledger))


def measure_messages(question: Question, by: MessagesBy, months: int) -> MessageReport:
    """Measure messages that were sent to those who are in a segment at an instant, or to anyone.

    Args:
        question: To whom, as of when.
        by: What they are grouped by.
        months: Sent in so many local months, that of the instant among them.

    Raises:
        InputError: So many months cannot be looked at, or a scheme says nothing of this base.
    """
    _check(months)
    with question.open() as view:
        whole = Ledger(view)
        group = group_of(whole, question.asked)
        since = shown_months(whole, months)[0]
        return MessageReport(_asking(question, group), since, by, message_groups(group, by, since))


def message_groups(group: Group, by: MessagesBy, since: date) -> Mapping[str | None, MessageKpis] | Missing:
    """Measure the messages that were sent to a group from a month on, most messages first.

    Args:
        group: To whom they went.
        by: What they are grouped by.
        since: First day of the month.
    """
    work = by_campaign if by is MessagesBy.CAMPAIGN else by_channel
    found = work(group.ledger, number_of(since))
    ordered = sorted(found, key=lambda name: (-found[name].sent, name or ""))
    return no_messages(group.ledger.whole) or {name: found[name] for name in ordered}


def source_groups(group: Group) -> Mapping[str | None, SourceKpis]:
    """Measure the people of a group by the source that they came from."""
    ledger = group.ledger
    everyone = ledger.view.steps.get(EVERYONE) if ledger.people is None else ledger.people
    return by_source(ledger, everyone)


def measure_sources(question: Question) -> SourceReport:
    """Measure what customers cost to win and what they brought, by source."""
    with question.open() as view:
        whole = Ledger(view)
        group = group_of(whole, question.asked)
        return SourceReport(_asking(question, group), source_groups(group))


def _past(question: Question, whole: Ledger, months: list[date], progress: Progress) -> list[MonthKpis]:
    """Measure each month of those who were members when it ended."""
    found = []
    for month in months:
        progress(month)
        then = stood(question, end_of(month, whole))
        name = f"m_then_{number_of(month)}"
        group = group_then(whole, then, name, is_everyone=question.asked is None)
        found += monthly(group, [month])
    return found


def asking_of(question: Question, view: View, customers: int) -> Asking:
    """Say what an answer is about."""
    return Asking(
        question.asked.segments if question.asked else (),
        question.as_of,
        view.instant.known_seq,
        view.frames.rfm.frame_at,
        customers,
    )


def _asking(question: Question, group: Group) -> Asking:
    return asking_of(question, group.ledger.view, group.count)


def _check(months: int) -> None:
    if not 1 <= months <= MOST_MONTHS:
        raise InputError("so many months cannot be looked at", got=months, expected=f"1 – {MOST_MONTHS}")
