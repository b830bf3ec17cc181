"""kogorta status: how fresh everything is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

import kogorta
from kogorta.cli.options import HERE, AsFormat, AsOf, Folder, KnownAt
from kogorta.cli.output import Format, emit, out, table
from kogorta.cli.speak import t
from kogorta.report.words import freshness_told
from kogorta.vocab import Freshness

if TYPE_CHECKING:
    from kogorta.membership.attempts import Failure
    from kogorta.membership.status import Position, Status

MARKS = {
    Freshness.FRESH: "green",
    Freshness.DUE: "blue",
    Freshness.CHANGED: "blue",
    Freshness.STALE: "yellow",
    Freshness.NEVER: "yellow",
}


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(
        "status", help=t.gettext("Say how fresh every segment is, what is late, and why a refresh failed.")
    )(status)


def status(
    folder: Folder = HERE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    check: Annotated[
        bool,
        typer.Option("--check", help=t.gettext("Exit with 1 if a refresh failed or something is overdue.")),
    ] = False,
    format_: AsFormat = Format.TABLE,
) -> None:
    """Show how fresh everything is."""
    with kogorta.open(folder) as workspace:
        found = workspace.status(as_of, known_at)
        if format_ is Format.TABLE:
            _print(workspace, found)
        else:
            emit([_fields(item) for item in found.positions], format_)
    if check and not found.is_good:
        raise typer.Exit(1)


def _fields(item: Position) -> dict[str, Any]:
    return {
        "id": item.id,
        "freshness": item.freshness.value,
        "as_of": item.as_of,
        "cadence": str(item.cadence) if item.cadence else None,
        "due_at": item.due_at,
        "imports_since": item.imports_since,
    }


def _print(workspace: Any, found: Status) -> None:
    zone = workspace.config.workspace.timezone
    groups: dict[tuple[object, ...], list[Position]] = {}
    for item in found.positions:
        alike = (item.as_of, item.cadence, item.imports_since, item.freshness)
        groups.setdefault(alike, []).append(item)
    # sixty segments that were brought up together stand in one row
    rows = [
        [
            ", ".join(one.id for one in (item, *others)),
            t.instant(item.as_of, zone) if item.as_of else "—",
            t.lasting(item.cadence.delta) if item.cadence else t.pgettext("cadence", "every refresh"),
            f"[{MARKS[item.freshness]}]{freshness_told(t, item, found.at, zone)}[/]",
        ]
        for item, *others in groups.values()
    ]
    headers = [
        t.gettext("Segments"),
        t.gettext("As of"),
        t.gettext("Cadence"),
        t.gettext("How fresh"),
    ]
    table("", headers, rows)
    if found.failure is not None:
        _print_failure(found.failure, zone)
    if any(item.freshness is not Freshness.FRESH for item in found.positions):
        out.print(t.gettext("Next: kogorta refresh --due"), style="dim")


def _print_failure(failure: Failure, zone: str) -> None:
    """Say that the last refresh failed, why, and what is shown meanwhile."""
    at = t.instant(failure.started_at, zone)
    told = t.gettext("The refresh begun on {instant} did not come to its end:", instant=at)
    out.print(f"\n[bold red]{told}[/]")
    out.print("  " + failure.reason[t.lang], markup=False)
    if failure.times > 1:
        out.print(
            t.ngettext(
                "{n} refresh has failed since the last good one.",
                "{n} refreshes have failed since the last good one.",
                failure.times,
            )
        )
    out.print(t.gettext("Segments stay as they were at the instants above; nothing of it was kept."))
