"""What became of a file that was brought in."""

from __future__ import annotations

from typing import Any

from kogorta.look.html import Html, el, join, table
from kogorta_server.jobs import files
from kogorta_server.jobs.models import Upload
from kogorta_server.jobs.sentences import unpack
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.parts.tables import table_name

_COUNTS = ("read", "loaded", "updated", "same", "refused")


def totals(ask: Ask, upload: Upload) -> str:
    """Write in few words what became of the rows of a file."""
    t = ask.t
    read, loaded, updated, same, refused = (sum(part[name] for part in _parts(upload)) for name in _COUNTS)
    words = [t.ngettext("{n} row", "{n} rows", read)]
    for count, text in (
        (loaded, t.pgettext("rows", "{n} loaded", n=loaded)),
        (updated, t.pgettext("rows", "{n} updated", n=updated)),
        (same, t.pgettext("rows", "{n} known already", n=same)),
        (refused, t.pgettext("rows", "{n} refused", n=refused)),
    ):
        if count:
            words.append(text)
    return f"{words[0]}: {', '.join(words[1:])}" if words[1:] else words[0]


def outcome_of(ask: Ask, upload: Upload) -> Html:
    """Write what became of every row of a file, table by table."""
    t = ask.t
    parts = _parts(upload)
    heads = [
        t.gettext("Table"),
        t.gettext("Rows read"),
        t.gettext("Loaded"),
        t.gettext("Updated"),
        t.gettext("Known already"),
        t.gettext("Refused"),
    ]
    rows = [[table_name(ask, part["form"]), *(t.integer(part[name]) for name in _COUNTS)] for part in parts]
    counts = table(heads, rows, caption=t.gettext("What became of the rows"))
    told = []
    number = 0
    for part in parts:
        notes = [el("li", t.say(unpack(note))) for note in part["notes"]]
        if notes:
            told.append(el("ul", *notes, class_="plain"))
        if part["refused"]:
            number += 1
            told.append(_refused(ask, upload, part, number))
    if any(part["loaded"] or part["updated"] for part in parts):
        told.append(
            el(
                "p",
                t.gettext("Segments are being refreshed with it."),
                " ",
                el("a", t.pgettext("menu", "Jobs"), href=link("jobs")),
            )
        )
    return join([counts, *told])


def _refused(ask: Ask, upload: Upload, part: dict[str, Any], number: int) -> Html:
    """Write why rows were refused, and where they are."""
    t = ask.t
    rows = [[t.say(unpack(reason["said"])), t.integer(reason["rows"])] for reason in part["reasons"]]
    told = table(
        [t.gettext("Why, and what to do"), t.gettext("Rows")], rows, caption=t.gettext("Refused rows")
    )
    if not files.quarantine_path(upload.pk, number).is_file():
        return join([el("h3", t.gettext("Refused rows")), told])
    address = link("upload_refused", upload.pk, number)
    fetch = el("a", t.gettext("Fetch the refused rows"), href=address, class_="button", download=True)
    return join([el("h3", t.gettext("Refused rows")), told, el("p", fetch)])


def _parts(upload: Upload) -> list[dict[str, Any]]:
    return list(upload.outcome["parts"]) if upload.outcome else []
