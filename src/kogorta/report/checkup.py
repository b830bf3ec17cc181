"""What the doctor says of the segments."""

from __future__ import annotations

from kogorta.definitions.names import Words
from kogorta.look.html import Html, el, join, paragraph, remedy
from kogorta.report.gaps import COLOURS, severity_name
from kogorta.report.model import Advice, Checkup
from kogorta.report.view import View

_MOST = 6
_PLACES = 4


def checkup_section(view: View) -> Html:
    """Write the doctor's section: what is wrong, why it matters, what to do; then what is good."""
    t, checkup = view.t, view.data.checkup
    if checkup is None:
        return Html("")
    title = t.gettext("How well the base is segmented")
    lead = t.gettext("By the rules of good segmentation, the gravest first; `kogorta doctor` says more.")
    if not checkup.advice:
        fine = paragraph(t.gettext("All rules of good segmentation are kept."), class_="empty")
        return view.section("doctor", title, "", fine, _good(view, checkup))
    items = [_advice(view, item) for item in checkup.advice]
    shown, rest = (items[:_MOST], items[_MOST:]) if len(items) > _MOST + 1 else (items, [])
    body = [el("ul", *shown, class_="gaps")]
    if rest:
        more = t.ngettext("{n} more rule", "{n} more rules", len(rest))
        body.append(el("details", el("summary", more), el("ul", *rest, class_="gaps")))
    if checkup.waived:
        body.append(
            paragraph(
                t.ngettext(
                    "{n} finding is set aside by a waiver.",
                    "{n} findings are set aside by waivers.",
                    checkup.waived,
                ),
                class_="off",
            )
        )
    return view.section("doctor", title, lead, *body, _good(view, checkup))


def _advice(view: View, item: Advice) -> Html:
    t = view.t
    badge = el("span", severity_name(view, item.severity), class_=f"badge fam-{COLOURS[item.severity]}")
    places = [
        paragraph(*_place(view, id_, name), t.say(message)) for id_, name, message in item.places[:_PLACES]
    ]
    more = len(item.places) - _PLACES
    if more > 0:
        places.append(paragraph(t.ngettext("and {n} more place", "and {n} more places", more), class_="off"))
    return el(
        "li",
        badge,
        el(
            "div",
            paragraph(el("strong", t.say(item.finding))),
            *places,
            paragraph(t.say(item.why), class_="off"),
            remedy(t.say(item.todo)),
        ),
    )


def _place(view: View, id_: str | None, name: Words | None) -> list[str]:
    if id_ is None or name is None:
        return []
    return [el("strong", name[view.t.lang]), " ", el("code", id_), ": "]


def _good(view: View, checkup: Checkup) -> Html:
    if not checkup.good:
        return Html("")
    t = view.t
    items = [el("li", t.say(message)) for message in checkup.good]
    title = t.ngettext("What is good: {n} rule", "What is good: {n} rules", len(items))
    return join([el("details", el("summary", title), el("ul", *items, class_="good"))])
