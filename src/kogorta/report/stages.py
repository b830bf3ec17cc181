"""The lifecycle: stages, how many come back from each, movements between instants."""

from __future__ import annotations

from dataclasses import replace

from kogorta.charts import Bar, Column, Flow, Node, bars, sankey
from kogorta.definitions.names import schemes
from kogorta.i18n import NBSP
from kogorta.report.html import NARROW, Html, el, join, paragraph, table, two_sizes
from kogorta.report.model import NOT_YET, Absent, Lifecycle, ReturnRate, SegmentSize, Transitions
from kogorta.report.segments import share_picture
from kogorta.report.view import View
from kogorta.vocab import LifecycleReason

_TALL = 440.0


def lifecycle_section(view: View) -> Html:
    """Write the section of the lifecycle."""
    t, lifecycle = view.t, view.data.lifecycle
    title = t.gettext("Lifecycle: where customers stand")
    if isinstance(lifecycle, Absent):
        return view.section("lifecycle", title, "", view.empty(lifecycle))
    warning = ""
    if lifecycle.is_provisional:
        text = t.gettext(
            "Provisional: history is shorter than 180 days, so “new” and “lost” are a first guess."
        )
        warning = paragraph(text, class_="warning")
    return view.section(
        "lifecycle",
        title,
        _rhythm(view, lifecycle),
        warning,
        share_picture(view, lifecycle.stages, t.gettext("Shares of the stages")),
        _table(view, lifecycle),
        _returns(view, lifecycle),
        _quick(view, lifecycle),
    )


def _rhythm(view: View, lifecycle: Lifecycle) -> str:
    t = view.t
    if lifecycle.rhythm_days is None:
        return t.gettext("Nobody has ordered twice yet, so thresholds come from a rhythm of 30 days.")
    text = t.gettext("The usual interval between purchases: {rhythm}.", rhythm=t.days(lifecycle.rhythm_days))
    if lifecycle.at_risk_days is not None and lifecycle.lost_days is not None:
        text += " " + t.gettext(
            "The typical at-risk point is {at_risk} of silence, the lost point {lost}.",
            at_risk=t.days(lifecycle.at_risk_days),
            lost=t.days(lifecycle.lost_days),
        )
    return text


def _table(view: View, lifecycle: Lifecycle) -> Html:
    t = view.t
    heads = [
        t.gettext("Stage"),
        t.gettext("Who they are"),
        t.gettext("Customers"),
        t.gettext("Share"),
        t.gettext("Revenue, {window}", window=t.ngettext("last {n} day", "last {n} days", 365)),
        t.gettext("Silent, days on average"),
    ]
    whole = lifecycle.stages.customers
    rows = [_row(view, lifecycle, stage, whole) for stage in lifecycle.stages.segments]
    return table(heads, rows, text_columns=2, caption=t.gettext("Stages in numbers"))


def _row(view: View, lifecycle: Lifecycle, s: SegmentSize, whole: int) -> list[str]:
    t = view.t
    reasons = [
        f"{reason_name(view, reason)}: {t.integer(count)}".replace(" ", NBSP)
        for stage, reason, count in lifecycle.reasons
        if stage == s.id
    ]
    meaning = [el("span", view.meaning("lifecycle", s.id))]
    meaning += [el("small", " · ".join(reasons))] if reasons else []
    return [
        view.chip("lifecycle", s.id),
        join(meaning),
        t.integer(s.customers),
        t.share(s.customers, whole),
        view.money(s.revenue) if s.revenue is not None else "—",
        t.integer(s.recency_days) if s.recency_days is not None else "—",
    ]


def reason_name(view: View, reason: LifecycleReason) -> str:
    """Name the reason why a customer is at risk or lost."""
    t = view.t
    return {
        LifecycleReason.SILENCE: t.gettext("silence"),
        LifecycleReason.SIGNALS: t.gettext("two risk signals"),
        LifecycleReason.SINGLE_ORDER: t.gettext("a single order"),
    }[reason]


