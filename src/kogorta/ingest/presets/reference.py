"""The page about import presets, made from them so that it cannot fall behind."""

from __future__ import annotations

from collections.abc import Iterator

from kogorta.ingest.exports import (
    Cell,
    Changed,
    Constant,
    FilePart,
    First,
    ImportInstant,
    ImportPreset,
    Joined,
    TablePart,
    Times,
    Value,
)
from kogorta.ingest.presets.load import import_presets

_HEAD = """How the exports of other systems are read by `kogorta import DIR --preset NAME`: what tells each file, which tables it fills,
from what, and what the words of the system mean. How to export them, and what does not come over:
[Move from another system](../howto/move-from.md).

Consents and suppressions are committed first, then the tables in the order of the schema. A name is a column, or a path
of a document: `../` is what holds the record, `[]` takes all of several, `[key=text]` chooses. `a or b` is the first that
is filled. Words of your own win over those of a preset; columns that nothing asks for become properties."""

_GUESSED = """*The names of these columns are accepted guesses: no published page was found that shows them. Where yours are called otherwise,
say so with `--map`.*"""


def import_presets_page(made: str) -> str:
    """Return the page in Markdown.

    Args:
        made: The line that says how the page came about.
    """
    return "\n".join(["# Import presets", "", made, "", _HEAD, *_lines()]) + "\n"


def _lines() -> Iterator[str]:
    for preset in import_presets().values():
        yield from ("", f"## {preset.id}", "", f"{preset.name}. Written by: {'; '.join(preset.follows)}.")
        for part in preset.files:
            yield from _file(preset, part)


def _file(preset: ImportPreset, part: FilePart) -> Iterator[str]:
    yield from ("", f"### {preset.id}: {part.id}", "", f"Reads {part.reads['en']}. Told by: {_marks(part)}.")
    if part.guessed:
        yield from ("", _GUESSED)
    for table in part.tables:
        yield from ("", f"**{table.label}**{_place(table)}", "", "| field | from |", "|---|---|")
        yield from (f"| `{name}` | {_told(value)} |" for name, value in table.fields.items())
        if table.words:
            words = ", ".join(f"`{_cell(word)}` → {meaning}" for word, meaning in table.words.items())
            yield from ("", f"Words: {words}.")


def _marks(part: FilePart) -> str:
    marks = ", ".join(" or ".join(f"`{_cell(name)}`" for name in names) for names in part.header)
    return marks + (f"; called {', '.join(f'`{name}`' for name in part.names)}" if part.names else "")


def _place(table: TablePart) -> str:
    if not table.unit:
        return ""
    unit = "the document" if table.unit == "." else f"`{_cell(table.unit)}`"
    return f", each {unit}" + (f", in it `{_cell(table.record)}`" if table.record else "")


def _told(value: Value) -> str:
    """Say where a value comes from."""
    if isinstance(value, Cell):
        return f"`{_cell(value.name)}`"
    if isinstance(value, Constant):
        return f"“{value.text}”"
    if isinstance(value, ImportInstant):
        return "the instant of the import"
    if isinstance(value, Changed):
        return _changed(value)
    sign = {First: " or ", Joined: " + ", Times: " × "}[type(value)]
    return sign.join(_bracketed(part, value) for part in value.values)


def _bracketed(part: Value, whole: Value) -> str:
    is_nested = isinstance(part, First | Joined | Times) and type(part) is not type(whole)
    return f"({_told(part)})" if is_nested else _told(part)


def _changed(value: Changed) -> str:
    told = _told(value.of)
    if value.words:
        words = ", ".join(f"`{_cell(word)}` → {meaning}" for word, meaning in value.words.items())
        told += f" ({words}{', else nothing' if value.only else ''})"
    notes = [
        f"the part `{_cell(value.take)}`" if value.take else "",
        f"without {', '.join(f'`{_cell(text)}`' for text in value.without)}" if value.without else "",
        "summed" if value.total else "",
        "in hundredths" if value.hundredths else "",
        f"rounded to {value.decimals}" if value.decimals else "",
        f"then `{value.then}`" if value.then else "",
        f"by the tree `{value.tree}`" if value.tree else "",
        f"if filled: {value.filled}" if value.filled else "",
    ]
    said = ", ".join(note for note in notes if note)
    return f"{told}, {said}" if said else told


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
