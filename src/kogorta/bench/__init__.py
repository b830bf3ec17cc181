"""How fast Kogorta is on a user's own base: works of his own, each beside a plain one, and nothing written."""

from __future__ import annotations

from kogorta.bench.measure import Report, Work, bench

__all__ = ["Report", "Work", "bench"]
