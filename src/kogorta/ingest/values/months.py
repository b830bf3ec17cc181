"""Months that are written as words, English or Russian, in full or shortened as calendars do."""

from __future__ import annotations

_ENGLISH = (
    "jan(?:uary)?",
    "feb(?:ruary)?",
    "mar(?:ch)?",
    "apr(?:il)?",
    "may",
    "june?",
    "july?",
    "aug(?:ust)?",
    "sept?(?:ember)?",
    "oct(?:ober)?",
    "nov(?:ember)?",
    "dec(?:ember)?",
)
_RUSSIAN = (
    "янв(?:ар[ья])?",
    "февр?(?:ал[ья])?",
    "мар(?:та?)?",
    "апр(?:ел[ья])?",
    "ма[йя]",
    "июн[ья]?",
    "июл[ья]?",
    "авг(?:уста?)?",
    "сент?(?:ябр[ья])?",
    "окт(?:ябр[ья])?",
    "нояб?(?:р[ья])?",
    "дек(?:абр[ья])?",
)
_FIRST_LETTERS = ("janfebmaraprmayjunjulaugsepoctnovdec", "янвфевмарапрмаяиюниюлавгсеноктноядек")
"""Three letters tell every month from all others, in either language."""

MONTH = rf"(?:{'|'.join((*_ENGLISH, *_RUSSIAN))})\.?"
_GAP = "[ \u00a0\u202f]"
_BETWEEN = "[ \u00a0\u202f,./-]"
_DAY = "[0-9]{1,2}"
_TIME = (
    rf"(?:(?:T|{_GAP}|,)+(?:(?:в|at){_GAP})?[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:\.[0-9]{{1,9}})?)?"
    rf"(?:{_GAP}?[ap]\.?m\.?)?)?"
)
_OF_YEAR = rf"(?:{_GAP}?(?:г\.?|года))?"

DAY_FIRST = rf"(?i:{_DAY}(?:st|nd|rd|th)?{_BETWEEN}{{0,2}}{MONTH}{_BETWEEN}{{0,2}}(?:[0-9]{{4}}|[0-9]{{2}}){_OF_YEAR}{_TIME})"
"""`3 Jan 2025`, `03-Jan-25`, `3 января 2025 г. 14:05`."""
MONTH_FIRST = rf"(?i:{MONTH}{_BETWEEN}{{0,2}}{_DAY}(?:st|nd|rd|th)?{_BETWEEN}{{1,2}}[0-9]{{4}}{_TIME})"
"""`January 3, 2025 2:05 PM`; two digits at the end could be a day as well as a year, so they are no year."""

_WORD = r"\p{L}{2,}\.?"
_LOOSE = rf"(?:{_DAY}{_BETWEEN}{{0,2}}{_WORD}|{_WORD}{_BETWEEN}{{1,2}}{_DAY}){_BETWEEN}{{1,2}}[0-9]{{2,4}}(?:\P{{L}}.*)?"


def month_sql(x: str) -> str:
    """Return SQL of the number of the month that a date names."""
    word = f"replace(lower(regexp_extract({x}, '\\p{{L}}{{3}}')), 'май', 'мая')"
    places = ", ".join(f"instr('{letters}', {word})" for letters in _FIRST_LETTERS)
    return f"((greatest({places}) + 2) // 3)"


def unknown_month_sql(x: str) -> str:
    """Return SQL: whether a cell is built like a date with a word for its month, and the word is none we know."""
    strict = f"regexp_full_match({x}, '{DAY_FIRST}') OR regexp_full_match({x}, '{MONTH_FIRST}')"
    return f"(regexp_full_match({x}, '{_LOOSE}') AND NOT ({strict}))"
