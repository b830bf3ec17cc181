"""How a file is understood: which column becomes what, and what would become of its first rows."""

from __future__ import annotations

from collections.abc import Mapping

from kogorta.errors import KogortaError
from kogorta.i18n import Message, Translator
from kogorta.ingest import import_presets
from kogorta.ingest.report import ImportReport
from kogorta.look.html import Html, el, join, paragraph, table
from kogorta_server.jobs import uploads
from kogorta_server.jobs.models import Upload
from kogorta_server.jobs.uploads import Check
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.parts.bars import control
from kogorta_server.ui.parts.forms import hidden_token
from kogorta_server.ui.parts.tables import NAMES, field_names, table_name

COLUMN = "column-"
"""Begins the names of the fields of a form that say what each column is; `header` repeats its headers."""

_SHOWN = 5


def understanding(ask: Ask, upload: Upload, check: Check, choice: Html) -> Html:
    """Write how a file is understood, as a form that puts it right and starts the import.

    Args:
        ask: The request.
        upload: The file.
        check: What was found out.
        choice: The choice of what the file is for.
    """
    t = ask.t
    head = el(
        "div",
        control(t.gettext("What it is for"), "form", choice),
        el(
            "button",
            t.gettext("Check again"),
            class_="button",
            formaction=link("upload_look", upload.pk),
            **look_again(upload),
        ),
        class_="bar",
    )
    form = el(
        "form",
        hidden_token(ask.request),
        el("input", type="hidden", name="form_before", value=check.form),
        head,
        problem(ask, check.error) if check.error else Html(""),
        _details(ask, check),
        _columns(ask, check),
        _first_rows(ask, check),
        _start(ask, check),
        method="post",
        action=link("upload", upload.pk),
    )
    return el("section", form, class_="card", id="look")


def look_again(upload: Upload) -> dict[str, str]:
    """Return the attributes of what has a file looked at as the form says it."""
    return {
        "hx_post": link("upload_look", upload.pk),
        "hx_target": "#look",
        "hx_swap": "outerHTML",
        "hx_include": "closest form",
    }


def form_choice(ask: Ask, chosen: str, attributes: Mapping[str, str] | None = None) -> Html:
    """Write the choice of what a file is for.

    Args:
        ask: The request.
        chosen: What is chosen; empty offers to find it out.
        attributes: Of the element.
    """
    t = ask.t
    found = [el("option", t.gettext("Find out by itself"), value="")] if not chosen else []
    tables = [el("option", table_name(ask, name), value=name, selected=name == chosen) for name in NAMES]
    systems = []
    for id_, preset in import_presets().items():
        value = f"{uploads.PRESET}{id_}"
        systems.append(el("option", preset.name, value=value, selected=value == chosen))
    return el(
        "select",
        *found,
        el("optgroup", *tables, label=t.gettext("Tables")),
        el("optgroup", *systems, label=t.gettext("Exports of other systems")),
        name="form",
        id="form",
        **(attributes or {}),
    )


def problem(ask: Ask, error: KogortaError) -> Html:
    """Write why a file cannot be read so, and what to do."""
    t = ask.t
    notes = [
        (t.gettext("Given"), _text(t, error.got)),
        (t.gettext("Expected"), _text(t, error.expected)),
        (t.gettext("What to do"), _text(t, error.hint)),
    ]
    told = [el("div", el("dt", name), el("dd", text)) for name, text in notes if text]
    return el(
        "div",
        el("p", el("strong", t.say(error.message)), class_="bad"),
        el("dl", *told, class_="notes"),
        class_="upload-problem",
        role="alert",
    )


def _text(t: Translator, value: object) -> str:
    if value is None:
        return ""
    return t.say(value) if isinstance(value, Message | str) else str(value)


def _details(ask: Ask, check: Check) -> Html:
    """Write how the file is read: its encoding, its sheet; of an export what is read of it."""
    t = ask.t
    if check.parts:
        parts = t.gettext("What is read of it: {parts}.", parts=", ".join(check.parts))
        return paragraph(parts, class_="lead")
    details = check.preview.details if check.preview else {}
    return paragraph(" · ".join(details.values()), class_="stamp") if details else Html("")


def _columns(ask: Ask, check: Check) -> Html:
    """Write a row for each column: its header, some cells, what it becomes."""
    t = ask.t
    if not check.columns:
        return Html("")
    fields = field_names(ask, check.form)
    rows = []
    for number, (header, samples) in enumerate(check.columns.items()):
        hidden = el("input", type="hidden", name="header", value=header)
        chosen = check.mapping.get(header, "")
        options = [el("option", t.gettext("keep as it is, as a property"), value="")]
        options += [
            el("option", label, value=name, selected=name == chosen) for name, label in fields.items()
        ]
        label = t.gettext("What the column {header} is", header=header)
        choice = el("select", *options, name=f"{COLUMN}{number}", aria_label=label)
        rows.append([join([hidden, header]), el("span", ", ".join(samples), class_="samples"), choice])
    heads = [t.gettext("Column"), t.gettext("For example"), t.gettext("What it is")]
    return table(heads, rows, text_columns=3, caption=t.gettext("How the columns are read"))


def _first_rows(ask: Ask, check: Check) -> Html:
    """Write what would become of the first rows."""
    t = ask.t
    report = check.first
    if report is None:
        return Html("")
    if report.note("same_file"):
        return paragraph(t.gettext("This very file was imported before just so: it would change nothing."))
    good = report.rows_read - report.quarantined
    told = t.ngettext(
        "Of the first {n} row {good} would be taken.",
        "Of the first {n} rows {good} would be taken.",
        report.rows_read,
        good=good,
    )
    notes = [el("li", t.say(note.message)) for note in report.notes if note.code != "dry_run"]
    parts = [el("h3", t.gettext("The first rows")), el("p", told)]
    if notes:
        parts.append(el("ul", *notes, class_="plain"))
    if report.quarantined:
        parts.append(_refused(ask, report))
    return join(parts)


def _refused(ask: Ask, report: ImportReport) -> Html:
    t = ask.t
    rows = [
        [t.integer(row.line), row.column, row.value, t.say(row.message)] for row in report.quarantine[:_SHOWN]
    ]
    heads = [t.gettext("Line"), t.gettext("Column"), t.gettext("Value"), t.gettext("Why, and what to do")]
    return table(heads, rows, text_columns=4, caption=t.gettext("Refused rows"))


def _start(ask: Ask, check: Check) -> Html:
    t = ask.t
    is_ready = check.error is None
    hint = (
        Html("")
        if is_ready
        else el("small", t.gettext("First put right what stands above, and check again."))
    )
    button = el("button", t.gettext("Bring it in"), class_="button primary", disabled=not is_ready)
    return el("div", button, hint, class_="buttons upload-start")
