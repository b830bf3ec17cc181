"""How many people are in each segment of people's own."""

from __future__ import annotations

from dataclasses import dataclass

from kogorta.definitions.names import Words
from kogorta.membership.own import names_of
from kogorta.metrics.ledger import Ledger


@dataclass(frozen=True, slots=True)
class OwnScheme:
    """A scheme or a free segment that people defined.

    Attributes:
        id: Its id.
        name: How it is called.
        is_free: A free segment.
        segments: Id, name and number of people of each segment, in order; of a free segment one.
    """

    id: str
    name: Words
    is_free: bool
    segments: tuple[tuple[str, Words, int], ...]


def own_sizes(ledger: Ledger) -> tuple[OwnScheme, ...]:
    """Count the people of every segment that people defined, as of the instant of a view; schemes first."""
    view = ledger.view
    view.place_all()
    found = []
    for item in view.schemes.values():
        if item.family != "own":
            continue
        rows = view.placed(item)
        counted = rows.group_by("segment").agg(n=rows.count().cast("int64"))
        sizes = {row["segment"]: row["n"] for row in ledger.rows(counted)}
        named = names_of(view.own[item.id])
        parts = tuple((id_, named.segments[id_].name, sizes.get(id_, 0)) for id_ in item.segments)
        found.append(OwnScheme(item.id, named.name, item.is_free, parts))
    return tuple(sorted(found, key=lambda scheme: (scheme.is_free, scheme.id)))
