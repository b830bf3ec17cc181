"""What the base lacks, as the report lists it: from the measures and from the audit."""

from __future__ import annotations

from kogorta.doctor import Audit, Finding
from kogorta.doctor import Severity as Graded
from kogorta.i18n import Message, lazy
from kogorta.metrics import Metrics, Missing, Why
from kogorta.report import known_gaps
from kogorta.report.model import Gap, Severity
from kogorta.traits.lifecycle import PROVISIONAL_DAYS
from kogorta.vocab import Business

_GRADES = {Graded.BAD: Severity.HIGH, Graded.WARN: Severity.MEDIUM}
_ORDER = (Severity.HIGH, Severity.MEDIUM, Severity.LOW)

_MEASURED = ("sales.margin", "sales.anonymous")
"""Findings that the measures tell with what they switch off."""

_TOLD_ALREADY = ("margin", "birthday", "reach")
"""Switches whose want other gaps tell."""


def gaps_of(measured: Metrics, audit: Audit, business: Business) -> tuple[Gap, ...]:
    """Return everything that the base lacks, most costly first."""
    found = [_gap(finding) for finding in audit.findings if _is_gap(finding)]
    gaps = [*measured_gaps(measured), *found, *switched_off(audit, business)]
    return tuple(sorted(gaps, key=lambda gap: _ORDER.index(gap.severity)))


def measured_gaps(measured: Metrics) -> list[Gap]:
    """Return the gaps that the measures themselves ran into."""
    gaps: list[Gap] = []
    base, margin = measured.base, measured.kpis.margin_per_customer_year
    if isinstance(margin, Missing) and margin.why is Why.COSTS:
        gaps.append(known_gaps.costs(margin.have))
    if base.anonymous_orders:
        gaps.append(known_gaps.anonymous_orders(base.anonymous_orders, base.orders))
    if base.buyers and base.history_days < PROVISIONAL_DAYS:
        gaps.append(known_gaps.short_history(base.history_days))
    return gaps


def switched_off(audit: Audit, business: Business) -> list[Gap]:
    """Return what is off and could be of use, gathered by what would switch it on."""
    useless = _TOLD_ALREADY if business is Business.B2B else (*_TOLD_ALREADY, "accounts")
    names: dict[str, list[Message]] = {}
    for switch in audit.switches:
        if not switch.is_on and switch.id not in useless:
            names.setdefault(", ".join(switch.missing), []).append(switch.title)
    return [
        Gap(f"off.{missing}", Severity.LOW, lazy("Not in the base: {tables}", tables=missing), tuple(titles))
        for missing, titles in names.items()
    ]


def _is_gap(finding: Finding) -> bool:
    return finding.severity in _GRADES and finding.id not in _MEASURED


def _gap(finding: Finding) -> Gap:
    """The sentence of a finding tells its numbers already."""
    return Gap(finding.id, _GRADES[finding.severity], finding.message, (), finding.hint)
