"""Import: send a file, see how it is understood, put that right, bring it in, see what became of it."""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponseBase, HttpResponseRedirect

from kogorta.look.html import Html, el, join, paragraph, phrase
from kogorta_server.accounts.audit import record
from kogorta_server.accounts.rights import Right
from kogorta_server.jobs import asking, queries, receiving, uploads
from kogorta_server.jobs.models import Upload
from kogorta_server.jobs.words import JobState
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.page import page
from kogorta_server.ui.parts.forms import hidden_token
from kogorta_server.ui.parts.listing import PAGE, Column, listing, place_of
from kogorta_server.ui.parts.outcome import outcome_of, totals
from kogorta_server.ui.parts.tables import table_name
from kogorta_server.ui.parts.understanding import COLUMN, form_choice, look_again, understanding
from kogorta_server.ui.parts.work import bar, error_text, state_word
from kogorta_server.ui.shell import fragment, respond

_MOST_COLUMNS = 1_000


@page("uploads/", right=Right.IMPORT, methods=("GET", "HEAD", "POST"), name="uploads")
def uploads_page(ask: Ask) -> HttpResponseBase:
    """Show what was brought in, and take a new file."""
    if ask.request.method == "POST":
        return _received(ask)
    return _page(ask)


@page("uploads/<int:upload_id>/", right=Right.IMPORT, methods=("GET", "HEAD", "POST"))
def upload(ask: Ask, upload_id: int) -> HttpResponseBase:
    """Show one file: how it is understood, how far its import is, what became of it."""
    item = uploads.find(upload_id)
    if ask.request.method == "POST":
        return _begin(ask, item)
    if item.job is None:
        body = _not_looked_at(ask, item)
    else:
        body = join([_state(ask, item), _again(ask, item)])
    return respond(ask, item.name, body, active="uploads")


@page("uploads/<int:upload_id>/look/", right=Right.IMPORT, methods=("GET", "HEAD", "POST"))
def upload_look(ask: Ask, upload_id: int) -> HttpResponseBase:
    """Show how a file is understood: read from the store's own scratch space, so never as a part of a page."""
    item = uploads.find(upload_id)
    values = ask.request.POST or ask.request.GET
    form = values.get("form", "")
    # columns that were settled for another table say nothing of this one
    chosen = _chosen(ask.request) if form and values.get("form_before") == form else None
    check = uploads.look(item, uploads.check_form(form) if form else "", chosen)
    body = understanding(ask, item, check, form_choice(ask, check.form, look_again(item)))
    return fragment(body) if ask.is_fragment else respond(ask, item.name, body, active="uploads")


@page("uploads/<int:upload_id>/state/", right=Right.IMPORT)
def upload_state(ask: Ask, upload_id: int) -> HttpResponseBase:
    """Show how far the import of a file is: the part of its page that renews itself."""
    item = uploads.find(upload_id)
    if not ask.is_fragment or item.job is None:
        return HttpResponseRedirect(link("upload", item.pk))
    response = fragment(_state(ask, item))
    if not queries.find(item.job.pk).is_open:
        response["HX-Refresh"] = "true"
    return response


@page("uploads/<int:upload_id>/refused/<int:number>/", right=Right.IMPORT)
def upload_refused(ask: Ask, upload_id: int, number: int) -> HttpResponseBase:
    """Give the refused rows of an import as a file that is safe to open in a spreadsheet."""
    item = uploads.find(upload_id)
    path = uploads.refused_path(item, number)
    record(ask.request, "upload.refused_fetched", str(item.pk))
    name = f"{item.name.rpartition('.')[0] or item.name}-refused.csv"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="text/csv")


def _page(ask: Ask, error: str = "", status: int = HTTPStatus.OK) -> HttpResponseBase:
    t = ask.t
    columns = _columns(ask)
    place = place_of(ask, columns, "-created_at")
    rows = Upload.objects.select_related("job", "asked_by")
    total = rows.count()
    shown = list(rows[place.offset : place.offset + PAGE])
    history = (
        listing(ask, columns, shown, caption=t.gettext("Brought in before"), place=place, total=total)
        if shown
        else paragraph(
            t.gettext(
                "Nothing was sent yet. One file with customer, date and amount of each order is enough to begin."
            ),
            class_="empty",
        )
    )
    section = el("section", el("h2", t.gettext("Brought in before")), history, class_="card")
    return respond(
        ask, t.pgettext("menu", "Import"), _send_form(ask, error), section, active="uploads", status=status
    )


def _send_form(ask: Ask, error: str) -> Html:
    t = ask.t
    most = settings.ENVIRONMENT.upload_bytes >> 20
    wrong = el("p", phrase(error), class_="field-error", id="file-error", role="alert") if error else Html("")
    file = el(
        "div",
        el("label", t.gettext("File"), for_="file"),
        el("input", type="file", name="file", id="file", required=True, aria_describedby="file-hint"),
        el(
            "small",
            t.gettext(
                "CSV, XLSX, Parquet, JSON Lines, or a catalogue in XML, up to {most} MB. Nothing is written before you have seen how it is understood.",
                most=most,
            ),
            id="file-hint",
        ),
        wrong,
        class_="field wrong" if error else "field",
    )
    form = el(
        "div",
        el("label", t.gettext("What it is for"), for_="form"),
        form_choice(ask, ""),
        class_="field",
    )
    return el(
        "form",
        hidden_token(ask.request),
        form,
        file,
        el("button", t.gettext("Send and look"), class_="button primary"),
        method="post",
        enctype="multipart/form-data",
        action=link("uploads"),
        class_="card upload-form",
    )


