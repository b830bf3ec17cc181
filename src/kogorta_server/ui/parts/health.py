"""How the base is: how old its numbers are, whether a refresh failed, what the doctor found."""

from __future__ import annotations

from datetime import UTC, timedelta

from kogorta.look.html import Html, el, join, paragraph, remedy
from kogorta.report.gaps import COLOURS, severity_name
from kogorta.report.model import Advice, Gap, Severity
from kogorta.report.view import View
from kogorta_server import base, clock
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.page import is_there

_OLD = timedelta(days=2)
_MOST = 3


def staleness(ask: Ask) -> Html:
    """Say that the last refresh failed, or that the numbers are old; nothing where all is well."""
    t, said = ask.t, []
    failed = base.failure()
    if failed is not None:
        told = t.gettext(
            "The refresh of {moment} failed: {reason}. What stands here is the last one that did not.",
            moment=ask.moment(failed.started_at),
            reason=failed.reason[ask.lang].rstrip("."),
        )
        said.append(_warning(told, _jobs(ask)))
    if ask.reading is not None:
        age = clock.now() - ask.reading.stamp.as_of.replace(tzinfo=UTC)
        if age >= _OLD:
            told = t.ngettext(
                "These numbers are {n} day old. Refresh the base to see it as it is now.",
                "These numbers are {n} days old. Refresh the base to see it as it is now.",
                age.days,
            )
            said.append(_warning(told, _jobs(ask)))
    return join(said)


def _warning(text: str, more: Html) -> Html:
    return el("p", text, " ", more, class_="flash bad", role="status")


def _jobs(ask: Ask) -> Html:
    if not is_there("jobs"):
        return Html("")
    return el("a", ask.t.pgettext("menu", "Jobs"), href=link("jobs"))


def findings(view: View) -> Html:
    """Write what is wrong in few lines: what the doctor found, then what the base lacks; the gravest first."""
    t, checkup = view.t, view.data.checkup
    order = list(Severity)
    items = [(item.severity, _advice(view, item)) for item in (checkup.advice if checkup else ())]
    items += [(gap.severity, _gap(view, gap)) for gap in view.data.gaps if gap.severity is not Severity.LOW]
    items.sort(key=lambda item: order.index(item[0]))
    if not items:
        return paragraph(t.gettext("All rules of good segmentation are kept."), class_="empty")
    shown = [body for _, body in items]
    body = [el("ul", *shown[:_MOST], class_="gaps short")]
    if len(shown) > _MOST:
        more = t.ngettext("{n} more finding", "{n} more findings", len(shown) - _MOST)
        body.append(el("details", el("summary", more), el("ul", *shown[_MOST:], class_="gaps short")))
    return join(body)


def _advice(view: View, item: Advice) -> Html:
    places = [
        el("a", name[view.t.lang], href=href)
        if (href := view.links.segment(id_))
        else el("span", name[view.t.lang])
        for id_, name, _ in item.places[:_MOST]
        if id_ is not None and name is not None
    ]
    where = paragraph(*_between(places), class_="off") if places else Html("")
    return _finding(view, item.severity, view.t.say(item.finding), where, view.t.say(item.todo))


def _gap(view: View, gap: Gap) -> Html:
    todo = view.t.say(gap.remedy) if gap.remedy else ""
    return _finding(view, gap.severity, view.t.say(gap.message), Html(""), todo)


def _finding(view: View, severity: Severity, text: str, where: Html, todo: str) -> Html:
    badge = el("span", severity_name(view, severity), class_=f"badge fam-{COLOURS[severity]}")
    then = remedy(todo) if todo else Html("")
    return el("li", badge, el("div", paragraph(el("strong", text)), where, then))


def _between(items: list[Html]) -> list[str]:
    told: list[str] = []
    for item in items:
        told += [" · ", item] if told else [item]
    return told
