"""Icons: heroicons, drawn into the page."""

from __future__ import annotations

from functools import lru_cache

from heroicons.jinja import heroicon_outline

from kogorta.look.html import Html


@lru_cache(maxsize=128)
def icon(name: str, size: int = 20) -> Html:
    """Draw an icon of heroicons' outline set; it says nothing to those who cannot see it."""
    return Html(heroicon_outline(name, size=size, **{"aria-hidden": "true", "class": "icon"}))
