"""The base as of an instant: a session, its steps, and the frames that it is read against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

import pyarrow as pa

from kogorta.compile.catalogue import catalogue_of
from kogorta.compile.evaluate import evaluate, evaluate_scores
from kogorta.compile.frame import (
    ALL,
    CUT,
    Frame,
    Frames,
    make_base_frame,
    make_lifecycle_frame,
    make_rfm_frame,
)
from kogorta.compile.segments import Cut, Language, Placed, cuts_in, place
from kogorta.compile.steps import Instant, Steps
from kogorta.config import Config
from kogorta.declared import AskedSection
from kogorta.definitions.catalogue import Catalogue
from kogorta.definitions.document import Definition
from kogorta.definitions.recorded import recorded_conditions
from kogorta.definitions.schemes import Scheme, schemes
from kogorta.identity.resolve import aliases
from kogorta.membership.frames import newest_frame
from kogorta.membership.own import closure, ready_columns, registered, scheme_of, traits_in
from kogorta.traits.catalogue import BASE, reads_base
from kogorta.traits.shape import Meaning, Psychography, Shape
from kogorta.warehouse.duckdb_engine import DuckDBSession
from kogorta.warehouse.store import Warehouse


def values_of(frames: Mapping[Cut, Frame]) -> dict[Cut, int | float]:
    """Return the values of the base that frames of them tell."""
    return {cut: frame.cut for cut, frame in frames.items() if frame.cut is not None}


def meaning_of(config: Config) -> Meaning:
    """Return how the numbers of a workspace are meant."""
    rfm = config.rfm
    scale = 10**config.minor_digits
    return Meaning(
        business=config.workspace.business,
        recency=rfm.recency,
        frequency=rfm.frequency,
        monetary=rfm.monetary,
        monetary_of=rfm.monetary_of,
        recency_bounds=rfm.recency_bounds,
        frequency_bounds=rfm.frequency_bounds,
        monetary_bounds=tuple(int(bound * scale) for bound in rfm.monetary_bounds),
        value=config.value.measure,
        minor_digits=config.minor_digits,
        zone=config.workspace.timezone,
        expert=config.content.expert,
        promo=config.content.promo,
        lifestyle=_asked("lifestyle", config.psychography.lifestyle),
        personality=_asked("personality", config.psychography.personality),
        interest=_asked("interest", config.psychography.interest),
        wholesale=tuple(sorted(part.lower() for part in config.accounts.wholesale)),
        first_value=config.first_value.event,
        first_value_days=config.first_value.days,
    )


def _asked(name: str, section: AskedSection) -> Psychography:
    return Psychography(
        section.questions or (name,), section.expires.delta.days, tuple(sorted(section.behaviour.items()))
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
    _tables: int = 0
    _placed: dict[str, Any] = field(default_factory=dict)
    _whole: View | None = None

    @property
    def instant(self) -> Instant:
        """As of when, known when."""
        return self.steps.instant

    def settings(self, family: str, window_days: int | None = None) -> dict[str, object]:
        """Return what a frame of a family depends on beside the facts.

        Args:
            family: `rfm`, `lifecycle` or `base`.
            window_days: The window that was taken, where the workspace sets none.
        """
        if family in ("lifecycle", BASE):
            return {"business": self.steps.meaning.business}
        chosen = window_of(self.config)
        return self.steps.meaning.scoring() | {"window": window_days if chosen is None else chosen}

    def stored_frame(self, family: str, settings: Mapping[str, object] | None = None) -> Frame | None:
        """Return the newest stored frame that this instant may be read against."""
        made_by = self.settings(family) if settings is None else settings
        return newest_frame(self.warehouse, family, made_by, self.instant.as_of, self.instant.known_seq)

    def make_frame(self, family: str) -> Frame:
        """Take a frame as of this very instant."""
        if family == "lifecycle":
            return make_lifecycle_frame(self.steps)
        if family == BASE:
            return make_base_frame(self.steps)
        return make_rfm_frame(self.steps, window_of(self.config))

    @cached_property
    def frames(self) -> Frames:
        """The newest stored frames, or where there are none, frames of this instant."""
        found = {name: self.stored_frame(name) or self.make_frame(name) for name in ("rfm", "lifecycle")}
        return Frames(rfm=found["rfm"], lifecycle=found["lifecycle"])

    @cached_property
    def base_frame(self) -> Frame:
        """The newest stored frame of what else is usual in the base, or one of this instant."""
        whole = self._whole or self
        return whole.stored_frame(BASE) or whole.make_frame(BASE)

    def need_base(self, traits: Iterable[str]) -> None:
        """Have the frame of what is usual in the base among `frames` if one of these traits is read against it."""
        if self.frames.base is None and reads_base(traits):
            self.frames = replace(self.frames, base=self.base_frame)

    def wide(self, columns: Sequence[str]) -> Any:
        """Return a table of some traits of everyone, those too that runs do not keep."""
        self.need_base(columns)
        self._tables += 1
        # a table of its own: `traits` stays as it is
        return evaluate(self.steps, self.frames, columns, name=f"k_wide_{self._tables}")

    @cached_property
    def traits(self) -> Any:
        """The wide table of the traits that runs keep, read against `frames`."""
        return evaluate(self.steps, self.frames)

    @cached_property
    def own(self) -> dict[str, Definition]:
        """The workspace's own definitions, as the registry has them."""
        return registered(self.warehouse)

    @cached_property
    def schemes(self) -> dict[str, Scheme]:
        """Every scheme by id: the ready ones, then those of people's own."""
        return {item.id: item for item in (*self.ready, *map(scheme_of, self.own.values()))}

    @cached_property
    def recorded(self) -> dict[str, Definition]:
        """What refreshes record for conditions with `held_for`: kept like people's own definitions, shown to nobody."""
        return recorded_conditions(self.own.values(), self.catalogue) if self.own else {}

    @property
    def ready(self) -> tuple[Scheme, ...]:
        """The ready schemes."""
        return schemes(self.config.workspace.business)

    @cached_property
    def catalogue(self) -> Catalogue:
        """What definitions may speak of."""
        segments = [item.segment_id(segment) for item in self.schemes.values() for segment in item.segments]
        return catalogue_of(self.warehouse, segments, self.config.minor_digits)

    def language(self, definitions: Mapping[str, Definition]) -> Language:
        """Return definitions with everything that they may speak of."""
        ready = ready_columns(self.config.workspace.business)
        return Language(definitions, self.catalogue, self.config.zone, ready)

    def place(
        self,
        definitions: Mapping[str, Definition],
        *,
        cuts: Mapping[Cut, int | float] | None = None,
        traits: Any = None,
    ) -> Placed:
        """Put everyone into the segments of some definitions, in a scratch table of its own.

        Args:
            definitions: With all that they name.
            cuts: Values of the base to compare with; by default those of the newest stored frames.
            traits: The wide table of all traits, if there is one.
        """
        self._tables += 1
        self.need_base(traits_in(definitions.values()))
        language = self.language(definitions)
        known = self.stored_cuts(cuts_in(definitions)) if cuts is None else cuts
        if traits is None:
            traits = self.__dict__.get("traits")
        name = f"k_placed_{self._tables}"
        return place(self.steps, self.frames, language, cuts=known, traits=traits, name=name)

    def stored_cuts(self, wanted: Iterable[Cut]) -> dict[Cut, int | float]:
        """Return the values of the base that the newest stored frames tell."""
        return values_of(self.cut_frames(wanted))

    def cut_frames(self, wanted: Iterable[Cut]) -> dict[Cut, Frame]:
        """Return the newest stored frames of values of the base, where there are any."""
        found = {cut: self.stored_frame(CUT, self.cut_settings(cut)) for cut in wanted}
        return {cut: frame for cut, frame in found.items() if frame is not None}

    def cut_settings(self, cut: Cut) -> dict[str, object]:
        """Return what the frame of a cut depends on beside the facts."""
        window = self.frames.rfm.chosen_window
        return {
            **self.settings("rfm", window),
            "trait": cut.trait,
            "about": self.catalogue.traits[cut.trait].about,
            "part": str(cut.part),
            "from_top": cut.from_top,
        }

    def placed(self, item: Scheme) -> Any:
        """Return customer_key and segment of everyone in the base of a scheme."""
        if item.family == "own" and item.id not in self._placed:
            self._placed[item.id] = self.place(closure(self.own, [item.id])).table
        rows = self._placed[item.id] if item.family == "own" else self.traits
        return rows.filter(rows[item.trait].notnull()).select("customer_key", segment=rows[item.trait])

    def place_all(self) -> None:
        """Work out all definitions of people's own at once."""
        if self.own:
            self._placed = dict.fromkeys(self.own, self.place(self.own).table)

    def scoped(self, keys: Sequence[int], *, for_more: bool = False) -> View:
        """Return the same base of some people alone, read against the same frames.

        Args:
            keys: customer_key of all their ids.
            for_more: Whether questions about them will come that nobody knows yet.
        """
        steps = self.steps.scoped(keys, for_more=for_more)
        found = View(self.warehouse, self.config, self.session, steps, _whole=self._whole or self)
        found.frames = self.frames
        return found

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
