"""What segments mean and how they are kept, in a reading: definitions, versions, whom channels reach."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from kogorta.definitions.document import Definition
from kogorta.definitions.dump import dump
from kogorta.definitions.names import Words
from kogorta.definitions.playbooks import Playbook, cards
from kogorta.membership.cadence import cadence_of
from kogorta.membership.card import card
from kogorta.membership.own import stored_definition
from kogorta.membership.registry import VersionInfo, versions_of
from kogorta.membership.runs import standings
from kogorta.membership.saying import sentences
from kogorta.membership.sizing import Reach, reached_by
from kogorta.membership.view import View
from kogorta.vocab import Business, VersionChange
from kogorta.warehouse.copies import Copy

Row = dict[str, Any]

_DEFINITIONS = pa.schema(
    {
        "id": pa.string(),
        "document": pa.string(),
        "sentence_ru": pa.string(),
        "sentence_en": pa.string(),
        "author": pa.string(),
        "cadence_seconds": pa.int64(),
        "as_of": pa.timestamp("us"),
        "named_by": pa.list_(pa.string()),
    }
)
_VERSIONS = pa.schema(
    {
        "definition": pa.string(),
        "number": pa.int64(),
        "at": pa.timestamp("us"),
        "author": pa.string(),
        "changes": pa.list_(pa.string()),
        "added": pa.int64(),
        "gone": pa.int64(),
    }
)
_REACH = pa.schema(
    {
        "id": pa.string(),
        "channel": pa.string(),
        "contacts": pa.int64(),
        "not_withdrawn": pa.int64(),
        "granted": pa.int64(),
    }
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a scheme or a free segment means, and how it is kept.

    Attributes:
        id: Of the scheme; of a free segment, its own.
        definition: What people wrote; None of a ready scheme.
        sentence: Whom it means, in both languages; None of a ready scheme.
        author: Who last wrote it; None where nobody said so.
        cadence_seconds: How often it is to be brought up to date; None for with every refresh.
        as_of: As of when it was last; UTC without a zone.
        named_by: Ids of definitions that name it.
    """

    id: str
    definition: Definition | None
    sentence: Words | None
    author: str | None
    cadence_seconds: int | None
    as_of: datetime | None
    named_by: tuple[str, ...]

    def playbook(self, segment: str, business: Business) -> Playbook | None:
        """Return what to do with those in one of its segments; None where nothing is said.

        Args:
            segment: Its id within the scheme.
            business: Whose ready cards are meant.
        """
        if self.definition is not None:
            return self.definition.playbooks.get(segment)
        return cards(business).get((self.id, segment))


# --- taking ----------------------------------------------------------------------------------------


def definitions(view: View) -> pa.Table:
    """Return a row for each scheme and free segment, ready ones first."""
    said = sentences(view, view.own.values())
    known = standings(view.warehouse, view.instant)
    rows = []
    for item in view.schemes.values():
        told, own = card(view, item.id), view.own.get(item.id)
        cadence = cadence_of(item, own, view.config)
        rows.append(
            {
                "id": item.id,
                "document": json.dumps(dump(own), ensure_ascii=False) if own else None,
                "sentence_ru": said[item.id].ru if own else None,
                "sentence_en": said[item.id].en if own else None,
                "author": told.author,
                "cadence_seconds": int(cadence.delta.total_seconds()) if cadence else None,
                "as_of": known[item.id].run.as_of if item.id in known else None,
                "named_by": list(told.named_by),
            }
        )
    return pa.Table.from_pylist(rows, _DEFINITIONS)


def versions(view: View) -> pa.Table:
    """Return a row for each version of whatever was registered, by definition and then from the first."""
    known = {row[0] for row in view.warehouse.rows("SELECT DISTINCT definition FROM definition_versions")}
    rows = [
        {
            "definition": id_,
            "number": item.number,
            "at": item.at,
            "author": item.author,
            "changes": [change.value for change in item.changes],
            "added": item.added,
            "gone": item.gone,
        }
        for id_ in view.schemes
        if id_ in known
        for item in versions_of(view.warehouse, id_)
    ]
    return pa.Table.from_pylist(rows, _VERSIONS)


def reached(view: View, members: Any) -> pa.Table:
    """Return a row for each segment and channel that somebody of it has a contact for.

    Args:
        view: The base.
        members: Who is in which segment: customer_key, segment (its full id).
    """
    rows = [
        {
            "id": id_,
            "channel": channel,
            "contacts": found.contacts,
            "not_withdrawn": found.not_withdrawn,
            "granted": found.granted,
        }
        for (id_, channel), found in sorted(reached_by(view, members).items())
    ]
    return pa.Table.from_pylist(rows, _REACH)


# --- reading ---------------------------------------------------------------------------------------


def read_meanings(copy: Copy) -> dict[str, Meaning]:
    """Return what every scheme and free segment means, by id."""
    return {row["id"]: _meaning(row) for row in copy.rows("SELECT * FROM definitions")}


def _meaning(row: Row) -> Meaning:
    document = row["document"]
    return Meaning(
        row["id"],
        stored_definition(json.loads(document)) if document else None,
        Words(row["sentence_ru"], row["sentence_en"]) if document else None,
        row["author"],
        row["cadence_seconds"],
        row["as_of"],
        tuple(row["named_by"]),
    )


def read_versions(copy: Copy, id_: str) -> list[VersionInfo]:
    """Return every version of a scheme or a free segment, the oldest first."""
    rows = copy.rows("SELECT * FROM versions WHERE definition = ? ORDER BY number", [id_])
    return [
        VersionInfo(
            row["number"],
            row["at"],
            row["author"],
            tuple(VersionChange(change) for change in row["changes"]),
            row["added"],
            row["gone"],
        )
        for row in rows
    ]


def read_reach(copy: Copy) -> dict[str, Mapping[str, Reach]]:
    """Return whom channels reach, by segment and channel."""
    return _by_segment(copy.rows("SELECT * FROM reach"))


def _by_segment(rows: Iterable[Row]) -> dict[str, Mapping[str, Reach]]:
    found: dict[str, dict[str, Reach]] = {}
    for row in rows:
        reach = Reach(row["contacts"], row["not_withdrawn"], row["granted"])
        found.setdefault(row["id"], {})[row["channel"]] = reach
    return dict(found)
