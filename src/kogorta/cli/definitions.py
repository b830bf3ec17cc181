"""kogorta segments plan | apply | pull | versions | test: definitions as files."""

from __future__ import annotations

from collections.abc import Sequence
from getpass import getuser
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

import kogorta
from kogorta.cli.asking import agreed
from kogorta.cli.options import HERE, AsFormat, Folder, OutFile
from kogorta.cli.output import Format, emit, err, out, table
from kogorta.cli.speak import t
from kogorta.report.words import about_unrecorded, version_changes
from kogorta.vocab import PlanAction, PullAction

FAILED = 1
_SHOWN_LINES = 40
_SIGNS = {
    PlanAction.NEW: "+",
    PlanAction.CHANGED: "~",
    PlanAction.REMOVED: "−",
    PlanAction.FOLLOWS: "↻",
}


def register(app: typer.Typer) -> None:
    """Add the commands to `kogorta segments`."""
    app.command("plan", help=t.gettext("Show what applying the files in segments/ would change."))(plan)
    app.command("apply", help=t.gettext("Register what the files in segments/ define."))(apply)
    app.command("pull", help=t.gettext("Write the definitions that stand into segments/."))(pull)
    app.command("versions", help=t.gettext("Show every version of a definition, and how two differ."))(
        versions
    )
    app.command("test", help=t.gettext("Run your own tests of definitions."))(run_tests)


def plan(
    folder: Folder = HERE,
    check: Annotated[
        bool, typer.Option("--check", help=t.gettext("Exit 1 if anything would change."))
    ] = False,
    format_: AsFormat = Format.TABLE,
    file: OutFile = None,
) -> None:
    """Show the plan; exit 0, with --check 1 if there is anything to do."""
    with kogorta.open(folder) as workspace:
        found = workspace.plan()
        zone = workspace.config.workspace.timezone
    if format_ is Format.TABLE:
        _show(found, zone)
    else:
        emit(_rows(found), format_, file)
    if check and not found.is_clean:
        raise typer.Exit(FAILED)


def apply(
    folder: Folder = HERE,
    yes: Annotated[bool, typer.Option("--yes", help=t.gettext("Do not ask."))] = False,
    force: Annotated[
        bool, typer.Option("--force", help=t.gettext("Overrule what was changed elsewhere."))
    ] = False,
    author: Annotated[
        str | None,
        typer.Option(
            "--author", metavar="NAME", help=t.gettext("Who does it; by default the system's user.")
        ),
    ] = None,
) -> None:
    """Show the plan, ask, and register; exit 1 if the answer is no."""
    with kogorta.open(folder) as workspace:
        found = workspace.plan()
        if not force:
            found.refuse_drift(workspace.config)
        _show(found, workspace.config.workspace.timezone, ends=False)
        if found.changes and not yes and not agreed(t.gettext("Apply this? [y/N]")):
            err.print(t.gettext("Nothing was changed."))
            raise typer.Exit(FAILED)
        done = workspace.apply(author or _user(), force=force, shown=found)
    if done.versions:
        out.print(
            t.ngettext("{n} version was registered.", "{n} versions were registered.", len(done.versions))
        )
        out.print(t.gettext("Next: kogorta refresh, which writes down who entered and left by it."))


def _user() -> str | None:
    try:
        return getuser()
    except (OSError, KeyError):
        return None


def pull(
    folder: Folder = HERE,
    force: Annotated[
        bool,
        typer.Option(
            "--force", help=t.gettext("Write over edits that were not applied; they are kept as .mine files.")
        ),
    ] = False,
    format_: AsFormat = Format.TABLE,
    file: OutFile = None,
) -> None:
    """Write what stands into the folder."""
    with kogorta.open(folder) as workspace:
        found = workspace.pull(force=force)
    if format_ is not Format.TABLE:
        rows = [
            {"id": item.id, "action": item.action.value, "file": item.file, "copy": item.copy}
            for item in found
        ]
        emit(rows, format_, file)
        return
    if not found:
        out.print(t.gettext("The files say what stands already."))
    for item in found:
        _line(_pulled(item))


