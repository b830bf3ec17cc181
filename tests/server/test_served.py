"""The service as an operator runs it: started, backed up while it answers, restored, started again."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

import kogorta
from tests.core.language.engines import postgres

COMMAND = [sys.executable, "-c", "from kogorta.cli import main; main()"]
PASSWORD = re.compile(r"with the password (\S+)")

pytestmark = pytest.mark.slow


def run(*arguments: object, code: int = 0, env: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        env={**os.environ, "KOGORTA_LANG": "en", "COLUMNS": "300", **(env or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def serving(folder: Path, *more: str, env: Mapping[str, str] | None = None) -> Iterator[tuple[str, Path]]:
    """Serve a workspace; yield its address and what it says."""
    port, log = free_port(), folder.parent / f"{folder.name}.log"
    with log.open("w") as said:
        process = subprocess.Popen(
            [*COMMAND, "serve", "-w", str(folder), "--port", str(port), *more],
            env={**os.environ, "KOGORTA_LANG": "en", "COLUMNS": "300", **(env or {})},
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(600):
            if process.poll() is not None or is_ready(address):
                break
            time.sleep(0.1)
        assert process.poll() is None, log.read_text()
        yield address, log
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/health/ready", timeout=5) as answer:
            return json.load(answer)["status"] == "ok"  # type: ignore[no-any-return]  # of our own
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    found = tmp_path / "shop"
    shutil.copytree(built, found, ignore=shutil.ignore_patterns("*.sqlite3*", "*.lock"))
    return found


def test_a_backup_of_a_served_workspace_serves_again(folder: Path, tmp_path: Path) -> None:
    file, again = tmp_path / "shop.backup", tmp_path / "again"
    with serving(folder, "--owner", "me@shop.example") as (_, log):
        assert PASSWORD.search(log.read_text())
        assert "Copying the facts" in run("backup", file, "-w", folder)
        refused = run("backup", file, "-w", folder, code=2)
        assert "there is such a file already" in refused
        assert "fresh, until" in run("status", "-w", folder)
    run("restore", file, again)
    assert "not empty" in run("restore", file, again, code=2)
    with serving(again, "--owner", "other@shop.example") as (address, log):
        assert is_ready(address)
        assert not PASSWORD.search(log.read_text()), "the user came back, so nobody new is made"
        run("backup", tmp_path / "second.backup", "-w", again)
    for line in log.read_text().splitlines()[1:]:
        assert json.loads(line)["event"], "the log is one of JSON"
    with kogorta.open(folder) as one, kogorta.open(again) as other:
        assert one.sizes("2026-11-01") == other.sizes("2026-11-01")


def test_nothing_needs_to_be_served_for_a_backup(folder: Path, tmp_path: Path) -> None:
    run("backup", tmp_path / "b", "-w", folder)
    run("restore", tmp_path / "b", tmp_path / "again")
    assert "Champions" in run("segments", "list", "-w", tmp_path / "again", "--as-of", "2026-11-01")


# --- the state on PostgreSQL ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Start a PostgreSQL; yield the address of an empty database, up to its name."""
    with postgres.server() as connection:
        connection.autocommit = True
        for name in ("one", "two", "three", "test_one"):
            connection.execute(f"CREATE DATABASE {name}".encode())
        yield f"postgresql://postgres@/{{name}}?host={connection.info.host}"


def django(env: Mapping[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "django", *arguments],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "kogorta_server.settings", **env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def django_all(env: Mapping[str, str], *commands: tuple[str, ...]) -> list[str]:
    """Give commands one after another in one process; return what each said."""
    script = (
        "import sys, json, io, django; django.setup(); from django.core.management import call_command\n"
        "def said(words):\n"
        "    out = io.StringIO(); call_command(*words, stdout=out, no_color=True); return out.getvalue()\n"
        "print(json.dumps([said(words) for words in json.loads(sys.argv[1])]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, json.dumps(commands)],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "kogorta_server.settings", **env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found: list[str] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_migrations_go_forward_and_back(server: str, folder: Path, engine: str) -> None:
    env = {"KOGORTA_WORKSPACE": str(folder)}
    if engine == "postgresql":
        env["KOGORTA_STATE_URL"] = server.format(name="three")
    told = django_all(
        env,
        ("migrate", "-v0"),
        ("showmigrations",),
        *(("migrate", app, "zero", "-v0") for app in ("accounts", "jobs")),
        ("showmigrations", "accounts"),
        ("migrate", "-v0"),
        ("showmigrations",),
        ("makemigrations", "--check", "--dry-run"),
    )
    whole, none, again = told[1], told[4], told[6]
    assert "[X]" in whole
    assert "[ ]" not in whole
    assert "[ ]" in none
    assert "[X]" not in none
    assert again == whole
    assert "No changes detected" in told[7]


def test_a_state_on_postgresql_is_backed_up_and_comes_into_another(
    server: str, folder: Path, tmp_path: Path
) -> None:
    one = {"KOGORTA_STATE_URL": server.format(name="one")}
    two = {"KOGORTA_STATE_URL": server.format(name="two")}
    file, again = tmp_path / "shop.backup", tmp_path / "again"
    with serving(folder, "--owner", "me@shop.example", env=one):
        run("backup", file, "-w", folder, env=one)
    assert "another kind of database" in run("restore", file, tmp_path / "wrong", code=2)
    assert "is in use" in run("restore", file, tmp_path / "wrong", code=2, env=one)
    run("restore", file, again, env=two)
    assert not (again / "state").exists()
    users = "from kogorta_server.accounts.models import User as U; print(list(U.objects.values_list('email', 'role')))"
    more = "; print(U.objects.create_user('new@shop.example', None, 'viewer').pk)"
    found = django({**two, "KOGORTA_WORKSPACE": str(again)}, "shell", "-v0", "-c", users + more)
    assert found.split("\n")[-3:-1] == ["[('me@shop.example', 'owner')]", "2"], (
        "numbers go on where they were"
    )


def test_log_in_and_rights_are_the_same_on_postgresql(server: str) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", "-x"),
            *("tests/server/test_entrance.py", "tests/server/test_rights.py", "tests/server/test_keys.py"),
        ],
        env={**os.environ, "KOGORTA_STATE_URL": server.format(name="one")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    assert " passed" in done.stdout
