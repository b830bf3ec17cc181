"""Movements between segments: words, links, a picture, a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kogorta.charts import Column, Flow, Node, sankey
from kogorta.look.html import Html, el, two_sizes
from kogorta.readings import Listed, Move, Reading
from kogorta_server.accounts.rights import Right
from kogorta_server.segments.schemes import OUTSIDE, Counts
from kogorta_server.ui.ask import Ask, link

_OUTSIDE_FAMILY = "prospect"
_TALL = 460.0


@dataclass(frozen=True, slots=True)
class Scene:
    """The segments between which people move.

    Attributes:
        ask: Who looks.
        scheme: Its id.
        segments: By their id within the scheme, in its order.
    """

    ask: Ask
    scheme: str
    segments: Mapping[str, Listed]

    def name(self, segment: str | None) -> str:
        """Return the name of a segment; of a place outside, that."""
        if segment is None:
            is_rfm = self.scheme.startswith("rfm")
            return self.ask.t.gettext("No orders yet") if is_rfm else self.ask.t.gettext("Not here yet")
        found = self.segments.get(segment)
        return found.name[self.ask.lang] if found else segment

    def family(self, segment: str | None) -> str:
        """Return the colour family of a segment."""
        found = self.segments.get(segment or "")
        return found.family if found else _OUTSIDE_FAMILY

    def chip(self, segment: str | None) -> Html:
        """Write the name of a segment with its colour."""
        dot = el("span", class_="dot", aria_hidden="true")
        found = self.segments.get(segment or "")
        href = link("segment", found.id) if found else None
        class_ = f"chip fam-{self.family(segment)}"
        return el("a" if href else "span", dot, self.name(segment), href=href, class_=class_)

    def order(self) -> list[str | None]:
        """Return the segments from top to bottom."""
        return [*self.segments, None]


def scene_of(ask: Ask, reading: Reading, scheme: str) -> Scene:
    """Return the segments of a scheme as a scene."""
    return Scene(
        ask, scheme, {item.segment: item for item in reading.segments.values() if item.scheme == scheme}
    )


def moved_link(ask: Ask, move: Move) -> str | None:
    """Return the address of the list of those who moved so; None for who may not see people."""
    if not ask.may(Right.PEOPLE) or move.target is None:
        return None
    return link(
        "moved",
        scheme=move.scheme,
        source=move.source or OUTSIDE,
        target=move.target,
        start=move.start,
        end=move.end,
    )


def picture(
    scene: Scene,
    counts: Counts,
    headings: tuple[str, str],
    title: str,
    href: Callable[[str | None, str | None], str | None],
) -> Html:
    """Draw who went where.

    Args:
        scene: Between which segments.
        counts: How many.
        headings: Of both instants.
        title: Accessible name.
        href: Where the band from a segment to another leads.
    """
    t = scene.ask.t
    flows = [
        Flow(
            0,
            source or OUTSIDE,
            target or OUTSIDE,
            people,
            f"{scene.name(source)} → {scene.name(target)}: {t.customers(people)}",
            href(source, target),
        )
        for (source, target), people in counts.items()
    ]
    columns = [
        Column(heading, [_node(scene, counts, segment, side) for segment in scene.order()])
        for side, heading in enumerate(headings)
    ]
    return two_sizes(lambda width: sankey(columns, flows, (width, _TALL), title))


def _node(scene: Scene, counts: Counts, segment: str | None, side: int) -> Node:
    people = sum(n for pair, n in counts.items() if pair[side] == segment)
    return Node(segment or OUTSIDE, scene.name(segment), scene.ask.t.integer(people), scene.family(segment))
