"""The presets that come with Kogorta."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

import yaml

from kogorta.errors import ImportPresetError, NotFoundError
from kogorta.ingest.exports import ImportPreset
from kogorta.ingest.presets.parsing import parse_preset


@lru_cache(maxsize=1)
def import_presets() -> dict[str, ImportPreset]:
    """Return every preset by its id, in the order of their ids.

    Raises:
        ImportPresetError: One of them is not written right.
    """
    folder = resources.files("kogorta.ingest.presets").joinpath("layouts")
    texts = [item.read_text("utf-8") for item in folder.iterdir() if item.name.endswith(".yaml")]
    found = sorted(map(read_preset, texts), key=lambda preset: preset.id)
    return {preset.id: preset for preset in found}


def read_preset(text: str) -> ImportPreset:
    """Read one preset.

    Raises:
        ImportPresetError: It is no YAML, or not written right.
    """
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ImportPresetError("a preset is no YAML", got=str(error)) from error
    return parse_preset(document)


def import_preset(name: str) -> ImportPreset:
    """Return a preset by its id.

    Raises:
        NotFoundError: There is none.
    """
    try:
        return import_presets()[name]
    except KeyError:
        raise NotFoundError(
            "there is no such import preset",
            got=name,
            expected=", ".join(import_presets()),
            hint="kogorta import --presets lists them",
        ) from None
