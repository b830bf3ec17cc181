"""kogorta serve: the service stands in a package of its own, which the library does not know."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Annotated, Any

import typer

from kogorta import config as configuration
from kogorta.cli.options import HERE, Folder
from kogorta.cli.speak import t
from kogorta.errors import ConfigError

GROUP = "kogorta.services"
"""Under this name the distribution says where its service begins."""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("serve", help=t.gettext("Serve the workspace: pages in a browser, an API for programs."))(
        serve
    )


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
    _service()(folder, host=host, port=port, owner=owner)


def _service() -> Callable[..., Any]:
    try:
        (found,) = entry_points(group=GROUP, name="serve")
        service: Callable[..., Any] = found.load()
    except (ImportError, ValueError) as error:
        raise ConfigError(
            "the service needs packages that are not installed",
            got=getattr(error, "name", None),
            hint='pip install "kogorta[server]"',
        ) from error
    return service
