"""B2B: several people of one account live one life with the business."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

import ibis

from kogorta.traits.contract import Trait
from kogorta.traits.facts import Facts
from kogorta.traits.idioms import beside, flag, numbered

_NOBODY = "missing for customers without an account"

CONTRACTS = (
    Trait("account_people", "int64", "people", "How many people his account has.", _NOBODY, ("customers",)),
    Trait(
        "account_orders",
        "int64",
        "orders",
        "Counted orders ever of everyone of his account.",
        _NOBODY,
        ("customers", "orders"),
        about="account_orders",
        version=2,
    ),
    Trait(
        "account_revenue",
        "int64",
        "minor units",
        "Revenue ever of everyone of his account.",
        _NOBODY,
        ("customers", "orders"),
        about="account_orders",
        version=2,
    ),
)


TERMS = (
    Trait(
        "account_price_type",
        "string",
        "name",
        "The price list of his account, as its source calls it.",
        "missing for customers without an account, and where the source does not tell",
        ("customers", "accounts"),
    ),
    Trait(
        "is_wholesale_account",
        "int8",
        "0 or 1",
        "The name of account_price_type has one of the parts of `[accounts] wholesale` in it, in small letters or capitals.",
        "0 for customers without such an account",
        ("customers", "accounts"),
        nothing=0,
    ),
)


def account_terms(facts: Facts, wholesale: Sequence[str]) -> Any:
    """Return customer_key and the traits of `TERMS`, of everyone with an account.

    Args:
        facts: The stored tables.
        wholesale: Parts of names of price lists that are wholesale, in small letters.
    """
    rows = facts.last_versions("accounts", ["account_id", "price_type"])
    types = rows.select(type_of="account_id", account_price_type=rows.price_type.strip().nullif(""))
    t = beside(_members(facts), types, "account_id", "type_of")
    small = t.account_price_type.lower()
    found = [ibis.coalesce(small.contains(part), False) for part in wholesale]
    is_wholesale = reduce(lambda a, b: a | b, found, ibis.literal(False))
    return t.select("customer_key", "account_price_type", is_wholesale_account=flag(is_wholesale))


def account_traits(facts: Facts, sold: Any) -> Any:
    """Return customer_key and the traits of `CONTRACTS`, of everyone with an account.

    Args:
        facts: The stored tables.
        sold: Counted orders, as `sold_orders` has them; None where there are no orders.
    """
    units = account_units(facts)
    people = units.group_by("unit_key").agg(account_people=units.count().cast("int64"))
    t = beside(units, people, "unit_key", "unit_key")
    if sold is None:
        nothing = ibis.literal(0).cast("int64")
        return t.select("customer_key", "account_people", account_orders=nothing, account_revenue=nothing)
    known = sold.filter(sold.customer_key.notnull())
    bought = known.join(units, "customer_key").select("unit_key", revenue=known.sold - known.returned)
    sums = bought.group_by("unit_key").agg(
        n=bought.count().cast("int64"), revenue=bought.revenue.sum().cast("int64")
    )
    t = beside(t, sums, "unit_key", "unit_key")
    return t.select(
        "customer_key",
        "account_people",
        account_orders=ibis.coalesce(t.n, 0),
        account_revenue=ibis.coalesce(t.revenue, 0),
    )


def account_units(facts: Facts) -> Any:
    """Return customer_key and unit_key: everyone with an account, and the key that stands for it.

    A person whose sources name several accounts belongs to the one first in code point order.
    """
    members = _members(facts)
    keys = members.customer_key.min().over(ibis.window(group_by="account_id"))
    return members.select("customer_key", unit_key=keys)


def _members(facts: Facts) -> Any:
    """Return everyone with an account: customer_key, account_id and more."""
    rows = facts.last_versions("customers", ["customer_key", "account_id"])
    owned = facts.person(rows.filter(rows.account_id.notnull()).select("customer_key", "account_id"))
    ranked = numbered(owned, ["customer_key"], [owned.account_id])
    return ranked.filter(ranked.rank_no == 1)


def by_account(rows: Any, units: Any) -> Any:
    """Replace `customer_key` by the key of the account, where there is one."""
    known = beside(rows, units)
    owned = known.mutate(customer_key=ibis.coalesce(known.unit_key, known.customer_key))
    return owned.select(*rows.columns)


def of_members(rows: Any, units: Any) -> Any:
    """Give rows of accounts to each of their people; rows of persons without an account stay theirs."""
    alone = rows.anti_join(units, "customer_key")
    told = [name for name in rows.columns if name != "customer_key"]
    named = rows.select(account_key=rows.customer_key, **{name: rows[name] for name in told})
    theirs = units.join(named, units.unit_key == named.account_key)
    return alone.union(theirs.select(*rows.columns))