def _pulled(item: Any) -> str:
    file = item.file or ""
    said = {
        PullAction.WRITTEN: t.gettext("{id}: written to {file}", id=item.id, file=file),
        PullAction.REWRITTEN: t.gettext("{id}: rewritten in {file}", id=item.id, file=file),
        PullAction.DELETED: t.gettext("{id}: taken out of {file}, it was taken away", id=item.id, file=file),
        PullAction.KEPT: t.gettext(
            "{id}: left as {file} has it, that was not applied yet", id=item.id, file=file
        )
        if item.file
        else t.gettext("{id}: left out of the folder, that was not applied yet", id=item.id),
    }[item.action]
    if item.copy:
        said += t.gettext("; what the file said before is in {copy}", copy=item.copy)
    return said


# --- a plan ---------------------------------------------------------------------------------------


def _show(found: Any, zone: str, *, ends: bool = True) -> None:
    """Print a plan; `ends` tells what to do next."""
    for row in found.changes:
        _line(f"{_SIGNS[row.action]} {_planned(row)}")
        _diff(row.difference)
    for drift in found.drifts:
        _line(f"! {_drifted(drift, zone)}")
    if found.is_clean:
        out.print(t.gettext("Nothing to do: the files say what stands."))
        return
    counts = {action.value: sum(row.action is action for row in found.rows) for action in PlanAction}
    _line(
        t.gettext(
            "New: {new}, changed: {changed}, removed: {removed}, changed by what they name: {follows}, the same: {same}.",
            **counts,
        )
    )
    if not ends:
        return
    if found.drifts:
        out.print(t.gettext("Next: kogorta segments pull, and look at the plan again."))
    else:
        out.print(t.gettext("Next: kogorta segments apply"))


def _planned(row: Any) -> str:
    if row.action is PlanAction.NEW:
        return t.gettext("{id}: new, from {file}", id=row.id, file=row.file)
    if row.action is PlanAction.CHANGED:
        return t.gettext("{id}: changed by {file}", id=row.id, file=row.file)
    if row.action is PlanAction.REMOVED:
        return t.gettext("{id}: removed", id=row.id)
    names = t.listing(list(row.because))
    return t.gettext("{id}: changes with what it names: {names}", id=row.id, names=names)


def _drifted(drift: Any, zone: str) -> str:
    at = t.instant(drift.at, zone)
    stands = (
        t.gettext("version {number}, {at}, by {author}", number=drift.stands, at=at, author=drift.author)
        if drift.author
        else t.gettext("version {number}, {at}", number=drift.stands, at=at)
    )
    if drift.is_removed:
        return t.gettext("{id}: taken away elsewhere: {stands}", id=drift.id, stands=stands)
    if drift.based_on is None:
        return t.gettext("{id}: defined elsewhere: {stands}", id=drift.id, stands=stands)
    return t.gettext(
        "{id}: changed elsewhere: {stands}; the folder is based on version {base}",
        id=drift.id,
        stands=stands,
        base=drift.based_on,
    )


def _diff(lines: Sequence[str]) -> None:
    for line in lines[:_SHOWN_LINES]:
        _line(f"    {line}")
    if len(lines) > _SHOWN_LINES:
        left = len(lines) - _SHOWN_LINES
        out.print("    " + t.ngettext("… and {n} more line", "… and {n} more lines", left))


def _rows(found: Any) -> list[dict[str, Any]]:
    """Return a plan for programs: a row a definition, and a row a drift."""
    drifts = {drift.id: drift for drift in found.drifts}
    rows = [_row(row.id, row, drifts.get(row.id)) for row in found.rows]
    shown = {row.id for row in found.rows}
    return rows + [_row(id_, None, drift) for id_, drift in drifts.items() if id_ not in shown]


def _row(id_: str, row: Any, drift: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "action": row.action.value if row else None,
        "file": row.file if row else drift.file,
        "because": ", ".join(row.because) if row else "",
        "diff": "\n".join(row.difference) if row else "",
        "is_drift": drift is not None,
        "based_on": drift.based_on if drift else None,
        "stands": drift.stands if drift else None,
        "stands_at": drift.at if drift else None,
        "stands_by": drift.author if drift else None,
    }


