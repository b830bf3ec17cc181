"""Presets are data: what they may say, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from kogorta.errors import ImportPresetError
from kogorta.ingest.presets.load import read_preset
from kogorta.ingest.presets.paths import Node, nodes_at, text_at

GOOD: dict[str, Any] = {
    "id": "till",
    "name": "Till",
    "follows": ["The manual of the till"],
    "files": [
        {
            "id": "receipts",
            "reads": {"en": "receipts", "ru": "чеки"},
            "header": ["No", ["Sum", "Total"]],
            "tables": [
                {"table": "orders", "fields": {"order_id": "No", "amount": ["Sum", "Total"]}, "rest": True}
            ],
        }
    ],
}


def changed(path: str, value: Any) -> str:
    """Return the good preset as YAML with one thing changed; `…` takes it away."""
    document = yaml.safe_load(yaml.safe_dump(GOOD, sort_keys=False))
    place = document
    *steps, last = (int(step) if step.isdigit() else step for step in path.split("."))
    for step in steps:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False)


def test_a_preset_is_read() -> None:
    """Covers: P19"""
    preset = read_preset(changed("decimal", ","))
    assert preset.decimal == ","
    assert preset.files[0].header == (("No",), ("Sum", "Total"))
    assert preset.files[0].tables[0].cells == ("No", "Sum", "Total")
    assert not preset.files[0].guessed
    assert read_preset(changed("files.0.guessed", True)).files[0].guessed


TABLE = "files.0.tables.0"
FIELDS = f"{TABLE}.fields"


@pytest.mark.parametrize(
    ("path", "value", "error", "where"),
    [
        ("files", ..., "lacks a key", ""),
        ("colour", "red", "unknown key", ""),
        ("files", [], "list that is not empty", "till"),
        ("name", 5, "a text in quotes", "till.name"),
        ("decimal", ";", "this word is not known here", "till.decimal"),
        ("files.0.form", "yaml", "this word is not known here", "files[0].form"),
        ("files.0.reads", {"en": "receipts"}, "lacks a key", "files[0].reads"),
        ("files.0.header", "No", "list that is not empty", "files[0].header"),
        (f"{TABLE}.table", "receipts", "this word is not known here", "tables[0].table"),
        (f"{TABLE}.unit", "a/b", "unknown key", "tables[0]"),
        (f"{TABLE}.needs", ["status"], "needed that nothing fills", "tables[0]"),
        (f"{TABLE}.words", {"ready": "visited"}, "cannot mean this", "words"),
        (f"{TABLE}.words", {True: "completed"}, "a text in quotes", "words"),
        (FIELDS, {"sum": "Sum"}, "no such field", "fields"),
        (f"{FIELDS}.amount", 5, "section with names and values", "fields.amount"),
        (f"{FIELDS}.amount", {"of": "Sum", "upper": True}, "unknown key", "fields.amount"),
        (f"{FIELDS}.amount", {"of": "Sum", "take": "no group"}, "regular expression", "fields.amount"),
        (f"{FIELDS}.amount", {"of": "Sum", "take": "("}, "regular expression", "fields.amount"),
        (f"{FIELDS}.amount", {"of": "Sum", "tree": "groups"}, "no such tree", "fields.amount"),
        (f"{FIELDS}.amount", {"of": "Sum", "decimals": 9}, "1 to 6 decimals", "fields.amount"),
        (f"{FIELDS}.amount", {"of": "Sum", "without": "0"}, "a list belongs here", "fields.amount"),
    ],
)
def test_what_a_preset_cannot_say(path: str, value: Any, error: str, where: str) -> None:
    """Covers: P19"""
    with pytest.raises(ImportPresetError, match=error) as caught:
        read_preset(changed(path, value))
    assert where in (caught.value.path or "")


def test_text_that_is_no_preset() -> None:
    """Covers: P19"""
    for text in ("a: [", "- 1", ""):
        with pytest.raises(ImportPresetError):
            read_preset(text)


DOCUMENT = {
    "number": "7",
    "empty": "",
    "paid": True,
    "customer": {"id": "12", "phones": [{"number": ""}, {"number": "+7916"}]},
    "items": [
        {
            "title": "Кофе",
            "sum": "10",
            "marks": [{"name": "Вес", "value": "1 кг"}, {"name": "Цвет/тон", "value": "тёмный"}],
        },
        {"title": "Чай", "sum": "5"},
    ],
}


def test_paths() -> None:
    """Covers: P19"""
    top = Node(DOCUMENT)
    wanted = {
        "number": "7",
        "empty": None,
        "paid": "true",
        "customer": None,
        "customer/id": "12",
        "customer/phones/number": "+7916",
        "nothing/here": None,
        "items[]/title": "Кофе, Чай",
        "items/title": "Кофе",
        "items[title=Чай]/sum": "5",
        "items/marks[name=Цвет/тон]/value": "тёмный",
    }
    assert {path: text_at(top, path) for path in wanted} == wanted
    lines = list(nodes_at(top, "items"))
    assert [
        (text_at(line, "title"), text_at(line, "../number"), text_at(line, "../customer/id"))
        for line in lines
    ] == [
        ("Кофе", "7", "12"),
        ("Чай", "7", "12"),
    ]
    assert list(nodes_at(top, "../up")) == []
