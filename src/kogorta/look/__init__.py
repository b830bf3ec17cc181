"""The look of everything that a person sees: elements of a page and their style, shared by the report and the service."""

from __future__ import annotations

from importlib import resources

from kogorta import charts

__all__ = ["stylesheet"]


def stylesheet() -> str:
    """Return the CSS of every page: colour tokens, pictures, type and components."""
    own = resources.files("kogorta.look").joinpath("components.css").read_text("utf-8")
    return charts.stylesheet() + own