# --- versions -------------------------------------------------------------------------------------


def versions(
    definition: Annotated[
        str, typer.Argument(metavar="ID", help=t.gettext("Of a definition or a scheme, such as lifecycle."))
    ],
    start: Annotated[
        int | None, typer.Option("--from", metavar="NUMBER", help=t.gettext("Show how this version …"))
    ] = None,
    end: Annotated[
        int | None, typer.Option("--to", metavar="NUMBER", help=t.gettext("… became this one."))
    ] = None,
    folder: Folder = HERE,
    format_: AsFormat = Format.TABLE,
    file: OutFile = None,
) -> None:
    """List versions, or show how two differ."""
    with kogorta.open(folder) as workspace:
        zone = workspace.config.workspace.timezone
        if start is not None or end is not None:
            lines = workspace.version_difference(definition, start, end)
            for line in lines:
                _line(line)
            if not lines:
                out.print(t.gettext("These versions say the same."))
            return
        found = workspace.versions(definition)
    if format_ is not Format.TABLE:
        emit([_version(item) for item in found], format_, file)
        return
    headers = [t.gettext("Version"), t.gettext("When"), t.gettext("Author"), t.gettext("What changed")]
    rows = [
        [
            t.integer(item.number),
            t.instant(item.at, zone),
            escape(item.author or "—"),
            version_changes(t, item),
        ]
        for item in found
    ]
    table(definition, headers, rows, right=(0,))


def _version(item: Any) -> dict[str, Any]:
    return {
        "version": item.number,
        "at": item.at,
        "author": item.author,
        "changes": ", ".join(change.value for change in item.changes),
        "lines_added": item.added,
        "lines_gone": item.gone,
    }


# --- tests ----------------------------------------------------------------------------------------


def run_tests(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]...", help=t.gettext("By default those in segments/tests/.")),
    ] = None,
    folder: Folder = HERE,
    format_: AsFormat = Format.TABLE,
    file: OutFile = None,
) -> None:
    """Run tests; exit 0 if all pass, 1 if one fails."""
    with kogorta.open(folder) as workspace:
        trials = workspace.try_segments(files or ())
    failed = [trial for trial in trials if not trial.is_passed]
    if format_ is Format.TABLE:
        for trial in trials:
            _tell(trial)
        out.print(t.ngettext("{n} test passed.", "{n} tests passed.", len(trials) - len(failed)))
        if failed:
            out.print(t.ngettext("{n} test failed.", "{n} tests failed.", len(failed)))
    else:
        emit([row for trial in trials for row in _results(trial)], format_, file)
    if failed:
        raise typer.Exit(FAILED)


def _tell(trial: Any) -> None:
    _line(f"{'✓' if trial.is_passed else '✗'} {trial.name} ({trial.file})")
    if trial.unrecorded:
        _line("    " + about_unrecorded(t, trial.unrecorded))
    for mismatch in trial.mismatches:
        if mismatch.missing:
            _line(
                "    "
                + t.gettext(
                    "{segment}: missing {people}",
                    segment=mismatch.segment,
                    people=", ".join(mismatch.missing),
                )
            )
        if mismatch.unknown:
            _line(
                "      "
                + t.gettext(
                    "nothing was known then of {people}: give a fact before as_of, or created_at",
                    people=", ".join(mismatch.unknown),
                )
            )
        if mismatch.unexpected:
            _line(
                "    "
                + t.gettext(
                    "{segment}: not expected {people}",
                    segment=mismatch.segment,
                    people=", ".join(mismatch.unexpected),
                )
            )


def _results(trial: Any) -> list[dict[str, Any]]:
    base = {"file": trial.file, "test": trial.name, "is_passed": trial.is_passed}
    if trial.is_passed:
        return [{**base, "segment": None, "missing": "", "unexpected": ""}]
    return [
        {
            **base,
            "segment": mismatch.segment,
            "missing": ", ".join(mismatch.missing),
            "unexpected": ", ".join(mismatch.unexpected),
        }
        for mismatch in trial.mismatches
    ]


def _line(text: str) -> None:
    """Print a line that holds texts of people, as they are."""
    out.print(text, markup=False, soft_wrap=True)
