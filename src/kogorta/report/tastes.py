"""What customers prefer."""

from __future__ import annotations

from babel.dates import get_day_names

from kogorta.charts import Bar, bars
from kogorta.i18n import Translator
from kogorta.look.html import Html, el, two_sizes
from kogorta.report.model import Taste
from kogorta.report.view import View

_FAMILY = "loyal"
_HALF, _NARROW = 500.0, 324.0
_PARTS = ((6, 12), (12, 17), (17, 22), (22, 6))
"""Parts of the day: from which hour to which."""


def tastes_section(view: View) -> Html:
    """Write the section of preferences; nothing where none is known."""
    t, tastes = view.t, view.data.tastes
    title = t.gettext("What customers prefer")
    if not tastes:
        return Html("")
    lead = t.gettext(
        "Each customer has one favourite of each kind: where most of his money went, or most of his orders."
    )
    parts = [_taste(view, taste) for taste in tastes]
    return view.section("tastes", title, lead, el("div", *parts, class_="pairs"))


def _taste(view: View, taste: Taste) -> Html:
    name = _names(view.t)[taste.trait]
    pairs = _told(view.t, taste)
    items = [
        Bar(text, n, view.t.share(n, taste.customers), _FAMILY, view.t.customers(n)) for text, n in pairs
    ]
    picture = two_sizes(lambda width: bars(items, width, name), wide=_HALF, narrow=_NARROW)
    return el("div", el("h3", name), picture)


def _names(t: Translator) -> dict[str, str]:
    return {
        "main_category": t.gettext("Category"),
        "main_brand": t.gettext("Brand"),
        "main_channel": t.gettext("Channel of orders"),
        "main_outlet": t.gettext("Outlet"),
        "main_service": t.gettext("Service"),
        "main_staff": t.gettext("Staff"),
        "main_weekday": t.gettext("Day of the week"),
        "main_hour": t.gettext("Time of day"),
    }


def _told(t: Translator, taste: Taste) -> list[tuple[str, int]]:
    if taste.trait == "main_weekday":
        days = get_day_names("wide", context="stand-alone", locale=t.lang)
        known = dict(taste.values)
        return [(days[number - 1].capitalize(), known.get(number, 0)) for number in range(1, 8)]
    if taste.trait == "main_hour":
        return [(_part(begin, end), _within(taste, begin, end)) for begin, end in _PARTS]
    return [(str(value), n) for value, n in taste.values]


def _part(begin: int, end: int) -> str:
    return f"{begin:02}:00–{end:02}:00"


def _within(taste: Taste, begin: int, end: int) -> int:
    hours = set(range(begin, end)) if begin < end else {*range(begin, 24), *range(end)}
    return sum(n for hour, n in taste.values if hour in hours)
