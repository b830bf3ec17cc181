"""Whatever a definition says can be said in both languages, and Russian stays Russian."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given

from kogorta.compile.catalogue import traits_of
from kogorta.definitions.catalogue import Catalogue, Kind, Source, TraitInfo
from kogorta.definitions.document import Definition
from kogorta.definitions.facts import event_columns, reserved_facts
from kogorta.definitions.nodes import Node, Op, Trait
from kogorta.definitions.nodes import Test as Check
from kogorta.definitions.sentence import Names, clause, sentence
from kogorta.definitions.sentence.words import lexicon
from kogorta.i18n import NBSP, Lang
from kogorta.traits.catalogue import TRAITS
from kogorta.traits.contract import BUYERS
from kogorta.vocab import ConsentPurpose, ContactKind
from tests.core.definitions.trees import ANY_TEXT, CYRILLIC, KNOWN_TRAITS, Trees

CYRILLIC_TREES, TREES = Trees(CYRILLIC), Trees(ANY_TEXT)
NAMES = Names(segments={"value.unknown": {"ru": "Неизвестные", "en": "Unknown"}}, currency="RUB")
PAIRS = {"ru": (("«", "»"), ("(", ")")), "en": (("“", "”"), ("(", ")"))}
LANGS: tuple[Lang, ...] = ("ru", "en")


@given(CYRILLIC_TREES.node)
def test_every_condition_has_a_sentence(node: Node) -> None:
    for lang in LANGS:
        text = sentence(node, lang, names=NAMES)
        assert text.endswith(".")
        assert text.startswith({"ru": "Клиенты, ", "en": "Customers "}[lang])
        check(text, lang)
        check(clause(node, lang, names=NAMES), lang)


@given(CYRILLIC_TREES.definition)
def test_every_definition_has_a_sentence(definition: Definition) -> None:
    named = replace(
        definition,
        id="а",
        parts=tuple(replace(part, id="б") for part in definition.parts),
        otherwise="в" if definition.otherwise else None,
    )
    for lang in LANGS:
        check(sentence(named, lang, names=NAMES), lang)


@given(TREES.definition)
def test_whatever_the_shop_calls_its_things(definition: Definition) -> None:
    for lang in LANGS:
        assert len(sentence(definition, lang)) > len("Клиенты.")


@given(CYRILLIC_TREES.leaf)
def test_the_clause_of_a_condition_is_part_of_its_sentence(node: Node) -> None:
    for lang in LANGS:
        assert clause(node, lang) in sentence(node, lang)


def check(text: str, lang: Lang) -> None:
    for opening, closing in PAIRS[lang]:
        assert text.count(opening) == text.count(closing), text
    assert "{" not in text
    assert "None" not in text
    if lang == "ru":
        assert not re.search("[A-Za-z]", text.replace("«order»", "")), text
    else:
        outside = re.sub("“[^”]*”", "", text)
        assert not re.search("[А-Яа-яЁё]", outside), text


# --- there are words for everything that has a fixed name ----------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_every_reserved_fact_and_each_of_its_columns_has_words(lang: Lang) -> None:
    words = lexicon(lang)
    facts = reserved_facts(2)
    assert not set(facts) - set(words.facts)
    silent = [
        (fact, name) for fact, info in facts.items() for name in info.columns if not words.column(fact, name)
    ]
    silent += [("event", name) for name in event_columns(2) if not words.column("", name)]
    assert not silent
    worded = [
        (fact, name, value)
        for fact, info in facts.items()
        for name, column in info.columns.items()
        for value in column.values
        if value not in words.columns[name].values
    ]
    assert not worded


@pytest.mark.parametrize("lang", LANGS)
def test_every_trait_has_words(lang: Lang) -> None:
    words, known = lexicon(lang), traits_of([], 2)
    assert not set(known) - set(words.traits)
    assert not set(KNOWN_TRAITS) - set(known)
    silent = [
        (name, value)
        for name, info in known.items()
        for value in info.values
        if value not in words.traits[name].values
    ]
    assert not silent
    amounts = {name for name, info in known.items() if info.kind is Kind.MONEY}
    assert {name for name in amounts if words.traits[name].unit != "money"} == set()


@pytest.mark.parametrize("lang", LANGS)
def test_sentences_say_who_is_compared(lang: Lang) -> None:
    """As the contract of each trait says it."""
    words = lexicon(lang)
    for trait in TRAITS:
        crowd = words.traits[trait.name].crowd
        assert (crowd == "buyers") is (trait.about == BUYERS), trait.name
        assert (crowd == "") is (trait.about == ""), trait.name


@pytest.mark.parametrize("lang", LANGS)
def test_every_purpose_and_channel_of_a_consent_has_words(lang: Lang) -> None:
    words = lexicon(lang)
    assert set(words.purposes) == {purpose.value for purpose in ConsentPurpose}
    assert not {kind.value for kind in ContactKind} - {"card", "client_id"} - set(words.channels)


@pytest.mark.parametrize("lang", LANGS)
def test_no_words_are_left_empty(lang: Lang) -> None:
    words = lexicon(lang)
    for fact in (*words.facts.values(), *words.events.values()):
        assert all((fact.did, fact.did_not, fact.one, fact.many))
        assert fact.gender in ({"m", "f", "n"} if lang == "ru" else {""})
    for value in (*words.traits.values(), *words.columns.values()):
        assert value.label
        assert value.gender in ({"m", "f", "n", "p"} if lang == "ru" else {"", "p"})
        assert value.unit in {"", "money", *words.units}
        assert bool(value.so) == bool(value.not_so)


def test_an_amount_of_the_shops_own_is_one_where_the_catalogue_says_so() -> None:
    info = TraitInfo(Kind.MONEY, Source.ATTRIBUTE, "p_deposit", 100)
    catalogue = Catalogue({"депозит": info}, {}, minor_digits=2)
    node = Trait("депозит", (Check(Op.AT_LEAST, 5000),))
    said = [clause(node, "ru", known, NAMES).replace(NBSP, " ") for known in (catalogue, None)]
    assert said == ["признак «депозит» не менее 5 000 ₽", "признак «депозит» не менее 5 000"]
