"""A refresh: evaluate everyone, prove the partitions, write down what changed and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import ibis

from kogorta.compile.frame import Frame, Frames
from kogorta.config import Config
from kogorta.definitions.recorded import is_recorded_id
from kogorta.errors import HistoryError
from kogorta.i18n import lazy
from kogorta.identity.rules import update as update_identity
from kogorta.membership import changes as log
from kogorta.membership.attempts import attempt
from kogorta.membership.cadence import due_schemes, is_over
from kogorta.membership.hidden import hidden_schemes
from kogorta.membership.own import scheme_of, traits_in
from kogorta.membership.passes import Moves, Pass, Wish, counts_of
from kogorta.membership.runs import ever_recorded, groups_of, last_run, standings
from kogorta.membership.versions import Version, current_versions
from kogorta.membership.view import View, open_view, window_of
from kogorta.membership.writing import Run
from kogorta.traits.catalogue import BASE, reads_base
from kogorta.vocab import Cause, WholePass
from kogorta.warehouse.duckdb_engine import Handed
from kogorta.warehouse.store import Warehouse

FRAMES = ("rfm", "lifecycle")
"""Families of frames that every run uses."""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class RefreshReport:
    """What a refresh did.

    Attributes:
        run_id: Its number.
        as_of: As of when; UTC.
        known_seq: As far as what was known.
        customers: Everyone known then.
        changes: Rows written to the log, by scheme and cause: (scheme, cause) to count. What is only recorded for
            `held_for` is left out.
        refreshed: Ids of the schemes and free segments that were brought up to date.
        waiting: Ids of those whose cadence is not over.
        new_frames: Families whose frame was made anew.
        frames: What everyone was compared with.
        looked_at: How many people were worked out anew: those who can have moved, or everyone.
        whole_pass: Why everyone was; None if only some were.
        window_chosen: The window in days (0 for all) if this run chose it, else None.
        hidden: Schemes that say nothing of this base, with a stable reason.
    """

    run_id: int
    as_of: datetime
    known_seq: int
    customers: int
    changes: Mapping[tuple[str, str], int]
    refreshed: Sequence[str]
    waiting: Sequence[str]
    new_frames: Sequence[str]
    frames: Frames
    looked_at: int
    whole_pass: WholePass | None
    window_chosen: int | None = None
    hidden: Mapping[str, str] = field(default_factory=dict)


def refresh(
    warehouse: Warehouse,
    config: Config,
    as_of: datetime,
    now: datetime,
    *,
    full: bool = False,
    everyone: bool = False,
    progress: Progress = lambda _: None,
) -> RefreshReport:
    """Bring every scheme up to an instant.

    Args:
        warehouse: The store.
        config: How numbers are meant.
        as_of: UTC without a zone. Not before the last run: the log only goes forward.
        now: When this happens; UTC.
        full: Make new frames whatever their age, and look at everyone.
        everyone: Look at everyone, also at those who cannot have moved; the result is the same.
        progress: Told what is being done.

    Raises:
        HistoryError: `as_of` lies before the last run.
        PartitionError: A scheme would not be a partition; nothing is written.
    """
    with warehouse.refreshing:
        _check_forward(warehouse, config, as_of)
        with attempt(warehouse, as_of, now) as number:
            progress("identity")
            update_identity(warehouse, config, now)
            with open_view(warehouse, config, as_of) as view:
                work = _Refresh(view, number, now, progress, is_full=full, everyone=full or everyone)
                return work.run(set(work.schemes))


def refresh_due(
    warehouse: Warehouse,
    config: Config,
    as_of: datetime,
    now: datetime,
    *,
    everyone: bool = False,
    progress: Progress = lambda _: None,
) -> RefreshReport | None:
    """Bring up to an instant what is due: whose cadence is over, what is new or means something else, what is gone.

    Args and errors are those of `refresh`.

    Returns:
        None if nothing is due.
    """
    with warehouse.refreshing:
        _check_forward(warehouse, config, as_of)
        with open_view(warehouse, config, as_of) as view:
            if not _Refresh(view, 0, now, progress).due:
                return None
        with attempt(warehouse, as_of, now) as number:
            progress("identity")
            update_identity(warehouse, config, now)
            with open_view(warehouse, config, as_of) as view:
                work = _Refresh(view, number, now, progress, everyone=everyone)
                return work.run(work.due)


def _check_forward(warehouse: Warehouse, config: Config, as_of: datetime) -> None:
    before = last_run(warehouse)
    if before and as_of < before.as_of:
        raise HistoryError(
            "the log goes forward only",
            got=_local(as_of, config),
            expected=lazy(
                "{instant} or later: there the last refresh stands", instant=_local(before.as_of, config)
            ),
            hint="to look into the past use: kogorta segments members ID --as-of INSTANT",
        )


def _local(instant: datetime, config: Config) -> str:
    """Write an instant on the clock of the workspace."""
    return instant.replace(tzinfo=UTC).astimezone(config.zone).isoformat(timespec="minutes")


class _Refresh:
    """One refresh at work."""

    def __init__(
        self,
        view: View,
        attempt: int,
        now: datetime,
        progress: Progress,
        *,
        is_full: bool = False,
        everyone: bool = False,
    ) -> None:
        self.view = view
        self.attempt = attempt
        self.now = now
        self.progress = progress
        self.is_full = is_full
        self.everyone = everyone
        self.own = view.own | view.recorded
        self.schemes = {**view.schemes, **{id_: scheme_of(item) for id_, item in view.recorded.items()}}
        self.standing = standings(view.warehouse)
        self.stored = {family: view.stored_frame(family) for family in FRAMES}
        if reads_base(traits_in(self.own.values())):
            self.stored[BASE] = view.stored_frame(BASE)

    @cached_property
    def due(self) -> set[str]:
        """Ids of what is due, what was taken away since a run used it being so too; empty if nothing is."""
        rfm = self.stored["rfm"]
        window = rfm.chosen_window if rfm else window_of(self.view.config)
        versions = current_versions(self.view, window)
        found = due_schemes(
            self.view.schemes.values(),
            self.view.own,
            self.view.config,
            versions,
            self.standing,
            {
                family: frame.frame_at if frame else None
                for family, frame in self.stored.items()
                if family in FRAMES
            },
            self.view.instant.as_of,
        )
        found |= self.gone.keys()
        return found | self.view.recorded.keys() if found else found

    @property
    def gone(self) -> dict[str, int]:
        """Definitions that were taken away since a run used them, with the version that it used."""
        return {id_: known.version for id_, known in self.standing.items() if id_ not in self.schemes}

    def run(self, wanted: set[str]) -> RefreshReport:
        """Bring some schemes up to date.

        Args:
            wanted: Their ids; those of what was taken away count for nothing.
        """
        self.progress("frames")
        frames, made = self._frames(wanted)
        self.view.frames = frames
        versions = current_versions(self.view, frames.rfm.chosen_window)
        wanted_versions = {id_: versions[id_] for id_ in self.schemes if id_ in wanted}
        with self.view.session.handing_over() as handed:
            moves = self._moves(frames, wanted_versions, handed)
            left = self._departures()
            # the log, which tells them, is about to be written
            changes = _added([*(found.counts for found in moves), counts_of(self.view, left)])
            self.progress("writing")
            run = Run(
                self.view,
                self.attempt,
                self.now,
                wanted_versions,
                self.gone,
                frames,
                made,
                moves,
                handed.put("departures", log.log_rows(left), self.view.instant.bindings),
            )
            frames, run_id, customers = self.view.warehouse.write_books(run.record)
        return self._report(run, changes, frames, run_id, customers)

    def _moves(self, frames: Frames, versions: Mapping[str, Version], handed: Handed) -> list[Moves]:
        wish = Wish(
            self.view,
            frames,
            {id_: self.schemes[id_] for id_ in versions},
            self.own,
            ever_recorded(self.view.warehouse),
            bool(self.view.warehouse.rows("SELECT 1 FROM membership_changes WHERE customer_key < 0 LIMIT 1")),
            last_run(self.view.warehouse) is None,
            self.everyone,
            handed,
        )
        found = []
        for number, group in enumerate(groups_of(versions, self.standing)):
            self.progress("traits")
            found.append(Pass(wish, group, number).run())
        return found

    def _frames(self, wanted: set[str]) -> tuple[Frames, list[str]]:
        """Return the frames to use, and the families that were made anew: of what is wanted, if theirs is too old."""
        families: set[str] = {self.schemes[id_].family for id_ in wanted if id_ in self.schemes}
        # people's own definitions are what reads it
        families |= {BASE} if "own" in families else set()
        as_of = self.view.instant.as_of
        used: dict[str, Frame] = {}
        made = []
        for family, frame in self.stored.items():
            cadence = getattr(self.view.config.cadence, "lifecycle" if family == BASE else family)
            is_old = family in families and frame is not None and is_over(as_of - frame.frame_at, cadence)
            if frame is None or is_old or self.is_full:
                used[family] = self.view.make_frame(family)
                made.append(family)
            else:
                used[family] = frame
        return Frames(used["rfm"], used["lifecycle"], used.get(BASE)), made

    def _departures(self) -> Any:
        """Return everyone who leaves what was taken away: scheme, customer_key, was, now, cause."""
        inside = log.recorded(schemes=self.gone)
        return inside.select(
            "scheme",
            "customer_key",
            was="segment",
            now=ibis.null().cast("string"),
            cause=ibis.literal(Cause.DEFINITION.value),
        )

    def _report(
        self,
        run: Run,
        changes: Mapping[tuple[str, str], int],
        frames: Frames,
        run_id: int,
        customers: int,
    ) -> RefreshReport:
        view = self.view
        # A base without orders shows no rhythm to choose by: the choice waits for the first one that has some.
        chooses = (
            view.config.rfm.window_days is None and "rfm" in run.made and bool(frames.rfm.values["base"])
        )
        everyone = [found for found in run.moves if found.people is None]
        some = set[int]().union(*(found.people or () for found in run.moves))
        people = everyone[0].looked_at if everyone else len(some)
        shown = [id_ for id_ in self.schemes if not is_recorded_id(id_)]
        return RefreshReport(
            run_id,
            view.instant.as_of,
            view.instant.known_seq,
            customers,
            changes,
            tuple(id_ for id_ in shown if id_ in run.versions),
            tuple(id_ for id_ in shown if id_ not in run.versions),
            tuple(run.made),
            frames,
            people,
            everyone[0].whole_pass if everyone else None,
            frames.rfm.values["window_days"] if chooses else None,
            hidden_schemes(frames),
        )


def _added(parts: Sequence[Mapping[tuple[str, str], int]]) -> dict[tuple[str, str], int]:
    """Return the sums of several counts."""
    total: Counter[tuple[str, str]] = Counter()
    for part in parts:
        total.update(part)
    return dict(total)
