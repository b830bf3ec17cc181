"""What is told of a text that defines segments: what is wrong with it, whom it means, what it would do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kogorta.look.html import Html, el, join, paragraph, table
from kogorta.membership.diff import SegmentDiff
from kogorta.membership.estimating import Estimate
from kogorta.message import Message
from kogorta.report.words import about_unrecorded
from kogorta_server.segments.contracts import Checked, Effect, Problem
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.parts.segments import reach_table, with_commas

_MOST_PROBLEMS = 40
"""Who has more than so many has mended them by dozens."""


def problem_list(ask: Ask, problems: Sequence[Problem]) -> Html:
    """Write everything that is wrong, each with its place, what was got, what belongs there, what to do."""
    t = ask.t
    items = [_problem(ask, item) for item in problems[:_MOST_PROBLEMS]]
    more = len(problems) - len(items)
    if more > 0:
        items.append(
            el("li", t.ngettext("{n} more thing is not right.", "{n} more things are not right.", more))
        )
    title = t.ngettext("{n} thing is not right", "{n} things are not right", len(problems))
    return el("div", el("h2", title), el("ol", *items, class_="problems"), role="alert")


def _problem(ask: Ask, item: Problem) -> Html:
    t, error = ask.t, item.error
    place = (error.path or "").removeprefix("definition").lstrip(".")
    if place.startswith(":"):
        place = ""
    where = [t.gettext("line {n}", n=item.line)] if item.line else []
    notes = []
    if error.got is not None:
        got = t.say(error.got) if isinstance(error.got, Message) else str(error.got)
        notes.append((t.gettext("Given"), got))
    if error.expected is not None:
        notes.append((t.gettext("Expected"), t.say(error.expected)))
    if error.hint is not None:
        notes.append((t.gettext("What to do"), t.say(error.hint)))
    return el(
        "li",
        el("p", el("strong", t.say(error.message))),
        paragraph(", ".join(where), " " if where and place else "", el("code", place), class_="place")
        if where or place
        else "",
        el("dl", *[el("div", el("dt", name), el("dd", text)) for name, text in notes], class_="notes"),
    )


def checked_parts(ask: Ask, checked: Checked) -> Html:
    """Write what came of a look at a text; where nothing is wrong, the exact numbers follow by themselves."""
    if checked.problems:
        return problem_list(ask, checked.problems)
    sentences = [paragraph(words[ask.lang], class_="sentence") for words in checked.sentences.values()]
    estimate = _estimate(ask, checked.estimate) if checked.estimate else Html("")
    later = el(
        "div",
        paragraph(ask.t.gettext("counting exactly …"), class_="stamp"),
        hx_post=link("definition_effect"),
        hx_trigger="load",
        hx_include="#definition",
        hx_swap="outerHTML",
    )
    exact = later if ask.reading is not None else paragraph(ask.t.gettext("There is nothing to count yet."))
    return el("div", el("h2", ask.t.gettext("Whom it means")), *sentences, estimate, exact)


def _estimate(ask: Ask, found: Estimate) -> Html:
    """Write the sizes that a sample tells, with their intervals; of a small base everyone is the sample."""
    t = ask.t
    heads = [t.gettext("Segment"), t.gettext("Customers"), t.gettext("Share")]
    rows = [
        [
            found.names[item.id][ask.lang],
            t.integer(item.people),
            t.share(item.people, found.customers),
            *([] if found.is_exact else [t.gettext("{low} to {high}", low=item.low, high=item.high)]),
        ]
        for item in found.segments
    ]
    caption = t.gettext("Whom it means")
    if found.is_exact:
        return table(heads, rows, caption=caption, tight=True)
    heads.append(t.gettext("In 95 of 100 cases"))
    told = t.ngettext("From a sample of {n} person.", "From a sample of {n} people.", found.sampled)
    return join([table(heads, rows, caption=caption, tight=True), paragraph(told, class_="hint")])


def effect_parts(ask: Ask, effect: Effect) -> Html:
    """Write exact sizes, who would enter and leave, and whom each channel reaches."""
    t = ask.t
    size, diff = effect.size, effect.diff
    rows = [
        [
            diff.names[item.id][ask.lang],
            t.integer(item.was) if item.kind != "new" else "—",
            el("strong", t.integer(item.now)),
            f"+{t.integer(item.entered)}" if item.entered else "0",
            f"−{t.integer(item.left)}" if item.left else "0",
        ]
        for item in diff.segments
    ]
    heads = [
        t.gettext("Segment"),
        t.gettext("Was"),
        t.gettext("Would be"),
        t.gettext("Enter"),
        t.gettext("Leave"),
    ]
    parts: list[str] = [
        el("h3", t.gettext("Exactly")),
        table(heads, rows, caption=t.gettext("What would change")),
    ]
    parts += [
        _names(ask, item, diff.names[item.id][ask.lang]) for item in diff.segments if item.kind != "new"
    ]
    if diff.is_idle:
        parts.append(paragraph(t.gettext("Nobody would move."), class_="hint"))
    if size.unrecorded:
        parts.append(paragraph(about_unrecorded(t, len(size.unrecorded)), class_="warning"))
    parts += [
        el("h3", t.gettext("Whom each channel reaches")),
        reach_table(ask, size.total.reach, size.total.people),
    ]
    return el("div", *parts)


def _names(ask: Ask, item: SegmentDiff, name: str) -> Html:
    t = ask.t
    told = [
        (t.gettext("Would enter “{segment}”:", segment=name), item.entering),
        (t.gettext("Would leave “{segment}”:", segment=name), item.leaving),
    ]
    return join([paragraph(text, " ", *_people(ids), class_="hint") for text, ids in told if ids])


def _people(ids: Iterable[str]) -> list[Html]:
    return with_commas([el("a", id_, href=link("customer", id_)) for id_ in ids])
