"""Pull: the registry's definitions into the folder `segments/`, without losing an edit that was not applied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kogorta.definitions.document import Definition
from kogorta.definitions.dump import to_yaml
from kogorta.definitions.folder import Folder, read_folder
from kogorta.membership.basis import Basis, Entry, entry_of, read_basis, write_basis, write_file
from kogorta.membership.registry import own_history
from kogorta.membership.sides import Side, sides_of
from kogorta.vocab import PullAction
from kogorta.warehouse.store import Warehouse


@dataclass(frozen=True)
class Pulled:
    """What became of one definition.

    Attributes:
        id: Of the definition.
        action: What was done. What the folder had as it stands already is not told.
        file: Where it stands, or stood; None where the folder keeps it out.
        copy: Where the text that was replaced is kept, if it had been edited and not applied.
    """

    id: str
    action: PullAction
    file: str | None
    copy: str | None = None


def pull(warehouse: Warehouse, path: Path, *, force: bool = False) -> tuple[Pulled, ...]:
    """Write what stands into a folder.

    Files that say what stands already are left alone, comments and all. An edit that was not applied yet stays where
    the registry has not moved; where it has, the registry's version is written, and the edited file is kept beside
    it, under a name that ends in `.mine`. What was never applied stays.

    Args:
        warehouse: The store.
        path: The folder; made if it is missing.
        force: Write the registry's version over edits too; the edited file is kept beside it.

    Raises:
        ProblemsError: Files are not right, so that nobody knows what they define.
        InputError: The file that says what the folder is based on is damaged.
    """
    folder, basis = read_folder(path), read_basis(path)
    sides = sides_of(folder, basis, own_history(warehouse))
    work = _Work(folder, force=force)
    for side in sides:
        work.take(side)
    work.write()
    write_basis(path, Basis({side.id: entry for side in sides if (entry := work.entry(side))}))
    return work.done


@dataclass
class _Work:
    """The files as they will be."""

    folder: Folder
    force: bool
    _told: dict[str, PullAction] = field(default_factory=dict)
    _texts: dict[str, Definition | None] = field(default_factory=dict)
    _edited: set[str] = field(default_factory=set)
    _files: dict[str, str] = field(default_factory=dict)
    _copies: dict[str, str] = field(default_factory=dict)

    def take(self, side: Side) -> None:
        """Decide what becomes of one definition."""
        if side.is_same:
            return
        if self._is_kept(side):
            self._told[side.id] = PullAction.KEPT
            return
        self._texts[side.id] = side.before
        if side.here is None:
            self._told[side.id] = PullAction.WRITTEN
            return
        self._told[side.id] = PullAction.REWRITTEN if side.there else PullAction.DELETED
        if side.is_edited:
            self._edited.add(side.id)

    def _is_kept(self, side: Side) -> bool:
        if side.there is None:
            # taken away elsewhere, or never applied: an edit is all that is left of it
            return side.base is None or (side.is_edited and not self.force)
        return not side.has_moved and not self.force

    def entry(self, side: Side) -> Entry | None:
        """Return what the folder is now based on."""
        if self._told.get(side.id) is PullAction.KEPT:
            return entry_of(side.base) if side.base and side.there else None
        return entry_of(side.there) if side.there else None

    def write(self) -> None:
        """Write the files that change, and delete those that would define nothing any more."""
        for name, ids in self.folder.files.items():
            if any(id_ in self._texts for id_ in ids):
                self._rewrite(name, ids)
        for id_, text in self._texts.items():
            if text is not None and id_ not in self.folder.held:
                self._files[id_] = self._free(id_, ".yaml")
                write_file(self.folder.path / self._files[id_], to_yaml(text))

    def _rewrite(self, name: str, ids: tuple[str, ...]) -> None:
        path = self.folder.path / name
        old = path.read_text(encoding="utf-8-sig")
        if self._edited & set(ids):
            copy = self._free(name, ".mine")
            write_file(self.folder.path / copy, old)
            self._copies |= dict.fromkeys(self._edited & set(ids), copy)
        held = {id_: self.folder.held[id_].definition for id_ in ids}
        texts = [text for id_ in ids if (text := self._texts.get(id_, held[id_])) is not None]
        if texts:
            write_file(path, _header(old) + "---\n".join(map(to_yaml, texts)))
        else:
            path.unlink()

    def _free(self, name: str, ending: str) -> str:
        """Return the name of a file that is not there."""
        number, found = 1, f"{name}{ending}"
        while (self.folder.path / found).exists():
            number += 1
            found = f"{name}-{number}{ending}"
        return found

    @property
    def done(self) -> tuple[Pulled, ...]:
        """What became of each definition."""
        held: Mapping[str, str] = {id_: item.file for id_, item in self.folder.held.items()}
        return tuple(
            Pulled(id_, action, self._files.get(id_) or held.get(id_), self._copies.get(id_))
            for id_, action in self._told.items()
        )


def _header(text: str) -> str:
    """Return the comments that a file begins with."""
    lines = []
    for line in text.splitlines(keepends=True):
        if not line.startswith("#"):
            break
        lines.append(line)
    return "".join(lines)
