"""Numbers: how a column writes them, and the SQL that reads them without losing a digit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kogorta.schema.types import MICRO
from kogorta.warehouse.sql import literal

SPACES = " \u00a0\u202f\u2009'\u2019"
"""What people put between thousands."""
NOISE = "[+-]?([0-9]*\\.[0-9]{7,}|[0-9](\\.[0-9]+)?[eE][+-]?[0-9]+)"
"""What a program writes when it prints a binary fraction to its last digit."""
MICRO_DIGITS = len(str(MICRO)) - 1
WHOLE_DIGITS = 12
"""Digits before the decimal sign; more than a million millions is a mistake."""

_SIGNS: dict[str, tuple[str, ...]] = {
    "RUB": ("₽", "руб.", "руб", "р.", "р", "RUB", "RUR"),
    "USD": ("US$", "$", "USD"),
    "EUR": ("€", "EUR"),
    "GBP": ("£", "GBP"),
    "KZT": ("₸", "тг.", "тг", "KZT"),
    "UAH": ("₴", "грн.", "грн", "UAH"),
    "BYN": ("Br", "бел. руб.", "BYN"),
    "TRY": ("₺", "TL", "TRY"),
    "INR": ("₹", "INR"),
    "JPY": ("¥", "JPY"),
    "CNY": ("¥", "CNY"),
    "PLN": ("zł", "PLN"),
}
_ANY_SIGN = "[₽$€£₸₴₺₹¥]|(?i:руб|rub|usd|eur|gbp|kzt|uah|byn)"

_GROUPED = re.compile(r"\d{1,3}(?:[ \u00a0\u202f\u2009'\u2019]\d{3})+(?=[.,]|$)")
_NOISY = re.compile(r"(\d*\.\d{7,}|\d(\.\d+)?[eE][+-]?\d+)")


@dataclass(frozen=True)
class NumberStyle:
    """How a column writes numbers.

    Attributes:
        decimal: The decimal sign.
        decorated: Some cells have grouped thousands or a currency sign.
        noisy: Some cells have the noise of binary fractions behind the sixth decimal.
        tolerance: How much noise is cut off.
    """

    decimal: str = "."
    decorated: bool = False
    noisy: bool = False
    tolerance: float = 1e-9


@dataclass(frozen=True)
class NumberEvidence:
    """What the cells of a column say about its decimal sign, in numbers of cells."""

    point: int = 0
    comma: int = 0
    unsure_point: int = 0
    unsure_comma: int = 0
    decorated: bool = False
    noisy: bool = False

    @property
    def unsure(self) -> bool:
        """Whether every cell with a sign could be read both ways."""
        return not (self.point or self.comma) and bool(self.unsure_point or self.unsure_comma)


def currency_signs(currency: str) -> tuple[str, ...]:
    """Return what people write beside an amount in this currency."""
    return _SIGNS.get(currency, (currency,))


def weigh(examples: Iterable[tuple[str, int]], currency: str = "") -> NumberEvidence:
    """Weigh the cells of a column, each given with how many cells look like it.

    Examples:
        >>> weigh([("1 234,50", 10), ("7", 2)]).comma
        10
        >>> weigh([("1,234", 5)]).unsure
        True
    """
    counts = dict.fromkeys(("point", "comma", "unsure_point", "unsure_comma"), 0)
    decorated = noisy = False
    for text, weight in examples:
        bare = _bare(text, currency)
        decorated = decorated or bare != text or "," in bare
        noisy = noisy or bool(_NOISY.fullmatch(bare))
        vote = _vote(bare)
        if vote:
            counts[vote] += weight
            decorated = decorated or vote == "comma" or bare.count(".") > 1
    return NumberEvidence(**counts, decorated=decorated, noisy=noisy)


def _bare(text: str, currency: str) -> str:
    """Return the digits and signs of a number alone."""
    bare = text
    for sign in currency_signs(currency):
        bare = bare.removeprefix(sign).removesuffix(sign)
    bare = bare.strip(SPACES).lstrip("+-\u2212").strip(SPACES)
    for sign in currency_signs(currency):
        bare = bare.removeprefix(sign)
    # Thousands divided by blanks or apostrophes say nothing about the decimal sign, what follows does.
    grouped = _GROUPED.match(bare)
    if not grouped:
        return bare
    digits = re.sub(r"\D", "", grouped.group())
    # Four digits and more cannot be taken for a group, so `1 234,567` votes for its comma.
    return digits.rjust(4, "0") + bare[grouped.end() :]


_VOTES = (
    (re.compile(r"[1-9]\d{0,2}\.\d{3}"), "unsure_point"),
    (re.compile(r"[1-9]\d{0,2},\d{3}"), "unsure_comma"),
    (re.compile(r"\d*\.\d+|\d+\.|\d{1,3}(,\d{3})+\.\d+|\d{1,3}(,\d{3}){2,}"), "point"),
    (re.compile(r"\d*,\d+|\d+,|\d{1,3}(\.\d{3})+,\d+|\d{1,3}(\.\d{3}){2,}"), "comma"),
)


def _vote(bare: str) -> str | None:
    return next((name for pattern, name in _VOTES if pattern.fullmatch(bare)), None)


def style_of(evidence: NumberEvidence, tolerance: float = 1e-9, default: str = ".") -> NumberStyle:
    """Return the style that most cells follow; cells that do not follow it will be refused."""
    if evidence.point or evidence.comma:
        decimal = "." if evidence.point >= evidence.comma else ","
    else:
        decimal = default
    return NumberStyle(decimal, evidence.decorated or decimal == ",", evidence.noisy, tolerance)


def canonical_sql(x: str, style: NumberStyle, currency: str = "") -> str:
    """Return SQL of the number as plain text (`-1234.5`), NULL where the cell is none."""
    text = _undecorated(x, style, currency) if style.decorated else x
    if not style.noisy:
        return text
    value = f"TRY_CAST({text} AS DOUBLE)"
    return (
        f"CASE WHEN regexp_full_match({text}, '{NOISE}')"
        f" AND abs({value} - round({value}, {MICRO_DIGITS})) < {style.tolerance!r}"
        f" THEN CAST(TRY_CAST(round({value}, {MICRO_DIGITS}) AS DECIMAL(18, {MICRO_DIGITS})) AS VARCHAR) ELSE {text} END"
    )


def _undecorated(x: str, style: NumberStyle, currency: str) -> str:
    other = "," if style.decimal == "." else "."
    signs = "|".join(re.escape(sign) for sign in currency_signs(currency) if sign) or "¤"
    groups = f"[{SPACES}{other}]"
    blank = f"[{SPACES}]*"
    whole = (
        f"(?:{signs})?{blank}[-+\u2212]?{blank}(?:{signs})?{blank}"
        f"(?:[0-9]{{1,3}}(?:{groups}[0-9]{{3}})+|[0-9]+)?(?:\\{style.decimal}[0-9]*)?{blank}(?:{signs})?"
    )
    bare = f"regexp_replace({x}, {literal(f'(?:{signs})|{groups}')}, '', 'g')"
    plain = f"replace(replace({bare}, {literal(style.decimal)}, '.'), '\u2212', '-')"
    return f"CASE WHEN regexp_full_match({x}, {literal(whole)}) THEN {plain} END"


def scaled_sql(canonical: str, digits: int) -> str:
    """Return SQL of the number in units of 10^-digits, NULL where it is not a whole number of them."""
    tail = f"(\\.[0-9]{{0,{digits}}}0*)?"
    pattern = (
        f"[+-]?([0-9]{{1,{WHOLE_DIGITS}}}{tail}|\\.[0-9]{{1,{digits}}}0*)"
        if digits
        else (f"[+-]?[0-9]{{1,{WHOLE_DIGITS}}}(\\.0*)?")
    )
    # A product of 18 digits overflows where the sum itself would not: beyond thousandths take the wide type.
    width = 18 if digits <= 3 else 38
    number = f"CAST({canonical} AS DECIMAL({width}, {digits}))"
    return f"CASE WHEN regexp_full_match({canonical}, '{pattern}') THEN CAST({number} * {10**digits} AS BIGINT) END"


def double_sql(canonical: str) -> str:
    """Return SQL of the number as a finite double."""
    pattern = "[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]{1,3})?"
    value = f"TRY_CAST({canonical} AS DOUBLE)"
    return f"CASE WHEN regexp_full_match({canonical}, '{pattern}') AND isfinite({value}) THEN {value} END"


def reason_sql(x: str, canonical: str, fraction: str = "too_many_decimals") -> str:
    """Return SQL of the reason why a cell is no number of its column."""
    return (
        f"CASE WHEN regexp_full_match({canonical}, '[+-]?[0-9]{{{WHOLE_DIGITS + 1},}}(\\.[0-9]*)?|[+-]?[0-9.]+[eE]\\+?[0-9]+')"
        f" THEN 'number_too_big' WHEN regexp_full_match({canonical}, '[+-]?[0-9]*\\.?[0-9]+') THEN '{fraction}'"
        f" WHEN regexp_matches({x}, {literal(_ANY_SIGN)}) AND regexp_matches({x}, '[0-9]') THEN 'other_currency'"
        " ELSE 'not_a_number' END"
    )
