"""Guess which column is which field: by its header first, by its values second."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from enum import StrEnum
from functools import lru_cache

from kogorta.ingest.mapping.fields import CONTACTS, Field, form_fields
from kogorta.ingest.mapping.looks import is_date, is_email, is_number, is_phone, share
from kogorta.ingest.raw import Native, RawColumn
from kogorta.schema import ColumnType, table

_REPEATED = re.compile(r" \(\d+\)$")
_LINE_MARKS = ("order_lines.product_id", "order_lines.quantity", "order_lines.staff_id")
"""Fields that make a row a line of an order."""
Samples = Mapping[str, Sequence[str]]
"""By header: some filled cells of the column."""


class Why(StrEnum):
    """How a column came to its field."""

    HEADER = "header"
    VALUES = "values"
    SAVED = "saved"
    GIVEN = "given"
    PRESET = "preset"


@dataclass(frozen=True)
class Choice:
    """A column and the field it is mapped to.

    Attributes:
        field: The field.
        column: The column of the file.
        why: How they came together.
        samples: Some of its cells.
    """

    field: Field
    column: RawColumn
    why: Why
    samples: tuple[str, ...] = dataclass_field(default=(), compare=False)


def rows_of(header: str) -> str:
    """Return the key under which the samples keep a column with its gaps, row by row."""
    return f"\0rows:{header}"


def squash(text: str) -> str:
    """Return a header as it is compared: letters and digits alone.

    Examples:
        >>> squash("Кол-во, шт."), squash("Invoice Date"), squash("InvoiceDate")
        ('колвошт', 'invoicedate', 'invoicedate')
    """
    return re.sub(r"[\W_]+", "", text.casefold().replace("ё", "е"))


def header_forms(header: str) -> tuple[str, ...]:
    """Return what a header may be compared as: whole, without brackets, without what follows a comma."""
    bare = re.sub(r"[(\[{].*?[)\]}]", " ", header)
    unit = re.sub(r"(?i)[\s,]+(руб\.?|р\.|rub|₽|\$|€|шт\.?|%)\s*$", "", bare)
    forms = [header, bare, unit, bare.split(",")[0]]
    return tuple(dict.fromkeys(form for form in map(squash, forms) if form))


@lru_cache(maxsize=2048)
def _names(item: Field) -> tuple[str, ...]:
    return tuple(squash(name) for name in (item.column.name, *item.column.aliases))


def header_score(header: str, item: Field) -> float:
    """Return how surely a header names a field, 0–1."""
    best = 0.0
    if _REPEATED.search(header):
        # A second column of the same name is another thing than the first; only a person knows which.
        return 0.0
    for loss, form in enumerate(header_forms(header)):
        full = squash(item.name)
        if form == full:
            return 1.0
        names = _names(item)
        if form in names:
            best = max(best, (0.95 if form == names[0] else 0.85) - 0.05 * loss)
    return best


def guess(form: str, columns: Sequence[RawColumn], samples: Samples, taken: Sequence[Choice]) -> list[Choice]:
    """Map the columns of a file that are not mapped yet.

    Args:
        form: The name of the table.
        columns: All columns of the file.
        samples: Some cells of each.
        taken: What a person or a saved mapping has settled.

    Returns:
        The new choices, without those in `taken`.
    """
    chosen = list(taken)
    candidates = _scored(form, columns, samples, _has_lines(form, columns))
    for _, item, column in candidates:
        if _is_free(item, column, chosen):
            chosen.append(_choice(item, column, Why.HEADER, samples))
    chosen = _settle_products(form, _settle_amounts(form, chosen, samples))
    for rule in (_by_id, _by_contact, _by_date, _by_amount, _by_customer):
        found = rule(form, columns, samples, chosen)
        if found:
            chosen.append(found)
    return [choice for choice in chosen if choice not in taken]


def _choice(item: Field, column: RawColumn, why: Why, samples: Samples) -> Choice:
    return Choice(item, column, why, tuple(samples.get(column.header, ())[:3]))


def _is_free(item: Field, column: RawColumn, chosen: Sequence[Choice]) -> bool:
    return all(choice.field != item and choice.column.header != column.header for choice in chosen)


def _has_lines(form: str, columns: Sequence[RawColumn]) -> bool:
    """Whether a file of orders has columns of lines: then its prices are those of units."""
    if form != "orders":
        return form == "order_lines"
    wanted = [item for item in form_fields(form) if item.name in _LINE_MARKS]
    return any(header_score(column.header, item) > 0.5 for column in columns for item in wanted)


def _scored(
    form: str, columns: Sequence[RawColumn], samples: Samples, has_lines: bool
) -> list[tuple[float, Field, RawColumn]]:
    """Return every possible pair, the surest first; earlier fields and columns win ties."""
    scored = []
    for rank, item in enumerate(form_fields(form)):
        if item.table == "order_lines" and not has_lines:
            continue
        for place, column in enumerate(columns):
            score = header_score(column.header, item)
            if not score:
                continue
            fits = share(samples.get(column.header, ()), column.native, item)
            if item.type is ColumnType.ENUM:
                # A shop's own words are unknown at first: they speak for the column, not against it.
                fits = 0.7 + 0.3 * fits
            score *= 0.4 + 0.6 * fits
            score += 0.02 * (item.table == form) + _line_bonus(item, column, has_lines)
            scored.append((-score, rank, place, item, column))
    return [
        (-score, item, column) for score, _, _, item, column in sorted(scored, key=lambda entry: entry[:3])
    ]


def _line_bonus(item: Field, column: RawColumn, has_lines: bool) -> float:
    """Where lines stand, a price is a unit's price and a name is the product's."""
    if item.table == "order_lines" and item.column.name == "unit_price":
        return 0.3 if has_lines and squash(column.header) in ("price", "цена") else 0.0
    if item.table == "products":
        return 0.04 if has_lines else -0.1
    return 0.0


def _settle_amounts(form: str, chosen: list[Choice], samples: Samples) -> list[Choice]:
    """Where lines stand, a sum is the line's unless the lines have one of their own."""
    lines = {choice.field.column.name for choice in chosen if choice.field.table == "order_lines"}
    if (
        form != "orders"
        or not lines & {"product_id", "quantity", "unit_price", "staff_id"}
        or "amount" in lines
    ):
        return chosen
    fields = {item.name: item for item in form_fields(form)}
    return [
        Choice(fields["order_lines.amount"], choice.column, choice.why, choice.samples)
        if choice.field.name == "orders.amount"
        and choice.why is Why.HEADER
        and not _is_order_sum(choice, chosen, samples)
        else choice
        for choice in chosen
    ]


