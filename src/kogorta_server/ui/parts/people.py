"""How customers are shown to people of a role: whole, or masked."""

from __future__ import annotations

from kogorta_server.accounts.masks import masked
from kogorta_server.accounts.rights import Right
from kogorta_server.ui.ask import Ask


def shown(ask: Ask, kind: str, value: str | None) -> str:
    """Write what tells who a customer is: in full for those who may see contacts, else masked.

    Args:
        ask: Who asks.
        kind: `name`, or the kind of a contact.
        value: What is known.
    """
    if not value:
        return ""
    return value if ask.may(Right.CONTACTS) else masked(kind, value)
