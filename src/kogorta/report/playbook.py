"""What to do with each segment: one card per segment of the schemes shown."""

from __future__ import annotations

import re

from kogorta.definitions.names import schemes
from kogorta.definitions.playbooks import Card, Channel, Goal, card
from kogorta.report.html import Html, el, join, paragraph
from kogorta.report.model import Absent, Lifecycle, Rfm, SchemeSizes, SegmentSize
from kogorta.report.view import View

_VARIABLE = re.compile(r"(\{\w+\})")


def playbook_section(view: View) -> Html:
    """Write the cards: RFM open, the other schemes folded."""
    t, shown = view.t, _shown(view)
    title = t.gettext("What to do with each segment")
    if not shown:
        text = t.gettext("Cards appear together with the segments.")
        return view.section("playbook", title, "", paragraph(text, class_="empty"), note="")
    lead = t.gettext("Values in frames are put in for each customer when the message is sent.")
    groups = [_group(view, scheme, is_open=index == 0) for index, scheme in enumerate(shown)]
    return view.section("playbook", title, lead, *groups, note="")


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


def _bare(view: View, cards: list[Html]) -> Html:
    """Fold away what to do with segments that nobody is in now."""
    if not cards:
        return Html("")
    title = view.t.gettext("Segments that are empty now")
    return el("details", el("summary", title), el("div", *cards, class_="cards"), class_="group")


def _card(view: View, scheme: str, segment: SegmentSize) -> Html:
    t, lang = view.t, view.t.lang
    plan = card(scheme, segment.id, view.data.business)
    head = el(
        "header",
        el("h3", view.name(plan.scheme, plan.segment)),
        el("span", goal_name(view, plan.goal), class_="goal"),
        el("span", t.customers(segment.customers), class_="count"),
    )
    pitch = [paragraph(_with_variables(plan.message[lang]), class_="message")]
    rows = [
        (t.gettext("Need"), plan.need[lang]),
        (t.gettext("Argument"), plan.usp[lang]),
        (t.gettext("Offer"), plan.offer[lang]),
        (t.gettext("Channels"), ", ".join(channel_name(view, channel) for channel in plan.channels)),
        (t.gettext("Frequency"), _frequency(view, plan)),
        (t.gettext("Avoid"), plan.avoid[lang]),
        (t.gettext("Limits"), _limits(view, plan)),
        (t.gettext("Measure of success"), plan.kpi[lang]),
    ]
    pairs = [el("div", el("dt", name), el("dd", _with_variables(text))) for name, text in rows if text]
    family = view.family(plan.scheme, plan.segment)
    return el("article", head, *pitch, el("dl", *pairs), class_=f"plan fam-{family}")


def _with_variables(text: str) -> Html:
    return join(_variable(part) if _VARIABLE.fullmatch(part) else part for part in _VARIABLE.split(text))


def _variable(placeholder: str) -> Html:
    return el("var", {"{top_percent}": "N\u00a0%", "{bundle_saving}": "N\u00a0%"}[placeholder])


def _frequency(view: View, plan: Card) -> str:
    t = view.t
    contacts = t.ngettext("at most {n} contact", "at most {n} contacts", plan.max_contacts)
    return t.gettext("{contacts} in {days}", contacts=contacts, days=t.days(plan.per_days))


def _limits(view: View, plan: Card) -> str:
    t, parts = view.t, []
    if plan.discount_limit_pct == 0:
        parts.append(t.gettext("no discounts"))
    elif plan.discount_limit_pct is not None:
        limit = t.percent(plan.discount_limit_pct / 100, 0)
        parts.append(t.gettext("discount up to {limit}", limit=limit))
    if plan.budget_limit_pct is not None:
        limit = t.percent(plan.budget_limit_pct / 100, 0)
        parts.append(t.gettext("up to {limit} of the retention budget", limit=limit))
    return "; ".join(parts)


def goal_name(view: View, goal: Goal) -> str:
    """Name the goal of a card."""
    t = view.t
    return {
        Goal.SELL: t.pgettext("goal", "sell"),
        Goal.RETAIN: t.pgettext("goal", "retain"),
        Goal.WIN_BACK: t.pgettext("goal", "win back"),
        Goal.LOYALTY: t.pgettext("goal", "loyalty"),
        Goal.ONBOARD: t.pgettext("goal", "onboard"),
        Goal.LEARN: t.pgettext("goal", "learn why"),
    }[goal]


def channel_name(view: View, channel: Channel) -> str:
    """Name a channel."""
    t = view.t
    return {
        Channel.EMAIL: t.pgettext("channel", "e-mail"),
        Channel.SMS: t.pgettext("channel", "SMS"),
        Channel.MESSENGER: t.pgettext("channel", "messengers"),
        Channel.PUSH: t.pgettext("channel", "push"),
        Channel.CALL: t.pgettext("channel", "call"),
        Channel.BANNER: t.pgettext("channel", "banner on the site or in the app"),
        Channel.ADS: t.pgettext("channel", "ads"),
    }[channel]
