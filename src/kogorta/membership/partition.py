"""The proof that a scheme is a partition: everyone of its base stands in exactly one segment."""

from __future__ import annotations

from typing import Any

from kogorta.compile.segments import base_column
from kogorta.definitions.schemes import Scheme
from kogorta.errors import PartitionError
from kogorta.i18n import lazy
from kogorta.membership.view import View
from kogorta.traits.idioms import count_if


def proof(traits: Any, scheme: Scheme) -> Any:
    """Return one row of counts: base, people, members, strangers (outside the base), unknown segments.

    Args:
        traits: The column of the scheme, and what tells its base: of people's own schemes a column, else orders.
        scheme: Which one.
    """
    segment = traits[scheme.trait]
    if scheme.family == "own":
        in_base = traits[base_column(scheme.id)] == 1
    else:
        in_base = traits.orders_count > 0 if scheme.base == "ordered" else traits.customer_key.notnull()
    known = segment.isin(list(scheme.segments))
    return traits.agg(
        base=count_if(in_base),
        people=traits.customer_key.nunique().cast("int64"),
        rows=traits.count().cast("int64"),
        members=count_if(in_base & segment.notnull()),
        strangers=count_if(~in_base & segment.notnull()),
        unknown=count_if(segment.notnull() & ~known),
    )


def proven(view: View, traits: Any, scheme: Scheme) -> dict[str, int]:
    """Count; sums over nobody are 0."""
    return {name: count or 0 for name, count in view.steps.row(proof(traits, scheme)).items()}


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
