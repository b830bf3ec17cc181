"""The definitions of a workspace: added, taken away, named."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kogorta.definitions.catalogue import Catalogue
from kogorta.definitions.document import Definition
from kogorta.definitions.names import SchemeName
from kogorta.definitions.names import schemes as named_schemes
from kogorta.definitions.schemes import schemes
from kogorta.errors import InputError
from kogorta.membership.begun import refuse_moved
from kogorta.membership.define import define, registered_numbers
from kogorta.membership.drafts import read_for
from kogorta.membership.own import names_of, registered
from kogorta.membership.registry import history, written_as_now
from kogorta.membership.versions import Version
from kogorta.workspace.base import Base


class Defining(Base):
    """Definitions of segments and schemes."""

    def define(
        self,
        source: str | Path,
        author: str | None = None,
        *,
        based_on: Mapping[str, int] | None = None,
    ) -> list[Version]:
        """Add definitions of segments or schemes, or new versions of them.

        Args:
            source: YAML or JSON text, or the path of a file with it.
            author: Who wrote it.
            based_on: By id, the version from which somebody began to write, 0 where nothing stood; what was changed
                meanwhile is not overruled. None overrules whatever stands.

        Returns:
            The versions that were written, also of definitions that name a changed one; none where nothing
            changed.

        Raises:
            DefinitionError: The text is no YAML.
            ProblemsError: Something in it is not right; everything such is listed, and nothing is written.
            DriftError: Somebody else changed one of them since the version that it is based on.
        """
        text, name = text_of(source)
        with self.view() as view:
            seen = registered_numbers(view.warehouse)
            new = read_for(view, text, name)
            if based_on is not None:
                refuse_moved(view, {item.id: item for item in new}, based_on)
            return define(view, new, self.now(), author, seen=seen)

    def undefine(
        self, definition_id: str, author: str | None = None, *, based_on: int | None = None
    ) -> list[Version]:
        """Take a definition away; its history stays.

        Args:
            definition_id: Its id.
            author: Who does it.
            based_on: The version that somebody looked at; None takes away whatever stands.

        Raises:
            NotFoundError: There is none of that name.
            DriftError: Somebody else changed it since.
            ProblemsError: Other definitions name it.
        """
        with self.view() as view:
            if based_on is not None:
                refuse_moved(view, {definition_id: None}, {definition_id: based_on})
            return define(view, [], self.now(), author, without=[definition_id])

    def definition_number(self, definition_id: str) -> int:
        """Return the number of the version that gave a definition the text that stands; 0 where none stands."""
        records = history(self.warehouse, definition_id).get(definition_id)
        last = written_as_now(records) if records else None
        return 0 if last is None or last.is_removed else last.number

    @property
    def definitions(self) -> dict[str, Definition]:
        """The workspace's own definitions, by id."""
        return registered(self.warehouse)

    @property
    def catalogue(self) -> Catalogue:
        """What definitions may speak of, as of now."""
        with self.view() as view:
            return view.catalogue

    @property
    def names(self) -> dict[str, SchemeName]:
        """How every scheme and its segments are called, ready ones first."""
        ready = {item.id: named_schemes()[item.id] for item in schemes(self.config.workspace.business)}
        return ready | {id_: names_of(item) for id_, item in self.definitions.items()}


def is_text(source: str) -> bool:
    """Whether a text says definitions itself, rather than where they are."""
    return "\n" in source or ":" in source


def text_of(source: str | Path) -> tuple[str, str]:
    """Return a text and how errors call it; a text of one line that is a file's name is that file."""
    if isinstance(source, str) and is_text(source):
        return source, "definition"
    path = Path(source)
    try:
        return path.read_text(encoding="utf-8-sig"), path.name
    except FileNotFoundError:
        raise InputError("there is no such file", got=str(path)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("the file cannot be read", got=str(error), path=str(path)) from None
