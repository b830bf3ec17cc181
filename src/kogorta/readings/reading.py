"""A reading, open: what pages ask of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path

import pyarrow as pa

from kogorta.definitions.names import Words
from kogorta.errors import NotFoundError
from kogorta.membership.registry import VersionInfo
from kogorta.membership.sizing import Reach
from kogorta.readings.figures import FIGURES, Figures
from kogorta.readings.meaning import Meaning, read_meanings, read_reach, read_versions
from kogorta.readings.movements import Movements
from kogorta.readings.people import (
    COLUMNS,
    NEWCOMERS,
    PeopleQuery,
    Person,
    Place,
    condition,
    order,
    person,
)
from kogorta.readings.take import REPORT
from kogorta.readings.totals import Covered, Shared, Total
from kogorta.report.model import ReportData
from kogorta.warehouse.copies import Copy

_SPARK = 26
"""So many refreshes does a small line of a trend show."""

_ENTERED = """
LEFT JOIN (SELECT customer_key, entered_at FROM memberships WHERE scheme = ? AND segment = ?) e USING (customer_key)"""
"""Since when people are in a segment."""

_OF_PEOPLE = ("people", "ids", "memberships", "changes")
"""Tables of a reading that tell of single people."""

_GONE = """
SELECT customer_key FROM people WHERE customer_key NOT IN (SELECT customer_key FROM known)
UNION
SELECT customer_key FROM ids WHERE customer_id NOT IN (SELECT customer_id FROM known)"""
"""Also whoever had an id that is gone: what was known by it stands in his row."""


_SEARCHES = 64
"""Searches whose people are remembered."""

_FOUND_MOST = 10_000
"""People of a search who are remembered."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which instant a reading tells of.

    Attributes:
        run_id: The refresh.
        as_of: As of when it stands; UTC without a zone.
        known_seq: As far as what was known.
        taken_at: When it was taken; UTC without a zone.
    """

    run_id: int
    as_of: datetime
    known_seq: int
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class Listed:
    """A segment.

    Attributes:
        id: Its full id.
        scheme, segment: The parts of it; of a free segment both are its id.
        is_own: Whether people defined it.
        is_free: Whether it stands outside schemes.
        family: Colour family.
        scheme_name, name, meaning: In both languages.
        place: Where lists of people see who is in it.
        people: How many are in it.
        before: How many were in it a week earlier; None where nothing was recorded then.
    """

    id: str
    scheme: str
    segment: str
    is_own: bool
    is_free: bool
    family: str
    scheme_name: Words
    name: Words
    meaning: Words
    place: Place
    people: int
    before: int | None


@dataclass(frozen=True, slots=True)
class Size:
    """How many were in a segment after a refresh, and how many came and left with it."""

    as_of: datetime
    people: int
    entered: int
    left: int


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody who came into a segment or left it.

    Attributes:
        customer_key, customer_id, name: Who.
        at: As of which refresh; UTC without a zone.
        op: `enter` or `leave`.
        cause: Why.
    """

    customer_key: int
    customer_id: str
    name: str | None
    at: datetime
    op: str
    cause: str


@dataclass(frozen=True, slots=True)
class Moved:
    """Somebody who came into a segment or left it, as programs are told.

    Attributes:
        run_id: The refresh that found it.
        at: As of when it stood; UTC without a zone.
        segment: Full id.
        op: `enter` or `leave`.
        customer_id: Who.
        cause: Why.
    """

    run_id: int
    at: datetime
    segment: str
    op: str
    customer_id: str
    cause: str


