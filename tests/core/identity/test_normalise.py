"""One spelling for every contact. Covers: R46"""

from __future__ import annotations

from collections.abc import Iterator

import phonenumbers
import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import assume, given
from hypothesis import strategies as st

from kogorta.config import Config
from kogorta.errors import InputError
from kogorta.identity.junk import is_junk_digits
from kogorta.identity.normalise import (
    Normalised,
    Refusal,
    default_region,
    mailbox,
    normalise_contact,
    normalise_many,
)
from kogorta.vocab import ContactKind


def spelt(kind: str, value: str, region: str | None = "RU") -> str | None:
    return normalise_contact(kind, value, region).value


def refused(kind: str, value: str, region: str | None = "RU") -> Refusal | None:
    return normalise_contact(kind, value, region).reason


# --- telephones -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "8 (916) 123-45-67",
        "+7 916 123 45 67",
        "79161234567",
        "9161234567",
        "8\u00a0916\u202f123\u201145\u201167",
        "тел. 8(916)1234567",
        "8.916.123.45.67",
        "79161234567.0",
        " +7(916)1234567 ",
        "8-10-7-916-123-45-67",
    ],
)
def test_a_russian_phone_has_one_spelling(written: str) -> None:
    assert spelt("phone", written) == "+79161234567"


@pytest.mark.parametrize(
    ("written", "region", "expected"),
    [
        ("8 (701) 123-45-67", "RU", "+77011234567"),
        ("87011234567", "KZ", "+77011234567"),
        ("8 029 123-45-67", "BY", "+375291234567"),
        ("0171 1234567", "DE", "+491711234567"),
        ("+1 650 253 0000", "RU", "+16502530000"),
        ("+7 916 123-45-67", None, "+79161234567"),
        ("8 800 555 35 35", "RU", "+78005553535"),
        ("(495) 123-45-67", "RU", "+74951234567"),
    ],
)
def test_a_phone_is_read_as_its_region_writes_it(written: str, region: str | None, expected: str) -> None:
    assert spelt("phone", written, region) == expected


@pytest.mark.parametrize(
    "written",
    [
        "+70000000000",
        "80000000000",
        "1234567",
        "+71234567890",
        "+7 (999) 999-99-99",
        "+7 900 000-00-00",
        "0",
        "111111",
        "нет",
        "Нет телефона",
        "-",
        "—",
        "...",
        "N/A",
        "none",
        "не указан",
    ],
)
def test_a_made_up_phone_is_junk(written: str) -> None:
    assert refused("phone", written) is Refusal.JUNK


@pytest.mark.parametrize(
    "written",
    [
        "+8 916 123 45 67",
        "7.91612E+10",
        "+7 916 123 45 6",
        "89161234567, 89161234568",
        "Анна",
        "+999 123456",
        "12",
    ],
)
def test_what_cannot_be_a_phone_is_impossible(written: str) -> None:
    assert refused("phone", written) is Refusal.IMPOSSIBLE


def test_without_a_region_a_national_phone_is_impossible() -> None:
    assert refused("phone", "8 916 123 45 67", None) is Refusal.IMPOSSIBLE


def test_a_phone_behind_a_switchboard_is_refused_as_such() -> None:
    assert refused("phone", "+7 495 123-45-67 доб. 12") is Refusal.EXTENSION


@given(
    digits=st.from_regex(r"[0-9]{10}", fullmatch=True),
    prefix=st.sampled_from(["", "7", "8", "+7"]),
    region=st.sampled_from(["RU", "KZ"]),
)
def test_the_short_way_of_reading_phones_agrees_with_the_long_one(
    digits: str, prefix: str, region: str
) -> None:
    got = normalise_contact("phone", prefix + digits, region)
    assume(got.reason is not Refusal.JUNK)
    number = phonenumbers.parse(prefix + digits, region)
    expected = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    assert got.value == (expected if phonenumbers.is_valid_number(number) else None)


def ordinary() -> Iterator[tuple[str, phonenumbers.PhoneNumber]]:
    """A number of every country, but for the few whose example looks made up."""
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        number = phonenumbers.example_number(region)
        if number is not None and not is_junk_digits(str(number.national_number)):
            yield region, number


