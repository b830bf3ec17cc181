"""By what people are found in lists: texts to search, and where each stands in every scheme."""

from __future__ import annotations

from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kogorta.membership.view import View
from kogorta.traits.people import ANONYMOUS
from kogorta.vocab import ContactKind
from kogorta.warehouse.ddl import BOOKS

NUMBERS = (ContactKind.PHONE, ContactKind.CARD)
"""Contacts that are searched by their digits; e-mail addresses are searched as names are."""


def ids_of_people(view: View) -> pa.Table:
    """Return customer_key (of the person) and customer_id of every id that a source gave, browsers left out."""
    ids = ibis.table(BOOKS["customer_ids"], name="customer_ids")
    named = ids.filter(ids.id_space != ANONYMOUS).select("customer_key", "customer_id")
    return _fetched(view, view.steps.facts.person(named).distinct())


def contacts_of_people(view: View) -> pa.Table:
    """Return customer_key (of the person), kind and value of every contact that people are searched by."""
    facts = view.steps.facts
    if not facts.has("contacts"):
        empty = {"customer_key": pa.int64(), "kind": pa.string(), "value": pa.string()}
        return pa.table({name: pa.array([], type_) for name, type_ in empty.items()})
    rows = facts.last_versions("contacts", ["customer_key", "kind", "value"])
    searched = rows.filter(rows.kind.isin([ContactKind.EMAIL.value, *(kind.value for kind in NUMBERS)]))
    return _fetched(view, facts.person(searched.select("customer_key", "kind", "value")).distinct())


def _fetched(view: View, rows: Any) -> pa.Table:
    return view.session.fetch(rows.order_by(*rows.columns), view.instant.bindings)


def searchable(people: pa.Table, ids: pa.Table, contacts: pa.Table) -> pa.Table:
    """Return people with what they are searched by, line by line: `ids`; `names`, with e-mail addresses; `numbers`.

    Args:
        people: In the order of customer_key, with their names.
        ids: What `ids_of_people` returned.
        contacts: What `contacts_of_people` returned.
    """
    keys = people["customer_key"]
    is_number = pc.is_in(contacts["kind"], value_set=pa.array([kind.value for kind in NUMBERS]))
    emails, numbers = contacts.filter(pc.invert(is_number)), contacts.filter(is_number)
    names = pc.binary_join_element_wise(
        pc.coalesce(people["name"], ""), _joined(keys, emails["customer_key"], emails["value"]), "\n"
    )
    own = _joined(keys, ids["customer_key"], ids["customer_id"])
    found = people.append_column("ids", _plain(own)).append_column("names", _plain(names))
    return found.append_column("numbers", _joined(keys, numbers["customer_key"], numbers["value"]))


def _joined(keys: Any, owners: Any, texts: Any) -> Any:
    """Return for each key the texts that are its own, line by line; empty where there are none."""
    rows = pa.table({"key": owners, "text": texts})
    grouped = rows.group_by("key", use_threads=False).aggregate([("text", "list")])
    known = pc.index_in(keys, value_set=grouped["key"].combine_chunks())
    return pc.fill_null(pc.take(pc.binary_join(grouped["text_list"], "\n"), known), "")


def _plain(texts: Any) -> Any:
    return pc.replace_substring(pc.utf8_lower(texts), "ё", "е")


def placed(people: pa.Table, memberships: pa.Table, listed: pa.Table) -> pa.Table:
    """Return people with a column for each scheme: the position of their segment in it, missing outside its base.

    Args:
        people: In the order of customer_key.
        memberships: scheme, segment, customer_key.
        listed: Segments with the `place` of their scheme and their `position` in it.
    """
    keys = people["customer_key"].to_numpy()
    positions: dict[str, dict[str, int]] = {}
    columns: dict[str, str] = {}
    for row in listed.select(["scheme", "segment", "place", "position"]).to_pylist():
        positions.setdefault(row["scheme"], {})[row["segment"]] = row["position"]
        columns[row["scheme"]] = row["place"]
    for scheme, segments in positions.items():
        of_scheme = memberships.filter(pc.equal(memberships["scheme"], scheme))
        found = np.full(len(keys), -1, np.int16)
        for segment, position in segments.items():
            members = of_scheme.filter(pc.equal(of_scheme["segment"], segment))["customer_key"].to_numpy()
            at = np.searchsorted(keys, members)
            inside = at < len(keys)
            inside[inside] = keys[at[inside]] == members[inside]
            found[at[inside]] = position
        column = pa.array(found, mask=found < 0)
        people = people.append_column(columns[scheme], column)
    return people
