"""The plain work that ours is held against: every table that traits read, grouped once by whose its rows are."""

from __future__ import annotations

from typing import Any

import ibis

from kogorta.membership.view import View
from kogorta.schema import TABLES
from kogorta.warehouse.layout import BEHIND

_GROUPED = "k_bench_grouped"


def grouped_pass(view: View) -> None:
    """Count the rows of each table of facts by customer and take their newest instant; that is all.

    Rows without a customer of their own (lines of orders, answers to messages) are grouped by what they belong to.
    """
    for name in TABLES:
        if view.steps.facts.has(name) and (TABLES[name].has_customer or name in BEHIND):
            view.session.materialise(_GROUPED, _grouped(name))


def rows_of(view: View) -> dict[str, int]:
    """Return how many rows each table of facts has, all versions of each row counted."""
    counted = {
        name: ibis.table(TABLES[name].stored_types, name=name).count().name("n").as_table()
        for name in TABLES
        if view.steps.facts.has(name)
    }
    return {name: view.session.fetch(count)["n"][0].as_py() for name, count in counted.items()}


def _grouped(name: str) -> Any:
    rows = ibis.table(TABLES[name].stored_types, name=name)
    key = "customer_key" if TABLES[name].has_customer else BEHIND[name][1]
    return rows.group_by(key).agg(n=rows.count(), last_at=rows.valid_at.max())
