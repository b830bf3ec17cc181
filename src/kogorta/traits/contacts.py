"""By what people can be reached."""

from __future__ import annotations

from typing import Any

import ibis

from kogorta.traits.facts import Facts
from kogorta.traits.idioms import flag, numbered
from kogorta.vocab import ContactKind


def main_contact(facts: Facts, kind: ContactKind) -> Any:
    """Return customer_key and a column called as the kind: one contact of each person who has any of it.

    Of several it is the first of the main ones, in code point order.
    """
    rows = facts.last_versions("contacts", ["customer_key", "kind", "value", "primary"])
    own = facts.person(rows.filter(rows.kind == kind.value).select("customer_key", "value", "primary"))
    is_other = flag(~ibis.coalesce(own.primary, False))
    ranked = numbered(own, ["customer_key"], [is_other, own.value])
    first = ranked.filter(ranked.rank_no == 1)
    return first.select("customer_key", **{kind.value: "value"})
