"""The masthead and the series by month."""

from __future__ import annotations

from collections.abc import Callable

from kogorta.charts import MonthAxis, Series, columns, lines, spark
from kogorta.look.html import NARROW, Html, el, paragraph, two_sizes
from kogorta.report.findings import finished_months
from kogorta.report.model import Month
from kogorta.report.view import View


def masthead(view: View) -> Html:
    """Write the title, the instants and the size of the base."""
    t, clock = view.t, view.data.clock
    facts = [t.gettext("as of {instant}", instant=view.as_of())]
    if clock.known_at is not None:
        known = t.instant(clock.known_at, clock.timezone)
        facts.append(t.gettext("looking at what was known by {instant}", instant=known))
    if clock.frame_at is not None and clock.frame_at != clock.as_of:
        frame = t.instant(clock.frame_at, clock.timezone)
        facts.append(t.gettext("thresholds computed {instant}", instant=frame))
    return el(
        "header",
        paragraph(t.gettext("Customer base report"), class_="eyebrow"),
        el("h1", view.data.title),
        paragraph(" · ".join(facts), class_="facts"),
        _size(view),
        class_="masthead",
    )


def _size(view: View) -> Html:
    t = view.t
    base = view.data.base
    pairs = [
        *_people(view),
        (t.gettext("Orders, all history"), t.integer(base.orders), _trend(view, lambda month: month.orders)),
        (
            t.gettext("Revenue, all history"),
            view.short_money(base.revenue),
            _trend(view, lambda month: month.revenue),
        ),
        (t.gettext("History"), _span(view), t.days(base.history_days) if base.history_days else ""),
    ]
    return el("dl", *[_fact(*pair) for pair in pairs], class_=f"size of-{len(pairs)}")


def _people(view: View) -> list[tuple[str, str, str]]:
    """Count the customers; those without orders only where there are any."""
    t, base = view.t, view.data.base
    everyone = (t.gettext("Customers"), t.integer(base.customers))
    if base.customers and not base.prospects:
        return [(*everyone, t.gettext("all with orders"))]
    return [
        (*everyone, ""),
        (t.gettext("With orders"), t.integer(base.buyers), t.share(base.buyers, base.customers)),
        (t.gettext("Without orders"), t.integer(base.prospects), t.share(base.prospects, base.customers)),
    ]


def _trend(view: View, value: Callable[[Month], int]) -> Html:
    """Draw the direction of the finished months."""
    values = [value(month) for month in finished_months(view)]
    picture = spark(values, (112, 26), view.t.gettext("By month, finished months only"))
    return el("span", Html(picture), class_="trend")


def _span(view: View) -> str:
    start, end = view.data.base.history_start, view.data.base.history_end
    if start is None or end is None:
        return "—"
    return f"{view.t.month(start, short=True)} – {view.t.month(end, short=True)}"


def _fact(name: str, value: str, note: str) -> Html:
    return el("div", el("dt", name), el("dd", value, " ", el("small", note) if note else ""))


def by_month(view: View) -> Html:
    """Write the section of monthly series: revenue, new against repeat, and active customers."""
    t, months = view.t, view.data.months
    title = t.gettext("Month by month")
    if not months:
        return view.section(
            "months", title, "", paragraph(t.gettext("No month has an order yet."), class_="empty")
        )
    unfinished = len(finished_months(view)) < len(months)
    lead = t.gettext("The last month is not over and is drawn lighter.") if unfinished else ""
    labels = [t.month(month.month, short=True) for month in months]
    money = MonthAxis(labels, view.short_money, unfinished)
    revenue = [
        Series(t.gettext("Repeat orders"), "loyal", [m.repeat_revenue for m in months]),
        Series(t.gettext("First orders"), "newcomers", [m.new_revenue for m in months]),
    ]
    if any(m.anonymous_revenue for m in months):
        nobody = [m.anonymous_revenue for m in months]
        revenue.append(Series(t.gettext("Orders without a customer"), "prospect", nobody))
    people = MonthAxis(labels, t.compact, unfinished)
    active = [Series(t.gettext("Customers with an order"), "potential", [m.active for m in months])]
    orders = Series(t.gettext("Orders"), "sleeping", [m.orders for m in months])
    first, second = t.gettext("Revenue by month"), t.gettext("Customers and orders by month")
    return view.section(
        "months",
        title,
        lead,
        el("h3", first),
        two_sizes(lambda width: columns(revenue, money, (width, _height(width)), first, lead)),
        el("h3", second),
        two_sizes(lambda width: lines([*active, orders], people, (width, _height(width)), second, lead)),
    )


def _height(width: float) -> float:
    return 250.0 if width > NARROW else 200.0
