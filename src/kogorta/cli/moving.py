"""kogorta import --preset: bring over what another system has exported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.markup import escape

from kogorta.cli.output import err, out, table
from kogorta.cli.progress import shown
from kogorta.cli.speak import t
from kogorta.errors import InputError, KogortaError


def list_presets() -> None:
    """Print the systems whose exports are read, and what of each of their files."""
    from kogorta.ingest import import_presets

    rows = []
    for preset in import_presets().values():
        names = [preset.id, preset.name]
        for part in preset.files:
            rows.append([*names, part.reads[t.lang] + (" *" if part.guessed else "")])
            names = ["", ""]
    headers = ["--preset", t.gettext("System"), t.gettext("What is read")]
    table(t.gettext("Exports that are read"), headers, rows)
    out.print(
        t.gettext(
            "* Guessed: no published page was found on how these columns are called."
            " Say yours with --map table.field=column."
        ),
        markup=False,
    )


def import_export(
    workspace: Any,
    paths: Sequence[Path],
    preset: str,
    wishes: Any,
    id_space: str | None,
    tell: Callable[[str, Any], None],
) -> int:
    """Import the files of an export table by table; return how many rows are in the base now.

    Args:
        workspace: Where to.
        paths: Files and folders.
        preset: Of which system.
        wishes: What this run wishes.
        id_space: The space of the ids, if somebody named one.
        tell: Prints what became of one table.

    Raises:
        InputError: None of the files is one of this export, or one cannot be read.
    """
    with shown():
        plan = workspace.plan_export(paths, preset, wishes)
    if plan.left:
        names = ", ".join(path.name for path in plan.left)
        out.print(t.gettext("Nothing of this export, left alone: {files}", files=names), markup=False)
    good = 0
    for job in plan.jobs:
        try:
            with shown() as show:
                options = job.options(wishes, id_space)
                report = workspace.import_file(job.path, job.table, options=options, progress=show)
        except KogortaError as error:
            place = "" if error.path == str(job.path) else f"[bold red]{escape(str(job.path))}:[/] "
            err.print(place + escape(error.describe(t)))
            continue
        if report.rows_read:
            tell(f"{job.path.name} → {job.reading.part.label}", report)
        good += report.loaded + report.updated + report.same
    return good


def check_alone(form: str | None, urls: Sequence[str], source: str | None) -> None:
    """Refuse what does not go with a preset.

    Raises:
        InputError: A table was named, which the preset says itself, or a database, which is no file of an export.
    """
    if form:
        raise InputError(
            "a preset says itself for which tables the files are",
            got=form,
            hint="leave --table and --as out",
        )
    if urls or source:
        raise InputError(
            "a preset reads files that were exported",
            got=", ".join([*urls, *([source] if source else [])]),
            expected="files, or a folder of files",
            hint="leave --preset out, and say --table NAME",
        )
