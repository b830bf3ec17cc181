"""What tells who a customer is, left readable for him alone."""

from __future__ import annotations

HIDDEN = "•••"

OPEN_ATTRIBUTES = frozenset(
    {
        *(
            "sex",
            "city",
            "region",
            "country",
            "timezone",
            "language",
            "income_band",
            "profession",
            "employment",
        ),
        *("education", "marital_status", "acquisition_source", "acquisition_medium", "acquisition_campaign"),
        *("acquisition_cost", "account_id", "manager_id"),
    }
)
"""Attributes that tell nobody apart. All others are hidden, the shop's own too: nobody knows what they hold."""

PRIVATE_COLUMNS = frozenset({"url", "topic", "reason", "note", "value", "evidence"})
"""Columns of a timeline in which anything may be written; of attributes see `OPEN_ATTRIBUTES`."""


def masked(kind: str, value: str) -> str:
    """Leave so much of a value that its owner would know it, and nobody else.

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
