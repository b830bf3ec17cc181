"""Latin words that may stand on a Russian page because somebody typed them: of data, of settings, of the segment language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from kogorta.schema import TABLES
from kogorta.traits.catalogue import TRAITS

LATIN = re.compile(r"[A-Za-z][A-Za-z’'-]{2,}")
TRADE = {"Kogorta", "RFM", "AOV", "LTV", "NPS", "SMS", "TOTP", "UTC", "SQL", "API", "Telegram", "WhatsApp"}
FORMATS = {"CSV", "XLSX", "XML", "YAML", "JSON", "Lines", "Parquet"}
"""`JSON Lines` is one name."""


def latin(text: str) -> set[str]:
    """Return the Latin words of a text."""
    return set(LATIN.findall(text))


def typed_words(files: Path, folder: Path) -> set[str]:
    """Return words that data, settings and definitions bring.

    English texts of definitions are not among them: on a Russian page they are a leak.

    Args:
        files: The Parquet files of the base.
        folder: The workspace.
    """
    found = latin((folder / "kogorta.toml").read_text("utf-8")) | latin(" ".join(TABLES))
    found |= {part for trait in TRAITS for part in latin(trait.name.replace("_", " "))}
    for path in files.glob("*.parquet"):
        for column in pq.read_table(path).columns:
            if pa.types.is_string(column.type) or pa.types.is_dictionary(column.type):
                found |= latin(" ".join(str(value) for value in column.unique().to_pylist() if value))
    for preset in resources.files("kogorta.definitions.presets").iterdir():
        if preset.name.endswith(".yaml"):
            found |= latin(" ".join(_but_english(list(yaml.safe_load_all(preset.read_text("utf-8"))))))
    return found


def _but_english(read: object) -> Iterator[str]:
    if isinstance(read, dict):
        for name, value in read.items():
            if name != "en":
                yield str(name)
                yield from _but_english(value)
    elif isinstance(read, list):
        for value in read:
            yield from _but_english(value)
    else:
        yield str(read)
