"""Words of people of the company."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What somebody is in the company; it says what he may do (`rights.RIGHTS`)."""

    OWNER = "owner"
    MARKETER = "marketer"
    ANALYST = "analyst"
    OPERATOR = "operator"
    VIEWER = "viewer"
