"""What to do now, as a list with links."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kogorta.look.html import Html, el, paragraph
from kogorta.readings import Reading
from kogorta.report.view import View
from kogorta_server.accounts.rights import Right
from kogorta_server.segments.steps import Step
from kogorta_server.ui.ask import Ask, link

_FAMILY = "potential"
"""The colour of those who stand on today's list."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do, as it is shown.

    Attributes:
        figure: The money or the people that it is about.
        title: Who they are, and how many.
        text: Why it matters, what to do.
        family: Colour family.
        place: The page that tells more of them.
        people: The list of exactly these people; None where there is none.
    """

    figure: str
    title: str
    text: str
    family: str
    place: str
    people: str | None


def items_of(reading: Reading, view: View, steps: Iterable[Step]) -> list[Item]:
    """Return what to do as it is shown."""
    return [_item(reading, view, step) for step in steps]


def step_list(ask: Ask, items: Iterable[Item]) -> Html:
    """Write what to do as a list."""
    return el("ol", *[_shown(ask, item) for item in items], class_="steps")


def _item(reading: Reading, view: View, step: Step) -> Item:
    figure = view.short_money(step.money) if step.money else view.t.integer(step.people)
    if step.segment is None:
        return Item(figure, step.title, step.text, _FAMILY, link("today"), None)
    family, people = reading.segments[step.segment].family, link("customers", segment=step.segment)
    return Item(figure, step.title, step.text, family, link("segment", step.segment), people)


def _shown(ask: Ask, item: Item) -> Html:
    t = ask.t
    button = (
        el(
            "a",
            t.gettext("Show people"),
            href=item.people,
            class_="button",
            aria_label=f"{t.gettext('Show people')}: {item.title}",
        )
        if item.people and ask.may(Right.PEOPLE)
        else Html("")
    )
    told = el("div", el("a", item.title, href=item.place, class_="step-title"), paragraph(item.text))
    return el("li", el("strong", item.figure, class_="figure"), told, button, class_=f"fam-{item.family}")
