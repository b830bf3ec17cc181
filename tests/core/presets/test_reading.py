"""The shipped presets are complete, and one that is not as it must be is refused."""

from __future__ import annotations

import re

import pytest

from kogorta.compile.catalogue import traits_of
from kogorta.definitions.catalogue import Catalogue
from kogorta.definitions.document import Definition
from kogorta.definitions.dump import to_yaml
from kogorta.definitions.facts import reserved_facts
from kogorta.definitions.names import LANGUAGES
from kogorta.definitions.nodes import Trait
from kogorta.definitions.parsing import parse_text
from kogorta.definitions.playbooks import TEXTS
from kogorta.definitions.presets import Group, lacking, needs_of, preset, presets, read_presets
from kogorta.definitions.sentence import sentence
from kogorta.errors import DefinitionError, InputError, KogortaError, NotFoundError, ProblemsError
from kogorta.vocab import Business

TRAITS = traits_of((), 2)
EVERY = [item for business in Business for item in presets(business).values()]


def catalogue(*present: str, events: tuple[str, ...] = ()) -> Catalogue:
    """A base with rows in these tables, which has seen these events."""
    return Catalogue(TRAITS, reserved_facts(2), {name: {} for name in events}, present=frozenset(present))


def names_of(definition: Definition) -> list[dict[str, str]]:
    """The names of a definition and of its segments."""
    parts = [dict(part.name) for part in definition.parts]
    return [
        dict(definition.name),
        *parts,
        *([dict(definition.otherwise_name)] if definition.is_scheme else []),
    ]


def test_every_preset_is_named_and_told_in_both_languages() -> None:
    for item in EVERY:
        definition = item.definition()
        assert re.search("[а-я]", item.note.ru), item.id
        assert not re.search("[а-яё]", item.note.en), item.id
        assert all(set(name) == set(LANGUAGES) for name in names_of(definition)), item.id
        for lang in LANGUAGES:
            assert "last_active" not in sentence(definition, lang)
        assert "признак «" not in sentence(definition, "ru"), item.id


def test_every_segment_of_every_preset_has_a_card() -> None:
    """Covers: G30, G31, G32, G33, R12, R13, R37, R38, R39."""
    for item in EVERY:
        definition = item.definition()
        assert set(definition.playbooks) == set(definition.segments), item.id
        for segment, card in definition.playbooks.items():
            assert card.channels, (item.id, segment)
            assert 1 <= card.max_contacts <= 8, (item.id, segment)
            assert 3 <= card.per_days <= 180, (item.id, segment)
            for name in TEXTS:
                text = getattr(card, name)
                assert re.search("[а-я]", text.ru), (item.id, segment, name)
                assert not re.search("[а-яё]", text.en), (item.id, segment, name)
                assert 12 <= len(text.ru) <= 130, (item.id, segment, name)
                assert 12 <= len(text.en) <= 130, (item.id, segment, name)
                assert set(re.findall(r"\{\w+\}", text.ru)) == set(re.findall(r"\{\w+\}", text.en))


def test_every_preset_speaks_of_what_there_is() -> None:
    for item in EVERY:
        for root in item.definition().conditions():
            for node in root.walk():
                if isinstance(node, Trait):
                    assert node.name in TRAITS, (item.id, node.name)


def test_a_preset_is_what_its_file_says() -> None:
    for item in presets(Business.SALON).values():
        definition = item.definition()
        assert parse_text(to_yaml(definition)) == (definition,)


def test_the_quick_start_is_five_signals() -> None:
    """Covers: G28, G29, P15, R45."""
    for business, left in ((Business.SHOP, "abandoned_cart"), (Business.SALON, "abandoned_booking")):
        signals = {
            id_
            for id_, item in presets(business).items()
            if Group.QUICK_START in item.groups and business in item.businesses
        }
        assert signals == {"category_interest", "second_visit", left, "price_or_checkout", "promo_clickers"}


