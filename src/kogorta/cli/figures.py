"""Figures as they are written in tables: with their unit, or as a dash whose reason stands below."""

from __future__ import annotations

from dataclasses import asdict, is_dataclass
from typing import Any, get_args, get_type_hints

from rich.markup import escape

from kogorta.cli.output import out
from kogorta.cli.speak import t
from kogorta.metrics import Missing
from kogorta.metrics.measured import Asking
from kogorta.report import figures
from kogorta.report.figures import DASH


class Figures(figures.Figures):
    """Writes figures of one page of the terminal, and remembers why some of them are missing.

    Args:
        currency: ISO 4217 code of amounts.
    """

    def __init__(self, currency: str) -> None:
        super().__init__(t, currency)

    def print_reasons(self) -> None:
        """Say below the tables why figures are missing."""
        for reason in self.reasons():
            out.print(f"[dim]{DASH}: {escape(reason)}[/]")


def plain(value: Any) -> Any:
    """Return an answer as plain values for programs: a missing number is null, its reason stands beside as `…_missing`."""
    if isinstance(value, Missing):
        return None
    if is_dataclass(value) and not isinstance(value, type):
        return fields(value)
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return value


def fields(value: Any) -> dict[str, Any]:
    """Return the fields of an answer as plain values, with the reason of every missing number as `…_missing`."""
    found: dict[str, Any] = {}
    for name in value.__dataclass_fields__:
        item = getattr(value, name)
        found[name] = plain(item)
        if isinstance(item, Missing):
            found[f"{name}_missing"] = item.why.value
    return found


def columns(kind: type, value: Any, prefix: str = "") -> dict[str, Any]:
    """Return the fields of an answer as columns of a table, the same ones whatever is missing.

    Args:
        kind: Its class.
        value: The answer; None where there is none: then all columns are empty.
        prefix: What their names begin with: of what lies within an answer, its name.
    """
    found: dict[str, Any] = {}
    for name, hint in get_type_hints(kind).items():
        item = None if value is None else getattr(value, name)
        missing = item if isinstance(item, Missing) else None
        kinds = [part for part in get_args(hint) if _is_answer(part)]
        if kinds:
            found |= columns(kinds[0], None if missing else item, f"{prefix}{name}_")
        elif isinstance(item, tuple):
            found[prefix + name] = ", ".join(map(str, item))
        else:
            found[prefix + name] = None if missing else item
        if Missing in get_args(hint):
            found[f"{prefix}{name}_missing"] = missing.why.value if missing else None
    return found


def _is_answer(hint: Any) -> bool:
    return isinstance(hint, type) and is_dataclass(hint) and hint is not Missing


def asking_fields(asking: Asking) -> dict[str, Any]:
    """Return what an answer is about, for programs."""
    return asdict(asking)


def print_asking(workspace: Any, asking: Asking) -> None:
    """Say as of when an answer is, and of how many people."""
    zone = workspace.config.workspace.timezone
    out.print(
        t.customers(asking.customers)
        + " · "
        + t.gettext(
            "As of {instant}, known up to commit {seq}, compared with the base of {frame}.",
            instant=t.instant(asking.as_of, zone),
            seq=asking.known_seq,
            frame=t.instant(asking.frame_at, zone),
        )
    )


def segment_name(workspace: Any, id_: str) -> str:
    """Return the name of a segment by its full id; the id of what has no name yet."""
    scheme, _, segment = id_.partition(".")
    names = workspace.names.get(scheme)
    return names.segments[segment or scheme].name[t.lang] if names else id_


def heading(workspace: Any, segments: tuple[str, ...]) -> str:
    """Return how those who are asked about are called."""
    if not segments:
        return t.gettext("The whole base")
    return escape(" · ".join(segment_name(workspace, id_) for id_ in segments))
