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

# Python puts a package into its parent's namespace when it is loaded. Loaded here, where it is still empty, it can never
# take the place of the function of the same name below.
import kogorta.simulate  # noqa: F401  loaded for what it leaves behind
from kogorta.errors import WorkspaceBusyError

if TYPE_CHECKING:
    from kogorta.client import Client
    from kogorta.simulate.run import Simulated
    from kogorta.workspace import Workspace

__version__ = "0.1.0"
__all__ = ["Client", "__version__", "init", "open", "simulate"]


def __getattr__(name: str) -> Any:
    """Load what few programs need when it is asked for."""
    if name == "Client":
        from kogorta.client import Client

        return Client
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


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
    """Open a workspace; one that is being served is asked through its service, with the same answers.

    Raises:
        ConfigError: The folder is no workspace.
        WorkspaceBusyError: Another process holds it, and that is no service.
    """
    from kogorta.workspace import Workspace

    try:
        return Workspace(Path(path))
    except WorkspaceBusyError:
        from kogorta.remote import find

        served = find(Path(path))
        if served is None:
            raise
        return served


def simulate(business: str, customers: int, folder: Path | str, **wishes: Any) -> Simulated:
    """Write a made-up base, and the truth about it, into an empty folder.

    The files are those that `Workspace.import_folder` takes. The same wishes give the same base, on any machine and in
    any year.

    Args:
        business: shop or salon.
        customers: How many ids of customers; some of them are one person.
        folder: Where to; empty, or not there yet.
        wishes: seed (a whole number), start and end (`date`; the end is not part of it), events_per_customer, and
            progress (told after each chunk of customers).

    Returns:
        The folder, the rows of each table, the seconds it took.

    Raises:
        InputError: A wish cannot be, or the folder holds something.
        ProblemsError: Several wishes cannot be.
    """
    from kogorta.simulate.plan import Plan
    from kogorta.simulate.run import make

    progress = wishes.pop("progress", None)
    told = {} if progress is None else {"progress": progress}
    return make(Plan(business, customers, **wishes), Path(folder), **told)
