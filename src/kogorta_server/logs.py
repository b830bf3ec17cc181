"""The log: a line of JSON for each event. Nothing in it tells who a customer is."""

from __future__ import annotations

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from traceback import extract_tb

REQUEST: ContextVar[str] = ContextVar("request", default="")
"""The id of the request that this thread answers."""


class JsonFormatter(logging.Formatter):
    """Writes a record as one line: `at`, `level`, `logger`, `event`, the id of the request, and what is added as `fields`.

    Of an error it writes the kind and where it was raised. Its message may hold a value of a customer, a name in a
    key that is there twice for instance, so it is written only where the level is DEBUG.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": record.getMessage(),
        }
        if request := REQUEST.get():
            line["request"] = request
        line |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[1] is not None:
            line |= _error(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def _error(error: BaseException) -> dict[str, object]:
    frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in extract_tb(error.__traceback__)]
    told: dict[str, object] = {"error": type(error).__qualname__, "at_lines": frames}
    if logging.getLogger().isEnabledFor(logging.DEBUG):
        told["message"] = str(error)
    return told


def configuration(level: str) -> dict[str, object]:
    """Return how Python logs.

    Args:
        level: `DEBUG`, `INFO`, `WARNING` or `ERROR`.
    """
    # These write addresses with their query, or what somebody typed; `watching` says the same without.
    silent = ("django.request", "django.security.csrf", "axes")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "kogorta_server.logs.JsonFormatter"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {name: {"level": "CRITICAL"} for name in silent},
    }
