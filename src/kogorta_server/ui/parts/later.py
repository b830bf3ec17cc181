"""What takes its time: it comes after the page, in its own place."""

from __future__ import annotations

from collections.abc import Callable

from kogorta.look.html import Html, el
from kogorta_server.ui.ask import Ask

WHOLE = "whole"
"""Set in an address, the page waits for everything; so it works without scripts."""


def later(ask: Ask, content: Callable[[], Html], why: str = "") -> Html:
    """Return content, or a place into which the same address brings it a moment later.

    Args:
        ask: The request; a fragment, or one that wants everything, gets the content itself.
        content: Makes it.
        why: What takes so long; empty where that is no question.
    """
    if ask.is_fragment or ask.text(WHOLE):
        return content()
    return fetched(ask, ask.here(), plain=ask.here(**{WHOLE: 1}), why=why)


def fetched(ask: Ask, address: str, *, plain: str = "", why: str = "") -> Html:
    """Write a place that another address fills after the page.

    Args:
        ask: The request.
        address: Of the fragment.
        plain: Where whoever has no script finds it; empty for the address itself.
        why: What takes so long; empty where that is no question.
    """
    wait = el("p", why or ask.t.gettext("One moment…"), class_="stamp waiting", role="status")
    link = el("a", ask.t.gettext("Show it on this page"), href=plain or address)
    return el(
        "div",
        wait,
        el("progress", aria_label=why) if why else "",
        el("noscript", link),
        class_="card" if why else None,
        hx_get=address,
        hx_trigger="load",
        hx_swap="outerHTML",
        aria_busy="true",
    )