def _returns(view: View, lifecycle: Lifecycle) -> Html:
    t = view.t
    title = t.gettext("Who comes back")
    if isinstance(lifecycle.returns, Absent):
        return join([el("h3", title), view.empty(lifecycle.returns)])
    items = [_bar(view, rate) for rate in lifecycle.returns]
    hint = t.gettext("Of the customers who were in the stage 90 days ago: the share who have ordered since.")
    picture = two_sizes(lambda width: bars(items, width, title, hint, top=1.0))
    return join([el("h3", title), paragraph(hint, class_="hint"), picture])


def _bar(view: View, rate: ReturnRate) -> Bar:
    name = view.name("lifecycle", rate.stage)
    if rate.reason is not None:
        name = reason_name(view, rate.reason)
    text = view.t.percent(rate.rate) if rate.rate is not None else "—"
    note = view.counted(rate.returned, rate.members)
    return Bar(name, rate.rate, text, view.family("lifecycle", rate.stage), note, rate.reason is not None)


def _quick(view: View, lifecycle: Lifecycle) -> Html:
    if lifecycle.quick is None:
        return Html("")
    summary = el("summary", view.t.gettext("The same buyers in fewer stages"))
    return el(
        "details", summary, share_picture(view, lifecycle.quick, view.t.gettext("Shares of the stages"))
    )


def transitions_section(view: View) -> Html:
    """Write the section of movements."""
    t = view.t
    title = t.gettext("Who moved where")
    if not view.data.transitions:
        text = t.gettext("Movements appear once history reaches back before the earlier instant.")
        return view.section("moves", title, "", paragraph(text, class_="empty"))
    pictures = [_movement(view, move) for move in view.data.transitions]
    lead = t.gettext("The height of a band is the number of customers; its colour is where they came from.")
    return view.section("moves", title, lead, *pictures, note="")


def _movement(view: View, transitions: Transitions) -> Html:
    t = view.t
    title = schemes()[transitions.scheme].name[t.lang]
    flows = [
        Flow(
            i,
            move.source,
            move.target,
            move.customers,
            _told(view, transitions.scheme, move.source, move.target, move.customers),
        )
        for i, moves in enumerate(transitions.moves)
        for move in moves
    ]
    shown = [_column(view, transitions, i) for i in range(len(transitions.instants))]
    desc = _summary(view, transitions)
    # A phone has room for two columns only: the last movement.
    last = [replace(flow, column=0) for flow in flows if flow.column == len(shown) - 2]
    picture = two_sizes(
        lambda width: (
            sankey(shown, flows, (width, _TALL), title, desc)
            if width > NARROW
            else sankey(shown[-2:], last, (width, _TALL), title, desc)
        )
    )
    return join([el("h3", title), picture, paragraph(desc, class_="hint")])


def _told(view: View, scheme: str, source: str, target: str, customers: int) -> str:
    return f"{view.name(scheme, source)} → {view.name(scheme, target)}: {view.t.customers(customers)}"


def _column(view: View, transitions: Transitions, index: int) -> Column:
    t, scheme = view.t, transitions.scheme
    local = transitions.instants[index].astimezone(view.zone()).date()
    counts: dict[str, int] = {}
    moves = transitions.moves[index] if index < len(transitions.moves) else transitions.moves[index - 1]
    for move in moves:
        side = move.source if index < len(transitions.moves) else move.target
        counts[side] = counts.get(side, 0) + move.customers
    order = [*schemes()[scheme].segments, NOT_YET]
    nodes = [
        Node(s, view.name(scheme, s), t.integer(counts[s]), view.family(scheme, s))
        for s in order
        if s in counts
    ]
    return Column(t.date(local), nodes)


def _summary(view: View, transitions: Transitions) -> str:
    moves = [move for group in transitions.moves for move in group]
    stayed = sum(move.customers for move in moves if move.source == move.target)
    whole = sum(move.customers for move in moves if move.source != NOT_YET)
    return view.t.gettext(
        "{share} stayed in their segment from one instant to the next.", share=view.t.share(stayed, whole)
    )
