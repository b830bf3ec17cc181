"""Numbers, money and dates as a reader of each language writes them."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global
from babel.dates import format_date
from babel.numbers import (
    format_compact_currency,
    format_compact_decimal,
    format_currency,
    format_decimal,
    get_currency_symbol,
)

from kogorta.message import Lang

NBSP = "\u00a0"
MINUS = "\u2212"
_COMPACT_FROM = 10_000
_DATES = {"ru": "d MMMM y", "en": "d MMMM y"}
_SHORT_DATES = {"ru": "dd.MM.y", "en": "d MMM y"}
_SHORT_MONTHS = {"ru": "LLL yy", "en": "LLL ''yy"}


def minor_digits(currency: str) -> int:
    """Return how many digits the minor unit of a currency has (RUB 2, JPY 0)."""
    fractions = get_global("currency_fractions")
    return int(fractions.get(currency, fractions["DEFAULT"])[0])


class Formats:
    """How one language writes numbers, money and dates.

    Args:
        lang: `ru` or `en`.
    """

    def __init__(self, lang: Lang) -> None:
        self.lang: Lang = lang
        self._locale = Locale.parse(lang)

    def integer(self, value: int | float) -> str:
        """Write a whole number with grouped thousands."""
        return self._tidy(format_decimal(_rounded(value, 0), format="#,##0", locale=self._locale))

    def decimal(self, value: float, digits: int = 1) -> str:
        """Write a number with exactly `digits` decimals."""
        pattern = "#,##0." + "0" * digits if digits else "#,##0"
        return self._tidy(format_decimal(_rounded(value, digits), format=pattern, locale=self._locale))

    def exact(self, value: int | Fraction) -> str:
        """Write a number with all its decimals (at most twelve), however long it is.

        Examples:
            >>> Formats("en").exact(Fraction(-2469, 2)), Formats("ru").exact(10**6).replace(NBSP, "_")
            ('−1,234.5', '1_000_000')
        """
        smallest = round(abs(Fraction(value)) * 10**12)
        whole, rest = divmod(smallest, 10**12)
        decimals = f"{rest:012}".rstrip("0")
        text = f"{whole:,}".replace(",", NBSP if self.lang == "ru" else ",")
        if decimals:
            text += f"{',' if self.lang == 'ru' else '.'}{decimals}"
        return f"{MINUS}{text}" if value < 0 and smallest else text

    def percent(self, ratio: float, digits: int | None = None) -> str:
        """Write a ratio (0–1) as a percentage.

        Unless `digits` is given, small shares (under 10 %) keep one decimal, and a share that is neither
        nothing nor everything is never rounded to 0 % or 100 %.
        """
        value = ratio * 100
        if digits is None:
            digits = 1 if 0 < abs(value) < 9.95 or 99.5 <= abs(value) < 100 else 0
            if 0 < abs(value) < 0.05:
                return f"<{NBSP}{self._percent(0.1, 1)}" if value > 0 else self._percent(value, 1)
            if 99.95 <= abs(value) < 100:
                return f">{NBSP}{self._percent(99.9, 1)}"
        return self._percent(value, digits)

    def share(self, part: float, whole: float) -> str:
        """Write part ÷ whole as a percentage; an em dash when there is no whole."""
        return self.percent(part / whole) if whole else "—"

    def points(self, difference_ratio: float) -> str:
        """Write a difference of two ratios in percentage points, with its sign."""
        unit = {"ru": "п.п.", "en": "pp"}[self.lang]
        return f"{self._signed(self.decimal(difference_ratio * 100, 1), difference_ratio)}{NBSP}{unit}"

    def change(self, ratio: float) -> str:
        """Write a relative change (0.12 is +12 %) with its sign."""
        return self._signed(self._percent(ratio * 100, 1 if abs(ratio) < 0.0995 else 0), ratio)

    def money(self, minor_units: float, currency: str, *, exact: bool = False) -> str:
        """Write an amount given in minor units.

        Args:
            minor_units: Kopecks, cents, …; a mean may be a fraction of them.
            currency: ISO 4217 code.
            exact: Show minor units; otherwise whole major units, half rounded up.
        """
        digits = minor_digits(currency)
        major = _rounded(Decimal(str(minor_units)).scaleb(-digits), digits if exact else 0)
        pattern = "#,##0" + ("." + "0" * digits if exact and digits else "")
        text = format_currency(
            major, currency, format=self._money_pattern(pattern), locale=self._locale, currency_digits=False
        )
        return self._tidy(self._spaced(text, currency))

    def money_compact(self, minor_units: float, currency: str) -> str:
        """Write an amount in few characters: `1,2 млн ₽`, `€1.2M`; under ten thousand in full."""
        major = Decimal(str(minor_units)).scaleb(-minor_digits(currency))
        if abs(major) < _COMPACT_FROM:
            return self.money(minor_units, currency)
        digits = 1 if _leading(major) < 100 else 0
        text = format_compact_currency(major, currency, locale=self._locale, fraction_digits=digits)
        return self._tidy(self._spaced(text, currency))

    def compact(self, value: float) -> str:
        """Write a number in few characters: `12,3 тыс.`, `12.3K`."""
        if abs(value) < _COMPACT_FROM:
            return self.integer(value)
        digits = 1 if _leading(Decimal(str(value))) < 100 else 0
        return self._tidy(format_compact_decimal(value, locale=self._locale, fraction_digits=digits))

    def date(self, day: dt.date, *, short: bool = False) -> str:
        """Write a day in full: `3 мая 2026`, `3 May 2026`; short: `03.05.2026`, `3 May 2026`."""
        pattern = _SHORT_DATES[self.lang] if short else _DATES[self.lang]
        return self._spaced_words(format_date(day, pattern, locale=self._locale))

    def month(self, day: dt.date, *, short: bool = False) -> str:
        """Write the month of a day: `май 2026`, `May 2026`; short: `май 26`, `May ’26`."""
        if short:
            text = format_date(day, _SHORT_MONTHS[self.lang], locale=self._locale)
            return self._spaced_words(text.replace(".", "").replace("'", "’"))
        return self._spaced_words(format_date(day, "LLLL y", locale=self._locale))

    def instant(self, at: dt.datetime, zone: str) -> str:
        """Write an instant (without a zone: UTC) on the clock of `zone` (IANA name), with its offset from UTC."""
        # of an instant without a zone Python thinks the clock of the machine
        local = (at if at.tzinfo else at.replace(tzinfo=dt.UTC)).astimezone(ZoneInfo(zone))
        offset = local.strftime("%z")
        return f"{self.date(local.date())}, {local:%H:%M} (UTC{offset[:3]}:{offset[3:5]})".replace("-", MINUS)

    def _percent(self, value: float, digits: int) -> str:
        number = self.decimal(value, digits)
        return f"{number}{NBSP}%" if self.lang == "ru" else f"{number}%"

    def _money_pattern(self, number: str) -> str:
        return f"{number}{NBSP}¤" if self.lang == "ru" else f"¤{number}"

    def _spaced(self, text: str, currency: str) -> str:
        symbol = get_currency_symbol(currency, locale=self._locale)
        spaced = self.lang == "en" and symbol[-1:].isalpha()
        return text.replace(symbol, symbol + NBSP, 1) if spaced else text

    def _spaced_words(self, text: str) -> str:
        return text.replace(" ", NBSP)

    def _tidy(self, text: str) -> str:
        return text.replace("-", MINUS).replace("\u202f", NBSP)

    def _signed(self, text: str, value: float) -> str:
        return f"+{text}" if value > 0 and any(c in "123456789" for c in text) else text


def _rounded(value: float | Decimal, digits: int) -> Decimal:
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    rounded = exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return rounded or Decimal(0)


def _leading(value: Decimal) -> Decimal:
    """Return the number that stands before `thousand`, `million`, …"""
    size = abs(value)
    while size >= 1000:
        size /= 1000
    return size
