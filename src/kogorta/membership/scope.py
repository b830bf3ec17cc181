"""Who must be looked at again; everyone else stands where he stood.

Between two runs with the same definitions against the same frames a person can move by news of him, or by time. News are
facts that were learned or came due since the last run, and merges. Time moves whoever has a fact in one of the spans
over which an edge swept, and whose silence passed a full day or one of his own points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from kogorta.compile.evaluate import SNAPSHOT_COLUMNS
from kogorta.compile.frame import Frame, Frames
from kogorta.compile.plan import plan_of
from kogorta.compile.segments import Cut, cuts_in
from kogorta.compile.segments.bounds import Clock
from kogorta.compile.segments.evaluate import is_another_day
from kogorta.compile.segments.program import Program, program_of
from kogorta.compile.steps import HISTORY
from kogorta.definitions.document import Definition
from kogorta.definitions.nodes import Moved
from kogorta.definitions.recorded import log_conditions, log_place
from kogorta.identity.resolve import merged_since
from kogorta.membership.changes import MERGED, TOUCHED, TOUCHED_SCHEMA
from kogorta.membership.own import traits_in
from kogorta.membership.runs import LastRun
from kogorta.membership.spans import SNAPSHOT, turns_between
from kogorta.membership.touched import NEWS, news, touched
from kogorta.membership.turned import (
    HELD,
    Slices,
    held_by_another,
    lay_slices,
    turned_by_another,
    turned_by_facts,
    turned_by_log,
    turned_by_silence,
    turned_by_zone,
)
from kogorta.membership.view import View, values_of
from kogorta.schema import TABLES, ColumnType
from kogorta.traits.catalogue import CONTRACTS, FAMILIES, reads_base
from kogorta.traits.contract import Turning
from kogorta.traits.facts import Facts
from kogorta.traits.idioms import DAY_SECONDS, halved
from kogorta.traits.lifecycle import PROVISIONAL_DAYS
from kogorta.vocab import Business, WholePass

LARGEST_SHARE = 0.10
"""Of the base; with more people than that a pass over everyone costs less than one that picks them out."""


OF_ACCOUNTS = frozenset(trait.name for trait in FAMILIES["accounts"])
"""Traits that news of others change."""


@dataclass(frozen=True)
class Asked:
    """What is going to be brought up to date, from one run on.

    Attributes:
        view: The base as of the new instant, without any scope.
        before: The run that everything stands at.
        definitions: People's own and those that are only recorded, with all that they name.
        frames: What everyone is compared with.
        cuts: Stored values of the base that definitions compare with, as far as they are still to be used.
    """

    view: View
    before: LastRun
    definitions: Mapping[str, Definition]
    frames: Frames
    cuts: Mapping[Cut, Frame]

    @property
    def frame_ids(self) -> set[int | None]:
        """The numbers of all frames that are used; None for one that is made now."""
        used = [self.frames.rfm, self.frames.lifecycle, *self.cuts.values()]
        if self.frames.base and reads_base(self.traits):
            used.append(self.frames.base)
        return {frame.frame_id for frame in used}

    @property
    def traits(self) -> set[str]:
        """The names of all traits that are tested."""
        return traits_in(self.definitions.values())

    @property
    def turnings(self) -> set[Turning]:
        """What makes these traits change without news."""
        return {CONTRACTS[name].turning for name in self.traits if name in CONTRACTS}


def find_scope(asked: Asked) -> View | WholePass:
    """Return the base of those who can have moved since the last run, or why everyone must be looked at.

    Leaves the scratch tables of `find_news`.
    """
    find_news(asked)
    return _stored_reason(asked) or _Search(asked).run()


def find_news(asked: Asked) -> None:
    """Make the scratch tables `TOUCHED`, everyone with news, and `MERGED`, everyone who was merged or split."""
    before, steps = asked.before, asked.view.steps
    since = {"since_at": before.as_of, "since_seq": before.known_seq}
    for name, rows in steps.plan.keep(NEWS, lambda: news(steps.facts)).items():
        steps.make(name, rows, **since)
    steps.make(TOUCHED, steps.plan.keep(TOUCHED, lambda: touched(steps.facts)), **since)
    merged = merged_since(asked.view.warehouse, before.known_seq, steps.instant.known_seq)
    steps.session.load(MERGED, merged)


def _stored_reason(asked: Asked) -> WholePass | None:
    """Return why everyone must be looked at, as far as books tell it."""
    view, before = asked.view, asked.before
    steps = view.steps
    if not _has_snapshot(view):
        return WholePass.FIRST
    if not asked.frame_ids <= before.frame_ids or len(asked.cuts) < len(cuts_in(asked.definitions)):
        return WholePass.FRAME
    if steps.meaning.business is Business.B2B or asked.traits & OF_ACCOUNTS:
        return WholePass.ACCOUNTS
    if steps.from_sums:
        return WholePass.SUMMARIES
    if Turning.TIME in asked.turnings:
        return WholePass.TRAIT
    if any(_is_changed(asked, table) for table in _shared_tables(asked)):
        return WholePass.SHARED
    if view.warehouse.rows("SELECT 1 FROM erasures WHERE erased_at >= ? LIMIT 1", [before.finished_at]):
        return WholePass.ERASURE
    if view.warehouse.rows(
        'SELECT 1 FROM list_changes WHERE customer_key IS NULL AND (ingest_seq > ? OR (greatest(valid_at, "at") >= ?'
        ' AND least(valid_at, "at") <= ?)) LIMIT 1',
        [before.known_seq, before.as_of, view.instant.as_of],
    ):
        return WholePass.CLEARED_LIST
    if view.warehouse.rows(
        "SELECT 1 FROM batches WHERE ingest_seq <= ? AND imported_at >= ? AND imported_at <= ? LIMIT 1",
        [before.known_seq, before.as_of, view.instant.as_of],
    ):
        return WholePass.LATE_IMPORT
    return None


def _shared_tables(asked: Asked) -> set[str]:
    """Return the tables that are about nobody alone and that tested traits are read from; buyers of a product are known."""
    contracts = [CONTRACTS[name] for name in asked.traits if name in CONTRACTS]
    read = {table for contract in contracts for table in contract.tables}
    known = {"order_lines", "discounts", "message_events", "products"}
    shared = {name for name in read - known if not TABLES[name].has_customer}
    unnamed = {table for contract in contracts for table in contract.unnamed}
    return (shared | unnamed) & asked.view.steps.facts.shape.present


def _is_changed(asked: Asked, table: str) -> bool:
    """Whether something of a table was learned, or came due, since the last run."""
    found = asked.view.warehouse.rows(
        f"SELECT 1 FROM {table} WHERE ingest_seq > ? OR (valid_at >= ? AND valid_at <= ?) LIMIT 1",  # noqa: S608  our own names
        [asked.before.known_seq, asked.before.as_of, asked.view.instant.as_of],
    )
    return bool(found)


@dataclass(frozen=True)
class _Question:
    """Who can have moved, as far as it tells one question from another: the same one is put into SQL once.

    Attributes:
        spans: Over which an edge swept.
        properties: Columns of registered instants of customers.
        schemes: Whose past in the log is asked for.
        zones: In which a local day began.
    """

    spans: Slices
    properties: tuple[str, ...]
    schemes: tuple[str, ...]
    zones: tuple[str, ...]

    def persons(self, facts: Facts) -> Any:
        """Return customer_key of everyone who can have moved."""
        found = [
            ibis.table(TOUCHED_SCHEMA, name=TOUCHED),
            ibis.table({"customer_key": "int64"}, name=MERGED),
            *turned_by_facts(facts, self.spans, self.properties),
            *turned_by_log(self.spans, self.schemes),
            *turned_by_zone(facts, self.zones),
            *turned_by_silence(self.spans),
            *turned_by_another(facts, self.spans),
        ]
        keys = halved([rows.select("customer_key") for rows in found], lambda a, b: a.union(b))
        return facts.person(keys.filter(keys.customer_key.notnull())).distinct()


class _Search:
    """The search for those who can have moved."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.view = asked.view
        self.steps = asked.view.steps
        plan = plan_of(replace(self.steps.shape, is_scoped=True), self.steps.meaning)
        self.program: Program = program_of(plan, self.view.language(asked.definitions))

    def run(self) -> View | WholePass:
        zone = self.view.config.zone
        before, now = Clock(self.asked.before.as_of, zone), Clock(self.view.instant.as_of, zone)
        meaning, cuts = self.steps.meaning, values_of(self.asked.cuts)
        turns = turns_between(before, now, self.program, meaning, self.asked.frames, cuts)
        if turns.is_new_day or (Turning.DAYS in self.asked.turnings and before.today != now.today):
            return WholePass.NEW_DAY
        spans = lay_slices(self.view.session, turns.spans, "k_spans")
        question = _Question(
            spans,
            tuple(self._properties()),
            tuple(self._schemes_of_the_log()),
            tuple(self._zones(before, now)),
        )
        people = self._people(question)
        count = self.view.warehouse.rows("SELECT count(*) FROM trait_snapshot")[0][0]
        if len(people) > LARGEST_SHARE * count:
            return WholePass.MANY
        scoped = self.view.scoped(self._keys_of(people))
        has_changed = is_provisional(scoped) is not self.asked.before.is_provisional
        return WholePass.HISTORY if has_changed else scoped

    def _properties(self) -> list[str]:
        """Return the columns of registered properties of customers that are instants."""
        found = self.view.warehouse.properties("customers")
        return [spec.column for spec in found if spec.type is ColumnType.INSTANT]

    def _schemes_of_the_log(self) -> list[str]:
        """Return the schemes of which some condition asks the log."""
        definitions = self.asked.definitions.values()
        nodes = [node for item in definitions for root in item.conditions() for node in root.walk()]
        moved = {node.segment.partition(".")[0] for node in nodes if isinstance(node, Moved)}
        return sorted(
            moved | {log_place(node)[0] for node in log_conditions(definitions, self.view.catalogue)}
        )

    def _zones(self, before: Clock, now: Clock) -> list[str]:
        """Return the zones of customers in which a local day began, where some condition counts by them."""
        if not self.program.compiler.zoned.types:
            return []
        parts = []
        if self.steps.facts.has("customers"):
            parts.append("SELECT timezone FROM customers")
        if self.steps.facts.has("attribute_changes"):
            parts.append("SELECT to_value FROM attribute_changes WHERE key = 'timezone'")
        names = [name for (name,) in self.view.warehouse.rows(" UNION ".join(parts))] if parts else []
        return [name for name in names if name and is_another_day(name, before, now)]

    def _people(self, question: _Question) -> list[int]:
        facts, keep = self.steps.facts, self.steps.plan.keep
        held = keep((HELD, question.spans), lambda: held_by_another(facts, question.spans))
        for name, rows in held.items():
            self.steps.make(name, rows)
        persons = keep(question, lambda: question.persons(facts))
        since = {"since_at": self.asked.before.as_of, "since_seq": self.asked.before.known_seq}
        return [row["customer_key"] for row in self.steps.rows(persons, **since)]

    def _keys_of(self, people: Sequence[int]) -> list[int]:
        """Return all keys of these people, so that what any of them did or was is read."""
        aliases = self.steps.aliases
        mine = pc.is_in(aliases["person_key"], value_set=pa.array(people, pa.int64()))
        return sorted({*people, *aliases.filter(mine)["customer_key"].to_pylist()})


def is_provisional(view: View) -> bool:
    """Whether the base's history is too short to be sure of stages."""
    seconds = view.steps.row(view.steps.get(HISTORY))["history_seconds"]
    return seconds is not None and seconds < PROVISIONAL_DAYS * DAY_SECONDS


def _has_snapshot(view: View) -> bool:
    """Whether the last run left a snapshot of all traits that there are now."""
    rows = view.warehouse.rows("SELECT column_name FROM duckdb_columns() WHERE table_name = ?", [SNAPSHOT])
    return {name for (name,) in rows} == set(SNAPSHOT_COLUMNS)
