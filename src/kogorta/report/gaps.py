"""What the base lacks, what that switches off, and what would mend it."""

from __future__ import annotations

from kogorta.look.html import Html, el, paragraph, remedy
from kogorta.report.model import Gap, Severity
from kogorta.report.view import View

_MOST = 7
COLOURS = {Severity.HIGH: "cant_lose", Severity.MEDIUM: "at_risk", Severity.LOW: "sleeping"}


def gaps_section(view: View) -> Html:
    """Write the section of gaps."""
    t, gaps = view.t, view.data.gaps
    title = t.gettext("What the base lacks")
    if not gaps:
        fine = paragraph(t.gettext("Nothing that this report needs is missing."), class_="empty")
        return view.section("gaps", title, "", fine)
    lead = t.gettext("Mend the upper ones first: they cost the most.")
    items = [_gap(view, gap) for gap in sorted(gaps, key=_cost)]
    shown, rest = (items[:_MOST], items[_MOST:]) if len(items) > _MOST + 1 else (items, [])
    body = [el("ul", *shown, class_="gaps")]
    if rest:
        more = t.ngettext("{n} more gap", "{n} more gaps", len(rest))
        body.append(el("details", el("summary", more), el("ul", *rest, class_="gaps")))
    return view.section("gaps", title, lead, *body)


def _cost(gap: Gap) -> int:
    return list(Severity).index(gap.severity)


def _gap(view: View, gap: Gap) -> Html:
    t = view.t
    badge = el("span", severity_name(view, gap.severity), class_=f"badge fam-{COLOURS[gap.severity]}")
    parts = [paragraph(el("strong", t.say(gap.message)), " ", _count(view, gap))]
    if gap.switches_off:
        names = ", ".join(t.say(name) for name in gap.switches_off)
        parts.append(paragraph(t.gettext("Switched off: {names}", names=names), class_="off"))
    if gap.remedy is not None:
        parts.append(remedy(t.say(gap.remedy)))
    return el("li", badge, el("div", *parts))


def _count(view: View, gap: Gap) -> Html:
    if gap.count is None:
        return Html("")
    if gap.of is None:
        return el("small", view.t.integer(gap.count))
    return el("small", f"{view.counted(gap.count, gap.of)} ({view.t.share(gap.count, gap.of)})")


def severity_name(view: View, severity: Severity) -> str:
    """Say how grave something is."""
    t = view.t
    return {
        Severity.HIGH: t.pgettext("severity", "serious"),
        Severity.MEDIUM: t.pgettext("severity", "notable"),
        Severity.LOW: t.pgettext("severity", "minor"),
    }[severity]
