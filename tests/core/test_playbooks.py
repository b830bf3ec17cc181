"""Names and cards of segments: complete, in both languages, for every kind of business."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator

from kogorta.definitions.dump import dump, to_yaml
from kogorta.definitions.json_schema import json_schema
from kogorta.definitions.names import LANGUAGES, Words, schemes, segment_name, words
from kogorta.definitions.parsing import parse_text
from kogorta.definitions.playbooks import VARIABLES, Card, Channel, Goal, card, cards, parse_cards
from kogorta.errors import DefinitionError, NotFoundError, ProblemsError
from kogorta.vocab import Business, LifecycleStage

TEXTS = ("need", "message", "usp", "offer", "avoid", "kpi")
ANSWERED = {
    *("G23", "G24", "G25", "G30", "G31", "G32", "G33"),
    *("R03", "R04", "R05", "R06", "R07"),
    *(f"R{number}" for number in range(12, 25)),
    *("S29", "S30"),
}
EVERY_CARD = [card for business in Business for card in cards(business).values()]


def test_every_scheme_has_its_segments() -> None:
    assert {key: len(scheme.segments) for key, scheme in schemes().items()} == {
        "rfm_simple": 7,
        "rfm_classic": 11,
        "rfm_quick": 5,
        "lifecycle": 6,
        "lifecycle_quick": 6,
    }
    assert list(schemes()["lifecycle"].segments) == [stage.value for stage in LifecycleStage]


def test_names_are_said_in_both_languages() -> None:
    for scheme in schemes().values():
        for segment in scheme.segments.values():
            assert re.search("[а-я]", segment.name.ru)
            assert not re.search("[а-яё]", segment.name.en + segment.meaning.en)
            assert segment.meaning.ru != segment.name.ru
            assert segment.name["en"] == segment.name.en
        names = [segment.name.ru for segment in scheme.segments.values()]
        assert len(set(names)) == len(names), f"two segments of {scheme.id} share a name"


def test_an_unknown_segment_is_an_error() -> None:
    with pytest.raises(NotFoundError, match=r"rfm_simple\.vip"):
        segment_name("rfm_simple", "vip")
    with pytest.raises(NotFoundError, match=r"rfm_simple\.vip"):
        card("rfm_simple", "vip", Business.SHOP)


@pytest.mark.parametrize("value", [None, {"ru": "да"}, {"ru": "да", "en": " "}, {"ru": "да", "en": 1}, "да"])
def test_a_text_in_one_language_is_refused(value: object) -> None:
    with pytest.raises(DefinitionError, match="write both languages"):
        words(value, "here")


@pytest.mark.parametrize("business", Business)
def test_every_segment_has_a_card(business: Business) -> None:
    """Covers: G30, R13."""
    named = {(scheme.id, segment) for scheme in schemes().values() for segment in scheme.segments}
    assert set(cards(business)) == named


def test_a_card_says_everything_a_strategy_needs() -> None:
    """Covers: G30, G31, G32, G33, R12."""
    for plan in EVERY_CARD:
        assert plan.goal in Goal
        assert plan.channels, plan
        assert len(set(plan.channels)) == len(plan.channels)
        assert 1 <= plan.max_contacts <= 8
        assert 7 <= plan.per_days <= 120
        for name in TEXTS:
            text = getattr(plan, name)
            assert re.search("[а-я]", text.ru), (plan.scheme, plan.segment, name)
            assert not re.search("[а-яё]", text.en), (plan.scheme, plan.segment, name)
            for lang in LANGUAGES:
                assert 12 <= len(text[lang]) <= 130, (plan.scheme, plan.segment, name, lang)


def test_every_requirement_is_answered_by_a_card() -> None:
    """Covers: G23, G25, R05, R14, R15, R16, R17, R18, R19, R20, R21, R22, R23, R24."""
    covered = {requirement for plan in EVERY_CARD for requirement in plan.covers}
    assert covered >= ANSWERED, sorted(ANSWERED - covered)


def test_messages_may_name_the_top_share_and_the_saving() -> None:
    """Covers: R06, R07."""
    used = {
        name
        for plan in EVERY_CARD
        for name in re.findall(r"\{(\w+)\}", " ".join(plan.message[x] for x in LANGUAGES))
    }
    assert used == VARIABLES
    for plan in EVERY_CARD:
        for name in TEXTS:
            text = getattr(plan, name)
            assert set(re.findall(r"\{\w+\}", text.ru)) == set(re.findall(r"\{\w+\}", text.en))


def test_discounts_and_budgets_have_limits() -> None:
    """Covers: G24, R03, R65, R68."""
    assert card("rfm_simple", "champions", Business.SHOP).discount_limit_pct == 0
    assert all(plan.discount_limit_pct is not None and plan.discount_limit_pct <= 20 for plan in EVERY_CARD)
    lost = card("rfm_simple", "lost", Business.SHOP)
    assert lost.budget_limit_pct is not None
    assert lost.budget_limit_pct <= 5
    assert {Channel.CALL} & set(lost.channels) == set(), "calls to the lost do not pay"


def test_those_at_risk_get_no_discount_at_once() -> None:
    """Covers: R04."""
    plan = card("rfm_simple", "at_risk", Business.SHOP)
    assert "кидк" in plan.avoid.ru
    assert "iscount" in plan.avoid.en


def test_a_salon_has_its_own_words() -> None:
    """Covers: S29, S30."""
    for scheme, segment, requirement in (
        ("rfm_simple", "newcomers", "S29"),
        ("lifecycle_quick", "new", "S29"),
        ("lifecycle_quick", "regular", "S30"),
        ("lifecycle", "active", "S30"),
    ):
        assert requirement in card(scheme, segment, Business.SALON).covers
    shop, salon = (card("lifecycle", "new", business) for business in (Business.SHOP, Business.SALON))
    assert shop.offer != salon.offer
    assert "консультация по стилю" in salon.offer.ru
    everything = " ".join(plan.offer.ru + plan.message.ru for plan in cards(Business.SALON).values())
    assert "запис" in everything


def test_a_card_like_another_differs_only_where_it_says_so() -> None:
    whole = card("rfm_simple", "champions", Business.SHOP)
    assert card("rfm_quick", "champions", Business.SHOP) == replace(whole, scheme="rfm_quick")


GOOD = """
rfm_simple:
  champions:
    goal: loyalty
    channels: [email]
    contacts: {max: 1, days: 30}
    covers: []
    need: &t {ru: да, en: "yes"}
    message: *t
    usp: *t
    offer: *t
    avoid: *t
    kpi: *t
