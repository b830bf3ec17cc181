"""Read presets from YAML, and refuse what could not be read by them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, get_args

from kogorta.errors import ImportPresetError, MappingError
from kogorta.i18n import Lang, lazy
from kogorta.ingest.exports import (
    Cell,
    Changed,
    Constant,
    FilePart,
    FillDown,
    First,
    Form,
    ImportInstant,
    ImportPreset,
    Joined,
    TablePart,
    Times,
    Tree,
    Value,
)
from kogorta.ingest.mapping.fields import find_field
from kogorta.schema import TABLES, ColumnType

LANGUAGES: tuple[Lang, ...] = get_args(Lang)
_PRESET = {"id", "name", "follows", "files"}
_FILE = {"id", "reads", "header", "tables"}
_TABLE = {"table", "fields"}
_CHANGES = {
    "take",
    "without",
    "total",
    "hundredths",
    "decimals",
    "lower",
    "then",
    "words",
    "only",
    "filled",
    "tree",
}


def parse_preset(document: object) -> ImportPreset:
    """Read a preset from a document of YAML.

    Raises:
        ImportPresetError: It is not written right; `path` says where.
    """
    item = _section(document, "", _PRESET, {"decimal", "date_format"})
    place = str(item["id"])
    files = tuple(_file(part, f"{place}.files[{n}]") for n, part in enumerate(_list(item["files"], place)))
    if len({part.id for part in files}) < len(files):
        raise ImportPresetError("two files of a preset have one id", path=place)
    return ImportPreset(
        place,
        _text(item["name"], f"{place}.name"),
        _texts(item["follows"], f"{place}.follows"),
        files,
        _chosen(item, "decimal", (",", "."), place),
        _chosen(item, "date_format", ("dmy", "mdy"), place),
    )


def _file(document: object, place: str) -> FilePart:
    item = _section(document, place, _FILE, {"form", "trees", "names", "guessed"})
    form = Form(_chosen(item, "form", tuple(Form), place) or Form.TABLE)
    reads = _section(item["reads"], f"{place}.reads", set(LANGUAGES), set())
    trees = {
        str(name): _tree(tree, f"{place}.trees.{name}")
        for name, tree in _mapping(item.get("trees") or {}, f"{place}.trees").items()
    }
    tables = tuple(
        _table(part, form, set(trees), f"{place}.tables[{n}]")
        for n, part in enumerate(_list(item["tables"], place))
    )
    return FilePart(
        _text(item["id"], f"{place}.id"),
        form,
        {lang: _text(reads[lang], f"{place}.reads.{lang}") for lang in LANGUAGES},
        tuple(_names(names, f"{place}.header") for names in _list(item["header"], f"{place}.header")),
        tables,
        trees,
        _texts(item.get("names") or [], f"{place}.names"),
        bool(item.get("guessed")),
    )


def _names(document: object, place: str) -> tuple[str, ...]:
    """Read a name, or several of which one is enough."""
    return _texts(document, place) if isinstance(document, list) else (_text(document, place),)


def _tree(document: object, place: str) -> Tree:
    item = _section(document, place, {"unit", "id", "name"}, {"children"})
    return Tree(**{key: _text(text, f"{place}.{key}") for key, text in item.items()})


def _table(document: object, form: Form, trees: set[str], place: str) -> TablePart:
    paths = {"record"} if form is not Form.TABLE else {"fill_down"}
    needed = _TABLE | ({"unit"} if form is not Form.TABLE else set())
    item = _section(document, place, needed, {"needs", "words", "rest", "leave", *paths})
    name = _chosen(item, "table", tuple(TABLES), place) or ""
    fields = {
        _field(name, str(key), place): _value(value, trees, f"{place}.fields.{key}")
        for key, value in _mapping(item["fields"], f"{place}.fields").items()
    }
    needs = _texts(item.get("needs") or [], f"{place}.needs")
    for field in needs:
        if field not in fields:
            raise ImportPresetError(
                "a field is needed that nothing fills", got=field, expected=", ".join(fields), path=place
            )
    fill = item.get("fill_down")
    return TablePart(
        name,
        fields,
        str(item.get("unit") or ""),
        str(item.get("record") or ""),
        needs,
        _words(name, item.get("words") or {}, f"{place}.words"),
        bool(item.get("rest")),
        _texts(item.get("leave") or [], f"{place}.leave"),
        _fill_down(fill, f"{place}.fill_down") if fill else None,
    )


def _fill_down(document: object, place: str) -> FillDown:
    item = _section(document, place, {"by", "cells"}, set())
    return FillDown(_names(item["by"], place), _texts(item["cells"], place))


def _field(table: str, name: str, place: str) -> str:
    try:
        find_field(table, name)
    except MappingError as error:
        raise ImportPresetError(
            error.message, got=name, expected=error.expected, path=f"{place}.fields"
        ) from None
    return name


def _words(table: str, document: object, place: str) -> dict[str, str]:
    allowed = {v for column in TABLES[table] if column.type is ColumnType.ENUM for v in column.values}
    words = {_text(word, place): meaning for word, meaning in _mapping(document, place).items()}
    for word, meaning in words.items():
        if meaning not in allowed:
            raise ImportPresetError(
                lazy("a word cannot mean this in {form}", form=table),
                got=f"{word}: {meaning}",
                expected=", ".join(sorted(allowed)),
                path=place,
            )
    return words


def _value(document: object, trees: set[str], place: str) -> Value:
    """Read a value: a header or path, a list of which the first filled one counts, or a section."""
    if isinstance(document, str):
        return Cell(_text(document, place))
    if isinstance(document, list):
        return First(tuple(_value(part, trees, f"{place}[{n}]") for n, part in enumerate(document)))
    item = _mapping(document, place)
    if item == {"at": "import"}:
        return ImportInstant()
    if set(item) == {"is"}:
        return Constant(_text(item["is"], place))
    if "join" in item:
        item = _section(item, place, {"join"}, {"by"})
        parts = _list(item["join"], place)
        return Joined(tuple(_value(part, trees, place) for part in parts), str(item.get("by", " ")))
    if set(item) == {"times"}:
        return Times(tuple(_value(part, trees, place) for part in _list(item["times"], place)))
    return _changed(item, trees, place)


def _changed(document: object, trees: set[str], place: str) -> Changed:
    item = _section(document, place, {"of"}, _CHANGES)
    take, tree = item.get("take"), item.get("tree")
    if take is not None and not _has_one_group(str(take)):
        raise ImportPresetError(
            "this is no regular expression with one group", got=take, expected="such as ([^/]+)$", path=place
        )
    if tree is not None and tree not in trees:
        raise ImportPresetError("there is no such tree", got=tree, expected=", ".join(trees), path=place)
    decimals = item.get("decimals")
    if decimals not in (None, 1, 2, 3, 4, 5, 6):
        raise ImportPresetError("a number is rounded to 1 to 6 decimals", got=str(decimals), path=place)
    words = _mapping(item.get("words") or {}, place)
    return Changed(
        _value(item["of"], trees, place),
        take=take,
        without=_texts(item.get("without") or [], place),
        total=bool(item.get("total")),
        hundredths=bool(item.get("hundredths")),
        decimals=decimals,
        lower=bool(item.get("lower")),
        then=_text(item["then"], place) if "then" in item else None,
        words={_text(word, place): _text(meaning, place) for word, meaning in words.items()},
        only=bool(item.get("only")),
        filled=_text(item["filled"], place) if "filled" in item else None,
        tree=tree,
    )


def _has_one_group(pattern: str) -> bool:
    try:
        return re.compile(pattern).groups == 1
    except re.error:
        return False


def _section(document: object, place: str, needed: set[str], allowed: set[str]) -> Mapping[str, Any]:
    item = _mapping(document, place)
    missing, unknown = needed - set(item), set(item) - needed - allowed
    if missing or unknown:
        raise ImportPresetError(
            "a preset lacks a key" if missing else "a preset has an unknown key",
            got=", ".join(sorted(map(str, unknown))) or None,
            expected=", ".join(sorted(missing or needed | allowed)),
            path=place or None,
        )
    return item


def _mapping(document: object, place: str) -> Mapping[str, Any]:
    if not isinstance(document, dict):
        raise ImportPresetError(
            "a section with names and values belongs here", got=str(document), path=place or None
        )
    return document


def _list(document: object, place: str) -> list[Any]:
    if not isinstance(document, list) or not document:
        raise ImportPresetError("a list that is not empty belongs here", got=str(document), path=place)
    return document


def _texts(document: object, place: str) -> tuple[str, ...]:
    if not isinstance(document, list):
        raise ImportPresetError("a list belongs here", got=str(document), path=place)
    return tuple(_text(item, place) for item in document)


def _text(document: object, place: str) -> str:
    """Read a text; YAML takes `on`, `yes`, `no` and numbers for something else unless they stand in quotes."""
    if not isinstance(document, str) or not document:
        raise ImportPresetError("a text in quotes belongs here", got=str(document), path=place)
    return document


def _chosen(item: Mapping[str, Any], key: str, allowed: tuple[str, ...], place: str) -> str | None:
    value = item.get(key)
    if value is not None and value not in allowed:
        raise ImportPresetError(
            "this word is not known here", got=str(value), expected=", ".join(allowed), path=f"{place}.{key}"
        )
    return value
