"""kogorta erase: take one person out of the base for ever."""

from __future__ import annotations

from typing import Annotated, Any

import typer

import kogorta
from kogorta.cli.asking import agreed
from kogorta.cli.options import HERE, AsFormat, Folder, OutFile
from kogorta.cli.output import Format, emit, err, out, table
from kogorta.cli.speak import t

DECLINED = 1
_SHOWN_IDS = 20


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(
        "erase",
        help=t.gettext("Erase one person for ever: ids, contacts, attributes; sales stay as nobody's."),
    )(erase)


def erase(
    customer: Annotated[
        str, typer.Argument(metavar="CUSTOMER", help=t.gettext("One of his ids, as it stands in your files."))
    ],
    folder: Folder = HERE,
    id_space: Annotated[
        str | None,
        typer.Option(
            "--id-space",
            metavar="NAME",
            help=t.gettext("Name of the ids, where several persons have this one."),
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help=t.gettext("Do not ask."))] = False,
    format_: AsFormat = Format.TABLE,
    file: OutFile = None,
) -> None:
    """Show whom and what it takes, ask, and erase; exit 1 if the answer is no."""
    is_table = format_ is Format.TABLE
    with kogorta.open(folder) as workspace:
        if not yes:
            _show(workspace.preview_erasure(customer, id_space), err if not is_table else out)
            if not agreed(t.gettext("This cannot be undone. Erase? [y/N]")):
                err.print(t.gettext("Nothing was erased."))
                raise typer.Exit(DECLINED)
        taken = workspace.erase(customer, id_space)
    if not is_table:
        emit([_row(taken)], format_, file)
        return
    if yes:
        _show(taken, out)
    out.print(t.gettext("Erased. What comes of this person again is refused."))
    out.print(t.gettext("Reports, exports and files outside the workspace are yours to delete."))
    out.print(t.gettext("Next: kogorta refresh, which writes that the segments were left."))


def _show(erasure: Any, console: Any) -> None:
    """Print the ids that are one person, and the rows that go or stay."""
    ids = erasure.customer_ids
    shown = ", ".join(ids[:_SHOWN_IDS]) + (" …" if len(ids) > _SHOWN_IDS else "")
    console.print(
        t.ngettext("{n} id is this person: {ids}", "{n} ids are this person: {ids}", len(ids), ids=shown),
        markup=False,
    )
    counts = [
        (t.gettext("Orders"), erasure.orders),
        (t.gettext("Events"), erasure.events),
        (t.gettext("Contacts"), erasure.contacts),
        (t.gettext("Browsers and devices"), erasure.devices),
        (t.gettext("Refused rows, deleted"), erasure.quarantined),
        *((t.gettext("Rows deleted: {table}", table=name), n) for name, n in erasure.deleted.items()),
        *((t.gettext("Rows left to nobody: {table}", table=name), n) for name, n in erasure.kept.items()),
    ]
    table(
        t.gettext("What goes"),
        [t.gettext("What"), t.gettext("How many")],
        [[what, t.integer(n)] for what, n in counts],
        right=(1,),
        console=console,
    )


def _row(erasure: Any) -> dict[str, Any]:
    return {
        "customer_ids": ", ".join(erasure.customer_ids),
        "devices": erasure.devices,
        "orders": erasure.orders,
        "events": erasure.events,
        "contacts": erasure.contacts,
        "rows_deleted": sum(erasure.deleted.values()),
        "rows_kept": sum(erasure.kept.values()),
        "rows_quarantined": erasure.quarantined,
    }