"""


def read(text: str) -> Card:
    """Read the one card of a text."""
    return parse_cards(text, Business.SHOP)["rfm_simple", "champions"]


def test_limits_may_be_left_out() -> None:
    plan = read(GOOD)
    assert plan.discount_limit_pct is None
    assert plan.budget_limit_pct is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("goal: loyalty", "goal: shout", "expected: sell, retain"),
        ("[email]", "[pigeon]", "got: pigeon"),
        ("max: 1", "max: 0", "not a whole number above 0"),
        ("kpi: *t", "colour: red", "not complete"),
        ("covers: []", "covers: []\n    colour: red", "unknown fields"),
        ("ru: да", 'ru: "{price}"', "got: price"),
        ("champions:", "vip:", "has no name"),
        ("goal: loyalty", "like: rfm_simple.nobody", "does not exist"),
    ],
)
def test_a_wrong_card_is_refused_with_its_place(old: str, new: str, said: str) -> None:
    with pytest.raises(DefinitionError, match=said) as caught:
        read(GOOD.replace(old, new, 1))
    assert "playbooks.yaml:rfm_simple." in str(caught.value)


# --- cards of people's own definitions ------------------------------------------------------------

OWN = """
segment: quiet
where: {did_not: order, within: 30d}
playbook:
  goal: win_back
  channels: [email, push]
  contacts: {max: 2, days: 30}
  discount_limit_pct: 10
  need: {ru: Повод вернуться, en: A reason to return}
  message: "You are among our top {top_percent}"
  usp: {en: We remember you}
  offer: {ru: Подарок, en: A gift}
  avoid: {ru: Давления, en: Pressure}
  kpi: {ru: Доля вернувшихся, en: Share returning}
