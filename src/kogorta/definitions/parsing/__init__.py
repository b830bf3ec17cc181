"""From YAML or JSON to definitions, with every problem found at once."""

from __future__ import annotations

from kogorta.definitions.parsing.documents import (
    Draft,
    DraftsError,
    parse_text,
    raise_if_any,
    read_definition,
    read_draft,
)
from kogorta.definitions.parsing.nodes import read_node
from kogorta.definitions.parsing.reader import Problems

__all__ = [
    "Draft",
    "DraftsError",
    "Problems",
    "parse_text",
    "raise_if_any",
    "read_definition",
    "read_draft",
    "read_node",
]
