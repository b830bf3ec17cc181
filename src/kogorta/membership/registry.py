"""Reading the registry: every version of every definition, and how one differs from the next."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import yaml

from kogorta.definitions.document import Definition
from kogorta.definitions.dump import dump, to_yaml
from kogorta.definitions.recorded import is_recorded_id
from kogorta.errors import NotFoundError
from kogorta.membership.own import stored_definition
from kogorta.vocab import VersionChange
from kogorta.warehouse.store import Warehouse, dumps

CONTEXT_LINES = 2
_SETTINGS = ("scheme", "maps", "place", "meaning", "traits", "language")


@dataclass(frozen=True)
class Record:
    """One row of the registry.

    Attributes:
        definition: The id of a definition or of a ready scheme.
        number: From 1.
        fingerprint: Of all that its meaning depends on.
        body: What was fingerprinted; empty where it was taken away.
        at: When it was registered; UTC without a zone.
        author: Who did it; None where a refresh did, or nobody gave a name.
        is_removed: It was taken away.
    """

    definition: str
    number: int
    fingerprint: str
    body: Mapping[str, Any]
    at: datetime
    author: str | None
    is_removed: bool

    @property
    def is_own(self) -> bool:
        """Whether it is a definition of people's own that stood then."""
        return "document" in self.body

    @cached_property
    def document(self) -> Definition | None:
        """The definition; None of a ready scheme and of what was taken away."""
        return stored_definition(self.body["document"]) if self.is_own else None

    @cached_property
    def digest(self) -> str | None:
        """The digest of the document as it is stored; None where there is none."""
        return digest_of(self.body["document"]) if self.is_own else None


def digest_of(document: Mapping[str, Any]) -> str:
    """Return what tells a document from any other: 1 and true, 1 and 1.0 are different."""
    return hashlib.sha256(dumps(document).encode()).hexdigest()[:16]


def mark(definition: Definition | None) -> str | None:
    """Return the digest of a definition in its canonical spelling; None of none."""
    return None if definition is None else digest_of(dump(definition))


def history(warehouse: Warehouse, definition_id: str | None = None) -> dict[str, list[Record]]:
    """Return every version of one definition, or of all, by id, the oldest first."""
    rows = warehouse.rows(
        "SELECT definition, version, fingerprint, body, created_at, author, is_removed FROM definition_versions"
        " WHERE ? IS NULL OR definition = ? ORDER BY definition, version",
        [definition_id, definition_id],
    )
    found: dict[str, list[Record]] = {}
    for name, number, fingerprint, body, at, author, is_removed in rows:
        record = Record(name, number, fingerprint, json.loads(body), at, author, bool(is_removed))
        found.setdefault(name, []).append(record)
    return found


def own_history(warehouse: Warehouse) -> dict[str, list[Record]]:
    """Return every version of the definitions of people's own, ready schemes left out."""
    return {
        name: records
        for name, records in history(warehouse).items()
        if any(record.is_own for record in records)
    }


def written_as_now(records: Sequence[Record]) -> Record:
    """Return the version that gave a definition the text that stands, or took it away.

    Later versions may have followed because settings or what it names changed.
    """
    *earlier, found = records
    text = mark(found.document)
    for record in reversed(earlier):
        if mark(record.document) != text:
            break
        found = record
    return found


# --- what changed ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class VersionInfo:
    """One version as people are told of it.

    Attributes:
        number: From 1.
        at: When it was registered; UTC without a zone.
        author: Who did it, where that is known.
        changes: How it differs from the one before it.
        added: Lines of its text that are new.
        gone: Lines of the text before it that are gone.
    """

    number: int
    at: datetime
    author: str | None
    changes: tuple[VersionChange, ...]
    added: int
    gone: int


def versions_of(warehouse: Warehouse, definition_id: str) -> list[VersionInfo]:
    """Return every version of a definition or a ready scheme, the oldest first.

    Raises:
        NotFoundError: Nothing of that id was ever registered.
    """
    found: list[VersionInfo] = []
    before: Record | None = None
    for record in _records(warehouse, definition_id):
        lines = difference(before.document if before else None, record.document)
        added = sum(line.startswith("+") for line in lines)
        gone = sum(line.startswith("-") for line in lines)
        found.append(
            VersionInfo(record.number, record.at, record.author, _changes(before, record), added, gone)
        )
        before = record
    return found


def version_difference(
    warehouse: Warehouse, definition_id: str, from_: int | None = None, to: int | None = None
) -> list[str]:
    """Return how two versions differ, as lines of a unified diff: the text, and below it the settings.

    Args:
        warehouse: The store.
        definition_id: Of a definition or a ready scheme.
        from_: The one version; by default the one before `to`. 0 is nothing.
        to: The other one; by default the last.

    Raises:
        NotFoundError: There is no such definition, or no such version of it.
    """
    records = {record.number: record for record in _records(warehouse, definition_id)}
    last = max(records) if to is None else to
    first = last - 1 if from_ is None else from_
    for number in (first, last):
        if number and number not in records:
            raise NotFoundError(
                "there is no such version", got=number, expected=", ".join(map(str, records)) or None
            )
    one, other = records.get(first), records.get(last)
    return _unified(_whole(one), _whole(other))


def _records(warehouse: Warehouse, definition_id: str) -> list[Record]:
    found = None if is_recorded_id(definition_id) else history(warehouse, definition_id).get(definition_id)
    if not found:
        rows = warehouse.rows("SELECT DISTINCT definition FROM definition_versions ORDER BY 1")
        known = [name for (name,) in rows if not is_recorded_id(name)]
        raise NotFoundError(
            "nothing of this id was ever registered",
            got=definition_id,
            expected=", ".join(known) or None,
            hint="kogorta segments plan shows what is not registered yet",
        )
    return found


def difference(before: Definition | None, after: Definition | None) -> list[str]:
    """Return how two definitions differ, as lines of a unified diff of their canonical YAML."""
    return _unified(_lines(before), _lines(after))


def _changes(before: Record | None, record: Record) -> tuple[VersionChange, ...]:
    if record.is_removed:
        return (VersionChange.REMOVED,)
    if before is None:
        return (VersionChange.FIRST,)
    if before.is_removed:
        return (VersionChange.RESTORED,)
    found = []
    if mark(before.document) != mark(record.document):
        found.append(VersionChange.TEXT)
    if before.body.get("uses") != record.body.get("uses"):
        found.append(VersionChange.NAMED)
    if any(before.body.get(key) != record.body.get(key) for key in _SETTINGS):
        found.append(VersionChange.SETTINGS)
    return tuple(found)


def _lines(definition: Definition | None) -> list[str]:
    return to_yaml(definition).splitlines() if definition else []


def _whole(record: Record | None) -> list[str]:
    if record is None or record.is_removed:
        return []
    told = {key: record.body[key] for key in ("uses", *_SETTINGS) if record.body.get(key)}
    settings = yaml.safe_dump(told, allow_unicode=True, sort_keys=True)
    return [*_lines(record.document), *settings.splitlines()]


def _unified(before: Sequence[str], after: Sequence[str]) -> list[str]:
    lines = list(difflib.unified_diff(before, after, lineterm="", n=CONTEXT_LINES))
    return lines[2:]
