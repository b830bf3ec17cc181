"""A preset: a document of the segment language whose parameters are still open."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kogorta.definitions.document import Definition
from kogorta.definitions.names import Words
from kogorta.definitions.parsing import Problems, raise_if_any, read_definition
from kogorta.errors import InputError
from kogorta.message import lazy
from kogorta.vocab import Business

_OPEN = re.compile(r"\$([a-z_]+)")
_IF_HERE = "if_here"

Value = str | int | list[str]
"""What a parameter is set to."""


class Group(StrEnum):
    """Presets that are added by one word."""

    QUICK_START = "quick_start"
    SALON_FILTERS = "salon_filters"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a preset leaves open.

    Attributes:
        id: As it is set: `--set staff=Elena`.
        name: What it is.
        default: What stands there if nobody sets it; it also says whether a text, a whole number or a list belongs there.
        usual: Where the base itself tells the value, `table.column`: what most rows have. The default is an example then.
        is_example: The default is an example: somebody must set it.
    """

    id: str
    name: Words
    default: Value
    usual: str | None = None
    is_example: bool = False

    def read(self, text: str) -> Value:
        """Return a value as it is typed; of a list the words are divided by commas.

        Raises:
            InputError: It is empty, or no whole number where one belongs.
        """
        if isinstance(self.default, list):
            words = [word.strip() for word in text.split(",") if word.strip()]
            if words:
                return words
        elif isinstance(self.default, int):
            if re.fullmatch(r"\d{1,9}", text.strip()):
                return int(text)
        elif text.strip():
            return text.strip()
        raise InputError(
            lazy("this is no value for the parameter {name}", name=self.id),
            got=text,
            expected=lazy("such as {example}", example=shown(self.default)),
        )


def shown(value: Value) -> str:
    """Return a value as it is typed."""
    return ",".join(value) if isinstance(value, list) else str(value)


@dataclass(frozen=True)
class Preset:
    """A ready scheme or segment.

    Attributes:
        id: Of the segment or scheme that it makes.
        note: What it is for, in one line.
        covers: Ids of the requirements that it answers.
        groups: By which words it is added with others, beside `all`.
        businesses: The kinds of business that it suits.
        parameters: What it leaves open.
        document: The document, with `$name` where a parameter stands, and `if_here: …` beside conditions that stand
            only where the base has such a table, or has seen such an event; of several, one is enough.
    """

    id: str
    note: Words
    covers: tuple[str, ...]
    groups: tuple[Group, ...]
    businesses: tuple[Business, ...]
    parameters: tuple[Parameter, ...]
    document: Mapping[str, Any]

    @property
    def is_scheme(self) -> bool:
        """Whether it divides a base."""
        return "scheme" in self.document

    def values(self, wanted: Mapping[str, Value | str]) -> dict[str, Value]:
        """Return the value of every parameter: the wanted ones, as typed or as they are, and the defaults.

        Raises:
            InputError: There is no such parameter, or the value does not suit it.
        """
        known = {item.id: item for item in self.parameters}
        for name in wanted:
            if name not in known:
                raise InputError(
                    lazy("the preset {id} has no such parameter", id=self.id),
                    got=name,
                    expected=", ".join(known) or lazy("none: it has no parameters"),
                )
        found: dict[str, Value] = {item.id: item.default for item in self.parameters}
        for name, value in wanted.items():
            found[name] = known[name].read(value) if isinstance(value, str) else value
        return found

    def definition(
        self,
        wanted: Mapping[str, Value | str] | None = None,
        *,
        id_: str | None = None,
        here: Collection[str] | None = None,
    ) -> Definition:
        """Return the definition that it makes.

        Args:
            wanted: Parameters that are set.
            id_: Another id than its own.
            here: Tables and events that the base has; by default all that it may name.

        Raises:
            InputError: A parameter does not exist, or its value does not suit it.
            ProblemsError: With these values it says what cannot be; all of it is listed.
        """
        values = self.values(wanted or {})
        document = filled(self.document, values)
        document = suited(document, (lambda _: True) if here is None else here.__contains__)
        if id_ is not None:
            document["scheme" if self.is_scheme else "segment"] = id_
        problems = Problems()
        found = read_definition(document, self.id, problems)
        raise_if_any(problems)
        if found is None:
            raise AssertionError("a definition without problems is read")
        return found


def filled(raw: Any, values: Mapping[str, Value]) -> Any:
    """Return a document with the values of its parameters: alone as they are, within a text as text.

    Examples:
        >>> filled({"within": "$days", "name": "Since $days"}, {"days": "30d"})
        {'within': '30d', 'name': 'Since 30d'}
    """
    if isinstance(raw, Mapping):
        return {key: filled(item, values) for key, item in raw.items()}
    if isinstance(raw, list):
        return [filled(item, values) for item in raw]
    if not isinstance(raw, str):
        return raw
    alone = _OPEN.fullmatch(raw)
    if alone:
        return values[alone[1]]
    return _OPEN.sub(lambda match: shown(values[match[1]]).replace(",", ", "), raw)


def open_names(raw: Any) -> set[str]:
    """Return the names of the parameters that a document leaves open."""
    if isinstance(raw, Mapping):
        return set().union(*map(open_names, raw.values()))
    if isinstance(raw, list):
        return set().union(*map(open_names, raw))
    return set(_OPEN.findall(raw)) if isinstance(raw, str) else set()


def suited(raw: Any, is_here: Callable[[str], bool]) -> Any:
    """Leave out the conditions that the base has no data for; where none of a group is left, all of it stays.

    Examples:
        >>> suited({"any": [{"did": "a"}, {"did": "b", "if_here": "b"}]}, "a".__eq__)
        {'any': [{'did': 'a'}]}
    """
    if isinstance(raw, Mapping):
        return {key: suited(item, is_here) for key, item in raw.items() if key != _IF_HERE}
    if not isinstance(raw, list):
        return raw
    left = [item for item in raw if _IF_HERE not in _keys(item) or any(map(is_here, _listed(item[_IF_HERE])))]
    return [suited(item, is_here) for item in left or raw]


def _listed(words: str | list[str]) -> list[str]:
    return [words] if isinstance(words, str) else words


def _keys(item: Any) -> Collection[str]:
    return item.keys() if isinstance(item, Mapping) else ()
