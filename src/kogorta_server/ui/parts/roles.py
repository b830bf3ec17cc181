"""Roles and rights in words."""

from __future__ import annotations

from kogorta.message import Message, lazy
from kogorta_server.accounts.rights import Right
from kogorta_server.accounts.words import Role
from kogorta_server.ui.ask import Ask

_ROLES: dict[Role, tuple[Message, Message]] = {
    Role.OWNER: (
        lazy("Owner"),
        lazy("may do everything: users, keys and settings, too"),
    ),
    Role.MARKETER: (
        lazy("Marketer"),
        lazy("sees customers in full, makes segments, brings files in and takes lists away"),
    ),
    Role.ANALYST: (
        lazy("Analyst"),
        lazy("makes segments and takes lists away; names and contacts are masked"),
    ),
    Role.OPERATOR: (
        lazy("Operator"),
        lazy("sees customers in full, brings files in, starts and repeats jobs"),
    ),
    Role.VIEWER: (
        lazy("Viewer"),
        lazy("looks at numbers and lists; names and contacts are masked"),
    ),
}

_RIGHTS: dict[Right, Message] = {
    Right.SEE: lazy("Numbers and definitions"),
    Right.PEOPLE: lazy("Lists of customers, masked"),
    Right.CONTACTS: lazy("Names and contacts of customers"),
    Right.EXPORT: lazy("Take lists away"),
    Right.SEGMENTS: lazy("Change segments"),
    Right.IMPORT: lazy("Bring files in"),
    Right.WORK: lazy("Start and cancel jobs"),
    Right.SETTINGS: lazy("Change settings"),
    Right.ERASE: lazy("Erase customers"),
    Right.USERS: lazy("Users and keys"),
}


def role_name(ask: Ask, role: Role) -> str:
    """Say a role."""
    return ask.t.say(_ROLES[role][0])


def role_choices(ask: Ask) -> list[tuple[str, str]]:
    """Return all roles as a field offers them, each with what it may do."""
    t = ask.t
    return [(role.value, f"{t.say(name)}: {t.say(meaning)}") for role, (name, meaning) in _ROLES.items()]


def right_name(ask: Ask, right: Right) -> str:
    """Say what somebody may do."""
    return ask.t.say(_RIGHTS[right])
