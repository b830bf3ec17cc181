"""Today's list: who comes, whom to invite, whom to call, what to say, and what came of it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponseBase, HttpResponseRedirect

from kogorta.look.html import Html, el, join, paragraph, phrase
from kogorta.membership.personal import Variables
from kogorta.report.words import outcome_name
from kogorta.today import Call, OutcomeOfCall, Task, TaskSort, Today
from kogorta_server.accounts.rights import Right
from kogorta_server.customers import queries, services
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.page import page
from kogorta_server.ui.parts.forms import hidden_token
from kogorta_server.ui.parts.icons import icon
from kogorta_server.ui.parts.later import later
from kogorta_server.ui.shell import fragment, respond


@page("today/", right=Right.CONTACTS, methods=("GET", "HEAD", "POST"))
def today(ask: Ask) -> HttpResponseBase:
    """Show the list of this day; write down what came of a call."""
    if ask.request.method == "POST":
        return _record(ask)
    if ask.is_fragment:
        return fragment(_list(ask))
    lead = ask.t.gettext(
        "Worked out anew each time the page is opened, from everything that is known by then."
    )
    body = [paragraph(lead, class_="lead"), later(ask, lambda: _list(ask))]
    return respond(ask, ask.t.pgettext("menu", "Today"), *body, active="today")


def _record(ask: Ask) -> HttpResponseBase:
    form = ask.request.POST
    customer, note = form.get("customer", "").strip(), form.get("note", "").strip()
    outcome = services.record_call(ask.request, customer, form.get("outcome", ""), note[:500])
    ask.tell(
        ask.t.gettext(
            "Written down: {customer} — {outcome}. If that was a slip, press another outcome under “Called today”: the last one counts.",
            customer=customer,
            outcome=outcome_name(ask.t, outcome),
        )
    )
    return HttpResponseRedirect(link("today"))


def _list(ask: Ask) -> Html:
    t, found = ask.t, queries.today()
    parts = [
        _group(ask, t.gettext("Come today"), found.of(TaskSort.VISIT), _visit),
        _group(ask, t.gettext("Invite"), found.of(TaskSort.INVITE), _invitation),
        _group(ask, t.gettext("Call"), found.of(TaskSort.CALL), _call),
    ]
    if not found.tasks:
        parts = [_nobody(ask)]
    return el(
        "div", el("h2", t.date(found.day)), *parts, _left_out(ask, found), _made(ask, found), class_="day"
    )


def _nobody(ask: Ask) -> Html:
    text = ask.t.gettext(
        "Nobody comes, nobody is due and nobody is to be called today. Whom to call is chosen in `[today]` of `kogorta.toml`: "
        "by default whoever is at risk."
    )
    return paragraph(phrase(text), class_="empty")


def _group(ask: Ask, title: str, tasks: tuple[Task, ...], said: Callable[[Ask, Task], list[str]]) -> Html:
    if not tasks:
        return Html("")
    count = el("small", ask.t.integer(len(tasks)))
    items = [_task(ask, task, said(ask, task)) for task in tasks]
    return el("section", el("h3", title, " ", count), el("ol", *items, class_="tasks"))


def _task(ask: Ask, task: Task, why: list[str]) -> Html:
    who = el("a", task.name or task.customer_id, href=link("customer", task.customer_id), class_="task-name")
    worth = ask.t.gettext("{amount} in 24 months", amount=ask.money(task.worth)) if task.worth else ""
    about = paragraph(" · ".join(filter(None, [*why, worth])), class_="about")
    say = _say(ask, task)
    buttons = Html("") if task.sort is TaskSort.VISIT else _outcomes(ask, task.customer_id)
    return el("li", el("div", who, about, say), _phone(task.phone), buttons, class_="task")


def _phone(phone: str | None) -> Html:
    return el("a", icon("phone"), " ", phone, href=f"tel:{phone}", class_="button tel") if phone else Html("")


def _say(ask: Ask, task: Task) -> Html:
    """Write what to say: that of the card of his segment, where it needs nothing that is not known."""
    card = queries.playbook(task.segment) if task.segment else None
    if card is None:
        return Html("")
    texts = [Variables().fill(words[ask.lang], ask.lang) for words in (card.message, card.offer)]
    known = [text for text in texts if text]
    if not known:
        return Html("")
    return el("details", el("summary", ask.t.gettext("What to say")), *[paragraph(text) for text in known])


def _outcomes(ask: Ask, customer_id: str, current: OutcomeOfCall | None = None) -> Html:
    t = ask.t
    buttons = [
        el(
            "button",
            outcome_name(t, outcome),
            name="outcome",
            value=outcome.value,
            class_="button small",
            aria_pressed="true" if outcome is current else None,
        )
        for outcome in OutcomeOfCall
    ]
    note = el(
        "input", name="note", placeholder=t.gettext("Note"), aria_label=t.gettext("Note"), maxlength="500"
    )
    hidden = el("input", type="hidden", name="customer", value=customer_id)
    return el(
        "form",
        hidden_token(ask.request),
        hidden,
        note,
        el("div", *buttons, class_="outcomes", role="group", aria_label=t.gettext("What came of the call")),
        method="post",
        action=link("today"),
        class_="outcome",
    )


def _visit(ask: Ask, task: Task) -> list[str]:
    t = ask.t
    clock = f"{ask.local(task.at):%H:%M}" if task.at else ""
    if task.is_first:
        before = t.gettext("first visit")
    elif task.no_show_share:
        before = t.gettext("did not come to {share} of bookings", share=t.percent(task.no_show_share))
    else:
        before = ""
    return [clock, task.service or "", task.staff or "", before]


def _invitation(ask: Ask, task: Task) -> list[str]:
    t, days = ask.t, task.days or 0
    if days > 0:
        due = t.ngettext("{n} day late", "{n} days late", days)
    elif days < 0:
        due = t.ngettext("due in {n} day", "due in {n} days", -days)
    else:
        due = t.gettext("due now")
    return [task.service or t.gettext("a visit"), task.staff or "", due]


def _call(ask: Ask, task: Task) -> list[str]:
    name = task.segment_name[ask.lang] if task.segment_name else ""
    silent = ask.t.ngettext("{n} day silent", "{n} days silent", task.days) if task.days is not None else ""
    return [name, silent]


def _left_out(ask: Ask, found: Today) -> Html:
    t = ask.t
    beyond = sum(found.left_out.values())
    notes = [
        (
            beyond,
            t.ngettext(
                "{n} more is not listed: raise `[today]` `limit` in `kogorta.toml` to see everyone.",
                "{n} more are not listed: raise `[today]` `limit` in `kogorta.toml` to see everyone.",
                beyond,
            ),
        ),
        (
            found.asked_not_to,
            t.ngettext(
                "{n} person took back the consent to be called and is left out.",
                "{n} people took back the consent to be called and are left out.",
                found.asked_not_to,
            ),
        ),
        (
            found.without_phone,
            t.ngettext(
                "{n} person to call has no telephone number.",
                "{n} people to call have no telephone number.",
                found.without_phone,
            ),
        ),
        (
            found.called,
            t.ngettext(
                "{n} person was called lately and is left alone.",
                "{n} people were called lately and are left alone.",
                found.called,
            ),
        ),
    ]
    return join([paragraph(phrase(text), class_="hint") for count, text in notes if count])


def _made(ask: Ask, found: Today) -> Html:
    if not found.made:
        return Html("")
    items = [_made_call(ask, call) for call in found.made]
    title = el("h3", ask.t.gettext("Called today"), " ", el("small", ask.t.integer(len(items))))
    return el("section", title, el("ol", *items, class_="tasks made"))


def _made_call(ask: Ask, call: Call) -> Html:
    who = el("a", call.name or call.customer_id, href=link("customer", call.customer_id), class_="task-name")
    about = f"{ask.local(call.at):%H:%M} · {outcome_name(ask.t, call.outcome)}"
    return el(
        "li",
        el("div", who, paragraph(about, class_="about")),
        _phone(call.phone),
        _outcomes(ask, call.customer_id, call.outcome),
        class_="task",
    )
