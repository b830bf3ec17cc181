"""What is looked up in the facts once after each change of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar, cast

T = TypeVar("T")


class LookedUp:
    """Answers that hold until facts change.

    Nobody is given an answer from before a commit that he can see: while one is under way everybody looks for himself.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._version = 0
        self._committing: set[object] = set()
        self._found: dict[str, tuple[int, object]] = {}

    def get(self, name: str, look: Callable[[], T]) -> T:
        """Return what was found under a name, or look.

        Args:
            name: Of the question.
            look: Asks the store.
        """
        with self._lock:
            # read before the look: what is committed meanwhile has it looked up again
            version = None if self._committing else self._version
            known = self._found.get(name)
        if known is not None and known[0] == version:
            return cast("T", known[1])
        found = look()
        if version is not None:
            with self._lock:
                self._found[name] = version, found
        return found

    @contextmanager
    def changing(self) -> Iterator[Callable[[], None]]:
        """Open a change of facts; what it gives is called when nothing is left to do but to commit it."""
        change = object()

        def about_to_commit() -> None:
            with self._lock:
                self._committing.add(change)

        try:
            yield about_to_commit
        finally:
            with self._lock:
                self._committing.discard(change)
                self._version += 1
