"""The lifecycle: stages, how many come back from each, movements between instants."""

from __future__ import annotations

from dataclasses import replace

from kogorta.charts import Bar, Column, Flow, Node, bars, sankey
from kogorta.definitions.names import schemes
from kogorta.i18n import NBSP
from kogorta.look.html import NARROW, Html, el, join, paragraph, table, two_sizes
from kogorta.report.findings import FEWEST_PEOPLE
from kogorta.report.model import NOT_YET, Absent, Lifecycle, ReturnRate, SegmentSize, Transitions
from kogorta.report.segments import share_picture
from kogorta.report.view import View
from kogorta.vocab import LifecycleReason

_TALL = 440.0
_YEAR_DAYS = 365


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
        rhythm(view, lifecycle),
        warning,
        share_picture(view, lifecycle.stages, t.gettext("Shares of the stages")),
        _table(view, lifecycle),
        returns(view, lifecycle),
        _quick(view, lifecycle),
    )


def rhythm(view: View, lifecycle: Lifecycle) -> str:
    """Say how soon the usual customer comes again, and which silence is too long."""
    t = view.t
    if lifecycle.rhythm_days is None:
        return t.gettext("Nobody has ordered twice yet, so thresholds come from a rhythm of 30 days.")
    text = t.gettext(
        "The usual customer orders again after {rhythm}: half of the customers do so sooner, half later.",
        rhythm=t.days(lifecycle.rhythm_days),
    )
    if lifecycle.at_risk_days is not None and lifecycle.lost_days is not None:
        text += " " + t.gettext(
            "Everyone is measured by his own rhythm; typically {at_risk} of silence mean at risk, {lost} lost.",
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
        t.gettext("Revenue {span}", span=view.span(_YEAR_DAYS)),
        t.gettext("Silent, days on average"),
    ]
    whole = lifecycle.stages.customers
    rows = [_row(view, lifecycle, stage, whole) for stage in lifecycle.stages.segments]
    quiet = [not stage.customers for stage in lifecycle.stages.segments]
    return table(heads, rows, text_columns=2, caption=t.gettext("Stages in numbers"), quiet=quiet)


def _row(view: View, lifecycle: Lifecycle, s: SegmentSize, whole: int) -> list[str]:
    t = view.t
    reasons = [
        f"{reason_name(view, reason)}: {t.integer(count)}".replace(" ", NBSP)
        for stage, reason, count in lifecycle.reasons
        if stage == s.id
    ]
    meaning = [el("span", view.meaning("lifecycle", s.id))]
    meaning += [el("small", " · ".join(reasons))] if len(reasons) > 1 else []
    if not s.customers:
        return [view.chip("lifecycle", s.id), join(meaning), "0", *[""] * 3]
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
        LifecycleReason.SIGNALS: t.gettext("signs of leaving"),
        LifecycleReason.SINGLE_ORDER: t.gettext("a single order"),
    }[reason]


def returns(view: View, lifecycle: Lifecycle) -> Html:
    """Draw how many came back from each stage, or say why this is unknown."""
    t = view.t
    title = t.gettext("Who comes back")
    if isinstance(lifecycle.returns, Absent):
        return join([el("h3", title), view.empty(lifecycle.returns)])
    rates = [
        rate for rate in lifecycle.returns if rate.reason is None or _is_one_of_many(rate, lifecycle.returns)
    ]
    items = [_bar(view, rate) for rate in rates]
    hint = t.gettext(
        "Of the customers who were in the stage 90 days ago: the share who have ordered since, "
        "by themselves or because you wrote to them."
    )
    if any(rate.reason is LifecycleReason.SIGNALS for rate in rates):
        hint += " " + t.gettext(
            "Signs of leaving are two of these three: pauses grow, orders shrink, letters stay unopened."
        )
    picture = two_sizes(lambda width: bars(items, width, title, hint, top=1.0))
    return join([el("h3", title), paragraph(hint, class_="hint"), picture])


def _is_one_of_many(rate: ReturnRate, rates: tuple[ReturnRate, ...]) -> bool:
    """Tell whether a stage has several reasons: a single one would say the same as the stage."""
    return sum(other.stage == rate.stage and other.reason is not None for other in rates) > 1


def _bar(view: View, rate: ReturnRate) -> Bar:
    name = view.name("lifecycle", rate.stage)
    if rate.reason is not None:
        name = reason_name(view, rate.reason)
    note, family = view.counted(rate.returned, rate.members), view.family("lifecycle", rate.stage)
    if rate.rate is None or rate.members < FEWEST_PEOPLE:
        return Bar(name, None, note, family, view.t.gettext("too few to tell"), rate.reason is not None)
    return Bar(name, rate.rate, view.t.percent(rate.rate), family, note, rate.reason is not None)


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
    t, share = view.t, view.t.share(stayed, whole)
    if transitions.scheme.startswith("lifecycle"):
        return t.gettext("{share} of those who were here already stayed in their stage.", share=share)
    return t.gettext("{share} of those who were here already stayed in their segment.", share=share)
