"""The line under a long import: what is being done, how far it is, how fast."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from kogorta.cli.output import err
from kogorta.cli.speak import t

PATIENCE_SECONDS = 1.0
"""What is over sooner is not worth a word."""


@contextmanager
def shown(console: Console = err) -> Iterator[Callable[[Any], None]]:
    """Give a function that shows the steps of an import to a person; a file or a pipe is told nothing.

    Args:
        console: Where it is shown; standard error by default, so that answers stay clean.
    """
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(_stage("reading"), total=None)
        yield lambda step: progress.update(task, description=line(step))


def line(step: Any) -> str:
    """Say how far an import is: the stage, what is done of its present pass, the rows read, the speed."""
    if step.seconds < PATIENCE_SECONDS:
        return _stage(step.stage)
    parts = [_stage(step.stage)]
    if step.share is not None:
        parts.append(t.gettext("this pass: {share}", share=t.percent(step.share, 0)))
    if step.rows:
        parts.append(t.ngettext("{n} row", "{n} rows", step.rows))
        parts.append(t.gettext("{rows} rows/s", rows=int(step.rows_per_second)))
    return " · ".join(parts)


def _stage(code: str) -> str:
    """Say what an import is doing."""
    return {
        "reading": t.pgettext("import stage", "reading"),
        "checking": t.pgettext("import stage", "checking"),
        "shaping": t.pgettext("import stage", "shaping"),
        "saving": t.pgettext("import stage", "saving"),
    }[code]
