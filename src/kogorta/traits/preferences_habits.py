"""Where and when somebody buys: channel, outlet, day of the week, hour; of a salon, when he comes."""

from __future__ import annotations

from typing import Any

import ibis

from kogorta.traits.contract import Trait
from kogorta.traits.facts import Facts
from kogorta.traits.favourites import all_beside, favourite
from kogorta.traits.idioms import day_number
from kogorta.traits.local_time import hour_of, second_of_day, weekday_of
from kogorta.traits.orders import has_visits, visits
from kogorta.traits.preferences import last_orders
from kogorta.vocab import Business

_OF_A_SALON = "of a salon visits, and orders that no visit names"
_UNTOLD = "missing for customers of whom no such order is known"
_COLUMNS = ("customer_key", "at", "day", "channel", "outlet_id")
_SHARE = "Share of `{}` among the counted orders whose {} is known."

CONTRACTS = (
    Trait(
        "main_channel",
        "string",
        "channel",
        f"Channel of most counted orders ever ({_OF_A_SALON}); ties: first in code point order.",
        _UNTOLD,
    ),
    Trait("main_channel_share", "float64", "share", _SHARE.format("main_channel", "channel"), _UNTOLD),
    Trait(
        "main_outlet",
        "string",
        "outlet id",
        f"Outlet of most counted orders ever ({_OF_A_SALON}); ties: first in code point order.",
        _UNTOLD,
    ),
    Trait("main_outlet_share", "float64", "share", _SHARE.format("main_outlet", "outlet"), _UNTOLD),
    Trait(
        "main_weekday",
        "int64",
        "1 Monday to 7 Sunday",
        f"Local day of the week of most counted orders ever ({_OF_A_SALON}); ties: the earlier one.",
        _UNTOLD,
    ),
    Trait("main_weekday_share", "float64", "share", _SHARE.format("main_weekday", "day"), _UNTOLD),
)

HOURS = (
    Trait(
        "main_hour",
        "int64",
        "hour 0–23",
        f"Local hour of most counted orders ever ({_OF_A_SALON}); ties: the earlier one. What stands at midnight to the"
        " second came without a time and is left out.",
        _UNTOLD,
    ),
    Trait("main_hour_share", "float64", "share", _SHARE.format("main_hour", "time"), _UNTOLD),
)

LAST = (
    Trait(
        "last_channel",
        "string",
        "channel",
        "Channel of the last counted order; of several at one instant that of the first in code point order.",
        "missing where that order tells none",
    ),
)


def habit_traits(facts: Facts, sold: Any, business: Business) -> Any:
    """Return customer_key and the traits of `CONTRACTS`, of everyone with a counted order, or a visit to a salon.

    Args:
        facts: The stored tables.
        sold: Counted orders, as `sold_orders` has them, with channel and outlet_id; None where there are no orders.
        business: Whether visits count.
    """
    rows = happenings(facts, sold, business)
    dated = rows.mutate(weekday=weekday_of(day_number(rows.day)))
    return all_beside(
        rows,
        favourite(rows, "channel", "main_channel"),
        favourite(rows, "outlet_id", "main_outlet"),
        favourite(dated, "weekday", "main_weekday"),
    )


def hour_traits(facts: Facts, sold: Any, business: Business) -> Any:
    """Return customer_key and the traits of `HOURS`, of everyone with an order, or a visit to a salon, whose time is known.

    Args:
        facts: The stored tables.
        sold: As for `habit_traits`.
        business: Whether visits count.
    """
    dated = second_of_day(happenings(facts, sold, business))
    timed = dated.filter(dated.local_second > 0)
    return favourite(timed.mutate(hour=hour_of(timed.local_second)), "hour", "main_hour")


def last_channel(sold: Any) -> Any:
    """Return customer_key, last_channel, of everyone with a counted order; `sold` as for `habit_traits`."""
    last = last_orders(sold)
    return last.select("customer_key", last_channel=last.channel)


def happenings(facts: Facts, sold: Any, business: Business) -> Any:
    """Return customer_key, at, day, channel, outlet_id of counted orders of known customers.

    Of a salon a visit stands for its customer's order that paid for it: the visit tells when, the order by which channel.
    """
    if not has_visits(facts, business):
        return _of_orders(sold)
    came = _visits(facts)
    if sold is None:
        return came.select(*_COLUMNS)
    own = ["customer_key", "order_id"]
    paid = sold.select(*own, paid_channel=sold.channel, paid_outlet=sold.outlet_id)
    joined = came.left_join(paid, own).select(*came.columns, "paid_channel", "paid_outlet")
    seen = joined.mutate(
        channel=joined.paid_channel, outlet_id=ibis.coalesce(joined.outlet_id, joined.paid_outlet)
    )
    return _of_orders(sold.anti_join(came, own)).union(seen.select(*_COLUMNS))


def _of_orders(sold: Any) -> Any:
    return sold.filter(sold.customer_key.notnull()).select(*_COLUMNS)


def _visits(facts: Facts) -> Any:
    columns = ("customer_key", "starts_at", "starts_date", "status", "order_id", "outlet_id")
    rows = facts.person(visits(facts, *columns))
    known = rows.filter(rows.customer_key.notnull())
    return known.select(
        "customer_key",
        "order_id",
        "outlet_id",
        at=known.starts_at,
        day=known.starts_date,
        channel=ibis.null().cast("string"),
    )
