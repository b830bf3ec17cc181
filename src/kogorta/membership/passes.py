"""One pass of a refresh: definitions that stand at one run are worked out anew and compared with what the log has."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from kogorta.compile.evaluate import evaluate
from kogorta.compile.frame import CUT, Frame, Frames
from kogorta.compile.segments import Cut, Placed, cuts_in
from kogorta.definitions.document import Definition
from kogorta.definitions.recorded import is_recorded_id
from kogorta.definitions.schemes import Scheme
from kogorta.membership import changes as log
from kogorta.membership.frames import frame_among
from kogorta.membership.hidden import hidden_schemes
from kogorta.membership.own import closure, traits_in
from kogorta.membership.partition import check, proven
from kogorta.membership.runs import Group, LastRun
from kogorta.membership.scope import Asked, find_news, find_scope, is_provisional
from kogorta.membership.view import View, values_of
from kogorta.traits.catalogue import BASE, reads_base
from kogorta.vocab import WholePass
from kogorta.warehouse.duckdb_engine import Handed


@dataclass(frozen=True)
class Wish:
    """What is the same for all passes of a refresh.

    Attributes:
        view: The base as of the instant, without any scope.
        frames: What everyone is compared with.
        schemes: Everything that is brought up to date, by id; free segments and recorded conditions as schemes too.
        own: All definitions of people's own and those that are only recorded, by id.
        ever: Everything that any run brought up to date before.
        has_erased: Whether the log has rows of people who were erased: their keys are negative.
        is_first: No run before this one.
        everyone: Look at everyone, also at those who cannot have moved.
        handed: Where results are laid for the writer.
    """

    view: View
    frames: Frames
    schemes: Mapping[str, Scheme]
    own: Mapping[str, Definition]
    ever: Collection[str]
    has_erased: bool
    is_first: bool
    everyone: bool
    handed: Handed


@dataclass(frozen=True)
class Moves:
    """What a pass found.

    Attributes:
        rows: The relation of rows for the log: scheme, customer_key, cause, segment, op.
        counts: People who moved, by scheme and cause.
        snapshot: The relation of all traits of those who were looked at.
        looked_at: How many they are.
        people: customer_key of each of them; None of everyone.
        scope: customer_key of all ids that were looked at; None for everyone.
        whole_pass: Why everyone was; None if only some were.
        cuts: Values of the base that were taken anew.
        frame_ids: Of the stored values of the base that were used.
        is_provisional: Whether the base's history is too short to be sure of stages.
    """

    rows: str
    counts: Mapping[tuple[str, str], int]
    snapshot: str
    looked_at: int
    people: frozenset[int] | None
    scope: pa.Table | None
    whole_pass: WholePass | None
    cuts: Mapping[Cut, int | float]
    frame_ids: frozenset[int]
    is_provisional: bool


class Pass:
    """The work on one group of definitions.

    Args:
        wish: What is the same for all.
        group: Which definitions, and where they stand.
        number: Of the pass.
    """

    def __init__(self, wish: Wish, group: Group, number: int) -> None:
        self.wish = wish
        self.number = number
        self.before = group.before
        self.view = wish.view
        self.view.frames = wish.frames
        self.schemes = [wish.schemes[id_] for id_ in wish.schemes if id_ in group.ids]
        self.own = closure(wish.own, [item.id for item in self.schemes])
        known = self.view.cut_frames(cuts_in(self.own))
        # values of the base are taken as often as scores are
        self.cuts = {cut: frame for cut, frame in known.items() if frame.frame_at >= wish.frames.rfm.frame_at}

    def run(self) -> Moves:
        """Do it; nothing is written."""
        whole_pass = self._find_scope()
        has_before = self._keep_state_before()
        traits, placed = self._state(log.STATE, self.wish.frames, values_of(self.cuts))
        self._prove(traits, placed)
        moved = self._moved(has_before)
        taken = placed.cuts if placed else {}
        return self._found(moved, traits, whole_pass, taken)

    def _found(
        self, moved: Any, traits: Any, whole_pass: WholePass | None, taken: Mapping[Cut, int | float]
    ) -> Moves:
        """Lay what was found where the writer reads it."""
        view, handed, number = self.view, self.wish.handed, self.number
        keys = traits.select("customer_key")
        people = None
        if view.steps.scope is None:
            looked_at = view.steps.row(keys.agg(n=keys.count().cast("int64")))["n"]
        else:
            people = frozenset(view.steps.fetch(keys)["customer_key"].to_pylist())
            looked_at = len(people)
        return Moves(
            handed.put(f"rows_{number}", log.log_rows(moved), view.instant.bindings),
            counts_of(view, moved),
            handed.put(f"traits_{number}", traits, view.instant.bindings),
            looked_at,
            people,
            view.steps.scope,
            whole_pass,
            {cut: value for cut, value in taken.items() if cut not in self.cuts},
            frozenset(frame.frame_id for frame in self.cuts.values() if frame.frame_id is not None),
            is_provisional(view),
        )

    def _find_scope(self) -> WholePass | None:
        """Limit the view to those who can have moved; return why not, if everyone is looked at."""
        if self.before is None:
            return WholePass.FIRST if self.wish.is_first else WholePass.DEFINITION
        asked = Asked(self.view, self.before, self.own, self.wish.frames, self.cuts)
        if self.wish.everyone:
            find_news(asked)
            return WholePass.ASKED
        found = find_scope(asked)
        if isinstance(found, WholePass):
            return found
        self.view = found
        return None

    def _keep_state_before(self) -> bool:
        """Work out where people would stand against the frames of the run before, if those were others."""
        before = self.before
        old = frames_of(self.view, before) if before else None
        if before is None or old is None:
            return False
        if old.base is None or not reads_base(traits_in(self.own.values())):
            # what nothing here is read against is no other yardstick
            old = replace(old, base=self.wish.frames.base)
        self.view.frames = old
        wanted = cuts_in(self.own)
        cuts = {
            cut: frame_among(self.view.warehouse, CUT, self.view.cut_settings(cut), before.frame_ids)
            for cut in wanted
        }
        known = {cut: frame for cut, frame in cuts.items() if frame is not None}
        is_same = (old, known) == (self.wish.frames, self.cuts)
        if not is_same:
            self._state(log.BEFORE, old, values_of(known))
        self.view.frames = self.wish.frames
        return not is_same

    def _state(self, name: str, frames: Frames, cuts: Mapping[Cut, int | float]) -> tuple[Any, Placed | None]:
        """Work out where people stand against some frames; keep it as a scratch table.

        Args:
            name: Of the scratch table.
            frames: What they are compared with.
            cuts: Values of the base that definitions compare with; missing ones are taken anew.
        """
        view = self.view
        view.frames = frames
        traits = evaluate(view.steps, frames)
        placed = view.place(self.own, cuts=cuts, traits=traits) if self.own else None
        view.steps.make(name, log.state(traits, placed.table if placed else None, self._shown(frames)))
        return traits, placed

    def _shown(self, frames: Frames) -> Sequence[Scheme]:
        hidden = hidden_schemes(frames)
        return [scheme for scheme in self.schemes if scheme.id not in hidden]

    def _prove(self, traits: Any, placed: Placed | None) -> None:
        shown = self._shown(self.wish.frames)
        proofs = [(traits, [scheme for scheme in shown if scheme.family != "own"])]
        if placed:
            own = [scheme for scheme in shown if scheme.family == "own" and not scheme.is_free]
            proofs.append((placed.table, own))
        for table, schemes in proofs:
            for scheme, counts in zip(schemes, proven(self.view, table, schemes), strict=True):
                check(counts, scheme)

    def _moved(self, has_before: bool) -> Any:
        """Return who moved, as a scratch table."""
        steps = self.view.steps
        ids = [scheme.id for scheme in self.schemes]
        steps.make(log.RECORDED, log.recorded(steps.facts, schemes=ids).select(*log.STATE_SCHEMA))
        has_news = self.before is not None
        ever = self.wish.ever
        causes = log.Causes(
            initial=frozenset(id_ for id_ in ids if id_ not in ever),
            redefined=frozenset(id_ for id_ in ids if id_ in ever and self.before is None),
            has_before=has_before,
            has_touched=has_news,
            has_merged=has_news,
            has_erased=self.wish.has_erased,
        )
        return steps.make("k_moved", log.differences(causes))


def counts_of(view: View, moved: Any) -> dict[tuple[str, str], int]:
    """Count who moved by scheme and cause; what is only recorded is left out."""
    counted = moved.group_by("scheme", "cause").agg(n=moved.count().cast("int64"))
    found = {(row["scheme"], row["cause"]): row["n"] for row in view.steps.rows(counted)}
    return {key: number for key, number in found.items() if not is_recorded_id(key[0])}


def frames_of(view: View, run: LastRun) -> Frames | None:
    """Return the frames that a run used; None if they were made by other settings than those of now."""

    def among(family: str) -> Frame | None:
        settings = view.settings(family, view.frames.rfm.chosen_window)
        return frame_among(view.warehouse, family, settings, run.frame_ids)

    rfm, lifecycle = among("rfm"), among("lifecycle")
    return Frames(rfm, lifecycle, among(BASE)) if rfm and lifecycle else None
