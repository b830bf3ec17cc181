"""The language of the command line: KOGORTA_LANG, else the system's, else English."""

from __future__ import annotations

import os

from kogorta.i18n import Lang, Translator, translator


def system_language() -> Lang:
    """Return `ru` where the environment speaks Russian, else `en`."""
    for name in ("KOGORTA_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "").lower()
        if value.startswith("ru"):
            return "ru"
        if value and name == "KOGORTA_LANG":
            return "en"
    return "en"


t: Translator = translator(system_language())
"""Speaks to whoever typed the command."""
