"""Measures by month, by source, by campaign: the ways between these pages, and their tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kogorta.look.html import Html, el, join, table
from kogorta.metrics.campaigns import MessageKpis
from kogorta.metrics.monthly import MonthKpis
from kogorta.metrics.sources import SourceKpis
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.parts.cards import figures_of, reasons_of, tab_links


def measure_tabs(ask: Ask, active: str) -> Html:
    """Write the ways between cohorts and measures.

    Args:
        ask: The request.
        active: Name of the page that is open.
    """
    t = ask.t
    told = [
        ("cohorts", t.pgettext("menu", "Cohorts")),
        ("cohorts_months", t.gettext("Month by month")),
        ("cohorts_sources", t.gettext("Sources")),
        ("cohorts_messages", t.gettext("Messages")),
    ]
    items = [(name, link(address), address == active) for address, name in told]
    return tab_links(t.gettext("Cohorts and measures"), items)


def orders_table(ask: Ask, months: Sequence[MonthKpis]) -> Html:
    """Write who ordered in each month."""
    t, figures = ask.t, figures_of(ask)
    heads = [
        t.gettext("Month"),
        t.gettext("Customers"),
        t.gettext("Ordered"),
        t.pgettext("customers", "New"),
        t.gettext("Orders"),
        t.gettext("Each"),
        t.gettext("Returning"),
        t.gettext("Interval, median"),
    ]

    def row(item: MonthKpis) -> list[str]:
        return [
            t.integer(item.customers),
            t.integer(item.active),
            t.integer(item.new_customers),
            t.integer(item.orders),
            figures.decimal(item.orders_per_customer),
            figures.percent(item.returning_rate),
            figures.days(item.interval_median_days),
        ]

    return join([_months(ask, heads, months, row, t.gettext("Orders by month")), reasons_of(figures)])


def money_table(ask: Ask, months: Sequence[MonthKpis]) -> Html:
    """Write what each month brought."""
    t, figures = ask.t, figures_of(ask)
    heads = [
        t.gettext("Month"),
        t.gettext("Revenue"),
        t.gettext("Repeat share"),
        t.gettext("AOV"),
        t.gettext("AOV of the loyal"),
        t.gettext("Margin per customer"),
        t.gettext("LTV by revenue"),
        t.gettext("LTV by margin"),
    ]

    def row(item: MonthKpis) -> list[str]:
        return [
            figures.money(item.revenue),
            figures.percent(item.repeat_revenue_share),
            figures.money(item.aov),
            figures.money(item.aov_loyal),
            figures.money(item.margin_per_customer),
            figures.money(item.ltv_revenue),
            figures.money(item.ltv_margin),
        ]

    return join([_months(ask, heads, months, row, t.gettext("Money by month")), reasons_of(figures)])


def _months(
    ask: Ask,
    heads: Sequence[str],
    months: Sequence[MonthKpis],
    row: Callable[[MonthKpis], list[str]],
    caption: str,
) -> Html:
    t = ask.t
    rows = []
    for item in reversed(months):
        name: list[str] = [t.month(item.month)]
        if not item.is_over:
            name += [" ", el("small", t.gettext("not over"))]
        rows.append([join(name), *row(item)])
    return _scrolled(table(heads, rows, caption=caption), caption)


def sources_table(ask: Ask, sources: Sequence[tuple[str | None, SourceKpis]]) -> Html:
    """Write what customers of each source cost to win and what they brought."""
    t, figures = ask.t, figures_of(ask)
    heads = [
        t.gettext("Source"),
        t.gettext("Customers"),
        t.gettext("Buyers"),
        t.gettext("Repeat rate"),
        t.gettext("Revenue"),
        t.gettext("LTV by revenue"),
        t.gettext("Cost per buyer"),
        t.gettext("LTV by margin"),
        t.gettext("Margin ÷ cost"),
    ]
    rows = [
        [
            source or t.gettext("unknown"),
            t.integer(item.customers),
            t.integer(item.buyers),
            figures.percent(item.repeat_rate),
            figures.money(item.revenue),
            figures.money(item.ltv_revenue),
            figures.money(item.cost_per_buyer),
            figures.money(item.ltv_margin),
            figures.decimal(item.payback_ratio),
        ]
        for source, item in sources
    ]
    caption = t.gettext("By the source that customers came from")
    return join([_scrolled(table(heads, rows, caption=caption), caption), reasons_of(figures)])


def messages_table(
    ask: Ask, groups: Sequence[tuple[str | None, MessageKpis]], head: str, caption: str
) -> Html:
    """Write how messages were answered, and what followed.

    Args:
        ask: The request.
        groups: Measures by name; None for messages that name none.
        head: What the groups are.
        caption: What the table shows.
    """
    t, figures = ask.t, figures_of(ask)
    heads = [
        head,
        t.gettext("Sent"),
        t.gettext("Delivered"),
        t.gettext("Opened"),
        t.gettext("Clicked"),
        t.gettext("Orders"),
        t.gettext("Revenue"),
        t.gettext("Revenue per message"),
        t.gettext("Cost"),
        t.gettext("Cost per order"),
    ]
    rows = [
        [
            name or t.gettext("none named"),
            t.integer(item.sent),
            figures.number(item.delivered),
            figures.percent(item.open_rate),
            figures.percent(item.click_rate),
            figures.number(item.orders),
            figures.money(item.revenue),
            figures.money(item.revenue_per_message),
            figures.money(item.cost),
            figures.money(item.cost_per_order),
        ]
        for name, item in groups
    ]
    return join([_scrolled(table(heads, rows, caption=caption), caption), reasons_of(figures)])


def _scrolled(content: Html, label: str) -> Html:
    return el("div", content, class_="scroll", tabindex="0", role="region", aria_label=label)
