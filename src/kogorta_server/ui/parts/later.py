"""What takes its time: it comes after the page, in its own place."""

from __future__ import annotations

from collections.abc import Callable

from kogorta.look.html import Html, el
from kogorta_server.ui.ask import Ask

WHOLE = "whole"
"""Set in an address, the page waits for everything; so it works without scripts."""


def later(ask: Ask, content: Callable[[], Html]) -> Html:
    """Return content, or a place into which the same address brings it a moment later.

    Args:
        ask: The request; a fragment, or one that wants everything, gets the content itself.
        content: Makes it.
    """
    if ask.is_fragment or ask.text(WHOLE):
        return content()
    wait = el("p", ask.t.gettext("One moment…"), class_="stamp waiting", role="status")
    link = el("a", ask.t.gettext("Show it on this page"), href=ask.here(**{WHOLE: 1}))
    return el(
        "div",
        wait,
        el("noscript", link),
        hx_get=ask.here(),
        hx_trigger="load",
        hx_swap="outerHTML",
        aria_busy="true",
    )
