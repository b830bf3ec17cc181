"""What `kogorta serve`, `backup` and `restore` do."""

from __future__ import annotations

import errno
import os
import secrets
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from granian import Granian, _signals
from granian.constants import Interfaces
from granian.server import common

from kogorta.cli.output import err, out
from kogorta.cli.speak import t
from kogorta.errors import ConfigError, WorkspaceBusyError
from kogorta.remote import door
from kogorta.warehouse.lock import Lock
from kogorta.workspace.folder import STORE
from kogorta_server.accounts.words import Role

_THREADS = 8
_PASSWORD_BYTES = 12


def serve(workspace: Path, *, host: str, port: int, owner: str | None) -> None:
    """Serve a workspace until somebody stops it.

    Args:
        workspace: Its folder.
        host: Where to listen.
        port: On which port.
        owner: Address of the first user, who is made where there is nobody yet.

    Raises:
        ConfigError: The environment says something that it may not, or nobody can listen there.
        WorkspaceBusyError: Somebody holds the workspace already.
    """
    _refuse_held(workspace)
    _refuse_taken(host, port)
    prepare(workspace)
    password = first_owner(owner)
    address = f"http://{host}:{port}/"
    out.print(t.gettext("Kogorta serves {workspace} at {address}", workspace=str(workspace), address=address))
    if password:
        out.print(
            t.gettext("Log in as {email} with the password {password}", email=owner or "", password=password)
        )
    elif not has_users():
        err.print(t.gettext("Nobody can log in yet: start with --owner you@example.com"))
    _listen(host, port)


def prepare(workspace: Path, *, is_current: bool = True) -> None:
    """Make Django ready for a workspace.

    Args:
        workspace: Its folder.
        is_current: Whether its state database is brought up to date, too.
    """
    os.environ["KOGORTA_WORKSPACE"] = str(workspace.absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kogorta_server.settings")
    import django
    from django.core.management import call_command

    django.setup()
    if is_current:
        call_command("migrate", interactive=False, verbosity=0)


def backup(workspace: Path, file: Path) -> None:
    """Write a backup of a workspace, by the service that owns it, or if there is none by ourselves.

    Raises:
        BackupError: It could not be made.
        WorkspaceBusyError: Something else owns it, such as a notebook.
    """
    prepare(workspace, is_current=False)
    from kogorta_server import base
    from kogorta_server.operation import backup as making
    from kogorta_server.operation.control import ask_backup

    if not ask_backup(workspace, file, lambda sentence: err.print(t.say(sentence))):
        base.open_base(workspace)
        try:
            making.write(file, lambda sentence: err.print(t.say(sentence)))
        finally:
            base.close_base()
    out.print(t.gettext("The backup is in {file}.", file=str(file)))


def restore(file: Path, workspace: Path) -> None:
    """Make a workspace of a backup. Everybody has to log in anew.

    Raises:
        WorkspaceError: There is something in the folder.
        BackupError: The backup is none, damaged, or its state does not fit.
    """
    prepare(workspace, is_current=False)
    from kogorta_server.operation import restore as making
    from kogorta_server.operation import state

    manifest = making.restore(file, workspace, lambda sentence: err.print(t.say(sentence)))
    prepare(workspace)
    state.end_sessions()
    out.print(
        t.gettext(
            "The backup of {day} is a workspace again: {workspace}",
            day=manifest.made_at,
            workspace=str(workspace),
        )
    )


def first_owner(email: str | None, password: str | None = None) -> str | None:
    """Make the first user, an owner.

    Args:
        email: His address; None makes nobody.
        password: By default one that nobody can guess.

    Returns:
        His password, which is stored nowhere in clear; None where somebody was there already.
    """
    from kogorta_server.accounts.models import User

    if email is None or has_users():
        return None
    chosen = password or secrets.token_urlsafe(_PASSWORD_BYTES)
    User.objects.create_user(email, chosen, Role.OWNER, language=t.lang)
    return chosen


def has_users() -> bool:
    """Tell whether anybody can log in."""
    from kogorta_server.accounts.models import User

    return User.objects.exists()


def _refuse_held(workspace: Path) -> None:
    """Say who holds a workspace before anything of it is touched."""
    store = workspace / STORE
    store.parent.mkdir(exist_ok=True)
    try:
        Lock(store).release()
    except WorkspaceBusyError as error:
        if not door.is_open(workspace):
            raise
        raise WorkspaceBusyError(
            "this workspace is being served already",
            got=error.got,
            hint="use that service, or stop it first; commands typed here are answered by it",
            path=str(workspace),
        ) from None


def _refuse_taken(host: str, port: int) -> None:
    """Say that a port is in use before a process is started that would only end."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise ConfigError(
                    "another program listens on this port",
                    got=f"{host}:{port}",
                    hint="choose another one with --port",
                ) from None
            raise ConfigError(
                "nobody can listen there",
                got=f"{host}:{port}",
                expected="an address of this machine, and a port that you may use",
                hint="choose others with --host and --port",
            ) from None


def heard_once(set_signals: Callable[..., None]) -> Callable[..., None]:
    """Return what sets the handler of signals that end a process, so that it is called for the first of them alone.

    Args:
        set_signals: Sets a handler for them.
    """

    def set_once(handler: Callable[..., None], *more: Any) -> None:
        first = iter((True,))

        def once(*told: Any) -> None:
            if next(first, False):
                handler(*told)

        set_signals(once, *more)

    return set_once


def _listen(host: str, port: int) -> None:
    # Ctrl-C and systemd tell all processes to end, and the first of them then tells the other one again: whichever hears
    # the second word while it acts on the first would wait for itself for ever.
    modules: tuple[Any, ...] = (_signals, common)
    for module in modules:
        module.set_main_signals = heard_once(module.set_main_signals)
    # One process owns the base, so there is one worker; threads answer.
    Granian(
        "kogorta_server.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=_THREADS,
        log_enabled=False,
    ).serve()
