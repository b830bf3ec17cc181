"""B2B: several people of one account live one life with the business."""

from __future__ import annotations

from typing import Any

import ibis

from kogorta.traits.facts import Facts
from kogorta.traits.idioms import beside, numbered


def account_units(facts: Facts) -> Any:
    """Return customer_key and unit_key: everyone with an account, and the key that stands for it.

    A person whose sources name several accounts belongs to the one first in code point order.
    """
    rows = facts.last_versions("customers", ["customer_key", "account_id"])
    owned = facts.person(rows.filter(rows.account_id.notnull()).select("customer_key", "account_id"))
    ranked = numbered(owned, ["customer_key"], [owned.account_id])
    members = ranked.filter(ranked.rank_no == 1)
    keys = members.customer_key.min().over(ibis.window(group_by="account_id"))
    return members.select("customer_key", unit_key=keys)


def by_account(rows: Any, units: Any) -> Any:
    """Replace `customer_key` by the key of the account, where there is one."""
    known = beside(rows, units)
    owned = known.mutate(customer_key=ibis.coalesce(known.unit_key, known.customer_key))
    return owned.select(*rows.columns)
