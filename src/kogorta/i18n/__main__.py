"""`python -m kogorta.i18n update`: bring the Russian catalogue up to date."""

from __future__ import annotations

import sys

from kogorta.i18n.update import update


def main(arguments: list[str]) -> int:
    """Update the catalogue; return 1 while a sentence waits for its translation, 2 for a wrong command."""
    if arguments != ["update"]:
        sys.stderr.write("usage: python -m kogorta.i18n update\n")
        return 2
    missing = update("ru")
    for msgid in missing:
        sys.stdout.write(f"untranslated: {msgid}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