def test_a_salon_has_ten_filters() -> None:
    """Covers: P12."""
    filters = [item for item in presets(Business.SALON).values() if Group.SALON_FILTERS in item.groups]
    assert {item.id for item in filters if Business.SALON in item.businesses} == {
        *("stopped_coming", "became_new", "visited_staff", "had_service", "most_valuable"),
        *("booked_soon", "visits_often", "booked_online", "returned_guests", "birthday_soon"),
    }


def test_cards_limit_the_cascade_of_an_intent() -> None:
    """Covers: R29."""
    for id_ in ("category_interest", "second_visit", "abandoned_cart", "abandoned_booking"):
        card = preset(id_, Business.SHOP).definition().playbook
        assert card is not None
        assert card.max_contacts <= 3
        assert card.per_days <= 7


def test_cards_say_by_which_channels_an_intent_is_answered() -> None:
    """By messages, by ads, by a banner on the site; each channel that cards name is one that they can. Covers: R08, R09, R10"""
    named = {
        id_: {channel.value for channel in card.channels}
        for id_ in ("category_interest", "abandoned_cart", "price_or_checkout")
        if (card := preset(id_, Business.SHOP).definition().playbook) is not None
    }
    assert named["category_interest"] >= {"ads", "banner", "email"}
    assert named["abandoned_cart"] >= {"email", "messenger", "banner"}
    assert named["price_or_checkout"] >= {"banner", "messenger", "email"}


def test_a_salon_has_words_of_its_own() -> None:
    shop, salon = (
        preset("birthday_soon", kind).definition().playbook for kind in (Business.SHOP, Business.SALON)
    )
    assert shop is not None
    assert salon is not None
    assert shop.message != salon.message
    assert shop.offer == salon.offer


# --- parameters -----------------------------------------------------------------------------------


def test_parameters_stand_where_they_are_left_open() -> None:
    definition = preset("visited_staff", Business.SALON).definition({"staff": "Ольга", "within": "30d"})
    assert definition.name == {"ru": "Были у мастера «Ольга»", "en": "Visited “Ольга”"}
    assert "staff_id: {is: Ольга}}, within: 30d" in to_yaml(definition)


def test_a_number_stays_a_number_and_a_text_a_text() -> None:
    men = preset("men_25_35", Business.SHOP).definition({"from": "30", "to": "40"})
    assert "at_least: 30, at_most: 40" in to_yaml(men)
    staff = preset("visited_staff", Business.SALON).definition({"staff": "7"})
    assert "staff_id: {is: '7'}" in to_yaml(staff)


def test_several_words_are_divided_by_commas() -> None:
    income = preset("by_income", Business.SHOP).definition({"income": "high, premium ,"})
    assert "in: [high, premium]" in to_yaml(income)
    assert income.name["ru"] == "Доход: high, premium"


def test_another_id_is_given_to_the_definition() -> None:
    assert preset("visited_staff", Business.SALON).definition(id_="olga").id == "olga"
    assert preset("frequency", Business.SHOP).definition(id_="how_often").id == "how_often"


@pytest.mark.parametrize(
    ("id_", "values", "said"),
    [
        ("visited_staff", {"stuff": "Ольга"}, "got: stuff\n  expected: staff, within"),
        ("visited_staff", {"staff": "  "}, "such as Elena"),
        ("men_25_35", {"from": "many"}, "such as 25"),
        ("men_25_35", {"from": "-1"}, "such as 25"),
        ("by_income", {"income": " , "}, "such as high"),
        ("sexes", {"sex": "male"}, "none: it has no parameters"),
        ("abandoned_cart", {"wait": "soon"}, "got: soon"),
        ("abandoned_cart", {"wait": "1mo"}, "no fixed length"),
    ],
)
def test_a_wrong_parameter_is_refused(id_: str, values: dict[str, str], said: str) -> None:
    with pytest.raises(KogortaError) as caught:
        preset(id_, Business.SALON).definition(values)
    assert isinstance(caught.value, InputError | ProblemsError)
    assert said in str(caught.value)


def test_an_unknown_preset_is_an_error_that_helps() -> None:
    with pytest.raises(NotFoundError, match="did you mean abandoned_cart"):
        preset("abandoned_card", Business.SHOP)
    with pytest.raises(NotFoundError, match="kogorta presets list"):
        preset("xyzzy", Business.SHOP)


