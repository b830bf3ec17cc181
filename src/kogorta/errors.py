"""The one tree of errors.

Every error that a person may see says, in this order: what is wrong, what was got, what was
expected, and how to mend it. `code` is stable and may be matched by programs.

A sentence is plain English, or `lazy("… {name} …", name=…)` where it holds a value: never an f-string, which
nothing could translate. `python -m kogorta.i18n update` finds both where an error is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from kogorta.message import Message, Sentence, lazy


class Speaker(Protocol):
    """Whoever says a sentence in a language: `kogorta.i18n.Translator`."""

    def say(self, sentence: Sentence) -> str:
        """Return the sentence in that language."""
        ...


class KogortaError(Exception):
    """Base of all errors meant for people. As text it is English; `describe` says it in any language.

    Args:
        message: What is wrong, in one sentence.
        got: The offending value as it was given; a `Message` where it takes words to tell.
        expected: What would have been accepted.
        hint: How to mend it.
        path: Where in a document, file or request it stands.

    Examples:
        >>> error = NotFoundError("there is no such table", got="ordres", hint="choose one with --table")
        >>> print(error)
        there is no such table
          got: ordres
          what to do: choose one with --table
    """

    code = "error"

    def __init__(
        self,
        message: Sentence,
        *,
        got: object = None,
        expected: Sentence | None = None,
        hint: Sentence | None = None,
        path: str | None = None,
    ) -> None:
        self.message = message
        self.got = got
        self.expected = expected
        self.hint = hint
        self.path = path
        super().__init__(self.describe())

    def describe(self, translator: Speaker | None = None) -> str:
        """Return the whole text: place, what, got, expected, hint; in English unless told otherwise."""
        say = translator.say if translator else str
        place = f"{self.path}: " if self.path else ""
        parts = [f"{place}{say(self.message)}"]
        if self.got is not None:
            got = say(self.got) if isinstance(self.got, Message) else str(self.got)
            parts.append(say(lazy("got: {value}", value=got)))
        if self.expected:
            parts.append(say(lazy("expected: {what}", what=say(self.expected))))
        if self.hint:
            parts.append(say(lazy("what to do: {hint}", hint=say(self.hint))))
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


class ImportPresetError(KogortaError):
    """A preset of imports is not written as it must be."""

    code = "import_preset"


class SourceError(InputError):
    """A database that data are read from cannot be reached, or refuses the question."""

    code = "source"


class DefinitionError(KogortaError):
    """A segment or scheme is not defined as it must be."""

    code = "definition"


class NotFoundError(KogortaError):
    """A named thing (segment, customer, trait, table) does not exist."""

    code = "not_found"


class AccountError(KogortaError):
    """A user cannot be made or changed so."""

    code = "account"


class HistoryError(KogortaError):
    """An instant was asked for that the log cannot answer or must not rewrite."""

    code = "history"


class EngineError(KogortaError):
    """The engine refused: the file is held by another process, the disk is full, …"""

    code = "engine"


class WorkspaceBusyError(EngineError):
    """Another process holds the embedded store."""

    code = "engine_busy"


class BackupError(KogortaError):
    """A backup could not be made, or is not what it says."""

    code = "backup"


class ServiceError(KogortaError):
    """A served workspace refused a request, or does not answer."""

    code = "service"


class CompactionError(EngineError):
    """A table could not be laid out anew; the store is as it was."""

    code = "compaction"


class PartitionError(KogortaError):
    """A scheme did not put every customer of its base into exactly one segment.

    This is an internal failure: it stops the refresh, and the last good result stays.
    """

    code = "partition"


class ProblemsError(KogortaError):
    """Several problems found at once; `problems` holds each of them."""

    code = "problems"

    def __init__(self, message: Sentence, problems: Sequence[KogortaError]) -> None:
        self.problems = tuple(problems)
        super().__init__(message)

    def describe(self, translator: Speaker | None = None) -> str:
        """Return the summary and below it every problem."""
        lines = [translator.say(self.message) if translator else str(self.message)]
        lines += [f"- {problem.describe(translator)}" for problem in self.problems]
        return "\n".join(lines)


class DriftError(ProblemsError):
    """Definitions were changed elsewhere since the folder was applied or pulled last, or since somebody began to edit."""

    code = "drift"


class PresetsError(ProblemsError):
    """The base has no data for presets that were to be added."""

    code = "presets"
