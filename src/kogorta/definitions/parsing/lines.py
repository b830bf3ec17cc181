"""In which line of a text a place of a document stands: for those who look at the text, not at the document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import yaml

from kogorta.definitions.parsing.reader import below, compose_yaml


def lines_of(text: str, source: str) -> dict[str, int]:
    """Return the line of each place in a text, from 1.

    Places begin as the text is called, and again with the id that a document defines: so begin those of what is wrong
    beside everything that stands.

    Args:
        text: YAML or JSON; of one that cannot be read no line is told.
        source: How the text is called.

    Examples:
        >>> lines_of("{segment: a, where: {in_list: b}}", "x")["a.where.in_list"]
        1
    """
    documents = compose_yaml(text)
    found: dict[str, int] = {}
    for number, node in enumerate(documents):
        place = below(source, number) if len(documents) > 1 else source
        for begin in (place, *_id(node)):
            found[begin] = node.start_mark.line + 1
            found |= dict(_below(node, begin))
    return found


def line_of(lines: Mapping[str, int], path: str) -> int | None:
    """Return the line of a place; of one that is missing in the text, the line of what it would stand in."""
    while path not in lines:
        cut = max(path.rfind("."), path.rfind("["))
        if cut < 0:
            return None
        path = path[:cut]
    return lines[path]


def _id(node: yaml.Node) -> Iterator[str]:
    if isinstance(node, yaml.MappingNode):
        yield from (str(value.value) for key, value in node.value if key.value in {"segment", "scheme"})


def _below(node: yaml.Node, place: str) -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = below(place, str(key.value))
            yield inner, key.start_mark.line + 1
            yield from _below(value, inner)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            inner = below(place, index)
            yield inner, value.start_mark.line + 1
            yield from _below(value, inner)
