"""What to do with each segment: one card per segment of the schemes shown."""

from __future__ import annotations

import re

from kogorta.definitions.names import schemes
from kogorta.definitions.playbooks import Channel, Goal, Playbook, card
from kogorta.i18n import Translator
from kogorta.look.html import Html, el, join, paragraph
from kogorta.report.model import Absent, Lifecycle, Rfm, SchemeSizes, SegmentSize
from kogorta.report.view import View

_VARIABLE = re.compile(r"(\{\w+\})")
_OWN_FAMILY = "loyal"
"""Colour family of the cards of people's own segments."""


def playbook_section(view: View) -> Html:
    """Write the cards: RFM open, the other schemes folded."""
    t, shown = view.t, _shown(view)
    title = t.gettext("What to do with each segment")
    if not shown:
        text = t.gettext("Cards appear together with the segments.")
        return view.section("playbook", title, "", paragraph(text, class_="empty"), note="")
    lead = t.gettext("Values in frames are put in for each customer when the message is sent.")
    groups = [_group(view, scheme, is_open=index == 0) for index, scheme in enumerate(shown)]
    return view.section("playbook", title, lead, *groups, _own(view), note="")


def _shown(view: View) -> list[SchemeSizes]:
    rfm, lifecycle = view.data.rfm, view.data.lifecycle
    shown = [] if isinstance(rfm, Absent) else [rfm.simple]
    shown += [lifecycle.stages] if isinstance(lifecycle, Lifecycle) else []
    if isinstance(rfm, Rfm):
        shown += [scheme for scheme in (rfm.classic, rfm.quick) if isinstance(scheme, SchemeSizes)]
    if isinstance(lifecycle, Lifecycle) and lifecycle.quick is not None:
        shown.append(lifecycle.quick)
    return shown


def _group(view: View, scheme: SchemeSizes, *, is_open: bool) -> Html:
    named = schemes()[scheme.id]
    summary = el("summary", named.name[view.t.lang], " ", el("small", named.note[view.t.lang]))
    full = [_card(view, scheme.id, segment) for segment in scheme.segments if segment.customers]
    bare = [_card(view, scheme.id, segment) for segment in scheme.segments if not segment.customers]
    cards = el("div", *full, class_="cards") if full else ""
    return el("details", summary, cards, _bare(view, bare), open=is_open, class_="group")


def _own(view: View) -> Html:
    """Fold the cards of people's own definitions; nothing where they carry none."""
    lang = view.t.lang
    of_segments = [
        (words[lang], customers, item.playbooks[id_])
        for item in view.data.own
        for id_, words, customers in item.segments
        if id_ in item.playbooks
    ]
    if not of_segments:
        return Html("")
    full = [plan_card(view.t, name, n, plan, _OWN_FAMILY) for name, n, plan in of_segments if n]
    bare = [plan_card(view.t, name, n, plan, _OWN_FAMILY) for name, n, plan in of_segments if not n]
    summary = el("summary", view.t.gettext("Your own segments"))
    return el(
        "details",
        summary,
        el("div", *full, class_="cards") if full else "",
        _bare(view, bare),
        class_="group",
    )


def _bare(view: View, cards: list[Html]) -> Html:
    """Fold away what to do with segments that nobody is in now."""
    if not cards:
        return Html("")
    title = view.t.gettext("Segments that are empty now")
    return el("details", el("summary", title), el("div", *cards, class_="cards"), class_="group")


def _card(view: View, scheme: str, segment: SegmentSize) -> Html:
    plan = card(scheme, segment.id, view.data.business)
    name, family = view.name(scheme, segment.id), view.family(scheme, segment.id)
    return plan_card(view.t, name, segment.customers, plan, family)


def plan_card(t: Translator, name: str, customers: int, plan: Playbook, family: str) -> Html:
    """Write one card.

    Args:
        t: Speaks the reader's language.
        name: Of the segment.
        customers: How many are in it.
        plan: What to do with them.
        family: Colour family.
    """
    head = el(
        "header",
        el("h3", name),
        el("span", goal_name(t, plan.goal), class_="goal"),
        el("span", t.customers(customers), class_="count"),
    )
    pitch = paragraph(_with_variables(plan.message[t.lang]), class_="message")
    pairs = [
        el("div", el("dt", what), el("dd", _with_variables(text))) for what, text in told(t, plan) if text
    ]
    return el("article", head, pitch, el("dl", *pairs), class_=f"plan fam-{family}")


def told(t: Translator, plan: Playbook) -> list[tuple[str, str]]:
    """Return what a card says beside its message, each with what it is; empty where it says nothing."""
    lang = t.lang
    return [
        (t.gettext("Need"), plan.need[lang]),
        (t.gettext("Argument"), plan.usp[lang]),
        (t.gettext("Offer"), plan.offer[lang]),
        (t.gettext("Channels"), ", ".join(channel_name(t, channel) for channel in plan.channels)),
        (t.gettext("Frequency"), _frequency(t, plan)),
        (t.gettext("Avoid"), plan.avoid[lang]),
        (t.gettext("Limits"), _limits(t, plan)),
        (t.gettext("Measure of success"), plan.kpi[lang]),
    ]


def _with_variables(text: str) -> Html:
    return join(_variable(part) if _VARIABLE.fullmatch(part) else part for part in _VARIABLE.split(text))


def _variable(placeholder: str) -> Html:
    return el("var", {"{top_percent}": "N\u00a0%", "{bundle_saving}": "N\u00a0%"}[placeholder])


def _frequency(t: Translator, plan: Playbook) -> str:
    contacts = t.ngettext("at most {n} contact", "at most {n} contacts", plan.max_contacts)
    return t.gettext("{contacts} in {days}", contacts=contacts, days=t.days(plan.per_days))


def _limits(t: Translator, plan: Playbook) -> str:
    parts = []
    if plan.discount_limit_pct == 0:
        parts.append(t.gettext("no discounts"))
    elif plan.discount_limit_pct is not None:
        limit = t.percent(plan.discount_limit_pct / 100, 0)
        parts.append(t.gettext("discount up to {limit}", limit=limit))
    if plan.budget_limit_pct is not None:
        limit = t.percent(plan.budget_limit_pct / 100, 0)
        parts.append(t.gettext("up to {limit} of the retention budget", limit=limit))
    return "; ".join(parts)


def goal_name(t: Translator, goal: Goal) -> str:
    """Name the goal of a card."""
    return {
        Goal.SELL: t.pgettext("goal", "sell"),
        Goal.RETAIN: t.pgettext("goal", "retain"),
        Goal.WIN_BACK: t.pgettext("goal", "win back"),
        Goal.LOYALTY: t.pgettext("goal", "loyalty"),
        Goal.ONBOARD: t.pgettext("goal", "onboard"),
        Goal.LEARN: t.pgettext("goal", "learn why"),
    }[goal]


def channel_name(t: Translator, channel: Channel) -> str:
    """Name a channel."""
    return {
        Channel.EMAIL: t.pgettext("channel", "e-mail"),
        Channel.SMS: t.pgettext("channel", "SMS"),
        Channel.MESSENGER: t.pgettext("channel", "messengers"),
        Channel.PUSH: t.pgettext("channel", "push"),
        Channel.CALL: t.pgettext("channel", "call"),
        Channel.BANNER: t.pgettext("channel", "banner on the site or in the app"),
        Channel.ADS: t.pgettext("channel", "ads"),
    }[channel]
