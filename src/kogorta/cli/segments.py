"""kogorta segments …: what segments there are, who is in them, why, and who moved."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated, Any

import typer
from rich.markup import escape

import kogorta
from kogorta.cli.frame import App
from kogorta.cli.options import HERE, AsFormat, AsOf, Folder, KnownAt, OutFile
from kogorta.cli.output import Format, emit, emit_arrow, out, table
from kogorta.cli.reasons import print_answer
from kogorta.cli.speak import t
from kogorta.definitions.document import Definition
from kogorta.definitions.names import SchemeName

WHOLE = "lifecycle"
"""The scheme that divides everyone known."""

app = App(help=t.gettext("Segments: sizes, members, reasons, movements."))


@app.command("list", help=t.gettext("Show every scheme and your own segments with their sizes."))
def list_(
    folder: Folder = HERE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    format_: AsFormat = Format.TABLE,
    file: OutFile = None,
) -> None:
    """Show sizes."""
    with kogorta.open(folder) as workspace:
        as_of = as_of or _last(workspace)
        sizes = workspace.sizes(as_of, known_at)
        # lifecycle divides everyone known, and is never hidden
        everyone = sum(sizes[WHOLE].values())
        free = {item.id: item for item in workspace.definitions.values() if not item.is_scheme}
        names = workspace.names
        if format_ is not Format.TABLE:
            emit(_size_rows(sizes, free, everyone), format_, file)
            return
        for scheme, counts in sizes.items():
            if scheme not in free:
                _print_scheme(names[scheme], scheme, counts)
        if free:
            _print_free(names, free, {id_: sizes[id_][id_] for id_ in free}, everyone)
        out.print(t.gettext("As of {instant}.", instant=_instant(workspace, as_of)))


def _size_rows(
    sizes: Mapping[str, Mapping[str, int]], free: Collection[str], everyone: int
) -> list[dict[str, Any]]:
    return [
        {
            "segment": scheme if scheme in free else f"{scheme}.{segment}",
            "customers": count,
            "share_ratio": count / max(everyone if scheme in free else sum(counts.values()), 1),
        }
        for scheme, counts in sizes.items()
        for segment, count in counts.items()
    ]


def _print_scheme(names: SchemeName, scheme: str, counts: Mapping[str, int]) -> None:
    total = sum(counts.values())
    rows = [
        [
            escape(names.segments[segment].name[t.lang]),
            f"{scheme}.{segment}",
            t.integer(count),
            t.share(count, total),
        ]
        for segment, count in counts.items()
    ]
    headers = [t.gettext("Segment"), t.gettext("Id"), t.gettext("Customers"), t.gettext("Share")]
    table(f"\n{escape(names.name[t.lang])}", headers, rows, right=(2, 3))


def _print_free(
    names: Mapping[str, SchemeName],
    free: Mapping[str, Definition],
    sizes: Mapping[str, int],
    everyone: int,
) -> None:
    """Show free segments, those that act first above."""

    def place(id_: str) -> tuple[bool, int, str]:
        priority = free[id_].priority
        return priority is None, priority or 0, id_

    rows = [
        [
            escape(names[id_].name[t.lang]),
            id_,
            t.integer(sizes[id_]),
            t.share(sizes[id_], everyone),
            "—" if (priority := free[id_].priority) is None else t.integer(priority),
        ]
        for id_ in sorted(free, key=place)
    ]
    headers = [
        t.gettext("Segment"),
        t.gettext("Id"),
        t.gettext("Customers"),
        t.gettext("Share"),
        t.gettext("Priority"),
    ]
    table("\n" + t.gettext("Own segments"), headers, rows, right=(2, 3, 4))


@app.command("members", help=t.gettext("Show who is in a segment."))
def members(
    segment: Annotated[str, typer.Argument(metavar="ID", help=t.gettext("Such as rfm_simple.champions."))],
    folder: Folder = HERE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    recorded: Annotated[
        bool, typer.Option("--recorded", help=t.gettext("As the log recorded it, with the day of entering."))
    ] = False,
    format_: AsFormat = Format.TABLE,
    file: OutFile = None,
) -> None:
    """Show members."""
    with kogorta.open(folder) as workspace:
        as_of = as_of or _last(workspace)
        found = workspace.members(segment, as_of, known_at, recorded=recorded)
        if format_ is not Format.TABLE or file:
            emit_arrow(found, format_ if format_ is not Format.TABLE else Format.CSV, file)
            return
        for row in found.to_pylist():
            out.print("\t".join(str(value) for value in row.values()))
        out.print(
            t.customers(found.num_rows)
            + " · "
            + t.gettext("As of {instant}.", instant=_instant(workspace, as_of))
        )


@app.command(
    "explain", help=t.gettext("Say why a customer is in a segment or not, and what would change it.")
)
def explain(
    segment: Annotated[str, typer.Argument(metavar="ID")],
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER")],
    folder: Folder = HERE,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """Explain one customer."""
    with kogorta.open(folder) as workspace:
        as_of = as_of or _last(workspace)
        answer = workspace.explain(segment, customer, as_of, known_at)
        print_answer(workspace, answer)


@app.command("transitions", help=t.gettext("Count who moved from where to where between two instants."))
def transitions(
    scheme: Annotated[str, typer.Argument(metavar="SCHEME")],
    start: Annotated[str, typer.Option("--from", metavar="INSTANT")],
    end: Annotated[str | None, typer.Option("--to", metavar="INSTANT")] = None,
    folder: Folder = HERE,
    known_at: KnownAt = None,
    format_: AsFormat = Format.TABLE,
    file: OutFile = None,
) -> None:
    """Show movements."""
    with kogorta.open(folder) as workspace:
        end = end or _last(workspace)
        counts = workspace.transitions(scheme, start, end, known_at)
        names = workspace.names[scheme]
        is_free = scheme in workspace.definitions and not workspace.definitions[scheme].is_scheme
    if format_ is not Format.TABLE:
        emit(
            [{"from": was, "to": now, "customers": n} for (was, now), n in sorted(counts.items(), key=str)],
            format_,
            file,
        )
        return
    outside = t.gettext("not in it") if is_free else t.gettext("outside the base")

    def name(segment: str | None) -> str:
        return escape(names.segments[segment].name[t.lang]) if segment else outside

    ordered = sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
    rows = [[name(was), "→" if was != now else "=", name(now), t.integer(n)] for (was, now), n in ordered]
    table(
        escape(names.name[t.lang]),
        [t.gettext("From"), "", t.gettext("To"), t.gettext("Customers")],
        rows,
        right=(3,),
    )


def _last(workspace: Any) -> Any:
    """Return the instant of the last refresh, so that an answer fits what the log says."""
    return workspace.last_instant()


def _instant(workspace: Any, as_of: Any) -> str:
    return t.instant(workspace.instant(as_of), workspace.config.workspace.timezone)
