"""Finding customers: what an address asks for, and the bar that writes such addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from kogorta.look.html import Html, el, join
from kogorta.readings import PeopleQuery, Reading
from kogorta.vocab import LifecycleStage
from kogorta_server import base
from kogorta_server.accounts.rights import Right
from kogorta_server.ui.ask import Ask
from kogorta_server.ui.parts.bars import choice, live_bar, search
from kogorta_server.ui.parts.listing import PAGE, Place

_SCORES = range(1, 6)
_CODE = re.compile(r"[1-5*]{1,3}")
_MOST_ORDERS = 10**9

FILTERS = (
    "q",
    "segment",
    "stage",
    "rfm",
    "city",
    "orders_from",
    "orders_to",
    "last_from",
    "last_to",
    "r",
    "fm",
)
"""Names of an address that choose people; a filter that makes no sense is as if it were not there."""


def people_query(ask: Ask, place: Place) -> PeopleQuery:
    """Return which people an address asks for."""
    return PeopleQuery(
        segments=ask.texts("segment"),
        search=ask.text("q"),
        is_blind=not ask.may(Right.CONTACTS),
        cell=cell_of(ask.text("r"), ask.text("fm")),
        rfm=_code(ask),
        stage=ask.text("stage") if ask.text("stage") in set(LifecycleStage) else "",
        city=ask.text("city"),
        orders=(_number(ask.text("orders_from")), _number(ask.text("orders_to"))),
        last_order=(_begins(ask.text("last_from")), _begins(ask.text("last_to"), days=1)),
        sort=place.sort,
        is_descending=place.is_descending,
        offset=place.offset,
        limit=PAGE,
    )


def is_filtered(ask: Ask) -> bool:
    """Tell whether an address asks for some people only."""
    return any(ask.texts(name) for name in FILTERS)


def finding_bar(ask: Ask, reading: Reading, address: str, *more: Html) -> Html:
    """Write the form of the filters, which stays in the address.

    Args:
        ask: The request.
        reading: What can be chosen from.
        address: Of the list.
        more: Other controls of the form.
    """
    t = ask.t
    sees = ask.may(Right.CONTACTS)
    told = t.gettext("Name, telephone, e-mail or id") if sees else t.gettext("Customer id")
    parts = [search(ask, told), _stages(ask, reading), _segments(ask, reading), _more(ask, reading), *more]
    return live_bar(ask, address, parts)


def chosen(ask: Ask, reading: Reading) -> Html:
    """Write the filters that are set, each with a link that takes it away."""
    t = ask.t
    marks = [
        _mark(
            ask,
            _segment_name(ask, reading, id_),
            segment=[item for item in ask.texts("segment") if item != id_],
        )
        for id_ in ask.texts("segment")
    ]
    if ask.text("stage") in set(LifecycleStage):
        marks.append(_mark(ask, _segment_name(ask, reading, f"lifecycle.{ask.text('stage')}"), stage=None))
    cell = cell_of(ask.text("r"), ask.text("fm"))
    if cell:
        marks.append(_mark(ask, t.gettext("R = {r}, FM = {fm}", r=cell[0], fm=cell[1]), r=None, fm=None))
    if _code(ask):
        marks.append(_mark(ask, f"RFM {_code(ask)}", rfm=None))
    if ask.text("city"):
        marks.append(_mark(ask, ask.text("city"), city=None))
    low, high = _number(ask.text("orders_from")), _number(ask.text("orders_to"))
    if low is not None or high is not None:
        said = t.gettext("orders: {span}", span=_span(_said(ask, low), _said(ask, high)))
        marks.append(_mark(ask, said, orders_from=None, orders_to=None))
    first, last = _day(ask.text("last_from")), _day(ask.text("last_to"))
    if first or last:
        days = _span(*(t.date(day, short=True) if day else "" for day in (first, last)))
        marks.append(_mark(ask, t.gettext("last order: {span}", span=days), last_from=None, last_to=None))
    if not marks:
        return Html("")
    everyone = el("a", t.gettext("Show everyone"), href=ask.here(page=None, **dict.fromkeys(FILTERS)))
    return el("p", *marks, everyone, class_="chosen")


def _mark(ask: Ask, text: str, **without: object) -> Html:
    label = ask.t.gettext("Without “{filter}”", filter=text)
    return el("a", text, " ×", href=ask.here(page=None, **without), class_="mark", aria_label=label)


def _segment_name(ask: Ask, reading: Reading, id_: str) -> str:
    item = reading.segments.get(id_)
    return item.name[ask.lang] if item else id_


def _stages(ask: Ask, reading: Reading) -> Html:
    t = ask.t
    stages = [("", t.gettext("Any"))]
    for stage in LifecycleStage:
        item = reading.segments.get(f"lifecycle.{stage}")
        if item:
            stages.append((stage.value, item.name[ask.lang]))
    return choice(t.gettext("Stage"), "stage", stages, ask.text("stage"))


def _segments(ask: Ask, reading: Reading) -> Html:
    wanted = set(ask.texts("segment"))
    groups: dict[str, list[Html]] = {}
    for item in reading.segments.values():
        heading = ask.t.gettext("Your segments") if item.is_free else item.scheme_name[ask.lang]
        count = el("small", ask.t.integer(item.people))
        box = el("input", type="checkbox", name="segment", value=item.id, checked=item.id in wanted)
        groups.setdefault(heading, []).append(el("label", box, el("span", item.name[ask.lang]), count))
    boxes = [el("fieldset", el("legend", heading), *labels) for heading, labels in groups.items()]
    return menu(ask.t.gettext("Segments"), len(wanted), *boxes)


def _more(ask: Ask, reading: Reading) -> Html:
    t = ask.t
    cities = el("datalist", *[el("option", value=city) for city in reading.cities()], id="cities")
    orders = [_field(ask, "number", name) for name in ("orders_from", "orders_to")]
    days = [_field(ask, "date", name) for name in ("last_from", "last_to")]
    rows = [
        el("label", t.gettext("City"), for_="city", class_="label"),
        el("input", name="city", id="city", value=ask.text("city"), list="cities", autocomplete="off"),
        cities,
        el("label", t.gettext("RFM code, * for any score"), for_="rfm", class_="label"),
        el("input", name="rfm", id="rfm", value=_code(ask), maxlength="3", placeholder="5**"),
        el("fieldset", el("legend", t.gettext("Number of orders")), el("div", *orders, class_="ends")),
        el("fieldset", el("legend", t.gettext("Last order between")), el("div", *days, class_="ends")),
    ]
    used = sum(bool(ask.text(name)) for name in ("city", "rfm", *_ENDS))
    return menu(t.gettext("More filters"), used, *rows)


_ENDS = ("orders_from", "orders_to", "last_from", "last_to")


def _field(ask: Ask, type_: str, name: str) -> Html:
    label = ask.t.gettext("from") if name.endswith("_from") else ask.t.gettext("to")
    least = "0" if type_ == "number" else None
    return el("input", type=type_, name=name, value=ask.text(name), aria_label=label, min=least)


def menu(label: str, used: int, *body: Html) -> Html:
    """Write a button that unfolds controls of a form; it says how many of them are set."""
    count = el("span", str(used), class_="used") if used else Html("")
    return el(
        "details", el("summary", label, " ", count, class_="button"), el("div", join(body)), class_="menu"
    )


def cell_of(r: str, fm: str) -> tuple[int, int] | None:
    """Return a cell of the RFM grid as an address names it; None if it names none."""
    if not (r.isdecimal() and fm.isdecimal()):
        return None
    cell = int(r), int(fm)
    return cell if all(score in _SCORES for score in cell) else None


def _code(ask: Ask) -> str:
    return ask.text("rfm") if _CODE.fullmatch(ask.text("rfm")) else ""


def _number(text: str) -> int | None:
    return min(int(text), _MOST_ORDERS) if text.isascii() and text.isdecimal() and len(text) < 12 else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _begins(text: str, days: int = 0) -> datetime | None:
    """Return the first moment of a day, or of one so many days later, on the clock of the workspace."""
    day = _day(text)
    if day is None or not date(1900, 1, 1) <= day <= date(9000, 1, 1):
        return None
    return base.workspace().instant(day + timedelta(days=days))


def _said(ask: Ask, number: int | None) -> str:
    return "" if number is None else ask.t.integer(number)


def _span(first: str, last: str) -> str:
    return f"{first}–{last}" if first and last else f"≥ {first}" if first else f"≤ {last}"


def kept(ask: Ask, names: Iterable[str]) -> list[Html]:
    """Return hidden fields that keep values of the address in a form."""
    return [el("input", type="hidden", name=name, value=value) for name in names for value in ask.texts(name)]
