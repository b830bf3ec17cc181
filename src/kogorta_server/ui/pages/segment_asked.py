"""What is asked of the base itself about a segment; pages take it in after they are there."""

from __future__ import annotations

from django.http import HttpResponseBase

from kogorta.errors import InputError
from kogorta.look.html import Html, el, join, paragraph, table
from kogorta.membership.backtest import Backtest, Doing, Month
from kogorta.metrics.portrait import Feature, Portrait
from kogorta.readings import Stamp
from kogorta.report.words import amount, feature_number, feature_value, freshness_told, trait_label
from kogorta.vocab import Freshness
from kogorta_server import base
from kogorta_server.accounts.rights import Right
from kogorta_server.segments import queries
from kogorta_server.ui.ask import Ask
from kogorta_server.ui.page import page
from kogorta_server.ui.shell import part

_MOST = 8
"""So many lines has each half of a portrait."""
_PER_TRAIT = 2
"""So many values of one trait stand among them."""
_ALIKE = 100
"""The index of what is as frequent as in the base."""
_TYPICAL = 12
"""So many traits of numbers are told."""


@page("segments/<str:segment_id>/portrait/", right=Right.SEE, name="segment_portrait")
def portrait(ask: Ask, segment_id: str) -> HttpResponseBase:
    """Compare the people of a segment with the base."""
    found, title = queries.portrait(*_asked(ask, segment_id)), ask.t.gettext("What they are like")
    telling = [item for item in found.features if item.is_telling]
    more = _at_most([item for item in telling if (item.index or 0) > _ALIKE])
    less = _at_most([item for item in telling if item not in more and (item.index or 0) < _ALIKE])
    if not telling:
        text = ask.t.gettext(
            "In nothing that is known do these people differ from the others by more than chance."
        )
        return part(ask, title, paragraph(text, class_="empty"), active="segments")
    parts = [
        _features(ask, ask.t.gettext("More often than in the base"), more),
        _features(ask, ask.t.gettext("More rarely"), less),
        _typical(ask, telling),
        _about_portrait(ask, found),
    ]
    return part(ask, title, *parts, active="segments")


@page("segments/<str:segment_id>/backtest/", right=Right.SEE, name="segment_backtest")
def backtest(ask: Ask, segment_id: str) -> HttpResponseBase:
    """Show the definition at the end of each of the last months, and what came after."""
    found = queries.backtest(*_asked(ask, segment_id))
    t = ask.t
    caption = t.gettext("Looking back")
    if not found.months:
        text = t.gettext(
            "There is nothing to tell of these months: nobody was known, or the base was too small."
        )
        return part(ask, caption, paragraph(text, class_="empty"), active="segments")
    heads = [
        t.gettext("Month"),
        t.gettext("Customers"),
        t.gettext("Share"),
        t.gettext("Ordered in the month after"),
        t.gettext("The others"),
        t.gettext("Revenue per customer"),
        t.gettext("The others"),
    ]
    rows = [_month(ask, item) for item in reversed(found.months)]
    hint = t.gettext(
        "This describes and proves no effect: who is in a segment differs from the others by what put him there."
    )
    return part(
        ask,
        caption,
        table(heads, rows, caption=caption),
        paragraph(hint, class_="hint"),
        _about_log(ask, found),
        active="segments",
    )


@page("segments/<str:segment_id>/sql/", right=Right.SEE, name="segment_sql")
def sql(ask: Ask, segment_id: str) -> HttpResponseBase:
    """Show how the base is asked for a segment."""
    steps = queries.sql(*_asked(ask, segment_id))
    parts = [
        el(
            "details",
            el("summary", el("code", step.name), " ", el("small", ask.t.say(step.says))),
            el("pre", el("code", step.statement), class_="yaml") if step.sql else "",
            open=step.sort == "answer",
            class_="group",
        )
        for step in steps
    ]
    return part(ask, ask.t.gettext("How the base is asked, step by step."), *parts, active="segments")


@page("definitions/state/<str:definition_id>/", right=Right.SEE, name="definition_state")
def state(ask: Ask, definition_id: str) -> HttpResponseBase:
    """Say that a newer text was saved than the one that was counted; else nothing."""
    workspace, title = base.workspace(), ask.t.gettext("How fresh it is")
    status = workspace.status()
    for item in status.positions:
        if item.id == definition_id and item.freshness is Freshness.CHANGED:
            told = ask.t.gettext("It was changed since; the new text counts from the next refresh.")
            return part(ask, title, el("p", told, class_="warning"), active="segments")
        if item.id == definition_id:
            zone = workspace.config.workspace.timezone
            said = freshness_told(ask.t, item, status.at, zone)
            return part(ask, title, el("p", said, class_="stamp"), active="segments")
    return part(ask, title, active="segments")


