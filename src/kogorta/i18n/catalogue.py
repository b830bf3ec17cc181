"""The Russian catalogue: read once, compiled in memory."""

from __future__ import annotations

import gettext
from functools import lru_cache
from importlib import resources
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from kogorta.message import Lang

DOMAIN = "kogorta"


def po_text(lang: Lang) -> bytes:
    """Return the catalogue file of a language as it is stored."""
    path = resources.files("kogorta").joinpath("locale", lang, "LC_MESSAGES", f"{DOMAIN}.po")
    return path.read_bytes()


def read_catalogue(lang: Lang) -> Catalog:
    """Parse the catalogue file of a language."""
    return read_po(BytesIO(po_text(lang)), locale=lang, domain=DOMAIN)


@lru_cache(maxsize=4)
def translations(lang: Lang) -> gettext.NullTranslations:
    """Return the look-up tables of a language; English is the source and needs none."""
    if lang == "en":
        return gettext.NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, read_catalogue(lang))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
