"""Settings that are kept, and the refresh that puts everybody where he then belongs."""

from __future__ import annotations

from django.http import HttpRequest

from kogorta_server import base
from kogorta_server.accounts.audit import record
from kogorta_server.accounts.models import User
from kogorta_server.jobs import asking
from kogorta_server.tuning.preview import ON_PEOPLE
from kogorta_server.tuning.sections import Section
from kogorta_server.tuning.values import Changes, texts


def keep(request: HttpRequest, section: Section, wanted: Changes, user: User | None = None) -> bool:
    """Write changed settings down; whoever asks the workspace from now on asks it with them.

    Args:
        request: Who does it.
        section: Whose settings.
        wanted: What `values.changes` found.
        user: The person who does it; None for a program.

    Returns:
        Whether they decide who is in which segment, so that a refresh has begun.

    Raises:
        ProblemsError: They say something that cannot be; nothing is changed.
    """
    was = texts(base.workspace().config, section)
    base.configure(wanted)
    now = texts(base.workspace().config, section)
    told = {key: [was[key], now[key]] for key in now if was[key] != now[key]}
    record(request, "settings.changed", section.id, **told)
    if section.id not in ON_PEOPLE:
        return False
    asking.refresh(user)
    return True
