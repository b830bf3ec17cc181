"""Bring staged rows into a fact table as versions.

Same key and same content: nothing. Same key and other content: a new version. An empty cell says
nothing, so it keeps what the version before said. The work is done in SQL, inside the writer's
transaction; rows whose key is new and stands once (nearly all of a big first import) take a
straight road. Rows that never change have a way of their own (`once`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kogorta.schema import ChangeRule, Table
from kogorta.warehouse.batch import StagedTable, TableCounts
from kogorta.warehouse.layout import BEHIND, LAYOUT, OWNER, RUN_ROWS, first_owner, has_owner, order_of, place
from kogorta.warehouse.sql import literal, quote

EPOCH = "TIMESTAMP '1970-01-01'"


@dataclass(frozen=True)
class MergeResult:
    """What a merge did.

    Attributes:
        counts: New, changed and known rows.
        outcomes: A temporary relation (line, code) if not every row was simply loaded.
    """

    counts: TableCounts
    outcomes: str | None


class Merge:
    """One staged relation on its way into one fact table."""

    def __init__(
        self, connection: Any, staged: StagedTable, properties: Sequence[str], seq: int, imported_at: datetime
    ) -> None:
        self.connection = connection
        self.staged = staged
        self.table: Table = staged.table
        self.target = quote(self.table.name)
        self.content = [*self.table.content, *properties]
        self.columns = (["customer_key"] if self.table.has_customer else []) + self.content
        self.key = list(self.table.stored_key)
        self.seq = seq
        self.imported_at = imported_at

    def run(self, resolved: str) -> MergeResult:
        """Merge the relation `resolved` (staged rows with their customer_key)."""
        if self.staged.unique and self.is_empty():
            return self._load_all(resolved)
        hot = self._hot_keys(resolved)
        if not hot:
            return self._load_all(resolved)
        return self._load_mixed(self._news(resolved) if self.staged.beside else resolved)

    def is_empty(self) -> bool:
        """Whether the table has no row yet."""
        row = self.connection.execute(f"SELECT 1 FROM {self.target} LIMIT 1").fetchone()
        return row is None

    def _load_all(self, resolved: str) -> MergeResult:
        return MergeResult(TableCounts(loaded=self.insert_new(f"SELECT * FROM {resolved}")), None)

    def _hot_keys(self, resolved: str) -> int:
        """Collect the keys that stand twice in the file or are stored already; return how many."""
        keys = names_of(self.key)
        exists = same_key("t", "s", self.key)
        set_of = self.staged.set_of
        # Where the whole set counts, every line of a stored order is looked at again.
        stored = (
            f"SELECT {keys} FROM {resolved} s WHERE {quote(set_of)} IN (SELECT {quote(set_of)} FROM {self.target})"
            if set_of
            else f"SELECT {keys} FROM {resolved} s WHERE EXISTS (SELECT 1 FROM {self.target} t WHERE {exists})"
        )
        self._execute(
            f"""CREATE OR REPLACE TEMP TABLE hot_keys AS
            SELECT DISTINCT {keys} FROM (
                SELECT {keys} FROM {resolved} GROUP BY {keys} HAVING count(*) > 1
                UNION ALL {stored}
            )"""
        )
        row = self.connection.execute("SELECT count(*) FROM hot_keys").fetchone()
        return int(row[0])

    def _news(self, resolved: str) -> str:
        """Leave of companions only what is news, and return the relation that holds it.

        What an earlier version said already is none, so that two files that contradict each other do not
        take turns. Of what a file of its own has told, companions fill the gaps alone.
        """
        keys, names = names_of(self.key), names_of(self.columns)
        forms = ", ".join(map(literal, self.staged.beside))
        values = [name for name in self.columns if name not in self.key]
        agrees = " AND ".join(
            f"(s.{quote(v)} IS NULL OR s.{quote(v)} IS NOT DISTINCT FROM t.{quote(v)})" for v in values
        )
        cells = ", ".join(
            # The second branch is never taken: it gives a column that the file does not have its type.
            f"CASE WHEN s.is_said OR (s.is_owned AND l.{quote(v)} IS NOT NULL) THEN NULL WHEN false THEN l.{quote(v)} ELSE s.{quote(v)} END AS {quote(v)}"
            for v in values
        )
        stored = f"{self.target} t WHERE {same_key('t', 's', self.key)}"
        last = f"""SELECT {names} FROM {self.target} s
            WHERE EXISTS (SELECT 1 FROM hot_keys h WHERE {same_key("h", "s", self.key)})
            QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY version_no DESC) = 1"""
        self._execute(
            f"""CREATE OR REPLACE TEMP TABLE companion_news AS
            SELECT {", ".join(f"s.{quote(name)}" for name in self.key)}, s.line, {cells}
            FROM (
                SELECT *, EXISTS (FROM {stored} AND {agrees}) AS is_said, EXISTS (FROM {stored}
                    AND t.ingest_seq IN (SELECT ingest_seq FROM batches WHERE form IN ({forms}))) AS is_owned
                FROM {resolved} s
            ) s LEFT JOIN ({last}) l ON {same_key("l", "s", self.key)}"""
        )
        return "companion_news"

    def _load_mixed(self, resolved: str) -> MergeResult:
        exists = same_key("h", "s", self.key)
        cold = f"SELECT * FROM {resolved} s WHERE NOT EXISTS (SELECT 1 FROM hot_keys h WHERE {exists})"
        loaded = self.insert_new(cold)
        self._execute(self._chain_sql(resolved))
        loaded_hot = self._insert_versions()
        outcomes = f"outcomes_{self.table.name}"
        self._execute(
            f"""CREATE OR REPLACE TEMP TABLE {outcomes} AS
            SELECT line, CAST(CASE WHEN NOT kept THEN 2 WHEN is_first THEN 0 ELSE 1 END AS TINYINT) AS code
            FROM version_chain WHERE line IS NOT NULL
            UNION ALL SELECT line, CAST(0 AS TINYINT) FROM ({cold})"""
        )
        updated, same = self.connection.execute(
            "SELECT count(*) FILTER (kept AND NOT is_first), count(*) FILTER (NOT kept) FROM version_chain"
        ).fetchone()
        return MergeResult(TableCounts(loaded + loaded_hot, int(updated), int(same)), outcomes)

    def insert_new(self, source: str) -> int:
        """Insert first versions, each customer's together; return how many."""
        at = _stored_at(self.table)
        owner = f", {first_owner(self.table)} AS {OWNER}" if has_owner(self.table) else ""
        is_sorted = place(self.table) is not None and self.table.name not in BEHIND
        row = self.connection.execute(
            f"""INSERT INTO {self.target} BY NAME
            SELECT {", ".join(f"{self._defaulted(name, quote(name))} AS {quote(name)}" for name in self.columns)},
                coalesce({at}, {EPOCH}) AS valid_at, CAST({self.seq} AS BIGINT) AS ingest_seq, CAST(1 AS INTEGER) AS version_no, false AS is_removed{owner}
            FROM ({source}) {f"ORDER BY {order_of(self.table)}" if is_sorted else ""}"""
        ).fetchone()
        count = int(row[0])
        if is_sorted and count >= RUN_ROWS:
            self.connection.execute(f"INSERT INTO {LAYOUT} VALUES (?, ?)", [self.table.name, count])
        return count

    def _defaulted(self, name: str, value: str) -> str:
        """Return SQL of a value that a first version has although its file does not say it."""
        default = self.table.defaults.get(name)
        return f"coalesce({value}, {literal(default)})" if default is not None else value

    def _chain_sql(self, resolved: str) -> str:
        """Lay the stored last version and the new rows of each key in a row, and compare neighbours."""
        names = names_of(self.columns)
        keys = names_of(self.key)
        hot = same_key("h", "s", self.key)
        window = f"(PARTITION BY {keys} ORDER BY rn ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
        keep = self.staged.set_of is not None
        filled = ", ".join(
            quote(name)
            if keep or name in self.key
            else f"{self._defaulted(name, f'last_value({quote(name)} IGNORE NULLS) OVER w')} AS {quote(name)}"
            for name in self.columns
        )
        compared = [name for name in self.columns if name not in self.key]
        differs = " OR ".join(
            f"{quote(name)} IS DISTINCT FROM lag({quote(name)}) OVER n" for name in [*compared, "is_removed"]
        )
        kept = f"rn > 0 AND (lag(rn) OVER n IS NULL OR {differs})"
        # All versions of a key lie near the customer of its first one, whoever it is given to later.
        owned = has_owner(self.table)
        near, first = (f", {OWNER}", f", {first_owner(self.table)}") if owned else ("", "")
        owner = f", first_value({OWNER}) OVER w AS {OWNER}" if owned else ""
        return f"""CREATE OR REPLACE TEMP TABLE version_chain AS
            WITH chain AS (
                SELECT {names}, line, false AS is_removed, NULL::INTEGER AS prior_version, NULL::TIMESTAMP AS prior_valid_at,
                    row_number() OVER (PARTITION BY {keys} ORDER BY line) AS rn{f"{first} AS {OWNER}" if owned else ""}
                FROM {resolved} s WHERE EXISTS (SELECT 1 FROM hot_keys h WHERE {hot})
                UNION ALL
                SELECT {names}, NULL, is_removed, version_no, valid_at, 0{near}
                FROM {self.target} s WHERE EXISTS (SELECT 1 FROM hot_keys h WHERE {hot})
                QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY version_no DESC) = 1
                {self._removed_sql(resolved)}
            ),
            filled AS (
                SELECT {filled}, line, is_removed, prior_version, prior_valid_at, rn{owner} FROM chain WINDOW w AS {window}
            ),
            judged AS (
                SELECT *, {kept} AS kept, lag(rn) OVER n IS NULL AS is_first, {self._valid_sql()} AS candidate
                FROM filled WINDOW n AS (PARTITION BY {keys} ORDER BY rn)
            )
            SELECT * EXCLUDE (candidate, prior_valid_at, prior_version),
                CAST(coalesce(max(prior_version) OVER w, 0) + count(*) FILTER (kept) OVER w AS INTEGER) AS version_no,
                max(CASE WHEN rn = 0 THEN prior_valid_at WHEN kept THEN candidate END) OVER w AS valid_at
            FROM judged WHERE true WINDOW w AS {window}
            QUALIFY rn > 0"""

    def _removed_sql(self, resolved: str) -> str:
        """Rows of a set that the new set does not have any more: their last version says removed."""
        set_of = self.staged.set_of
        if not set_of:
            return ""
        names = names_of(self.columns)
        keys = names_of(self.key)
        gone = f"NOT EXISTS (SELECT 1 FROM {resolved} s WHERE {same_key('t', 's', self.key)})"
        near = f", {OWNER}" if has_owner(self.table) else ""
        prior = f"""SELECT {names}, version_no, valid_at, is_removed{near} FROM {self.target} t
                WHERE {quote(set_of)} IN (SELECT {quote(set_of)} FROM {resolved}) AND {gone}
                QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY version_no DESC) = 1"""
        return f"""UNION ALL
                SELECT {names}, NULL, false, version_no, valid_at, 0{near} FROM ({prior}) WHERE NOT is_removed
                UNION ALL
                SELECT {names}, NULL, true, NULL, NULL, 1{near} FROM ({prior}) WHERE NOT is_removed"""

    def _valid_sql(self) -> str:
        """From when a version is true, before it is held above the one before it."""
        first = f"coalesce({_stored_at(self.table)}, {EPOCH})"
        now = f"TIMESTAMP '{self.imported_at.isoformat(sep=' ')}'"
        if self.table.rule is ChangeRule.STATE:
            later = now
        elif self.table.rule is ChangeRule.STATUS and self.table.status:
            status, instant = self.table.status
            since = f"coalesce({quote(instant)}, {now})" if instant else now
            later = f"CASE WHEN {quote(status)} IS DISTINCT FROM lag({quote(status)}) OVER n THEN {since} END"
        else:
            later = "NULL"
        return f"CASE WHEN lag(rn) OVER n IS NULL THEN {first} ELSE {later} END"

    def _insert_versions(self) -> int:
        near = f", {OWNER}" if has_owner(self.table) else ""
        self._execute(
            f"""INSERT INTO {self.target} BY NAME
            SELECT {names_of(self.columns)}, valid_at, CAST({self.seq} AS BIGINT) AS ingest_seq, version_no, is_removed{near}
            FROM version_chain WHERE kept"""
        )
        row = self.connection.execute("SELECT count(*) FROM version_chain WHERE kept AND is_first").fetchone()
        return int(row[0])

    def _execute(self, sql: str) -> None:
        self.connection.execute(sql)


def _stored_at(table: Table) -> str:
    return quote(table.at) if table.at else "NULL"


def names_of(columns: Sequence[str]) -> str:
    """Return columns as SQL."""
    return ", ".join(quote(column) for column in columns)


def same_key(left: str, right: str, key: Sequence[str]) -> str:
    """Return SQL of the condition that rows of two relations have the same key."""
    return " AND ".join(f"{left}.{quote(name)} IS NOT DISTINCT FROM {right}.{quote(name)}" for name in key)
