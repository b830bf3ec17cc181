"""Reading documents so that every problem is found at once, each with its place."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from kogorta.errors import DefinitionError, KogortaError
from kogorta.message import Sentence, lazy


@dataclass
class Problems:
    """Problems as they are found."""

    found: list[KogortaError] = field(default_factory=list)

    def add(
        self,
        path: str,
        message: Sentence,
        *,
        got: object = None,
        expected: Sentence | None = None,
        hint: Sentence | None = None,
    ) -> None:
        """Keep one problem."""
        self.found.append(DefinitionError(message, got=got, expected=expected, hint=hint, path=path))


def below(path: str, key: object) -> str:
    """Return the place of a member: `where.all[2].did`."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else str(key)


def nearest(word: str, known: Collection[str]) -> Sentence | None:
    """Return a hint with the known words that look most like a word, or None if none does."""
    close = difflib.get_close_matches(word, sorted(known), n=3, cutoff=0.6)
    return lazy("did you mean {words}?", words=", ".join(close)) if close else None


class _Loader(yaml.SafeLoader):
    """YAML as people mean it: a key twice is refused, 12:30 is no number."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[object, object]:
    seen: set[object] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if isinstance(key, list | dict):
            raise yaml.constructor.ConstructorError(None, None, "a key must be a word", key_node.start_mark)
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"{key!r} twice", key_node.start_mark)
        seen.add(key)
    return dict(loader.construct_pairs(node, deep=True))


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
_Loader.yaml_implicit_resolvers = {
    letter: [
        (tag, pattern)
        for tag, pattern in found
        if tag not in {"tag:yaml.org,2002:int", "tag:yaml.org,2002:float"}
    ]
    for letter, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?\d+(?:\.\d+(?:[eE][-+]?\d+)?|[eE][-+]\d+)$"),  # 1e-05 is how JSON is written
    list("-+0123456789"),
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^[-+]?(?:0|[1-9]\d*)$"), list("-+0123456789")
)


def load_yaml(text: str, source: str) -> list[Any]:
    """Return every document of a YAML (or JSON) text.

    Raises:
        DefinitionError: The text is no YAML; the place says line and column.
    """
    try:
        return [document for document in yaml.load_all(text, _Loader) if document is not None]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{source}:{mark.line + 1}:{mark.column + 1}" if mark else source
        raise DefinitionError(
            "this is no valid YAML",
            got=error.problem or str(error),
            hint="look at the indentation and the quotes at this place",
            path=place,
        ) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise DefinitionError("this is no valid YAML", got=str(error).splitlines()[0], path=source) from None


def as_mapping(value: object, path: str, problems: Problems) -> Mapping[str, Any] | None:
    """Return a mapping with text keys, or None after noting the problem."""
    if not isinstance(value, Mapping):
        problems.add(path, "names with values belong here", got=shown(value), expected="{name: value}")
        return None
    odd = [key for key in value if not isinstance(key, str)]
    if odd:
        problems.add(path, "a name must be a text", got=shown(odd[0]))
        return None
    return value


def shown(value: object) -> str:
    """Return a value as an error shows it: short, in the language of documents."""
    text = (
        yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, width=10**6)
        if _is_plain(value)
        else repr(value)
    )
    text = text.removesuffix("\n").removesuffix("\n...").strip()
    return text if len(text) <= 120 else f"{text[:117]}…"


def _is_plain(value: object) -> bool:
    if isinstance(value, Mapping):
        return all(_is_plain(item) for item in value.values())
    if isinstance(value, list | tuple):
        return all(_is_plain(item) for item in value)
    return value is None or type(value) in {str, int, float, bool} or hasattr(value, "isoformat")