def _settle_products(form: str, chosen: list[Choice]) -> list[Choice]:
    """Where goods have names but no ids, their names are their ids; without either, nothing is known of them."""
    lines = "order_lines" if form == "orders" else form
    fields = {item.name: item for item in form_fields(form)}
    wanted = fields.get(f"{lines}.product_id")
    guessed = [c for c in chosen if c.field.table == "products" and c.why is Why.HEADER]
    if form == "products" or wanted is None or not guessed or any(c.field == wanted for c in chosen):
        return chosen
    name = next((c for c in guessed if c.field.column.name == "name"), None)
    if name is None:
        return [c for c in chosen if c not in guessed]
    return [Choice(wanted, c.column, c.why, c.samples) if c is name else c for c in chosen]


def _is_order_sum(choice: Choice, chosen: Sequence[Choice], samples: Samples) -> bool:
    """Whether a sum is the same on every line of an order, for orders of several lines."""
    if any(word in squash(choice.column.header) for word in ("order", "заказ", "чек", "invoice", "grand")):
        return True
    key = next((other.column.header for other in chosen if other.field.name == "orders.order_id"), None)
    rows = samples.get(rows_of(choice.column.header), ())
    keys = samples.get(rows_of(key or ""), ())
    by_order: dict[str, list[str]] = {}
    for order, value in zip(keys, rows, strict=False):
        if order:
            by_order.setdefault(order, []).append(value)
    several = [values for values in by_order.values() if len(values) > 1]
    return bool(several) and all(len({value for value in values if value}) <= 1 for values in several)


