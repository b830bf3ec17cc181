"""What is shown one time: links and keys that open something."""

from __future__ import annotations

from kogorta.look.html import Html, el, paragraph
from kogorta_server.ui.ask import Ask


def shown_once(ask: Ask, text: str, secret: str, *, back: str) -> Html:
    """Write a secret that cannot be had again.

    Args:
        ask: The request.
        text: What to do with it.
        secret: It.
        back: Where to go on.
    """
    field = el("input", value=secret, readonly=True, class_="secret", aria_label=ask.t.gettext("Copy this"))
    return el(
        "section",
        paragraph(text),
        field,
        el("p", el("a", ask.t.gettext("I have kept it"), href=back, class_="button primary")),
        class_="card",
    )
