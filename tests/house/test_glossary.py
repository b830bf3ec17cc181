"""`vocab.py` and `GLOSSARY.md` say the same words."""

from __future__ import annotations

import enum
import inspect
import re

from kogorta import vocab
from tests.house.files import headings, read_page

SECTION = "Values"


def enums() -> dict[str, set[str]]:
    found = inspect.getmembers(vocab, lambda item: inspect.isclass(item) and issubclass(item, enum.Enum))
    return {
        name: {str(member.value) for member in kind}
        for name, kind in found
        if kind.__module__ == vocab.__name__
    }


def tables_of_values() -> dict[str, set[str]]:
    """Read the tables below `## Values`: one heading per enum, one row per value in backticks."""
    page = read_page("GLOSSARY.md")
    _, _, values = page.partition(f"\n## {SECTION}\n")
    values = re.split(r"^## ", values, maxsplit=1, flags=re.MULTILINE)[0]
    tables: dict[str, set[str]] = {}
    for part in re.split(r"^### ", values, flags=re.MULTILINE)[1:]:
        title, _, body = part.partition("\n")
        tables[title.strip(" `")] = set(re.findall(r"^\| *`([^`]+)` *\| *\S", body, re.MULTILINE))
    return tables


def test_every_enum_and_value_is_explained() -> None:
    explained = tables_of_values()
    missing = [
        f"### {name}: | `{value}` | … |"
        for name, values in enums().items()
        for value in sorted(values - explained.get(name, set()))
    ]
    assert not missing, f"add to GLOSSARY.md, below '## {SECTION}':\n" + "\n".join(missing)


def test_nothing_is_explained_that_does_not_exist() -> None:
    known = enums()
    extra = [
        f"{name}.{value}"
        for name, values in tables_of_values().items()
        for value in sorted(values - known.get(name, set()))
        or ([] if name in known else ["(the whole table)"])
    ]
    assert not extra, "GLOSSARY.md explains what vocab.py does not have:\n" + "\n".join(extra)


def test_no_word_is_explained_twice() -> None:
    words = [text for level, text in headings(read_page("GLOSSARY.md")) if level == 3]
    terms = re.findall(r"^\| \*\*([^*]+)\*\* \|", read_page("GLOSSARY.md"), re.MULTILINE)
    for found in (words, terms):
        assert sorted(found) == sorted(set(found))
