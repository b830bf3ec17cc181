"""Bring staged rows into a table of facts that never change: a key that is there already is the same row.

Only what has a hash that is stored already is compared by its key, and first with the rows of the same customer,
which lie together: a small batch reads little of a big table.
"""

from __future__ import annotations

from kogorta.warehouse.batch import TableCounts
from kogorta.warehouse.hashes import HASHES, hash_sql
from kogorta.warehouse.layout import LAYOUT, RUN_ROWS
from kogorta.warehouse.merge import Merge, MergeResult, names_of, same_key
from kogorta.warehouse.sql import quote


class MergeOnce(Merge):
    """One staged relation on its way into a table of facts that never change."""

    def run(self, resolved: str) -> MergeResult:
        """Merge the relation `resolved` (staged rows with their customer_key)."""
        self.hashes = quote(HASHES[self.table.name])
        near = ["customer_key"] if self.table.has_customer else []
        self._execute(
            f"""CREATE OR REPLACE TEMP TABLE staged_keys AS
            SELECT {names_of([*near, *self.key])}, line, {hash_sql(self.key)} AS hash FROM {resolved}"""
        )
        if not (self.staged.unique and self.is_empty()):
            self._find_stored(near)
            if self._repeated():
                return self._load_some(resolved)
        self._execute(f"INSERT INTO {self.hashes} SELECT hash FROM staged_keys ORDER BY hash")
        loaded = self.insert_new(f"SELECT * FROM {resolved}")
        self._book(loaded)
        return MergeResult(TableCounts(loaded=loaded), None)

    def _find_stored(self, near: list[str]) -> None:
        """Collect the staged keys that are stored in `stored_keys`."""
        keys = names_of(self.key)
        self._execute(
            f"CREATE OR REPLACE TEMP TABLE found_hashes AS SELECT DISTINCT hash FROM {self.hashes} SEMI JOIN staged_keys USING (hash)"
        )
        self._execute(
            "CREATE OR REPLACE TEMP TABLE open_keys AS SELECT * FROM staged_keys SEMI JOIN found_hashes USING (hash)"
        )
        self._execute(f"CREATE OR REPLACE TEMP TABLE stored_keys AS SELECT {keys} FROM open_keys LIMIT 0")
        for known in ([near] if near else []) + [[]]:
            if not self._count("open_keys"):
                return
            # who comes twice is mostly the same customer
            same = " AND ".join([*(f"t.{name} = s.{name}" for name in known), same_key("t", "s", self.key)])
            self._execute(
                f"""INSERT INTO stored_keys SELECT DISTINCT {keys} FROM {self.target} t SEMI JOIN open_keys s ON {same}"""
            )
            self._execute(
                f"DELETE FROM open_keys s WHERE EXISTS (FROM stored_keys t WHERE {same_key('t', 's', self.key)})"
            )

    def _repeated(self) -> int:
        """Collect in `hot_keys` what is stored or stands twice in the file, with `is_stored`; return how many."""
        keys = names_of(self.key)
        self._execute(
            "CREATE OR REPLACE TEMP TABLE twice_hashes AS SELECT hash FROM staged_keys GROUP BY hash HAVING count(*) > 1"
        )
        self._execute(
            f"""CREATE OR REPLACE TEMP TABLE hot_keys AS
            SELECT {keys}, bool_or(is_stored) AS is_stored FROM (
                SELECT {keys}, true AS is_stored FROM stored_keys
                UNION ALL
                SELECT {keys}, false FROM staged_keys SEMI JOIN twice_hashes USING (hash) GROUP BY {keys} HAVING count(*) > 1
            ) GROUP BY {keys}"""
        )
        return self._count("hot_keys")

    def _load_some(self, resolved: str) -> MergeResult:
        """Insert what is not stored yet, of several rows with one key the first; the others are the same."""
        keys = names_of(self.key)
        own = ", ".join(f"s.{quote(name)}" for name in self.key)
        hot = same_key("h", "s", self.key)
        outcomes = f"outcomes_{self.table.name}"
        self._execute(
            f"""CREATE OR REPLACE TEMP TABLE {outcomes} AS
            SELECT s.line, s.hash, CAST(CASE WHEN h.is_stored THEN 2 WHEN h.is_stored IS NULL THEN 0
                WHEN row_number() OVER (PARTITION BY {own} ORDER BY s.line) = 1 THEN 0 ELSE 2 END AS TINYINT) AS code
            FROM staged_keys s LEFT JOIN hot_keys h ON {hot}"""
        )
        self._execute(f"INSERT INTO {self.hashes} SELECT hash FROM {outcomes} WHERE code = 0 ORDER BY hash")
        loaded = self.insert_new(
            f"""SELECT * FROM {resolved} s WHERE NOT EXISTS (SELECT 1 FROM hot_keys h WHERE {hot})
            UNION ALL
            SELECT * FROM {resolved} s WHERE EXISTS (SELECT 1 FROM hot_keys h WHERE NOT is_stored AND {hot})
            QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY line) = 1"""
        )
        self._book(loaded)
        return MergeResult(TableCounts(loaded=loaded, same=self._count("staged_keys") - loaded), outcomes)

    def _book(self, loaded: int) -> None:
        """Book the hashes of a large commit as a run of their own."""
        if loaded >= RUN_ROWS:
            self.connection.execute(f"INSERT INTO {LAYOUT} VALUES (?, ?)", [HASHES[self.table.name], loaded])

    def _count(self, relation: str) -> int:
        row = self.connection.execute(f"SELECT count(*) FROM {relation}").fetchone()
        return int(row[0])
