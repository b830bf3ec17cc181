"""Read XML of any size and trust nothing in it.

Entities are refused before they are expanded, nothing outside the file is opened, and of the tree only the element that is
being read is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from kogorta.errors import InputError

_BLOCK = 1 << 17
_DEEPEST = 64
_LONGEST = 16 << 20
"""Characters of one wanted element; more is no record of anything."""
Wanted = Callable[[Sequence[str]], bool]
"""Told the names from the root to an element; whether it is one to be read."""


@dataclass(slots=True)
class Element:
    """An element with all that is in it.

    Attributes:
        name: Without its namespace.
        space: The namespace, empty where there is none.
        line: Where it begins.
        attributes: By name, without namespaces.
        text: Its own text, without blanks at the ends.
        children: In the order of the file.
    """

    name: str
    space: str
    line: int
    attributes: dict[str, str]
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def child(self, name: str) -> Element | None:
        """Return the first element of this name in it."""
        return next((child for child in self.children if child.name == name), None)

    def said(self, name: str) -> str:
        """Return the text of the first element of this name in it, empty without one."""
        child = self.child(name)
        return child.text if child else ""


def elements(path: Path, wanted: Wanted, encoding: str | None = None) -> Iterator[Element]:
    """Yield elements one after the other; an element within a wanted one is no record of its own.

    Args:
        path: The file.
        wanted: Which of them.
        encoding: Of its bytes, where it is another than the file declares.

    Raises:
        InputError: It is no XML, is damaged, declares entities, or is nested too deep.
    """
    reader = _Reader(path, wanted, encoding)
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                reader.parser.Parse(block, False)
                yield from reader.taken()
            reader.parser.Parse(b"", True)
            yield from reader.taken()
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise InputError(
            "this XML cannot be read",
            got=str(error),
            expected="a whole XML file",
            hint="export it again; is it cut off, or in another encoding than its first line says?",
            path=str(path),
        ) from error


def root_of(path: Path, encoding: str | None = None) -> Element:
    """Return the outermost element, without what is in it.

    Raises:
        InputError: It is no XML.
    """
    root: list[Element] = []

    def first(names: Sequence[str]) -> bool:
        return not root and len(names) == 1

    reader = _Reader(path, first, encoding, begun=root.append)
    try:
        with path.open("rb") as file:
            while not root:
                block = file.read(_BLOCK)
                reader.parser.Parse(block, not block)
    except (expat.ExpatError, LookupError, ValueError) as error:
        # What is wrong behind the root is told by whoever reads it.
        if not root:
            raise InputError(
                "this XML cannot be read",
                got=str(error),
                expected="a whole XML file",
                hint="export it again",
                path=str(path),
            ) from error
    return root[0]


class _Reader:
    """Builds elements as the parser comes by them."""

    def __init__(
        self,
        path: Path,
        wanted: Wanted,
        encoding: str | None,
        begun: Callable[[Element], None] = lambda _: None,
    ) -> None:
        self.parser = expat.ParserCreate(encoding, namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.EntityDeclHandler = self._entity
        self._path = path
        self._wanted = wanted
        self._begun = begun
        self._names: list[str] = []
        self._open: list[Element] = []
        self._texts: list[list[str]] = []
        self._length = 0
        self._done: list[Element] = []

    def taken(self) -> list[Element]:
        """Return the elements that are whole, each once."""
        done, self._done = self._done, []
        return done

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, bare = name.rpartition(" ")
        self._names.append(bare)
        if len(self._names) > _DEEPEST:
            raise InputError(
                "this XML is nested too deep",
                got=len(self._names),
                hint="export it again",
                path=str(self._path),
            )
        if self._open or self._wanted(self._names):
            named = {key.rpartition(" ")[2]: text.strip() for key, text in attributes.items()}
            element = Element(bare, space, self.parser.CurrentLineNumber, named)
            self._open.append(element)
            self._texts.append([])
            self._begun(element)

    def _text(self, text: str) -> None:
        if not self._texts:
            return
        self._texts[-1].append(text)
        self._length += len(text)
        if self._length > _LONGEST:
            raise InputError(
                "an element of this XML is too long",
                got=self._open[0].name,
                hint="export it again",
                path=f"{self._path}:{self._open[0].line}",
            )

    def _end(self, _name: str) -> None:
        self._names.pop()
        if not self._open:
            return
        element = self._open.pop()
        element.text = "".join(self._texts.pop()).strip()
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._length = 0
            self._done.append(element)

    def _entity(self, name: str, *_rest: object) -> None:
        raise InputError(
            "this XML declares entities, which may hide other files or fill the memory",
            got=name,
            expected="a plain file without <!ENTITY …>",
            hint="export it again from the program that it comes from",
            path=str(self._path),
        )
