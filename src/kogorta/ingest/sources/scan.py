"""One look over all bytes of a text file: how many lines, and is there anything odd."""

from __future__ import annotations

import codecs
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

BLOCK = 1 << 22


@dataclass(frozen=True)
class Scan:
    """What stands in a text file.

    Attributes:
        lines: Physical lines; blank ones at the end do not count.
        mixed: Both kinds of line ends stand in it, or lone carriage returns.
        nulls: NUL bytes stand in it.
        is_utf8: All of it is UTF-8.
        odd_blanks: Blanks other than the space may stand in it.
    """

    lines: int
    mixed: bool
    nulls: bool
    is_utf8: bool
    odd_blanks: bool

    @property
    def is_plain(self) -> bool:
        """Whether the fast reader can be trusted with it."""
        return self.is_utf8 and not (self.mixed or self.nulls)


def scan(path: Path) -> Scan:
    """Read a file once and count."""
    newlines = returns = crlf = trailing = 0
    nulls = odd = False
    valid = True
    decoder = codecs.getincrementaldecoder("utf-8")()
    last = b""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            newlines += block.count(b"\n")
            if b"\r" in block:
                returns += block.count(b"\r")
                crlf += block.count(b"\r\n")
            crlf += last == b"\r" and block.startswith(b"\n")
            nulls = nulls or b"\0" in block
            plain = block.isascii()
            odd = odd or b"\t" in block or not plain
            valid = valid and ((plain and not decoder.getstate()[0]) or _decodes(decoder, block))
            body = block.rstrip(b"\r\n")
            trailing = block.count(b"\n", len(body)) + (0 if body else trailing)
            last = block[-1:]
    mixed = returns not in (0, newlines) or crlf not in (0, newlines)
    return Scan(newlines - trailing + 1, mixed, nulls, valid, odd)


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes) -> bool:
    try:
        decoder.decode(block)
    except UnicodeDecodeError:
        return False
    return True


def lines_at(path: Path, offsets: Sequence[int]) -> list[int]:
    """Return the physical line (from 1) that begins at each byte offset; offsets ascend."""
    lines: list[int] = []
    seen = start = 0
    with path.open("rb") as file:
        while len(lines) < len(offsets) and (block := file.read(BLOCK)):
            end = bisect_left(offsets, start + len(block), len(lines))
            position = 0
            for offset in offsets[len(lines) : end]:
                seen += block.count(b"\n", position, offset - start)
                position = offset - start
                lines.append(seen + 1)
            seen += block.count(b"\n", position)
            start += len(block)
    return lines
