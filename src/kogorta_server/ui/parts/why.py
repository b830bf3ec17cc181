"""Why a customer is in a segment, or not: as a list with marks, for pages."""

from __future__ import annotations

from kogorta.look.html import Html, el, join, paragraph
from kogorta.membership.explain import Explanation
from kogorta.membership.reasons import Reason
from kogorta.report.why import Answer, Why
from kogorta_server.ui.ask import Ask


def why_section(ask: Ask, why: Why, answer: Answer) -> Html:
    """Write an answer: the verdict, what was looked at, what would change it, and when time alone will."""
    if isinstance(answer, Explanation):
        checks = [_item(ask, check.holds, ask.t.say(check.says)) for check in answer.checks]
        reasons = el("ul", *checks, class_="reasons")
        changes = [why.move(answer, move) for move in answer.moves]
    else:
        reasons = el("ul", _tree(ask, why, answer.root), class_="reasons")
        changes = [*why.changes(answer), why.turn(answer)]
    changes = [text for text in (*changes, why.several(answer)) if text]
    told = el("ul", *[el("li", text) for text in changes], class_="changes") if changes else Html("")
    heading = el("h4", ask.t.gettext("What would change it")) if changes else Html("")
    return el(
        "div",
        paragraph(el("strong", why.verdict(answer))),
        reasons,
        heading,
        told,
        paragraph(why.stamp(answer), class_="stamp"),
        class_="why-answer",
    )


def _tree(ask: Ask, why: Why, reason: Reason) -> Html:
    if not reason.parts:
        return _item(ask, reason.holds, why.told(reason))
    parts = el("ul", *[_tree(ask, why, part) for part in reason.parts], class_="reasons")
    return _item(ask, reason.holds, join([why.heading(reason), parts]))


def _item(ask: Ask, holds: bool, text: str) -> Html:
    mark = el("span", "✓" if holds else "✗", aria_hidden="true", class_="mark-sign")
    said = el(
        "span", ask.t.gettext("true:") if holds else ask.t.gettext("not true:"), class_="visually-hidden"
    )
    return el("li", mark, said, " ", el("div", text), class_="holds" if holds else "fails")
