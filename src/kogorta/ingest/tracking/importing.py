# ruff: noqa: S608 - identifiers and literals go through the quoting helpers
"""Import a file of messages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from kogorta.errors import InputError
from kogorta.ingest.mapping.fields import Field
from kogorta.ingest.mapping.resolve import ColumnMapping
from kogorta.ingest.prepared import Prepared
from kogorta.ingest.properties import Properties, PropertyFinder, report_new
from kogorta.ingest.raw import RawColumn, RawTable
from kogorta.ingest.report import ImportReport
from kogorta.ingest.run import Run
from kogorta.ingest.shape.base import Shaping
from kogorta.ingest.shape.direct import shape_direct
from kogorta.ingest.sources.json_lines import file_lines, object_lines, read_bodies
from kogorta.ingest.sources.open import head_of
from kogorta.ingest.tracking.envelopes import Envelopes
from kogorta.ingest.tracking.events import events_raw, find_properties
from kogorta.ingest.tracking.judge import judge
from kogorta.ingest.tracking.people import accounts_raw, people_raw, stage_links
from kogorta.ingest.typed import Typing
from kogorta.warehouse.batch import PropertySpec, StagedTable
from kogorta.warehouse.staging import Staging


class Digested:
    """Lines on their way, with the digest of those that have passed."""

    def __init__(self, lines: Iterable[tuple[int, str]]) -> None:
        self._lines = lines
        self._digest = hashlib.sha256()
        self.count = 0

    def __iter__(self) -> Iterator[tuple[int, str]]:
        """Yield the lines."""
        for line, text in self._lines:
            self.count += 1
            self._digest.update(text.encode("utf-8", "surrogatepass") + b"\n")
            yield line, text

    def hexdigest(self) -> str:
        """Return the digest of what has passed."""
        return self._digest.hexdigest()


def import_tracking(run: Run, source: object) -> ImportReport:
    """Import Segment-spec messages from a file or from memory."""
    run.meter.tell("reading")
    lines, name = _lines(source)
    with run.warehouse.staging() as staging, run.meter.watching(run.warehouse, staging):
        read_bodies(staging, lines)
        if not lines.count:
            raise InputError("there are no messages", got=name, expected="one JSON object a line")
        digest = run.digest(lines.hexdigest(), {})
        known = run.known(digest, name)
        if known:
            return known
        envelopes = Envelopes(staging)
        rows = envelopes.rows
        run.meter.tell("checking", rows)
        prepared = Tracking(run, staging).prepare(rows)
        envelopes.place_refusals()
        return run.finish(staging, prepared, digest, name)


def _lines(source: object) -> tuple[Digested, str]:
    if isinstance(source, str | Path):
        path = Path(source)
        head_of(path)
        return Digested(file_lines(path)), path.name
    if isinstance(source, Iterable):
        return Digested(object_lines(_messages(source))), "messages"
    raise InputError(
        "tracking takes messages",
        got=type(source).__name__,
        expected="a file of JSON Lines, or dicts one by one",
    )


def _messages(source: Iterable[Any]) -> Iterator[Mapping[str, object]]:
    for number, item in enumerate(source, 1):
        if not isinstance(item, Mapping):
            raise InputError(
                "a message is a dict", got=json.dumps(item, default=str)[:80], path=f"messages[{number - 1}]"
            )
        yield item


class Tracking:
    """The messages of one file, on their way into canonical tables."""

    def __init__(self, run: Run, staging: Staging) -> None:
        self._run = run
        self._staging = staging
        self._registered = run.warehouse.properties()
        self._refused = 0
        self._tables: list[StagedTable] = []
        self._specs: list[PropertySpec] = []

    def prepare(self, rows_read: int) -> Prepared:
        """Judge all messages and stage them."""
        self._refused = judge(self._staging, self._run.settings, self._run.options.id_space)
        self._refused += self._refuse_bodies()
        self._events()
        self._people("customers", *people_raw(self._staging))
        self._people("accounts", *accounts_raw(self._staging))
        run = self._run
        links = stage_links(self._staging, run.warehouse, run.settings, run.options.id_space)
        report_new(self._specs, run.notes)
        return Prepared(
            rows_read,
            self._refused,
            tuple(self._tables),
            tuple(links),
            tuple(self._specs),
            details={"form": "Segment messages"},
        )

    def _refuse_bodies(self) -> int:
        name = self._staging.name
        self._staging.execute(
            f"INSERT INTO {name}.quarantine SELECT line, NULL, value, reason, raw FROM {name}.refusals"
        )
        ((count,),) = self._staging.fetch(f"SELECT count(*) FROM {name}.refusals")
        return int(count)

    def _events(self) -> None:
        properties = find_properties(self._staging, self._registered)
        raw, fields = events_raw(self._staging, properties)
        if raw.rows:
            self._specs += properties.specs
            self._shape("events", raw, fields, Properties())

    def _people(
        self, form: str, raw: RawTable, mapping: ColumnMapping, fields: list[tuple[Field, RawColumn]]
    ) -> None:
        if not raw.rows:
            return
        run = self._run
        finder = PropertyFinder(self._staging, raw, run.settings, run.options, self._registered)
        properties = finder.find(mapping)
        self._specs += properties.specs
        self._shape(form, raw, [*fields, *properties.fields], properties)

    def _shape(
        self, form: str, raw: RawTable, fields: list[tuple[Field, RawColumn]], properties: Properties
    ) -> None:
        run = self._run
        typing = Typing(self._staging, raw, run.settings, run.options, run.notes, name=f"typed_{form}")
        typed = typing.build(fields, as_view=False)
        self._refused += typed.refused if form != "accounts" else 0
        shaping = Shaping(self._staging, typed, run.settings, run.notes, properties.by_table())
        shape_direct(shaping, form)
        self._tables += shaping.staged
