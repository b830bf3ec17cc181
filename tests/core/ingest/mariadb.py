"""A MariaDB server of its own, for tests of what is read from one."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pymysql

PROGRAMS = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
MISSING = "no MariaDB server on this machine: apt-get install mariadb-server brings one"
PATIENCE_SECONDS = 60
PASSWORD = "p@ss:/w?rd%2"

# Whoever starts the server holds the other end of the pipe: when it closes, even because he was killed, the server stops.
RUN = """
"$@" &
read -r _
kill $!
wait
"""


def is_here() -> bool:
    return all(shutil.which(name, path=PROGRAMS) for name in ("mariadbd", "mariadb-install-db"))


@contextmanager
def server() -> Iterator[tuple[pymysql.Connection[Any], int]]:
    """Start a server; yield a connection of its owner and the port at which `reader` may come with PASSWORD."""
    with tempfile.TemporaryDirectory(prefix="kogorta-mariadb-") as name:
        folder = Path(name)
        data, gate = folder / "data", folder / "gate"
        owner = ["--user=root"] if os.geteuid() == 0 else []
        install = [_program("mariadb-install-db"), "--no-defaults", f"--datadir={data}", *owner]
        made = subprocess.run(
            [*install, "--auth-root-authentication-method=normal", "--skip-test-db"],
            check=False,
            capture_output=True,
            text=True,
        )
        assert made.returncode == 0, made.stderr
        port = _free_port()
        run = [_program("mariadbd"), "--no-defaults", f"--datadir={data}", *owner, f"--socket={gate}"]
        # instants are told in the zone that is asked for: nothing may depend on the zone of the server
        run += [f"--port={port}", "--bind-address=127.0.0.1", "--default-time-zone=+05:45"]
        with (
            (folder / "log").open("w") as log,
            subprocess.Popen(["sh", "-c", RUN, "sh", *run], stdin=subprocess.PIPE, stdout=log, stderr=log),
            _connected(gate, folder / "log") as connection,
        ):
            with connection.cursor() as cursor:
                cursor.execute("CREATE DATABASE shop CHARACTER SET utf8mb4")
                cursor.execute("CREATE USER reader@'127.0.0.1' IDENTIFIED BY %s", (PASSWORD,))
                cursor.execute("GRANT SELECT ON shop.* TO reader@'127.0.0.1'")
            connection.select_db("shop")
            yield connection, port


def _program(name: str) -> str:
    found = shutil.which(name, path=PROGRAMS)
    assert found is not None
    return found


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def _connected(gate: Path, log: Path) -> Iterator[pymysql.Connection[Any]]:
    end = time.monotonic() + PATIENCE_SECONDS
    while not gate.exists():
        assert time.monotonic() < end, log.read_text(errors="replace")
        time.sleep(0.1)
    with pymysql.connect(
        unix_socket=str(gate), user="root", autocommit=True, charset="utf8mb4"
    ) as connection:
        yield connection
