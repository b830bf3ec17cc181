"""Which encoding and which delimiter a text file has."""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from kogorta.errors import InputError
from kogorta.i18n import lazy

SAMPLE = 1 << 20
DELIMITERS = ",;\t|"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def known_encoding(name: str) -> str:
    """Return an encoding's usual name.

    Raises:
        InputError: There is none of this name.
    """
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise InputError(
            "there is no such encoding",
            got=name,
            expected="utf-8, cp1251, cp1252, utf-16, …",
            hint="see --encoding",
        ) from None


def detect_encoding(head: bytes, path: Path) -> str:
    """Return the encoding of a text by its first bytes.

    Raises:
        InputError: The bytes are no text.
    """
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name
    nulls = head.count(0)
    if nulls > len(head) // 4:
        return "utf-16-le" if head[1::2].count(0) > head[0::2].count(0) else "utf-16-be"
    control = sum(head.count(byte) for byte in range(32) if byte not in (0, 9, 10, 11, 12, 13, 27))
    if nulls > max(8, len(head) // 100) or control > max(8, len(head) // 50):
        raise InputError(
            "this is no table",
            got=lazy("bytes that are no text"),
            expected="CSV, XLSX, Parquet or JSON Lines",
            hint="export the data again, as CSV in UTF-8",
            path=str(path),
        )
    return "utf-8" if is_utf8(head) else single_byte(head)


def is_utf8(head: bytes) -> bool:
    """Whether the bytes are UTF-8; a character cut at the end does not count."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=False)
    except UnicodeDecodeError:
        return False
    return True


def single_byte(head: bytes) -> str:
    """Tell cp1251 from cp1252: Cyrillic letters stand side by side, accents and signs stand alone."""
    high = [byte >= 0x80 for byte in head]
    alone = side = 0
    for position, is_high in enumerate(high):
        if is_high:
            near = (position > 0 and high[position - 1]) or (position + 1 < len(high) and high[position + 1])
            side, alone = side + near, alone + (not near)
    return "cp1251" if side >= alone else "cp1252"


def detect_delimiter(text: str) -> str:
    """Return the character that divides the cells.

    It is the one that stands equally often in most lines, and oftenest.
    """
    lines = [line for line in _outside_quotes(text).splitlines() if line.strip()][:100]
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        counts = Counter(line.count(delimiter) for line in lines)
        cells, agreeing = max(counts.items(), key=lambda item: (item[0] > 0, item[1]), default=(0, 0))
        if cells and lines and lines[0].count(delimiter):
            score = agreeing / len(lines) * (1 + 0.05 * min(cells, 10))
            # The header tells more than the rows: it has no decimal commas and no prose.
            score += 0.5 * (lines[0].count(delimiter) == cells)
            if score > best_score:
                best, best_score = delimiter, score
    return best


def _outside_quotes(text: str) -> str:
    return "".join(part for number, part in enumerate(text.split('"')) if number % 2 == 0)


def text_lines(path: Path, encoding: str) -> Iterator[str]:
    """Yield the physical lines of a file with their ends; bytes that are no text stay visible."""
    with path.open("r", encoding=encoding, errors="surrogateescape", newline="") as file:
        yield from file


def transcode(path: Path, encoding: str, target: Path) -> int:
    """Copy a text file into UTF-8, block by block.

    Returns:
        How many characters could not be read; they are marked.
    """
    bad = 0
    with (
        path.open("r", encoding=encoding, errors="replace", newline="") as source,
        target.open("w", encoding="utf-8", newline="") as sink,
    ):
        while block := source.read(SAMPLE):
            bad += block.count("\ufffd")
            sink.write(block)
    return bad
