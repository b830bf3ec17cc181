"""One spelling for every contact, so that equal means the same.

`normalise_contact` returns the value to store, or why there is none. It never guesses: what cannot
be a contact of its kind is refused with a reason and waits in quarantine. Mailboxes that a provider
treats as one (dots and tags of Gmail) stay different addresses, since the customer wrote them so;
`mailbox` tells which of them lead to one place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import phonenumbers
from babel.core import get_global
from email_validator import EmailNotValidError, validate_email

from kogorta.config import Config
from kogorta.errors import InputError
from kogorta.identity.junk import is_junk, is_junk_digits
from kogorta.vocab import ContactKind

BLANKS = " \t\r\n\u00a0\u202f\u200b\u200e\u200f\ufeff"


class Refusal(StrEnum):
    """Why a value is no contact."""

    EMPTY = "empty"
    JUNK = "junk"
    IMPOSSIBLE = "impossible"
    EXTENSION = "extension"


@dataclass(frozen=True, slots=True)
class Normalised:
    """What became of a value.

    Attributes:
        value: As it is to be stored; missing if it was refused.
        reason: Why it was refused: `empty` (nothing there), `junk` (written to fill the field),
            `impossible` (no contact of this kind looks so), `extension` (a telephone behind a
            switchboard, which many share and no message reaches).
    """

    value: str | None
    reason: Refusal | None = None


_EMPTY = Normalised(None, Refusal.EMPTY)
_JUNK = Normalised(None, Refusal.JUNK)
_IMPOSSIBLE = Normalised(None, Refusal.IMPOSSIBLE)
_EXTENSION = Normalised(None, Refusal.EXTENSION)


def default_region(config: Config) -> str | None:
    """Return the country whose way of writing telephones is meant where none is named.

    It is the country of the workspace's time zone; where the zone belongs to none (`UTC`), that of
    its currency, whose code begins with it. Missing where neither tells, as for `UTC` and the euro.

    Examples:
        >>> default_region(Config.model_validate({"workspace": {"timezone": "Asia/Almaty"}}))
        'KZ'
        >>> default_region(Config())
        'RU'
    """
    zones: Mapping[str, str] = get_global("zone_territories")
    aliases: Mapping[str, str] = get_global("zone_aliases")
    zone = config.workspace.timezone
    candidates = (zones.get(zone) or zones.get(aliases.get(zone, ""), ""), config.workspace.currency[:2])
    return next((region for region in candidates if region in phonenumbers.SUPPORTED_REGIONS), None)


def normalise_contact(kind: str, value: str | None, region: str | None) -> Normalised:
    """Bring one contact into the spelling in which it is stored.

    Args:
        kind: A `ContactKind`.
        value: As the source wrote it.
        region: See `default_region`; without one, telephones must begin with `+` and the country.

    Raises:
        InputError: There is no such kind of contact.

    Examples:
        >>> normalise_contact("phone", "8 (916) 123-45-67", "RU").value
        '+79161234567'
        >>> normalise_contact("email", " Anna.K@Mail.RU ", "RU").value
        'anna.k@mail.ru'
        >>> normalise_contact("phone", "1234567", "RU")
        Normalised(value=None, reason=<Refusal.JUNK: 'junk'>)
    """
    return normalise_many(kind, [value], region)[0]


def normalise_many(kind: str, values: Sequence[str | None], region: str | None) -> list[Normalised]:
    """Bring many contacts of one kind into their spelling; give each distinct value once.

    Raises:
        InputError: There is no such kind of contact.
    """
    if kind not in _WAYS:
        raise InputError("there is no such kind of contact", got=kind, expected=", ".join(_WAYS))
    way = _WAYS[kind]
    return [_normalise(kind, way, value, region) for value in values]


Way = Callable[[str, str | None], Normalised]


def _normalise(kind: str, way: Way, value: str | None, region: str | None) -> Normalised:
    text = (value or "").strip(BLANKS)
    if not text:
        return _EMPTY
    if is_junk(kind, text.lower()):
        return _JUNK
    return way(text, region)


# --- e-mail ---------------------------------------------------------------------------------------

_PLAIN_EMAIL = re.compile(
    r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}", re.ASCII
)
_SPECIAL_HOST = re.compile(r"--|\.(?:arpa|invalid|local|localhost|onion|test)$")
_LOCAL_MOST, _EMAIL_MOST = 64, 254


def _email(text: str, _region: str | None) -> Normalised:
    text = text.lower()
    local, _, host = text.rpartition("@")
    if len(local) > _LOCAL_MOST or len(text) > _EMAIL_MOST:
        return _IMPOSSIBLE
    if _PLAIN_EMAIL.fullmatch(text) and not _SPECIAL_HOST.search(host):
        return Normalised(text)
    try:
        found = validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return _IMPOSSIBLE
    # A host ending in one letter is a slip of the pen: no such domain exists.
    if len(found.ascii_domain.rpartition(".")[2]) < 2:
        return _IMPOSSIBLE
    return Normalised(found.normalized.lower())


_GMAIL = ("gmail.com", "googlemail.com")
_TAGGED = (*_GMAIL, "outlook.com", "hotmail.com", "live.com", "icloud.com", "proton.me", "protonmail.com")
_YANDEX = ("yandex.ru", "yandex.com", "yandex.by", "yandex.kz", "ya.ru")


def mailbox(email: str) -> str:
    """Return the mailbox that a stored address leads to, by the rules its provider has published.

    It serves to *look* for duplicates; nobody is linked by it, and it is never stored as a contact.

    Examples:
        >>> mailbox("an.na+shop@googlemail.com"), mailbox("an-na@ya.ru"), mailbox("an.na@firm.ru")
        ('anna@gmail.com', 'an.na@yandex.ru', 'an.na@firm.ru')
    """
    local, _, host = email.rpartition("@")
    if host in _TAGGED or host in _YANDEX:
        local = local.split("+")[0]
    if host in _GMAIL:
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local.replace('-', '.')}@yandex.ru" if host in _YANDEX else f"{local}@{host}"


# --- telephones -----------------------------------------------------------------------------------

_SEPARATORS = str.maketrans("", "", " ()-\u00a0\u202f\u2010\u2011\u2012\u2013\u2014")
_WRITTEN_BY_EXCEL = re.compile(r"(\d{10,15})\.0")
_WHATSAPP_LINK = re.compile(r"(?:https?://)?(?:wa\.me/|api\.whatsapp\.com/send\?phone=)\+?", re.IGNORECASE)
_SHORT_COUNTRY = 7
"""Within +7 a number of 11 digits begins with 7 or 8, and both mean the country."""


@lru_cache(maxsize=32)
def _mobile(region: str) -> re.Pattern[str]:
    """Return the form of a mobile number of the region in which nothing is left to find out."""
    code = phonenumbers.country_code_for_region(region)
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
    national = metadata.mobile.national_number_pattern if metadata and metadata.mobile else None
    prefix = r"(?:\+7|[78])?" if code == _SHORT_COUNTRY else rf"\+{code}"
    return re.compile(rf"{prefix}({national or '(?!)'})", re.ASCII)


def _phone(text: str, region: str | None) -> Normalised:
    if written := _WRITTEN_BY_EXCEL.fullmatch(text):
        text = written[1]
    if region is not None:
        plain = _mobile(region).fullmatch(text.translate(_SEPARATORS))
        if plain:
            return Normalised(f"+{phonenumbers.country_code_for_region(region)}{plain[1]}")
    return _careful_phone(text, region)


def _careful_phone(text: str, region: str | None) -> Normalised:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return _IMPOSSIBLE
    if not phonenumbers.is_valid_number(number):
        return _IMPOSSIBLE
    if is_junk_digits(str(number.national_number)):
        return _JUNK
    if number.extension:
        return _EXTENSION
    return Normalised(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _whatsapp(text: str, region: str | None) -> Normalised:
    link = _WHATSAPP_LINK.match(text)
    return _phone("+" + text[link.end() :] if link else text, region)


# --- the others -----------------------------------------------------------------------------------

_CARD = re.compile(r"(?=(?:[A-Z]*\d){3})[A-Z0-9]{4,32}", re.ASCII)
_CARD_SEPARATORS = str.maketrans("", "", " -/\u00a0\u202f\u2010\u2011\u2012\u2013\u2014№#")
_TELEGRAM = re.compile(r"(?:(?:https?://)?(?:t|telegram)\.me/|@)?([a-z][a-z0-9_]{3,31})/?", re.ASCII)
_CHAT = re.compile(r"[1-9]\d{3,18}", re.ASCII)
_VK = re.compile(
    r"(?:(?:https?://)?(?:m\.)?vk\.(?:com|ru)/|@)?(?:(?:id)?([1-9]\d{0,11})|([a-z][a-z0-9_.]{1,31}))/?",
    re.ASCII,
)
_MAX = re.compile(r"(?:(?:https?://)?max\.ru/|@)?([a-z0-9][a-z0-9_.-]{2,63})/?", re.ASCII)
_BLANK = re.compile(r"\s")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def _card(text: str, _region: str | None) -> Normalised:
    number = text.translate(_CARD_SEPARATORS).upper()
    if not _CARD.fullmatch(number):
        return _IMPOSSIBLE
    return _JUNK if is_junk("card", number) else Normalised(number)


def _telegram(text: str, _region: str | None) -> Normalised:
    """Names get an @ and small letters, the number of a chat stays as it is."""
    if _CHAT.fullmatch(text):
        return Normalised(text)
    found = _TELEGRAM.fullmatch(text.lower())
    return Normalised(f"@{found[1]}") if found else _IMPOSSIBLE


def _vk(text: str, _region: str | None) -> Normalised:
    found = _VK.fullmatch(text.lower())
    if not found:
        return _IMPOSSIBLE
    return Normalised(f"id{found[1]}" if found[1] else found[2])


def _max(text: str, _region: str | None) -> Normalised:
    found = _MAX.fullmatch(text.lower())
    return Normalised(found[1]) if found else _IMPOSSIBLE


def _opaque(text: str, _region: str | None) -> Normalised:
    """Subscriptions and client ids are for machines: every sign counts."""
    return _IMPOSSIBLE if _CONTROL.search(text) else Normalised(text)


def _client_id(text: str, region: str | None) -> Normalised:
    return _IMPOSSIBLE if _BLANK.search(text) else _opaque(text, region)


_WAYS: Mapping[str, Way] = {
    ContactKind.EMAIL.value: _email,
    ContactKind.PHONE.value: _phone,
    ContactKind.TELEGRAM.value: _telegram,
    ContactKind.WHATSAPP.value: _whatsapp,
    ContactKind.MAX.value: _max,
    ContactKind.VK.value: _vk,
    ContactKind.WEB_PUSH.value: _opaque,
    ContactKind.CARD.value: _card,
    ContactKind.CLIENT_ID.value: _client_id,
}
