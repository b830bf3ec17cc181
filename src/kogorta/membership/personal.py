"""What cards leave open for each customer: in which top share he is, and what a bundle saves him."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from kogorta.compile.plan import BOUGHT
from kogorta.definitions.presets import preset
from kogorta.i18n import Lang, translator
from kogorta.membership.log import customer_names
from kogorta.membership.view import View
from kogorta.traits.idioms import each_of

_TOP_SHARE = "top_share"
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Variables:
    """What the texts of cards say of one customer, in per cent.

    Attributes:
        top_percent: He is among so many most valuable ones: 1, 5, 10, 20, 30 or 50; None below that, and for who is worth
            nothing.
        bundle_saving: What he saves at best who takes something he bought together with what goes with it and he does
            not have; None where nothing goes with it, or prices are not known.
    """

    top_percent: int | None = None
    bundle_saving: int | None = None

    def fill(self, text: str, lang: Lang) -> str | None:
        """Return a text of a card with its variables put in; None where one is not known: then it is not for him."""
        t = translator(lang)
        values = {name: getattr(self, name) for name in _PLACEHOLDER.findall(text)}
        if None in values.values():
            return None
        said = {name: t.percent(value / 100, 0) for name, value in values.items()}
        return _PLACEHOLDER.sub(lambda found: said[found[1]], text)


def variables(view: View, customers: Collection[str] | None = None) -> dict[str, Variables]:
    """Return the variables of customers, by id.

    Who is compared with whom stands in the newest stored frame, where a definition that stands compares by the same
    shares (the preset `top_share` does); else it is worked out as of the instant.

    Args:
        view: The base.
        customers: Whose; by default everyone's.
    """
    names = customer_names()
    if customers is not None:
        names = names.filter(names.customer_id.isin(sorted(customers)))
    tops, savings = _tops(view, names), _savings(view, names)
    everyone = view.session.fetch(names.select("customer_id"), view.instant.bindings)
    return {
        id_: Variables(tops.get(id_), savings.get(id_)) for id_ in sorted(everyone["customer_id"].to_pylist())
    }


def _tops(view: View, names: Any) -> dict[str, int]:
    """Return the top share that each is in."""
    scheme = preset(_TOP_SHARE, view.config.workspace.business).definition()
    placed = view.place({scheme.id: scheme}).table
    rows = placed.select("customer_key", segment=placed[f"s_{scheme.id}"])
    told = rows.join(names, "customer_key").filter(
        rows.segment.notnull() & (rows.segment != scheme.otherwise)
    )
    found = view.session.fetch(told.select("customer_id", "segment"), view.instant.bindings)
    return {row["customer_id"]: int(row["segment"].removeprefix("top_")) for row in found.to_pylist()}


def _savings(view: View, names: Any) -> dict[str, int]:
    """Return what the best bundle saves each."""
    if not view.steps.facts.has("orders", "order_lines", "products"):
        return {}
    discount = view.config.playbooks.bundle_discount_pct
    added: dict[tuple[str, str], list[int]] = {}
    for row in view.steps.rows(_missing_complements(view, names)):
        prices = added.setdefault((row["customer_id"], row["product_id"]), [row["price"]])
        prices.append(row["complement_price"])
    best: dict[str, int] = {}
    for (customer, _), (own, *more) in added.items():
        saving = discount * sum(more) // (own + sum(more))
        if saving > best.get(customer, 0):
            best[customer] = saving
    return best


def _missing_complements(view: View, names: Any) -> Any:
    """Return customer_id, product_id, price, complement, complement_price of what goes with a purchase and was not bought."""
    products = view.steps.facts.last_versions("products", ["product_id", "price", "complements"])
    priced = products.filter(products.price.notnull() & (products.price > 0))
    named = each_of(priced.filter(priced.complements.notnull()), "complements", "complement").distinct()
    other = priced.select(complement="product_id", complement_price="price")
    pairs = named.join(other, "complement")
    bought = view.steps.get(BOUGHT)
    offered = bought.join(pairs, "product_id")
    new = offered.anti_join(
        bought.select("customer_key", complement="product_id"), ["customer_key", "complement"]
    )
    return new.join(names, "customer_key").select("customer_id", "product_id", "price", "complement_price")