def _left(columns: Sequence[RawColumn], chosen: Sequence[Choice]) -> list[RawColumn]:
    taken = {choice.column.header for choice in chosen}
    return [column for column in columns if column.header not in taken]


def _missing(form: str, name: str, chosen: Sequence[Choice]) -> Field | None:
    item = next((item for item in form_fields(form) if item.name == name), None)
    return item if item and all(choice.field != item for choice in chosen) else None


def _only(columns: Sequence[RawColumn], samples: Samples, test: object) -> RawColumn | None:
    """Return the one column nearly all of whose values pass; None if there are none or several."""
    assert callable(test)
    found = []
    for column in columns:
        values = samples.get(column.header, ())
        if len(values) >= 3 and sum(bool(test(value)) for value in values) >= 0.9 * len(values):
            found.append(column)
    return found[0] if len(found) == 1 else None


def _by_id(
    form: str, columns: Sequence[RawColumn], samples: Samples, chosen: Sequence[Choice]
) -> Choice | None:
    """Take a column called `id` and nothing more for what names a row: so are the keys of databases called."""
    canonical = table(form)
    item = _missing(form, f"{form}.{canonical.key[0]}", chosen) if len(canonical.key) == 1 else None
    column = next((c for c in _left(columns, chosen) if squash(c.header) == "id"), None)
    if item is None or column is None or _has_lines(form, columns):
        return None
    values = samples.get(rows_of(column.header), ())
    return (
        _choice(item, column, Why.HEADER, samples) if all(values) and len({*values}) == len(values) else None
    )


def _by_contact(
    form: str, columns: Sequence[RawColumn], samples: Samples, chosen: Sequence[Choice]
) -> Choice | None:
    item = _missing(form, f"{CONTACTS}.email", chosen)
    column = _only(_left(columns, chosen), samples, is_email) if item else None
    if item and column:
        return _choice(item, column, Why.VALUES, samples)
    item = _missing(form, f"{CONTACTS}.phone", chosen)
    column = (
        _only([c for c in _left(columns, chosen) if c.native is Native.TEXT], samples, is_phone)
        if item
        else None
    )
    marked = column is not None and any(value.startswith("+") for value in samples.get(column.header, ()))
    return _choice(item, column, Why.VALUES, samples) if item and column and marked else None


def _by_date(
    form: str, columns: Sequence[RawColumn], samples: Samples, chosen: Sequence[Choice]
) -> Choice | None:
    canonical = table(form)
    required = [c.name for c in canonical if c.required and c.type in (ColumnType.INSTANT, ColumnType.DATE)]
    items = [item for name in required if (item := _missing(form, f"{form}.{name}", chosen))]
    if len(items) != 1 or canonical.row_key == items[0].column.name:
        return None
    left = _left(columns, chosen)
    column = _only([c for c in left if c.native is not Native.NUMBER], samples, is_date)
    return _choice(items[0], column, Why.VALUES, samples) if column else None


def _by_amount(
    form: str, columns: Sequence[RawColumn], samples: Samples, chosen: Sequence[Choice]
) -> Choice | None:
    if form != "orders" or any(choice.field.column.name in ("amount", "unit_price") for choice in chosen):
        return None
    item = _missing(form, "orders.amount", chosen)

    def is_money(value: str) -> bool:
        return is_number(value) and bool(re.search(r"\d[.,]\d{1,2}\D*$", value))

    column = _only(_left(columns, chosen), samples, is_money)
    return _choice(item, column, Why.VALUES, samples) if item and column else None


def _by_customer(
    form: str, columns: Sequence[RawColumn], samples: Samples, chosen: Sequence[Choice]
) -> Choice | None:
    """Take the one column that is left and looks like ids for the customer."""
    item = _missing(form, f"{form}.customer_id", chosen)
    if item is None or form not in ("orders", "customers", "customer_summaries", "bookings", "returns"):
        return None
    column = _only(
        _left(columns, chosen),
        samples,
        lambda value: re.fullmatch(r"[\w\-]{1,40}", value) and not is_date(value),
    )
    return _choice(item, column, Why.VALUES, samples) if column else None
