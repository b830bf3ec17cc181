"""From arrays of numbers to columns of a file."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kogorta.schema import ColumnType
from kogorta.simulate.chance import Flags, Wholes

_MICROSECONDS = 1_000_000
_MONEY = pa.decimal128(18, 2)

ARROW_TYPES: dict[ColumnType, pa.DataType] = {
    ColumnType.ID: pa.string(),
    ColumnType.TEXT: pa.string(),
    ColumnType.ENUM: pa.string(),
    ColumnType.PATH: pa.string(),
    ColumnType.ID_LIST: pa.string(),
    ColumnType.MONEY: _MONEY,
    ColumnType.PRICE: _MONEY,
    ColumnType.QUANTITY: pa.int64(),
    ColumnType.INTEGER: pa.int64(),
    ColumnType.NUMBER: pa.float64(),
    ColumnType.INSTANT: pa.timestamp("us", tz="UTC"),
    ColumnType.DATE: pa.date32(),
    ColumnType.BOOLEAN: pa.bool_(),
}
"""How a cell of each type is written: money in whole and hundredth units, instants in UTC and saying so."""


def ids(prefix: str, numbers: Wholes, empty: Flags | None = None) -> pa.Array:
    """Return `prefix` before each number; nothing where `empty`."""
    digits = pc.cast(pa.array(numbers, mask=empty), pa.string())
    return pc.binary_join_element_wise(pa.scalar(prefix), digits, "")


def words(known: Sequence[str | None], codes: Wholes) -> pa.Array:
    """Return the word of each code; nothing where the code is negative."""
    return pa.array(known, pa.string()).take(pa.array(codes, mask=codes < 0))


def joined(*parts: pa.Array | str, between: str = "") -> pa.Array:
    """Join texts side by side; nothing where one of them is missing."""
    columns = [pa.scalar(part) if isinstance(part, str) else part for part in parts]
    return pc.binary_join_element_wise(*columns, between)


def emptied(column: pa.Array, empty: Flags) -> pa.Array:
    """Return a column with nothing where `empty`."""
    return pc.if_else(pa.array(~empty), column, pa.scalar(None, column.type))


def either(first: Flags, yes: pa.Array, no: pa.Array) -> pa.Array:
    """Return a cell of `yes` where `first`, else of `no`."""
    return pc.if_else(pa.array(first), yes, no)


def instants(seconds: Wholes, empty: Flags | None = None) -> pa.Array:
    """Return instants of whole seconds since 1970 UTC."""
    return pa.array(seconds * _MICROSECONDS, mask=empty).cast(ARROW_TYPES[ColumnType.INSTANT])


def dates(days: Wholes, empty: Flags | None = None) -> pa.Array:
    """Return dates of whole days since 1970."""
    return pa.array(days.astype(np.int32), mask=empty).cast(pa.date32())


def money(minor: Wholes, empty: Flags | None = None) -> pa.Array:
    """Return sums of minor units, written with two decimals."""
    # A decimal of Arrow is two words of 64 bits, the lower one first; the upper one repeats the sign.
    both = np.stack([minor, minor >> 63], axis=1).astype(np.int64)
    known = None if empty is None else pa.array(~empty).buffers()[1]
    return pa.Array.from_buffers(_MONEY, len(minor), [known, pa.py_buffer(np.ascontiguousarray(both))])


def numbers(values: Wholes, empty: Flags | None = None) -> pa.Array:
    """Return whole numbers."""
    return pa.array(values, pa.int64(), mask=empty)
