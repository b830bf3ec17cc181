"""Ready schemes and segments: documents of the segment language with the card of each segment, shipped as data."""

from kogorta.definitions.presets.needs import Needs, lacking, needs_of
from kogorta.definitions.presets.preset import Group, Parameter, Preset
from kogorta.definitions.presets.read import preset, presets, read_presets

__all__ = [
    "Group",
    "Needs",
    "Parameter",
    "Preset",
    "lacking",
    "needs_of",
    "preset",
    "presets",
    "read_presets",
]
