"""When somebody's next visit for a service is due: his last one and his own rhythm for that service."""

from __future__ import annotations

from typing import Any

import ibis

from kogorta.traits.contract import Trait, Turning
from kogorta.traits.facts import Facts
from kogorta.traits.idioms import (
    DAY_SECONDS,
    beside,
    day_number,
    epoch_seconds,
    flag,
    floor_div,
    later,
    numbered,
)
from kogorta.traits.lifecycle import LIMITS
from kogorta.traits.services import bookings_of_people, last_visits
from kogorta.vocab import Business

SERVICE = "service"
"""The kind of the values of the base that tell the usual gap between visits for each service."""
_OWN_VISITS = 3
"""Visit days from which on a rhythm is somebody's own."""
_UNNAMED = ""
"""Stands for the service of visits that name none."""
_LIMITS = LIMITS[Business.SALON]

_TABLES = ("bookings",)
_NULL_RULE = "missing for customers of whom no visit tells a rhythm, or who booked all that is due"

CONTRACTS = (
    Trait(
        "due_at",
        "timestamp(6)",
        "instant UTC",
        "The earliest due date over services: last visit + own rhythm for the service (lower median of the gaps between own"
        " visit days, from 3 visit days on; else that of everyone's gaps), to the second. A service with a booking ahead"
        " is not due. One let go for more than 3 rhythms, and more than 60 days, comes only after all others.",
        _NULL_RULE,
        _TABLES,
        population=("base",),
        turning=Turning.TIME,
    ),
    Trait(
        "due_service",
        "string",
        "service",
        "The service that is due at `due_at`; ties: first in code point order.",
        _NULL_RULE,
        _TABLES,
        population=("base",),
        turning=Turning.TIME,
    ),
    Trait(
        "due_staff",
        "string",
        "staff id",
        "Who did that service last.",
        _NULL_RULE,
        _TABLES,
        population=("base",),
        turning=Turning.TIME,
    ),
)


def due_traits(facts: Facts, usual: Any) -> Any:
    """Return customer_key and the traits of `CONTRACTS`, of everyone to whom something is due.

    Args:
        facts: The stored tables.
        usual: The usual gap of each service, in days: key, value.
    """
    rows = _bookings(facts)
    due = _due(rows, usual)
    ahead = rows.filter(rows.is_ahead)
    booked = ahead.select("customer_key", "served").distinct()
    anything = ahead.filter(ahead.served == _UNNAMED).select("customer_key").distinct()
    open_ = due.anti_join(booked, ["customer_key", "served"]).anti_join(anything, "customer_key")
    ranked = numbered(open_, ["customer_key"], [open_.is_let_go, open_.due_at, open_.served])
    first = ranked.filter(ranked.rank_no == 1)
    return first.select(
        "customer_key", "due_at", due_service=first.served.nullif(_UNNAMED), due_staff=first.staff_id
    )


def usual_gaps(facts: Facts) -> Any:
    """Return key and gap_days: of each service all gaps between neighbouring visit days of one customer."""
    gaps = _gaps(_bookings(facts))
    return gaps.filter(gaps.gap_days.notnull()).select("gap_days", key=gaps.served)


def _bookings(facts: Facts) -> Any:
    rows = bookings_of_people(facts)
    return rows.mutate(served=ibis.coalesce(rows.service, _UNNAMED))


def _due(rows: Any, usual: Any) -> Any:
    """Return customer_key, served, staff_id, due_at, is_let_go of everything that was ever done and has a rhythm."""
    last = last_visits(rows.filter(rows.is_visit), "served")
    own = _own_rhythm(rows)
    joined = last.left_join(own, ["customer_key", "served"])
    known = joined.select("customer_key", "served", "staff_id", "starts_at", "as_of", "own_days")
    t = beside(known, usual.select(usual_key=usual.key, usual_days=usual.value), "served", "usual_key")
    t = t.mutate(days=ibis.coalesce(t.own_days, t.usual_days)).filter(ibis._.days.notnull())
    silence = epoch_seconds(t.as_of) - epoch_seconds(t.starts_at)
    let_go = floor_div(t.days * (_LIMITS.lost_halves * DAY_SECONDS), 2)
    return t.select(
        "customer_key",
        "served",
        "staff_id",
        due_at=later(t.starts_at.truncate("s"), t.days * DAY_SECONDS),
        is_let_go=flag(silence > ibis.greatest(let_go, _LIMITS.lost_floor_days * DAY_SECONDS)),
    )


def _gaps(rows: Any) -> Any:
    """Return customer_key, served and gap_days since the visit day before, missing on the first, once a visit day."""
    days = rows.filter(rows.is_visit).select("customer_key", "served", "starts_date").distinct()
    dated = days.select("customer_key", "served", day_no=day_number(days.starts_date))
    so_far = ibis.window(group_by=["customer_key", "served"], order_by=[dated.day_no])
    gap = dated.day_no - dated.day_no.lag(1).over(so_far)
    return dated.mutate(gap_days=gap.cast("int64"))


def _own_rhythm(rows: Any) -> Any:
    """Return customer_key, served, own_days: the lower median of the gaps of everyone with visit days enough."""
    gaps = _gaps(rows)
    known = gaps.filter(gaps.gap_days.notnull())
    by = ["customer_key", "served"]
    counted = known.mutate(gaps=known.count().over(ibis.window(group_by=by)).cast("int64"))
    several = counted.filter(counted.gaps >= _OWN_VISITS - 1)
    ranked = numbered(several, by, [several.gap_days, several.day_no])
    middle = ranked.filter(ranked.rank_no == floor_div(ranked.gaps + 1, 2))
    return middle.select(*by, own_days=middle.gap_days)
