"""The bar above a list: what is looked for in it, and which part of it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kogorta.look.html import Html, el
from kogorta_server.ui.ask import Ask

FOUND = "found"
"""The id of what a bar filters."""


def control(label: str, name: str, field: Html) -> Html:
    """Write a field under its label; the id of the field is its name."""
    return el("div", el("label", label, for_=name, class_="label"), field)


def choice(label: str, name: str, options: Iterable[tuple[str, str]], chosen: str) -> Html:
    """Write a choice of one.

    Args:
        label: What is chosen.
        name: In the address.
        options: Value and name of each.
        chosen: The value that is chosen now.
    """
    items = [el("option", said, value=value, selected=value == chosen) for value, said in options]
    return control(label, name, el("select", *items, name=name, id=name))


def search(ask: Ask, label: str) -> Html:
    """Write the field of what is looked for, `q` in the address."""
    return control(label, "q", el("input", type="search", name="q", id="q", value=ask.text("q")))


def live_bar(
    ask: Ask, address: str, parts: Sequence[Html | str], *, heard: str = "change", is_kept: bool = True
) -> Html:
    """Write a bar with a search whose list follows while one types; without a script its button asks.

    Args:
        ask: The request.
        address: Of the list.
        parts: The controls.
        heard: Which changes of them are heard, in the words of htmx.
        is_kept: Whether the address of the page follows, so that it can be sent to somebody.
    """
    return el(
        "form",
        *parts,
        el("button", ask.t.gettext("Show"), class_="button"),
        class_="bar",
        action=address,
        hx_get=address,
        hx_trigger=f"input changed delay:250ms from:#q, {heard}",
        hx_target=f"#{FOUND}",
        hx_swap="outerHTML",
        hx_push_url="true" if is_kept else None,
        hx_indicator=f"#{FOUND}",
        role="search",
    )
