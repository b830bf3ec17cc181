"""Sentences that wait for their language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias, Union

Lang = Literal["ru", "en"]

Param: TypeAlias = Union[str, int, float, date, "Message"]
"""What may stand in a placeholder: whole numbers, decimals and dates are written in the reader's way."""


class Money(str):
    """An amount that a sentence holds: as text plain and exact, said in the reader's way.

    Args:
        text: Such as `-11062.06 RUB`.
        minor: The same in minor units.
        currency: ISO 4217 code.
    """

    minor: int
    currency: str

    def __new__(cls, text: str, minor: int, currency: str) -> Money:
        """Make it of its text and what the text says."""
        made = super().__new__(cls, text)
        made.minor, made.currency = minor, currency
        return made


Sentence: TypeAlias = Union[str, "Message"]
"""A sentence to be translated: plain English, or a message with values."""


@dataclass(frozen=True, slots=True)
class Message:
    """A marked sentence with its values, to be said later in either language.

    As text it is plain English with the values as they are; a `kogorta.i18n.Translator` says it properly.

    Attributes:
        msgid: The English sentence, with `{name}` placeholders.
        params: Values of the placeholders.
        plural: The English plural; set together with `n`.
        n: The number that chooses the plural form; it is also the value of `{n}`.
    """

    msgid: str
    params: Mapping[str, Param] = field(default_factory=dict)
    plural: str | None = None
    n: int = 0

    def __str__(self) -> str:
        if self.plural is not None:
            return (self.msgid if self.n == 1 else self.plural).format_map({**self.params, "n": self.n})
        return self.msgid.format_map(self.params) if self.params else self.msgid


def lazy(msgid: str, **params: Param) -> Message:
    """Mark a sentence for translation and keep its values."""
    return Message(msgid, params)


def nlazy(singular: str, plural: str, n: int, **params: Param) -> Message:
    """Mark a sentence with a plural; `n` chooses the form and fills `{n}`."""
    return Message(singular, params, plural, n)
