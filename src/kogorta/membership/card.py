"""All that is known of one definition: what it says, since when, by whom, what it names and what names it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kogorta.definitions.document import Definition
from kogorta.definitions.nodes import InSegment, Moved
from kogorta.definitions.schemes import Scheme
from kogorta.membership.log import find_segment
from kogorta.membership.view import View
from kogorta.warehouse.store import Warehouse


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of one definition.

    Attributes:
        id: Of the segment or scheme.
        scheme: The scheme; a free segment as the scheme of itself alone.
        definition: What people wrote; None of a ready scheme.
        segments: Full ids of its segments.
        number: The number of its version; None of a ready scheme that no refresh recorded yet.
        author: Who last wrote the definition; None where nobody said so. Versions that a refresh registered, because
            settings or traits had changed, have no author of their own.
        created_at: When it was registered; UTC without a zone.
        fingerprint: Of the version.
        names: Full ids of segments that it names, as of the same instant or by who entered and left.
        named_by: Ids of definitions that name it.
    """

    id: str
    scheme: Scheme
    definition: Definition | None
    segments: tuple[str, ...]
    number: int | None
    author: str | None
    created_at: datetime | None
    fingerprint: str | None
    names: tuple[str, ...]
    named_by: tuple[str, ...]


def card(view: View, id_: str) -> Card:
    """Return what is known of a scheme, of a free segment, or of the scheme of a segment.

    Raises:
        NotFoundError: There is nothing of that name.
    """
    item = view.schemes[id_] if id_ in view.schemes else find_segment(view.schemes, id_)[0]
    definition = view.own.get(item.id)
    number, author, created_at, fingerprint = _version(view.warehouse, item.id)
    return Card(
        item.id,
        item,
        definition,
        tuple(item.segment_id(segment) for segment in item.segments),
        number,
        author,
        created_at,
        fingerprint,
        named_in(definition) if definition else (),
        tuple(
            other.id
            for other in view.own.values()
            if any(name.partition(".")[0] == item.id for name in named_in(other))
        ),
    )


def named_in(definition: Definition) -> tuple[str, ...]:
    """Return the full ids of the segments that a definition names, whether of now or of who entered and left."""
    found = {
        node.segment
        for root in definition.conditions()
        for node in root.walk()
        if isinstance(node, InSegment | Moved)
    }
    return tuple(sorted(found))


def _version(warehouse: Warehouse, id_: str) -> tuple[int | None, str | None, datetime | None, str | None]:
    """Return number, instant and fingerprint of the last version, and who last wrote one."""
    rows = warehouse.rows(
        "SELECT version, author, created_at, fingerprint FROM definition_versions"
        " WHERE definition = ? ORDER BY version DESC",
        [id_],
    )
    if not rows:
        return None, None, None, None
    number, _, created_at, fingerprint = rows[0]
    return number, next((row[1] for row in rows if row[1]), None), created_at, fingerprint
