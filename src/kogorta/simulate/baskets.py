"""What was in each basket, and what was taken off its price."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kogorta.simulate.arrow import ids, instants, money, numbers, words
from kogorta.simulate.calendar import promotion_on, promotions
from kogorta.simulate.catalogue import Catalogue, risen
from kogorta.simulate.chance import Chance, Flags, Wholes, lognormal, pareto
from kogorta.simulate.life import RISE_AT
from kogorta.simulate.people import LOYAL, WHOLESALE, People
from kogorta.simulate.plan import Plan
from kogorta.simulate.purchases import Purchases, places
from kogorta.vocab import DiscountKind

_OWN_CATEGORY_RATIO = 0.68
_LINES_SPREAD = 0.9
_LINES_MOST = 40
_PIECES_SHAPE = 2.8
_PIECES_MOST = 8
_WHOLESALE_LINES, _WHOLESALE_PIECES, _WHOLESALE_MOST = 1.4, 3, 300
_SECOND_SERVICE_RATIO = 0.22
_PROMOTED_RATIO = 0.8
_CARD_OFF_PCT, _MANUAL_OFF_PCT, COUPON_OFF_PCT = 3, 12, 10

_KINDS = (DiscountKind.PROMOTION, DiscountKind.CARD_PRICE, DiscountKind.MANUAL, DiscountKind.COUPON)
_PROMOTION, _CARD, _MANUAL, _COUPON = range(len(_KINDS))


@dataclass(frozen=True)
class Baskets:
    """Lines of purchases, one entry a line, and what they come to.

    Attributes:
        purchase: Place of the purchase among `Purchases`.
        line: Number of the line in it, from 1.
        good: What was bought.
        quantity: Units.
        price: Of one unit, minor units.
        off: What was taken off the line, minor units.
        off_kind: Why: place in the kinds of discounts; −1 if nothing was.
        order_off: By purchase: what was taken off all of it.
        order_off_kind: By purchase: why; −1 if nothing was.
        amount: By purchase: what was paid, minor units.
    """

    purchase: Wholes
    line: Wholes
    good: Wholes
    quantity: Wholes
    price: Wholes
    off: Wholes
    off_kind: Wholes
    order_off: Wholes
    order_off_kind: Wholes
    amount: Wholes


def baskets_of(
    plan: Plan, goods: Catalogue, people: People, bought: Purchases, coupon: Flags, chance: Chance
) -> Baskets:
    """Fill the baskets of a chunk.

    Args:
        plan: The base.
        goods: What there is to buy.
        people: Who buys.
        bought: The purchases.
        coupon: By purchase: whether a coupon was used.
        chance: Of the baskets of this chunk.
    """
    kind = people.kind[bought.row]
    sizes = _sizes(plan, kind, chance)
    purchase = np.repeat(np.arange(len(bought)), sizes)
    count = len(purchase)
    line = places(purchase)
    own = people.category[bought.row][purchase]
    other = chance.choose([item.weight for item in goods.categories], count)
    keeps = chance.happens(_OWN_CATEGORY_RATIO, count) | ((line == 1) & plan.is_salon)
    good = goods.choose(np.where(keeps, own, other), chance.shares(count))
    quantity = _pieces(plan, kind[purchase], chance)
    dear = bought.day[purchase] >= plan.days * RISE_AT
    price = np.where(dear, risen(goods.price[good]), goods.price[good])
    gross = quantity * price
    off, off_kind = _line_off(plan, gross, kind[purchase], bought.day[purchase], chance)
    left = np.bincount(purchase, weights=gross - off, minlength=len(bought)).astype(np.int64)
    order_kind = np.where(coupon, _COUPON, np.where(kind == WHOLESALE, _MANUAL, -1))
    pct = np.where(coupon, COUPON_OFF_PCT, np.where(kind == WHOLESALE, _MANUAL_OFF_PCT, 0))
    order_off = left * pct // 100
    return Baskets(
        purchase, line, good, quantity, price, off, off_kind, order_off, order_kind, left - order_off
    )


def _sizes(plan: Plan, kind: Wholes, chance: Chance) -> Wholes:
    """Draw how many lines each basket has."""
    if plan.is_salon:
        return 1 + chance.happens(_SECOND_SERVICE_RATIO, len(kind)).astype(np.int64)
    more = chance.drawn(lognormal(_LINES_SPREAD), len(kind)) * np.where(
        kind == WHOLESALE, _WHOLESALE_LINES, 0.8
    )
    return np.minimum(1 + more.astype(np.int64), _LINES_MOST)


def _pieces(plan: Plan, kind: Wholes, chance: Chance) -> Wholes:
    """Draw how many units of each good: one for most, with a long tail for those who buy to sell."""
    if plan.is_salon:
        return np.ones(len(kind), dtype=np.int64)
    heavy = chance.drawn(pareto(_PIECES_SHAPE), len(kind))
    few = np.minimum(heavy.astype(np.int64), _PIECES_MOST)
    many = np.minimum((heavy * _WHOLESALE_PIECES).astype(np.int64), _WHOLESALE_MOST)
    return np.where(kind == WHOLESALE, many, few)


def _line_off(plan: Plan, gross: Wholes, kind: Wholes, day: Wholes, chance: Chance) -> tuple[Wholes, Wholes]:
    """Take a promotion off the lines of its days, and the price of the card off the others of loyal people."""
    on = promotion_on(plan)[day]
    rates = np.array([item.off_pct for item in promotions(plan)] + [0])
    promoted = (on >= 0) & chance.happens(_PROMOTED_RATIO, len(gross)) & (kind != WHOLESALE)
    carded = ~promoted & (kind == LOYAL)
    pct = np.where(promoted, rates[on], np.where(carded, _CARD_OFF_PCT, 0))
    why = np.where(promoted, _PROMOTION, np.where(carded, _CARD, -1))
    return gross * pct // 100, why


def line_rows(
    plan: Plan, goods: Catalogue, bought: Purchases, baskets: Baskets, staff: Wholes
) -> dict[str, pa.Array]:
    """Return the rows of `order_lines`; `staff` is by purchase."""
    cost = goods.cost[baskets.good]
    rows = {
        "order_id": ids("o", bought.number[baskets.purchase]),
        "line_no": numbers(baskets.line),
        "ordered_at": instants(bought.at[baskets.purchase]),
        "product_id": goods.ids(baskets.good),
        "quantity": numbers(baskets.quantity),
        "unit_price": money(baskets.price),
        "unit_cost": money(cost, cost == 0),
    }
    if plan.is_salon:
        rows["staff_id"] = ids("staff", staff[baskets.purchase])
    return rows


def discount_rows(plan: Plan, bought: Purchases, baskets: Baskets, codes: pa.Array) -> dict[str, pa.Array]:
    """Return the rows of `discounts`: those of lines, then those of whole orders.

    Args:
        plan: The base.
        bought: The purchases.
        baskets: What was in them.
        codes: By purchase: the coupon that was used, if any.
    """
    on_line = np.flatnonzero(baskets.off > 0)
    on_order = np.flatnonzero(baskets.order_off > 0)
    purchase = np.concatenate([baskets.purchase[on_line], on_order])
    kind = np.concatenate([baskets.off_kind[on_line], baskets.order_off_kind[on_order]])
    line = np.concatenate([baskets.line[on_line], np.zeros(len(on_order), dtype=np.int64)])
    amount = np.concatenate([baskets.off[on_line], baskets.order_off[on_order]])
    promotion = np.where(kind == _PROMOTION, promotion_on(plan)[bought.day[purchase]], -1)
    named = ids("promo", promotion + 1, promotion < 0)
    code = codes.take(pa.array(purchase, mask=kind != _COUPON))
    return {
        "order_id": ids("o", bought.number[purchase]),
        "line_no": numbers(line, line == 0),
        "kind": words([item.value for item in _KINDS], kind),
        "ordered_at": instants(bought.at[purchase]),
        "amount": money(amount),
        "reference": pc.coalesce(named, code),
    }
