"""kogorta serve, backup, restore: the service stands in a package of its own, which the library does not know."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Any

import typer

from kogorta import config as configuration
from kogorta.cli.options import HERE, Folder
from kogorta.cli.speak import t
from kogorta.errors import ConfigError

GROUP = "kogorta.services"
"""Under this name the distribution says in which module the commands of its service stand."""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("serve", help=t.gettext("Serve the workspace: pages in a browser, an API for programs."))(
        serve
    )
    app.command(
        "backup", help=t.gettext("Write everything into one file, also while the workspace is served.")
    )(backup)
    app.command("restore", help=t.gettext("Make a workspace of a backup."))(restore)


def serve(
    folder: Folder = HERE,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help=t.gettext("Where to listen."))] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(metavar="PORT", min=1, max=65535, help=t.gettext("The port to listen on."))
    ] = 8000,
    owner: Annotated[
        str | None,
        typer.Option(
            metavar="EMAIL",
            help=t.gettext("Make this first user, an owner; his password is printed once."),
        ),
    ] = None,
) -> None:
    """Serve the workspace until somebody stops it."""
    configuration.load(folder)
    _command("serve")(folder, host=host, port=port, owner=owner)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=t.gettext("The file of the backup."))],
    folder: Folder = HERE,
) -> None:
    """Write everything into one file."""
    configuration.load(folder)
    _command("backup")(folder, file)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=t.gettext("The file of the backup."))],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=t.gettext("The new folder."))],
) -> None:
    """Make a workspace of a backup."""
    _command("restore")(file, folder)


def _command(name: str) -> Callable[..., Any]:
    """Return a command of the service: it has a function of the same name."""
    try:
        (found,) = entry_points(group=GROUP, name="serve")
        command: Callable[..., Any] = getattr(import_module(found.module), name)
    except (ImportError, ValueError) as error:
        raise ConfigError(
            "the service needs packages that are not installed",
            got=getattr(error, "name", None),
            hint='pip install "kogorta[server]"',
        ) from error
    return command