def _asked(ask: Ask, segment_id: str) -> tuple[Stamp, str]:
    """Return what the numbers of pages stand on, and a segment that is counted there: whatever else was named is no file of ours.

    Raises:
        InputError: Nothing was refreshed yet.
        NotFoundError: There is no such segment.
    """
    if ask.reading is None:
        raise InputError("nothing was refreshed yet", hint="bring in orders, and refresh")
    return ask.reading.stamp, ask.reading.segment(segment_id).id


# --- the portrait ---------------------------------------------------------------------------------


def _at_most(features: list[Feature]) -> list[Feature]:
    counts: dict[str, int] = {}
    found = []
    for item in features:
        counts[item.trait] = counts.get(item.trait, 0) + 1
        if counts[item.trait] <= _PER_TRAIT:
            found.append(item)
    return found[:_MOST]


def _features(ask: Ask, title: str, features: list[Feature]) -> Html:
    if not features:
        return Html("")
    t = ask.t
    currency = base.workspace().config.workspace.currency
    rows = [
        [
            trait_label(t, item.trait),
            feature_value(t, item, currency),
            t.percent(item.share_ratio),
            t.percent(item.other_share_ratio),
            _index(ask, item),
        ]
        for item in features
    ]
    heads = [
        t.gettext("Trait"),
        t.gettext("Value"),
        t.gettext("Segment"),
        t.gettext("Base"),
        t.gettext("Index"),
    ]
    return join([el("h3", title), table(heads, rows, text_columns=2, caption=title)])


def _index(ask: Ask, item: Feature) -> str:
    if item.index is None:
        return "—"
    written = ask.t.integer(item.index)
    # a bar of which the middle is alike; five times as many, or as few, fill it
    half = min(max(item.index / 100, 0.2), 5.0)
    side = "more" if item.index >= 100 else "less"
    step = round((half if half >= 1 else 1 / half) * 2)
    few = el("small", ask.t.gettext("few people")) if item.is_few else ""
    return join([el("span", written, class_=f"index {side} by-{step}"), few])


def _typical(ask: Ask, features: list[Feature]) -> Html:
    t = ask.t
    currency = base.workspace().config.workspace.currency
    rows: list[list[str]] = []
    for item in features:
        if item.numbers and item.other_numbers and len(rows) < _TYPICAL:
            medians = (item.numbers.median, item.other_numbers.median)
            rows.append(
                [trait_label(t, item.trait), *[feature_number(t, item, n, currency) for n in medians]]
            )
    if not rows:
        return Html("")
    title = t.gettext("Typical numbers: half of the people have no more")
    heads = [t.gettext("Trait"), t.gettext("Segment"), t.gettext("Base")]
    return el("details", el("summary", title), table(heads, rows, caption=title, tight=True))


def _about_portrait(ask: Ask, found: Portrait) -> Html:
    t = ask.t
    told = [
        t.gettext(
            "Index: 100 × share in the segment ÷ share in the base; 100 is alike. Shown is what differs by more than chance: "
            "at most 5% of it is expected to be chance."
        )
    ]
    if found.by_definition:
        labels = ", ".join(trait_label(t, name) for name in found.by_definition)
        told.append(t.gettext("Left out, as the definition looks at them: {traits}.", traits=labels))
    return paragraph(" ".join(told), class_="hint")


# --- looking back ---------------------------------------------------------------------------------


def _month(ask: Ask, item: Month) -> list[str]:
    t = ask.t

    def ordering(doing: Doing | None) -> str:
        ratio = doing.ordering_ratio if doing else None
        return "—" if ratio is None else t.percent(ratio)

    def revenue(doing: Doing | None) -> str:
        value = doing.revenue_per_customer if doing else None
        return "—" if value is None else amount(t, value, base.workspace().config.workspace.currency)

    return [
        t.month(item.month),
        t.integer(item.people),
        "—" if item.share_ratio is None else t.percent(item.share_ratio),
        ordering(item.inside),
        ordering(item.others),
        revenue(item.inside),
        revenue(item.others),
    ]


def _about_log(ask: Ask, found: Backtest) -> Html:
    if not found.reads_log:
        return Html("")
    t = ask.t
    if found.log_since is None:
        told = t.gettext(
            "The definition asks the log of refreshes (who entered or left a segment, how long something has held), and "
            "not all of that has been recorded yet."
        )
    else:
        told = t.gettext(
            "The definition asks the log of refreshes (who entered or left a segment, how long something has held): all of "
            "that is recorded since {instant} only.",
            instant=ask.moment(found.log_since),
        )
    return paragraph(told, class_="hint")
