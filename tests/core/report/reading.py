"""Reads a report back: its words, and whether its markup is whole."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from kogorta.i18n import Lang
from kogorta.report import ReportData, render

LANGS: tuple[Lang, ...] = ("ru", "en")
VOID = {"meta", "link", "br"}
SVG_LEAVES = {"rect", "line", "polyline", "polygon", "path", "circle"}


class Reader(HTMLParser):
    """Reads a page: its text, its ids, and whether every tag is closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in SVG_LEAVES, f"<{tag}/> is not HTML"

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)


def read(page: str) -> Reader:
    """Parse a page; every element must be closed."""
    reader = Reader()
    reader.feed(page)
    assert not reader.open
    return reader


def text(data: ReportData, lang: Lang) -> str:
    """Return the words of a report, with ordinary spaces."""
    return re.sub(
        r"\s+", " ", " ".join(read(re.sub(r"</?code>", "", render(data, lang))).words).replace("\u00a0", " ")
    )