# --- what a base must have ------------------------------------------------------------------------


def test_a_preset_tells_what_it_needs_and_what_is_missing() -> None:
    cart = preset("abandoned_cart", Business.SHOP).definition()
    assert needs_of(cart, catalogue()) == lacking(cart, catalogue("products"))
    assert (lacking(cart, catalogue()).tables, lacking(cart, catalogue()).events) == (
        ("events", "orders"),
        ("cart_added",),
    )
    assert lacking(cart, catalogue("events", "orders", events=("page_viewed",))).events == ("cart_added",)
    assert not lacking(cart, catalogue("events", "orders", events=("cart_added",)))


def test_sums_of_customers_serve_traits_and_no_facts() -> None:
    tier, silent = (preset(id_, Business.SHOP).definition() for id_ in ("order_tier", "long_silent"))
    assert not lacking(tier, catalogue("customer_summaries"))
    assert lacking(silent, catalogue("customer_summaries")).tables == ("orders",)


def test_conditions_without_data_are_left_out() -> None:
    here = {"events", "orders", "page_viewed"}
    signal = preset("price_or_checkout", Business.SHOP).definition(here=here)
    assert "checkout_started" not in to_yaml(signal)
    assert "page_viewed" in to_yaml(signal)
    value = preset("value", Business.SHOP)
    assert value.definition(here={"orders"}).segments == ("vip", "frequent", "discount_hunter", "regular")
    assert len(value.definition(here={"orders", "order_lines"}).segments) == 6


def test_where_no_condition_has_data_all_stay_and_say_so() -> None:
    signal = preset("price_or_checkout", Business.SHOP).definition(here=set())
    assert lacking(signal, catalogue("events", "orders")).events == (
        *("page_viewed", "checkout_started", "booking_started"),
    )


# --- files that are not right ---------------------------------------------------------------------

GOOD = """
segment: quiet
preset:
  note: {ru: тихие, en: quiet}
  covers: [G17]
  parameters:
    days: {name: {ru: дни, en: days}, default: 30d}
name: {ru: Тихие, en: Quiet}
where: {did_not: order, within: $days}
playbook: {like: rfm_simple.sleeping}
"""


def test_a_preset_is_read() -> None:
    read = read_presets([("a.yaml", GOOD)], Business.SHOP)["quiet"].definition({"days": "60d"})
    assert read.purpose == {"goal": "win_back", "need": {"ru": "тихие", "en": "quiet"}}
    assert to_yaml(read).count("60d") == 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("preset:\n  note: {ru: тихие, en: quiet}", "preset:", "does not say what it is for"),
        ("en: quiet}", "de: quiet}", "write both languages"),
        ("covers: [G17]", "covers: [G17]\n  colour: red", "does not say what it is for"),
        ("default: 30d", "normal: 30d", "a name and a default"),
        ("default: 30d", "default: 30d, example: 7d", "a default or an example"),
        (", default: 30d", "", "a default or an example"),
        ("within: $days", "within: $day", "got: day, days"),
        ("default: 30d", "default: often", "got: often"),
        ("playbook: {like: rfm_simple.sleeping}", "", "has no card"),
        ("rfm_simple.sleeping", "rfm_simple.nobody", "a card that does not exist"),
        ("rfm_simple.sleeping", "quiet", "in a circle"),
        ("rfm_simple.sleeping", "rfm_simple.sleeping, goal: shout", "got: shout"),
        ("did_not: order", "did_nothing: order", "did_nothing"),
        ("segment: quiet", "segment: Quiet", "small Latin letters"),
        ("segment: quiet", "segment: [quiet", "no valid YAML"),
    ],
)
def test_a_wrong_preset_is_refused(old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(KogortaError) as caught:
        read_presets([("a.yaml", GOOD.replace(old, new, 1))], Business.SHOP)
    assert said in str(caught.value)


def test_two_presets_of_one_id_are_refused() -> None:
    with pytest.raises(DefinitionError, match="one id"):
        read_presets([("a.yaml", GOOD), ("b.yaml", GOOD)], Business.SHOP)
