"""kogorta import ADDRESS, kogorta import --source NAME: rows of other people's databases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich.markup import escape

from kogorta.cli.output import err
from kogorta.cli.progress import shown
from kogorta.cli.speak import t
from kogorta.errors import InputError, KogortaError
from kogorta.schema import TABLES
from kogorta.warehouse.batch import MAIN_SPACE


@dataclass(frozen=True)
class Asking:
    """What was said about the question.

    Attributes:
        query: A SELECT.
        from_table: Or a table.
        since_column: The column of changes.
        everything: All rows, whatever was read before.
    """

    query: str | None = None
    from_table: str | None = None
    since_column: str | None = None
    everything: bool = False

    @property
    def says_what(self) -> bool:
        """Whether it says what is asked for."""
        return bool(self.query or self.from_table or self.since_column)


def divide(words: Sequence[str], name: str | None) -> tuple[list[str], list[Path]]:
    """Return the addresses of databases among some words, and the paths.

    Raises:
        InputError: There are none, nor the name of a source.
    """
    from kogorta.ingest import is_url

    if not words and name is None:
        raise InputError(
            "there is nothing to import",
            expected="files, a folder, the address of a database, or --source NAME of one that kogorta.toml describes",
        )
    return [word for word in words if is_url(word)], [Path(word) for word in words if not is_url(word)]


def questions(
    workspace: Any, urls: Sequence[str], name: str | None, form: str | None, asking: Asking
) -> list[tuple[Any, str, Any]]:
    """Return what is asked of databases: each question, its canonical table, and how `kogorta.toml` says it is read.

    Raises:
        InputError: An option has no address that it could belong to, or the table is not said.
        NotFoundError: There is no source of this name.
    """
    from kogorta.ingest import ImportOptions, SqlSource

    if not urls and (asking.says_what or (asking.everything and not name)):
        raise InputError(
            "--query, --from-table and --since-column say what is asked of a database, and --all how much",
            expected="the address of one: sqlite:///shop.db",
        )
    if name is not None:
        return workspace.named_source(name)  # type: ignore[no-any-return]
    if urls and form not in TABLES:
        raise InputError(
            "which table are the rows of the database for?",
            got=form,
            expected=", ".join(TABLES),
            hint="say --table NAME",
        )
    return [
        (
            SqlSource.meant_for(str(form), url, asking.from_table, asking.query, asking.since_column),
            str(form),
            ImportOptions(),
        )
        for url in urls
    ]


def fetch(
    workspace: Any,
    asked: Sequence[tuple[Any, str, Any]],
    wishes: Any,
    everything: bool,
    show: Callable[[Any], None],
    tell: Callable[[str, Any], None],
) -> int:
    """Import the answers to some questions one after the other.

    Args:
        workspace: Where they go.
        asked: The questions.
        wishes: From the command line; they win over what `kogorta.toml` says.
        everything: All rows, whatever was read before.
        show: Prints how the columns are read.
        tell: Prints what became of the rows.

    Returns:
        How many rows came in or were known; an answer without rows counts as one, for it is no failure.
    """
    good = 0
    for source, form, said in asked:
        try:
            report = _one(workspace, source, form, _together(wishes, said), everything, show)
        except KogortaError as error:
            err.print(f"[bold red]{escape(source.table or form)}:[/] " + escape(error.describe(t)))
            continue
        tell(source.table or form, report)
        good += report.loaded + report.updated + report.same + (not report.rows_read)
    return good


def _one(
    workspace: Any, source: Any, form: str, wishes: Any, everything: bool, show: Callable[[Any], None]
) -> Any:
    with ExitStack() as stack:
        with shown() as progress:
            fetched = workspace.fetched(source, form, everything=everything, progress=progress)
            snapshot = stack.enter_context(fetched)
        if snapshot.rows:
            show(workspace.preview(snapshot, form, wishes))
        with shown() as progress:
            return workspace.import_fetched(snapshot, source, form, options=wishes, progress=progress)


def _together(wishes: Any, said: Any) -> Any:
    """Return the wishes of the command line above those of `kogorta.toml`."""
    space = said.id_space if wishes.id_space == MAIN_SPACE else wishes.id_space
    return replace(wishes, mapping={**said.mapping, **wishes.mapping}, id_space=space)