def _received(ask: Ask) -> HttpResponseBase:
    """Keep the file of a form, or say why it cannot be kept."""
    t = ask.t
    # only who asks for the file has the request read
    file = ask.request.FILES.get("file")
    if receiving.is_too_big(ask.request):
        text = t.gettext(
            "The file is bigger than {most} MB. Send it in parts, or let whoever runs the server raise `KOGORTA_UPLOAD_MB`.",
            most=settings.ENVIRONMENT.upload_bytes >> 20,
        )
        return _page(ask, text, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if file is None:
        return _page(ask, t.gettext("Choose a file first."), HTTPStatus.UNPROCESSABLE_ENTITY)
    form = ask.request.POST.get("form", "")
    item = uploads.receive(file, ask.user)
    record(ask.request, "upload.received", str(item.pk), bytes=item.size_bytes)
    chosen = {"form": uploads.check_form(form)} if form else {}
    return HttpResponseRedirect(link("upload", item.pk, **chosen))


def _begin(ask: Ask, item: Upload) -> HttpResponseBase:
    """Start the import as the form says it."""
    form = uploads.check_form(ask.request.POST.get("form", ""))
    job = asking.bring_in(item, form, _chosen(ask.request), ask.user)
    record(ask.request, "upload.brought_in", str(item.pk), form=form, job=job.pk)
    return HttpResponseRedirect(link("upload", item.pk))


def _chosen(request: HttpRequest) -> dict[str, str] | None:
    """Return header → field as a form says it; None where it says nothing of columns.

    Raises:
        InputError: A column has no field, or two columns have one and the same.
    """
    values = request.POST
    headers = values.getlist("header")[:_MOST_COLUMNS]
    if not headers:
        return None
    return uploads.check_mapping(
        {header: values.get(f"{COLUMN}{number}", "") for number, header in enumerate(headers)}
    )


def _not_looked_at(ask: Ask, item: Upload) -> Html:
    """Write the place where it will stand how a file is understood."""
    t = ask.t
    uploads.path_of(item)
    address = link("upload_look", item.pk, form=ask.text("form"))
    return el(
        "div",
        el("p", t.gettext("Reading the first rows …"), class_="stamp"),
        el("p", el("a", t.gettext("Show how the file is understood"), href=address)),
        class_="card",
        id="look",
        hx_get=address,
        hx_trigger="load",
        hx_swap="outerHTML",
    )


def _state(ask: Ask, item: Upload) -> Html:
    """Write how far an import is, or what became of it."""
    t = ask.t
    if item.job is None:
        return Html("")
    job = queries.find(item.job.pk)
    if not job.is_open:
        body = outcome_of(ask, item) if item.outcome else error_text(ask, job)
        name = (
            state_word(ask, job.state) if job.state is not JobState.DONE else t.gettext("What became of it")
        )
        return el("section", el("h2", name), body, class_="card")
    told = bar(ask, job) if job.state is JobState.RUNNING else el("p", state_word(ask, job.state))
    return el(
        "section",
        el("h2", t.gettext("Being brought in")),
        told,
        error_text(ask, job),
        class_="card",
        id="state",
        hx_get=link("upload_state", item.pk),
        hx_trigger="every 1s",
        hx_swap="outerHTML",
    )


def _again(ask: Ask, item: Upload) -> Html:
    """Write the way back to the mapping, for what failed or was understood wrongly."""
    if item.job is None or queries.find(item.job.pk).is_open or not item.is_kept:
        return Html("")
    address = link("upload_look", item.pk, form=item.form)
    text = ask.t.gettext("Look at its columns again")
    return el("p", el("a", text, href=address, class_="button"))


def _columns(ask: Ask) -> list[Column[Upload]]:
    t = ask.t

    def state(row: Upload) -> str:
        if row.job is None:
            return t.gettext("not brought in yet") if row.outcome is None else totals(ask, row)
        if row.outcome is not None:
            return totals(ask, row)
        return state_word(ask, JobState(row.job.state))

    return [
        Column(
            "", t.gettext("File"), lambda row: el("a", row.name, href=link("upload", row.pk)), is_number=False
        ),
        Column(
            "",
            t.gettext("What it is for"),
            lambda row: table_name(ask, row.form),
            is_number=False,
        ),
        Column("", t.gettext("What became of it"), state, is_number=False),
        Column("", t.gettext("Sent by"), lambda row: str(row.asked_by or "—"), is_number=False),
        Column("created_at", t.gettext("When"), lambda row: ask.moment(row.created_at), is_number=False),
    ]
