"""From YAML or JSON to definitions, with every problem found at once."""

from __future__ import annotations

from kogorta.definitions.parsing.documents import parse_text, raise_if_any, read_definition
from kogorta.definitions.parsing.nodes import read_node
from kogorta.definitions.parsing.reader import Problems

__all__ = ["Problems", "parse_text", "raise_if_any", "read_definition", "read_node"]
