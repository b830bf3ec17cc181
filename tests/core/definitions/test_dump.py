"""A definition written down and read again is the same one."""

from __future__ import annotations

import json
from datetime import date, datetime
from fractions import Fraction

import pytest
from hypothesis import given

from kogorta.definitions.document import Definition
from kogorta.definitions.dump import dump, dump_node, to_json, to_yaml
from kogorta.definitions.nodes import InList, Node, Op, Trait
from kogorta.definitions.nodes import Test as Check
from kogorta.definitions.parsing import Problems, parse_text, read_definition, read_node
from tests.core.definitions.trees import ANY_TEXT, Trees

TREES = Trees(ANY_TEXT)


def read(text: str) -> Definition:
    (found,) = parse_text(text)
    return found


@given(TREES.definition)
def test_what_is_dumped_is_read_again(definition: Definition) -> None:
    problems = Problems()
    again = read_definition(dump(definition), "", problems)
    assert not problems.found, problems.found
    assert again == definition
    assert same(again, definition)


@given(TREES.definition)
def test_so_it_is_as_yaml_and_as_json(definition: Definition) -> None:
    for text in (to_yaml(definition), to_json(definition)):
        again = read(text)
        assert again == definition
        assert same(again, definition), text


@given(TREES.node)
def test_there_is_one_spelling(node: Node) -> None:
    once = dump_node(node)
    again = dump_node(read_node(json.loads(json.dumps(once)), "", Problems()))
    assert json.dumps(again) == json.dumps(once), "the order of the keys is part of it"


def same(one: object, other: object) -> bool:
    """1 and true are equal in Python, and so are 1 and 1/1: their types must be the same too."""
    return repr(ordered(one)) == repr(ordered(other))


def ordered(found: object) -> object:
    assert isinstance(found, Definition)
    names = [sorted(found.name.items()), sorted(found.otherwise_name.items())]
    return found.where, found.base, [(p.id, p.where, sorted(p.name.items())) for p in found.parts], names


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("{did: order, from: 14d}", "{did: order, within: 14d}"),
        ("{did: order, times: {at_least: 1}}", "{did: order}"),
        ("{within: 30 d, did: order}", "{did: order, within: 30d}"),
        ("{regularly: visit, in_each: 1w, of: 4, at_least: 4}", "{regularly: visit, in_each: 1w, of: 4}"),
        ("{trait: age, exists: false}", "{trait: age, missing: true}"),
        ("{trait: age, missing: true, exists: false}", "{trait: age, missing: true, exists: false}"),
        ("{trait: age, zone: workspace, is: 30.0}", "{trait: age, is: 30}"),
        ('{trait: size, is: "42"}', "{trait: size, is: '42'}"),
        ('{trait: size, in: ["1e5", 1.50, no]}', "{trait: size, in: ['1e5', 1.5, false]}"),
        ('{trait: since, is: "2026-06-12"}', "{trait: since, is: 2026-06-12}"),
        (
            "{did: order, since: 2026-06-12T15:00:00+03:00}",
            "{did: order, since: '2026-06-12T12:00:00Z'}",
        ),
        ("{trait: spent, top: 10.0%}", "{trait: spent, top: 10%}"),
        ("{trait: spent, percentile: {at_least: 99.5}}", "{trait: spent, percentile: {at_least: 99.5}}"),
        (
            "{did: order, within: 30d, change: {at_least: -12.50 %}}",
            "{did: order, change: {at_least: -12.5%}, within: 30d}",
        ),
        ("{entered: a.b, causes: behaviour}", "{entered: a.b}"),
        (
            "{consent: {purpose: service, channel: any}, is: granted}",
            "{consent: {channel: any, purpose: service}}",
        ),
    ],
)
def test_the_canonical_spelling(written: str, canonical: str) -> None:
    assert to_yaml(read(f"segment: a\nwhere: {written}")) == f"segment: a\nwhere: {canonical}\n"


def test_dates_are_texts_where_json_is_meant() -> None:
    tests = (
        Check(Op.IN, (date(2026, 6, 12), datetime.fromisoformat("2026-06-12T09:00"), Fraction(1, 2))),
        Check(Op.TOP, Fraction(1, 10)),
    )
    assert dump_node(Trait("x", tests)) == {
        "trait": "x",
        "in": ["2026-06-12", "2026-06-12T09:00:00Z", 0.5],
        "top": "10%",
    }


def test_a_date_in_the_purpose_is_a_text_in_yaml_as_in_json() -> None:
    one = read("segment: a\npurpose: {until: 2026-06-12, steps: [2026-06-13]}\nwhere: {in_list: b}")
    assert one.purpose == {"until": "2026-06-12", "steps": ["2026-06-13"]}
    assert read(to_yaml(one)) == one == Definition("a", InList("b"), purpose=one.purpose)


def test_a_name_in_both_languages_is_said_once_where_it_is_the_same() -> None:
    assert dump(Definition("a", InList("b"), name={"en": "VIP", "ru": "VIP"}))["name"] == "VIP"
    assert list(dump(Definition("a", InList("b"), name={"en": "A", "ru": "А"}))["name"]) == ["ru", "en"]
