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
        blank: A blank line stands between others.
        nulls: NUL bytes stand in it.
        is_utf8: All of it is UTF-8.
    """

    lines: int
    mixed: bool
    blank: bool
    nulls: bool
    is_utf8: bool

    @property
    def is_plain(self) -> bool:
        """Whether the fast reader can be trusted with it."""
        return self.is_utf8 and not (self.mixed or self.blank or self.nulls)


def scan(path: Path) -> Scan:
    """Read a file once and count."""
    newlines = crlf = returns = trailing = 0
    nulls = blank = False
    valid = True
    decoder = codecs.getincrementaldecoder("utf-8")()
    carry = b""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            newlines += block.count(b"\n")
            returns += block.count(b"\r")
            nulls = nulls or b"\0" in block
            valid = valid and _decodes(decoder, block)
            text = carry + block if carry else block
            # A blank line counts as one only if something follows it.
            body = text.rstrip(b"\r\n")
            blank = blank or (trailing > 1 and bool(body)) or _has_blank(body)
            tail = text[len(body) :]
            crlf += block.count(b"\r\n") + (carry.endswith(b"\r") and block.startswith(b"\n"))
            carry = tail if len(tail) < BLOCK else tail[-2:]
            trailing = tail.count(b"\n")
    lines = newlines - trailing + 1
    mixed = returns not in (0, newlines) or crlf not in (0, newlines)
    return Scan(lines, mixed, blank, nulls, valid)


def _has_blank(body: bytes) -> bool:
    return b"\n\n" in body or b"\n\r\n" in body


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes) -> bool:
    try:
        if not block.isascii() or decoder.getstate()[0]:
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
