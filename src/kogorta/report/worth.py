"""How unevenly value is spread."""

from __future__ import annotations

from kogorta.charts import Bar, bars
from kogorta.look.html import Html, join, paragraph, two_sizes
from kogorta.report.model import Absent, Worth
from kogorta.report.view import View

_FAMILY = "champions"


def worth_section(view: View) -> Html:
    """Write the section of value: what the best bring, who costs more than he brings, who waits for discounts."""
    t, worth = view.t, view.data.worth
    title = t.gettext("Value and margin")
    if isinstance(worth, Absent):
        return view.section("worth", title, "", view.empty(worth))
    lead = t.ngettext(
        "{n} customer brought {money} within 24 months. How much of it the most valuable bring:",
        "{n} customers brought {money} within 24 months. How much of it the most valuable bring:",
        worth.buyers,
        money=view.short_money(worth.value),
    )
    return view.section("worth", title, lead, _tops(view, worth), _losing(view, worth), _hunters(view, worth))


def _tops(view: View, worth: Worth) -> Html:
    t = view.t
    title = t.gettext("Share of value by the most valuable customers")
    items = [
        Bar(t.gettext("the top {top}%", top=top), share, t.percent(share), _FAMILY)
        for top, share in worth.tops
        if worth.buyers * top >= 100
    ]
    return two_sizes(lambda width: bars(items, width, title, top=1.0)) if items else Html("")


def _losing(view: View, worth: Worth) -> Html:
    t = view.t
    if isinstance(worth.losing, Absent):
        return view.empty(worth.losing)
    if not worth.losing:
        return paragraph(t.gettext("No customer whose costs are known has cost more than he brought."))
    text = t.ngettext(
        "{n} customer of {known} whose costs are known has cost more than he brought so far.",
        "{n} customers of {known} whose costs are known have cost more than they brought so far.",
        worth.losing,
        known=worth.known,
    )
    return paragraph(text)


def _hunters(view: View, worth: Worth) -> Html:
    t = view.t
    if not worth.repeaters:
        return Html("")
    text = t.ngettext(
        "{n} customer ({share} of those with three orders or more) takes promotions and coupons twice as often as is usual.",
        "{n} customers ({share} of those with three orders or more) take promotions and coupons twice as often as is usual.",
        worth.hunters,
        share=t.share(worth.hunters, worth.repeaters),
    )
    return join([paragraph(text)])
