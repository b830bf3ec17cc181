"""Short forms for writing the canonical tables down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kogorta.schema.types import Column, ColumnType


def col(
    name: str,
    type_: ColumnType,
    doc: str,
    aliases: str = "",
    *,
    required: bool = False,
    non_negative: bool = False,
) -> Column:
    """Return a column; `aliases` are normalised headers separated by spaces."""
    return Column(
        name,
        type_,
        doc,
        aliases=tuple(aliases.split()),
        required=required,
        non_negative=non_negative,
    )


def enum(
    name: str,
    values: Iterable[str],
    doc: str,
    aliases: str = "",
    words: Mapping[Any, str] | None = None,
    *,
    required: bool = False,
) -> Column:
    """Return an enum column; `words` maps each allowed word to known foreign words, split by `|`."""
    pairs = tuple(
        (word.strip(), allowed)
        for allowed, text in (words or {}).items()
        for word in text.split("|")
        if word.strip()
    )
    return Column(
        name,
        ColumnType.ENUM,
        doc,
        aliases=tuple(aliases.split()),
        values=tuple(str(value) for value in values),
        words=pairs,
        required=required,
    )


def customer(*, required: bool = True) -> Column:
    """Return the column that names the customer in any table."""
    return col(
        "customer_id",
        ColumnType.ID,
        "The customer, as the source names him.",
        "customer client user customerid clientid userid user_id client_id customer_no household household_id buyer "
        "buyer_id contact_id member_id клиент ид_клиента id_клиента код_клиента покупатель код_покупателя "
        "номер_клиента контрагент гость пользователь id_покупателя клиент_id",
        required=required,
    )


def at(name: str, doc: str, aliases: str = "", *, required: bool = True) -> Column:
    """Return an instant column."""
    return col(name, ColumnType.INSTANT, doc, aliases, required=required)
