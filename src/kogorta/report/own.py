"""The segments that people defined."""

from __future__ import annotations

from kogorta.charts import Bar, bars
from kogorta.look.html import Html, el, join, two_sizes
from kogorta.report.model import OwnScheme
from kogorta.report.view import View

_FREE, _PART = "potential", "loyal"


def own_section(view: View) -> Html:
    """Write the section of own schemes and segments; nothing where there are none."""
    t, own = view.t, view.data.own
    if not own:
        return Html("")
    lead = t.gettext("Each customer is in exactly one segment of a scheme; free segments may share people.")
    schemes = [_scheme(view, item) for item in own if not item.is_free]
    free = [item for item in own if item.is_free]
    return view.section("own", t.gettext("Your own segments"), lead, *schemes, _free(view, free))


def _scheme(view: View, item: OwnScheme) -> Html:
    name = item.name[view.t.lang]
    whole = sum(n for _, _, n in item.segments)
    items = [
        Bar(words[view.t.lang], n, view.t.share(n, whole), _PART, view.t.customers(n))
        for _, words, n in item.segments
    ]
    return join([el("h3", name), two_sizes(lambda width: bars(items, width, name))])


def _free(view: View, free: list[OwnScheme]) -> Html:
    if not free:
        return Html("")
    title = view.t.gettext("Free segments")
    everyone = view.data.base.customers
    items = [
        Bar(words[view.t.lang], n, view.t.share(n, everyone), _FREE, view.t.customers(n))
        for item in free
        for _, words, n in item.segments
    ]
    return join([el("h3", title), two_sizes(lambda width: bars(items, width, title))])
