"""How well the values of a column fit a field."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kogorta.ingest.mapping.fields import CONTACTS, Field
from kogorta.ingest.raw import Native
from kogorta.ingest.values.dates import Family, family_of
from kogorta.ingest.values.words import FALSE_WORDS, TRUE_WORDS, fold, known_words
from kogorta.schema import ColumnType

_NUMBER = re.compile(r"[^\w\d]{0,3}[-+\u2212]?[^\w\d]{0,2}\d[\d \u00a0\u202f'.,]*[^\d,.;:/-]{0,5}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+?[\d][\d \-().]{8,18}\d")
_NUMERIC = {
    ColumnType.MONEY,
    ColumnType.PRICE,
    ColumnType.QUANTITY,
    ColumnType.NUMBER,
    ColumnType.INTEGER,
}


def share(values: Sequence[str], native: Native, field: Field) -> float:
    """Return the share of values (0–1) that such a field may hold; 1 for no values at all."""
    if not values:
        return 1.0
    kind = field.type
    if kind in _NUMERIC:
        return 1.0 if native is Native.NUMBER else _part(values, is_number)
    if kind in (ColumnType.INSTANT, ColumnType.DATE):
        return 1.0 if native in (Native.INSTANT, Native.DATE) else _part(values, is_date)
    if kind is ColumnType.BOOLEAN:
        return _part(values, lambda value: fold(value) in TRUE_WORDS or fold(value) in FALSE_WORDS)
    if kind is ColumnType.ENUM:
        words = known_words(field.column, {})
        return _part(values, lambda value: fold(value) in words)
    if field.table == CONTACTS:
        return contact_share(values, field.column.name)
    return 0.4 if native in (Native.INSTANT, Native.DATE) else 1.0


def contact_share(values: Sequence[str], kind: str) -> float:
    """Return the share of values that look like a contact of this kind."""
    if kind == "email":
        return _part(values, is_email)
    return _part(values, is_phone) if kind == "phone" else 1.0


def _part(values: Sequence[str], test: object) -> float:
    assert callable(test)
    return sum(bool(test(value)) for value in values) / len(values)


def is_number(value: str) -> bool:
    """Whether a text looks like a number, decorated or not."""
    return bool(_NUMBER.fullmatch(value)) and family_of(value) in (None, Family.UNIX, Family.COMPACT)


def is_date(value: str) -> bool:
    """Whether a text looks like a date or an instant."""
    return family_of(value) is not None


def is_email(value: str) -> bool:
    """Whether a text looks like an e-mail address."""
    return bool(_EMAIL.fullmatch(value))


def is_phone(value: str) -> bool:
    """Whether a text looks like a phone number, not like a number of anything else."""
    digits = sum(character.isdigit() for character in value)
    return bool(_PHONE.fullmatch(value)) and 10 <= digits <= 15 and family_of(value) is None
