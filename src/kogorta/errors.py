"""The one tree of errors.

Every error that a person may see says, in this order: what is wrong, what was got, what was
expected, and how to mend it. `code` is stable and may be matched by programs.
"""

from __future__ import annotations

from collections.abc import Sequence


class KogortaError(Exception):
    """Base of all errors meant for people.

    Args:
        message: What is wrong, in one sentence.
        got: The offending value as it was given.
        expected: What would have been accepted.
        hint: How to mend it.
        path: Where in a document, file or request it stands.
    """

    code = "error"

    def __init__(
        self,
        message: str,
        *,
        got: object = None,
        expected: str | None = None,
        hint: str | None = None,
        path: str | None = None,
    ) -> None:
        self.message = message
        self.got = got
        self.expected = expected
        self.hint = hint
        self.path = path
        super().__init__(self.describe())

    def describe(self) -> str:
        """Return the whole text: place, what, got, expected, hint."""
        place = f"{self.path}: " if self.path else ""
        parts = [f"{place}{self.message}"]
        if self.got is not None:
            parts.append(f"got: {self.got}")
        if self.expected:
            parts.append(f"expected: {self.expected}")
        if self.hint:
            parts.append(f"what to do: {self.hint}")
        return "\n  ".join(parts)


class ConfigError(KogortaError):
    """`kogorta.toml` is missing, unreadable or says something impossible."""

    code = "config"


class WorkspaceError(KogortaError):
    """The folder is no workspace, or it is already one."""

    code = "workspace"


class InputError(KogortaError):
    """A file or an argument cannot be used as it is."""

    code = "input"


class MappingError(InputError):
    """The columns of a file cannot be matched to the columns of a table."""

    code = "mapping"


class DefinitionError(KogortaError):
    """A segment or scheme is not defined as it must be."""

    code = "definition"


class NotFoundError(KogortaError):
    """A named thing (segment, customer, trait, table) does not exist."""

    code = "not_found"


class HistoryError(KogortaError):
    """An instant was asked for that the log cannot answer or must not rewrite."""

    code = "history"


class EngineError(KogortaError):
    """The engine refused: the file is held by another process, the disk is full, …"""

    code = "engine"


class WorkspaceBusyError(EngineError):
    """Another process holds the embedded store."""

    code = "engine_busy"


class PartitionError(KogortaError):
    """A scheme did not put every customer of its base into exactly one segment.

    This is an internal failure: it stops the refresh, and the last good result stays.
    """

    code = "partition"


class ProblemsError(KogortaError):
    """Several problems found at once; `problems` holds each of them."""

    code = "problems"

    def __init__(self, message: str, problems: Sequence[KogortaError]) -> None:
        self.problems = tuple(problems)
        super().__init__(message)

    def describe(self) -> str:
        """Return the summary and below it every problem."""
        lines = [self.message]
        lines += [f"- {problem.describe()}" for problem in getattr(self, "problems", ())]
        return "\n".join(lines)
