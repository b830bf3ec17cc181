"""What commands ask of the workspace of this service: done as in a process of their own, but in turn with whatever else writes, and written down."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from kogorta import __version__
from kogorta.errors import KogortaError, ServiceError
from kogorta.remote.questions import QUESTIONS
from kogorta.workspace import Workspace
from kogorta_server import base
from kogorta_server.accounts import audit
from kogorta_server.jobs import asking, erasing
from kogorta_server.operation.arguments import bound

_log = logging.getLogger("kogorta.commands")

Told = Callable[[object], None]
Arguments = Mapping[str, Any]


def answer(asked: Arguments, tell: Told) -> object:
    """Ask the workspace what a command asks.

    Args:
        asked: `version` of who asks, `by` whom of this machine, `name` and `arguments` of the question, `is_put_off`: whether he has
            what is due after his imports laid out himself.
        tell: Hears how far it is.

    Raises:
        KogortaError: What the workspace refuses, or it is not asked as it can be.
    """
    started, name, by = perf_counter(), asked.get("name"), str(asked.get("by", ""))
    outcome = "failed"
    try:
        _check(asked)
        found = _ask(str(name), asked, by, tell)
        outcome = "done"
        return found
    except KogortaError as error:
        outcome = error.code
        raise
    finally:
        told = name if name in QUESTIONS else "unknown"
        fields = {
            "command": told,
            "by": by,
            "outcome": outcome,
            "ms": round((perf_counter() - started) * 1000, 1),
        }
        _log.info("command", extra={"fields": fields})


def _check(asked: Arguments) -> None:
    if asked.get("version") != __version__:
        raise ServiceError(
            "the service that holds this workspace is of another version",
            got=str(asked.get("version")),
            expected=__version__,
            hint="start the service anew",
        )
    if asked.get("name") not in QUESTIONS or not isinstance(asked.get("arguments"), dict):
        raise ServiceError("the service does not know what is asked of it", got=asked.get("name"))


def _ask(name: str, asked: Arguments, by: str, tell: Told) -> object:
    base.reload()
    workspace = base.workspace()
    if isinstance(getattr(Workspace, name), property):
        return getattr(workspace, name)
    method, arguments = getattr(workspace, name), dict(asked["arguments"])
    call = bound(method, arguments | _progress(method, tell))
    deed = DEEDS.get(name, _Deed())
    with ExitStack() as stack:
        stack.enter_context(deed.turn or nullcontext())
        if asked.get("is_put_off"):
            stack.enter_context(workspace.compacting_later())
        found = call()
    _keep(deed, by, arguments, found)
    return found


def _progress(method: Callable[..., Any], tell: Told) -> dict[str, Told]:
    return {"progress": tell} if "progress" in method.__annotations__ else {}


@dataclass(frozen=True)
class _Deed:
    """What is done beside the work itself.

    Attributes:
        turn: Held meanwhile, so that nobody else does such work.
        action: As the audit log calls it; empty for what changes nothing that is anybody's.
        target: On what, of arguments and answer; None if nothing was done after all.
        details: Plain values about it; never what tells who a customer is.
        after: Done at the end.
    """

    turn: AbstractContextManager[object] | None = None
    action: str = ""
    target: Callable[[Arguments, Any], str | None] = lambda _arguments, _found: ""
    details: Callable[[Arguments, Any], Arguments] = lambda _arguments, _found: {}
    after: Callable[[Any], object] = lambda _found: None


def _keep(deed: _Deed, by: str, arguments: Arguments, found: Any) -> None:
    target = deed.target(arguments, found)
    if deed.action and target is not None:
        audit.record_command(by, deed.action, target, **deed.details(arguments, found))
    deed.after(found)


def _both(arguments: Arguments, _found: object) -> str:
    return f"{arguments['a']}, {arguments['b']}"


def _rows(_arguments: Arguments, found: Any) -> Arguments:
    reports = found if isinstance(found, list) else [found]
    return {"rows": sum(item.loaded + item.updated for item in reports)}


def _brought(arguments: Arguments, _found: Any) -> str | None:
    options = arguments.get("options")
    if options is not None and options.dry_run:
        return None
    return str(arguments.get("table") or arguments.get("preset") or "tracking")


def _ids(_arguments: Arguments, found: Any) -> str | None:
    versions = found if isinstance(found, list) else found.versions
    return ", ".join(dict.fromkeys(item.definition for item in versions)) or None


_IMPORT = _Deed(base.importing, "upload.brought_in", _brought, _rows)
_REFRESH = _Deed(
    action="base.refreshed",
    target=lambda _, found: None if found is None else "",
    details=lambda _, found: {"run": found.run_id},
    after=lambda found: found is not None and asking.take_reading(),
)

DEEDS: Mapping[str, _Deed] = {
    "define": _Deed(base.defining, "segment.saved", _ids),
    "undefine": _Deed(base.defining, "segment.removed", lambda given, _: given["definition_id"]),
    "apply": _Deed(base.defining, "segment.saved", _ids),
    "pull": _Deed(base.defining),
    "add_presets": _Deed(
        base.defining,
        "segment.added",
        lambda _, found: ", ".join(item.id for item in found.written) or None,
    ),
    "import_file": _IMPORT,
    "import_export": _IMPORT,
    "import_snapshot": _IMPORT,
    "keep_read": _Deed(),
    "import_table": _IMPORT,
    "import_tracking": _IMPORT,
    "compact": _Deed(base.importing),
    "refresh": _REFRESH,
    "refresh_due": _REFRESH,
    "record_call": _Deed(
        action="customer.called",
        target=lambda given, _: given["customer"],
        details=lambda given, _: {"outcome": str(given["outcome"])},
    ),
    "link": _Deed(action="customer.linked", target=_both),
    "unlink": _Deed(action="customer.unlinked", target=_both),
    "split": _Deed(action="customer.split", target=lambda given, _: given["customer"]),
    "unsplit": _Deed(action="customer.unsplit", target=lambda given, _: given["customer"]),
    "erase": _Deed(
        action="customer.erased",
        details=lambda _, found: {"ids": len(found.customer_ids), "orders": found.orders},
        after=lambda _: erasing.hide(),
    ),
}
"""What is done beside the work of each question that writes."""
