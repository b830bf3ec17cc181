"""Helpers to read pictures back."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

SVG = "{http://www.w3.org/2000/svg}"


def parsed(markup: str) -> ET.Element:
    """Parse a picture; it must be well-formed."""
    return ET.fromstring(markup)


def texts(markup: str) -> list[str]:
    """Return every text that is drawn."""
    return [element.text or "" for element in parsed(markup).iter(f"{SVG}text")]


def view_box(markup: str) -> tuple[float, float]:
    """Return width and height."""
    _, _, width, height = map(float, parsed(markup).attrib["viewBox"].split())
    return width, height


def is_harmless(markup: str) -> bool:
    """Tell whether a picture has no script, handler, style attribute, id or address of another host."""
    bad = r"<script|\son\w+=|\sstyle=|\sid=|href|url\(|<image|<foreignObject"
    return not re.search(bad, markup.replace('xmlns="http://www.w3.org/2000/svg"', ""))
