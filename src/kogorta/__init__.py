"""Kogorta: segments a customer base, keeps every customer in the right segment, and proves it.

Examples:
    >>> import tempfile
    >>> from pathlib import Path
    >>> import kogorta
    >>> with kogorta.init(Path(tempfile.mkdtemp()) / "base", template="shop") as workspace:
    ...     workspace.config.workspace.business.value
    'shop'
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kogorta.workspace import Workspace

__version__ = "0.1.0"
__all__ = ["__version__", "init", "open"]


def init(path: Path | str, template: str = "shop", **wishes: Any) -> Workspace:
    """Make a workspace in a new folder and open it.

    Args:
        path: The folder.
        template: shop, grocery, salon or b2b.
        wishes: name, currency, timezone, language; by default the template's.

    Raises:
        WorkspaceError: The folder is a workspace already.
    """
    from kogorta.workspace import Workspace, create

    create(Path(path), template, **wishes)
    return Workspace(Path(path))


def open(path: Path | str = ".") -> Workspace:  # noqa: A001  the name that the design fixes: kogorta.open
    """Open a workspace.

    Raises:
        ConfigError: The folder is no workspace.
        WorkspaceBusyError: Another process holds it.
    """
    from kogorta.workspace import Workspace

    return Workspace(Path(path))
