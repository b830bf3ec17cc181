"""What the folder `segments/` is based on: one small file in it, which plan and pull go by."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kogorta.errors import InputError
from kogorta.membership.registry import Record

FILE_NAME = ".base.json"
_ABOUT = "What this folder was last applied or pulled as. Kogorta writes it; keep it with the files."


@dataclass(frozen=True)
class Entry:
    """The version that the folder had of one definition.

    Attributes:
        version: Its number in the registry.
        digest: Of its document; a version of another registry is told by it.
    """

    version: int
    digest: str


@dataclass(frozen=True)
class Basis:
    """What the file says.

    Attributes:
        entries: By id of a definition, what the folder had of it.
        applying: By id, the digest of what an apply was about to register, None of what it was about to take
            away. It stays there only if the process was killed before it could write down how that ended.
    """

    entries: Mapping[str, Entry] = field(default_factory=dict)
    applying: Mapping[str, str | None] = field(default_factory=dict)

    def records(self, histories: Mapping[str, Sequence[Record]]) -> dict[str, Record]:
        """Return the versions that the folder is based on, as far as this registry has them."""
        found: dict[str, Record] = {}
        for id_, entry in self.entries.items():
            for record in histories.get(id_, ()):
                if record.number == entry.version and record.digest == entry.digest:
                    found[id_] = record
        for id_, digest in self.applying.items():
            last = next(reversed(histories.get(id_, ())), None)
            if digest is None and (last is None or last.is_removed):
                found.pop(id_, None)
            elif digest is not None and last is not None and last.digest == digest:
                found[id_] = last
        return found


def read_basis(folder: Path) -> Basis:
    """Read what a folder is based on; of a folder without the file, nothing.

    Raises:
        InputError: The file is damaged.
    """
    path = folder / FILE_NAME
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        entries = {
            str(id_): Entry(int(entry["version"]), str(entry["digest"]))
            for id_, entry in raw["definitions"].items()
        }
        applying = {
            str(id_): None if digest is None else str(digest)
            for id_, digest in raw.get("applying", {}).items()
        }
    except FileNotFoundError:
        return Basis()
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise InputError(
            "this file of Kogorta is damaged",
            got=str(error),
            hint="delete it: then definitions count as based on nothing, and those that differ are told as a drift",
            path=FILE_NAME,
        ) from None
    return Basis(entries, applying)


def write_basis(folder: Path, basis: Basis) -> None:
    """Write what a folder is based on, whole or not at all; an equal file is left alone."""
    told: dict[str, Any] = {
        "about": _ABOUT,
        "definitions": {
            id_: {"version": entry.version, "digest": entry.digest}
            for id_, entry in sorted(basis.entries.items())
        },
    }
    if basis.applying:
        told["applying"] = dict(sorted(basis.applying.items()))
    write_file(folder / FILE_NAME, json.dumps(told, ensure_ascii=False, indent=1) + "\n")


def entry_of(record: Record) -> Entry:
    """Return what is kept of a version that stands."""
    if record.digest is None:
        raise AssertionError("a version that stands has a document")
    return Entry(record.number, record.digest)


def write_file(path: Path, text: str) -> None:
    """Write a file, whole or not at all; an equal one is left alone."""
    if path.exists() and path.read_bytes() == text.encode():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.new")
    with temporary.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
