"""Commands of a demo as anyone would type them, and words of its own."""

from __future__ import annotations

import shlex
import sys

from kogorta.cli.main import app
from kogorta.cli.speak import t


def say(english: str, russian: str) -> None:
    """Say something of the demo's own, in the language of its commands."""
    print(russian if t.lang == "ru" else english, flush=True)


def run(*arguments: str) -> None:
    """Type one command and show it; stop the demo if it fails."""
    print(f"\n$ kogorta {shlex.join(arguments)}", flush=True)
    code = app(args=list(arguments), standalone_mode=False)
    if isinstance(code, int) and code:
        sys.exit(code)
