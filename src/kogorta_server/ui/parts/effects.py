"""What changed settings would do, in words and numbers."""

from __future__ import annotations

from kogorta.look.html import Html, el, join, paragraph, table
from kogorta.membership.effects import Effect
from kogorta.message import Message, lazy
from kogorta.today import TaskSort
from kogorta_server.tuning.preview import Preview
from kogorta_server.ui.ask import Ask

_SORTS: dict[TaskSort, Message] = {
    TaskSort.VISIT: lazy("Visits"),
    TaskSort.INVITE: lazy("To invite"),
    TaskSort.CALL: lazy("To call"),
}


def effect_card(ask: Ask, seen: Preview, keep: Html) -> Html:
    """Write what would be different, and the form that keeps it."""
    t = ask.t
    return el(
        "section",
        el("h2", t.gettext("What it would do")),
        *(_on_people(ask, seen) if seen.schemes else []),
        *(_on_today(ask, seen) if seen.tasks else []),
        *(_on_complaints(ask, seen.complaints) if seen.complaints else []),
        *([] if seen.schemes or seen.tasks or seen.complaints else [_nothing(ask)]),
        el("div", keep, class_="buttons"),
        class_="card",
    )


def _nothing(ask: Ask) -> Html:
    return paragraph(ask.t.gettext("No customer moves, and no number changes."))


def _on_people(ask: Ask, seen: Preview) -> list[Html]:
    t = ask.t
    if not seen.effects:
        return [paragraph(t.gettext("Nobody would change segment."))]
    others = seen.schemes - len(seen.effects)
    rest = t.ngettext("In {n} scheme nobody moves.", "In {n} schemes nobody moves.", others) if others else ""
    return [*[_scheme(ask, effect) for effect in seen.effects], paragraph(rest, class_="muted")]


def _scheme(ask: Ask, effect: Effect) -> Html:
    t = ask.t
    listed = ask.reading.segments if ask.reading else {}
    names = {item.segment: item.name[ask.lang] for item in listed.values() if item.scheme == effect.scheme.id}
    title = next(
        (item.scheme_name[ask.lang] for item in listed.values() if item.scheme == effect.scheme.id),
        effect.scheme.id,
    )
    said = t.ngettext("{n} person would change segment", "{n} people would change segment", effect.moved)
    rows = [
        [
            names.get(segment, segment),
            t.integer(effect.before[segment]),
            t.integer(effect.after[segment]),
            _difference(ask, effect.after[segment] - effect.before[segment]),
        ]
        for segment in effect.scheme.segments
    ]
    heads = [t.gettext("Segment"), t.gettext("Now"), t.gettext("Then"), t.gettext("Difference")]
    return join([el("h3", title), paragraph(said, class_="stamp"), table(heads, rows, caption=title)])


def _on_today(ask: Ask, seen: Preview) -> list[Html]:
    t = ask.t
    rows = [
        [t.say(_SORTS[sort]), t.integer(now), t.integer(then), _difference(ask, then - now)]
        for sort, now, then in seen.tasks
    ]
    heads = [t.gettext("Today's list"), t.gettext("Now"), t.gettext("Then"), t.gettext("Difference")]
    return [table(heads, rows, caption=t.gettext("Today's list"))]


def _on_complaints(ask: Ask, complaints: tuple[int, int]) -> list[Html]:
    now, then = complaints
    text = ask.t.gettext(
        "Complaints of segments: {now} now, {then} then.", now=ask.t.integer(now), then=ask.t.integer(then)
    )
    return [paragraph(text)]


def _difference(ask: Ask, difference: int) -> str:
    if not difference:
        return "—"
    return f"+{ask.t.integer(difference)}" if difference > 0 else ask.t.integer(difference)
