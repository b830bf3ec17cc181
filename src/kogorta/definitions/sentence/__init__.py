"""What a definition means, said in Russian or English as a person would write it."""

from __future__ import annotations

from kogorta.definitions.sentence.say import clause, sentence
from kogorta.definitions.sentence.words import Names

__all__ = ["Names", "clause", "sentence"]
