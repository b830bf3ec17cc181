"""Google Merchant Center's feeds: RSS 2.0, Atom, and texts divided by tabs.

The layout follows «Google Merchant Center Help: product data specification».
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from kogorta.ingest.feeds.records import CURRENCY, Cells, Record, amount_of, filled, joined, longest_days
from kogorta.ingest.safe_xml import Element, elements

SPACE = "http://base.google.com/ns/1.0"
_PLAIN = {
    "id": "product_id",
    "title": "name",
    "brand": "brand",
    "link": "url",
    "gtin": "barcode",
    "mpn": "vendor_code",
    "item_group_id": "group_id",
    "sell_on_google_quantity": "stock",
    "quantity": "stock",
}
_ELSEWHERE = {
    "price",
    "sale_price",
    "cost_of_goods_sold",
    "product_type",
    "google_product_category",
    "max_handling_time",
    "max_transit_time",
    "description",
    "summary",
    "image_link",
    "additional_image_link",
    "shipping",
    "author",
    "guid",
    "issued",
    "modified",
    "pubDate",
    "published",
    "updated",
}
"""What is read in its own way, and what is left out: pictures, prose and the dates of news are no facts about customers."""

Attributes = Mapping[str, Sequence[str]]


def items(path: Path, encoding: str | None = None) -> Iterator[Record]:
    """Yield the items of RSS or Atom.

    Raises:
        InputError: It is damaged, or declares entities.
    """
    for element in elements(path, _is_item, encoding):
        yield Record(element.line, _cells(_attributes(element)))


def rows(lines: Iterable[str]) -> Iterator[Record]:
    """Yield the rows of a text divided by tabs; its first line names the attributes."""
    reader = csv.reader(lines, delimiter="\t")
    names = [attribute_of(name) for name in next(reader, [])]
    line = reader.line_num + 1
    for row in reader:
        found: dict[str, list[str]] = {}
        for name, cell in zip(names, row, strict=False):
            if cell.strip():
                found.setdefault(name, []).append(cell.strip())
        if found:
            yield Record(line, _cells(found))
        line = reader.line_num + 1


def attribute_of(header: str) -> str:
    """Return an attribute's name as the specification writes it.

    Examples:
        >>> attribute_of("Image Link"), attribute_of("g:price")
        ('image_link', 'price')
    """
    return header.strip().lower().removeprefix("g:").replace(" ", "_")


def _is_item(names: Sequence[str]) -> bool:
    return names[-1] in ("item", "entry") and len(names) > 1


def _attributes(item: Element) -> dict[str, list[str]]:
    """Return the attributes of an item; Google's own win over those of RSS and Atom."""
    own = [child for child in item.children if child.space == SPACE]
    named = {child.name for child in own}
    found: dict[str, list[str]] = {}
    for child in [*own, *(child for child in item.children if child.name not in named)]:
        text = child.text or child.attributes.get("href", "")
        if text:
            found.setdefault(child.name, []).append(text)
        for inner in child.children:
            if child.name == "shipping" and inner.name == "max_transit_time":
                found.setdefault(inner.name, []).append(inner.text)
    return found


def _cells(said: Attributes) -> Cells:
    price, currency = amount_of(_first(said, "price"))
    sale, _ = amount_of(_first(said, "sale_price"))
    cost, costs_in = amount_of(_first(said, "cost_of_goods_sold"))
    cells: Cells = {
        "price": price,
        CURRENCY: currency,
        "sale_price": sale,
        # A cost in another currency than the price keeps its sign, and the row is refused for it.
        "unit_cost": cost if costs_in == currency else f"{cost} {costs_in}".strip(),
        "category": _first(said, "product_type") or _first(said, "google_product_category"),
        "lead_time_days": _days(said),
    }
    for name, texts in said.items():
        if name not in _ELSEWHERE:
            cells[_PLAIN.get(name, name)] = joined(texts)
    return filled(cells)


def _days(said: Attributes) -> str:
    """Return the days of handling and of transit together, as far as they are told."""
    parts = [longest_days(_first(said, name)) for name in ("max_handling_time", "max_transit_time")]
    told = [int(part) for part in parts if part]
    return str(sum(told)) if told else ""


def _first(said: Attributes, name: str) -> str:
    texts = said.get(name, ())
    return texts[0] if texts else ""
