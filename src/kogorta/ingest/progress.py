"""How far an import has come, between its stages and inside one long query too."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from kogorta.ingest.settings import Progress, Step
from kogorta.warehouse.staging import Staging
from kogorta.warehouse.store import Warehouse

INTERVAL_SECONDS = 0.25

READING, SAVING = "reading", "saving"


class Meter:
    """Tells whoever asked: at once when a stage begins, and from a thread of its own while one goes on.

    While a file is read, the rows are those that have come in so far; afterwards, the rows of the file.
    The share is what the engine counts of the query that runs now, never a guess about the whole.

    Args:
        progress: Who is told; nobody by default, and then nothing runs beside the import.
    """

    def __init__(self, progress: Progress | None = None) -> None:
        self._progress = progress
        self._began = time.perf_counter()
        self._stage = READING
        self._rows = 0
        self._staging: Staging | None = None
        self._warehouse: Warehouse | None = None

    @property
    def seconds(self) -> float:
        """Since the import began."""
        return time.perf_counter() - self._began

    def tell(self, stage: str, rows: int = 0, *, done: bool = False) -> None:
        """Say that a stage begins, or is over."""
        self._stage, self._rows = stage, rows
        if self._progress:
            self._progress(Step(stage, rows, self.seconds, done))

    def step(self) -> Step:
        """Return how far the import is now."""
        share, rows = None, self._rows
        if self._stage == SAVING:
            share = self._warehouse.writing_share() if self._warehouse else None
        elif self._staging:
            share = self._staging.share()
            rows = self._staging.rows_seen(share) if self._stage == READING else rows
        return Step(self._stage, rows, self.seconds, share=share)

    @contextmanager
    def watching(self, warehouse: Warehouse, staging: Staging) -> Iterator[None]:
        """Tell four times a second what goes on, as long as the block lasts."""
        if self._progress is None:
            yield
            return
        self._warehouse, self._staging = warehouse, staging
        over = threading.Event()
        thread = threading.Thread(
            target=self._watch, args=(self._progress, over), name="kogorta-progress", daemon=True
        )
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
            self._warehouse = self._staging = None

    def _watch(self, progress: Progress, over: threading.Event) -> None:
        while not over.wait(INTERVAL_SECONDS):
            progress(self.step())
