"""Coupons: each message of an offer carries a code of its own, and most are never used."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from kogorta.simulate.arrow import emptied, ids, instants, words
from kogorta.simulate.chance import Flags, Wholes
from kogorta.simulate.mailing import Assigned, campaigns, message_numbers
from kogorta.simulate.people import People
from kogorta.simulate.plan import Plan
from kogorta.simulate.purchases import Purchases


def used_in(plan: Plan, bought: Purchases) -> Flags:
    """Say in which purchases a coupon was used: in those that an offer caused."""
    return np.isin(bought.campaign, _offers(plan))


def codes_of(people: People, bought: Purchases, used: Flags) -> pa.Array:
    """Return by purchase the code that was used in it, if any."""
    return emptied(_codes(bought.campaign, people.number[bought.row]), ~used)


def coupon_rows(plan: Plan, people: People, assigned: Assigned, bought: Purchases) -> dict[str, pa.Array]:
    """Return the rows of `coupons`: those of purchases, then those that nobody used."""
    used = np.flatnonzero(used_in(plan, bought))
    redeemed = message_numbers(bought.campaign[used], people.number[bought.row[used]])
    sent = assigned.is_treated & np.isin(assigned.campaign, _offers(plan))
    named = message_numbers(assigned.campaign, people.number[assigned.row])
    idle = np.flatnonzero(sent & ~np.isin(named, redeemed))
    row = np.concatenate([bought.row[used], assigned.row[idle]])
    holder = np.concatenate([bought.id_row[used], assigned.row[idle]])
    campaign = np.concatenate([bought.campaign[used], assigned.campaign[idle]])
    none = np.zeros(len(idle), dtype=np.int64)
    is_idle = np.arange(len(row)) >= len(used)
    return {
        "code": _codes(campaign, people.number[row]),
        "promotion_id": words([item.name for item in campaigns(plan)], campaign),
        "customer_id": ids("c", people.number[holder]),
        "redeemed_at": instants(np.concatenate([bought.at[used], none]), is_idle),
        "order_id": ids("o", np.concatenate([bought.number[used], none]), is_idle),
    }


def _offers(plan: Plan) -> list[int]:
    return [item.number for item in campaigns(plan) if item.has_coupon]


def _codes(campaign: Wholes, number: Wholes) -> pa.Array:
    return ids("K", message_numbers(campaign, number))
