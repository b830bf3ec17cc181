"""kogorta segments …: what segments there are, who is in them, why, and who moved."""

from __future__ import annotations

from typing import Annotated, Any

import typer

import kogorta
from kogorta.cli.frame import App
from kogorta.cli.options import HERE, AsFormat, AsOf, Folder, KnownAt, OutFile
from kogorta.cli.output import Format, emit, emit_arrow, out, table
from kogorta.cli.speak import t
from kogorta.definitions.names import schemes as named_schemes

app = App(help=t.gettext("Segments: sizes, members, reasons, movements."))


@app.command("list", help=t.gettext("Show every scheme with the size of its segments."))
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
        if format_ is not Format.TABLE:
            rows = [
                {
                    "segment": f"{scheme}.{segment}",
                    "customers": count,
                    "share_ratio": count / max(sum(counts.values()), 1),
                }
                for scheme, counts in sizes.items()
                for segment, count in counts.items()
            ]
            emit(rows, format_, file)
            return
        for scheme, counts in sizes.items():
            _print_scheme(named_schemes()[scheme], scheme, counts)
        out.print(t.gettext("As of {instant}.", instant=_instant(workspace, as_of)))


def _print_scheme(names: Any, scheme: str, counts: dict[str, int]) -> None:
    total = sum(counts.values())
    rows = [
        [
            names.segments[segment].name[t.lang],
            f"{scheme}.{segment}",
            t.integer(count),
            t.share(count, total) if total else "—",
        ]
        for segment, count in counts.items()
    ]
    headers = [t.gettext("Segment"), t.gettext("Id"), t.gettext("Customers"), t.gettext("Share")]
    table(f"\n{names.name[t.lang]}", headers, rows, right=(2, 3))


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
        names = named_schemes()[answer.scheme].segments
        zone = workspace.config.workspace.timezone
    asked = names[answer.segment].name[t.lang]
    if answer.is_member:
        out.print(t.gettext("{customer} is in “{segment}”.", customer=customer, segment=asked))
    elif answer.actual is None:
        out.print(
            t.gettext(
                "{customer} is not in “{segment}”, but outside its base.", customer=customer, segment=asked
            )
        )
    else:
        actual = names[answer.actual].name[t.lang]
        out.print(
            t.gettext(
                "{customer} is not in “{segment}”, but in “{actual}”.",
                customer=customer,
                segment=asked,
                actual=actual,
            )
        )
    for check in answer.checks:
        out.print(f"  {'✓' if check.holds else '·'} {t.say(check.says)}")
    for move in answer.moves:
        to = names[move.segment].name[t.lang] if move.segment else "—"
        if move.kind == "time":
            out.print(
                t.gettext(
                    "If nothing happens: “{segment}” from {day}.", segment=to, day=t.instant(move.at, zone)
                )
            )
        else:
            out.print(t.gettext("One order now, of the usual amount: “{segment}”.", segment=to))
    if answer.is_several:
        out.print(
            t.gettext("No single change would lead into “{segment}”: several are needed.", segment=asked)
        )
    out.print(
        t.gettext(
            "As of {instant}, known up to commit {seq}, compared with the base of {frame}.",
            instant=t.instant(answer.as_of, zone),
            seq=answer.known_seq,
            frame=t.instant(answer.frame_at, zone),
        )
    )


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
        names = named_schemes()[scheme]
    if format_ is not Format.TABLE:
        emit(
            [{"from": was, "to": now, "customers": n} for (was, now), n in sorted(counts.items(), key=str)],
            format_,
            file,
        )
        return
    outside = t.gettext("outside the base")

    def name(segment: str | None) -> str:
        return names.segments[segment].name[t.lang] if segment else outside

    ordered = sorted(counts.items(), key=lambda item: -item[1])
    rows = [[name(was), "→" if was != now else "=", name(now), t.integer(n)] for (was, now), n in ordered]
    table(
        names.name[t.lang], [t.gettext("From"), "", t.gettext("To"), t.gettext("Customers")], rows, right=(3,)
    )


def _last(workspace: Any) -> Any:
    """Return the instant of the last refresh, so that an answer fits what the log says."""
    return workspace.last_instant()


def _instant(workspace: Any, as_of: Any) -> str:
    return t.instant(workspace.instant(as_of), workspace.config.workspace.timezone)
