"""The registry of what each scheme meant: a version is a fingerprint of all that it depends on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from kogorta.definitions.schemes import Scheme, rfm_maps
from kogorta.membership.view import View
from kogorta.traits.contract import contract_versions
from kogorta.warehouse.store import Warehouse, dumps

LANGUAGE_VERSION = 1


@dataclass(frozen=True)
class Version:
    """One version of a scheme.

    Attributes:
        scheme: Its id.
        number: From 1.
        fingerprint: Of tree, resolved configuration, trait contracts, language.
        is_new: Not yet in the registry.
        body: What was fingerprinted, as JSON.
    """

    scheme: str
    number: int
    fingerprint: str
    is_new: bool
    body: str


def describe(scheme: Scheme, view: View, window_days: int | None) -> str:
    """Return everything that the meaning of a scheme depends on, as stable JSON."""
    return dumps(
        {
            "scheme": asdict(scheme),
            "maps": rfm_maps() if scheme.family == "rfm" else None,
            "meaning": view.settings("rfm", window_days),
            "traits": contract_versions(),
            "language": LANGUAGE_VERSION,
        }
    )


def current_versions(
    warehouse: Warehouse, schemes: Sequence[Scheme], view: View, window_days: int | None
) -> dict[str, Version]:
    """Return the version of each scheme as configured now; a new one where it is not registered."""
    last: Mapping[str, tuple[int, str]] = {
        name: (number, fingerprint)
        for name, number, fingerprint in warehouse.rows(
            "SELECT definition, version, fingerprint FROM definition_versions ORDER BY definition, version"
        )
    }
    versions = {}
    for scheme in schemes:
        body = describe(scheme, view, window_days)
        fingerprint = hashlib.sha256(body.encode()).hexdigest()
        number, known = last.get(scheme.id, (0, ""))
        is_new = known != fingerprint
        versions[scheme.id] = Version(scheme.id, number + is_new, fingerprint, is_new, body)
    return versions


def save_version(connection: Any, version: Version, now: datetime) -> None:
    """Register a version inside the writer's transaction."""
    connection.execute(
        "INSERT INTO definition_versions VALUES (?, ?, ?, ?, ?)",
        [version.scheme, version.number, version.fingerprint, version.body, now],
    )
