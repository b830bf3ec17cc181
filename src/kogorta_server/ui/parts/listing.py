"""Lists: a table whose columns sort it, with its pages below."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from kogorta.look.html import Html, el
from kogorta_server.ui.ask import Ask

Row = TypeVar("Row")

PAGE = 50
"""Rows of a page."""

MOST_PAGES = 100
"""Nobody leafs farther; who needs more takes the file."""


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """A column of a list.

    Attributes:
        key: What the list is sorted by; empty if it does not sort.
        label: Its heading.
        cell: Writes the cell of a row.
        is_number: Whether it stands at the right, and its greatest values are looked for first.
    """

    key: str
    label: str
    cell: Callable[[Row], str]
    is_number: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a list a request is.

    Attributes:
        sort: Key of the column that sorts it.
        is_descending: From the greatest down.
        page: Its page, from 1.
    """

    sort: str
    is_descending: bool
    page: int

    @property
    def offset(self) -> int:
        """How many rows stand before the page."""
        return (self.page - 1) * PAGE


def place_of(ask: Ask, columns: Sequence[Column[Row]], usual: str) -> Place:
    """Read from the address where in a list a request is; what makes no sense is taken as the usual.

    Args:
        ask: The request; `sort` of its address is a key, with a dash before it for descending.
        columns: Of the list.
        usual: The `sort` of who asked for none.
    """
    keys = {column.key for column in columns if column.key}
    wanted = ask.text("sort", usual)
    if wanted.removeprefix("-") not in keys:
        wanted = usual
    page = ask.text("page", "1")
    number = int(page) if page.isdecimal() and len(page) < 6 else 1
    return Place(wanted.removeprefix("-"), wanted.startswith("-"), min(max(number, 1), MOST_PAGES))


def listing(
    ask: Ask,
    columns: Sequence[Column[Row]],
    rows: Iterable[Row],
    *,
    caption: str,
    place: Place | None = None,
    total: int | None = None,
) -> Html:
    """Write a list.

    Args:
        ask: The request.
        columns: The first is what a row is about.
        rows: Of this page.
        caption: What the list shows, for those who cannot see it.
        place: Where in the list the request is; None where it neither sorts nor leafs.
        total: How many rows there are on all pages.
    """
    head = [_head(ask, column, place) for column in columns]
    body = [_row(columns, row) for row in rows]
    numbers = sum(column.is_number for column in columns)
    table = el(
        "table",
        el("caption", caption, class_="visually-hidden"),
        el("thead", el("tr", *head)),
        el("tbody", *body),
        class_=f"data numbers-{numbers}",
    )
    foot = _foot(ask, place, total) if place and total is not None else Html("")
    return el("div", el("div", table, class_="table wide"), foot)


def _head(ask: Ask, column: Column[Row], place: Place | None) -> Html:
    kind = "num" if column.is_number else None
    if place is None or not column.key:
        return el("th", column.label, scope="col", class_=kind)
    is_sorted = place.sort == column.key
    # the first click shows the greatest numbers, the first letters; the second turns it round
    descends = not place.is_descending if is_sorted else column.is_number
    mark = (" ↓" if place.is_descending else " ↑") if is_sorted else ""
    target = ask.here(sort=f"-{column.key}" if descends else column.key, page=None)
    order = ("descending" if place.is_descending else "ascending") if is_sorted else None
    return el("th", el("a", column.label + mark, href=target), scope="col", class_=kind, aria_sort=order)


def _row(columns: Sequence[Column[Row]], row: Row) -> Html:
    first, *others = columns
    cells = [
        el("td", item.cell(row), class_="num" if item.is_number else None, data_label=item.label)
        for item in others
    ]
    return el("tr", el("th", first.cell(row), scope="row"), *cells)


def _foot(ask: Ask, place: Place, total: int) -> Html:
    t = ask.t
    last = min(place.offset + PAGE, total)
    shown = t.gettext("{first}–{last} of {total}", first=min(place.offset + 1, last), last=last, total=total)
    links = []
    if place.page > 1:
        links.append(el("a", t.gettext("← Previous"), href=ask.here(page=place.page - 1), rel="prev"))
    if last < total and place.page < MOST_PAGES:
        links.append(el("a", t.gettext("Next →"), href=ask.here(page=place.page + 1), rel="next"))
    return el("div", el("span", shown), el("nav", *links, aria_label=t.gettext("Pages")), class_="list-foot")
