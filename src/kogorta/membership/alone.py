"""The base of one customer alone: his rows are read where they lie, whatever the size of the base."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from kogorta.identity.resolve import keys_of
from kogorta.membership.view import View
from kogorta.traits.facts import scratch
from kogorta.vocab import Business

HIS, HIM = "k_his", "k_him"
_KEYS = {"customer_key": "int64"}


class Alone:
    """One person of a base, read against the frames of everyone.

    Args:
        view: The base.
        customer_id: One of his ids, as a source gave it.

    Attributes:
        view: His rows alone; where people buy for companies, everyone's: others of his company count for him, too.
        key: Whom his ids resolve to.

    Raises:
        NotFoundError: No source ever named him, or he was erased.
    """

    def __init__(self, view: View, customer_id: str) -> None:
        self.key, keys = keys_of(view.steps.aliases, view.warehouse.customer_key(customer_id))
        is_by_account = view.steps.meaning.business is Business.B2B
        self.view = view if is_by_account else view.scoped(keys, for_more=True)
        # keys stand in scratch tables, so that the text of a query is the same for everyone
        for name, found in ((HIS, keys), (HIM, [self.key])):
            view.session.load(name, pa.table({"customer_key": pa.array(found, pa.int64())}))

    def his(self, rows: Any) -> Any:
        """Return his rows of facts, whichever of his ids they name."""
        return rows.semi_join(scratch(HIS, _KEYS), "customer_key")

    def him(self, rows: Any) -> Any:
        """Return the row of a table of people that is his, if he is in it."""
        return rows.semi_join(scratch(HIM, _KEYS), "customer_key")
