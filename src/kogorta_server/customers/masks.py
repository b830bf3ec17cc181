"""What of a customer is open to everybody who may see people, and what may hold anything."""

from __future__ import annotations

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
