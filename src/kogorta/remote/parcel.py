"""Values between two processes of this house: plain data, nothing of which is ever run.

A value becomes JSON in which every list begins with a letter that says what it is, and Arrow tables beside it. What may
travel beside plain values are frozen dataclasses, enums, settings and errors of this package. They are made anew of their
fields, under the names that this package knows them by.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pyarrow as pa
from pydantic import BaseModel

from kogorta.errors import KogortaError, ServiceError
from kogorta.message import Money

_PACKAGE = "kogorta"
_PLAIN = (str, int, float, bool, type(None))


def _instant(text: str) -> datetime:
    """Read an instant; a star behind it says that it is the second one of that hour, when clocks were put back."""
    return datetime.fromisoformat(text.rstrip("*")).replace(fold=int(text.endswith("*")))


_TEXTS: dict[str, tuple[type, Callable[[Any], str], Callable[[str], Any]]] = {
    "datetime": (datetime, lambda at: at.isoformat() + "*" * at.fold, _instant),
    "date": (date, date.isoformat, date.fromisoformat),
    "path": (Path, str, Path),
    "decimal": (Decimal, str, Decimal),
    "fraction": (Fraction, str, Fraction),
    "bytes": (bytes, bytes.hex, bytes.fromhex),
    "seconds": (
        timedelta,
        lambda span: str(span // timedelta(microseconds=1)),
        lambda n: timedelta(0, 0, int(n)),
    ),
}
"""Values that a text says; an instant stands before a day, which it is too."""

_MANY: dict[str, tuple[Any, type]] = {"list": (list, list), "tuple": (tuple, tuple), "set": (Set, frozenset)}


@dataclass(frozen=True, slots=True)
class Parcel:
    """A value on its way.

    Attributes:
        text: JSON.
        tables: Arrow tables as streams of IPC, which the text names by number.
    """

    text: bytes
    tables: tuple[bytes, ...] = ()


def pack(value: object) -> Parcel:
    """Make a parcel of a value.

    Raises:
        TypeError: Something in it is nothing that may travel.
    """
    tables: list[bytes] = []
    text = json.dumps(_packed(value, tables), ensure_ascii=False).encode()
    return Parcel(text, tuple(tables))


def unpack(parcel: Parcel, called: Mapping[str, str] | None = None) -> Any:
    """Return the value of a parcel.

    Args:
        parcel: What `pack` made.
        called: How the caller calls files, by the name under which they were sent.

    Raises:
        ServiceError: It is none, or names what may not travel.
    """
    try:
        return _Opened(parcel.tables, called or {}).value(json.loads(parcel.text))
    except (ValueError, TypeError, LookupError, AttributeError, ImportError, RecursionError) as error:
        # of Arrow, too, whose errors are these
        raise ServiceError("what the other process said cannot be read", got=type(error).__name__) from error


def _packed(value: Any, tables: list[bytes]) -> Any:
    kind = type(value)
    if kind in _PLAIN:
        return value
    if is_dataclass(kind):
        return [
            "object",
            _name(kind),
            *(_packed(getattr(value, item.name), tables) for item in fields(value)),
        ]
    for type_, pack_one in _PACKERS:
        if isinstance(value, type_):
            return pack_one(value, tables)
    for name, (type_, _) in _MANY.items():
        if isinstance(value, type_):
            return [name, *(_packed(item, tables) for item in value)]
    for name, (type_, write, _) in _TEXTS.items():
        if isinstance(value, type_):
            return [name, write(value)]
    raise TypeError(f"{kind.__module__}.{kind.__qualname__} does not travel")


def _packed_table(value: pa.Table, tables: list[bytes]) -> Any:
    tables.append(_written(value))
    return ["table", len(tables) - 1]


def _packed_settings(value: BaseModel, tables: list[bytes]) -> Any:
    told = {name: _packed(getattr(value, name), tables) for name in type(value).model_fields}
    return ["settings", _name(type(value)), told, sorted(value.model_fields_set)]


def _packed_error(value: KogortaError, tables: list[bytes]) -> Any:
    return ["error", _name(type(value)), {name: _told(item, tables) for name, item in vars(value).items()}]


def _packed_mapping(value: Mapping[Any, Any], tables: list[bytes]) -> Any:
    return ["mapping", *([_packed(key, tables), _packed(item, tables)] for key, item in value.items())]


_PACKERS: tuple[tuple[type, Callable[[Any, list[bytes]], Any]], ...] = (
    (Enum, lambda value, _: ["enum", _name(type(value)), value.value]),
    (Money, lambda value, _: ["money", str(value), value.minor, value.currency]),
    (pa.Table, _packed_table),
    (BaseModel, _packed_settings),
    (KogortaError, _packed_error),
    (Mapping, _packed_mapping),
)


def _told(value: object, tables: list[bytes]) -> Any:
    """Pack what an error tells; whatever was got wrong may be anything, and is told as text."""
    try:
        return _packed(value, tables)
    except TypeError:
        return str(value)


class _Opened:
    """A parcel that is being read."""

    def __init__(self, tables: Sequence[bytes], called: Mapping[str, str]) -> None:
        self._tables = tables
        # where the name of a file begins and ends, and not within another one
        names = "|".join(map(re.escape, sorted(called, key=len, reverse=True)))
        self._names = re.compile(rf"(?<![^\s'\"(«“])(?:{names})(?![\w.-])") if called else None
        self._called = called

    def value(self, said: Any) -> Any:
        if isinstance(said, str):
            return self._text(said)
        if not isinstance(said, list):
            return said
        kind, *parts = said
        if kind in _TEXTS:
            return _TEXTS[kind][2](self._text(parts[0]))
        if kind in _MANY:
            return _MANY[kind][1](self.value(part) for part in parts)
        opening: dict[str, Callable[..., Any]] = {
            "mapping": self._mapping,
            "table": self._table,
            "money": Money,
            "enum": self._enum,
            "object": self._object,
            "settings": self._settings,
            "error": self._error,
        }
        return opening[kind](*parts)

    def _text(self, said: str) -> str:
        return self._names.sub(lambda found: self._called[found[0]], said) if self._names else said

    def _mapping(self, *pairs: Any) -> dict[Any, Any]:
        return {self.value(key): self.value(value) for key, value in pairs}

    def _table(self, number: int) -> pa.Table:
        return pa.ipc.open_stream(self._tables[number]).read_all()

    def _enum(self, name: str, value: Any) -> Enum:
        found: Enum = known(name, Enum)(value)
        return found

    def _object(self, name: str, *parts: Any) -> Any:
        found = known(name, object)
        names = [item.name for item in fields(found)]
        return found(**{key: self.value(part) for key, part in zip(names, parts, strict=True)})

    def _settings(self, name: str, told: Mapping[str, Any], given: Sequence[str]) -> BaseModel:
        # they were checked when they were read from the file
        values = {key: self.value(item) for key, item in told.items()}
        found: BaseModel = known(name, BaseModel).model_construct(set(given), **values)
        return found

    def _error(self, name: str, told: Mapping[str, Any]) -> KogortaError:
        kind = known(name, KogortaError)
        found: KogortaError = kind.__new__(kind)
        found.__dict__.update({key: self.value(item) for key, item in told.items()})
        found.args = (found.describe(),)
        return found


@cache
def known(name: str, base: type) -> Any:
    """Return the class that may travel under a name.

    Args:
        name: Its module and its own name, with a colon between.
        base: What it must be.

    Raises:
        LookupError: There is none that may.
    """
    module, _, own = name.partition(":")
    if module.partition(".")[0] != _PACKAGE:
        raise LookupError(name)
    found = getattr(import_module(module), own, None)
    if not isinstance(found, type) or _name(found) != name or not issubclass(found, base):
        raise LookupError(name)
    if base is object and not getattr(getattr(found, "__dataclass_params__", None), "frozen", False):
        raise LookupError(name)
    return found


def _name(kind: type) -> str:
    return f"{kind.__module__}:{kind.__qualname__}"


def _written(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    written: bytes = sink.getvalue().to_pybytes()
    return written
