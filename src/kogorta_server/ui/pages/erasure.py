"""The erasure of one person: what goes, what stays, and a word typed to be sure."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponseBase, HttpResponseRedirect

from kogorta.identity.erase import Erasure
from kogorta.look.html import Html, el, paragraph, table
from kogorta_server.accounts.rights import Right
from kogorta_server.customers import services
from kogorta_server.jobs import erasing
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.page import page
from kogorta_server.ui.parts.forms import hidden_token
from kogorta_server.ui.shell import respond

_SHOWN_IDS = 20


@page("erasure/<path:customer_id>/", right=Right.ERASE, methods=("GET", "HEAD", "POST"))
def erasure(ask: Ask, customer_id: str) -> HttpResponseBase:
    """Show what an erasure takes; erase whoever is named a second time by hand."""
    found = services.preview_erasure(customer_id)
    if ask.request.method == "POST":
        if ask.request.POST.get("confirmation", "").strip() == customer_id:
            erasing.erase(ask.request, customer_id, ask.user)
            ask.tell(
                ask.t.gettext(
                    "Erased. What comes of this person again is refused. Files outside the workspace are yours to delete."
                )
            )
            return HttpResponseRedirect(link("customers"))
        wrong = ask.t.gettext("That is another id: nothing was erased.")
        return _asked(ask, customer_id, found, wrong, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _asked(ask, customer_id, found, "", HTTPStatus.OK)


def _asked(ask: Ask, customer_id: str, found: Erasure, wrong: str, status: HTTPStatus) -> HttpResponseBase:
    t = ask.t
    ids = ", ".join(found.customer_ids[:_SHOWN_IDS]) + (" …" if len(found.customer_ids) > _SHOWN_IDS else "")
    lead = t.ngettext(
        "{n} id is this person: {ids}", "{n} ids are this person: {ids}", len(found.customer_ids), ids=ids
    )
    form = el(
        "form",
        hidden_token(ask.request),
        el(
            "div",
            el("label", t.gettext("Type the id {id} to confirm", id=customer_id), for_="confirmation"),
            el("input", name="confirmation", id="confirmation", autocomplete="off", required=True),
            el("p", wrong, class_="field-error", role="alert") if wrong else Html(""),
            class_="field wrong" if wrong else "field",
        ),
        el(
            "div",
            el("button", t.gettext("Erase for ever"), class_="button danger"),
            el("a", t.gettext("Back"), href=link("customer", customer_id), class_="button"),
            class_="buttons",
        ),
        method="post",
    )
    text = t.gettext(
        "Ids, contacts and whatever describes this person are deleted; sales stay as nobody's, so that the sums of the "
        "business stay right. It cannot be undone."
    )
    body = el(
        "section", paragraph(lead), paragraph(text, class_="lead"), _counts(ask, found), form, class_="card"
    )
    return respond(ask, t.gettext("Erase a person for ever"), body, active="customers", status=status)


def _counts(ask: Ask, found: Erasure) -> Html:
    t = ask.t
    counts = [
        (t.gettext("Orders"), found.orders),
        (t.gettext("Events"), found.events),
        (t.gettext("Contacts"), found.contacts),
        (t.gettext("Browsers and devices"), found.devices),
        (t.gettext("Rows deleted"), sum(found.deleted.values())),
        (t.gettext("Rows left to nobody"), sum(found.kept.values())),
        (t.gettext("Refused rows, deleted"), found.quarantined),
    ]
    title = t.gettext("What goes")
    rows = [[name, t.integer(count)] for name, count in counts]
    return table([title, t.gettext("How many")], rows, caption=title, tight=True)
