"""The timeline of one customer: filtered by kind, page by page."""

from __future__ import annotations

from kogorta.customers import Moment, MomentKind, Timeline
from kogorta.look.html import Html, el, join, paragraph
from kogorta.readings import Reading
from kogorta_server.customers import queries
from kogorta_server.ui.ask import Ask
from kogorta_server.ui.parts.icons import icon
from kogorta_server.ui.parts.moments import KINDS, Teller

ROWS = 40


def history(ask: Ask, reading: Reading, customer_id: str) -> Html:
    """Write a page of everything that is known of a customer, newest first."""
    known = {kind.value for kind in MomentKind}
    kinds = [MomentKind(text) for text in ask.texts("kind") if text in known]
    number = ask.text("page", "1")
    page = min(max(int(number), 1), 1_000) if number.isdecimal() and len(number) < 5 else 1
    found = queries.timeline(customer_id, kinds, offset=(page - 1) * ROWS, limit=ROWS)
    if not found.moments:
        return el(
            "div",
            _kinds(ask, found, kinds),
            paragraph(ask.t.gettext("Nothing is known here."), class_="empty"),
        )
    return el("div", _kinds(ask, found, kinds), _days(ask, reading, found), _foot(ask, found, page))


def _kinds(ask: Ask, found: Timeline, kinds: list[MomentKind]) -> Html:
    t = ask.t
    everything = sum(found.counts.values())
    links = [_kind(ask, t.gettext("Everything"), everything, None, is_on=not kinds)]
    for kind, count in found.counts.items():
        links.append(_kind(ask, t.say(KINDS[kind][0]), count, kind, is_on=kind in kinds))
    return el("nav", *links, class_="kinds", aria_label=t.gettext("Kinds of entries"))


def _kind(ask: Ask, text: str, count: int, kind: MomentKind | None, *, is_on: bool) -> Html:
    address = ask.here(kind=kind and kind.value, page=None, whole=None)
    number = el("small", ask.t.integer(count))
    return el("a", text, " ", number, href=address, aria_current="true" if is_on else None, class_="mark")


def _days(ask: Ask, reading: Reading, found: Timeline) -> Html:
    teller = Teller(ask, reading)
    parts: list[Html] = []
    items: list[Html] = []
    day = None
    for moment in found.moments:
        if ask.local(moment.at).date() != day:
            day = ask.local(moment.at).date()
            items = []
            parts.append(el("h3", el("time", ask.t.date(day), datetime=day.isoformat())))
            parts.append(Html(""))
        items.append(_entry(ask, teller, moment, found))
        parts[-1] = el("ol", *items, class_="moments")
    return join(parts)


def _entry(ask: Ask, teller: Teller, moment: Moment, found: Timeline) -> Html:
    head, below = teller.say(moment)
    ahead = el("span", ask.t.gettext("ahead"), class_="used") if moment.at >= found.as_of else Html("")
    clock = f"{ask.local(moment.at):%H:%M}"
    return el(
        "li",
        icon(KINDS[moment.kind][1]),
        el("div", el("p", el("strong", head), " ", ahead), below),
        el("time", clock, datetime=ask.local(moment.at).isoformat()),
    )


def _foot(ask: Ask, found: Timeline, page: int) -> Html:
    t = ask.t
    first, last = (page - 1) * ROWS + 1, (page - 1) * ROWS + len(found.moments)
    shown = t.gettext("{first}–{last} of {total}", first=first, last=last, total=found.total)
    links = []
    if page > 1:
        links.append(el("a", t.gettext("Newer"), href=ask.here(page=page - 1, whole=None), rel="prev"))
    if last < found.total:
        links.append(el("a", t.gettext("Older"), href=ask.here(page=page + 1, whole=None), rel="next"))
    cut = t.gettext("Of some kinds only the newest entries are told.") if found.cut else ""
    foot = el("div", el("span", shown), el("nav", *links, aria_label=t.gettext("Pages")), class_="list-foot")
    return join([foot, paragraph(cut, class_="hint") if cut else Html("")])
