"""The pages, a module for each place of the menu. Importing this package registers them all."""

from __future__ import annotations

from kogorta_server.ui.pages import customer, customers, entrance, overview, segments

__all__ = ["customer", "customers", "entrance", "overview", "segments"]
