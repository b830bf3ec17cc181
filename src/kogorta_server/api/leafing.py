"""Pages of long lists: a cursor says where to go on, and stays right while rows come and go."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from typing import Annotated, Generic, TypeVar

from ninja import Query, Schema
from pydantic import Field

from kogorta.errors import InputError

Item = TypeVar("Item")

Limit = Annotated[int, Query(50, ge=1, le=1000, description="Rows of a page.")]
Cursor = Annotated[
    str | None, Query(None, max_length=200, description="`next` of the page before; none for the first.")
]


class Leaf(Schema, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    next: str | None = Field(default=None, description="The cursor of the next page; null on the last one.")


def cursor_after(key: int) -> str:
    """Return the cursor of what comes after a row."""
    return urlsafe_b64encode(json.dumps({"after": key}).encode()).decode().rstrip("=")


def key_before(cursor: str | None) -> int | None:
    """Return the key of the row before a page.

    Raises:
        InputError: It is no cursor of ours.
    """
    if cursor is None:
        return None
    try:
        found = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))["after"]
    except (NotBase64, ValueError, KeyError, TypeError):
        found = None
    if not isinstance(found, int) or isinstance(found, bool):
        raise InputError(
            "this is no cursor",
            got=cursor,
            expected="`next` of the page before",
            hint="leave it out to begin anew",
        )
    return found


def leaf(items: list[Item], keys: list[int], limit: int) -> tuple[list[Item], str | None]:
    """Return the rows of a page and the cursor of the next one; one row more than the page was asked for."""
    return items[:limit], cursor_after(keys[limit - 1]) if len(items) > limit else None
