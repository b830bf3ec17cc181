"""Masks of what tells who a customer is, for those who may not see it in full."""

from __future__ import annotations

HIDDEN = "•••"


def masked(kind: str, value: str) -> str:
    """Leave so much of a value that its owner would know it, and nobody else.

    Args:
        kind: `name`, or the kind of a contact.
        value: In full.

    Examples:
        >>> masked("email", "anna@mail.ru"), masked("phone", "+79161234567"), masked("name", "Анна Ким")
        ('a•••@mail.ru', '+7•••67', 'А. К.')
        >>> masked("card", "7710000109")
        '•••09'
    """
    if kind == "email":
        local, _, domain = value.partition("@")
        return f"{local[:1]}{HIDDEN}@{domain}"
    if kind == "phone":
        return f"{value[:2]}{HIDDEN}{value[-2:]}"
    if kind == "name":
        return " ".join(f"{part[0]}." for part in value.split())
    return f"{HIDDEN}{value[-2:]}"
