"""The works, measured in turns with what each is held against."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kogorta.bench.machine import Machine, machine, peak_gib
from kogorta.bench.plain import grouped_pass, rows_of
from kogorta.compile.plan import EVERYONE
from kogorta.errors import InputError
from kogorta.i18n import lazy
from kogorta.membership.log import customer_names
from kogorta.membership.own import closure
from kogorta.membership.view import View
from kogorta.traits.contract import KEPT
from kogorta.vocab import BenchWork
from kogorta.workspace import Workspace
from kogorta.workspace.base import InstantLike

LEAST_ROUNDS, MOST_ROUNDS = 2, 20
LEAST_OWN = 2
"""With fewer definitions there is nothing to do at once."""

READY = "lifecycle.at_risk"
"""The segment that is counted and explained where people have none of their own."""

Progress = Callable[[BenchWork, int], None]


@dataclass(frozen=True, slots=True)
class Work:
    """One work on the user's base.

    Attributes:
        work: Which.
        subject: The segment that it was about; empty where it is about all.
        count: How many things it was: traits, segments, people.
        first_seconds: How long it took the first time, when everything is compiled as well.
        seconds: The median of the turns after that.
        beside_seconds: The median of the plain work that it is held against; None where there is none.
    """

    work: BenchWork
    subject: str
    count: int
    first_seconds: float
    seconds: float
    beside_seconds: float | None = None

    @property
    def ratio(self) -> float | None:
        """Ours ÷ the plain work; None where there is none."""
        return self.seconds / self.beside_seconds if self.beside_seconds else None


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured.

    Attributes:
        as_of: The instant that everything was asked as of; UTC.
        customers: Everyone known then.
        rows: Rows of each table of facts, with all their versions.
        machine: What it ran on.
        rounds: How often each work was done.
        works: In the order in which they were done.
        peak_gib: The most memory that the process held at any time.
    """

    as_of: datetime
    customers: int
    rows: Mapping[str, int]
    machine: Machine
    rounds: int
    works: Sequence[Work]
    peak_gib: float


def bench(
    workspace: Workspace,
    as_of: InstantLike | None = None,
    *,
    only: BenchWork | None = None,
    rounds: int = 3,
    progress: Progress = lambda _work, _round: None,
) -> Report:
    """Measure how long questions to a base take. Nothing is written: no run, no frame, no definition.

    Args:
        workspace: The base.
        as_of: As of when; by default the last refresh, else now.
        only: One work; by default all of them, `SEGMENTS` where there are two definitions or more.
        rounds: How often each work is done, from 2 to 20.
        progress: Told which work begins, and in which round, from 1.

    Raises:
        InputError: So many rounds cannot be, nobody is known at that instant, or there are no definitions to measure.
    """
    if not LEAST_ROUNDS <= rounds <= MOST_ROUNDS:
        raise InputError(
            "so many rounds cannot be",
            got=str(rounds),
            expected=lazy("from {least} to {most}", least=LEAST_ROUNDS, most=MOST_ROUNDS),
        )
    at = workspace.instant(as_of or workspace.last_instant())
    with workspace.view(at) as view:
        everyone = view.steps.get(EVERYONE)
        names = customer_names().join(everyone, "customer_key")
        (known,) = view.session.fetch(names.agg(n=names.count(), first=names.customer_id.min())).to_pylist()
        if not known["n"]:
            raise InputError(
                "nobody is known at that instant", hint="import a file first, or name a later instant"
            )
        rows, own = rows_of(view), list(view.own)
        segment = view.schemes[own[0]].segment_id(view.schemes[own[0]].segments[0]) if own else READY
    measured = _Bench(workspace, at, rounds, progress)
    if only is BenchWork.SEGMENTS and len(own) < LEAST_OWN:
        raise InputError(
            "there are too few definitions of your own to measure",
            got=str(len(own)),
            expected=lazy("{n} or more", n=LEAST_OWN),
            hint="kogorta segments apply registers those in the folder segments",
        )
    runs: dict[BenchWork, Callable[[], Work]] = {
        BenchWork.TRAITS: measured.traits,
        BenchWork.SEGMENTS: lambda: measured.segments(len(own)),
        BenchWork.SIZE: lambda: measured.size(segment),
        BenchWork.EXPLAIN: lambda: measured.explained(segment, known["first"]),
    }
    if len(own) < LEAST_OWN:
        del runs[BenchWork.SEGMENTS]
    works = [run() for work, run in runs.items() if only in (None, work)]
    return Report(at, known["n"], rows, machine(_engine(workspace)), rounds, works, peak_gib())


def _engine(workspace: Workspace) -> str:
    ((version,),) = workspace.warehouse.rows("SELECT version()")
    return f"{workspace.warehouse.engine.dialect} {version}"


@dataclass(frozen=True)
class _Bench:
    """The works of one base as of one instant."""

    workspace: Workspace
    at: datetime
    rounds: int
    progress: Progress

    def traits(self) -> Work:
        """Traits and ready schemes of everyone, beside one grouped pass over the same tables."""
        ours, beside = [], []
        for _ in self._turns(BenchWork.TRAITS):
            ours.append(self._in_view(_traits))
            beside.append(self._in_view(grouped_pass))
        return _work(BenchWork.TRAITS, "", len(KEPT), ours, beside)

    def segments(self, count: int) -> Work:
        """All of people's own definitions in one query, beside a query for each; the traits are there already."""
        ours, beside = [], []
        for _ in self._turns(BenchWork.SEGMENTS):
            ours.append(self._in_view(_at_once, _traits))
            beside.append(self._in_view(_one_by_one, _traits))
        return _work(BenchWork.SEGMENTS, "", count, ours, beside)

    def size(self, segment: str) -> Work:
        """The size of one segment and whom each channel reaches."""
        ours, count = [], 0
        for _ in self._turns(BenchWork.SIZE):
            begun = time.perf_counter()
            count = self.workspace.size(segment, self.at).segments[0].people
            ours.append(time.perf_counter() - begun)
        return _work(BenchWork.SIZE, segment, count, ours)

    def explained(self, segment: str, customer: str) -> Work:
        """One customer explained."""
        ours = [
            _seconds(lambda: self.workspace.explain(segment, customer, self.at))
            for _ in self._turns(BenchWork.EXPLAIN)
        ]
        return _work(BenchWork.EXPLAIN, segment, 1, ours)

    def _turns(self, work: BenchWork) -> Iterator[int]:
        for number in range(1, self.rounds + 1):
            self.progress(work, number)
            yield number

    def _in_view(
        self, run: Callable[[View], object], before: Callable[[View], object] | None = None
    ) -> float:
        """Time something in a view that knows nothing yet but what `before` has it work out."""
        with self.workspace.view(self.at) as view:
            if before is not None:
                before(view)
            return _seconds(lambda: run(view))


def _traits(view: View) -> object:
    return view.traits


def _at_once(view: View) -> None:
    view.place(view.own, traits=view.traits)


def _one_by_one(view: View) -> None:
    for id_ in view.own:
        view.place(closure(view.own, [id_]), traits=view.traits)


def _seconds(run: Callable[[], object]) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def _work(
    work: BenchWork, subject: str, count: int, ours: Sequence[float], beside: Sequence[float] = ()
) -> Work:
    again = statistics.median(ours[1:])
    return Work(work, subject, count, ours[0], again, statistics.median(beside[1:]) if beside else None)
