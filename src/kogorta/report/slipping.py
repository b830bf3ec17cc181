"""Who is slipping away, and the money at stake."""

from __future__ import annotations

from kogorta.charts import Bar, bars
from kogorta.look.html import Html, el, join, paragraph, table, two_sizes
from kogorta.report.model import Absent, Slipping, SlippingCustomer, SlippingTotal
from kogorta.report.stages import reason_name
from kogorta.report.view import View

MOST = 25
_WHOLE_DAYS = 9.95


def slipping_section(view: View) -> Html:
    """Write the section of valuable customers who have gone quiet."""
    t, slipping = view.t, view.data.slipping
    title = t.gettext("Who is slipping away")
    if isinstance(slipping, Absent):
        return view.section("slipping", title, "", view.empty(slipping))
    if not slipping.at_stake:
        nobody = t.gettext("Nobody who bought within the last 365 days is at risk or lost.")
        return view.section("slipping", title, "", paragraph(nobody, class_="empty"))
    lead = t.gettext(
        "Money at stake is what customers who are now at risk or lost spent over the last 365 days. "
        "It is not a forecast: some of them would return anyway."
    )
    return view.section("slipping", title, lead, _totals(view, slipping), _customers(view, slipping))


def _totals(view: View, slipping: Slipping) -> Html:
    title = view.t.gettext("Money at stake by stage")
    items = [_bar(view, total) for total in slipping.totals]
    return two_sizes(lambda width: bars(items, width, title))


def _bar(view: View, total: SlippingTotal) -> Bar:
    return Bar(
        view.name("lifecycle", total.stage),
        total.at_stake,
        view.short_money(total.at_stake),
        view.family("lifecycle", total.stage),
        view.t.customers(total.customers),
    )


def _customers(view: View, slipping: Slipping) -> Html:
    t = view.t
    if not slipping.customers:
        return Html("")
    heads = [
        t.gettext("Customer"),
        t.gettext("Stage and reason"),
        t.gettext("Silent, days"),
        t.gettext("Usual interval, days"),
        t.gettext("Orders"),
        t.gettext("At stake"),
    ]
    shown = slipping.customers[:MOST]
    title = t.ngettext("The most valuable: {n} customer", "The most valuable: {n} customers", len(shown))
    rows = [_row(view, customer) for customer in shown]
    return join([el("h3", title), table(heads, rows, text_columns=2, caption=title, tight=True)])


def _few(view: View, days: float) -> str:
    """Write days without their unit: below ten with one decimal, so that a column reads alike."""
    return view.t.decimal(days, 1) if days < _WHOLE_DAYS else view.t.integer(days)


def _row(view: View, customer: SlippingCustomer) -> list[str]:
    t = view.t
    code, href = el("code", customer.customer_id), view.links.person(customer.customer_id)
    return [
        el("a", code, href=href) if href else code,
        join([view.chip("lifecycle", customer.stage), el("small", reason_name(view, customer.reason))]),
        t.integer(customer.silent_days),
        _few(view, customer.rhythm_days),
        t.integer(customer.orders),
        view.money(customer.at_stake),
    ]
