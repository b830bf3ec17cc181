"""Lists of people as files: asked for here, written by a job, fetched from the page of jobs."""

from __future__ import annotations

from django.http import HttpResponseBase, HttpResponseRedirect

from kogorta_server.accounts.audit import record
from kogorta_server.accounts.rights import Right
from kogorta_server.jobs import asking
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.page import page
from kogorta_server.ui.parts.finding import people_query
from kogorta_server.ui.parts.listing import Place


@page("exports/", right=Right.EXPORT, methods=("POST",))
def exports(ask: Ask) -> HttpResponseBase:
    """Have the people of a list written into a file; the address chooses them as that of the list does."""
    query = people_query(ask, Place("last_order_at", is_descending=True, page=1))
    if ask.reading is not None:
        for segment in query.segments:
            ask.reading.segment(segment)
    job = asking.export_people(query, ask.user, ask.lang)
    record(ask.request, "export.asked", ", ".join(query.segments), job=job.pk)
    ask.tell(
        ask.t.gettext("The file is being written. It waits for you here for a day, and for nobody else.")
    )
    return HttpResponseRedirect(link("jobs"))
