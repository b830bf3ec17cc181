"""Tabs: pages that belong together, side by side."""

from __future__ import annotations

from kogorta.look.html import Html, el
from kogorta_server.accounts.rights import Right
from kogorta_server.ui.ask import Ask, link


def settings_tabs(ask: Ask, active: str) -> Html:
    """Write the tabs of the settings: those that the person may open.

    Args:
        ask: The request.
        active: Name of the page that is open.
    """
    t = ask.t
    places = [
        ("settings", t.pgettext("tab", "Workspace"), Right.SEE),
        ("profile", t.pgettext("tab", "My account"), Right.SEE),
        ("security", t.pgettext("tab", "My security"), Right.SEE),
        ("users", t.pgettext("tab", "Users"), Right.USERS),
        ("keys", t.pgettext("tab", "API keys"), Right.USERS),
        ("audit", t.pgettext("tab", "Audit log"), Right.USERS),
    ]
    items = [
        el("a", label, href=link(name), aria_current="page" if name == active else None)
        for name, label, right in places
        if ask.may(right)
    ]
    return el("nav", *items, class_="tabs", aria_label=t.pgettext("menu", "Settings"))
