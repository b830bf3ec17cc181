"""The command line."""

from kogorta.cli.main import main

__all__ = ["main"]
