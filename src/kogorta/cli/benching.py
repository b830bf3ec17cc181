"""kogorta bench: how long questions to one's own base take, and beside what."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

import kogorta
from kogorta.cli.options import HERE, AsFormat, AsOf, Folder, OutFile
from kogorta.cli.output import Format, emit, emit_json, err, out, table
from kogorta.cli.speak import t
from kogorta.vocab import BenchWork

if TYPE_CHECKING:
    from kogorta.bench import Report, Work

DASH = "—"


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("bench", help=t.gettext("Measure how fast questions to your base are; nothing is written."))(
        bench
    )


def bench(
    work: Annotated[
        BenchWork | None,
        typer.Argument(
            metavar="NAME", help=t.gettext("One work: traits, segments, size or explain; all by default.")
        ),
    ] = None,
    folder: Folder = HERE,
    as_of: AsOf = None,
    rounds: Annotated[
        int,
        typer.Option("--rounds", metavar="N", help=t.gettext("How often each work is done, from 2 to 20.")),
    ] = 3,
    format_: AsFormat = Format.TABLE,
    file: OutFile = None,
) -> None:
    """Measure the base."""
    from kogorta import bench as measuring

    with kogorta.open(folder) as workspace:
        with err.status(t.gettext("measuring …")) as status:
            found = measuring.bench(
                workspace,
                as_of,
                only=work,
                rounds=rounds,
                progress=lambda now, number: status.update(
                    t.gettext(
                        "round {number} of {rounds}: {work} …",
                        number=number,
                        rounds=rounds,
                        work=work_name(now),
                    )
                ),
            )
        zone = workspace.config.workspace.timezone
    if format_ is Format.JSON:
        emit_json(_fields(found), file)
    elif format_ is not Format.TABLE:
        emit([_row(work) for work in found.works], format_, file)
    else:
        _print(found, zone)


def work_name(work: BenchWork) -> str:
    """Say in the reader's language what is done."""
    return {
        BenchWork.TRAITS: t.pgettext("bench", "traits and ready schemes of everyone"),
        BenchWork.SEGMENTS: t.pgettext("bench", "all of your own definitions at once"),
        BenchWork.SIZE: t.pgettext("bench", "the size of one segment"),
        BenchWork.EXPLAIN: t.pgettext("bench", "one customer explained"),
    }[work]


def beside_name(work: BenchWork) -> str:
    """Say what a work is held against."""
    return {
        BenchWork.TRAITS: t.pgettext("bench", "each table grouped once"),
        BenchWork.SEGMENTS: t.pgettext("bench", "one by one"),
    }.get(work, DASH)


def _print(found: Report, zone: str) -> None:
    table(
        t.gettext("As of {instant}", instant=t.instant(found.as_of, zone)),
        [
            t.pgettext("bench", "work"),
            t.gettext("of what"),
            t.gettext("first time, s"),
            t.gettext("after that, s"),
            t.gettext("beside it"),
            t.gettext("took, s"),
            t.gettext("ratio"),
        ],
        [_cells(work) for work in found.works],
        right=(2, 3, 5, 6),
    )
    rows = ", ".join(
        f"{name} {t.integer(count)}" for name, count in sorted(found.rows.items(), key=lambda item: -item[1])
    )
    machine = found.machine
    memory = DASH if machine.memory_gib is None else t.decimal(machine.memory_gib)
    lines = [
        t.gettext("Base: {customers}; rows: {rows}.", customers=t.customers(found.customers), rows=rows),
        t.gettext(
            "Machine: cores {cores}, memory {memory} GiB, {processor}, {engine}, Python {python}.",
            cores=machine.cores,
            memory=memory,
            processor=machine.processor,
            engine=machine.engine,
            python=machine.python,
        ),
        t.gettext("Peak memory of this process: {peak} GiB.", peak=t.decimal(found.peak_gib)),
        t.gettext("Nothing was written. Seconds are this machine's; only ratios can be carried elsewhere."),
    ]
    for line in lines:
        out.print(line, markup=False)


def _cells(work: Work) -> list[str]:
    return [
        work_name(work.work),
        work.subject or t.integer(work.count),
        t.decimal(work.first_seconds, 2),
        t.decimal(work.seconds, 2),
        beside_name(work.work),
        DASH if work.beside_seconds is None else t.decimal(work.beside_seconds, 2),
        DASH if work.ratio is None else t.decimal(work.ratio, 2),
    ]


def _row(work: Work) -> dict[str, Any]:
    return {**asdict(work), "work": work.work.value, "ratio": work.ratio}


def _fields(found: Report) -> dict[str, Any]:
    return {**asdict(found), "works": [_row(work) for work in found.works]}