@pytest.mark.parametrize(("region", "number"), list(ordinary()))
def test_a_phone_of_every_country_is_known_however_it_is_written(
    region: str, number: phonenumbers.PhoneNumber
) -> None:
    expected = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    for form in (phonenumbers.PhoneNumberFormat.INTERNATIONAL, phonenumbers.PhoneNumberFormat.NATIONAL):
        assert spelt("phone", phonenumbers.format_number(number, form), region) == expected
    assert spelt("phone", expected, "RU") == spelt("phone", expected, None) == expected


def test_nearly_every_country_is_tried() -> None:
    assert len(list(ordinary())) > 200


# --- e-mail ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (" Anna.Kim@Mail.RU ", "anna.kim@mail.ru"),
        ("anna+shop@gmail.com", "anna+shop@gmail.com"),
        ("an.na@gmail.com", "an.na@gmail.com"),
        ("anna@ПРИМЕР.рф", "anna@пример.рф"),
        ("anna@xn--e1afmkfd.xn--p1ai", "anna@пример.рф"),
        ("o'hara@firm.ie", "o'hara@firm.ie"),
        ("info@mail.ru", "info@mail.ru"),
        ("anna@example.com", "anna@example.com"),
        ("\ufeffanna@mail.ru\u200b", "anna@mail.ru"),
    ],
)
def test_an_address_keeps_what_the_customer_wrote(written: str, expected: str) -> None:
    assert spelt("email", written) == expected


@pytest.mark.parametrize(
    "written",
    [
        "test@test.ru",
        "no@mail.ru",
        "NO@MAIL.RU",
        "none@whatever.com",
        "noreply@shop.ru",
        "123@mail.ru",
        "1@1.ru",
        "aaa@aaa.ru",
        "qwerty@gmail.com",
        "нет",
        "-",
    ],
)
def test_an_address_made_up_is_junk(written: str) -> None:
    assert refused("email", written) is Refusal.JUNK


@pytest.mark.parametrize(
    "written", ["no@firm.ru", "net@work.ru", "netta@mail.ru", "nona@mail.ru", "client@firm.ru", "12@firm.ru"]
)
def test_an_address_that_only_looks_like_junk_is_kept(written: str) -> None:
    assert spelt("email", written) == written


@pytest.mark.parametrize(
    "written",
    [
        "anna",
        "anna@mail",
        "anna@mail.r",
        "anna@@mail.ru",
        "an na@mail.ru",
        "anna..k@mail.ru",
        "anna@mail.ru, boris@mail.ru",
        "Анна <anna@mail.ru>",
        "анна@mail.ru",
        "anna@localhost",
        "anna@1.2.3.4",
        "+79161234567",
        "ab" * 33 + "@mail.ru",
    ],
)
def test_what_cannot_be_an_address_is_impossible(written: str) -> None:
    assert refused("email", written) is Refusal.IMPOSSIBLE


_PART = r"[a-z0-9.+_-]{1,12}"


@given(st.from_regex(rf"{_PART}@{_PART}\.(ru|com|test|r|local|xn--p1ai)", fullmatch=True))
def test_the_short_way_of_reading_addresses_agrees_with_the_long_one(written: str) -> None:
    got = normalise_contact("email", written, None)
    assume(got.reason is not Refusal.JUNK and not written.endswith(".r"))
    try:
        expected = validate_email(
            written, strict=True, check_deliverability=False, allow_smtputf8=False
        ).normalized
    except EmailNotValidError:
        expected = None
    assert got.value == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("an.na@gmail.com", "anna+shop@googlemail.com"),
        ("anna@ya.ru", "anna+x@yandex.com"),
        ("an-na@yandex.ru", "an.na@ya.ru"),
        ("anna@outlook.com", "anna+1@outlook.com"),
    ],
)
def test_addresses_of_one_mailbox_are_seen(one: str, other: str) -> None:
    assert mailbox(one) == mailbox(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("an.na@mail.ru", "anna@mail.ru"),
        ("anna@gmail.com", "anna@mail.ru"),
        ("anna+1@firm.ru", "anna@firm.ru"),
    ],
)
def test_addresses_of_two_mailboxes_are_told_apart(one: str, other: str) -> None:
    assert mailbox(one) != mailbox(other)


