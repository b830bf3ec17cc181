"""Paths into nested documents: `customer/id`, `../number`, `phones/number`, `attributes[name=Цвет]/value`.

A step is a name. Where a list stands, the path goes into each of its elements. `..` at the beginning goes back to what
holds the record; `[key=text]` chooses elements by what they say at a path; `[]` takes all texts, not only the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

UP, SELF = "..", "."
TEXT = "#text"
"""The key of an element's own text where it has attributes or children too."""
BETWEEN = ", "
"""What stands between the texts of a path that takes all."""
_STEP = re.compile(r"(?P<name>[^/\[\]]+)(?P<all>\[\])?(?:\[(?P<key>[^=\]]+)=(?P<text>[^\]]*)\])?(?:/|$)")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path.

    Attributes:
        name: Of the key or element.
        key: Of a choice: the path that is looked at; empty where all are taken.
        text: Of a choice: what must stand there.
    """

    name: str
    key: tuple[Step, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Path:
    """A path, taken apart.

    Attributes:
        ups: How often it goes back to what holds the record.
        steps: The steps from there.
        is_all: Whether the texts of all elements are wanted.
    """

    ups: int
    steps: tuple[Step, ...]
    is_all: bool


@dataclass(frozen=True, slots=True)
class Node:
    """A place in a document.

    Attributes:
        value: A text, a number as text, a truth value, a list, a mapping, or nothing.
        parent: What holds it; None at the top.
    """

    value: object
    parent: Node | None = None


@lru_cache(maxsize=1024)
def path_of(text: str) -> Path:
    """Return a path that is written down; one without steps for an empty text and for `.`."""
    found = [] if text in ("", SELF) else list(_STEP.finditer(text))
    ups = sum(part["name"] == UP for part in found)
    steps = (
        Step(part["name"], path_of(part["key"]).steps if part["key"] else (), part["text"] or "")
        for part in found[ups:]
    )
    return Path(ups, tuple(steps), any(part["all"] is not None for part in found))


def nodes_at(node: Node, text: str) -> Iterator[Node]:
    """Yield every place that a path leads to, lists taken apart, each with what holds it."""
    path = path_of(text)
    start = _climbed(node, path)
    if start is not None:
        yield from _walk(start, path.steps, 0)


def _climbed(node: Node, path: Path) -> Node | None:
    found: Node | None = node
    for _ in range(path.ups):
        found = found.parent if found else None
    return found


def _walk(node: Node, steps: tuple[Step, ...], place: int) -> Iterator[Node]:
    value = node.value
    if isinstance(value, list):
        for item in value:
            yield from _walk(Node(item, node.parent), steps, place)
    elif place == len(steps):
        yield node
    elif isinstance(value, dict) and steps[place].name in value:
        for item in chosen(value[steps[place].name], steps[place]):
            yield from _walk(Node(item, node), steps, place + 1)


def chosen(value: object, step: Step) -> list[object]:
    """Return the elements of a list that a step chooses; what is no list is a list of one."""
    items = value if isinstance(value, list) else [value]
    return [item for item in items if _first(item, step.key, 0) == step.text] if step.key else items


def text_at(node: Node, text: str) -> str | None:
    """Return the first text that is not empty at a path, or all of them where the path says so."""
    path = path_of(text)
    start = _climbed(node, path) if path.ups else node
    if start is None:
        return None
    if path.is_all:
        found = _walk(start, path.steps, 0)
        return BETWEEN.join(said for inner in found if (said := text_of(inner.value))) or None
    return _first(start.value, path.steps, 0)


def _first(value: object, steps: tuple[Step, ...], place: int) -> str | None:
    """Return the first text at some steps. Every cell of every record is found here, so no places are made."""
    if isinstance(value, list):
        for item in value:
            said = _first(item, steps, place)
            if said:
                return said
        return None
    if place == len(steps):
        return text_of(value)
    step = steps[place]
    if not isinstance(value, dict) or step.name not in value:
        return None
    inner = value[step.name]
    return _first(chosen(inner, step) if step.key else inner, steps, place + 1)


def text_of(value: object) -> str | None:
    """Return a value as the text of a cell; None if it is nothing, empty, or has parts."""
    if isinstance(value, str):
        return _storable(value.strip()) or None
    if isinstance(value, dict):
        return text_of(value.get(TEXT))
    if isinstance(value, bool):
        return "true" if value else "false"
    return None


def _storable(text: str) -> str:
    """Signs that no text can be stored with are shown as such; escapes in JSON may bring them."""
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\x00")
