"""Markup of the page: what is plain text is escaped, what is already markup is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape

WIDE = 1060.0
NARROW = 324.0
_VOID = {"meta", "link", "br"}


class Html(str):
    """Finished markup."""

    __slots__ = ()


def el(name: str, /, *children: str, **attributes: str | bool | None) -> Html:
    """Write an element; `class_` and `aria_label` become `class` and `aria-label`, None leaves out."""
    parts = [name]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        written = key.rstrip("_").replace("_", "-")
        parts.append(written if value is True else f'{written}="{escape(str(value))}"')
    opening = f"<{' '.join(parts)}>"
    return Html(opening if name in _VOID else f"{opening}{join(children)}</{name}>")


def join(children: Iterable[str]) -> Html:
    """Set pieces one after another."""
    return Html("".join(c if isinstance(c, Html) else escape(c, quote=False) for c in children))


def paragraph(*children: str, class_: str | None = None) -> Html:
    """Write a paragraph."""
    return el("p", *children, class_=class_)


def two_sizes(draw: Callable[[float], str], wide: float = WIDE, narrow: float = NARROW) -> Html:
    """Draw a picture twice, for a screen and for a phone; the style sheet shows one of them."""
    return join(
        [
            el("div", Html(draw(wide)), class_="picture only-wide"),
            el("div", Html(draw(narrow)), class_="picture only-narrow"),
        ]
    )


def table(
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    text_columns: int = 1,
    caption: str,
    tight: bool = False,
) -> Html:
    """Write a table: the first `text_columns` columns are words, the rest numbers.

    Each cell carries its heading, so that on a phone a row can be shown as a card.
    """
    kinds = ["" if i < text_columns else "num" for i in range(len(heads))]
    head = [el("th", text, scope="col", class_=kind or None) for text, kind in zip(heads, kinds, strict=True)]
    body = [
        el("tr", el("th", row[0], scope="row"), *map(_cell, row[1:], kinds[1:], heads[1:])) for row in rows
    ]
    return el(
        "div",
        el(
            "table",
            el("caption", caption, class_="visually-hidden"),
            el("thead", el("tr", *head)),
            el("tbody", *body),
            class_="data",
        ),
        class_="table tight" if tight else "table",
    )


def _cell(content: str, kind: str, head: str) -> Html:
    return el("td", content, class_=kind or None, data_label=head)
