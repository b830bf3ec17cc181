"""Orders of a shop on their way: made, handed over or called off, brought back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from kogorta.simulate.arrow import emptied, ids, instants, money, numbers, words
from kogorta.simulate.baskets import Baskets
from kogorta.simulate.business import OUTLETS_IN
from kogorta.simulate.catalogue import Catalogue
from kogorta.simulate.chance import Chance, Flags, Wholes
from kogorta.simulate.people import People
from kogorta.simulate.plan import DAY_SECONDS, Plan
from kogorta.simulate.purchases import Purchases
from kogorta.vocab import OrderStatus

CHANNELS = ("online", "store", "phone")
_CHANNEL_WEIGHTS = (0.66, 0.29, 0.05)
STATUSES = (OrderStatus.COMPLETED.value, OrderStatus.PENDING.value, OrderStatus.CANCELLED.value, "returned")
"""The words of the shop; the last one is its own, and an import knows it."""
_COMPLETED, _PENDING, _CANCELLED, _RETURNED = range(len(STATUSES))

_CANCELLED_RATIO, _BAD_CANCELLED_RATIO = 0.05, 0.12
_RETURNED_RATIO, _BAD_RETURNED_RATIO = 0.02, 0.18
_PARTLY_RATIO = 0.05
_DELIVERY_DAYS = (1, 7)
_RETURN_DAYS = (3, 21)
_SERVE_MINOR = (14_000, 39_000)
_RESALEABLE_RATIO = 0.8


@dataclass(frozen=True)
class Fates:
    """What became of the orders of a chunk; one entry an order. Instants are seconds since 1970 UTC.

    Attributes:
        channel: Place in `CHANNELS`.
        outlet: Number of the outlet; 0 for none.
        first: Place in `STATUSES` that it was made with.
        settled: When it was handed over or called off.
        is_cancelled: Whether it was called off.
        returned: When all of it was brought back; beyond the end for most.
        serve: Cost of its delivery, minor units.
    """

    channel: Wholes
    outlet: Wholes
    first: Wholes
    settled: Wholes
    is_cancelled: Flags
    returned: Wholes
    serve: Wholes


def fates_of(plan: Plan, people: People, bought: Purchases, chance: Chance) -> Fates:
    """Draw what became of the orders of a shop."""
    count = len(bought)
    channel = chance.choose(_CHANNEL_WEIGHTS, count)
    channel = np.where(bought.campaign >= 0, 0, channel)
    in_store = channel == 1
    days = _DELIVERY_DAYS[0] + chance.shares(count) * (_DELIVERY_DAYS[1] - _DELIVERY_DAYS[0])
    cancelled = ~in_store & chance.happens(np.where(bought.is_bad, _BAD_CANCELLED_RATIO, _CANCELLED_RATIO))
    wait = np.where(cancelled, days * 0.3, days * np.where(bought.is_bad, 3.0, 1.0)) * DAY_SECONDS
    settled = np.where(in_store, bought.at, bought.at + wait.astype(np.int64))
    back = ~cancelled & chance.happens(np.where(bought.is_bad, _BAD_RETURNED_RATIO, _RETURNED_RATIO))
    later = _RETURN_DAYS[0] + chance.shares(count) * (_RETURN_DAYS[1] - _RETURN_DAYS[0])
    returned = np.where(back, settled + (later * DAY_SECONDS).astype(np.int64), plan.last_second)
    outlet = OUTLETS_IN[people.city[bought.row]]
    return Fates(
        channel,
        np.where(in_store, outlet, 0),
        np.where(in_store, _COMPLETED, _PENDING),
        settled,
        cancelled,
        returned,
        np.where(in_store, 0, chance.wholes(*_SERVE_MINOR, count) // 100 * 100),
    )


def order_rows(
    people: People, bought: Purchases, baskets: Baskets, fates: Fates, sessions: Wholes
) -> dict[str, pa.Array]:
    """Return the rows of `orders` as they were made; `sessions` names the web session of each, 0 for none."""
    in_store = fates.channel == 1
    none = sessions == 0
    return {
        "order_id": ids("o", bought.number),
        "customer_id": ids("c", people.number[bought.id_row]),
        "ordered_at": instants(bought.at),
        "completed_at": instants(fates.settled, ~in_store),
        "status": words(STATUSES, fates.first),
        "channel": words(CHANNELS, fates.channel),
        "outlet_id": ids("outlet", fates.outlet, fates.outlet == 0),
        "cart_id": emptied(ids("cart", sessions), none),
        "session_id": emptied(ids("session", sessions), none),
        "amount": money(baskets.amount),
        "cost_to_serve": money(fates.serve, fates.serve == 0),
    }


def change_rows(plan: Plan, people: People, bought: Purchases, fates: Fates) -> dict[str, pa.Array]:
    """Return later versions of orders: their new status and when it came, by order and time."""
    settled = np.flatnonzero((fates.first == _PENDING) & (fates.settled < plan.last_second))
    back = np.flatnonzero(fates.returned < plan.last_second)
    order = np.concatenate([settled, back])
    status = np.concatenate(
        [np.where(fates.is_cancelled[settled], _CANCELLED, _COMPLETED), np.full(len(back), _RETURNED)]
    )
    at = np.concatenate([fates.settled[settled], fates.returned[back]])
    sorted_ = np.lexsort((at, order))
    order, status, at = order[sorted_], status[sorted_], at[sorted_]
    return {
        "order_id": ids("o", bought.number[order]),
        "customer_id": ids("c", people.number[bought.id_row[order]]),
        "ordered_at": instants(bought.at[order]),
        "completed_at": instants(at),
        "status": words(STATUSES, status),
    }


def return_rows(
    plan: Plan,
    goods: Catalogue,
    people: People,
    bought: Purchases,
    baskets: Baskets,
    fates: Fates,
    chance: Chance,
) -> dict[str, pa.Array]:
    """Return the rows of `returns`: one line of an order given back while the rest was kept.

    A line with a discount on the whole order is given back at its own price, as the receipt shows it, so the
    return never exceeds what was paid for the line.
    """
    kept = ~fates.is_cancelled & (fates.returned >= plan.last_second)
    partly = chance.happens(_PARTLY_RATIO, len(bought)) & kept
    days = _RETURN_DAYS[0] + chance.shares(len(bought)) * (_RETURN_DAYS[1] - _RETURN_DAYS[0])
    at = fates.settled + (days * DAY_SECONDS).astype(np.int64)
    partly &= (at < plan.last_second) & (baskets.order_off == 0)
    sizes = np.bincount(baskets.purchase, minlength=len(bought))
    # only a basket of several lines keeps anything when one of them goes back
    line = np.flatnonzero(
        (partly & (sizes > 1))[baskets.purchase] & (baskets.line == sizes[baskets.purchase])
    )
    order = baskets.purchase[line]
    amount = baskets.quantity[line] * baskets.price[line] - baskets.off[line]
    return {
        "return_id": ids("r", bought.number[order]),
        "customer_id": ids("c", people.number[bought.id_row[order]]),
        "order_id": ids("o", bought.number[order]),
        "line_no": numbers(baskets.line[line]),
        "product_id": goods.ids(baskets.good[line]),
        "returned_at": instants(at[order]),
        "quantity": numbers(baskets.quantity[line]),
        "amount": money(amount),
        "resaleable": pa.array(chance.happens(_RESALEABLE_RATIO, len(line))),
    }
