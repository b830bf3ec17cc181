"""The command line: commands are thin, the work is the workspace's."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from kogorta import __version__
from kogorta.cli import (
    benching,
    definitions,
    doctor,
    erasing,
    freshness,
    identity,
    importing,
    listing,
    measures,
    portraits,
    presets,
    questions,
    reports,
    segments,
    serving,
    simulating,
    upkeep,
)
from kogorta.cli.frame import App, mistake
from kogorta.cli.output import err, out
from kogorta.cli.speak import t
from kogorta.errors import KogortaError

STOPPED = 130
"""What typer returns after Ctrl-C."""

app = App(
    name="kogorta",
    help=t.gettext("Segments a customer base, keeps every customer in the right segment, and proves it."),
)
app.add_typer(segments.app, name="segments")
app.add_typer(presets.app, name="presets")
app.add_typer(identity.app, name="identity")
importing.register(app)
reports.register(app)
doctor.register(app)
listing.register(app)
freshness.register(app)
erasing.register(app)
simulating.register(app)
upkeep.register(app)
benching.register(app)
measures.register(app)
questions.register(segments.app)
portraits.register(segments.app)
definitions.register(segments.app)
serving.register(app)


def _version(value: bool) -> None:
    if value:
        out.print(f"kogorta {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help=t.gettext("Print the version.")),
    ] = False,
) -> None:
    """Hold the options of all commands."""


@app.command("init", help=t.gettext("Make a workspace: a folder with settings, segments and data."))
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=t.gettext("The new folder."))],
    template: Annotated[str, typer.Option(metavar="NAME", help="shop, grocery, salon, b2b")] = "shop",
    name: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help=t.gettext("What reports are headed by; the name of the folder by default.")
        ),
    ] = None,
    currency: Annotated[
        str | None, typer.Option(metavar="CODE", help=t.gettext("ISO 4217 code, such as RUB."))
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(metavar="ZONE", help=t.gettext("Zone, such as Europe/Moscow."))
    ] = None,
    lang: Annotated[
        str | None, typer.Option(metavar="LANG", help=t.gettext("Language of reports: ru or en."))
    ] = None,
) -> None:
    """Make a workspace."""
    from kogorta.workspace import create

    config = create(folder, template, name=name, currency=currency, timezone=timezone, language=lang)
    out.print(
        t.gettext(
            "Workspace {folder} is ready ({business}, {currency}, {timezone}).",
            folder=str(folder),
            business=config.workspace.business.value,
            currency=config.workspace.currency,
            timezone=config.workspace.timezone,
        )
    )
    out.print(t.gettext("Next: kogorta import FILE --table orders -w {folder}", folder=str(folder)))


def main(arguments: list[str] | None = None) -> Any:
    """Run a command; exit 0, 1 (a check failed) or 2 (bad input)."""
    try:
        code = app(args=arguments, standalone_mode=False) or 0
    except KogortaError as error:
        code = _refuse(error)
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        code = _refuse(mistake(error))
    if code == STOPPED:
        err.print(t.gettext("Stopped. What was not finished was not kept."))
    sys.exit(code)


def _refuse(error: KogortaError) -> int:
    refusal = t.gettext("Cannot do that:")
    err.print(f"[bold red]{escape(refusal)}[/] " + escape(error.describe(t)))
    return 2
