"""A refresh: evaluate everyone, prove the partitions, write down what changed and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from kogorta.compile.evaluate import evaluate
from kogorta.compile.frame import Frame, Frames
from kogorta.compile.segments import Cut, Placed
from kogorta.config import Config
from kogorta.definitions.recorded import is_recorded_id
from kogorta.definitions.schemes import Scheme
from kogorta.errors import HistoryError
from kogorta.i18n import lazy
from kogorta.identity.rules import update as update_identity
from kogorta.membership import changes as log
from kogorta.membership.frames import is_due
from kogorta.membership.own import scheme_of
from kogorta.membership.partition import check, proven
from kogorta.membership.scope import Asked, LastRun, find_news, find_scope
from kogorta.membership.versions import Version, current_versions
from kogorta.membership.view import View, open_view
from kogorta.membership.writing import Outcome, Run
from kogorta.vocab import WholePass
from kogorta.warehouse.store import Warehouse

CLASSIC = "rfm_classic"
F_SCORES = 5
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
    new_frames: Sequence[str]
    frames: Frames
    looked_at: int
    whole_pass: WholePass | None
    window_chosen: int | None = None
    hidden: Mapping[str, str] = field(default_factory=dict)


def last_run(warehouse: Warehouse) -> LastRun | None:
    """Return the newest run, if there was one."""
    rows = warehouse.rows(
        "SELECT run_id, as_of, known_seq, finished_at, frame_ids FROM runs ORDER BY run_id DESC LIMIT 1"
    )
    if not rows:
        return None
    run_id, as_of, known_seq, finished_at, frame_ids = rows[0]
    frames = frozenset(int(number) for number in frame_ids.split(","))
    return LastRun(run_id, as_of, known_seq, finished_at, frames)


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
    progress("identity")
    update_identity(warehouse, config, now)
    with open_view(warehouse, config, as_of) as view:
        return _Refresh(view, before, now, full, everyone, progress).run()


def _local(instant: datetime, config: Config) -> str:
    """Write an instant on the clock of the workspace."""
    return instant.replace(tzinfo=UTC).astimezone(config.zone).isoformat(timespec="minutes")


class _Refresh:
    """One refresh at work."""

    def __init__(
        self,
        view: View,
        before: LastRun | None,
        now: datetime,
        full: bool,
        everyone: bool,
        progress: Progress,
    ) -> None:
        self.view = view
        self.before = before
        self.now = now
        self.full = full
        self.everyone = everyone
        self.progress = progress
        self.own = view.own | view.recorded
        self.schemes = (*view.schemes.values(), *map(scheme_of, view.recorded.values()))

    def run(self) -> RefreshReport:
        self.progress("frames")
        old, new, made = self._frames()
        self.view.frames = new
        versions = current_versions(self.view, new.rfm.values["window_days"])
        whole_pass = self._find_scope(new, made, versions)
        hidden = hidden_schemes(new)
        has_before = bool(made) and self.before is not None and old is not None
        if old is not None and has_before:
            self._state(log.BEFORE, old, anew=False)
        self.progress("traits")
        traits, placed = self._state(log.STATE, new, anew="rfm" in made)
        self._prove(traits, placed, [item for item in self.schemes if item.id not in hidden])
        self.progress("changes")
        moved, gone = self._moved(versions, has_before)
        self.progress("writing")
        cuts = (
            {cut: value for cut, value in placed.cuts.items() if self._is_new(cut, value)} if placed else {}
        )
        return self._write(Outcome(traits, moved, versions, gone, new, made, cuts, hidden, whole_pass))

    def _find_scope(
        self, frames: Frames, made: Sequence[str], versions: Mapping[str, Version]
    ) -> WholePass | None:
        """Limit the view to those who can have moved; return why not, if everyone is looked at."""
        if self.before is None:
            return WholePass.FIRST
        last, _ = self._used_before()
        asked = Asked(self.view, self.before, self.own, frames, made, versions, last)
        if self.full or self.everyone:
            find_news(asked)
            return WholePass.ASKED
        self.progress("scope")
        found = find_scope(asked)
        if isinstance(found, WholePass):
            return found
        self.view = found
        return None

    def _state(self, name: str, frames: Frames, *, anew: bool) -> tuple[Any, Placed | None]:
        """Work out where everyone stands against some frames; keep it as a scratch table.

        Args:
            name: Of the scratch table.
            frames: What everyone is compared with.
            anew: Take the values that definitions compare with anew instead of those that stored frames tell.
        """
        view = self.view
        view.frames = frames
        traits = evaluate(view.steps, frames)
        placed = view.place(self.own, cuts={} if anew else None, traits=traits) if self.own else None
        shown = [scheme for scheme in self.schemes if scheme.id not in hidden_schemes(frames)]
        view.steps.make(name, log.state(traits, placed.table if placed else None, shown))
        return traits, placed

    def _is_new(self, cut: Cut, value: float) -> bool:
        return self.view.stored_cuts([cut]).get(cut) != value

    def _frames(self) -> tuple[Frames | None, Frames, list[str]]:
        """Return the old frames (None if there is no pair), the ones to use, and the families made anew."""
        cadence = {"rfm": self.view.config.cadence.rfm, "lifecycle": self.view.config.cadence.lifecycle}
        stored = {family: self.view.stored_frame(family) for family in cadence}
        used: dict[str, Frame] = {}
        made = []
        for family, days in cadence.items():
            frame = stored[family]
            if frame is None or is_due(frame, self.view.instant.as_of, days, full=self.full):
                frame = self.view.make_frame(family)
                made.append(family)
            used[family] = frame
        rfm, lifecycle = stored["rfm"], stored["lifecycle"]
        old = Frames(rfm, lifecycle) if rfm and lifecycle else None
        return old, Frames(used["rfm"], used["lifecycle"]), made

    def _prove(self, traits: Any, placed: Placed | None, shown: Sequence[Scheme]) -> None:
        for scheme in shown:
            if scheme.family != "own":
                check(proven(self.view, traits, scheme), scheme)
            elif placed and not scheme.is_free:
                check(proven(self.view, placed.table, scheme), scheme)

    def _moved(self, versions: Mapping[str, Version], has_before: bool) -> tuple[Any, dict[str, int]]:
        """Return who moved, and the last versions of definitions that the last run used and that are gone."""
        steps = self.view.steps
        steps.make(log.RECORDED, log.recorded(steps.facts).select(*log.STATE_SCHEMA))
        is_later = self.before is not None
        last, ever = self._used_before()
        gone = {name: number for name, number in last.items() if name not in versions}
        causes = log.Causes(
            initial={name for name in versions if name not in ever},
            redefined={
                *(
                    name
                    for name, version in versions.items()
                    if name in ever and last.get(name) != version.number
                ),
                *gone,
            },
            has_before=has_before,
            has_touched=is_later,
            has_merged=is_later,
            has_erased=bool(
                self.view.warehouse.rows("SELECT 1 FROM membership_changes WHERE customer_key < 0 LIMIT 1")
            ),
        )
        return steps.make("k_moved", log.differences(causes)), gone

    def _used_before(self) -> tuple[dict[str, int], set[str]]:
        """Return the versions that the last run used, and every definition that any run used."""
        rows = self.view.warehouse.rows("SELECT run_id, definition, version FROM run_definitions")
        last_id = self.before.run_id if self.before else 0
        last = {name: number for run_id, name, number in rows if run_id == last_id}
        return last, {name for _, name, _ in rows}

    def _write(self, outcome: Outcome) -> RefreshReport:
        view, moved, frames, made = self.view, outcome.moved, outcome.frames, outcome.made
        rows = view.session.fetch(log.log_rows(moved), view.instant.bindings)
        snapshot = view.session.fetch(outcome.traits, view.instant.bindings)
        run = Run(view, self.now, outcome)
        frames, run_id, customers = view.warehouse.write(
            lambda connection: run.record(connection, rows, snapshot)
        )
        counts = moved.group_by("scheme", "cause").agg(n=moved.count().cast("int64"))
        found = view.session.fetch(counts, view.instant.bindings).to_pylist()
        # A base without orders shows no rhythm to choose by: the choice waits for the first one that has some.
        chooses = view.config.rfm.window_days is None and "rfm" in made and bool(frames.rfm.values["base"])
        chosen = frames.rfm.values["window_days"] if chooses else None
        return RefreshReport(
            run_id,
            view.instant.as_of,
            view.instant.known_seq,
            customers,
            {(row["scheme"], row["cause"]): row["n"] for row in found if not is_recorded_id(row["scheme"])},
            tuple(made),
            frames,
            snapshot.num_rows,
            outcome.whole_pass,
            chosen,
            outcome.hidden,
        )


def hidden_schemes(frames: Frames) -> dict[str, str]:
    """Return the schemes that say nothing of this base, with a stable reason."""
    if (frames.rfm.values.get("f_levels") or 0) < F_SCORES:
        return {CLASSIC: "few_frequencies"}
    return {}
