"""Asking before something is done."""

from __future__ import annotations

from kogorta.cli.output import err

_YES = ("y", "yes", "д", "да")


def agreed(question: str) -> bool:
    """Ask; whatever is no clear yes is a no."""
    err.print(question, markup=False, end=" ")
    try:
        return input().strip().lower() in _YES
    except EOFError:
        return False
