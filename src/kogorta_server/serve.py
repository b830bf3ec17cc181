"""What `kogorta serve` does: bring the state up to date, make the first owner, answer requests."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from granian import Granian
from granian.constants import Interfaces

from kogorta.cli.output import err, out
from kogorta.cli.speak import t
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
        ConfigError: The environment says something that it may not.
    """
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


def prepare(workspace: Path) -> None:
    """Make Django ready for a workspace, and bring its state database up to date."""
    os.environ["KOGORTA_WORKSPACE"] = str(workspace.absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kogorta_server.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)


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


def _listen(host: str, port: int) -> None:
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
