"""What every part of a workspace stands on: its folder, its settings, its store, its clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from kogorta import config as configuration
from kogorta.config import Config
from kogorta.membership.estimating import Estimator
from kogorta.membership.runs import last_run
from kogorta.membership.view import View, open_view
from kogorta.warehouse.store import Warehouse
from kogorta.workspace import clock
from kogorta.workspace.folder import STORE
from kogorta.workspace.instants import parse_instant, parse_known

InstantLike = str | datetime | date
KnownLike = str | datetime | int


class Base:
    """One open workspace. Use it in a `with` block, or call `close`.

    Instants may be given as `datetime`, `date` or text; without an offset they are local to the
    workspace's zone. `as_of` defaults to now.

    Args:
        folder: Where `kogorta.toml` stands.
        now: The clock; tests give their own.

    Raises:
        ConfigError: The folder is no workspace.
        WorkspaceBusyError: Another process holds it.
    """

    def __init__(self, folder: Path, now: Callable[[], datetime] = clock.now) -> None:
        self.folder = folder
        self.config: Config = configuration.load(folder)
        self.now = now
        self.warehouse = Warehouse(
            folder / STORE,
            minor_digits=self.config.minor_digits,
            memory_limit=self.config.engine.memory_limit,
        )
        self._estimator = Estimator(self.warehouse)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Finish writes and release the store."""
        self._estimator.close()
        self.warehouse.close()

    @property
    def scratch(self) -> Path:
        """Where files may lie that are gone with the next opening."""
        return self.warehouse.engine.scratch

    def instant(self, as_of: InstantLike | None = None) -> datetime:
        """Return an instant as it is kept inside: UTC without a zone; now by default."""
        return self.now() if as_of is None else parse_instant(as_of, self.config.zone)

    @contextmanager
    def view(self, as_of: InstantLike | None = None, known_at: KnownLike | None = None) -> Iterator[View]:
        """Open the base as of an instant, as far as was known at another."""
        known = parse_known(known_at, self.config.zone)
        with open_view(self.warehouse, self.config, self.instant(as_of), known) as view:
            yield view

    @property
    def refreshed_at(self) -> datetime | None:
        """As of when the last refresh stands; UTC."""
        run = last_run(self.warehouse)
        return run.as_of if run else None

    def last_instant(self) -> datetime:
        """Return the instant that questions are asked as of by default: the last refresh, else now; aware."""
        return (self.refreshed_at or self.now()).replace(tzinfo=UTC)
