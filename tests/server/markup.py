"""Pages as trees, so that tests ask what stands where."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from xml.etree.ElementTree import Element, TreeBuilder

from django.test import Client

_VOID = {"meta", "link", "br", "input", "hr", "img"}


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tree = TreeBuilder()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tree.start(tag, {name: value or "" for name, value in attrs})
        if tag in _VOID:
            self.tree.end(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tree.start(tag, {name: value or "" for name, value in attrs})
        self.tree.end(tag)

    def handle_endtag(self, tag: str) -> None:
        self.tree.end(tag)

    def handle_data(self, data: str) -> None:
        self.tree.data(data)


def parsed(content: bytes) -> Element:
    """Return markup as a tree below one root."""
    builder = _Builder()
    builder.tree.start("root", {})
    builder.feed(content.decode())
    builder.tree.end("root")
    return builder.tree.close()


def page(client: Client, address: str) -> Element:
    """Open a page that must be there."""
    answer = client.get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code} {answer.content.decode()[:400]}"
    return parsed(answer.content)


def text(element: Element | None) -> str:
    """Return what stands in an element, with plain spaces."""
    assert element is not None
    return " ".join("".join(element.itertext()).replace("\u00a0", " ").split())


def of_class(tree: Element, name: str) -> list[Element]:
    """Return the elements of a class."""
    return [item for item in tree.iter() if name in item.get("class", "").split()]


def cells(tree: Element, nth: int = 0) -> list[list[Element]]:
    """Return the rows of a table, cell by cell: of the first one, or of another."""
    body = list(tree.iter("table"))[nth].find("tbody")
    assert body is not None
    return [list(row) for row in body]


def links(tree: Element, part: str) -> Iterator[tuple[str, Element]]:
    """Yield the links whose address has a part, with what leads there."""
    for item in tree.iter("a"):
        if part in item.get("href", ""):
            yield item.get("href", ""), item


def number(element: Element) -> int:
    """Return the first number that is told, whatever groups its digits."""
    told = text(element).replace("\u202f", "").replace(",", "")
    digits = ""
    for sign in told.replace(" ", ""):
        if sign.isdigit():
            digits += sign
        elif digits:
            break
    return int(digits)


def listed(client: Client, address: str) -> int:
    """Return how many people a list says that it has."""
    main = next(page(client, address).iter("main"))
    told = of_class(main, "total") or of_class(main, "stamp")
    return number(told[0])
