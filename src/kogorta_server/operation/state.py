"""The state database in a backup: users, keys, the audit log, jobs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from kogorta.errors import BackupError
from kogorta_server.environment import STATE_FILE

ROWS = Path("state")
"""Where the rows of a state lie that is no file."""
_MIGRATIONS = "django_migrations"


def is_file() -> bool:
    """Tell whether the state is a file of the workspace."""
    return connection.vendor == "sqlite"


def dump(folder: Path) -> dict[str, int]:
    """Write the state as of one moment below a folder, while others write; never from within a transaction.

    SQLite gives a file that is a database again; PostgreSQL a file of rows for each table.

    Returns:
        How many rows each table has.
    """
    connection.ensure_connection()
    if not is_file():
        return _dump_rows(folder / ROWS)
    target = folder / STATE_FILE
    target.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy)
        # a copy of a database with a log beside it would otherwise want one, too
        copy.execute("PRAGMA journal_mode=DELETE")
    return counts_of_file(target)


def load(folder: Path, migrations: dict[str, str]) -> dict[str, int]:
    """Bring the rows of a backup into an empty PostgreSQL database, whose tables are then as they were.

    Args:
        folder: As `dump` wrote it.
        migrations: By app, the last that was applied when it was written.

    Returns:
        How many rows each table has.
    """
    for app, name in migrations.items():
        call_command("migrate", app, name, interactive=False, verbosity=0)
    with transaction.atomic(), connection.cursor() as cursor:
        files = sorted((folder / ROWS).glob("*.rows"))
        there = {path.stem for path in files}
        names = ", ".join(connection.ops.quote_name(name) for name in sorted(there))
        cursor.execute(f"TRUNCATE {names} CASCADE")
        for path in files:
            _load_rows(cursor, path)
        models = [model for model in apps.get_models() if model._meta.db_table in there]  # noqa: SLF001  Django's own way
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
    return counts(there)


def is_empty() -> bool:
    """Tell whether nobody lives in the state database yet."""
    names = connection.introspection.table_names()
    return not any(counts(name for name in names if name != _MIGRATIONS).values())


def applied() -> dict[str, str]:
    """Return, by app, the last migration that was applied."""
    # by name, so that of each app the last one stays
    return dict(sorted(MigrationRecorder(connection).applied_migrations()))


def counts(names: Iterable[str] | None = None) -> dict[str, int]:
    """Return how many rows tables of the state have; by default all."""
    wanted = sorted(connection.introspection.table_names() if names is None else names)
    with connection.cursor() as cursor:
        return {name: _one(cursor.execute, cursor.fetchone, name) for name in wanted}


def counts_of_file(path: Path) -> dict[str, int]:
    """Return how many rows each table of a file of SQLite has.

    Raises:
        BackupError: It is none.
    """
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as opened:
            names = opened.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
            ).fetchall()
            cursor = opened.cursor()
            return {name: _one(cursor.execute, cursor.fetchone, name) for (name,) in names}
    except sqlite3.Error as error:
        raise BackupError("the state in the backup cannot be read", got=str(error)) from error


def end_sessions() -> None:
    """Log everybody out: whoever was logged out since the backup was made must not be inside again."""
    Session.objects.all().delete()


def _one(execute: Any, fetchone: Any, name: str) -> int:
    execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")
    return int(fetchone()[0])


def _dump_rows(folder: Path) -> dict[str, int]:
    folder.mkdir(parents=True)
    with _one_moment() as cursor:
        names = sorted(connection.introspection.table_names(cursor))
        for name in names:
            columns = [item.name for item in connection.introspection.get_table_description(cursor, name)]
            told = ", ".join(connection.ops.quote_name(column) for column in columns)
            with (folder / f"{name}.rows").open("wb") as file:
                file.write(told.encode() + b"\n")
                with cursor.copy(f"COPY {connection.ops.quote_name(name)} ({told}) TO STDOUT") as rows:
                    for block in rows:
                        file.write(block)
        return {name: _one(cursor.execute, cursor.fetchone, name) for name in names}


@contextmanager
def _one_moment() -> Iterator[Any]:
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield cursor


def _load_rows(cursor: Any, path: Path) -> None:
    with path.open("rb") as file:
        columns = file.readline().decode().strip()
        with cursor.copy(f"COPY {connection.ops.quote_name(path.stem)} ({columns}) FROM STDIN") as rows:
            while block := file.read(1 << 20):
                rows.write(block)
