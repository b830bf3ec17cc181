"""The base as of an instant: a session, its steps, and the frames that it is read against."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

import pyarrow as pa

from kogorta.compile.evaluate import evaluate, evaluate_scores
from kogorta.compile.frame import (
    ALL,
    Frame,
    Frames,
    make_lifecycle_frame,
    make_rfm_frame,
)
from kogorta.compile.steps import Instant, Steps
from kogorta.config import Config
from kogorta.identity.resolve import aliases
from kogorta.membership.frames import newest_frame
from kogorta.traits.shape import Meaning, Shape
from kogorta.warehouse.duckdb_engine import DuckDBSession
from kogorta.warehouse.store import Warehouse


def meaning_of(config: Config) -> Meaning:
    """Return how the numbers of a workspace are meant."""
    rfm = config.rfm
    scale = 10**config.minor_digits
    return Meaning(
        business=config.workspace.business,
        recency=rfm.recency,
        frequency=rfm.frequency,
        monetary=rfm.monetary,
        recency_bounds=rfm.recency_bounds,
        frequency_bounds=rfm.frequency_bounds,
        monetary_bounds=tuple(int(bound * scale) for bound in rfm.monetary_bounds),
    )


def window_of(config: Config) -> int | None:
    """Return the window that the user set, in days, 0 for all; None if he set none."""
    window = config.rfm.window_days
    return ALL if window == "all" else window


def shape_of(warehouse: Warehouse, has_aliases: bool) -> Shape:
    """Look which tables have rows, and which have later versions."""
    present, versioned = warehouse.contents()
    return Shape(present, versioned, has_aliases)


@dataclass
class View:
    """What can be said of the base as of one instant.

    Attributes:
        warehouse: The store.
        config: How numbers are meant.
        session: Where scratch tables live.
        steps: The work, made on demand.
    """

    warehouse: Warehouse
    config: Config
    session: DuckDBSession
    steps: Steps

    @property
    def instant(self) -> Instant:
        """As of when, known when."""
        return self.steps.instant

    def settings(self, family: str, window_days: int | None = None) -> dict[str, object]:
        """Return what a frame of a family depends on beside the facts.

        Args:
            family: `rfm` or `lifecycle`.
            window_days: The window that was taken, where the workspace sets none.
        """
        if family == "lifecycle":
            return {"business": self.steps.meaning.business}
        chosen = window_of(self.config)
        return self.steps.meaning.describe() | {"window": window_days if chosen is None else chosen}

    def stored_frame(self, family: str) -> Frame | None:
        """Return the newest stored frame that this instant may be read against."""
        return newest_frame(
            self.warehouse, family, self.settings(family), self.instant.as_of, self.instant.known_seq
        )

    def make_frame(self, family: str) -> Frame:
        """Take a frame as of this very instant."""
        if family == "lifecycle":
            return make_lifecycle_frame(self.steps)
        return make_rfm_frame(self.steps, window_of(self.config))

    @cached_property
    def frames(self) -> Frames:
        """The newest stored frames, or where there are none, frames of this instant."""
        found = {name: self.stored_frame(name) or self.make_frame(name) for name in ("rfm", "lifecycle")}
        return Frames(rfm=found["rfm"], lifecycle=found["lifecycle"])

    @cached_property
    def traits(self) -> Any:
        """The wide table of traits, read against `frames`."""
        return evaluate(self.steps, self.frames)

    def scores(self) -> pa.Table:
        """Return recency, frequency, money and their scores of everyone who ordered, and nothing else.

        Columns: customer_key, recency_days, frequency_count, monetary_amount (minor units), rfm_r, rfm_f,
        rfm_m, rfm_code. Lifecycle is not worked out, so this costs a fraction of `traits`.
        """
        steps = replace(self.steps, scores_only=True, _schemas={})
        return evaluate_scores(
            steps, self.stored_frame("rfm") or make_rfm_frame(steps, window_of(self.config))
        )


@contextmanager
def open_view(
    warehouse: Warehouse, config: Config, as_of: datetime, known_at: datetime | int | None = None
) -> Iterator[View]:
    """Open the base as of an instant (UTC without a zone), as far as was known at another."""
    known_seq = warehouse.known_seq(known_at)
    alias_rows = aliases(warehouse, known_seq)
    with warehouse.session() as session:
        steps = Steps(
            session,
            shape_of(warehouse, alias_rows.num_rows > 0),
            meaning_of(config),
            Instant(as_of, known_seq),
            alias_rows,
        )
        yield View(warehouse, config, session, steps)
