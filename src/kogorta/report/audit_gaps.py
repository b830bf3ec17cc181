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

_TELLS = {"sales.categories": "products.category"}
"""Findings that tell what a switch wants, so that the want is not told twice."""

_TOLD_ALREADY = ("margin", "birthday", "reach")
"""Switches whose want other gaps tell."""


def gaps_of(measured: Metrics, audit: Audit, business: Business) -> tuple[Gap, ...]:
    """Return everything that the base lacks, most costly first."""
    found = [finding for finding in audit.findings if _is_gap(finding)]
    told = frozenset(_TELLS[finding.id] for finding in found if finding.id in _TELLS)
    off = _off_by_want(audit, business)
    gaps = measured_gaps(measured)
    gaps += [_gap(finding, off.get(_TELLS.get(finding.id, ""), ())) for finding in found]
    gaps += [
        Gap(f"off.{want}", Severity.LOW, lazy("Not in the base: {tables}", tables=want), titles)
        for want, titles in off.items()
        if want not in told
    ]
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


def _off_by_want(audit: Audit, business: Business) -> dict[str, tuple[Message, ...]]:
    """Return what is off and could be of use, gathered by what would switch it on."""
    useless = _TOLD_ALREADY if business is Business.B2B else (*_TOLD_ALREADY, "accounts")
    names: dict[str, list[Message]] = {}
    for switch in audit.switches:
        if not switch.is_on and switch.id not in useless:
            names.setdefault(", ".join(switch.missing), []).append(switch.title)
    return {want: tuple(titles) for want, titles in names.items()}


def _is_gap(finding: Finding) -> bool:
    return finding.severity in _GRADES and finding.id not in _MEASURED


def _gap(finding: Finding, off: tuple[Message, ...]) -> Gap:
    """The sentence of a finding tells its numbers already."""
    return Gap(finding.id, _GRADES[finding.severity], finding.message, off, finding.hint)
