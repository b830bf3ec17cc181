"""Whose measures are asked for: everyone, or the members of segments, as they stand or as they stood."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from kogorta.compile.plan import EVERYONE
from kogorta.config import Config
from kogorta.membership.asked import Asked
from kogorta.membership.view import View, open_view
from kogorta.metrics.ledger import LOYAL, Ledger, wide
from kogorta.traits.facts import scratch
from kogorta.traits.idioms import beside, flag
from kogorta.warehouse.store import Warehouse

_THEN = {"customer_key": "int64", "is_loyal": "int8"}


@dataclass(frozen=True)
class Question:
    """What measures are asked of.

    Attributes:
        warehouse: The store.
        config: How numbers are meant.
        as_of: UTC without a zone.
        asked: Whose; None for the whole base.
        known_at: As far as what was known then; None for everything.
    """

    warehouse: Warehouse
    config: Config
    as_of: datetime
    asked: Asked | None = None
    known_at: datetime | int | None = None

    @contextmanager
    def open(self, as_of: datetime | None = None) -> Iterator[View]:
        """Open the base as of the instant, or another."""
        with open_view(self.warehouse, self.config, as_of or self.as_of, self.known_at) as view:
            yield view


@dataclass(frozen=True)
class Group:
    """Some people of a view.

    Attributes:
        ledger: Their orders.
        count: How many they are.
        loyal: The customer_key of those of them who are champions or loyal.
    """

    ledger: Ledger
    count: int
    loyal: Any


def members(view: View, asked: Asked, name: str = "m_members") -> Any:
    """Put the customer_key of everyone in any of some segments into a scratch table.

    Raises:
        InputError: A scheme says nothing of this base.
    """
    rows = asked.members(asked.wide(view)).select("customer_key").distinct()
    return view.steps.make(name, rows)


def group_of(whole: Ledger, asked: Asked | None) -> Group:
    """Return the people who are asked for, as they stand at the instant of a ledger of the whole base."""
    view = whole.view
    rows = view.steps.get(EVERYONE) if asked is None else members(view, asked)
    count = whole.row(rows.agg(n=rows.count().cast("int64")))["n"] or 0
    return Group(whole if asked is None else whole.of(rows), count, whole.loyal)


def stood(question: Question, at: datetime) -> pa.Table:
    """Return who was there at another instant, worked out by the definition as it is now: customer_key, is_loyal."""
    with question.open(at) as view:
        asked = question.asked
        rows = view.steps.get(EVERYONE) if asked is None else members(view, asked)
        scored = wide(view, "rfm_simple")
        loyal = scored.filter(scored.rfm_simple.isin(LOYAL)).select(loyal_key="customer_key")
        told = beside(rows.select("customer_key"), loyal, other="loyal_key")
        return view.steps.fetch(told.select("customer_key", is_loyal=flag(told.loyal_key.notnull())))


def group_then(whole: Ledger, then: pa.Table, name: str, *, is_everyone: bool) -> Group:
    """Return people as they stood at another instant, with their orders as they are known at the instant of a ledger.

    Args:
        whole: The ledger of the whole base.
        then: What `stood` returned.
        name: Of the scratch table.
        is_everyone: Whether the whole base is asked for: then orders of nobody known belong to it.
    """
    whole.view.session.load(name, then)
    rows = scratch(name, _THEN)
    loyal = rows.filter(rows.is_loyal == 1).select("customer_key")
    ledger = whole if is_everyone else whole.of(scratch(name, {"customer_key": "int64"}))
    return Group(ledger, then.num_rows, loyal)
