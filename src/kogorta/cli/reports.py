"""kogorta refresh, audit, traits, report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import kogorta
from kogorta.cli.options import HERE, AsOf, Folder, KnownAt
from kogorta.cli.output import Format, emit_arrow, format_of, out, table
from kogorta.cli.speak import t
from kogorta.errors import InputError
from kogorta.i18n import translator
from kogorta.report.words import cause_name
from kogorta.vocab import WholePass

if TYPE_CHECKING:
    from kogorta.membership.refresh import RefreshReport

MARKS = {"good": "[green]✓[/]", "info": "[blue]i[/]", "warn": "[yellow]![/]", "bad": "[red]✗[/]"}
"""What stands before a finding, by severity."""


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("refresh", help=t.gettext("Bring every segment up to an instant and record what changed."))(
        refresh
    )
    app.command("audit", help=t.gettext("Say what the base lacks and what is good about it."))(audit)
    app.command("traits", help=t.gettext("Write all traits of everyone to a file."))(traits)
    app.command("report", help=t.gettext("Write the report: one HTML file, to forward."))(report)


def why_everyone(reason: WholePass) -> str:
    """Say in the reader's language why a refresh looked at everyone."""
    return {
        WholePass.FIRST: t.pgettext("everyone", "nothing was kept of a run before"),
        WholePass.ASKED: t.pgettext("everyone", "as asked"),
        WholePass.FRAME: t.pgettext("everyone", "the yardstick of the base is a new one"),
        WholePass.DEFINITION: t.pgettext("everyone", "a definition or a setting changed"),
        WholePass.ERASURE: t.pgettext("everyone", "somebody was erased"),
        WholePass.ACCOUNTS: t.pgettext("everyone", "people are judged by their accounts"),
        WholePass.SUMMARIES: t.pgettext("everyone", "the base knows sums only"),
        WholePass.CLEARED_LIST: t.pgettext("everyone", "a whole list was cleared or replaced"),
        WholePass.LATE_IMPORT: t.pgettext("everyone", "undated rows of an import became visible"),
        WholePass.NEW_DAY: t.pgettext("everyone", "a new day began"),
        WholePass.HISTORY: t.pgettext("everyone", "the history is now long enough, or too short, to be sure"),
        WholePass.TRAIT: t.pgettext("everyone", "a trait is tested that may turn at any moment"),
        WholePass.SHARED: t.pgettext("everyone", "outlets, holidays or the like changed, which concern many"),
        WholePass.MANY: t.pgettext("everyone", "so many may have moved that it is quicker"),
    }[reason]


def refresh(
    folder: Folder = HERE,
    as_of: AsOf = None,
    full: Annotated[
        bool, typer.Option("--full", help=t.gettext("Take a new yardstick of the base whatever its age."))
    ] = False,
    everyone: Annotated[
        bool,
        typer.Option(
            "--everyone",
            help=t.gettext("Look at everyone, also at those who cannot have moved since the last run."),
        ),
    ] = False,
    due: Annotated[
        bool,
        typer.Option("--due", help=t.gettext("Only what is due by its cadence, is new or has changed.")),
    ] = False,
) -> None:
    """Refresh all schemes, or those that are due."""
    if due and full:
        raise InputError(
            "a new yardstick is for all segments, --due is for some", hint="leave out --due, or --full"
        )
    with kogorta.open(folder) as workspace, out.status(t.gettext("working it out …")):
        done = (
            workspace.refresh_due(as_of, everyone=everyone)
            if due
            else workspace.refresh(as_of, full=full, everyone=everyone)
        )
        zone = workspace.config.workspace.timezone
    if done is None:
        out.print(t.gettext("Nothing is due. kogorta status shows when something will be."))
        return
    _print_refreshed(done, zone)


def _print_refreshed(done: RefreshReport, zone: str) -> None:
    out.print(
        t.gettext(
            "Run {run}: {customers} as of {instant}.",
            run=done.run_id,
            customers=t.customers(done.customers),
            instant=t.instant(done.as_of, zone),
        )
    )
    if done.waiting:
        out.print(t.gettext("Brought up to date: {ids}.", ids=", ".join(done.refreshed)))
        out.print(t.gettext("Not due yet: {ids}.", ids=", ".join(done.waiting)), style="dim")
    _print_looked_at(done)
    if done.window_chosen is not None:
        span = t.days(done.window_chosen) if done.window_chosen else t.gettext("all time")
        out.print(
            t.gettext(
                "RFM window chosen by how often people come: {span} (written to kogorta.toml).", span=span
            )
        )
    if done.changes:
        rows = [
            [scheme, cause_name(t, cause), t.integer(n)]
            for (scheme, cause), n in sorted(done.changes.items())
        ]
        table(
            t.gettext("Who moved"),
            [t.gettext("Scheme"), t.gettext("Why"), t.gettext("Customers")],
            rows,
            right=(2,),
        )
    else:
        out.print(t.gettext("Nobody moved."))
    for scheme in done.hidden:
        out.print(
            t.gettext(
                "{scheme} is hidden: too few people order more than once for five frequency scores.",
                scheme=scheme,
            )
        )


def _print_looked_at(done: RefreshReport) -> None:
    """Say how many people were looked at, or why everyone was."""
    if done.whole_pass is None:
        told = t.gettext("Looked at {customers} who may have moved.", customers=t.customers(done.looked_at))
    else:
        told = t.gettext("Looked at everyone: {reason}.", reason=why_everyone(done.whole_pass))
    out.print(told, style="dim")


def audit(folder: Folder = HERE, as_of: AsOf = None) -> None:
    """Audit the base."""
    with kogorta.open(folder) as workspace:
        found = workspace.audit(as_of or workspace.last_instant())
    for finding in found.findings:
        out.print(f"{MARKS[finding.severity]} {t.say(finding.message)}")
        if finding.hint is not None:
            out.print(f"    {t.say(finding.hint)}", style="dim")


def traits(
    file: Annotated[Path, typer.Option("--out", metavar="FILE", help=t.gettext(".csv, .json or .parquet"))],
    folder: Folder = HERE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--trait", metavar="NAME", help=t.gettext("Only this one; may be given several times.")),
    ] = None,
) -> None:
    """Write traits."""
    format_: Format = format_of(file)
    with kogorta.open(folder) as workspace:
        rows = workspace.traits(as_of or workspace.last_instant(), known_at, names=only)
    emit_arrow(rows, format_, file)
    out.print(
        t.gettext(
            "{customers}, {traits} traits: {file}",
            customers=t.customers(rows.num_rows),
            traits=rows.num_columns - 1,
            file=str(file),
        )
    )


def report(
    file: Annotated[Path, typer.Option("--out", metavar="FILE", help=t.gettext("The HTML file."))] = Path(
        "report.html"
    ),
    folder: Folder = HERE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    lang: Annotated[
        str | None, typer.Option(metavar="LANG", help=t.gettext("ru or en; by default the workspace's."))
    ] = None,
) -> None:
    """Write the report."""
    from kogorta.report import render

    with kogorta.open(folder) as workspace, out.status(t.gettext("working it out …")):
        data = workspace.report_data(as_of or workspace.last_instant(), known_at)
        language: Any = lang or workspace.config.workspace.language
        translator(language)
        text = render(data, language)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    out.print(t.gettext("The report is in {file}: open it in a browser, or forward it.", file=str(file)))
