"""Printing why a customer is in a segment, or not."""

from __future__ import annotations

from typing import Any

from kogorta.cli.output import plain
from kogorta.cli.speak import t
from kogorta.membership.explain import Explanation
from kogorta.membership.reasons import Reason, Reasons
from kogorta.report.why import Why


def print_answer(workspace: Any, answer: Explanation | Reasons) -> None:
    """Show the conditions, what would change the answer, and when time alone will."""
    why = workspace.why(t)
    plain(why.verdict(answer))
    if isinstance(answer, Reasons):
        _print_reasons(why, answer)
    else:
        _print_explanation(why, answer)
    plain(why.stamp(answer))


def _print_explanation(why: Why, answer: Explanation) -> None:
    for check in answer.checks:
        plain(f"  {_mark(check.holds)} {t.say(check.says)}")
    for move in answer.moves:
        plain(why.move(answer, move))
    if answer.is_several:
        plain(why.several(answer))


def _print_reasons(why: Why, answer: Reasons) -> None:
    _tree(why, answer.root, 1)
    if answer.is_several:
        plain(why.several(answer))
    changes = why.changes(answer)
    if changes:
        plain(t.gettext("One of these alone would make him a member:"))
        for change in changes:
            plain(f"  → {change}")
    if answer.turns_at:
        plain(why.turn(answer))


def _tree(why: Why, reason: Reason, depth: int) -> None:
    """Show a condition and all below it."""
    indent = "  " * depth + _mark(reason.holds)
    if not reason.parts:
        plain(f"{indent} {why.told(reason)}")
        return
    plain(f"{indent} {why.heading(reason)}")
    for part in reason.parts:
        _tree(why, part, depth + 1)


def _mark(holds: bool) -> str:
    return "✓" if holds else "·"
