"""Words and numbers in both languages, and the catalogue that holds the Russian ones."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kogorta.errors import InputError
from kogorta.i18n import NBSP, Lang, Translator, lazy, nlazy, translator
from kogorta.i18n.__main__ import main
from kogorta.i18n.catalogue import po_text, read_catalogue
from kogorta.i18n.formats import minor_digits
from kogorta.i18n.update import dump, merged, template, untranslated

RU, EN = Translator("ru"), Translator("en")


def shown(text: str) -> str:
    """Make no-break spaces visible."""
    return text.replace(NBSP, "_")


def test_there_is_no_third_language() -> None:
    with pytest.raises(InputError, match="expected: ru or en"):
        Translator("de")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("count", "said"),
    [
        *((0, "0_клиентов"), (1, "1_клиент"), (2, "2_клиента"), (5, "5_клиентов"), (11, "11_клиентов")),
        *((21, "21_клиент"), (22, "22_клиента"), (111, "111_клиентов"), (1001, "1_001_клиент")),
    ],
)
def test_russian_has_three_plural_forms(count: int, said: str) -> None:
    assert shown(RU.customers(count)) == said


def test_english_has_two() -> None:
    assert [shown(EN.orders(n)) for n in (0, 1, 2)] == ["0_orders", "1_order", "2_orders"]


def test_numbers_never_break_across_lines() -> None:
    assert shown(RU.integer(1234567)) == "1_234_567"
    assert shown(RU.decimal(-1234.56)) == "−1_234,6"
    assert EN.decimal(1234.56, 2) == "1,234.56"
    assert shown(RU.money(123456789, "RUB")) == "1_234_568_₽"


@pytest.mark.parametrize(
    ("lang", "minor", "currency", "said"),
    [
        ("ru", 123_456_789_00, "RUB", "123_млн_₽"),
        ("ru", 1_234_567_00, "RUB", "1,2_млн_₽"),
        ("ru", 999_900, "RUB", "9_999_₽"),
        ("en", 1_234_567_00, "EUR", "€1.2M"),
        ("en", 1_234_567_00, "RUB", "RUB_1.2M"),
        ("en", 1_234_567, "JPY", "¥1.2M"),
        ("ru", -1_234_567_00, "RUB", "−1,2_млн_₽"),
    ],
)
def test_compact_money(lang: Lang, minor: int, currency: str, said: str) -> None:
    assert shown(translator(lang).money_compact(minor, currency)) == said


def test_money_follows_the_minor_unit_of_its_currency() -> None:
    assert (minor_digits("RUB"), minor_digits("JPY"), minor_digits("KWD")) == (2, 0, 3)
    assert EN.money(1050, "EUR", exact=True) == "€10.50"
    assert EN.money(1050, "JPY", exact=True) == "¥1,050"
    assert EN.money(1050, "EUR") == "€11", "half is rounded up"


@pytest.mark.parametrize(
    ("ratio", "said"),
    [
        (0.0, "0_%"),
        (0.0001, "<_0,1_%"),
        (0.043, "4,3_%"),
        (0.1234, "12_%"),
        (0.9949, "99_%"),
        (0.998, "99,8_%"),
        (0.99999, ">_99,9_%"),
        (1.0, "100_%"),
    ],
)
def test_a_share_is_never_rounded_to_nothing_or_everything(ratio: float, said: str) -> None:
    assert shown(RU.percent(ratio)) == said


@given(st.floats(0, 1))
def test_only_nothing_is_zero_percent(ratio: float) -> None:
    assert (EN.percent(ratio) == "0%") == (ratio == 0)
    assert (EN.percent(ratio) == "100%") == (ratio == 1)


def test_shares_and_changes() -> None:
    assert EN.share(1, 0) == "—"
    assert EN.share(1, 4) == "25%"
    assert shown(RU.points(0.0213)) == "+2,1_п.п."
    assert shown(EN.points(-0.0213)) == "−2.1_pp"
    assert (EN.change(0.034), EN.change(0.5), EN.change(0.0), EN.change(0.0001)) == (
        "+3.4%",
        "+50%",
        "0.0%",
        "0.0%",
    )


def test_fractions_of_days_count_under_ten() -> None:
    written = [shown(RU.days(value)) for value in (6.2, 6.04, 6.0, 9.94, 9.96, 21, 24.4)]
    assert written == ["6,2_дня", "6,0_дня", "6_дней", "9,9_дня", "10_дней", "21_день", "24_дня"]
    assert shown(EN.days(0.5)) == "0.5_days"
    assert shown(EN.days(1)) == "1_day"


def test_dates() -> None:
    day = date(2026, 5, 3)
    assert shown(RU.date(day)) == "3_мая_2026"
    assert shown(EN.date(day)) == "3_May_2026"
    assert (shown(RU.month(day)), shown(EN.month(day))) == ("май_2026", "May_2026")
    assert (shown(RU.month(day, short=True)), shown(EN.month(day, short=True))) == ("май_26", "May_’26")


def test_an_instant_is_shown_on_the_clock_of_its_zone() -> None:
    at = datetime(2026, 5, 2, 21, 30, tzinfo=UTC)
    assert shown(RU.instant(at, "Europe/Moscow")) == "3_мая_2026, 00:30 (UTC+03:00)"
    assert shown(EN.instant(at, "America/New_York")) == "2_May_2026, 17:30 (UTC−04:00)"


def test_an_instant_without_a_zone_is_utc_whatever_the_clock_of_the_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at = datetime.fromisoformat("2026-05-02T21:30")  # as instants are kept inside
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert shown(EN.instant(at, "Europe/Moscow")) == "3_May_2026, 00:30 (UTC+03:00)"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_values_are_written_in_the_way_of_the_language() -> None:
    said = RU.gettext("{first} and {last}", first=1000, last=date(2026, 5, 3))
    assert shown(said) == "1_000 и 3_мая_2026"
    assert EN.gettext("{first} and {last}", first=0.5, last="a {brace}") == "0.5 and a {brace}"


def test_a_message_waits_for_its_language() -> None:
    part = nlazy("{n} day", "{n} days", 3)
    whole = lazy("{first} and {last}", first=part, last="x")
    assert shown(EN.say(whole)) == "3_days and x"
    assert shown(RU.say(whole)) == "3_дня и x"


def test_a_list_reads_as_a_phrase() -> None:
    assert [EN.listing(names) for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_every_marked_sentence_is_translated() -> None:
    left = untranslated(merged("ru"))
    assert not left, "run `python -m kogorta.i18n update` and translate: " + "; ".join(left)


def test_the_catalogue_is_up_to_date() -> None:
    stored, marked = read_catalogue("ru"), template()
    gone = [
        message.id for message in stored if message.id and marked.get(message.id, message.context) is None
    ]
    assert not gone, f"not in the code any more, run `python -m kogorta.i18n update`: {gone}"
    assert not stored.obsolete
    assert not [message.id for message in stored if message.fuzzy and message.id]
    assert dump(merged("ru")) == po_text("ru"), "run `python -m kogorta.i18n update`"


def placeholders(text: str) -> set[str]:
    """Return the names in braces."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_translations_keep_their_placeholders() -> None:
    for message in read_catalogue("ru"):
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        wanted = set().union(*map(placeholders, ids))
        for text in strings:
            assert placeholders(text or "") == wanted, (ids, text)
        assert len(strings) == (3 if len(ids) == 2 else 1)


def test_the_command_knows_one_word(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compile"]) == 2
    assert "usage" in capsys.readouterr().err
