"""Colours: every family in both themes, and contrast that people can read."""

from __future__ import annotations

import re

import pytest

from kogorta.charts import stylesheet
from kogorta.charts.cohorts import LEVELS
from kogorta.definitions.names import schemes

FAMILIES = sorted({s.family for scheme in schemes().values() for s in scheme.segments.values()})
TEXT, GRAPHICS = 4.5, 3.0


def tokens(block: str) -> dict[str, str]:
    """Return the custom properties of a block of CSS."""
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", block))


def themes() -> dict[str, dict[str, str]]:
    """Return the tokens of both themes."""
    light, dark = re.findall(r":root \{(.*?)\}", stylesheet(), re.DOTALL)
    return {"light": tokens(light), "dark": {**tokens(light), **tokens(dark)}}


def rgb(colour: str) -> tuple[float, ...]:
    """Read `#rrggbb`."""
    return tuple(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))


def luminance(colour: tuple[float, ...]) -> float:
    """Return relative luminance (WCAG 2.2)."""
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Return the contrast ratio (WCAG 2.2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def over(top: tuple[float, ...], below: tuple[float, ...], opacity: float) -> tuple[float, ...]:
    """Lay a colour over another."""
    return tuple(opacity * t + (1 - opacity) * b for t, b in zip(top, below, strict=True))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read(theme: str) -> None:
    t = {name: rgb(value) for name, value in themes()[theme].items() if value.startswith("#")}
    for ground in ("page", "surface", "sunken"):
        for ink in ("ink", "ink-2", "accent"):
            assert contrast(t[ink], t[ground]) >= TEXT, (ink, ground)
    for ink in ("good", "bad"):
        assert contrast(t[ink], t["surface"]) >= TEXT, ink


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_can_be_seen_and_read(theme: str, family: str) -> None:
    raw = themes()[theme]
    t = {name: rgb(value) for name, value in raw.items() if value.startswith("#")}
    assert contrast(t["on-fam"], t[family]) >= TEXT, "label on a tile"
    assert contrast(t[family], t["surface"]) >= GRAPHICS, "tile on the page"
    assert contrast(t[f"{family}-ink"], t["surface"]) >= TEXT, "name in its colour"
    assert contrast(t[f"{family}-ink"], t["page"]) >= TEXT
    for shade in range(5):
        cell = over(t[family], t["surface"], float(raw[f"tint-{shade}"]))
        assert contrast(t["ink"], cell) >= TEXT, f"count on tint {shade}"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_heat_can_be_read(theme: str) -> None:
    t = {name: rgb(value) for name, value in themes()[theme].items() if value.startswith("#")}
    high = 5 if theme == "light" else 6
    for shade in range(LEVELS):
        ink = t["heat-on-high" if shade >= high else "heat-on-low"]
        assert contrast(ink, t[f"heat-{shade}"]) >= TEXT, shade


def test_every_family_has_a_class() -> None:
    for family in FAMILIES:
        assert f".fam-{family} {{ --fam: var(--{family}); --fam-ink: var(--{family}-ink); }}" in stylesheet()