"""


def test_a_definition_carries_its_card() -> None:
    """Covers: G30, G31, G32, G33."""
    (definition,) = parse_text(OWN)
    plan = definition.playbook
    assert plan is not None
    assert (plan.goal, plan.channels) == (Goal.WIN_BACK, (Channel.EMAIL, Channel.PUSH))
    assert (plan.max_contacts, plan.per_days, plan.discount_limit_pct) == (2, 30, 10)
    assert plan.budget_limit_pct is None
    assert plan.need == Words("Повод вернуться", "A reason to return")
    assert plan.usp == Words("We remember you", "We remember you")
    assert definition.playbooks == {"quiet": plan}


def test_a_card_is_written_back_as_it_was_meant() -> None:
    (definition,) = parse_text(OWN)
    assert parse_text(to_yaml(definition)) == (definition,)
    told = dump(definition)["playbook"]
    assert told["message"] == "You are among our top {top_percent}"
    assert told["contacts"] == {"max": 2, "days": 30}
    assert "budget_limit_pct" not in told
    Draft202012Validator(json_schema()).validate(dump(definition))


def test_segments_of_a_scheme_have_cards_each() -> None:
    card_text = OWN.partition("playbook:")[2].replace("\n  ", "\n      ")
    text = f"""
scheme: halves
segments:
  - id: one
    where: {{did: order}}
    playbook:{card_text}
otherwise:
  id: other
  playbook:{card_text.replace("win_back", "sell")}
"""
    (definition,) = parse_text(text)
    assert {id_: plan.goal for id_, plan in definition.playbooks.items()} == {
        "one": Goal.WIN_BACK,
        "other": Goal.SELL,
    }
    assert parse_text(to_yaml(definition)) == (definition,)
    Draft202012Validator(json_schema()).validate(dump(definition))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("goal: win_back", "goal: win_bakc", "quiet.yaml.playbook.goal: this word is not known here"),
        ("goal: win_back", "goal: win_bakc", "did you mean win_back?"),
        ("[email, push]", "[email, pigeon]", "playbook.channels[1]"),
        ("[email, push]", "[email, email]", "a channel stands here twice"),
        ("[email, push]", "email", "a list of channels belongs here"),
        ("max: 2", "max: 0", "playbook.contacts.max: a whole number belongs here"),
        ("{max: 2, days: 30}", "{max: 2}", "playbook.contacts.days"),
        ("{max: 2, days: 30}", "often", "playbook.contacts: names with values belong here"),
        ("discount_limit_pct: 10", "discount_limit_pct: 101", "from 0 to 100"),
        ("discount_limit_pct: 10", "discount_limit_pct: 10%", "a whole number belongs here"),
        ("  kpi: {ru: Доля вернувшихся, en: Share returning}\n", "", "expected: kpi"),
        ("kpi:", "kpl:", "did you mean kpi?"),
        ("{top_percent}", "{top_share}", "got: top_share\n  expected: bundle_saving, top_percent"),
        ("{ru: Подарок, en: A gift}", "{de: ein Geschenk}", "playbook.offer: a text belongs here"),
        ("{ru: Подарок, en: A gift}", "{ru: ' ', en: A gift}", "playbook.offer: a text belongs here"),
        ("{ru: Давления, en: Pressure}", "{ru: Давления, спешки, en: Haste}", "stands in quotes"),
    ],
)
def test_a_wrong_card_of_a_definition_is_refused(old: str, new: str, said: str) -> None:
    assert old in OWN
    with pytest.raises(ProblemsError) as caught:
        parse_text(OWN.replace(old, new, 1), "quiet.yaml")
    assert said in str(caught.value)
    assert all(
        problem.path and problem.path.startswith("quiet.yaml.playbook") for problem in caught.value.problems
    )


def test_everything_wrong_with_a_card_is_told_at_once() -> None:
    text = OWN.replace("win_back", "shout").replace("max: 2", "max: 0").replace("[email, push]", "[]")
    with pytest.raises(ProblemsError) as caught:
        parse_text(text)
    assert len(caught.value.problems) == 3


def test_the_schema_refuses_what_the_parser_refuses() -> None:
    (definition,) = parse_text(OWN)
    schema = Draft202012Validator(json_schema())
    for field, wrong in (
        ("goal", "shout"),
        ("channels", []),
        ("channels", ["email", "email"]),
        ("contacts", {"max": 0, "days": 1}),
        ("discount_limit_pct", 101),
        ("kpi", " "),
        ("colour", "red"),
    ):
        document = dump(definition)
        document["playbook"] = document["playbook"] | {field: wrong}
        assert not schema.is_valid(document), field
