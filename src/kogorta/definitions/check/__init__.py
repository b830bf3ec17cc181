"""What a definition may say is checked against what the workspace knows, before anything is compiled."""

from __future__ import annotations

from kogorta.definitions.check.whole import check, require

__all__ = ["check", "require"]
