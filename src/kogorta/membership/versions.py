"""The registry of what each definition meant: a version is a fingerprint of all that it depends on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from kogorta.definitions.document import LANGUAGE, Definition
from kogorta.definitions.dump import dump, dump_node
from kogorta.definitions.nodes import Trait
from kogorta.definitions.recorded import recorded_conditions
from kogorta.definitions.schemes import Scheme, rfm_maps
from kogorta.membership.own import uses
from kogorta.membership.view import View
from kogorta.traits.catalogue import contract_versions
from kogorta.traits.contract import KEPT, KEPT_NAMES
from kogorta.warehouse.store import Warehouse, dumps


@dataclass(frozen=True)
class Version:
    """One version of a definition.

    Attributes:
        definition: Its id.
        number: From 1.
        fingerprint: Of tree, resolved configuration, trait contracts, language, and of what it names.
        is_new: Not yet in the registry.
        body: What was fingerprinted, as JSON.
        author: Who wrote it; None where nobody did.
        is_removed: It was taken away.
    """

    definition: str
    number: int
    fingerprint: str
    is_new: bool
    body: str
    author: str | None = None
    is_removed: bool = False


def describe(scheme: Scheme, view: View, window_days: int | None) -> str:
    """Return everything that the meaning of a ready scheme depends on, as stable JSON."""
    return dumps(
        {
            "scheme": asdict(scheme),
            "maps": rfm_maps() if scheme.family == "rfm" else None,
            **_setting(view, window_days),
        }
    )


def describe_own(
    definition: Definition, view: View, window_days: int | None, named: Mapping[str, str]
) -> str:
    """Return everything that the meaning of a definition depends on, as stable JSON.

    Args:
        definition: Of people's own.
        view: The base.
        window_days: The window of RFM that is taken.
        named: Fingerprints of the definitions and schemes that it names, by id.
    """
    told = {"document": dump(definition), "uses": dict(named)}
    return dumps(told | _reading(definition, view, window_days))


def describe_recorded(definition: Definition, view: View, window_days: int | None) -> str:
    """Return everything that the meaning of a recorded condition depends on, as stable JSON.

    It has no document: nobody wrote it, and it is none of people's own definitions.
    """
    told = {"condition": [dump_node(node) for node in definition.conditions()]}
    return dumps(told | _reading(definition, view, window_days))


def _reading(definition: Definition, view: View, window_days: int | None) -> dict[str, object]:
    """Return what the values that a definition tests depend on."""
    config = view.config.workspace
    contracts = contract_versions()
    traits = {
        node.name: contracts[node.name]
        for root in definition.conditions()
        for node in root.walk()
        if isinstance(node, Trait) and node.name in contracts
    }
    # how numbers are meant matters only to what is worked out
    meaning = view.settings("rfm", window_days) if traits else None
    if not traits.keys() <= KEPT_NAMES:
        meaning = view.steps.meaning.describe() | (meaning or {})
    return {
        "place": {"timezone": config.timezone, "currency": config.currency},
        "meaning": meaning,
        "traits": traits,
        "language": LANGUAGE,
    }


def _setting(view: View, window_days: int | None) -> dict[str, object]:
    return {
        "meaning": view.settings("rfm", window_days),
        "traits": contract_versions(KEPT),
        "language": LANGUAGE,
    }


def current_versions(
    view: View, window_days: int | None, own: Mapping[str, Definition] | None = None
) -> dict[str, Version]:
    """Return the version of each ready scheme and each definition as they are now; new where not registered.

    Conditions that are recorded for these definitions have versions too.

    Args:
        view: The base.
        window_days: The window of RFM that is taken.
        own: Definitions of people's own, each behind those that it names; by default those registered.
    """
    last = last_versions(view.warehouse)
    definitions = view.own if own is None else own
    versions: dict[str, Version] = {}
    for scheme in view.ready:
        versions[scheme.id] = _version(last, scheme.id, describe(scheme, view, window_days))
    for definition in definitions.values():
        named = {id_: versions[id_].fingerprint for id_ in uses(definition) if id_ in versions}
        body = describe_own(definition, view, window_days, named)
        versions[definition.id] = _version(last, definition.id, body)
    recorded = recorded_conditions(definitions.values(), view.catalogue) if definitions else {}
    for condition in recorded.values():
        body = describe_recorded(condition, view, window_days)
        versions[condition.id] = _version(last, condition.id, body)
    return versions


def _version(last: Mapping[str, tuple[int, str, bool]], id_: str, body: str) -> Version:
    fingerprint = hashlib.sha256(body.encode()).hexdigest()
    number, known, is_removed = last.get(id_, (0, "", False))
    is_new = is_removed or known != fingerprint
    return Version(id_, number + is_new, fingerprint, is_new, body)


def last_versions(warehouse: Warehouse) -> dict[str, tuple[int, str, bool]]:
    """Return the last version of each definition: number, fingerprint, whether it was taken away."""
    rows = warehouse.rows(
        "SELECT definition, version, fingerprint, is_removed FROM definition_versions ORDER BY definition, version"
    )
    return {name: (number, fingerprint, is_removed) for name, number, fingerprint, is_removed in rows}


def save_version(connection: Any, version: Version, now: datetime) -> None:
    """Register a version inside the writer's transaction."""
    connection.execute(
        "INSERT INTO definition_versions VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            version.definition,
            version.number,
            version.fingerprint,
            version.body,
            now,
            version.author,
            version.is_removed,
        ],
    )
