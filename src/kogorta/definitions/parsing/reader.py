"""Reading documents so that every problem is found at once, each with its place."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import yaml

from kogorta.errors import DefinitionError, KogortaError
from kogorta.message import Message, Sentence, lazy


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


def nearest(word: str, known: Collection[str], likeness: float = 0.6) -> Sentence | None:
    """Return a hint with the known words that look most like a word, or None if none does."""
    close = difflib.get_close_matches(word, sorted(known), n=3, cutoff=likeness)
    return lazy("did you mean {words}?", words=", ".join(close)) if close else None


class _Loader(yaml.SafeLoader):
    """YAML as people mean it: a key twice is refused, 12:30 is no number.

    Aliases are refused too: a few lines of them can stand for millions of conditions.
    """

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Compose a node that is written out."""
        if self.check_event(yaml.AliasEvent):
            raise _RefusedError(lazy("an alias (*) must be written out"), self.peek_event().start_mark)  # type: ignore[no-untyped-call]
        return super().compose_node(parent, index)


class _RefusedError(yaml.MarkedYAMLError):
    """YAML that could be read, but must not be."""

    def __init__(self, told: Message, mark: yaml.Mark | None) -> None:
        super().__init__(problem=str(told), problem_mark=mark)
        self.told = told


def _text(loader: _Loader, node: yaml.ScalarNode) -> str:
    """Read a text; JSON writes characters such as emoji in two halves, which YAML leaves apart."""
    text = str(loader.construct_scalar(node))
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise _RefusedError(lazy("half of a character stands alone"), node.start_mark) from None


_Loader.add_constructor("tag:yaml.org,2002:str", _text)


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[object, object]:
    seen: set[object] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str | int | float | date | None):
            raise _RefusedError(lazy("a key must be a word"), key_node.start_mark)
        if key in seen:
            raise _RefusedError(lazy("{key} stands here twice", key=str(key)), key_node.start_mark)
        seen.add(key)
    return dict(loader.construct_pairs(node, deep=True))


def _timestamp(loader: _Loader, node: yaml.ScalarNode) -> date:
    try:
        found: date = loader.construct_yaml_timestamp(node)
    except (ValueError, OverflowError, AttributeError):
        raise _RefusedError(lazy("there is no such date: {text}", text=node.value), node.start_mark) from None
    return found


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _timestamp)
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
            got=error.told if isinstance(error, _RefusedError) else error.problem or str(error),
            hint="look at the indentation and the quotes at this place",
            path=place,
        ) from None
    except (yaml.YAMLError, *_WRONG) as error:
        told = (str(error).splitlines() or [type(error).__name__])[0]
        raise DefinitionError("this is no valid YAML", got=told, path=source) from None


def compose_yaml(text: str) -> list[yaml.Node]:
    """Return the tree of nodes of every document of a text that says anything; none of a text that cannot be read."""
    try:
        return [node for node in yaml.compose_all(text, _Loader) if node.tag != _NULL]
    except (yaml.YAMLError, *_WRONG):
        return []


_NULL = "tag:yaml.org,2002:null"
_WRONG = (ValueError, OverflowError, LookupError, AttributeError, TypeError, RecursionError)
"""What PyYAML lets through of values that are not what their tags say, and of what lies too deep."""


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


class _Dumper(yaml.SafeDumper):
    """Every value written out."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  the signature is PyYAML's
        return True


def shown(value: object) -> str:
    """Return a value as an error shows it: short, in the language of documents."""
    text = yaml.dump(
        _pruned(value),
        Dumper=_Dumper,
        allow_unicode=True,
        default_flow_style=True,
        sort_keys=False,
        width=10**6,
    )
    text = re.sub(r"\s*\n\s*", " ", text.removesuffix("\n").removesuffix("\n...").strip())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}…"


_LONGEST, _DEEPEST, _MOST = 120, 5, 60
_GREATEST = 10**300


def _pruned(value: object, depth: int = 0) -> object:
    """Return as much of a value as can be shown."""
    if isinstance(value, Mapping | list | tuple) and depth > _DEEPEST:
        return "…"
    if isinstance(value, Mapping):
        some = list(value.items())[:_MOST]
        return {str(_pruned(key, depth + 1)): _pruned(item, depth + 1) for key, item in some}
    if isinstance(value, list | tuple):
        return [_pruned(item, depth + 1) for item in value[:_MOST]]
    if isinstance(value, str):
        return str(value[: 2 * _LONGEST])
    if type(value) is int and abs(value) > _GREATEST:
        return "…"
    return value if value is None or type(value) in {bool, int, float, date, datetime} else repr(value)
