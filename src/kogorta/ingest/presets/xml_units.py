"""The units of an XML file as nested mappings, in the form that JSON has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from kogorta.ingest.presets.paths import TEXT, chosen, path_of
from kogorta.ingest.safe_xml import Element, elements


def xml_units(path: Path, unit: str) -> Iterator[object]:
    """Yield the elements that a path ends at, wherever in the file, each as nested mappings.

    Attributes stand under `@name`; elements that repeat become a list. An element within a unit is no unit of its own.

    Args:
        path: The file, in any encoding that it declares.
        unit: The last steps of the way to a unit, as `Каталог/Товары/Товар`.

    Raises:
        InputError: It is no XML, is damaged, declares entities, or is nested too deep.
    """
    steps = path_of(unit).steps
    names, last = [step.name for step in steps], steps[-1]

    def wanted(found: Sequence[str]) -> bool:
        return list(found[-len(names) :]) == names

    for element in elements(path, wanted):
        value = _value(element)
        if chosen(value, last):
            yield value


def _value(element: Element) -> object:
    """Return the text of an element that has nothing else, or a mapping of all that is in it."""
    parts: dict[str, object] = {f"@{name}": text for name, text in element.attributes.items()}
    for child in element.children:
        value = _value(child)
        known = parts.get(child.name)
        if child.name not in parts:
            parts[child.name] = value
        elif isinstance(known, list):
            known.append(value)
        else:
            parts[child.name] = [known, value]
    if parts and element.text:
        parts[TEXT] = element.text
    return parts or element.text
