"""What people say of themselves, until it expires, and what stands for it: by hand, and against plain Python."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kogorta.config import Config, parse
from kogorta.errors import ProblemsError
from kogorta.membership.view import meaning_of
from kogorta.traits.shape import Meaning
from kogorta.vocab import Business
from tests.core.language.facts import Point, Row, World, utc
from tests.core.language.store import Store
from tests.core.traits import planted as planting
from tests.core.traits.asked import NOW, Told, one, row, told, world

TICK = timedelta(microseconds=1)
NAMES = ("lifestyle", "lifestyle_source", "lifestyle_until")
NOTHING = (None, None, None)


def answer(id_: str, value: str | None, at: Any, customer: str = "ann", **cells: Any) -> tuple[str, Row]:
    given = {"answer_id": id_, "customer": customer, "survey": "about you", "question": "lifestyle"}
    return row("survey_answers", **({**given, "value": value, "at": at} | cells))


def bought(customer: str, category: str, number: int = 1) -> list[tuple[str, Row]]:
    """An order of one good of a category."""
    id_ = f"{customer}{number}"
    return [
        row(
            "orders",
            order_id=id_,
            customer=customer,
            ordered_at="2026-05-01",
            status="completed",
            amount=1000,
        ),
        row(
            "order_lines", order_id=id_, line_no=1, product_id=category, quantity_micro=1_000_000, amount=1000
        ),
        row("products", product_id=category, category=category, category_top=category),
    ]


def declared(**lifestyle: Any) -> Meaning:
    return meaning_of(parse({"psychography": {"lifestyle": lifestyle}}))


def found(store: Store, base: World, customer: str = "ann", **how: Any) -> tuple[Any, ...]:
    return tuple(told(store, base, NAMES, **how)[customer].values())


def test_the_last_answer_tells(store: Store) -> None:
    """Covers: G09, L06"""
    base = world(
        answer("1", "family", "2026-01-01"),
        answer("2", "sport", "2026-05-01"),
        answer("3", "career", NOW),
        answer("4", "", "2026-06-01"),
        answer("5", "shy", "2026-06-01", question="personality"),
        answer("6", "work", "2026-05-01", "bob"),
        answer("7", "home", "2026-05-01", "bob"),
    )
    assert found(store, base) == ("sport", "survey", utc("2027-05-01"))
    assert found(store, base, point=Point(NOW + TICK))[0] == "career"
    # of two answers of one instant the one with the greater id
    assert found(store, base, "bob")[0] == "home"


def test_each_trait_has_its_question(store: Store) -> None:
    """Covers: G09, G10, G11, L06, L07"""
    base = world(
        *[
            answer(name, name.upper(), "2026-05-01", question=name)
            for name in ("lifestyle", "personality", "interest")
        ]
    )
    names = ("lifestyle", "personality", "interest", "personality_source", "interest_until")
    assert tuple(told(store, base, names)["ann"].values()) == (
        *("LIFESTYLE", "PERSONALITY", "INTEREST"),
        *("survey", utc("2027-05-01")),
    )


def test_an_answer_expires(store: Store) -> None:
    """Covers: G11"""
    base = world(answer("1", "sport", "2026-06-01T12:00:00.5"))
    meaning = declared(expires="30d")
    until = utc("2026-07-01T12:00:00.5")
    assert found(store, base, meaning=meaning) == ("sport", "survey", until)
    assert found(store, base, meaning=meaning, point=Point(until - TICK)) == ("sport", "survey", until)
    assert found(store, base, meaning=meaning, point=Point(until)) == NOTHING


def test_an_expired_answer_does_not_bring_back_an_older_one(store: Store) -> None:
    base = world(answer("1", "sport", "2026-01-02"), answer("2", "family", "2026-01-01"))
    assert found(store, base, meaning=declared(expires="180d")) == NOTHING


def test_questions_are_declared(store: Store) -> None:
    meaning = declared(questions=["Ваш образ жизни", "How do you live?"])
    base = world(
        answer("1", "sport", "2026-05-01", question="How do you live?"),
        answer("2", "семья", "2026-05-02", question="Ваш образ жизни"),
        answer("3", "career", "2026-05-03"),
    )
    assert found(store, base, meaning=meaning)[0] == "семья"


def test_behaviour_stands_where_no_answer_holds(store: Store) -> None:
    """Covers: G11, L06"""
    meaning = declared(expires="30d", behaviour={"bikes": "sport", "toys": "family"})
    base = world(
        *bought("ann", "bikes"),
        answer("1", "career", "2026-06-15"),
        *bought("bob", "toys"),
        answer("2", "career", "2026-05-01", "bob"),
        *bought("cid", "books"),
    )
    assert found(store, base, meaning=meaning) == ("career", "survey", utc("2026-07-15"))
    assert found(store, base, "bob", meaning=meaning) == ("family", "behaviour", None)
    assert found(store, base, "cid", meaning=meaning) == NOTHING
    # without a single answer in the base it stands as well
    silent = world(*bought("ann", "bikes"))
    assert found(store, silent, meaning=meaning) == ("sport", "behaviour", None)


def test_in_b2b_the_category_is_that_of_the_firm(store: Store) -> None:
    config = {
        "workspace": {"business": "b2b"},
        "psychography": {"lifestyle": {"behaviour": {"bikes": "sport"}}},
    }
    meaning = meaning_of(parse(config))
    assert meaning.business is Business.B2B
    base = world(
        *[
            row("customers", customer=who, account_id="firm", created_at="2026-01-01")
            for who in ("ann", "bob")
        ],
        *bought("ann", "bikes"),
        *bought("cid", "bikes"),
    )
    answers = told(store, base, NAMES, meaning=meaning)
    assert {who: cells["lifestyle"] for who, cells in answers.items()} == dict.fromkeys(
        ("ann", "bob", "cid"), "sport"
    )


def test_two_ids_of_one_person(store: Store) -> None:
    base = world(
        answer("1", "sport", "2026-05-01"), answer("2", "career", "2026-05-02", "anna"), same={"anna": "ann"}
    )
    assert found(store, base)[0] == "career"


def test_an_answer_that_was_learned_later(store: Store) -> None:
    base = world(answer("1", "sport", "2026-05-01"), answer("2", "career", "2026-05-02", ingest_seq=2))
    assert one(store, base, "lifestyle", point=Point(NOW, 1)) == "sport"
    assert one(store, base, "lifestyle") == "career"


def test_a_segment_of_those_to_be_asked_again(tmp_path: Path) -> None:
    """Covers: G11. From kogorta.toml and a file to the log; an answer expires between two runs without any news."""
    rows = [
        {
            "customer_id": who,
            "survey": "you",
            "question": "Как вы живёте?",
            "value": "спорт",
            "at": planting.ago(days),
        }
        for who, days in (("ann", 20), ("bob", 5))
    ]
    declared_there = '[psychography.lifestyle]\nquestions = ["Как вы живёте?"]\nexpires = "30d"\n'
    ws = planting.planted(tmp_path, {"survey_answers": rows}, settings=declared_there)
    assert planting.said(ws, "lifestyle", "lifestyle_source") == dict.fromkeys(
        ("ann", "bob"), ("спорт", "survey")
    )
    ws.define("segment: sporty\nname: {ru: Спортивные, en: Sporty}\nwhere: {trait: lifestyle, is: спорт}")
    ws.define("segment: again\nname: {ru: Снова, en: Again}\nwhere: {trait: lifestyle_until, in_next: 12d}")

    def recorded(segment: str, as_of: str) -> list[str]:
        found: list[str] = ws.members(segment, as_of=as_of, recorded=True)["customer_id"].to_pylist()
        return sorted(found)

    # ten days later the answer of ann is thirty days old, to the second
    for days, sporty, again in ((0, ["ann", "bob"], ["ann"]), (-10, ["bob"], [])):
        as_of = planting.ago(days)
        ws.refresh(as_of=as_of)
        assert (recorded("sporty", as_of), recorded("again", as_of)) == (sporty, again)


# --- settings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        ({"psychography": {"lifestile": {}}}, "psychography.lifestile"),
        ({"psychography": {"lifestyle": {"expires": "soon"}}}, "psychography.lifestyle.expires"),
        ({"psychography": {"lifestyle": {"expires": "1mo"}}}, "psychography.lifestyle.expires"),
        ({"psychography": {"lifestyle": {"expires": "0d"}}}, "psychography.lifestyle.expires"),
        ({"psychography": {"lifestyle": {"expires": 365}}}, "psychography.lifestyle.expires"),
        ({"psychography": {"lifestyle": {"expires": "9999d"}}}, "psychography.lifestyle.expires"),
        ({"psychography": {"interest": {"questions": ["  "]}}}, "psychography.interest.questions.0"),
        (
            {"psychography": {"interest": {"behaviour": {"bikes": ""}}}},
            "psychography.interest.behaviour.bikes",
        ),
        ({"content": {"expert": ["/a"], "promo": ["/a"]}}, "content"),
        ({"content": {"promo": [""]}}, "content.promo.0"),
        ({"first_value": {"event": ""}}, "first_value.event"),
        ({"first_value": {"days": 0}}, "first_value.days"),
    ],
)
def test_a_setting_that_cannot_be(settings: dict[str, Any], path: str) -> None:
    with pytest.raises(ProblemsError) as caught:
        parse(settings)
    assert [problem.path for problem in caught.value.problems] == [path]


def test_settings_are_part_of_every_meaning() -> None:
    plain = meaning_of(Config())
    others: list[dict[str, Any]] = [
        {"psychography": {"lifestyle": {"expires": "52w"}}},
        {"psychography": {"interest": {"questions": ["hobby"]}}},
        {"psychography": {"personality": {"behaviour": {"a": "b"}}}},
        {"content": {"expert": []}},
        {"content": {"promo": []}},
        {"first_value": {"event": "signed_up"}},
        {"first_value": {"days": 8}},
    ]
    assert all(meaning_of(parse(other)).describe() != plain.describe() for other in others)
    assert meaning_of(parse({"psychography": {"lifestyle": {"questions": ["lifestyle"]}}})) == plain


# --- against plain Python -------------------------------------------------------------------------

INSTANTS = (
    *(NOW - timedelta(days=days) for days in (40, 30, 5, 5)),
    NOW - timedelta(days=30) + TICK,
    NOW - TICK,
    NOW,
)
ODDLY = declared(questions=["lifestyle", "life"], expires="30d", behaviour={"bikes": "sport"})


def random_world(dice: random.Random) -> World:
    rows = [
        answer(
            f"a{n}",
            dice.choice((None, "", "x", "y", "z")),
            dice.choice(INSTANTS),
            dice.choice(("ann", "anna", "bob")),
            question=dice.choice(("lifestyle", "life", "other")),
        )
        for n in range(dice.randint(0, 8))
    ]
    goods = [piece for who in ("ann", "bob") for piece in bought(who, dice.choice(("bikes", "books")))]
    # a product stands once, whoever bought it
    known = {item["product_id"]: (table, item) for table, item in goods if table == "products"}
    rows += [piece for piece in goods if piece[0] != "products"] + list(known.values())
    return world(*rows, same={"anna": "ann"} if dice.random() < 0.5 else {})


def by_python(base: World) -> Told:
    expected: Told = {}
    likes = {row["product_id"] == "bikes" and row["order_id"][:3] for row in base.rows["order_lines"]}
    for who in {base.person(id_) for id_ in base.ids}:
        said = [
            (a["at"], a["answer_id"], a["value"])
            for a in base.rows.get("survey_answers", [])
            if base.person(a["customer"]) == who
            and a["question"] in ("lifestyle", "life")
            and a["value"]
            and a["at"] < NOW
        ]
        cells: tuple[Any, ...] = ("sport", "behaviour", None) if who in likes else NOTHING
        if said and max(said)[0] + timedelta(days=30) > NOW:
            cells = (max(said)[2], "survey", max(said)[0] + timedelta(days=30))
        expected[str(who)] = dict(zip(NAMES, cells, strict=True))
    return expected


def test_against_plain_python(store: Store) -> None:
    for seed in range(10):
        base = random_world(random.Random(seed))
        answers = told(store, base, NAMES, meaning=ODDLY)
        expected = by_python(base)
        assert answers == {who: expected[who] for who in answers}, f"seed {seed}\n{base!r}"
