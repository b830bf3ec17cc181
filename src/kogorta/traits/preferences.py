"""What goods somebody prefers: by the money that lines brought, and by what he bought last.

A fee, such as postage, is nobody's preference.
"""

from __future__ import annotations

from typing import Any

import ibis

from kogorta.traits.contract import BUYERS, ZERO, Trait
from kogorta.traits.facts import Facts
from kogorta.traits.favourites import all_beside, favourite
from kogorta.traits.idioms import beside, numbered
from kogorta.traits.lines import line_money
from kogorta.traits.orders import order_lines
from kogorta.vocab import ProductKind

_LINES = ("orders", "order_lines")
_PRODUCTS = (*_LINES, "products")
_UNKNOWN = "missing for customers of whom no such line is known"
_OF_REVENUE = "Share of `{}` in the net revenue of lines{} whose {} is known; what brought less than nothing counts as 0."

GOODS = (
    Trait(
        "main_brand",
        "string",
        "brand",
        "Brand with most net revenue ever; ties: first in code point order. Fees are left out.",
        _UNKNOWN,
        _PRODUCTS,
    ),
    Trait(
        "main_brand_share",
        "float64",
        "share",
        _OF_REVENUE.format("main_brand", "", "brand"),
        _UNKNOWN,
        _PRODUCTS,
    ),
    Trait(
        "main_product",
        "string",
        "product id",
        "Product with most net revenue ever; ties: first in code point order. Fees are left out.",
        _UNKNOWN,
        _LINES,
    ),
    Trait(
        "main_product_share",
        "float64",
        "share",
        _OF_REVENUE.format("main_product", "", "product"),
        _UNKNOWN,
        _LINES,
    ),
    Trait(
        "categories_count",
        "int64",
        "categories",
        "Different top-level categories on lines of counted orders ever; fees are left out.",
        ZERO,
        _PRODUCTS,
        nothing=0,
        about=BUYERS,
        version=2,
    ),
    Trait(
        "brands_count",
        "int64",
        "brands",
        "Different brands on lines of counted orders ever; fees are left out.",
        ZERO,
        _PRODUCTS,
        nothing=0,
        about=BUYERS,
        version=2,
    ),
)

CATEGORY = (
    Trait(
        "main_category_share",
        "float64",
        "share",
        _OF_REVENUE.format("main_category", " (of the account in B2B)", "category"),
        _UNKNOWN,
        _PRODUCTS,
    ),
)

LAST = (
    Trait(
        "last_category",
        "string",
        "category",
        "Top-level category of the dearest line, before discounts, of the last counted order; ties: the order first in"
        " code point order, the lower line number. Fees are left out.",
        "missing where that order tells no category",
        _PRODUCTS,
    ),
)


def bought(facts: Facts, sold: Any) -> Any:
    """Return customer_key, product_id, revenue: what each product brought of each known customer, net of discounts and returns.

    Args:
        facts: The stored tables.
        sold: Counted orders, as `sold_orders` has them.
    """
    lines = line_money(facts, sold)
    known = lines.filter(lines.customer_key.notnull() & lines.product_id.notnull())
    return known.group_by("customer_key", "product_id").agg(
        revenue=ibis.coalesce(known.amount.sum().cast("int64"), 0)
    )


def goods_traits(facts: Facts, bought: Any) -> Any:
    """Return customer_key and the traits of `GOODS`.

    Args:
        facts: The stored tables.
        bought: As `bought` has it.
    """
    if not facts.has("products"):
        product = favourite(bought, "product_id", "main_product", "revenue")
        nothing, none = ibis.null().cast("string"), ibis.literal(0).cast("int64")
        return product.mutate(
            main_brand=nothing,
            main_brand_share=ibis.null().cast("float64"),
            categories_count=none,
            brands_count=none,
        )
    goods = _without_fees(_told(facts, bought, "brand", "category_top", "kind"))
    counts = goods.group_by("customer_key").agg(
        categories_count=goods.category_top.nunique().cast("int64"),
        brands_count=goods.brand.nunique().cast("int64"),
    )
    return all_beside(
        goods,
        favourite(goods, "brand", "main_brand", "revenue"),
        favourite(goods, "product_id", "main_product", "revenue"),
        counts,
    )


def category_share(facts: Facts, bought: Any) -> Any:
    """Return customer_key, main_category_share: of the category that `main_category` names, fees and all.

    Args:
        facts: The stored tables.
        bought: As `bought` has it, of persons or of accounts.
    """
    told = _told(facts, bought, "category_top")
    return favourite(told, "category_top", "main_category", "revenue").select(
        "customer_key", "main_category_share"
    )


def last_category(facts: Facts, sold: Any) -> Any:
    """Return customer_key, last_category, of everyone whose last order tells one.

    Args:
        facts: The stored tables.
        sold: Counted orders, as `sold_orders` has them.
    """
    lines = order_lines(facts)
    theirs = lines.join(last_orders(sold).select("order_id", "customer_key"), "order_id")
    goods = _without_fees(_told(facts, theirs.select(*lines.columns, "customer_key"), "category_top", "kind"))
    known = goods.filter(goods.category_top.notnull())
    dearest = numbered(known, ["customer_key"], [ibis.coalesce(known.amount, 0).desc(), known.line_no])
    first = dearest.filter(dearest.rank_no == 1)
    return first.select("customer_key", last_category=first.category_top)


def last_orders(sold: Any) -> Any:
    """Return the last counted order of each known customer; of several at one instant the first in code point order."""
    known = sold.filter(sold.customer_key.notnull())
    ranked = numbered(known, ["customer_key"], [known["at"].desc(), known.order_id])
    return ranked.filter(ranked.rank_no == 1)


def _told(facts: Facts, rows: Any, *columns: str) -> Any:
    """Put columns of products beside rows with a product_id."""
    products = facts.last_versions("products", ["product_id", *columns]).select("product_id", *columns)
    return beside(rows, products, "product_id", "product_id")


def _without_fees(rows: Any) -> Any:
    return rows.filter(ibis.coalesce(rows.kind, "") != ProductKind.FEE.value)
