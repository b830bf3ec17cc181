"""Yandex Market's YML, and RetailCRM's ICML, which adds what a good costs the shop.

The layouts follow «Яндекс Маркет для продавцов: формат YML» and «RetailCRM: формат ICML».
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from kogorta.ingest.feeds.records import CURRENCY, PARAMS, Cells, Record, filled, joined, longest_days
from kogorta.ingest.safe_xml import Element, elements
from kogorta.vocab import ProductKind

_OFFER = ("offers", "offer")
_CATEGORY = ("categories", "category")
_DELIVERY = ("shop", "delivery-options", "option")

_PLAIN = {
    "price": "price",
    "purchasePrice": "unit_cost",
    "purchase_price": "unit_cost",
    "oldprice": "old_price",
    "vendor": "brand",
    "vendorCode": "vendor_code",
    "barcode": "barcode",
    "url": "url",
    "count": "stock",
    "stock_quantity": "stock",
}
_ELSEWHERE = {
    "id",
    "name",
    "model",
    "typePrefix",
    "productName",
    "currencyId",
    "categoryId",
    "param",
    "rec",
    "unit",
    "delivery-options",
    "pickup-options",
    "picture",
    "description",
}
"""What is read in its own way, and what is left out: pictures and prose are no facts about customers."""


def offers(path: Path, encoding: str | None = None) -> Iterator[Record]:
    """Yield the offers of a feed.

    Raises:
        InputError: It is damaged, or declares entities.
    """
    categories = _categories(path, encoding)
    usual = ""
    for element in elements(path, _is_offer_or_delivery, encoding):
        if element.name == "option":
            usual = usual or element.attributes.get("days", "")
        else:
            yield Record(element.line, _cells(element, categories, usual))


def _is_offer_or_delivery(names: Sequence[str]) -> bool:
    return tuple(names[-2:]) == _OFFER or tuple(names[-3:]) == _DELIVERY


def _is_category_or_offer(names: Sequence[str]) -> bool:
    return tuple(names[-2:]) in (_CATEGORY, _OFFER)


def _categories(path: Path, encoding: str | None) -> dict[str, str]:
    """Return the path of each category from the top, by its id.

    Categories stand before offers, so of a feed that keeps to it only the beginning is read; one that has them behind is read
    to its end.
    """
    names: dict[str, str] = {}
    parents: dict[str, str] = {}
    for element in elements(path, _is_category_or_offer, encoding):
        if element.name == "category":
            key = element.attributes.get("id", "")
            names[key] = element.text or element.said("name")
            parents[key] = element.attributes.get("parentId", "")
        elif names:
            break
    return {key: _path(key, names, parents) for key in names}


def _path(key: str, names: Mapping[str, str], parents: Mapping[str, str]) -> str:
    levels: list[str] = []
    seen: set[str] = set()
    while key in names and key not in seen:
        seen.add(key)
        levels.append(names[key])
        key = parents[key]
    return "/".join(level for level in reversed(levels) if level)


def _cells(offer: Element, categories: Mapping[str, str], usual: str) -> Cells:
    said = offer.attributes
    cells: Cells = {
        "product_id": said.get("id", ""),
        "name": _name(offer),
        "category": _category(offer, categories),
        "kind": ProductKind.SERVICE.value if said.get("type") == "service" else "",
        CURRENCY: offer.said("currencyId"),
        "stock": said.get("quantity", ""),
        "lead_time_days": longest_days(_days(offer) or usual),
        "complements": _complements(offer),
        "group_id": said.get("group_id") or said.get("productId", ""),
        "available": said.get("available", ""),
        "unit": _unit(offer),
        PARAMS: _params(offer),
    }
    for child in offer.children:
        if child.name in _ELSEWHERE or child.children:
            continue
        name = _PLAIN.get(child.name, child.name)
        known = cells.get(name)
        cells[name] = joined((known, child.text)) if isinstance(known, str) else child.text
    return filled(cells)


def _name(offer: Element) -> str:
    name = offer.said("name") or offer.said("productName")
    if name:
        return name
    return " ".join(part for part in map(offer.said, ("typePrefix", "vendor", "model")) if part)


def _category(offer: Element, categories: Mapping[str, str]) -> str:
    """Return the path of the first category; an id that the feed does not explain stays an id."""
    key = offer.said("categoryId")
    return categories.get(key, key)


def _days(offer: Element) -> str:
    options = offer.child("delivery-options")
    option = options.child("option") if options else None
    return option.attributes.get("days", "") if option else ""


def _complements(offer: Element) -> str:
    texts = [child.text for child in offer.children if child.name == "rec"]
    return joined(part.strip() for text in texts for part in text.split(","))


def _unit(offer: Element) -> str:
    unit = offer.child("unit")
    return unit.attributes.get("sym") or unit.attributes.get("name") or unit.text if unit else ""


def _params(offer: Element) -> dict[str, str]:
    values: dict[str, list[str]] = {}
    for child in offer.children:
        if child.name == "param" and child.attributes.get("name"):
            values.setdefault(child.attributes["name"], []).append(child.text)
    return {name: joined(texts) for name, texts in values.items() if any(texts)}
