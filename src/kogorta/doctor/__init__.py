"""Rules that judge a base and its segments, each with what to do."""

from __future__ import annotations

from kogorta.doctor.audit import audit
from kogorta.doctor.model import Audit, Finding, Severity, Switch

__all__ = ["Audit", "Finding", "Severity", "Switch", "audit"]
