"""The proof that a scheme is a partition: everyone of its base stands in exactly one segment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kogorta.compile.segments import base_column
from kogorta.definitions.schemes import Scheme
from kogorta.errors import PartitionError
from kogorta.i18n import lazy
from kogorta.membership.view import View
from kogorta.traits.idioms import count_if


def proof(traits: Any, schemes: Sequence[Scheme]) -> Any:
    """Return one row of counts: people and rows, and of the n-th scheme base, members, strangers (outside the base), unknown segments.

    Args:
        traits: The columns of the schemes, and what tells their base: of people's own schemes a column, else orders.
        schemes: Which ones.
    """
    counts = {
        "people": traits.customer_key.nunique().cast("int64"),
        "rows": traits.count().cast("int64"),
    }
    for number, scheme in enumerate(schemes):
        segment = traits[scheme.trait]
        if scheme.family == "own":
            in_base = traits[base_column(scheme.id)] == 1
        else:
            in_base = traits.orders_count > 0 if scheme.base == "ordered" else traits.customer_key.notnull()
        known = segment.isin(list(scheme.segments))
        told = {
            "base": in_base,
            "members": in_base & segment.notnull(),
            "strangers": ~in_base & segment.notnull(),
            "unknown": segment.notnull() & ~known,
        }
        counts |= {f"{name}_{number}": count_if(condition) for name, condition in told.items()}
    return traits.agg(**counts)


def proven(view: View, traits: Any, schemes: Sequence[Scheme]) -> list[dict[str, int]]:
    """Count for each scheme; sums over nobody are 0."""
    row = view.steps.row(proof(traits, schemes)) if schemes else {}
    return [
        {name: row.get(f"{name}_{number}", row.get(name)) or 0 for name in _COUNTS}
        for number, _ in enumerate(schemes)
    ]


_COUNTS = ("base", "people", "rows", "members", "strangers", "unknown")


def check(counts: dict[str, int], scheme: Scheme) -> None:
    """Stop the run if the counts show that the scheme is no partition.

    Raises:
        PartitionError: With the counts; the last good result stays.
    """
    whole = counts["members"] == counts["base"] and counts["people"] == counts["rows"]
    if whole and counts["strangers"] == 0 and counts["unknown"] == 0:
        return
    raise PartitionError(
        lazy("scheme {scheme} is no partition of its base; nothing was recorded", scheme=scheme.id),
        got=", ".join(f"{name} = {value}" for name, value in counts.items()),
        expected="members = base, people = rows, strangers = 0, unknown = 0",
        hint="this is a fault of Kogorta: please report it with these counts",
    )
