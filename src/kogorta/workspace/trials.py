"""Running tests of definitions: each on a small base of its own, made for it and thrown away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa

from kogorta.compile.frame import ALL
from kogorta.config import Config
from kogorta.definitions.catalogue import Catalogue
from kogorta.definitions.document import Definition
from kogorta.definitions.folder import Held, several
from kogorta.definitions.nodes import InSegment, Moved
from kogorta.definitions.parsing import Problems
from kogorta.definitions.parsing.reader import below, nearest
from kogorta.errors import KogortaError, ProblemsError
from kogorta.i18n import lazy
from kogorta.identity.resolve import aliases
from kogorta.identity.rules import update as update_identity
from kogorta.ingest import TRACKING, ImportOptions, ImportReport, fingerprint, import_file
from kogorta.ingest.mapping.fields import form_fields, short_name
from kogorta.ingest.mapping.resolve import always_needed
from kogorta.membership import log
from kogorta.membership.define import define
from kogorta.membership.drafts import placed
from kogorta.membership.held import unrecorded
from kogorta.membership.hidden import hidden_schemes
from kogorta.membership.own import closure
from kogorta.membership.refresh import refresh
from kogorta.membership.view import View, open_view
from kogorta.schema import TABLES
from kogorta.warehouse.batch import ANONYMOUS_SPACE, BatchInfo, PropertySpec
from kogorta.warehouse.store import Warehouse
from kogorta.workspace.cases import Case, Rows
from kogorta.workspace.ingesting import ingest_settings

_TELLING = ("contacts_unusable", "currency_unknown")
"""Findings of an import by which facts of a test are lost."""
_LOOKS_LIKE = 0.8


@dataclass(frozen=True)
class Mismatch:
    """A segment whose people are not those that a test expects.

    Attributes:
        segment: Its id.
        missing: Who should be in it and is not.
        unexpected: Who is in it and should not be.
        unknown: Of the missing, those of whom nothing was known at that instant.
    """

    segment: str
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trial:
    """What became of one test.

    Attributes:
        file: The name of its file.
        name: What it is about.
        mismatches: Segments that are not as expected; none where it passed.
        unrecorded: How many conditions with `held_for` are true of nobody, because no refresh of the test recorded them.
    """

    file: str
    name: str
    mismatches: tuple[Mismatch, ...]
    unrecorded: int = 0

    @property
    def is_passed(self) -> bool:
        """Whether everything is as expected."""
        return not self.mismatches


@dataclass(frozen=True)
class Stage:
    """What tests are run against.

    Attributes:
        config: Settings of the workspace.
        definitions: Everything that tests may ask for or that is named by it, by id.
        held: Where the folder has them; None where only the registry does.
        catalogue: What the workspace's own base knows.
        properties: Registered properties of the workspace.
    """

    config: Config
    definitions: Mapping[str, Definition]
    held: Mapping[str, Held | None]
    catalogue: Catalogue
    properties: Sequence[PropertySpec]


def run_cases(cases: Sequence[Case], stage: Stage) -> list[Trial]:
    """Run tests.

    Raises:
        ProblemsError: Facts cannot be read, people are expected who are not among them, or a definition cannot
            stand; everything such is listed.
    """
    problems: dict[str, KogortaError] = {}
    trials = []
    names = _event_names(cases)
    for case in cases:
        found = Problems()
        with TemporaryDirectory(prefix="kogorta-test-") as folder:
            trial = _run(case, stage, names, Path(folder), found)
        problems |= {problem.describe(): problem for problem in found.found}
        if trial is not None:
            trials.append(trial)
    if problems:
        raise several(list(problems.values()))
    return trials


def _event_names(cases: Iterable[Case]) -> set[str]:
    rows = [row.get("name") for case in cases for row in case.facts.get("events", ())]
    rows += [row.get("event") for case in cases for row in case.facts.get(TRACKING, ())]
    return {name for name in rows if isinstance(name, str)}


def _run(case: Case, stage: Stage, names: set[str], folder: Path, problems: Problems) -> Trial | None:
    warehouse = Warehouse(
        folder / "test.duckdb",
        minor_digits=stage.config.minor_digits,
        memory_limit=stage.config.engine.memory_limit,
    )
    try:
        return _Base(case, stage, names, warehouse, problems).run()
    finally:
        warehouse.close()


class _Base:
    """The base of one test."""

    def __init__(
        self, case: Case, stage: Stage, names: set[str], warehouse: Warehouse, problems: Problems
    ) -> None:
        self.case = case
        self.stage = stage
        self.names = names
        self.warehouse = warehouse
        self.problems = problems
        self.config = stage.config
        # whatever is known from its import on is known at the instant that is asked about
        self.now = (case.refreshed or (case.as_of,))[0] - timedelta(microseconds=1)

    def run(self) -> Trial | None:
        """Bring the facts in, define, and compare."""
        self._register()
        for table in (*TABLES, TRACKING):
            if self.case.facts.get(table):
                self._bring(table, self.case.facts[table])
        expected = self._expected()
        if self.problems.found or not self._define():
            return None
        for instant in self.case.refreshed:
            self._refresh(instant)
        update_identity(self.warehouse, self.config, self.now)
        with self._view(self.case.as_of) as view:
            return self._compare(view, expected)

    # --- facts ------------------------------------------------------------------------------------

    def _register(self) -> None:
        """Let properties have the types and columns that they have in the workspace.

        A property of one event is known here also as a column of a file of events, under a name with the event's.
        """
        known = list(self.stage.properties)
        known += [
            replace(spec, scope="", name=_scoped(spec.scope, spec.name))
            for spec in self.stage.properties
            if spec.table == "events" and spec.scope
        ]
        if known:
            info = BatchInfo("test", "properties", "properties", "customers", self.now)
            self.warehouse.commit_batch(info, properties=known)

    def _bring(self, table: str, rows: Rows) -> None:
        place = below(below(self.case.place, "facts"), table)
        settings = ingest_settings(self.config, self.now)
        source: Any = list(rows)
        if table != TRACKING:
            source, mapping = self._columns(table, rows, place)
            if source is None:
                return
            settings = replace(settings, mappings={fingerprint(table, source.column_names): mapping})
        try:
            report = import_file(
                self.warehouse, source, form=table, settings=settings, options=ImportOptions(decimal=".")
            )
        except KogortaError as error:
            self.problems.add(place, error.message, got=error.got, expected=error.expected, hint=error.hint)
            return
        self._tell(report, place)

    def _tell(self, report: ImportReport, place: str) -> None:
        """Note every row that was refused, and what was lost of others."""
        for row in report.quarantine:
            column = row.column.rpartition(":")[2]
            at = below(place, row.line - 1)
            self.problems.add(below(at, column) if column else at, row.message)
        for code in _TELLING:
            note = report.note(code)
            if note is not None:
                self.problems.add(place, note.message)

    def _columns(self, table: str, rows: Rows, place: str) -> tuple[pa.Table | None, dict[str, str]]:
        """Return rows as a table of texts, and which of its columns is which field."""
        fields = {short_name(table, item): item for item in form_fields(table)}
        before = len(self.problems.found)
        laid = [self._laid(table, row, fields, below(place, index)) for index, row in enumerate(rows)]
        headers = list(dict.fromkeys(name for row in laid for name in row))
        for name, item in fields.items():
            if always_needed(table, item) and name not in headers:
                self.problems.add(place, lazy("{word} is missing", word=name))
        if len(self.problems.found) > before:
            return None, {}
        columns = {name: pa.array([row.get(name) for row in laid], pa.string()) for name in headers}
        return pa.table(columns), {name: name for name in headers if name in fields}

    def _laid(
        self, table: str, row: Mapping[str, Any], fields: Mapping[str, object], place: str
    ) -> dict[str, Any]:
        known = {(spec.table, spec.scope, spec.name) for spec in self.stage.properties}
        laid = {}
        for name, value in row.items():
            scope = str(row.get("name")) if table == "events" else ""
            if name in fields:
                laid[name] = value
            elif scope and (table, scope, name) in known:
                laid[_scoped(scope, name)] = value
            elif (table, "", name) in known or not self._is_doubtful(table, name, fields, place):
                laid[name] = value
        return laid

    def _is_doubtful(self, table: str, name: str, fields: Mapping[str, object], place: str) -> bool:
        """Note a column that is no field and that the workspace never saw, if it is a slip rather than a property."""
        hint = nearest(name, fields, _LOOKS_LIKE)
        if hint is None and table != "events":
            return False
        self.problems.add(
            below(place, name),
            lazy("a file of {form} has no such field", form=table),
            got=name,
            hint=hint
            or "no such property of this event was ever seen; new ones are written as messages, under tracking",
        )
        return True

    # --- people -----------------------------------------------------------------------------------

    def _expected(self) -> dict[str, tuple[str, ...]]:
        """Return who is expected; note who is not among the facts."""
        rows = self.warehouse.rows(
            "SELECT DISTINCT customer_id FROM customer_ids WHERE id_space <> ?", [ANONYMOUS_SPACE]
        )
        known = {row[0] for row in rows}
        # who stands in a row that was refused is no stranger
        is_whole = not self.problems.found
        for segment, people in self.case.expect.items():
            place = below(below(self.case.place, "expect"), segment)
            for index, name in enumerate(people):
                if is_whole and name not in known:
                    self.problems.add(
                        below(place, index),
                        "no fact of this test is about this customer",
                        got=name,
                        hint=nearest(name, known),
                    )
        return dict(self.case.expect)

    def _shown(self) -> dict[str, str]:
        """Return, for every id, the one by which its person is shown."""
        rows = self.warehouse.rows(
            "SELECT customer_id, customer_key FROM customer_ids WHERE id_space <> ? ORDER BY customer_id",
            [ANONYMOUS_SPACE],
        )
        found = aliases(self.warehouse, self.warehouse.known_seq())
        persons = dict(zip(found["customer_key"].to_pylist(), found["person_key"].to_pylist(), strict=True))
        first: dict[int, str] = {}
        for name, key in rows:
            first.setdefault(key, name)
        return {name: first.get(persons.get(key, key), name) for name, key in rows}

    # --- definitions ------------------------------------------------------------------------------

    def _view(self, as_of: datetime) -> Any:
        return open_view(self.warehouse, self.config, as_of)

    def _define(self) -> bool:
        """Register what is asked for with all that it names; return whether it can stand."""
        wanted = _named(self.stage.definitions, (id_.partition(".")[0] for id_ in self.case.expect))
        with self._view(self.case.as_of) as view:
            view.catalogue = self._catalogue(view.catalogue)
            try:
                define(view, wanted.values(), self.now)
            except ProblemsError as error:
                places = {id_: item.place for id_, item in self.stage.held.items() if item is not None}
                self.problems.found += placed(error.problems, places)
                return False
        return True

    def _catalogue(self, own: Catalogue) -> Catalogue:
        """Return what definitions may speak of: what this base or the workspace's knows; no table counts as empty."""
        real = self.stage.catalogue
        names: dict[str, Any] = {name: {} for name in self.names}
        return replace(
            own,
            traits={**own.traits, **real.traits},
            events={**names, **own.events, **real.events},
            lists=own.lists | real.lists,
            present=frozenset(TABLES),
        )

    def _refresh(self, instant: datetime) -> None:
        report = refresh(self.warehouse, self.config, instant, instant)
        if report.window_chosen is not None:
            window: Any = "all" if report.window_chosen == ALL else report.window_chosen
            rfm = self.config.rfm.model_copy(update={"window_days": window})
            self.config = self.config.model_copy(update={"rfm": rfm})

    # --- comparing --------------------------------------------------------------------------------

    def _compare(self, view: View, expected: Mapping[str, tuple[str, ...]]) -> Trial | None:
        shown = self._shown()
        hidden = hidden_schemes(view.frames)
        view.place_all()
        found = []
        for segment, people in expected.items():
            item, name = log.find_segment(view.schemes, segment)
            if item.id in hidden:
                place = below(below(self.case.place, "expect"), segment)
                self.problems.add(
                    place, lazy("{scheme} says nothing of so small a base: it is hidden", scheme=item.id)
                )
                continue
            members = set(log.computed_members(view, item, name)["customer_id"].to_pylist())
            missing = tuple(one for one in people if shown[one] not in members)
            unexpected = tuple(sorted(members - {shown[one] for one in people}))
            if missing or unexpected:
                unknown = self._unknown(view, missing, shown) if missing else ()
                found.append(Mismatch(segment, missing, unexpected, unknown))
        if self.problems.found:
            return None
        return Trial(self.case.file, self.case.name, tuple(found), self._unrecorded(view))

    def _unrecorded(self, view: View) -> int:
        expected = {id_.partition(".")[0] for id_ in self.case.expect}
        return len(unrecorded(view, closure(view.own, expected).values()))

    @staticmethod
    def _unknown(view: View, people: Sequence[str], shown: Mapping[str, str]) -> tuple[str, ...]:
        everyone = next(item for item in view.ready if item.base == "everyone")
        rows = view.placed(everyone).select("customer_key").join(log.customer_names(), "customer_key")
        known = set(
            view.session.fetch(rows.select("customer_id"), view.instant.bindings)["customer_id"].to_pylist()
        )
        return tuple(one for one in people if shown[one] not in known)


def _scoped(scope: str, name: str) -> str:
    return f"event:{scope}:{name}"


def _named(definitions: Mapping[str, Definition], wanted: Iterable[str]) -> dict[str, Definition]:
    """Return definitions with all that they name, as of the same instant or in the log."""
    found: dict[str, Definition] = {}
    waiting = list(wanted)
    while waiting:
        id_ = waiting.pop()
        if id_ in found or id_ not in definitions:
            continue
        found[id_] = definitions[id_]
        waiting += [
            node.segment.partition(".")[0]
            for root in found[id_].conditions()
            for node in root.walk()
            if isinstance(node, InSegment | Moved)
        ]
    return found
