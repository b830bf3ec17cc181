"""What does jobs, a module for each kind."""

from __future__ import annotations

from kogorta_server.jobs.handlers.cleaning import Cleaning
from kogorta_server.jobs.handlers.exporting import Exporting
from kogorta_server.jobs.handlers.handler import Handler
from kogorta_server.jobs.handlers.hooks import Hooks
from kogorta_server.jobs.handlers.importing import Importing
from kogorta_server.jobs.handlers.reading import TakeReading
from kogorta_server.jobs.handlers.refresh import Refresh
from kogorta_server.jobs.words import JobKind

_HANDLERS: dict[JobKind, Handler] = {
    handler.kind: handler
    for handler in (Refresh(), TakeReading(), Importing(), Exporting(), Hooks(), Cleaning())
}


def of(kind: JobKind) -> Handler:
    """Return what does jobs of a kind."""
    return _HANDLERS[kind]
