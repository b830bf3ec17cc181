"""What is true of one customer as of an instant: attributes, traits, segments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kogorta.compile.attributes import Attribute, current_values
from kogorta.customers.model import Profile, Row
from kogorta.definitions.catalogue import Source
from kogorta.errors import NotFoundError
from kogorta.membership.alone import Alone
from kogorta.membership.hidden import hidden_schemes
from kogorta.membership.view import View
from kogorta.traits.catalogue import TRAITS


def profile(view: View, customer_id: str) -> Profile:
    """Return what is true of one customer as of the view's instant, read against the frames of the whole base.

    Raises:
        NotFoundError: No source ever named him, he was erased, or he was not yet known at that instant.
    """
    names = [trait.name for trait in TRAITS]
    view.need_base(names)
    alone = Alone(view, customer_id)
    rows = _row(alone, alone.view.wide(["customer_key", *names]), names)
    if not rows:
        raise NotFoundError(
            "this customer was not yet known at that instant", got=customer_id, hint="ask for a later --as-of"
        )
    return Profile(
        customer_id,
        view.instant.as_of,
        view.instant.known_seq,
        _attributes(alone),
        rows[0],
        _segments(alone, rows[0]),
    )


def _row(alone: Alone, table: Any, columns: Sequence[str]) -> list[dict[str, Any]]:
    """Return the row of one person out of a table, if he is in it."""
    return alone.view.steps.rows(alone.him(table).select(*columns))


def _attributes(alone: Alone) -> dict[str, Any]:
    """Return what sources say of him, in the order of the canonical columns, the shop's own properties last."""
    facts, found = alone.view.steps.facts, {}
    for attribute in _told(alone):
        rows = _row(alone, current_values(facts, attribute, "value"), ["value"])
        if rows:
            found[attribute.name] = rows[0]["value"]
    return found


def _told(alone: Alone) -> list[Attribute]:
    """Return the attributes that any row of his tells: the others need not be worked out."""
    view = alone.view
    known = [
        Attribute(name, info)
        for name, info in view.catalogue.traits.items()
        if info.source is Source.ATTRIBUTE
    ]
    facts, names = view.steps.facts, set()
    if facts.has("customers"):
        more = {column: type_ for item in known for column, type_ in item.more.items()}
        columns = [item.info.stored for item in known if not item.more]
        rows = facts.last_versions("customers", ["customer_key", *columns], more)
        for row in view.steps.rows(alone.his(rows)):
            names |= {item.name for item in known if row[item.info.stored] is not None}
    if facts.has("attribute_changes"):
        changes = facts.last_versions("attribute_changes", ["customer_key", "key"])
        names |= {row["key"] for row in view.steps.rows(alone.his(changes).select("key").distinct())}
    return [item for item in known if item.name in names]


def _segments(alone: Alone, traits: Row) -> dict[str, str | None]:
    """Return in which segment of each scheme he is: the ready ones are traits, people's own are placed."""
    view = alone.view
    hidden = hidden_schemes(view.frames)
    found = {item.id: traits[item.trait] for item in view.ready if item.id not in hidden}
    own = [item for item in view.schemes.values() if item.family == "own"]
    if own:
        rows = _row(alone, view.place(view.own).table, [item.trait for item in own])
        found |= {item.id: rows[0][item.trait] if rows else None for item in own}
    return found
