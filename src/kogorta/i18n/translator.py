"""One object that speaks a language: sentences, plurals, numbers, dates."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import get_args

from kogorta.errors import InputError
from kogorta.i18n.catalogue import translations
from kogorta.i18n.formats import NBSP, Formats
from kogorta.message import Lang, Message, Money, Param, Sentence

_WHOLE_DAYS = 9.95
"""From here on one decimal of a day says nothing."""


class Translator(Formats):
    """Speaks Russian or English.

    Placeholders are `{name}`; whole numbers, decimals and dates given for them are written in the way of
    the language, text is put in as it is.

    Args:
        lang: `ru` or `en`.

    Raises:
        InputError: Another language was asked for.

    Examples:
        >>> Translator("en").gettext("{first} and {last}", first=1000, last=2.5)
        '1,000 and 2.5'
    """

    def __init__(self, lang: Lang) -> None:
        if lang not in get_args(Lang):
            raise InputError(
                "no such language", got=lang, expected="ru or en", hint="say --lang ru or --lang en"
            )
        super().__init__(lang)
        self._catalogue = translations(lang)

    def gettext(self, msgid: str, **params: Param) -> str:
        """Say a sentence."""
        return self._fill(self._catalogue.gettext(msgid), params)

    def ngettext(self, singular: str, plural: str, n: int, **params: Param) -> str:
        """Say a sentence in the form that `n` asks for; `{n}` is `n`, tied to its noun."""
        text = self._catalogue.ngettext(singular, plural, n)
        return self._fill(text.replace("{n} ", "{n}" + NBSP), {**params, "n": n})

    def pgettext(self, context: str, msgid: str, **params: Param) -> str:
        """Say a word that means different things in different places."""
        return self._fill(self._catalogue.pgettext(context, msgid), params)

    def say(self, sentence: Sentence) -> str:
        """Say a sentence that was marked earlier, plain or with values."""
        if isinstance(sentence, str):
            return self.gettext(sentence)
        if sentence.plural is None:
            return self.gettext(sentence.msgid, **sentence.params)
        return self.ngettext(sentence.msgid, sentence.plural, sentence.n, **sentence.params)

    def days(self, value: float) -> str:
        """Write a number of days: whole from ten on, below that with one decimal unless it is whole."""
        if value < _WHOLE_DAYS and value != round(value):
            return self.pgettext("fraction", "{value} days", value=value).replace(" ", NBSP)
        return self.ngettext("{n} day", "{n} days", round(value))

    def lasting(self, length: timedelta) -> str:
        """Write how long something takes or took: in days from one on, else in hours, else in minutes."""
        if length >= timedelta(days=1):
            return self.days(length / timedelta(days=1))
        if length >= timedelta(hours=1):
            return self.ngettext("{n} hour", "{n} hours", round(length / timedelta(hours=1)))
        return self.ngettext("{n} minute", "{n} minutes", int(length / timedelta(minutes=1)))

    def customers(self, count: int) -> str:
        """Write a number of customers."""
        return self.ngettext("{n} customer", "{n} customers", count)

    def orders(self, count: int) -> str:
        """Write a number of orders."""
        return self.ngettext("{n} order", "{n} orders", count)

    def listing(self, parts: list[str]) -> str:
        """Join names into one phrase: `a, b and c`."""
        if len(parts) < 2:
            return "".join(parts)
        return self.gettext("{first} and {last}", first=", ".join(parts[:-1]), last=parts[-1])

    def _fill(self, text: str, params: dict[str, Param]) -> str:
        if not params:
            return text
        return text.format_map({name: self._written(value) for name, value in params.items()})

    def _written(self, value: Param) -> str:
        if isinstance(value, Message):
            return self.say(value)
        if isinstance(value, Money):
            return self.money(value.minor, value.currency, exact=True)
        if isinstance(value, bool | str):
            return str(value)
        if isinstance(value, datetime):
            return self.date(value.date())
        if isinstance(value, date):
            return self.date(value)
        return self.integer(value) if isinstance(value, int) else self.decimal(value, 1)


@lru_cache(maxsize=4)
def translator(lang: Lang) -> Translator:
    """Return the shared translator of a language."""
    return Translator(lang)
