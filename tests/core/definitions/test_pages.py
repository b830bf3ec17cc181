"""The pages about the language say what is true: their examples are right, their sentences are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kogorta.definitions.check import check
from kogorta.definitions.facts import reserved_facts
from kogorta.definitions.json_schema import NODES
from kogorta.definitions.nodes import Op
from kogorta.definitions.parsing import parse_text
from kogorta.definitions.reference import EXAMPLES, TESTS, nodes_page
from kogorta.definitions.sentence import Names, sentence
from kogorta.i18n import NBSP
from tests.core.definitions.shop import READY, catalogue

HOWTO = Path(__file__).parents[3] / "docs" / "howto" / "write-a-segment.md"
SHOP = catalogue(
    lists=["complaints", "black_friday"],
    events=["product_viewed", "cart_added", "page_viewed"],
    segments=[*READY, "lifecycle.active", "lifecycle.returned"],
)
FOUND = re.findall(r"```yaml\n(.*?)```\n\n> ([^\n]*)\n>\n> ([^\n]*)\n", HOWTO.read_text("utf-8"), re.DOTALL)


def test_there_are_eleven_definitions_and_a_scheme() -> None:
    assert len(FOUND) == 12


@pytest.mark.parametrize(("written", "russian", "english"), FOUND)
def test_the_guide_shows_what_is_said(written: str, russian: str, english: str) -> None:
    (definition,) = parse_text(written)
    said = [
        sentence(definition, lang, SHOP, Names(currency="RUB")).replace(NBSP, " ") for lang in ("ru", "en")
    ]
    assert said == [russian, english]


@pytest.mark.parametrize("written", [item[0] for item in FOUND])
def test_a_shop_could_use_the_examples_of_the_guide(written: str) -> None:
    (definition,) = parse_text(written)
    assert not check({definition.id: definition}, SHOP)


@pytest.mark.parametrize("word", EXAMPLES)
def test_a_shop_could_use_the_examples_of_the_reference(word: str) -> None:
    (definition,) = parse_text(f"segment: a\nwhere: {EXAMPLES[word]}")
    assert not check({definition.id: definition}, SHOP)


def test_the_reference_leaves_nothing_out() -> None:
    assert list(EXAMPLES) == list(NODES)
    assert list(TESTS) == list(Op)
    page = nodes_page("")
    assert not [name for name in reserved_facts(2) if f"### {name}\n" not in page]
