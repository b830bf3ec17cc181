"""The upkeep of a store: how its tables lie."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kogorta.errors import CompactionError
from kogorta.warehouse.compaction import Compacted, compact
from kogorta.workspace.base import Base

_log = logging.getLogger(__name__)


class Upkeep(Base):
    """Compaction: asked for, or after imports where it is due."""

    _is_put_off = False

    def compact(
        self, *, due_only: bool = False, progress: Callable[[str], None] = lambda _: None
    ) -> list[Compacted]:
        """Lay the rows of each customer together again, in every table where that gains anything.

        No fact changes, and no answer. Imports do it by themselves where it is due.

        Args:
            due_only: Only tables that imports would lay out by themselves.
            progress: Told the name of each table when it begins.

        Returns:
            The tables that were laid out anew; none where there was nothing to do.

        Raises:
            CompactionError: The engine refused, for want of space for example; every fact is where it was.
        """
        return compact(self.warehouse, due_only=due_only, progress=progress)

    @contextmanager
    def compacting_once(self) -> Iterator[None]:
        """Several imports, after which what is due is laid out once."""
        with self.compacting_later():
            yield
        self.compact_if_due()

    @contextmanager
    def compacting_later(self) -> Iterator[None]:
        """Several imports, after which somebody else lays out what is due."""
        outer, self._is_put_off = self._is_put_off, True
        try:
            yield
        finally:
            self._is_put_off = outer

    def compact_if_due(self) -> None:
        """Lay out what is due. That it could not be done is logged and fails nothing."""
        if self._is_put_off:
            return
        try:
            self.compact(due_only=True)
        except CompactionError as error:
            _log.warning("%s", error)
