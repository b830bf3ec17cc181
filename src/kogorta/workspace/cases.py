"""Tests of definitions that people write: a few facts, an instant, and who should be in which segment.

A test is a YAML document; a file may hold several, divided by `---`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from kogorta.definitions.folder import read_text, several, yaml_files
from kogorta.definitions.parsing import Problems
from kogorta.definitions.parsing.pieces import only
from kogorta.definitions.parsing.reader import as_mapping, below, load_yaml, nearest, shown
from kogorta.errors import DefinitionError, InputError
from kogorta.i18n import lazy
from kogorta.ingest import TRACKING
from kogorta.schema import TABLES
from kogorta.workspace.instants import parse_instant

Rows = Sequence[Mapping[str, Any]]
_NEEDED = ("test", "as_of", "facts", "expect")
_EXAMPLES = {
    "test": "test: at risk after two rhythms",
    "as_of": "as_of: 2026-06-01",
    "facts": "facts: {orders: [{customer_id: anna, ordered_at: 2026-01-10, amount: 1500}]}",
    "expect": "expect: {lifecycle.at_risk: [anna]}",
}


@dataclass(frozen=True)
class Case:
    """One test.

    Attributes:
        file: The name of its file.
        place: How places in it begin: the file, and of several documents its number.
        name: What it is about.
        as_of: As of when people are asked for; UTC without a zone.
        facts: By table, or `tracking`, rows; cells are texts or None, messages are as they stand.
        expect: By segment, the ids of everyone who should be in it.
        refreshed: Instants before `as_of` at which the base is refreshed first, so that there is a log; UTC.
    """

    file: str
    place: str
    name: str
    as_of: datetime
    facts: Mapping[str, Rows]
    expect: Mapping[str, tuple[str, ...]]
    refreshed: tuple[datetime, ...] = ()


def case_files(paths: Sequence[Path], folder: Path) -> list[Path]:
    """Return the files with tests.

    Args:
        paths: Files and folders; if there are none, `folder`.
        folder: Where tests are by default.

    Raises:
        InputError: A file is not there, or there are no tests at all.
    """
    found = []
    for path in paths or [folder]:
        if paths and not path.exists():
            raise InputError("there is no such file", got=str(path))
        found += [path] if path.is_file() else yaml_files(path)
    if not found:
        raise InputError(
            "there are no tests",
            got=", ".join(map(str, paths or [folder])),
            expected=lazy("YAML files in {folder}", folder=f"{folder.parent.name}/{folder.name}"),
            hint="docs/howto/segments-as-code.md shows how to write one",
        )
    return found


def read_cases(files: Sequence[Path], segments: Collection[str], zone: ZoneInfo) -> list[Case]:
    """Read every test of some files.

    Args:
        files: YAML files.
        segments: Segments that exist: `scheme.segment`, or bare ids.
        zone: In which instants without an offset are local.

    Raises:
        ProblemsError: Something in them is not as it must be; everything such is listed.
    """
    problems = Problems()
    cases = []
    for file in files:
        try:
            documents = load_yaml(read_text(file), file.name)
        except (DefinitionError, InputError) as error:
            problems.found.append(error)
            continue
        if not documents:
            problems.add(file.name, "there is no test in this file", expected=", ".join(_NEEDED))
        for number, document in enumerate(documents):
            place = below(file.name, number) if len(documents) > 1 else file.name
            case = _Reader(file.name, place, segments, zone, problems).read(document)
            if case is not None:
                cases.append(case)
    if problems.found:
        raise several(problems.found)
    return cases


@dataclass(frozen=True)
class _Reader:
    """Reads one document."""

    file: str
    place: str
    segments: Collection[str]
    zone: ZoneInfo
    problems: Problems

    def read(self, document: object) -> Case | None:
        before = len(self.problems.found)
        raw = as_mapping(document, self.place, self.problems)
        if raw is None:
            return None
        only(raw, (*_NEEDED, "refreshed"), self.place, self.problems)
        for key in _NEEDED:
            if key not in raw:
                hint = lazy("write {example}", example=_EXAMPLES[key])
                self.problems.add(self.place, lazy("{word} is missing", word=key), hint=hint)
        name = raw.get("test")
        if "test" in raw and not (isinstance(name, str) and name.strip()):
            self.problems.add(self._at("test"), "a name belongs here", got=shown(name))
        as_of = self._instant(raw.get("as_of"), self._at("as_of")) if "as_of" in raw else None
        facts = self._facts(raw["facts"]) if "facts" in raw else {}
        expect = self._expect(raw["expect"]) if "expect" in raw else {}
        refreshed = self._refreshed(raw.get("refreshed", []), as_of)
        if len(self.problems.found) > before or as_of is None:
            return None
        return Case(self.file, self.place, str(name), as_of, facts, expect, refreshed)

    def _at(self, *keys: object) -> str:
        place = self.place
        for key in keys:
            place = below(place, key)
        return place

    def _instant(self, raw: object, place: str) -> datetime | None:
        try:
            if isinstance(raw, str | date):
                return parse_instant(raw, self.zone)
        except InputError:
            pass
        self.problems.add(
            place,
            "a date or an instant belongs here",
            got=shown(raw),
            expected="2026-06-12, 2026-06-12T12:00:00Z",
        )
        return None

    def _refreshed(self, raw: object, as_of: datetime | None) -> tuple[datetime, ...]:
        place = self._at("refreshed")
        if not isinstance(raw, list):
            self.problems.add(
                place, "a list belongs here", got=shown(raw), expected="[2026-05-01, 2026-05-08]"
            )
            return ()
        instants = [self._instant(item, below(place, index)) for index, item in enumerate(raw)]
        for index, instant in enumerate(instants):
            if instant is not None and as_of is not None and instant >= as_of:
                self.problems.add(
                    below(place, index), "a refresh must come before as_of", got=shown(raw[index])
                )
        return tuple(sorted(instant for instant in instants if instant is not None))

    # --- facts ------------------------------------------------------------------------------------

    def _facts(self, raw: object) -> dict[str, Rows]:
        place = self._at("facts")
        body = as_mapping(raw, place, self.problems) or {}
        facts = {}
        for table, rows in body.items():
            if table not in TABLES and table != TRACKING:
                self.problems.add(
                    below(place, table),
                    "there is no such table",
                    got=table,
                    hint=nearest(table, [*TABLES, TRACKING]) or "docs/reference/file-forms.md lists them",
                )
            elif not isinstance(rows, list):
                self.problems.add(below(place, table), "a list of rows belongs here", got=shown(rows))
            else:
                facts[table] = self._rows(table, rows, below(place, table))
        return facts

    def _rows(self, table: str, rows: list[object], place: str) -> Rows:
        found = []
        for index, item in enumerate(rows):
            row = as_mapping(item, below(place, index), self.problems)
            if row is None:
                continue
            if table == TRACKING:
                found.append({key: _message(value) for key, value in row.items()})
                continue
            cells = {}
            for key, value in row.items():
                cells[key] = self._cell(value, below(below(place, index), key))
            found.append(cells)
        return found

    def _cell(self, value: object, place: str) -> str | None:
        if isinstance(value, list) and all(isinstance(item, str | int) for item in value):
            return "|".join(map(str, value))
        if value is None or isinstance(value, str | bool | int | float | date):
            return _text(value)
        self.problems.add(place, "one value belongs here", got=shown(value))
        return None

    # --- who should be where ----------------------------------------------------------------------

    def _expect(self, raw: object) -> dict[str, tuple[str, ...]]:
        place = self._at("expect")
        body = as_mapping(raw, place, self.problems) or {}
        if isinstance(raw, Mapping) and not raw:
            self.problems.add(
                place, "nothing is expected", hint=lazy("write {example}", example=_EXAMPLES["expect"])
            )
        found = {}
        for segment, people in body.items():
            if segment not in self.segments:
                near = nearest(segment, self.segments)
                self.problems.add(below(place, segment), "there is no such segment", got=segment, hint=near)
            found[segment] = self._people(people, below(place, segment))
        return found

    def _people(self, raw: object, place: str) -> tuple[str, ...]:
        if not isinstance(raw, list):
            self.problems.add(
                place, "a list of customers belongs here", got=shown(raw), expected="[anna, boris], []"
            )
            return ()
        found = []
        for index, item in enumerate(raw):
            if isinstance(item, bool) or not isinstance(item, str | int):
                self.problems.add(
                    below(place, index), "a customer belongs here", got=shown(item), hint="put it in quotes"
                )
            else:
                found.append(str(item))
        return tuple(found)


def _text(value: str | float | date | None) -> str | None:
    """Return a cell as a file would have it."""
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, int) else f"{Decimal(repr(value)):f}"


def _message(value: Any) -> Any:
    """Return a part of a message as JSON would have it."""
    if isinstance(value, Mapping):
        return {str(key): _message(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_message(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
