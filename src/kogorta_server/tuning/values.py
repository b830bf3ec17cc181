"""Settings as fields have them: text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import Any

from kogorta.config import Config
from kogorta_server.tuning.sections import Kind, Section, Setting

Changes = dict[str, dict[str, Any]]

_WHOLE = re.compile(r"[+-]?\d{1,15}")
_BROKEN = re.compile(r"[+-]?\d{1,15}[.,]\d{1,6}")
_BETWEEN = re.compile(r"[;\s]+|,\s+")


def texts(config: Config, section: Section) -> dict[str, str]:
    """Return what the fields of a section say now; what is not set says nothing."""
    values = getattr(config, section.id)
    return {setting.key: _text(getattr(values, setting.key)) for setting in section.settings}


def changes(config: Config, section: Section, wanted: Mapping[str, str]) -> Changes:
    """Return what would be written into the file: only what is not as it is now.

    What is no number stays as it was typed, so that the settings themselves refuse it, and say why.

    Args:
        config: The present settings.
        section: Which section.
        wanted: By key, what was typed; an empty text takes a key out.
    """
    present = texts(config, section)
    typed = {setting.key: " ".join(wanted.get(setting.key, "").split()) for setting in section.settings}
    found = {
        setting.key: _value(setting, typed[setting.key])
        for setting in section.settings
        if typed[setting.key] != present[setting.key]
    }
    return {section.id: found} if found else {}


def _value(setting: Setting, text: str) -> object:
    if not text:
        return None
    if setting.kind is Kind.NUMBERS:
        # 30,60,90,180 has no room between; 1,5 is a number where there is
        parts = _BETWEEN.split(text) if _BETWEEN.search(text) else text.split(",")
        return [_number(part) for part in parts]
    return _number(text) if setting.kind is Kind.NUMBER else text


def _number(text: str) -> int | float | str:
    if _WHOLE.fullmatch(text):
        return int(text)
    if _BROKEN.fullmatch(text):
        return float(text.replace(",", "."))
    return text


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(_text(item) for item in value)
    return str(value.value) if isinstance(value, Enum) else str(value)
