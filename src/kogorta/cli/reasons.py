"""Printing why a customer is in a segment that people defined."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from kogorta.cli.output import out
from kogorta.cli.speak import t
from kogorta.definitions.nodes import AllOf, AnyOf, Not
from kogorta.definitions.sentence import clause
from kogorta.membership.reasons import Reason, Reasons


def print_reasons(workspace: Any, answer: Reasons) -> None:
    """Show the tree of conditions, what would change the answer, and when time alone will."""
    names = workspace.names[answer.definition].segments
    zone = workspace.config.workspace.timezone
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
    _print_tree(answer.root, 1, zone)
    _print_changes(answer, asked)
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


def _print_tree(reason: Reason, depth: int, zone: str) -> None:
    mark = "✓" if reason.holds else "·"
    if reason.parts:
        heading = {
            AllOf: t.gettext("all of these:"),
            AnyOf: t.gettext("at least one of these:"),
            Not: t.gettext("not:"),
        }[type(reason.node)]
        out.print(f"{'  ' * depth}{mark} {heading}")
        for part in reason.parts:
            _print_tree(part, depth + 1, zone)
        return
    told = f" — {t.gettext('he has: {value}', value=_value(reason, zone))}" if reason.kind else ""
    out.print(f"{'  ' * depth}{mark} {clause(reason.node, t.lang)}{told}", highlight=False)


def _print_changes(answer: Reasons, asked: str) -> None:
    if answer.is_several:
        out.print(t.gettext("No single change would lead into “{segment}”: several are needed.", segment=asked))
    elif answer.changes and not answer.is_member:
        out.print(t.gettext("One of these alone would make him a member:"))
        for reason in answer.changes:
            sign = t.gettext("no longer so:") if reason.holds else t.gettext("it would have to be so:")
            out.print(f"  → {sign} {clause(reason.node, t.lang)}", highlight=False)


def _value(reason: Reason, zone: str) -> str:
    """Write a value as people read it."""
    value = reason.value
    if value is None:
        return t.gettext("nothing is known")
    if isinstance(value, bool):
        return t.gettext("yes") if value else t.gettext("no")
    if isinstance(value, datetime):
        return t.instant(value, zone)
    if isinstance(value, date):
        return t.date(value)
    if isinstance(value, int):
        return t.integer(value)
    if isinstance(value, float):
        return t.decimal(value)
    return str(value)
