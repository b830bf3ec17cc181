"""Values that people and programs write where there is no contact.

A till that insists on a telephone gets `+7 000 000-00-00` from every second customer. Such a value
would reach nobody and join strangers, so it is refused before it is stored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping


def _set(text: str, divider: str | None = None) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split(divider))


_WORDS = _set(
    """нет none null nan na n/a no not nope nil unknown undefined empty absent anonymous test тест xxx ххх x х н/д нд
    неизвестно неизвестен отсутствует отказ отказался пусто пустой аноним гость нету"""
) | _set(
    """не указан|не указана|не указано|не задан|не известно|без телефона|нет телефона|нет номера|без номера|нет почты|
    нет email|нет e-mail|без почты|не имеет|no phone|no email|no e-mail|not set|not available""",
    "|",
)
"""Words that say "there is none", whatever the kind."""

_NOBODY = _set(
    """none null nan undefined nobody nomail no-mail no_mail no.mail noemail no-email no_email no.email noreply no-reply
    no_reply no.reply donotreply do-not-reply netmail net-mail netpochty test testtest test-test"""
)
"""Names before the @ that are nobody's at any host."""

_NOBODY_AT_FREE_MAIL = _set(
    "no net mail email e-mail user client klient example fake spam qwe qwerty asd asdf zxc xxx aaa abc"
)
"""Names that a firm may use for itself, but that are nobody's where anyone may register."""

_FREE_MAIL = _set(
    """mail.ru inbox.ru list.ru bk.ru internet.ru yandex.ru yandex.com ya.ru rambler.ru lenta.ru gmail.com
    googlemail.com hotmail.com outlook.com live.com yahoo.com icloud.com me.com aol.com gmx.de gmx.com web.de proton.me
    protonmail.com"""
)

_NO_HOSTS = _set(
    """test.ru test.com none.ru none.com no.ru no.no net.net nomail.ru nomail.com no-mail.ru noemail.ru noemail.com
    noreply.ru noreply.com aaa.aa aaa.aaa"""
)
"""Hosts made up to fill the field. Those reserved for examples are left alone: examples live on them."""

_RUNS = ("012345678901234567890", "987654321098765432109")
_SHORTEST_RUN = 5
_NATIONAL_LENGTH = 10
_WORDLESS = re.compile(r"[\W_]*")
_NOT_DIGIT = re.compile(r"\D")


def is_placeholder(text: str) -> bool:
    """Tell whether a text says that there is no contact, in words or by a mere sign.

    Examples:
        >>> is_placeholder(" Нет "), is_placeholder("--"), is_placeholder("Нетребко")
        (True, True, False)
    """
    if _WORDLESS.fullmatch(text):
        return True
    return " ".join(text.casefold().replace("ё", "е").split()).strip(" .!()<>-") in _WORDS


def is_junk_digits(digits: str) -> bool:
    """Tell whether digits were typed to fill a field: one digit over and over, or a run of the keyboard.

    Examples:
        >>> is_junk_digits("0000000000"), is_junk_digits("9000000000"), is_junk_digits("1234567")
        (True, True, True)
        >>> is_junk_digits("9161234567")
        False
    """
    if not digits:
        return False
    if max(map(digits.count, set(digits))) >= max(len(digits) - 1, 1) and len(digits) != 2:
        return True
    return is_junk_run(digits)


def is_junk_run(digits: str) -> bool:
    """Tell whether digits stand as on the keyboard, up or down."""
    return len(digits) >= _SHORTEST_RUN and any(digits in run for run in _RUNS)


def is_junk_phone(text: str) -> bool:
    """Tell whether a telephone is made up; the country's code may stand before the junk."""
    digits = _NOT_DIGIT.sub("", text)
    return is_junk_digits(digits) or is_junk_digits(digits[-_NATIONAL_LENGTH:])


def is_junk_email(text: str) -> bool:
    """Tell whether an address in small letters is nobody's.

    Examples:
        >>> [is_junk_email(a) for a in ("test@test.ru", "no@mail.ru", "none@shop.ru", "1@1.ru")]
        [True, True, True, True]
        >>> [is_junk_email(a) for a in ("no@shop.ru", "anna@test-drive.ru", "info@mail.ru")]
        [False, False, False]
    """
    local, _, host = text.rpartition("@")
    if local in _NOBODY or host in _NO_HOSTS:
        return True
    counted = local.isdigit() and (is_junk_digits(local) or _RUNS[0][1:].startswith(local))
    filler = local in _NOBODY_AT_FREE_MAIL or len(set(local)) == 1 or counted
    return filler and (host in _FREE_MAIL or host.split(".")[0] == local)


def is_junk_card(text: str) -> bool:
    """Tell whether the number of a card is made up."""
    return text.isdigit() and (len(set(text)) == 1 or (len(text) > _SHORTEST_RUN and is_junk_run(text)))


_JUDGES: Mapping[str, Callable[[str], bool]] = {
    "email": is_junk_email,
    "phone": is_junk_phone,
    "whatsapp": is_junk_phone,
    "card": is_junk_card,
}


def is_junk(kind: str, text: str) -> bool:
    """Tell whether a value of a kind, trimmed and in small letters, is no contact at all."""
    judge = _JUDGES.get(kind)
    return is_placeholder(text) or (judge is not None and judge(text))
