from __future__ import annotations

import pytest

from kogorta.identity.junk import is_junk, is_junk_digits, is_placeholder

WORDS = [
    "нет",
    "НЕТ",
    "Нету",
    "-",
    "--",
    "—",
    "?",
    "...",
    "n/a",
    "NULL",
    "None",
    "Не указан",
    "нет  почты",
    "ТЕСТ",
    "<нет>",
]
NO_WORDS = ["Нетреба", "Анна", "no one knows", "8-916", "a@b.ru", "тестов", "0"]


@pytest.mark.parametrize("text", WORDS)
def test_words_that_say_there_is_none(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize("text", NO_WORDS)
def test_words_that_say_something(text: str) -> None:
    assert not is_placeholder(text)


@pytest.mark.parametrize("kind", ["email", "phone", "telegram", "vk", "max", "card", "client_id", "web_push"])
def test_a_placeholder_is_junk_of_every_kind(kind: str) -> None:
    assert is_junk(kind, "нет")


@pytest.mark.parametrize(
    "digits", ["0", "000", "0000000", "7777777777", "9111111111", "1111111112", "12345", "987654321"]
)
def test_digits_typed_to_fill_a_field(digits: str) -> None:
    assert is_junk_digits(digits)


@pytest.mark.parametrize("digits", ["", "12", "1234", "9161234567", "9057777777", "4951234567", "1212121212"])
def test_digits_that_may_be_somebodys(digits: str) -> None:
    assert not is_junk_digits(digits)


def test_only_kinds_made_of_digits_are_judged_by_them() -> None:
    assert is_junk("card", "0000000")
    assert not is_junk("client_id", "0000000")


@pytest.mark.parametrize("card", ["1000", "0001", "12345", "0000000000001"])
def test_small_numbers_of_cards_are_no_junk(card: str) -> None:
    assert not is_junk("card", card)
