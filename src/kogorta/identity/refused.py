"""Rows in quarantine that hold the ids or contacts of one person.

A refused row was never typed, so it is looked at as it came. A first look in SQL finds rows that contain
one of the values anywhere; a second one takes those apart into cells.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from kogorta.config import Config
from kogorta.identity.normalise import default_region, normalise_contact
from kogorta.schema import TABLES

TELLING_SIGNS = 6
"""An id so long is looked for in every cell; a shorter one, such as 17, only where a column names customers."""
TELLING_DIGITS = 7
"""So many last digits of a contact are looked for among the digits of a row: signs and spaces differ."""

_OF_MESSAGES = ("anonymousid", "previousid")
_CELLS = re.compile(r'[",;|\t]')

_CANDIDATES = r"""
SELECT rowid, raw, value FROM (SELECT rowid, raw, value, lower(concat_ws(' ', raw, value)) AS text FROM quarantine)
WHERE len(list_filter($texts::VARCHAR[], lambda x: contains(text, x))) > 0
    OR len(list_filter($digits::VARCHAR[], lambda x: contains(regexp_replace(text, '[^0-9]', '', 'g'), x))) > 0
ORDER BY rowid
"""


def refused_rows(
    connection: Any, config: Config, ids: Sequence[str], contacts: Sequence[tuple[str, str]]
) -> list[int]:
    """Return which rows of the quarantine hold one of a person's ids or contacts.

    Args:
        connection: The writer's.
        config: How telephones are written here, and which columns were said to name customers.
        ids: All of his ids.
        contacts: Kind and value, as they are stored.

    Returns:
        The rowids, ascending.
    """
    digits = {re.sub(r"\D", "", value)[-TELLING_DIGITS:] for _, value in contacts}
    bindings = {
        "texts": sorted({*(name.lower() for name in ids), *(value.lower() for _, value in contacts)}),
        "digits": sorted(text for text in digits if len(text) == TELLING_DIGITS),
    }
    found = connection.execute(_CANDIDATES, bindings).fetchall()
    look = _Look(config, ids, contacts)
    return [rowid for rowid, raw, value in found if look.is_his(raw, value)]


class _Look:
    """A closer look at single rows."""

    def __init__(self, config: Config, ids: Collection[str], contacts: Collection[tuple[str, str]]) -> None:
        self.ids = set(ids)
        self.contacts = set(contacts)
        self.kinds = sorted({kind for kind, _ in contacts})
        self.region = default_region(config)
        column = TABLES["customers"].by_name["customer_id"]
        said = (
            header for mapping in config.mappings.values() for name, header in mapping.items() if _names(name)
        )
        self.naming = {_squash(text) for text in (column.name, *column.aliases, *said, *_OF_MESSAGES)}

    def is_his(self, raw: str | None, value: str | None) -> bool:
        """Whether a cell of the row is an id of his, or a contact of his in whatever spelling."""
        return any(self._names(header, text) or self._reaches(text) for header, text in _cells(raw, value))

    def _names(self, header: str | None, text: str) -> bool:
        anywhere = header is None or len(text) >= TELLING_SIGNS
        return text in self.ids and (anywhere or _squash(header or "") in self.naming)

    def _reaches(self, text: str) -> bool:
        return any(
            (kind, text) in self.contacts
            or (kind, normalise_contact(kind, text, self.region).value) in self.contacts
            for kind in self.kinds
        )


def _cells(raw: str | None, value: str | None) -> Iterator[tuple[str | None, str]]:
    """Yield header and text of every cell; a line that could not be divided has no headers."""
    try:
        row = json.loads(raw or "")
    except ValueError:
        row = None
    if isinstance(row, dict):
        yield from _leaves(row)
    else:
        yield from ((None, cell.strip(" {}[]:'\r\n")) for cell in _CELLS.split(raw or ""))
        yield None, (value or "").strip()


def _leaves(row: dict[str, Any]) -> Iterator[tuple[str | None, str]]:
    for header, cell in row.items():
        cells = cell if isinstance(cell, list) else [cell]
        for item in cells:
            if isinstance(item, dict):
                yield from _leaves(item)
            elif item is not None:
                yield header, str(item).strip()


def _names(field: str) -> bool:
    return field.endswith(("customer_id", "anonymous_id"))


def _squash(header: str) -> str:
    return re.sub(r"[\W_]+", "", header.lower())
