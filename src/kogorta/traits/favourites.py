"""What somebody has, does or buys most, and what part of the whole it is."""

from __future__ import annotations

from typing import Any

import ibis

from kogorta.traits.idioms import beside, numbered, ratio_of


def favourite(rows: Any, column: str, name: str, weight: str | None = None) -> Any:
    """Return customer_key, `name` and `<name>_share`: the value of a column that weighs most, first in order where several do.

    Args:
        rows: With customer_key and the column; rows without a value are left out.
        column: What is compared.
        name: What the values are called in the answer.
        weight: The column that is added up, whole numbers; None counts rows. What sums up to less than nothing is
            no part of the whole.
    """
    known = rows.filter(rows[column].notnull() & rows.customer_key.notnull())
    weights = known.count() if weight is None else known[weight].sum()
    sums = known.group_by("customer_key", column).agg(weight=weights.cast("int64"))
    positive = ibis.greatest(sums.weight, 0)
    whole = sums.mutate(whole=positive.sum().over(ibis.window(group_by="customer_key")).cast("int64"))
    ranked = numbered(whole, ["customer_key"], [whole.weight.desc(), whole[column]])
    first = ranked.filter(ranked.rank_no == 1)
    told = ratio_of(ibis.greatest(first.weight, 0), first.whole)
    return first.select("customer_key", **{name: first[column], f"{name}_share": told})


def all_beside(people: Any, *tables: Any) -> Any:
    """Return people, once each, with the columns of some tables of theirs."""
    rows = people.select("customer_key").distinct()
    for table in tables:
        rows = beside(rows, table)
    return rows
