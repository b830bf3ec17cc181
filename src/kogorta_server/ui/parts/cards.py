"""Cards, tabs and other pieces that many pages are put together from."""

from __future__ import annotations

from collections.abc import Sequence

from kogorta.i18n.formats import NBSP
from kogorta.look.html import Html, el, join, paragraph, phrase
from kogorta.report.figures import Figures
from kogorta_server import base
from kogorta_server.accounts.rights import Right
from kogorta_server.ui.ask import Ask, link


def card(title: str, *body: str, more: Html | None = None, class_: str = "") -> Html:
    """Write a card.

    Args:
        title: Its heading.
        body: What stands in it.
        more: A link beside the heading, to where more is told.
        class_: What else it is.
    """
    head = el("header", el("h2", title), more or Html(""), class_="card-head")
    return el("section", head, *body, class_=f"card {class_}".strip())


def tab_links(label: str, items: Sequence[tuple[str, str, bool]]) -> Html:
    """Write the ways between pages that belong together.

    Args:
        label: What they are together, for those who cannot see it.
        items: What each is called, its address, whether it is open.
    """
    links = [
        el("a", name, href=address, aria_current="page" if is_open else None)
        for name, address, is_open in items
    ]
    return el("nav", *links, class_="tabs", aria_label=label)


def to_people(ask: Ask, text: str, **values: object) -> Html:
    """Write a number of people so that it leads to them, for those who may see people.

    Args:
        ask: Who asks.
        text: The number.
        values: By what the list of customers is filtered.
    """
    if not ask.may(Right.PEOPLE):
        return el("span", text)
    return el("a", text, href=link("customers", **values))


def figures_of(ask: Ask) -> Figures:
    """Return who writes figures of one page in its language and currency."""
    return Figures(ask.t, base.workspace().config.workspace.currency)


def reasons_of(figures: Figures) -> Html:
    """Say below a table why some of its figures are missing."""
    return join([paragraph(phrase(f"—:{NBSP}{reason}"), class_="hint") for reason in figures.reasons()])


def change_mark(text: str, *, is_good: bool | None) -> Html:
    """Write a change in the colour of good or bad news; None is neither."""
    kind = {True: "good", False: "bad", None: "same"}[is_good]
    return el("span", text, class_=f"change {kind}")
