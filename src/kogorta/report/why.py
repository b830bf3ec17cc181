"""The words of explanations: why a customer is in a segment or not, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from kogorta.definitions.catalogue import Catalogue, Kind
from kogorta.definitions.names import SchemeName
from kogorta.definitions.nodes import AllOf, AnyOf, Did, Measure, Not, Op, Regularly
from kogorta.definitions.sentence import clause
from kogorta.i18n import Translator
from kogorta.membership.explain import Explanation, Move
from kogorta.membership.held import Record
from kogorta.membership.reasons import Reason, Reasons
from kogorta.membership.saying import called

Answer = Explanation | Reasons


@dataclass(frozen=True)
class Why:
    """Says the parts of an answer.

    Attributes:
        t: The reader's language.
        names: How schemes and segments are called.
        catalogue: What definitions may speak of.
        zone: IANA zone of the workspace.
        currency: Of the workspace.
        minor_units: How many of them are one unit of the currency.
    """

    t: Translator
    names: Mapping[str, SchemeName]
    catalogue: Catalogue
    zone: str
    currency: str
    minor_units: int

    def segment(self, answer: Answer, segment: str | None) -> str:
        """Return how a segment of the scheme that was asked about is called."""
        scheme = answer.scheme if isinstance(answer, Explanation) else answer.definition
        return self.names[scheme].segments[segment].name[self.t.lang] if segment else "—"

    def verdict(self, answer: Answer) -> str:
        """Say whether he is in the segment, and if not, where he is."""
        t, customer, asked = self.t, answer.customer_id, self.segment(answer, answer.segment)
        if answer.is_member:
            return t.gettext("{customer} is in “{segment}”.", customer=customer, segment=asked)
        if answer.actual is not None:
            return t.gettext(
                "{customer} is not in “{segment}”, but in “{actual}”.",
                customer=customer,
                segment=asked,
                actual=self.segment(answer, answer.actual),
            )
        if isinstance(answer, Explanation):
            return t.gettext(
                "{customer} is not in “{segment}”, but outside its base.", customer=customer, segment=asked
            )
        return t.gettext("{customer} is not in “{segment}”.", customer=customer, segment=asked)

    def heading(self, reason: Reason) -> str:
        """Say how the parts of a condition are joined."""
        t = self.t
        headings = {
            AllOf: t.gettext("all of these:"),
            AnyOf: t.gettext("at least one of these:"),
            Not: t.gettext("not:"),
        }
        return headings[type(reason.node)]

    def said(self, reason: Reason) -> str:
        """Say a condition that is no group."""
        return clause(reason.node, self.t.lang, self.catalogue, called(self.names, self.currency))

    def told(self, reason: Reason) -> str:
        """Say a condition that is no group, with what is true of him."""
        told = self.said(reason)
        if reason.kind:
            told += " — " + self.t.gettext("now: {value}", value=self.value(reason))
        if reason.record:
            told += (", " if reason.kind else " — ") + self.record(reason.record)
        return told

    def record(self, record: Record) -> str:
        """Say since when a condition holds by the log, and since when that is recorded."""
        t = self.t
        if record.known_since is None:
            return t.gettext("no refresh has recorded it yet")
        recorded = t.gettext("recorded since {instant}", instant=t.instant(record.known_since, self.zone))
        if record.since is None:
            return t.gettext("did not hold at the last refresh") + ", " + recorded
        return t.gettext("held since {instant}", instant=t.instant(record.since, self.zone)) + ", " + recorded

    def changes(self, answer: Reasons) -> list[str]:
        """Say which single conditions would make him a member if they were otherwise, and can still become so."""
        if answer.is_member or answer.is_several:
            return []
        t = self.t
        otherwise = {True: t.gettext("if it were not so:"), False: t.gettext("if it were so:")}
        return [
            f"{otherwise[reason.holds]} {self.said(reason)}"
            for reason in answer.changes
            if _can_still_be(reason)
        ]

    def several(self, answer: Answer) -> str:
        """Say that no single change would do; nothing where one would."""
        asked = self.segment(answer, answer.segment)
        text = self.t.gettext(
            "No single change would lead into “{segment}”: several are needed.", segment=asked
        )
        return text if answer.is_several else ""

    def move(self, answer: Explanation, move: Move) -> str:
        """Say what would change the segment of a ready scheme."""
        t, to = self.t, self.segment(answer, move.segment)
        if move.kind == "time":
            day = t.instant(move.at, self.zone)
            return t.gettext("If nothing happens: “{segment}” from {day}.", segment=to, day=day)
        return t.gettext("One order now, of the usual amount: “{segment}”.", segment=to)

    def turn(self, answer: Reasons) -> str:
        """Say when time alone changes the answer; nothing where it does not."""
        if answer.turns_at is None:
            return ""
        t, day = self.t, self.t.instant(answer.turns_at, self.zone)
        if answer.is_member:
            return t.gettext("If nothing happens: no longer a member from {day}.", day=day)
        return t.gettext("If nothing happens: a member from {day}.", day=day)

    def stamp(self, answer: Answer) -> str:
        """Say by which instant, commit and frame the answer can be given again."""
        return self.t.gettext(
            "As of {instant}, known up to commit {seq}, compared with the base of {frame}.",
            instant=self.t.instant(answer.as_of, self.zone),
            seq=answer.known_seq,
            frame=self.t.instant(answer.frame_at, self.zone),
        )

    def value(self, reason: Reason) -> str:
        """Write a value as people read it."""
        t, value = self.t, reason.value
        if value is None:
            return t.gettext("nothing is known")
        if isinstance(value, bool):
            return t.gettext("yes") if value else t.gettext("no")
        if isinstance(value, datetime):
            return t.instant(value, self.zone)
        if isinstance(value, date):
            return t.date(value)
        if reason.kind is Kind.MONEY and isinstance(value, int | float):
            return t.money(round(value * self.minor_units), self.currency, exact=True)
        if isinstance(reason.node, Regularly):
            return t.gettext(
                "{some} of {all}", some=t.integer(int(str(value))), all=t.integer(reason.node.periods)
            )
        if isinstance(reason.node, Did) and reason.node.measure is Measure.TIMES and isinstance(value, int):
            return t.ngettext("{n} time", "{n} times", value)
        if isinstance(value, int):
            return t.integer(value)
        return t.decimal(value) if isinstance(value, float) else str(value)


def _can_still_be(reason: Reason) -> bool:
    """Whether a condition can become otherwise by something new: what happened cannot be undone, only outlived."""
    node = reason.node
    if not isinstance(node, Did) or any(test.op in _UPPER for test in node.tests):
        return True
    return reason.holds == node.negated


_UPPER = frozenset({Op.AT_MOST, Op.LESS_THAN, Op.IS, Op.BETWEEN})
