"""A workspace is a folder with one base: its settings, its segments, its data."""

from kogorta.workspace.folder import create
from kogorta.workspace.workspace import Workspace

__all__ = ["Workspace", "create"]