# --- the others -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "written", "expected"),
    [
        ("card", "0001 2345-6789", "000123456789"),
        ("card", "№ 0042", "0042"),
        ("card", "ab-00123", "AB00123"),
        ("card", "1000", "1000"),
        ("telegram", "https://t.me/Anna_K", "@anna_k"),
        ("telegram", "Anna_K", "@anna_k"),
        ("telegram", "123456789", "123456789"),
        ("vk", "https://vk.com/id123", "id123"),
        ("vk", "123", "id123"),
        ("vk", "vk.com/Anna.Kim", "anna.kim"),
        ("whatsapp", "https://wa.me/79161234567", "+79161234567"),
        ("whatsapp", "8 916 123 45 67", "+79161234567"),
        ("max", "@Anna", "anna"),
        ("client_id", " 1234567.8901 ", "1234567.8901"),
        ("web_push", '{"endpoint": "https://push/AbC"}', '{"endpoint": "https://push/AbC"}'),
    ],
)
def test_every_kind_has_its_spelling(kind: str, written: str, expected: str) -> None:
    assert spelt(kind, written) == expected


@pytest.mark.parametrize(
    ("kind", "written", "reason"),
    [
        ("card", "0000000000", Refusal.JUNK),
        ("card", "123456789", Refusal.JUNK),
        ("card", "1.23457E+12", Refusal.IMPOSSIBLE),
        ("card", "золотая", Refusal.IMPOSSIBLE),
        ("card", "42", Refusal.IMPOSSIBLE),
        ("telegram", "+79161234567", Refusal.IMPOSSIBLE),
        ("telegram", "ан", Refusal.IMPOSSIBLE),
        ("telegram", "нет", Refusal.JUNK),
        ("vk", "https://ok.ru/anna", Refusal.IMPOSSIBLE),
        ("whatsapp", "wa.me/", Refusal.IMPOSSIBLE),
        ("client_id", "a b", Refusal.IMPOSSIBLE),
        ("web_push", "a\nb", Refusal.IMPOSSIBLE),
    ],
)
def test_every_kind_refuses_what_is_none(kind: str, written: str, reason: Refusal) -> None:
    assert refused(kind, written) is reason


@pytest.mark.parametrize("kind", list(ContactKind))
@pytest.mark.parametrize("written", ["", "  ", "\u00a0"])
def test_nothing_is_nothing(kind: str, written: str) -> None:
    assert normalise_contact(kind, written, "RU") == Normalised(None, Refusal.EMPTY)


@given(st.sampled_from(list(ContactKind)), st.text(max_size=30))
def test_any_text_gets_a_value_or_a_reason(kind: str, written: str) -> None:
    got = normalise_contact(kind, written, "RU")
    assert (got.value is None) != (got.reason is None)


@given(
    st.sampled_from(list(ContactKind)),
    st.from_regex(r"[@+]?[A-Za-z0-9._-]{1,12}(@[a-z]{2,5}\.ru)?", fullmatch=True),
)
def test_what_has_its_spelling_keeps_it(kind: str, written: str) -> None:
    once = spelt(kind, written)
    assume(once is not None)
    assert once is not None
    assert spelt(kind, once) == once


def test_many_are_answered_in_their_order() -> None:
    got = normalise_many("phone", ["9161234567", None, "-"], "RU")
    assert [item.value or item.reason for item in got] == ["+79161234567", Refusal.EMPTY, Refusal.JUNK]


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(InputError, match="expected: email, phone"):
        normalise_many("pigeon", [], "RU")


@pytest.mark.parametrize(
    ("timezone", "currency", "region"),
    [
        ("Europe/Moscow", "RUB", "RU"),
        ("Asia/Almaty", "RUB", "KZ"),
        ("UTC", "RUB", "RU"),
        ("UTC", "EUR", None),
        ("Europe/Berlin", "EUR", "DE"),
        ("US/Eastern", "USD", "US"),
        ("Europe/Kiev", "UAH", "UA"),
        ("Etc/GMT-3", "GBP", "GB"),
    ],
)
def test_the_region_is_that_of_the_zone_or_else_of_the_currency(
    timezone: str, currency: str, region: str | None
) -> None:
    workspace = {"timezone": timezone, "currency": currency}
    assert default_region(Config.model_validate({"workspace": workspace})) == region
