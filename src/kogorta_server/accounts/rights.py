"""Who may do what: one table, asked by every page and every endpoint."""

from __future__ import annotations

from enum import StrEnum

from kogorta_server.accounts.words import Role


class Right(StrEnum):
    """Something that a person may do."""

    SEE = "see"
    """Numbers and definitions."""
    PEOPLE = "people"
    """Lists of customers and their profiles; what tells who they are is masked."""
    CONTACTS = "contacts"
    """Names and contacts of customers in full."""
    EXPORT = "export"
    """Take lists away as files."""
    SEGMENTS = "segments"
    """Change definitions."""
    IMPORT = "import"
    """Bring files in."""
    WORK = "work"
    """Start, retry and cancel jobs."""
    SETTINGS = "settings"
    """Change thresholds and cadences."""
    ERASE = "erase"
    """Take a person out of the base for ever."""
    USERS = "users"
    """Users, roles and keys; the audit log."""


_EVERYBODY = frozenset({Right.SEE, Right.PEOPLE})

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.OWNER: frozenset(Right),
    Role.MARKETER: _EVERYBODY | {Right.CONTACTS, Right.EXPORT, Right.SEGMENTS, Right.IMPORT, Right.WORK},
    Role.ANALYST: _EVERYBODY | {Right.EXPORT, Right.SEGMENTS},
    Role.OPERATOR: _EVERYBODY | {Right.CONTACTS, Right.IMPORT, Right.WORK},
    Role.VIEWER: _EVERYBODY,
}
"""What each role may do."""
