"""Printing measures of the base and of segments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.markup import escape

from kogorta.cli.figures import Figures, heading, print_asking
from kogorta.cli.output import out, table
from kogorta.cli.speak import t
from kogorta.metrics import Missing, Value
from kogorta.metrics.campaigns import MessageKpis
from kogorta.metrics.measured import (
    MessageReport,
    MessagesBy,
    SegmentCohorts,
    SegmentKpis,
    SourceReport,
)
from kogorta.metrics.model import Cohort, Kpis
from kogorta.metrics.monthly import MonthKpis
from kogorta.report.figures import why

SHOWN_COHORT_MONTHS = 13


def print_answer(workspace: Any, found: SegmentKpis | MessageReport | SourceReport) -> None:
    """Show measures as people read them."""
    figures = Figures(workspace.config.workspace.currency)
    title = heading(workspace, found.asking.segments)
    if isinstance(found, SegmentKpis):
        _print_now(figures, title, found)
        _print_months(figures, found)
    elif isinstance(found, SourceReport):
        _print_sources(figures, title, found)
    else:
        _print_messages(figures, title, found)
    figures.print_reasons()
    print_asking(workspace, found.asking)


# --- as of now ------------------------------------------------------------------------------------


def _print_now(figures: Figures, title: str, found: SegmentKpis) -> None:
    own, base = _now(figures, found.now), _now(figures, found.base)
    is_base = not found.asking.segments
    rows = [[name, *values, *(base[name] if not is_base else ())] for name, values in own.items()]
    history, year = t.gettext("All history"), t.gettext("365 days")
    headers = [t.gettext("Measure"), history, year]
    if not is_base:
        headers += [t.gettext("Base: all history"), t.gettext("Base: 365 days")]
    table(title, headers, rows, right=range(1, len(headers)))


def _now(figures: Figures, kpis: Kpis) -> dict[str, list[str]]:
    """Return each measure of all history and of the last year; what is told of one of them only leaves the other empty."""
    percent, days, money = figures.percent, figures.days, figures.money
    return {
        t.gettext("Repeat rate"): [percent(kpis.repeat_rate), percent(kpis.repeat_rate_year)],
        t.gettext("Revenue from repeat orders"): [
            percent(kpis.repeat_revenue_share),
            percent(kpis.repeat_revenue_share_year),
        ],
        t.gettext("Interval, median"): [
            days(kpis.interval_median_days),
            days(kpis.interval_median_days_year),
        ],
        t.gettext("Interval, mean"): [days(kpis.interval_mean_days), days(kpis.interval_mean_days_year)],
        t.gettext("Orders per buyer"): [
            figures.decimal(kpis.orders_per_customer),
            figures.decimal(kpis.orders_per_customer_year),
        ],
        t.gettext("Average order, AOV"): [money(kpis.aov), money(kpis.aov_year)],
        t.gettext("Average order of the loyal"): ["", money(kpis.aov_loyal_year)],
        t.gettext("LTV by revenue"): [money(kpis.ltv_revenue), ""],
        t.gettext("LTV by margin"): [money(kpis.ltv_margin), ""],
        t.gettext("Margin per customer"): ["", money(kpis.margin_per_customer_year)],
    }


# --- by month -------------------------------------------------------------------------------------


def _print_months(figures: Figures, found: SegmentKpis) -> None:
    if not found.months:
        out.print(t.gettext("The base has only totals per customer, so there is nothing to tell of months."))
        return
    _print_orders(figures, found.months)
    _print_money(figures, found.months)
    _print_to_date(figures, found.months)
    _print_monthly_messages(figures, found.months)
    if not found.months[-1].is_over:
        out.print(t.gettext("The last month is not over yet."))
    if found.asking.segments:
        out.print(
            t.gettext(
                "Each month is that of those who were members when it ended, by the definition as it is now."
            )
            if found.is_then
            else t.gettext(
                "All months are those of who is a member now. --then takes those who were members at the end of each."
            )
        )


def _print_orders(figures: Figures, months: Sequence[MonthKpis]) -> None:
    rows = [
        [
            t.month(item.month, short=True),
            t.integer(item.customers),
            t.integer(item.active),
            t.integer(item.new_customers),
            t.integer(item.orders),
            figures.decimal(item.orders_per_customer),
            figures.percent(item.returning_rate),
            f"{figures.days(item.interval_median_days)} · {figures.days(item.interval_mean_days)}",
        ]
        for item in months
    ]
    headers = [
        t.gettext("Month"),
        t.gettext("Customers"),
        t.gettext("Ordered"),
        t.pgettext("customers", "New"),
        t.gettext("Orders"),
        t.gettext("Each"),
        t.gettext("Returning"),
        t.gettext("Interval: median · mean"),
    ]
    table("\n" + t.gettext("Orders by month"), headers, rows, right=range(1, len(headers)))


def _print_money(figures: Figures, months: Sequence[MonthKpis]) -> None:
    rows = [
        [
            t.month(item.month, short=True),
            figures.money(item.revenue),
            figures.percent(item.repeat_revenue_share),
            figures.money(item.aov),
            figures.money(item.aov_loyal),
            figures.money(item.margin_per_customer),
        ]
        for item in months
    ]
    headers = [
        t.gettext("Month"),
        t.gettext("Revenue"),
        t.gettext("From repeats"),
        t.gettext("Average order"),
        t.gettext("Of the loyal"),
        t.gettext("Margin per customer"),
    ]
    table("\n" + t.gettext("Money by month"), headers, rows, right=range(1, len(headers)))


def _print_to_date(figures: Figures, months: Sequence[MonthKpis]) -> None:
    rows = [
        [
            t.month(item.month, short=True),
            figures.percent(item.repeat_rate),
            figures.money(item.ltv_revenue),
            figures.money(item.ltv_margin),
        ]
        for item in months
    ]
    headers = [
        t.gettext("Month"),
        t.gettext("Repeat rate"),
        t.gettext("LTV by revenue"),
        t.gettext("LTV by margin"),
    ]
    title = t.gettext("All history up to the end of the month")
    table("\n" + title, headers, rows, right=range(1, len(headers)))


def _print_monthly_messages(figures: Figures, months: Sequence[MonthKpis]) -> None:
    sent = [(item, item.messages) for item in months if not isinstance(item.messages, Missing)]
    if not sent:
        return
    rows = [
        _Mailed(t.month(item.month, short=True), messages, item.cost_per_repeat_order)
        for item, messages in sent
    ]
    titles = _Titles("\n" + t.gettext("Messages by month"), t.gettext("Month"), t.gettext("Per repeat order"))
    _print_mailed(figures, titles, rows)


# --- messages -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Mailed:
    """Messages of one row: how it is called, their measures, and what an order cost."""

    name: str
    kpis: MessageKpis
    cost_per_order: Value


@dataclass(frozen=True)
class _Titles:
    """How tables of messages, their first columns and the cost of an order are called."""

    table: str
    first: str
    cost_per_order: str


def _print_messages(figures: Figures, title: str, found: MessageReport) -> None:
    if isinstance(found.groups, Missing):
        out.print(t.gettext("There are no messages: {reason}.", reason=why(t, found.groups)))
        return
    first = t.gettext("Channel") if found.by is MessagesBy.CHANNEL else t.gettext("Campaign")
    title = t.gettext("{segment}: messages since {day}", segment=title, day=t.date(found.since))
    rows = [
        _Mailed(escape(name or t.gettext("not named")), kpis, kpis.cost_per_order)
        for name, kpis in found.groups.items()
    ]
    _print_mailed(figures, _Titles(title, first, t.gettext("Per order")), rows)


def _print_mailed(figures: Figures, titles: _Titles, rows: Sequence[_Mailed]) -> None:
    """Show how messages were answered, which orders followed, and what they cost."""
    answers = {
        t.gettext("Sent"): [t.integer(row.kpis.sent) for row in rows],
        t.gettext("Delivered"): [figures.number(row.kpis.delivered) for row in rows],
        t.gettext("Opened"): [figures.percent(row.kpis.open_rate) for row in rows],
        t.gettext("By machines"): [figures.number(row.kpis.machine_opened) for row in rows],
        t.gettext("Clicked"): [figures.percent(row.kpis.click_rate) for row in rows],
    }
    followed = {
        t.gettext("Led to orders"): [figures.percent(row.kpis.conversion_rate) for row in rows],
        t.gettext("Orders"): [figures.number(row.kpis.orders) for row in rows],
        t.gettext("Revenue"): [figures.money(row.kpis.revenue) for row in rows],
        t.gettext("Per message"): [figures.money(row.kpis.revenue_per_message) for row in rows],
        t.gettext("Per recipient"): [figures.money(row.kpis.revenue_per_recipient) for row in rows],
    }
    costs = {
        t.gettext("Cost"): [figures.money(row.kpis.cost) for row in rows],
        t.gettext("Of the silent"): [figures.money(row.kpis.cost_of_silent) for row in rows],
        t.gettext("Per contact"): [figures.money(row.kpis.cost_per_message) for row in rows],
        titles.cost_per_order: [figures.money(row.cost_per_order) for row in rows],
    }
    names = {titles.first: [row.name for row in rows]}
    parts = (
        (titles.table, answers),
        ("\n" + t.gettext("Orders that followed"), followed),
        ("\n" + t.gettext("What they cost"), costs),
    )
    for title, columns in parts:
        cells = {**names, **columns}
        table(title, list(cells), list(zip(*cells.values(), strict=True)), right=range(1, len(cells)))
    _print_ascribing()


def _print_ascribing() -> None:
    out.print(
        t.gettext(
            "Opened: by people; openings by machines stand apart. An order is ascribed to the message that its customer opened or "
            "clicked last within the 7 days before it. It came after the message; that it came of it only a control group can prove."
        )
    )
    out.print(
        t.gettext(
            "Of the silent: what messages to those cost who had got at least 3 in the 90 days before and opened and clicked nothing. "
            "So much is saved by not writing to them."
        )
    )


# --- sources --------------------------------------------------------------------------------------


def _print_sources(figures: Figures, title: str, found: SourceReport) -> None:
    rows = [
        [
            escape(name or t.gettext("unknown")),
            t.integer(item.customers),
            t.integer(item.buyers),
            figures.money(item.spend),
            figures.money(item.cost),
            figures.money(item.cost_per_buyer),
            figures.money(item.ltv_margin),
            figures.decimal(item.payback_ratio),
        ]
        for name, item in found.sources.items()
    ]
    headers = [
        t.gettext("Source"),
        t.gettext("Customers"),
        t.gettext("Buyers"),
        t.gettext("Ad spend"),
        t.gettext("Acquisition"),
        t.gettext("Per buyer"),
        t.gettext("LTV by margin"),
        t.gettext("Payback"),
    ]
    table(t.gettext("{segment}: by source", segment=title), headers, rows, right=range(1, len(headers)))
    out.print(
        t.gettext(
            "Acquisition: what these customers cost, each his own cost or else his part of the ad spend. "
            "Payback: margin so far ÷ that; from 1 on it has paid back."
        )
    )


# --- cohorts --------------------------------------------------------------------------------------


def print_cohorts(workspace: Any, found: SegmentCohorts) -> None:
    """Show the share of each cohort that ordered in the months after its first order."""
    if isinstance(found.cohorts, Missing):
        out.print(t.gettext("There are no cohorts: {reason}.", reason=why(t, found.cohorts)))
        return
    figures = Figures(workspace.config.workspace.currency)
    width = min(SHOWN_COHORT_MONTHS, max(len(item.active) for item in found.cohorts))
    rows = [_cohort(figures, item, width) for item in found.cohorts]
    headers = [
        t.gettext("First order"),
        t.gettext("Customers"),
        t.gettext("LTV by revenue"),
        *(str(number) for number in range(1, width)),
    ]
    title = t.gettext(
        "{segment}: cohorts by month of the first order", segment=heading(workspace, found.asking.segments)
    )
    table(title, headers, rows, right=range(1, len(headers)))
    out.print(
        t.gettext(
            "Under 1, 2, … stands the share of them that ordered in that month after the one of the first order."
        )
    )
    print_asking(workspace, found.asking)


def _cohort(figures: Figures, item: Cohort, width: int) -> list[str]:
    shares = [t.percent(active / item.customers, 0) for active in item.active[1:width]]
    return [
        t.month(item.month, short=True),
        t.integer(item.customers),
        figures.money(item.revenue / item.customers),
        *shares,
        *[""] * (width - 1 - len(shares)),
    ]
