"""The writing of a run: frames, versions, changes, the snapshot, and last the row that makes it count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from kogorta.compile.frame import CUT, Frame, Frames
from kogorta.compile.segments import Cut
from kogorta.membership.frames import save_frame
from kogorta.membership.versions import Version, save_version
from kogorta.membership.view import View
from kogorta.vocab import WholePass


@dataclass(frozen=True)
class Outcome:
    """What a run found and is about to write.

    Attributes:
        traits: The wide table.
        moved: Who moved.
        versions: Of everything that is worked out now.
        gone: Definitions that the last run used and that are no more, with their last version.
        frames: What everyone was compared with.
        made: Families of frames that were made anew.
        cuts: Values that definitions compare with, where no stored frame tells them.
        hidden: Schemes that say nothing of this base, with a reason.
        whole_pass: Why everyone was looked at; None if only some were.
    """

    traits: Any
    moved: Any
    versions: Mapping[str, Version]
    gone: Mapping[str, int]
    frames: Frames
    made: Sequence[str]
    cuts: Mapping[Cut, int | float]
    hidden: Mapping[str, str]
    whole_pass: WholePass | None

    @property
    def numbers(self) -> pa.Table:
        """The version of every definition whose changes are written."""
        numbers = {name: version.number for name, version in self.versions.items()} | dict(self.gone)
        return pa.table(
            {
                "scheme": pa.array(list(numbers), pa.string()),
                "version": pa.array(list(numbers.values()), pa.int32()),
            }
        )


@dataclass(frozen=True)
class Run:
    """The writing of a run: frames, versions, changes, the snapshot, and last the row that makes it count."""

    view: View
    now: datetime
    outcome: Outcome

    def record(self, connection: Any, rows: pa.Table, snapshot: pa.Table) -> tuple[Frames, int, int]:
        """Write everything inside the writer's transaction; return frames, the run's number and everyone's."""
        frames, versions = self.outcome.frames, self.outcome.versions
        stored = {
            frame.family: save_frame(
                connection, frame, self.view.settings(frame.family, frame.values.get("window_days"))
            )
            if frame.family in self.outcome.made
            else frame
            for frame in (frames.rfm, frames.lifecycle)
        }
        cuts = [self._save_cut(connection, cut, value) for cut, value in self.outcome.cuts.items()]
        for version in versions.values():
            if version.is_new:
                save_version(connection, version, self.now)
        run_id = int(connection.execute("SELECT coalesce(max(run_id), 0) + 1 FROM runs").fetchone()[0])
        self._insert_changes(connection, run_id, rows, self.outcome.numbers)
        connection.executemany(
            "INSERT INTO run_definitions VALUES (?, ?, ?)",
            [(run_id, name, version.number) for name, version in versions.items()],
        )
        customers = self._keep_snapshot(connection, snapshot)
        ids = ",".join(str(frame.frame_id) for frame in (stored["rfm"], stored["lifecycle"], *cuts))
        connection.execute(
            "INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                run_id,
                self.view.instant.as_of,
                self.view.instant.known_seq,
                self.now,
                ids,
                customers,
                rows.num_rows,
            ],
        )
        return Frames(stored["rfm"], stored["lifecycle"]), run_id, customers

    def _keep_snapshot(self, connection: Any, snapshot: pa.Table) -> int:
        """Keep the traits of those who were looked at; return how many people there are."""
        scope = self.view.steps.scope
        connection.register("new_snapshot", snapshot)
        try:
            if scope is None:
                connection.execute("CREATE OR REPLACE TABLE trait_snapshot AS SELECT * FROM new_snapshot")
            else:
                connection.register("scoped_keys", scope)
                connection.execute(
                    "DELETE FROM trait_snapshot WHERE customer_key IN (SELECT customer_key FROM scoped_keys)"
                )
                connection.unregister("scoped_keys")
                connection.execute("INSERT INTO trait_snapshot SELECT * FROM new_snapshot")
        finally:
            connection.unregister("new_snapshot")
        return int(connection.execute("SELECT count(*) FROM trait_snapshot").fetchone()[0])

    def _save_cut(self, connection: Any, cut: Cut, value: float) -> Frame:
        instant = self.view.instant
        frame = Frame(CUT, instant.as_of, instant.known_seq, {}, cut=value)
        return save_frame(connection, frame, self.view.cut_settings(cut))

    def _insert_changes(self, connection: Any, run_id: int, rows: pa.Table, numbers: pa.Table) -> None:
        connection.register("new_changes", rows)
        connection.register("version_numbers", numbers)
        try:
            connection.execute(
                """INSERT INTO membership_changes
                SELECT c.scheme, c.segment, c.customer_key, CAST(? AS TIMESTAMP), c.op, c.cause, v.version,
                    CAST(? AS BIGINT)
                FROM new_changes c JOIN version_numbers v ON v.scheme = c.scheme""",
                [self.view.instant.as_of, run_id],
            )
        finally:
            connection.unregister("new_changes")
            connection.unregister("version_numbers")
