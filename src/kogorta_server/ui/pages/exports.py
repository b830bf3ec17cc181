"""Lists of people as files: asked for here, written by a job, fetched from the page of jobs."""

from __future__ import annotations

from django.http import HttpResponseBase, HttpResponseRedirect

from kogorta.readings import PeopleQuery
from kogorta_server.accounts.audit import record
from kogorta_server.accounts.rights import Right
from kogorta_server.jobs import asking
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.page import page
from kogorta_server.ui.parts.finding import cell_of


@page("exports/", right=Right.EXPORT, methods=("POST",))
def exports(ask: Ask) -> HttpResponseBase:
    """Have the people of a list written into a file."""
    values = ask.request.POST
    segment = values.get("segment", "")
    if segment and ask.reading is not None:
        ask.reading.segment(segment)
    query = PeopleQuery(
        segments=(segment,) if segment else (),
        search=values.get("q", "").strip(),
        cell=cell_of(values.get("r", ""), values.get("fm", "")),
    )
    job = asking.export_people(query, ask.user, ask.lang)
    record(ask.request, "export.asked", segment, job=job.pk)
    ask.tell(
        ask.t.gettext("The file is being written. It waits for you here for a day, and for nobody else.")
    )
    return HttpResponseRedirect(link("jobs"))