class Reading:
    """The base as of one refresh; threads may share it.

    Args:
        path: The file that `take` wrote.

    Attributes:
        hidden: Keys of those who were erased since, and are told of no more.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.hidden: frozenset[int] = frozenset()
        self._copy = Copy(path)
        # of a list its people and their number are asked for, then page after page: a search looks through all names
        self._found = lru_cache(maxsize=_SEARCHES)(self._look_for)

    def close(self) -> None:
        """Release the file."""
        self._copy.close()

    def hide_all_but(self, known: pa.Table) -> None:
        """Have nobody told of from now on whom the store knows no more: a reading is a copy, and he was erased meanwhile.

        Numbers of groups stay what they were at the refresh.

        Args:
            known: customer_key and customer_id of all ids that the store has.
        """
        gone = self._copy.beside(_GONE, known=known)
        self.hidden = frozenset(row["customer_key"] for row in gone)
        self._copy.hide(dict.fromkeys(_OF_PEOPLE, "customer_key"), sorted(self.hidden))

    @cached_property
    def stamp(self) -> Stamp:
        """Which instant it tells of."""
        row = self._copy.rows("SELECT run_id, as_of, known_seq, taken_at FROM stamp")[0]
        return Stamp(**row)

    @cached_property
    def report(self) -> ReportData:
        """The measures of the base."""
        return REPORT.validate_json(self._text("report"))

    @cached_property
    def figures(self) -> Figures:
        """Measures by month, by source and by campaign."""
        return FIGURES.validate_json(self._text("figures"))

    def _text(self, name: str) -> str:
        return str(self._copy.rows("SELECT body FROM texts WHERE name = ?", [name])[0]["body"])

    @cached_property
    def movements(self) -> Movements:
        """Who moved where between refreshes."""
        return Movements(self._copy)

    @cached_property
    def totals(self) -> dict[str, Total]:
        """What the people of each segment are together, by full id."""
        rows = self._copy.rows(
            "SELECT id, t.people, buyers, revenue, orders, recency_days FROM listed"
            " LEFT JOIN totals t USING (scheme, segment)"
        )
        return {row.pop("id"): Total(**row) if row["people"] is not None else Total() for row in rows}

    def covered(self, scheme: str) -> Covered:
        """Return how a scheme divides people."""
        rows = self._copy.rows("SELECT places, people FROM covered WHERE scheme = ?", [scheme])
        return Covered(**rows[0]) if rows else Covered()

    @cached_property
    def shared(self) -> dict[frozenset[str], Shared]:
        """Any two segments that share people, by their full ids."""
        return {
            frozenset((row["a"], row["b"])): Shared(
                row["a"],
                row["b"],
                self.segments[row["a"]].people,
                self.segments[row["b"]].people,
                row["people"],
            )
            for row in self._copy.rows("SELECT a, b, people FROM pairs")
        }

    def shared_by(self, one: str, other: str) -> Shared:
        """Return what two segments have in common.

        Raises:
            NotFoundError: One of them is not there.
        """
        a, b = sorted((one, other))
        people_a, people_b = self.segment(a).people, self.segment(b).people
        return self.shared.get(frozenset((a, b))) or Shared(a, b, people_a, people_b, 0)

    @cached_property
    def segments(self) -> dict[str, Listed]:
        """Every segment by full id, in the order in which they are shown."""
        rows = self._copy.rows(
            """SELECT l.*, coalesce(n.people, 0) AS people, b.people AS before
            FROM listed l
            LEFT JOIN (SELECT scheme, segment, count(*) AS people FROM memberships GROUP BY ALL) n
                USING (scheme, segment)
            LEFT JOIN (
                SELECT scheme, segment, arg_max(people, sizes.run_id) AS people FROM sizes, stamp
                WHERE sizes.as_of <= stamp.as_of - INTERVAL 7 DAY GROUP BY ALL
            ) b USING (scheme, segment)
            ORDER BY l.is_own, l.is_free, l.scheme, l.position"""
        )
        return {row["id"]: _listed(row) for row in rows}

    def segment(self, id_: str) -> Listed:
        """Return one segment.

        Raises:
            NotFoundError: There is none of that id.
        """
        if id_ not in self.segments:
            raise NotFoundError("there is no such segment", got=id_, expected=", ".join(self.segments))
        return self.segments[id_]

    @cached_property
    def meanings(self) -> dict[str, Meaning]:
        """What every scheme and free segment means and how it is kept, by id."""
        return read_meanings(self._copy)

    @cached_property
    def reach(self) -> dict[str, Mapping[str, Reach]]:
        """Whom each channel reaches, by full id of a segment; channels that nobody has a contact for are left out."""
        return read_reach(self._copy)

    def versions(self, id_: str) -> list[VersionInfo]:
        """Return every version of a scheme or a free segment, the oldest first."""
        return read_versions(self._copy, id_)

    @cached_property
    def trends(self) -> dict[str, tuple[int, ...]]:
        """How many people were in each segment after its last refreshes that moved anybody, by full id; oldest first."""
        rows = self._copy.rows(
            f"""SELECT id, list(people ORDER BY run_id) AS people FROM (
                SELECT * FROM sizes JOIN listed USING (scheme, segment)
                QUALIFY row_number() OVER (PARTITION BY scheme, segment ORDER BY run_id DESC) <= {_SPARK}
            ) GROUP BY id"""
        )
        return {row["id"]: tuple(row["people"]) for row in rows}

    def causes(self, id_: str) -> dict[str, dict[str, int]]:
        """Count who came into a segment and who left it lately: by `enter` and `leave`, by cause, the most first."""
        rows = self._copy.rows(
            "SELECT op, cause, count(*) AS n FROM changes JOIN listed USING (scheme, segment)"
            " WHERE id = ? GROUP BY ALL ORDER BY n DESC, cause",
            [id_],
        )
        found: dict[str, dict[str, int]] = {}
        for row in rows:
            found.setdefault(row["op"], {})[row["cause"]] = row["n"]
        return found

    def count(self, query: PeopleQuery) -> int:
        """Return how many people a query finds, whatever its page.

        Raises:
            NotFoundError: It names a segment that there is not.
        """
        where, values = self._condition(query)
        return int(self._copy.rows(f"SELECT count(*) AS n FROM people p WHERE {where}", values)[0]["n"])

    def people(self, query: PeopleQuery, more: int = 0) -> list[Person]:
        """Return a page of people, and so many more: who leafs wants to know whether there is another page.

        Raises:
            NotFoundError: It names a segment that there is not.
        """
        where, values = self._condition(query)
        page = f"WHERE {where} ORDER BY {order(query)} LIMIT {query.limit + more} OFFSET {query.offset}"
        if not query.segments:
            return [person(row) for row in self._copy.rows(f"SELECT p.* FROM people p {page}", values)]
        first = self.segment(query.segments[0])
        place = [first.scheme, first.segment]
        if query.sort == "entered_at":
            sql, bound = f"SELECT p.*, e.entered_at FROM people p {_ENTERED} {page}", [*place, *values]
        else:
            # the page is cut first: since when is looked up for those alone who are on it
            sql = f"SELECT p.*, e.entered_at FROM (SELECT p.* FROM people p {page}) p {_ENTERED} ORDER BY {order(query)}"
            bound = [*values, *place]
        return [person(row) for row in self._copy.rows(sql, bound)]

    def batches(self, query: PeopleQuery) -> Iterator[pa.RecordBatch]:
        """Return all people whom a query finds, whatever its page, in its order, a part at a time.

        They have the columns of `COLUMNS`, and `entered_at` where a segment is asked for.
        """
        where, values = self._condition(query)
        columns = ", ".join(f"p.{name}" for name in COLUMNS)
        if not query.segments:
            sql = f"SELECT {columns} FROM people p WHERE {where} ORDER BY {order(query)}"
            return self._copy.batches(sql, values)
        first = self.segment(query.segments[0])
        return self._copy.batches(
            f"SELECT {columns}, e.entered_at FROM (SELECT p.* FROM people p WHERE {where}) p {_ENTERED} ORDER BY {order(query)}",
            [*values, first.scheme, first.segment],
        )

    def table(self, query: PeopleQuery) -> pa.Table:
        """Return all people whom a query finds, whatever its page: the columns of `COLUMNS`."""
        where, values = self._condition(query)
        columns = ", ".join(f"p.{name}" for name in COLUMNS)
        return self._copy.arrow(
            f"SELECT {columns} FROM people p WHERE {where} ORDER BY p.customer_key", values
        )

    def cities(self, limit: int = 50) -> list[str]:
        """Return the cities where most people live."""
        rows = self._copy.rows(
            "SELECT city FROM people WHERE city IS NOT NULL GROUP BY city ORDER BY count(*) DESC, city LIMIT ?",
            [limit],
        )
        return [row["city"] for row in rows]

    def _condition(self, query: PeopleQuery) -> tuple[str, list[object]]:
        asked = [self.segment(id_) for id_ in query.segments]
        outside = [self.segments[NEWCOMERS]] if NEWCOMERS in self.segments else []
        places = {item.id: item.place for item in (*asked, *outside)}
        found = self._found(query.search, query.is_blind) if query.search.strip() else None
        if found is None:
            return condition(query, places)
        where, values = condition(replace(query, search=""), places)
        return f"p.customer_key IN (SELECT unnest(?::BIGINT[])) AND {where}", [found, *values]

    def _look_for(self, search: str, is_blind: bool) -> list[int] | None:
        """Return whom a search finds; None where they are so many that looking again is quicker."""
        where, values = condition(PeopleQuery(search=search, is_blind=is_blind), {})
        sql = f"SELECT p.customer_key FROM people p WHERE {where} LIMIT {_FOUND_MOST + 1}"
        rows = self._copy.rows(sql, values)
        return [row["customer_key"] for row in rows] if len(rows) <= _FOUND_MOST else None

    def person(self, customer_id: str) -> Person:
        """Return one person by any of his ids.

        Raises:
            NotFoundError: There was none of that id at the refresh.
        """
        rows = self._copy.rows("SELECT * FROM people WHERE customer_id = ?", [customer_id])
        if not rows:
            rows = self._copy.rows(
                "SELECT * FROM people WHERE customer_key = (SELECT min(customer_key) FROM ids WHERE customer_id = ?)",
                [customer_id],
            )
        if not rows:
            raise NotFoundError(
                "there is no such customer",
                got=customer_id,
                hint="whoever was imported after the last refresh appears with the next one",
            )
        return person(rows[0])

    def segments_of(self, customer_key: int) -> dict[str, datetime]:
        """Return the full ids of the segments of one person, and since when he has been in each; UTC."""
        rows = self._copy.rows(
            "SELECT id, entered_at FROM memberships JOIN listed USING (scheme, segment) WHERE customer_key = ?"
            " ORDER BY is_own, is_free, scheme, position",
            [customer_key],
        )
        return {row["id"]: row["entered_at"] for row in rows}

    def sizes(self, id_: str) -> list[Size]:
        """Return how a segment grew, a row for each refresh that moved anybody; oldest first."""
        rows = self._copy.rows(
            'SELECT s.as_of, s.people, s.entered, s."left" FROM sizes s JOIN listed USING (scheme, segment)'
            " WHERE id = ? ORDER BY run_id",
            [id_],
        )
        return [Size(**row) for row in rows]

    def changes(self, id_: str, limit: int = 20) -> list[Change]:
        """Return who came into a segment and who left it lately, the latest first."""
        rows = self._copy.rows(
            "SELECT c.customer_key, p.customer_id, p.name, c.at, c.op, c.cause FROM changes c"
            " JOIN listed USING (scheme, segment) JOIN people p USING (customer_key)"
            " WHERE id = ? ORDER BY c.run_id DESC, c.op, c.customer_key LIMIT ?",
            [id_, limit],
        )
        return [Change(**row) for row in rows]

    def moved(self, after_run: int, causes: Sequence[str], segments: Sequence[str] = ()) -> list[Moved]:
        """Return who came and who left after a refresh, by refresh and segment; as far back as a reading reaches.

        Args:
            after_run: The last refresh that is known already.
            causes: Only what has one of these.
            segments: Full ids; none for all.
        """
        rows = self._copy.rows(
            """SELECT c.run_id, c.at, l.id AS segment, c.op, p.customer_id, c.cause FROM changes c
            JOIN listed l USING (scheme, segment) JOIN people p USING (customer_key)
            WHERE c.run_id > ? AND list_contains(?, c.cause) AND (len(?) = 0 OR list_contains(?, l.id))
            ORDER BY c.run_id, c.at, l.id, c.op, c.customer_key""",
            [after_run, list(causes), list(segments), list(segments)],
        )
        return [Moved(**row) for row in rows]


def _listed(row: dict[str, object]) -> Listed:
    words = {
        name: Words(str(row[f"{name}_ru"]), str(row[f"{name}_en"])) for name in ("scheme", "name", "meaning")
    }
    plain = {key: row[key] for key in ("id", "segment", "is_own", "is_free", "family", "people", "before")}
    return Listed(
        scheme=str(row["scheme"]),
        scheme_name=words["scheme"],
        name=words["name"],
        meaning=words["meaning"],
        place=Place(str(row["place"]), int(str(row["position"]))),
        **plain,  # type: ignore[arg-type]
    )
