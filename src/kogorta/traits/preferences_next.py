"""What somebody may want next: what goes with what he bought, and what he looks at of late."""

from __future__ import annotations

from typing import Any

from kogorta.traits.contract import Trait
from kogorta.traits.facts import Facts, params
from kogorta.traits.favourites import favourite
from kogorta.traits.idioms import each_of, numbered

VIEWED = ("product_viewed", "Product Viewed")
"""What a view of a product is called."""
VIEW_DAYS = 30

COMPLEMENTS = (
    Trait(
        "next_complement",
        "string",
        "product id",
        "Product that most of the different products bought ever name as their complement, that stands in the catalogue"
        " and was not bought yet; ties: first in code point order.",
        "missing where nothing bought names one",
        ("orders", "order_lines", "products"),
        unnamed=("products",),
    ),
)

INTERESTS = (
    Trait(
        "interest_category",
        "string",
        "category",
        f"Top-level category of most views of products within {VIEW_DAYS} days; ties: first in code point order.",
        "missing for customers without such a view",
        ("events",),
        windows=(VIEW_DAYS,),
    ),
)


def next_complements(facts: Facts, bought: Any) -> Any:
    """Return customer_key, next_complement, of everyone for whom there is one.

    Args:
        facts: The stored tables.
        bought: As `preferences.bought` has it.
    """
    products = facts.last_versions("products", ["product_id", "complements"])
    listed = products.filter(products.complements.notnull()).select("product_id", "complements")
    named = each_of(listed, "complements", "complement").distinct()
    there = named.semi_join(products.select(complement=products.product_id), "complement")
    offered = bought.join(there, "product_id").select("customer_key", "complement")
    counted = offered.group_by("customer_key", "complement").agg(n=offered.count().cast("int64"))
    own = bought.select("customer_key", complement=bought.product_id)
    new = counted.anti_join(own, ["customer_key", "complement"])
    ranked = numbered(new, ["customer_key"], [new.n.desc(), new.complement])
    first = ranked.filter(ranked.rank_no == 1)
    return first.select("customer_key", next_complement=first.complement)


def interest_category(facts: Facts) -> Any:
    """Return customer_key, interest_category, of everyone who looked at products of a known category."""
    rows = facts.last_versions("events", ["customer_key", "name", "at", "category_top"])
    dated = rows.cross_join(params().select(f"back_{VIEW_DAYS}"))
    late = (dated["at"] >= dated[f"back_{VIEW_DAYS}"]) & (dated["at"] < dated.as_of)
    views = dated.filter(late & dated.name.isin(VIEWED)).select("customer_key", "category_top")
    found = favourite(facts.person(views), "category_top", "interest_category")
    return found.select("customer_key", "interest_category")
