"""The overview: the base in numbers, what to do now, what changed; read in half a minute."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.http import HttpResponseBase

from kogorta.charts import MonthAxis, Series, columns, spark
from kogorta.look.html import Html, el, join, paragraph, table, two_sizes
from kogorta.metrics import Missing
from kogorta.readings import Listed, Move, Reading
from kogorta.report.findings import finished_months
from kogorta.report.measures import Told, told
from kogorta.report.model import Absent, Month, Slipping
from kogorta.report.view import View
from kogorta_server.accounts.rights import Right
from kogorta_server.segments.schemes import week_before
from kogorta_server.segments.steps import steps
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.page import is_there, page
from kogorta_server.ui.parts.cards import card, change_mark, to_people
from kogorta_server.ui.parts.flows import moved_link, scene_of
from kogorta_server.ui.parts.health import findings, staleness
from kogorta_server.ui.parts.sections import view_of
from kogorta_server.ui.parts.segments import chip, size_bars
from kogorta_server.ui.parts.steps import items_of, step_list
from kogorta_server.ui.shell import respond

_YEAR_MONTHS = 12
_MOST_MOVES = 6
_MOST_GROWN = 4
_SPARK = (120.0, 28.0)
_CHART = (600.0, 316.0)
_BARS = 420.0


@page("", right=Right.SEE)
def overview(ask: Ask) -> HttpResponseBase:
    """Show the state of the base."""
    t, reading = ask.t, ask.reading
    title = t.pgettext("menu", "Overview")
    if reading is None:
        return respond(ask, title, staleness(ask), nothing_yet(ask), active="overview")
    view = view_of(ask, reading)
    body = [
        staleness(ask),
        _tiles(ask, view),
        el("div", _todo(ask, reading, view), _week(ask, reading), class_="halves wider"),
        el("div", _by_month(view), _where(ask, reading), class_="halves"),
        el("div", _kpis(ask, reading, view), _findings(view), class_="halves"),
    ]
    return respond(ask, title, *body, active="overview")


def nothing_yet(ask: Ask) -> Html:
    """Say what to do where nothing was refreshed yet."""
    t = ask.t
    lead = paragraph(t.gettext("There are no numbers yet: bring in orders, and refresh."))
    ways = [
        el("a", label, href=link(name), class_="button")
        for name, label, right in (
            ("uploads", t.pgettext("menu", "Import"), Right.IMPORT),
            ("jobs", t.pgettext("menu", "Jobs"), Right.SEE),
        )
        if is_there(name) and ask.may(right)
    ]
    return el("div", lead, el("p", *ways, class_="buttons") if ways else Html(""), class_="empty")


# --- the base in numbers ---------------------------------------------------------------------------


def _tiles(ask: Ask, view: View) -> Html:
    return el("dl", *_people_tiles(ask, view), *_month_tiles(view), *_measure_tiles(view), class_="tiles")


def _tile(name: str, value: str, *notes: str) -> Html:
    return el(
        "div", el("dt", name), el("dd", value, class_="value"), *[el("dd", note) for note in notes if note]
    )


def _people_tiles(ask: Ask, view: View) -> list[Html]:
    t, base = ask.t, view.data.base
    everyone = to_people(ask, t.integer(base.customers))
    buyers = (
        t.gettext("{share} with orders", share=t.share(base.buyers, base.customers)) if base.customers else ""
    )
    return [_tile(t.gettext("Customers"), everyone, buyers)]


def _month_tiles(view: View) -> list[Html]:
    """Write what the last finished month brought, and how that changed within a year."""
    t, months = view.t, finished_months(view)
    if not months:
        return []
    last = t.month(months[-1].month, short=True)
    return [
        _tile(
            t.gettext("Bought in {month}", month=last),
            t.integer(months[-1].active),
            *_against_year(view, months, lambda month: month.active),
        ),
        _tile(
            t.gettext("Revenue in {month}", month=last),
            view.short_money(months[-1].revenue),
            *_against_year(view, months, lambda month: month.revenue),
        ),
    ]


def _against_year(view: View, months: list[Month], value: Callable[[Month], int]) -> list[Html]:
    t = view.t
    notes = []
    earlier = months[-1 - _YEAR_MONTHS :][:1] if len(months) > _YEAR_MONTHS else []
    if earlier and value(earlier[0]) > 0:
        change = value(months[-1]) / value(earlier[0]) - 1
        mark = change_mark(t.change(change), is_good=change > 0 if change else None)
        notes.append(join([mark, " ", t.gettext("in a year")]))
    return [*notes, _trend(t.gettext("By month, finished months only"), [value(month) for month in months])]


def _measure_tiles(view: View) -> list[Html]:
    t, slipping = view.t, view.data.slipping
    known = {item.field: item for item in told(view)}
    tiles = [
        _tile(known[field].name, known[field].value, known[field].before)
        for field in ("aov", "repeat_rate")
        if field in known
    ]
    if isinstance(slipping, Slipping) and slipping.at_stake:
        people = sum(total.customers for total in slipping.totals)
        note = t.gettext("{customers} at risk or lost", customers=t.customers(people))
        tiles.append(_tile(t.gettext("At stake"), view.short_money(slipping.at_stake), note))
    return tiles


def _trend(title: str, values: list[float] | list[int]) -> Html:
    return el("span", Html(spark(values, _SPARK, title)), class_="trend")


# --- what to do, what changed ----------------------------------------------------------------------


def _todo(ask: Ask, reading: Reading, view: View) -> Html:
    t = ask.t
    items = items_of(reading, view, steps(reading, view))
    body = step_list(ask, items) if items else paragraph(t.gettext("Nobody needs you today."), class_="empty")
    return card(t.gettext("What to do now"), body)


def _week(ask: Ask, reading: Reading) -> Html:
    """Write the greatest movements since the refresh of a week ago."""
    t = ask.t
    runs = reading.movements.runs("lifecycle")
    earlier = week_before(runs)
    if earlier is None:
        text = t.gettext("Movements appear with the second refresh.")
        return card(t.gettext("What changed"), paragraph(text, class_="empty"), _grown(ask, reading))
    scene = scene_of(ask, reading, "lifecycle")
    counts = reading.movements.between("lifecycle", earlier.run_id, runs[0].run_id)
    moves = sorted(((n, pair) for pair, n in counts.items() if pair[0] != pair[1]), key=lambda item: -item[0])
    items = []
    for people, (source, target) in moves[:_MOST_MOVES]:
        href = moved_link(ask, Move("lifecycle", source, target, earlier.run_id, runs[0].run_id))
        number = el("a" if href else "span", t.integer(people), href=href, class_="people")
        arrow = el("span", "→", class_="arrow")
        items.append(el("li", scene.chip(source), arrow, scene.chip(target), number))
    if not items:
        body: Html = paragraph(t.gettext("Nobody moved to another stage."), class_="empty")
    else:
        body = el("ul", *items, class_="moves")
    more = el("a", t.gettext("All movements"), href=link("movements"))
    title = t.gettext("What changed since {day}", day=ask.short_day(earlier.as_of))
    return card(title, body, _grown(ask, reading), more=more)


def _grown(ask: Ask, reading: Reading) -> Html:
    """Write which segments that people defined grew or shrank most within a week."""
    changed = [
        item
        for item in reading.segments.values()
        if item.is_own and item.before and item.before != item.people
    ]
    changed.sort(key=lambda item: -abs(_growth(item)))
    if not changed:
        return Html("")
    t = ask.t
    items = [
        el(
            "li",
            chip(ask, item),
            change_mark(t.change(_growth(item)), is_good=None),
            to_people(ask, t.integer(item.people), segment=item.id),
        )
        for item in changed[:_MOST_GROWN]
    ]
    return join([el("h3", t.gettext("Your segments, in a week")), el("ul", *items, class_="moves own")])


def _growth(item: Listed) -> float:
    return item.people / item.before - 1 if item.before else 0.0


# --- the months, the stages ------------------------------------------------------------------------


def _by_month(view: View) -> Html:
    t, months = view.t, view.data.months[-_YEAR_MONTHS - 1 :]
    title = t.gettext("Revenue by month")
    if not months:
        return card(title, paragraph(t.gettext("No month has an order yet."), class_="empty"))
    series = [
        Series(t.gettext("Repeat orders"), "loyal", [m.repeat_revenue for m in months]),
        Series(t.gettext("First orders"), "newcomers", [m.new_revenue for m in months]),
    ]
    if any(m.anonymous_revenue for m in months):
        series.append(
            Series(t.gettext("Orders without a customer"), "prospect", [m.anonymous_revenue for m in months])
        )
    axis = MonthAxis(
        [t.month(m.month, short=True) for m in months],
        view.short_money,
        _is_unfinished(view, months[-1].month),
    )
    width, height = _CHART
    picture = two_sizes(
        lambda w: columns(series, axis, (w, height if w == width else height * 0.7), title), wide=width
    )
    more = el("a", t.gettext("All measures by month"), href=link("cohorts_months"))
    return card(title, picture, more=more)


def _is_unfinished(view: View, month: date) -> bool:
    finished = finished_months(view)
    return not finished or finished[-1].month < month


def _where(ask: Ask, reading: Reading) -> Html:
    """Write how many stand at each stage of the lifecycle, each with its people."""
    t = ask.t
    stages = [item for item in reading.segments.values() if item.scheme == "lifecycle"]
    more = el("a", t.pgettext("menu", "Schemes"), href=link("schemes"))
    title = t.gettext("Where customers stand")
    if not stages:
        return card(title, paragraph(t.gettext("Nobody has ordered yet."), class_="empty"), more=more)
    return card(title, size_bars(ask, stages, title, _BARS), more=more)


# --- measures, findings ----------------------------------------------------------------------------


def _kpis(ask: Ask, reading: Reading, view: View) -> Html:
    t, kpis = ask.t, view.data.kpis
    title = t.gettext("Repeat business")
    if isinstance(kpis, Absent):
        return card(title, view.empty(kpis))
    heads = [t.gettext("Measure"), t.gettext("Now"), t.gettext("In 90 days"), t.gettext("By month")]
    rows = [_kpi_row(view, reading, item) for item in told(view)]
    return card(title, table(heads, rows, caption=title), class_="kpis")


def _kpi_row(view: View, reading: Reading, item: Told) -> list[str]:
    name = el("span", item.name, title=item.meaning)
    values = [getattr(month, item.field) for month in reading.figures.months if month.is_over]
    known = [value for value in values if not isinstance(value, Missing)]
    trend = _trend(f"{item.name}: {view.t.gettext('By month, finished months only')}", known)
    return [name, el("strong", item.value), item.before or "—", trend]


def _findings(view: View) -> Html:
    return card(view.t.gettext("What to mend"), findings(view))
