"""The writing of a run: frames, versions, changes, the snapshot, and last the row that makes it count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from kogorta.compile.frame import CUT, Frame, Frames
from kogorta.compile.segments import Cut
from kogorta.membership.attempts import succeeded
from kogorta.membership.frames import save_frame
from kogorta.membership.passes import Moves
from kogorta.membership.versions import Version, save_version
from kogorta.membership.view import View


@dataclass(frozen=True)
class Run:
    """The writing of a run: frames, versions, changes, the snapshot, and last the row that makes it count.

    Attributes:
        view: The base as of the instant.
        attempt: The number of the refresh that was begun.
        now: When this happens; UTC.
        versions: Of everything that was brought up to date.
        gone: Definitions that were taken away since a run used them, with the last version that one used.
        frames: What everyone was compared with.
        made: Families of frames that were made anew.
        moves: What each pass found.
        departures: The relation of rows for the log of those who leave what was taken away.
    """

    view: View
    attempt: int
    now: datetime
    versions: Mapping[str, Version]
    gone: Mapping[str, int]
    frames: Frames
    made: Sequence[str]
    moves: Sequence[Moves]
    departures: str

    def record(self, connection: Any) -> tuple[Frames, int, int]:
        """Write everything inside the writer's transaction; return frames, the run's number and everyone's."""
        used = self.frames
        frames = Frames(
            self._stored(connection, used.rfm),
            self._stored(connection, used.lifecycle),
            self._stored(connection, used.base) if used.base else None,
        )
        cuts = self._save_cuts(connection)
        for version in self.versions.values():
            if version.is_new:
                save_version(connection, version, self.now)
        run_id = int(connection.execute("SELECT coalesce(max(run_id), 0) + 1 FROM runs").fetchone()[0])
        relations = [*(found.rows for found in self.moves), self.departures]
        changes = sum(self._insert_changes(connection, run_id, relation) for relation in relations)
        stands_at = [(run_id, name, version.number) for name, version in self.versions.items()]
        connection.executemany(
            "INSERT INTO run_definitions VALUES (?, ?, ?)",
            stands_at + [(run_id, name, None) for name in self.gone],
        )
        customers = self._keep_snapshots(connection)
        ids = {frames.rfm.frame_id, frames.lifecycle.frame_id, *cuts}
        ids |= {frames.base.frame_id} if frames.base else set()
        ids |= {number for found in self.moves for number in found.frame_ids}
        connection.execute(
            "INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                run_id,
                self.view.instant.as_of,
                self.view.instant.known_seq,
                self.now,
                ",".join(str(number) for number in sorted(filter(None, ids))),
                customers,
                changes,
                self.moves[0].is_provisional if self.moves else None,
            ],
        )
        succeeded(connection, self.attempt, run_id)
        return frames, run_id, customers

    def _stored(self, connection: Any, frame: Frame) -> Frame:
        if frame.family not in self.made:
            return frame
        settings = self.view.settings(frame.family, frame.chosen_window)
        return save_frame(connection, frame, settings)

    def _save_cuts(self, connection: Any) -> list[int | None]:
        taken: dict[Cut, int | float] = {}
        for found in self.moves:
            taken |= found.cuts
        instant = self.view.instant
        return [
            save_frame(
                connection,
                Frame(CUT, instant.as_of, instant.known_seq, {}, cut=value),
                self.view.cut_settings(cut),
            ).frame_id
            for cut, value in taken.items()
        ]

    def _keep_snapshots(self, connection: Any) -> int:
        """Keep the traits of those who were looked at; return how many people there are."""
        for found in sorted(self.moves, key=lambda moves: moves.scope is not None):
            _keep_snapshot(connection, found)
        return int(connection.execute("SELECT count(*) FROM trait_snapshot").fetchone()[0])

    def _insert_changes(self, connection: Any, run_id: int, relation: str) -> int:
        connection.register("version_numbers", self._numbers)
        try:
            row = connection.execute(
                f"""INSERT INTO membership_changes
                SELECT c.scheme, c.segment, c.customer_key, CAST(? AS TIMESTAMP), c.op, c.cause, v.version,
                    CAST(? AS BIGINT)
                FROM {relation} c JOIN version_numbers v ON v.scheme = c.scheme""",  # noqa: S608  our own name
                [self.view.instant.as_of, run_id],
            ).fetchone()
        finally:
            connection.unregister("version_numbers")
        return int(row[0])

    @property
    def _numbers(self) -> pa.Table:
        """The version of every definition whose changes are written."""
        numbers = {name: version.number for name, version in self.versions.items()} | dict(self.gone)
        return pa.table(
            {
                "scheme": pa.array(list(numbers), pa.string()),
                "version": pa.array(list(numbers.values()), pa.int32()),
            }
        )


def _keep_snapshot(connection: Any, found: Moves) -> None:
    rows = f"SELECT * FROM {found.snapshot}"  # noqa: S608  our own name
    if found.scope is None:
        connection.execute(f"CREATE OR REPLACE TABLE trait_snapshot AS {rows}")
        return
    connection.register("scoped_keys", found.scope)
    try:
        connection.execute(
            "DELETE FROM trait_snapshot WHERE customer_key IN (SELECT customer_key FROM scoped_keys)"
        )
    finally:
        connection.unregister("scoped_keys")
    connection.execute(f"INSERT INTO trait_snapshot {rows}")
