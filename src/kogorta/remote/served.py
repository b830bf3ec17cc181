"""A workspace that a service holds, with the methods of any other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from getpass import getuser
from inspect import signature
from pathlib import Path
from typing import Any, NoReturn

import kogorta
from kogorta import config as configuration
from kogorta.errors import KogortaError, ServiceError
from kogorta.ingest import ImportOptions, ImportReport
from kogorta.remote import door
from kogorta.remote.parcel import pack, unpack
from kogorta.remote.questions import QUESTIONS, Files
from kogorta.remote.wire import Wire
from kogorta.workspace import Workspace, clock
from kogorta.workspace.folder import STORE
from kogorta.workspace.ingesting import arrow_of


def find(folder: Path) -> Served | None:
    """Return the workspace of a folder as the service has it that holds it; None if no service does.

    Raises:
        ConfigError: The folder is no workspace.
    """
    return Served(folder) if door.is_open(folder) else None


class Served(Workspace):
    """A workspace that a service holds. What is not asked of the service is done here, by the same code.

    Definitions and files are read by the service, which is on this machine but may be another user of it.

    Args:
        folder: Where `kogorta.toml` stands.

    Raises:
        ConfigError: The folder is no workspace.
    """

    # What the base class opens is open already, in another process.
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = configuration.load(folder)
        self.now = clock.now

    def __getattr__(self, name: str) -> NoReturn:
        """Say what only who holds a store has.

        Raises:
            ServiceError: It is that.
            AttributeError: There is no such thing anywhere.
        """
        if name == "warehouse":
            raise _not_from_afar()
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def close(self) -> None:
        """Leave the service as it is."""

    def view(self, *_: object, **__: object) -> NoReturn:
        """Refuse: tables of the store cannot be handed over.

        Raises:
            ServiceError: Always.
        """
        raise _not_from_afar()

    @property
    def scratch(self) -> Path:
        """Where files may lie that are gone with the next start."""
        return (self.folder / STORE).parent.absolute() / "scratch"

    def import_table(
        self,
        rows: Any,
        table: str,
        mapping: Mapping[str, str] | None = None,
        *,
        options: ImportOptions | None = None,
    ) -> ImportReport:
        """Import an Arrow table or a data frame as `import_file` does."""
        given = {"rows": arrow_of(rows), "table": table, "mapping": mapping, "options": options}
        report: ImportReport = self._ask("import_table", given)
        return report

    def import_tracking(self, messages: Iterable[Mapping[str, Any]]) -> ImportReport:
        """Import Segment-spec messages (identify, track, page, screen, group, alias)."""
        report: ImportReport = self._ask("import_tracking", {"messages": list(messages)})
        return report

    def _ask(self, name: str, arguments: Mapping[str, Any]) -> Any:
        """Have the service answer a question.

        Raises:
            ServiceError: It is gone, or of another version.
            KogortaError: What the workspace refuses.
        """
        rest = dict(arguments)
        progress: Callable[[Any], object] = rest.pop("progress", None) or (lambda _: None)
        files = Files(lambda: self.names)
        question = {
            "do": "ask",
            "version": kogorta.__version__,
            "by": user(),
            "name": name,
            "arguments": files.said(QUESTIONS[name], rest),
            "is_put_off": self._is_put_off,
        }
        wire = door.enter(self.folder)
        if wire is None:
            raise ServiceError(
                "the service that held this workspace has stopped",
                hint="try again: without it the workspace is opened by itself",
            )
        with wire:
            answer = _answer(wire, question, progress, files.called)
        # an import keeps mappings there, the first refresh a window
        self.config = configuration.load(self.folder)
        return answer


def user() -> str:
    """Return as whom the system knows who runs this process; empty if it does not."""
    try:
        return getuser()
    except (OSError, KeyError):
        return ""


def _answer(
    wire: Wire, question: Mapping[str, Any], progress: Callable[[Any], object], called: Mapping[str, str]
) -> Any:
    try:
        wire.send(pack(question))
        while True:
            said = unpack(wire.receive(), called)
            if "told" in said:
                progress(said["told"])
            elif "refused" in said:
                raise said["refused"]
            else:
                return said["done"]
    except ConnectionError as error:
        raise ServiceError(
            "the service stopped before it had answered",
            hint="look with kogorta status what was done, and try again: without it the workspace is opened by itself",
        ) from error


def _not_from_afar() -> KogortaError:
    return ServiceError(
        "this needs the store itself, which a service holds",
        hint="stop the service, do it, and start the service again",
    )


def _asked(name: str) -> Any:
    own = getattr(Workspace, name)
    if isinstance(own, property):
        return property(lambda self: self._ask(name, {}), doc=own.__doc__)
    parameters = signature(own)
    variable = next(
        (item.name for item in parameters.parameters.values() if item.kind is item.VAR_POSITIONAL), None
    )

    @wraps(own)
    def ask(self: Served, *args: Any, **kwargs: Any) -> Any:
        given = dict(parameters.bind(self, *args, **kwargs).arguments)
        given.pop("self")
        if variable in given:
            given[variable] = list(given[variable])
        return self._ask(name, given)

    return ask


for _name in QUESTIONS:
    if _name not in vars(Served):
        setattr(Served, _name, _asked(_name))
