"""The service as a process of its own, as `kogorta serve` starts it."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

OWNER = "owner@shop.example"
KOGORTA = Path(sys.executable).with_name("kogorta")
_PATIENCE = 60.0
_KEY = """
import sys
from pathlib import Path
from kogorta_server.serve import prepare
prepare(Path(sys.argv[1]))
from kogorta_server.accounts import keys
from kogorta_server.accounts.models import User
print(keys.make(User.objects.get(), "Касса", keys.SCOPES)[1])
"""


@dataclass(frozen=True)
class Service:
    """A service that runs.

    Attributes:
        url: Where it answers.
        folder: The workspace that it serves.
        password: Of its owner.
        key: A key that allows everything.
    """

    url: str
    folder: Path
    password: str
    key: str


@pytest.fixture(scope="module")
def service(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Serve a copy of the small shop on a port of its own."""
    folder = tmp_path_factory.mktemp("live") / "shop"
    shutil.copytree(built, folder)
    with serving(folder) as found:
        yield found


@contextmanager
def serving(folder: Path) -> Iterator[Service]:
    """Serve a workspace on a free port, as whoever types the command does."""
    port = _free_port()
    log = folder.parent / "serve.log"
    command = [str(KOGORTA), "serve", "-w", str(folder), "--port", str(port), "--owner", OWNER]
    with log.open("w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment())
    try:
        url = f"http://127.0.0.1:{port}"
        _await(url, process, log)
        password = re.search(r"password (\S+)", log.read_text())
        assert password, log.read_text()
        made = subprocess.run(
            [sys.executable, "-c", _KEY, str(folder)],
            capture_output=True,
            text=True,
            check=True,
            env=environment(),
        )
        yield Service(url, folder, password[1], made.stdout.split()[-1])
    finally:
        process.terminate()
        process.wait(timeout=30)


def environment() -> dict[str, str]:
    """Return the environment of a user, who knows nothing of the settings of this test run."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith(("KOGORTA_", "DJANGO_"))}
    return {**mine, "KOGORTA_LANG": "en"}


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _await(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + _PATIENCE
    while time.monotonic() < ends:
        assert process.poll() is None, log.read_text()
        try:
            with urlopen(f"{url}/login/", timeout=5):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise AssertionError(f"the service did not answer: {log.read_text()}")
