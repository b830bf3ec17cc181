"""The masthead and the measures of repeat business."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kogorta.charts import MonthAxis, Series, columns, lines, spark
from kogorta.report.findings import finished_months
from kogorta.report.html import NARROW, Html, el, paragraph, two_sizes
from kogorta.report.model import Absent, Kpis, Measure, Month
from kogorta.report.view import View


def masthead(view: View) -> Html:
    """Write the title, the instants and the size of the base."""
    t, clock = view.t, view.data.clock
    facts = [t.gettext("as of {instant}", instant=view.as_of())]
    if clock.known_at is not None:
        known = t.instant(clock.known_at, clock.timezone)
        facts.append(t.gettext("looking at what was known by {instant}", instant=known))
    if clock.frame_at is not None:
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
    t, base = view.t, view.data.base
    pairs = [
        (t.gettext("Customers"), t.integer(base.customers), ""),
        (t.gettext("With orders"), t.integer(base.buyers), t.share(base.buyers, base.customers)),
        (t.gettext("Without orders"), t.integer(base.prospects), t.share(base.prospects, base.customers)),
        (t.gettext("Orders, all history"), t.integer(base.orders), _trend(view, lambda month: month.orders)),
        (
            t.gettext("Revenue, all history"),
            view.short_money(base.revenue),
            _trend(view, lambda month: month.revenue),
        ),
        (t.gettext("History"), _span(view), t.days(base.history_days) if base.history_days else ""),
    ]
    return el("dl", *[_fact(*pair) for pair in pairs], class_="size")


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


@dataclass(frozen=True, slots=True)
class _Shown:
    """How one measure is shown: name, definition, writer, and whether more is better (None: neither)."""

    name: str
    meaning: str
    write: Callable[[float], str]
    more_is_better: bool | None = True
    is_ratio: bool = False


def measures(view: View) -> Html:
    """Write the section of measures."""
    t, kpis = view.t, view.data.kpis
    title = t.gettext("Repeat business")
    if isinstance(kpis, Absent):
        return view.section("measures", title, "", view.empty(kpis))
    lead = ""
    if kpis.previous_as_of is not None:
        before = t.instant(kpis.previous_as_of, view.data.clock.timezone)
        lead = t.gettext(
            "Small figures below: the same measure 90 days earlier, as of {instant}.", instant=before
        )
    cards = [
        _measure(view, shown, measure) for shown, measure in zip(_shown(view), _values(kpis), strict=True)
    ]
    return view.section("measures", title, lead, el("div", *cards, class_="measures"))


def _values(kpis: Kpis) -> tuple[Measure, ...]:
    return (
        kpis.repeat_rate,
        kpis.repeat_revenue_share,
        kpis.interval_median_days,
        kpis.interval_mean_days,
        kpis.aov,
        kpis.aov_loyal,
        kpis.ltv_revenue,
        kpis.ltv_margin,
        kpis.margin_per_customer,
    )


def _shown(view: View) -> tuple[_Shown, ...]:
    return (*_shown_habits(view), *_shown_money(view))


def _shown_habits(view: View) -> tuple[_Shown, ...]:
    t = view.t
    return (
        _Shown(
            t.gettext("Repeat rate"),
            t.gettext("Share of buyers with two or more orders, all history"),
            t.percent,
            is_ratio=True,
        ),
        _Shown(
            t.gettext("Revenue from repeat orders"),
            t.gettext("Share of the revenue of known customers, last 365 days"),
            t.percent,
            is_ratio=True,
        ),
        _Shown(
            t.gettext("Interval, median"),
            t.gettext("Half of repeat orders come sooner after the previous one, all history"),
            t.days,
            more_is_better=False,
        ),
        _Shown(
            t.gettext("Interval, mean"),
            t.gettext("Mean gap between neighbouring order days, all history"),
            t.days,
            more_is_better=False,
        ),
    )


def _shown_money(view: View) -> tuple[_Shown, ...]:
    t = view.t
    return (
        _Shown(t.gettext("Average order, AOV"), t.gettext("Revenue per order, last 365 days"), view.money),
        _Shown(
            t.gettext("Average order of the loyal"),
            t.gettext("Revenue per order of champions and loyal customers, last 365 days"),
            view.money,
        ),
        _Shown(t.gettext("LTV by revenue"), t.gettext("Revenue to date per buyer, all history"), view.money),
        _Shown(
            t.gettext("LTV by margin"),
            t.gettext("Margin to date per buyer minus the cost of acquisition, all history"),
            view.money,
        ),
        _Shown(
            t.gettext("Margin per customer"),
            t.gettext("Margin per customer who ordered, last 365 days"),
            view.money,
        ),
    )


def _measure(view: View, shown: _Shown, measure: Measure) -> Html:
    name = el("h3", shown.name)
    if isinstance(measure.value, Absent):
        remedy = measure.value.remedy
        why = [paragraph(view.t.say(measure.value.reason), class_="why")]
        why += [paragraph(view.t.say(remedy), class_="remedy")] if remedy else []
        return el("div", name, paragraph("—", class_="value none"), *why, class_="measure")
    value = paragraph(shown.write(measure.value), class_="value")
    before = _before(view, shown, measure.value, measure.previous)
    return el("div", name, value, before, paragraph(shown.meaning, class_="why"), class_="measure")


def _before(view: View, shown: _Shown, now: float, previous: float | None) -> Html:
    if previous is None:
        return Html("")
    if shown.is_ratio:
        change = view.t.points(now - previous)
    else:
        change = view.t.change(now / previous - 1) if previous else "—"
    better = _better(shown, now, previous)
    mark = el("span", change, class_=f"change {better}")
    return paragraph(mark, " ", view.t.gettext("was {value}", value=shown.write(previous)), class_="before")


def _better(shown: _Shown, now: float, previous: float) -> str:
    if now == previous or shown.more_is_better is None:
        return "same"
    return "good" if (now > previous) is shown.more_is_better else "bad"


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
