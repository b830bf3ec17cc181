"""Markup of pictures: tags, numbers, text lines."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from kogorta.charts.text import Line

Attribute = str | float | int | None


def number(value: float) -> str:
    """Write a coordinate: at most two decimals, never an exponent."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def tag(name: str, /, *children: str, **attributes: Attribute) -> str:
    """Write an element. Children are markup; attributes are escaped, `class_` and `a_b` become `class`, `a-b`."""
    parts = [name]
    for key, value in attributes.items():
        if value is None:
            continue
        text = value if isinstance(value, str) else number(value)
        parts.append(f'{key.rstrip("_").replace("_", "-")}="{escape(text)}"')
    body = "".join(children)
    return f"<{' '.join(parts)}>{body}</{name}>" if body else f"<{' '.join(parts)}/>"


def tip(text: str) -> str:
    """Write the tooltip of an element; empty text gives none."""
    return f"<title>{escape(text)}</title>" if text else ""


def leading(mark: str, href: str | None) -> str:
    """Have a mark lead somewhere, if there is somewhere to lead."""
    return tag("a", mark, href=href) if href else mark


def line_text(line: Line, extra: str = "") -> str:
    """Write a line of text."""
    weight = " b" if line.bold else ""
    anchor = line.anchor if line.anchor != "start" else None
    return tag(
        "text",
        escape(line.text, quote=False),
        x=line.x,
        y=line.y,
        class_=f"{line.role}{weight}{extra}",
        font_size=line.size,
        text_anchor=anchor,
    )


def rect(
    x: float, y: float, width: float, height: float, class_: str, *children: str, radius: float = 0
) -> str:
    """Write a rectangle."""
    return tag(
        "rect",
        *children,
        x=x,
        y=y,
        width=max(width, 0),
        height=max(height, 0),
        rx=radius or None,
        class_=class_,
    )


def picture(size: tuple[float, float], title: str, desc: str, body: Iterable[str]) -> str:
    """Wrap a picture: role, accessible name and description, view box in pixels."""
    width, height = size
    marks = list(body)
    return tag(
        "svg",
        tip(title),
        f"<desc>{escape(desc)}</desc>" if desc else "",
        *marks,
        xmlns="http://www.w3.org/2000/svg",
        # what leads somewhere is no single image: those who hear the page must reach its parts
        role="group" if any(mark.startswith("<a ") for mark in marks) else "img",
        class_="chart",
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=width,
        height=height,
    )
