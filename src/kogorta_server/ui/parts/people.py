"""How customers are shown to people of a role: whole, or masked."""

from __future__ import annotations

from kogorta_server.accounts.rights import Right
from kogorta_server.ui.ask import Ask

_HIDDEN = "•••"


def shown(ask: Ask, kind: str, value: str | None) -> str:
    """Write what tells who a customer is: in full for those who may see contacts, else masked.

    Args:
        ask: Who asks.
        kind: `name`, `email` or `phone`.
        value: What is known.
    """
    if not value:
        return ""
    return value if ask.may(Right.CONTACTS) else masked(kind, value)


def masked(kind: str, value: str) -> str:
    """Leave so much of a value that its owner would know it, and nobody else.

    Examples:
        >>> masked("email", "anna@mail.ru"), masked("phone", "+79161234567"), masked("name", "Анна Ким")
        ('a•••@mail.ru', '+7•••67', 'А. К.')
    """
    if kind == "email":
        local, _, domain = value.partition("@")
        return f"{local[:1]}{_HIDDEN}@{domain}"
    if kind == "phone":
        return f"{value[:2]}{_HIDDEN}{value[-2:]}"
    return " ".join(f"{part[0]}." for part in value.split())
