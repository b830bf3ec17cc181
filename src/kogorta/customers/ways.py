"""How one customer may be reached: his contacts, and what he consented to."""

from __future__ import annotations

from typing import Any

from kogorta.customers.model import Consent, Contact, Ways
from kogorta.membership.alone import Alone
from kogorta.membership.view import View


def ways(view: View, customer_id: str) -> Ways:
    """Return the contacts of one customer, and every consent that he gave or took back before the view's instant.

    Raises:
        NotFoundError: No source ever named him, or he was erased.
    """
    alone = Alone(view, customer_id)
    return Ways(_contacts(alone), _consents(alone))


def _contacts(alone: Alone) -> tuple[Contact, ...]:
    columns = ["kind", "value", "at", "verified_at", "primary"]
    found: dict[tuple[str, str], Contact] = {}
    for row in _rows(alone, "contacts", columns):
        contact = Contact(row["kind"], row["value"], row["at"], row["verified_at"], bool(row["primary"]))
        known = found.get((contact.kind, contact.value))
        # several of his ids may have the same contact: it is told once, by the row that says most
        if known is None or (contact.is_main, contact.verified_at is not None) > (
            known.is_main,
            known.verified_at is not None,
        ):
            found[contact.kind, contact.value] = contact
    return tuple(sorted(found.values(), key=lambda item: (item.kind, not item.is_main, item.value)))


def _consents(alone: Alone) -> tuple[Consent, ...]:
    columns = ["channel", "purpose", "at", "op", "consent_source", "evidence", "text_version"]
    rows = _rows(alone, "consents", columns)
    found = [Consent(*(row[column] for column in columns)) for row in rows]
    # of one instant the withdrawal counts, and stands first
    found.sort(key=lambda item: (item.channel, item.purpose, -item.at.timestamp(), item.op == "granted"))
    return tuple(found)


def _rows(alone: Alone, table: str, columns: list[str]) -> list[dict[str, Any]]:
    facts = alone.view.steps.facts
    if not facts.has(table):
        return []
    rows = facts.last_versions(table, ["customer_key", *columns])
    known = alone.his(rows.filter(rows["at"].isnull() | (rows["at"] < rows.as_of)))
    return alone.view.steps.rows(known.select(*columns))
