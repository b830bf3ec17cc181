"""Printing why a customer is in a segment that people defined."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from rich.markup import escape

from kogorta.cli.output import out
from kogorta.cli.speak import t
from kogorta.definitions.catalogue import Kind
from kogorta.definitions.nodes import AllOf, AnyOf, Did, Measure, Not, Op, Regularly
from kogorta.definitions.sentence import clause
from kogorta.membership.held import Record
from kogorta.membership.reasons import Reason, Reasons
from kogorta.membership.saying import called


def print_reasons(workspace: Any, answer: Reasons) -> None:
    """Show the tree of conditions, what would change the answer, and when time alone will."""
    page = _Page(workspace)
    names, zone = page.names[answer.definition].segments, page.zone
    asked = names[answer.segment].name[t.lang]
    if answer.is_member:
        out.print(t.gettext("{customer} is in “{segment}”.", customer=answer.customer_id, segment=asked))
    elif answer.actual is None:
        out.print(t.gettext("{customer} is not in “{segment}”.", customer=answer.customer_id, segment=asked))
    else:
        out.print(
            t.gettext(
                "{customer} is not in “{segment}”, but in “{actual}”.",
                customer=answer.customer_id,
                segment=asked,
                actual=names[answer.actual].name[t.lang],
            )
        )
    page.tree(answer.root, 1)
    page.changes(answer, asked)
    if answer.turns_at:
        day = t.instant(answer.turns_at, zone)
        told = (
            t.gettext("If nothing happens: no longer a member from {day}.", day=day)
            if answer.is_member
            else t.gettext("If nothing happens: a member from {day}.", day=day)
        )
        out.print(told)
    out.print(
        t.gettext(
            "As of {instant}, known up to commit {seq}, compared with the base of {frame}.",
            instant=t.instant(answer.as_of, zone),
            seq=answer.known_seq,
            frame=t.instant(answer.frame_at, zone),
        )
    )


class _Page:
    """How the conditions and values of one workspace are written."""

    def __init__(self, workspace: Any) -> None:
        self.names = workspace.names
        self.zone = workspace.config.workspace.timezone
        self.currency = workspace.config.workspace.currency
        self.minor_units = 10**workspace.config.minor_digits
        self.called = called(workspace.names, workspace.config.workspace.currency)
        with workspace.view() as view:
            self.catalogue = view.catalogue

    def said(self, reason: Reason) -> str:
        """Say a condition."""
        return escape(clause(reason.node, t.lang, self.catalogue, self.called))

    def tree(self, reason: Reason, depth: int) -> None:
        """Show a condition and all below it."""
        mark, indent = "✓" if reason.holds else "·", "  " * depth
        if reason.parts:
            headings = {
                AllOf: t.gettext("all of these:"),
                AnyOf: t.gettext("at least one of these:"),
                Not: t.gettext("not:"),
            }
            out.print(f"{indent}{mark} {headings[type(reason.node)]}")
            for part in reason.parts:
                self.tree(part, depth + 1)
            return
        told = self.said(reason)
        if reason.kind:
            told += " — " + t.gettext("now: {value}", value=self.value(reason))
        if reason.record:
            told += (", " if reason.kind else " — ") + self.record(reason.record)
        out.print(f"{indent}{mark} {told}", highlight=False, soft_wrap=True)

    def record(self, record: Record) -> str:
        """Say since when a condition holds by the log, and since when that is recorded."""
        if record.known_since is None:
            return t.gettext("no refresh has recorded it yet")
        recorded = t.gettext("recorded since {instant}", instant=t.instant(record.known_since, self.zone))
        if record.since is None:
            return t.gettext("did not hold at the last refresh") + ", " + recorded
        return t.gettext("held since {instant}", instant=t.instant(record.since, self.zone)) + ", " + recorded

    def changes(self, answer: Reasons, asked: str) -> None:
        """Show what alone would make him a member."""
        if answer.is_several:
            out.print(
                t.gettext("No single change would lead into “{segment}”: several are needed.", segment=asked)
            )
            return
        still_possible = [reason for reason in answer.changes if _can_still_be(reason)]
        if still_possible and not answer.is_member:
            out.print(t.gettext("One of these alone would make him a member:"))
            for reason in still_possible:
                sign = t.gettext("if it were not so:") if reason.holds else t.gettext("if it were so:")
                out.print(f"  → {sign} {self.said(reason)}", highlight=False, soft_wrap=True)

    def value(self, reason: Reason) -> str:
        """Write a value as people read it."""
        value = reason.value
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
        return t.decimal(value) if isinstance(value, float) else escape(str(value))


def _can_still_be(reason: Reason) -> bool:
    """Whether a condition can become otherwise by something new: what happened cannot be undone, only outlived."""
    node = reason.node
    if not isinstance(node, Did) or any(test.op in _UPPER for test in node.tests):
        return True
    return reason.holds == node.negated


_UPPER = frozenset({Op.AT_MOST, Op.LESS_THAN, Op.IS, Op.BETWEEN})
