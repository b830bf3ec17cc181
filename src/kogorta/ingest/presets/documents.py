"""The units of a document, whether it is JSON or XML, and the rows in them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from pathlib import Path

from kogorta.errors import InputError
from kogorta.ingest.exports import FilePart, Form, TablePart, Tree
from kogorta.ingest.presets.paths import Node, nodes_at, text_at, text_of
from kogorta.ingest.presets.xml_units import xml_units

_LEVELS = 2


def units(path: Path, form: Form, unit: str) -> Iterator[Node]:
    """Yield the units of a document, one after the other.

    Raises:
        InputError: The file cannot be read as what it should be.
    """
    if form is Form.XML:
        yield from map(Node, xml_units(path, unit))
        return
    for document in _json_documents(path):
        yield from nodes_at(Node(document), unit)


def _json_documents(path: Path) -> Iterator[object]:
    """Yield the page of a JSON file, or one document a line. Numbers stay the text that they were."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, str(error)) from error
    try:
        yield _parsed(text)
        return
    except ValueError as error:
        lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
        if len(lines) < 2:
            raise _unreadable(path, str(error)) from error
    for number, line in lines:
        try:
            yield _parsed(line)
        except ValueError as error:
            raise _unreadable(path, f"{number}: {error}") from error


def _parsed(text: str) -> object:
    try:
        return json.loads(text, parse_float=str, parse_int=str)
    except RecursionError:
        raise ValueError("nested too deep") from None


def _unreadable(path: Path, why: str) -> InputError:
    return InputError(
        "this JSON cannot be read",
        got=why,
        expected="a whole page as the API gives it, or one object a line",
        hint="save the answer again, as UTF-8",
        path=str(path),
    )


def records(path: Path, file: FilePart, part: TablePart) -> Iterator[Node]:
    """Yield the rows of one table."""
    for unit in units(path, file.form, part.unit):
        yield from nodes_at(unit, part.record)


def leaves(node: Node, taken: Collection[str]) -> dict[str, str]:
    """Return the texts of a record by path, two levels deep, without those that are taken."""
    return dict(_leaves(node.value, taken, "", _LEVELS))


def _leaves(value: object, taken: Collection[str], place: str, depth: int) -> Iterator[tuple[str, str]]:
    if not isinstance(value, dict) or not depth:
        return
    for key, inner in value.items():
        path = f"{place}{key}"
        if path in taken or key.startswith("@"):
            continue
        text = text_of(inner)
        if text is not None:
            yield path, text
        yield from _leaves(inner, taken, f"{path}/", depth - 1)


def tree_paths(path: Path, form: Form, tree: Tree) -> dict[str, str]:
    """Return the path of names of every group of a tree, by its id."""
    found: dict[str, str] = {}

    def visit(node: Node, above: str) -> None:
        key, name = text_at(node, tree.id), text_at(node, tree.name)
        here = f"{above}{name or ''}"
        if key:
            found[key] = here
        for child in nodes_at(node, tree.children) if tree.children else ():
            visit(child, f"{here}/")

    for unit in units(path, form, tree.unit):
        visit(unit, "")
    return found
