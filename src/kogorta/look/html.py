"""Markup of the page: what is plain text is escaped, what is already markup is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from itertools import chain, repeat

WIDE = 1060.0
NARROW = 324.0
_VOID = {"meta", "link", "br", "input", "hr", "img"}


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
    """Set pieces one after another; a dash never begins a line."""
    return Html("".join(c if isinstance(c, Html) else _plain(c) for c in children))


def _plain(text: str) -> str:
    return escape(text, quote=False).replace(" — ", "\u00a0— ")


def paragraph(*children: str, class_: str | None = None) -> Html:
    """Write a paragraph."""
    return el("p", *children, class_=class_)


def phrase(text: str) -> Html:
    """Write a text of ours; what stands between backticks in it is shown as it is typed: a command, a column, a setting."""
    return join(el("code", part) if n % 2 else part for n, part in enumerate(text.split("`")))


def remedy(text: str) -> Html:
    """Write what to do about a lack."""
    return paragraph(phrase(text), class_="remedy")


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
    quiet: Sequence[bool] = (),
) -> Html:
    """Write a table: the first `text_columns` columns are words, the rest numbers.

    Each cell carries its heading, so that on a phone a row can be shown as a card.

    Args:
        heads: Headings of the columns.
        rows: Cells of each row.
        text_columns: How many columns at the left are words.
        caption: What the table shows, for those who cannot see it.
        tight: As narrow as its content.
        quiet: By row, whether it stands back because nobody is in it.
    """
    kinds = ["" if i < text_columns else "num" for i in range(len(heads))]
    head = [el("th", text, scope="col", class_=kind or None) for text, kind in zip(heads, kinds, strict=True)]
    shades = chain(("quiet" if is_quiet else None for is_quiet in quiet), repeat(None))
    body = [
        el(
            "tr",
            el("th", row[0], scope="row"),
            *map(_cell, row[1:], kinds[1:], heads[1:]),
            class_=shade,
        )
        for row, shade in zip(rows, shades, strict=False)
    ]
    return el(
        "div",
        el(
            "table",
            el("caption", caption, class_="visually-hidden"),
            el("thead", el("tr", *head)),
            el("tbody", *body),
            class_=f"data numbers-{kinds.count('num')}",
        ),
        class_="table tight" if tight else "table",
    )


def _cell(content: str, kind: str, head: str) -> Html:
    return el("td", content, class_=kind or None, data_label=head)
