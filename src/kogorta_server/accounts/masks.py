"""Masks of what tells who a customer is, for those who may not see it in full."""

from __future__ import annotations

_HIDDEN = "•••"


def masked(kind: str, value: str) -> str:
    """Leave so much of a value that its owner would know it, and nobody else.

    Args:
        kind: `name`, `email` or `phone`.
        value: In full.

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
