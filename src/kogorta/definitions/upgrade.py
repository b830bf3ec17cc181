"""How documents in an older version of the segment language are brought up to the present one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kogorta.definitions.document import LANGUAGE

FIRST = 1
"""The version of a document that names none: it was written when there was only one."""

Step = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Turns a document of one version into what says the same in the next one; it must not change what it is given."""

STEPS: Mapping[int, Step] = {}
"""By the version that a step begins at; there must be one for each version before `LANGUAGE`."""


def version_of(document: Mapping[str, Any]) -> int | None:
    """Return the version of the language that a document is written in; None if it names no version at all."""
    version = document.get("language", FIRST)
    return version if isinstance(version, int) and not isinstance(version, bool) else None


def upgrade(
    document: Mapping[str, Any], steps: Mapping[int, Step] = STEPS, language: int = LANGUAGE
) -> Mapping[str, Any]:
    """Bring a document up to the present language, one version after the other.

    Args:
        document: As it was read; its version lies between `FIRST` and `language`.
        steps: By the version that they begin at.
        language: The version to arrive at.

    Returns:
        The document itself if it is written in that version already, else a new one.
    """
    version = version_of(document)
    while version is not None and version < language:
        document = steps[version](document)
        version += 1
        document = {**document, "language": version}
    return document
