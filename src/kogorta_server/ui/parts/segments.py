"""What pages of segments have in common: their names, how they grew."""

from __future__ import annotations

from collections.abc import Sequence

from kogorta.charts import Bar, bars
from kogorta.look.html import WIDE, Html, el, two_sizes
from kogorta.readings import Listed
from kogorta_server.accounts.rights import Right
from kogorta_server.ui.ask import Ask, link


def chip(ask: Ask, item: Listed) -> Html:
    """Write the name of a segment with its colour; it leads to its page."""
    dot = el("span", class_="dot", aria_hidden="true")
    return el("a", dot, item.name[ask.lang], href=link("segment", item.id), class_=f"chip fam-{item.family}")


def full_name(ask: Ask, item: Listed) -> str:
    """Name a segment with the scheme that it belongs to."""
    name = item.name[ask.lang]
    return name if item.is_free else f"{item.scheme_name[ask.lang]}: {name}"


def week(ask: Ask, item: Listed) -> str:
    """Write by how many people a segment grew in a week."""
    if item.before is None:
        return "—"
    difference = item.people - item.before
    return f"+{ask.t.integer(difference)}" if difference > 0 else ask.t.integer(difference)


def size_bars(ask: Ask, items: Sequence[Listed], title: str, wide: float = WIDE) -> Html:
    """Draw how many people segments of one scheme have; each bar leads to them.

    Args:
        ask: The request.
        items: The segments.
        title: Accessible name.
        wide: Width on a screen, pixels.
    """
    t, whole = ask.t, sum(item.people for item in items)
    drawn = [
        Bar(
            item.name[ask.lang],
            item.people,
            t.integer(item.people),
            item.family,
            t.share(item.people, whole) if whole else "",
            href=link("customers", segment=item.id) if ask.may(Right.PEOPLE) and item.people else None,
        )
        for item in items
    ]
    return two_sizes(lambda width: bars(drawn, width, title), wide=wide)
