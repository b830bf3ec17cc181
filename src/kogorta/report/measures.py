"""Measures of repeat business, each with its past and its meaning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from kogorta.look.html import Html, el, join, paragraph, remedy
from kogorta.report.model import Absent, Kpis, Measure
from kogorta.report.view import View

_YEAR = timedelta(days=365)
_COLUMNS = 4


@dataclass(frozen=True, slots=True)
class _Shown:
    """How one measure is shown.

    Attributes:
        name: What it is called.
        meaning: What it is, in one line.
        write: How its value is written.
        more_is_better: Whether more is good news; None: neither.
        is_ratio: Whether its change is told in percentage points.
        spans_history: Whether a change may only mean that history grew: it looks at all of it, or at first
            orders within it.
    """

    name: str
    meaning: str
    write: Callable[[float], str]
    more_is_better: bool | None = True
    is_ratio: bool = False
    spans_history: bool = False


def measures(view: View) -> Html:
    """Write the section of measures: what is known, then what is not and what would bring it."""
    t, kpis = view.t, view.data.kpis
    title = t.gettext("Repeat business")
    if isinstance(kpis, Absent):
        return view.section("measures", title, "", view.empty(kpis))
    pairs = list(zip(_shown(view), _values(kpis), strict=True))
    cards = [_Card(*_known(view, shown, measure)) for shown, measure in pairs if not _is_absent(measure)]
    cards += [_Card(*card) for card in _unknown(view, pairs)]
    return view.section("measures", title, _lead(view, kpis), _grid(cards))


@dataclass(frozen=True, slots=True)
class _Card:
    """One measure, or several that are missing for one reason."""

    name: str
    body: Html


@dataclass(frozen=True, slots=True)
class Told:
    """One measure in words.

    Attributes:
        field: Its name in `Kpis`.
        name, meaning: What it is called, and what it is.
        value: As it is written.
        before: How it changed; empty where that is unknown.
    """

    field: str
    name: str
    meaning: str
    value: str
    before: Html


def told(view: View) -> list[Told]:
    """Return the measures that are known, in words."""
    kpis = view.data.kpis
    if isinstance(kpis, Absent):
        return []
    found = []
    for field, shown in zip(_FIELDS, _shown(view), strict=True):
        measure: Measure = getattr(kpis, field)
        if not isinstance(measure.value, Absent):
            before = _before(view, shown, measure.value, measure.previous)
            found.append(Told(field, shown.name, shown.meaning, shown.write(measure.value), before))
    return found


def _lead(view: View, kpis: Kpis) -> str:
    if kpis.previous_as_of is None:
        return ""
    t = view.t
    before = t.instant(kpis.previous_as_of, view.data.clock.timezone)
    lead = t.gettext("In small type: the same measure 90 days earlier, as of {instant}.", instant=before)
    then = _history_then(view, kpis)
    if then is None or then >= _YEAR:
        return lead
    return (
        lead
        + " "
        + t.gettext(
            "History was only {days} long then, so part of the changes comes from that alone.",
            days=t.days(then.days),
        )
    )


def _history_then(view: View, kpis: Kpis) -> timedelta | None:
    """Return how long history was at the earlier instant."""
    start, before = view.data.base.history_start, kpis.previous_as_of
    if start is None or before is None:
        return None
    return before.astimezone(view.zone()).date() - start


def _grid(cards: list[_Card]) -> Html:
    """Set cards in four columns, or three where that fills the rows; the last card takes what is left."""
    columns = 3 if len(cards) % 3 == 0 else _COLUMNS
    left = -len(cards) % columns
    items = [
        el("div", el("h3", card.name), card.body, class_=f"measure span-{1 + left}" if is_last else "measure")
        for card, is_last in zip(cards, [*[False] * (len(cards) - 1), bool(left)], strict=True)
    ]
    return el("div", *items, class_=f"measures in-{columns}")


_FIELDS = (
    "repeat_rate",
    "repeat_revenue_share",
    "interval_median_days",
    "interval_mean_days",
    "aov",
    "aov_loyal",
    "ltv_revenue",
    "ltv_margin",
    "margin_per_customer",
)
"""Measures of `Kpis`, in the order in which they are shown."""


def _values(kpis: Kpis) -> tuple[Measure, ...]:
    return tuple(getattr(kpis, field) for field in _FIELDS)


def _shown(view: View) -> tuple[_Shown, ...]:
    return (*_shown_habits(view), *_shown_money(view))


def _shown_habits(view: View) -> tuple[_Shown, ...]:
    t = view.t
    return (
        _Shown(
            t.gettext("Repeat rate"),
            t.gettext("Share of buyers with two or more orders, all history"),
            _percent(view),
            is_ratio=True,
            spans_history=True,
        ),
        _Shown(
            t.gettext("Revenue from repeat orders"),
            t.gettext("Share of the revenue of known customers, last 365 days"),
            _percent(view),
            is_ratio=True,
            spans_history=True,
        ),
        _Shown(
            t.gettext("Interval, median"),
            t.gettext("Half of repeat purchases come within this time, all history"),
            t.days,
            more_is_better=False,
            spans_history=True,
        ),
        _Shown(
            t.gettext("Interval, mean"),
            t.gettext("Mean time between neighbouring purchases of a customer, all history"),
            t.days,
            more_is_better=False,
            spans_history=True,
        ),
    )


def _percent(view: View) -> Callable[[float], str]:
    """Write shares with the decimal that their changes have."""
    return lambda ratio: view.t.percent(ratio, 1)


def _shown_money(view: View) -> tuple[_Shown, ...]:
    t = view.t
    return (
        _Shown(t.gettext("Average order, AOV"), t.gettext("Revenue per order, last 365 days"), view.money),
        _Shown(
            t.gettext("Average order of the loyal"),
            t.gettext("Revenue per order of champions and loyal customers, last 365 days"),
            view.money,
        ),
        _Shown(
            t.gettext("LTV by revenue"),
            t.gettext("Revenue to date per buyer, all history; it grows with history and is no forecast"),
            view.money,
            more_is_better=None,
        ),
        _Shown(
            t.gettext("LTV by margin"),
            t.gettext("Margin to date per buyer minus the cost of acquisition, all history"),
            view.money,
            more_is_better=None,
        ),
        _Shown(
            t.gettext("Margin per customer"),
            t.gettext("Margin per customer who ordered, last 365 days"),
            view.money,
        ),
    )


def _is_absent(measure: Measure) -> bool:
    return isinstance(measure.value, Absent)


def _known(view: View, shown: _Shown, measure: Measure) -> tuple[str, Html]:
    assert not isinstance(measure.value, Absent)
    value = paragraph(shown.write(measure.value), class_="value")
    before = _before(view, shown, measure.value, measure.previous)
    return shown.name, join([value, before, paragraph(shown.meaning, class_="why")])


def _unknown(view: View, pairs: list[tuple[_Shown, Measure]]) -> list[tuple[str, Html]]:
    """Gather the missing measures by what is missing, lest the same be said twice."""
    names: dict[str, list[str]] = {}
    said: dict[str, Html] = {}
    for shown, measure in pairs:
        if isinstance(measure.value, Absent):
            body = _why(view, measure.value)
            names.setdefault(body, []).append(shown.name)
            said[body] = body
    return [(" · ".join(names[body]), said[body]) for body in names]


def _why(view: View, absent: Absent) -> Html:
    t = view.t
    parts = [paragraph("—", class_="value none"), paragraph(t.say(absent.reason), class_="why")]
    parts += [remedy(t.say(absent.remedy))] if absent.remedy else []
    return join(parts)


def _before(view: View, shown: _Shown, now: float, previous: float | None) -> Html:
    if previous is None:
        return Html("")
    if shown.write(now) == shown.write(previous):
        return paragraph(el("span", view.t.gettext("no change"), class_="change same"), class_="before")
    if shown.is_ratio:
        change = view.t.points(float(_seen(now) - _seen(previous)) / 100)
    else:
        change = view.t.change(now / previous - 1) if previous else "—"
    mark = el("span", change, class_=f"change {_better(view, shown, now, previous)}")
    return paragraph(mark, " ", view.t.gettext("was {value}", value=shown.write(previous)), class_="before")


def _seen(ratio: float) -> Decimal:
    """Return percents as they are written, lest two values and their difference not add up."""
    return Decimal(str(ratio * 100)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _better(view: View, shown: _Shown, now: float, previous: float) -> str:
    """Judge a change; one of all history is not judged until there was a year of it to compare with."""
    kpis = view.data.kpis
    then = _history_then(view, kpis) if isinstance(kpis, Kpis) else None
    is_young = then is None or then < _YEAR
    if now == previous or shown.more_is_better is None or (is_young and shown.spans_history):
        return "same"
    return "good" if (now > previous) is shown.more_is_better else "bad"
