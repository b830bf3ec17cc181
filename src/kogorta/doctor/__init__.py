"""Rules that judge a base and its segments, each with what to do."""

from __future__ import annotations

from kogorta.doctor.audit import audit
from kogorta.doctor.checkup import Checkup, Remark
from kogorta.doctor.examine import check_waivers, doctor
from kogorta.doctor.model import Audit, Finding, Severity, Switch

__all__ = ["Audit", "Checkup", "Finding", "Remark", "Severity", "Switch", "audit", "check_waivers", "doctor"]
