"""One import, one transaction: ids, properties, facts, evidence of identity, refusals, the batch row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kogorta.errors import InputError
from kogorta.warehouse.batch import (
    ANONYMOUS_SPACE,
    BatchInfo,
    BatchResult,
    PropertySpec,
    StagedLink,
    StagedTable,
    TableCounts,
)
from kogorta.warehouse.erasures import CUSTOMER_ID, digest_sql, erasure_key, subject_sql
from kogorta.warehouse.layout import LAYOUT, RUN_ROWS
from kogorta.warehouse.merge import Merge, MergeResult
from kogorta.warehouse.moments import MOMENTS, rows_sql
from kogorta.warehouse.once import MergeOnce
from kogorta.warehouse.sql import literal, quote, sql_type


def next_seq(connection: Any) -> int:
    """Return the place of the next commit. Safe because only the writer asks."""
    row = connection.execute("SELECT coalesce(max(ingest_seq), 0) + 1 FROM batches").fetchone()
    return int(row[0])


class Commit:
    """Brings staged relations into the store. Runs inside the writer's transaction."""

    def __init__(self, connection: Any, info: BatchInfo) -> None:
        self.connection = connection
        self.info = info
        self.seq = next_seq(connection)

    def run(
        self, tables: Sequence[StagedTable], links: Sequence[StagedLink], properties: Sequence[PropertySpec]
    ) -> BatchResult:
        """Do it all; the batch row comes last."""
        self._register(properties)
        merged = [(staged, self._merge(staged)) for staged in tables]
        for name in {staged.table.name for staged in tables} & MOMENTS.keys():
            self._tell_moments(name)
        for link in links:
            self._link(link)
        rows = self._row_counts(merged)
        self._record(rows)
        return BatchResult(self.seq, {staged.table.name: result.counts for staged, result in merged}, rows)

    def _register(self, properties: Sequence[PropertySpec]) -> None:
        for spec in properties:
            type_ = sql_type(_storage(spec))
            self.connection.execute(
                f"ALTER TABLE {quote(spec.table)} ADD COLUMN IF NOT EXISTS {quote(spec.column)} {type_}"
            )
            self.connection.execute(
                "INSERT INTO properties VALUES (?, ?, ?, ?, ?, ?)",
                [spec.table, spec.scope, spec.name, spec.type.value, spec.column, self.seq],
            )

    def _merge(self, staged: StagedTable) -> MergeResult:
        properties = [
            row[0]
            for row in self.connection.execute(
                "SELECT DISTINCT column_name FROM properties WHERE table_name = ? ORDER BY 1",
                [staged.table.name],
            ).fetchall()
        ]
        present = self._columns_of(staged.relation)
        way = MergeOnce if staged.table.immutable else Merge
        merge = way(self.connection, staged, properties, self.seq, self.info.imported_at)
        resolved = self._resolve(staged, present, merge.content)
        return merge.run(resolved)

    def _tell_moments(self, name: str) -> None:
        """Lay what was inserted into the copy that lies in the order of time."""
        told = rows_sql(name, f"ingest_seq = {self.seq}")
        loaded = int(self.connection.execute(f"INSERT INTO {MOMENTS[name]} {told}").fetchone()[0])
        if loaded >= RUN_ROWS:
            self.connection.execute(f"INSERT INTO {LAYOUT} VALUES (?, ?)", [MOMENTS[name], loaded])

    def _columns_of(self, relation: str) -> set[str]:
        rows = self.connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
        return {row[0] for row in rows}

    def _resolve(self, staged: StagedTable, present: set[str], content: Sequence[str]) -> str:
        """Return SQL of the staged rows with their integer customer_key and every content column."""
        columns = ", ".join(
            f"s.{quote(name)}" if name in present else f"NULL AS {quote(name)}" for name in [*content, "line"]
        )
        if not staged.table.has_customer:
            return f"(SELECT {columns} FROM {staged.relation} s)"
        spaces = [(column, space) for column, space in self._spaces() if column in present]
        joins = ""
        keys = []
        for number, (column, space) in enumerate(spaces):
            self._add_ids(f"SELECT {column} FROM {staged.relation}", column, space)
            joins += (
                f" LEFT JOIN customer_ids c{number} ON c{number}.id_space = '{space.replace(chr(39), chr(39) * 2)}'"
                f" AND c{number}.customer_id = s.{column}"
            )
            keys.append(f"c{number}.customer_key")
        key = f"coalesce({', '.join(keys)})" if keys else "CAST(NULL AS BIGINT)"
        return f"(SELECT {key} AS customer_key, {columns} FROM {staged.relation} s{joins})"

    def _spaces(self) -> tuple[tuple[str, str], tuple[str, str]]:
        return (("customer_id", self.info.id_space), ("anonymous_id", ANONYMOUS_SPACE))

    def _add_ids(self, source: str, column: str, space: str) -> None:
        """Give a key to every id that has none yet, in the order of the ids themselves."""
        self._refuse_erased(source, column, space)
        self.connection.execute(
            f"""INSERT INTO customer_ids
            SELECT (SELECT coalesce(max(customer_key), 0) FROM customer_ids) + row_number() OVER (ORDER BY id),
                $space, id, CAST($seq AS BIGINT)
            FROM (SELECT DISTINCT {column} AS id FROM ({source}) WHERE {column} IS NOT NULL) n
            WHERE NOT EXISTS (SELECT 1 FROM customer_ids c WHERE c.id_space = $space AND c.customer_id = n.id)""",
            {"space": space, "seq": self.seq},
        )

    def _refuse_erased(self, source: str, column: str, space: str) -> None:
        """Keep erased people out. Imports put their rows aside; here come only those erased meanwhile."""
        key = erasure_key(self.connection)
        if key is None:
            return
        text = digest_sql(key, subject_sql(literal(CUSTOMER_ID), "id", space))
        found = self.connection.execute(
            f"""SELECT 1 FROM (SELECT DISTINCT {column} AS id FROM ({source}) WHERE {column} IS NOT NULL)
            WHERE {text} IN (SELECT digest FROM erasures) LIMIT 1"""
        ).fetchone()
        if found:
            raise InputError(
                "somebody in it was erased while the file was read; nothing of it was kept",
                hint="import it again: his rows will be refused, the others kept",
            )

    def _link(self, link: StagedLink) -> None:
        spaces = self.connection.execute(
            f"SELECT DISTINCT a_space FROM {link.relation} UNION SELECT DISTINCT b_space FROM {link.relation}"
        ).fetchall()
        for (space,) in spaces:
            for side in ("a", "b"):
                where = f"{side}_space = '{space.replace(chr(39), chr(39) * 2)}'"
                self._add_ids(f"SELECT {side}_id FROM {link.relation} WHERE {where}", f"{side}_id", space)
        self.connection.execute(
            f"""INSERT INTO identity_edges
            SELECT least(a.customer_key, b.customer_key), greatest(a.customer_key, b.customer_key), l.rule,
                min(l.a_id || ' = ' || l.b_id), min(l.at), NULL, CAST(? AS BIGINT)
            FROM {link.relation} l
            JOIN customer_ids a ON a.id_space = l.a_space AND a.customer_id = l.a_id
            JOIN customer_ids b ON b.id_space = l.b_space AND b.customer_id = l.b_id
            WHERE a.customer_key <> b.customer_key AND NOT EXISTS (
                SELECT 1 FROM identity_edges e WHERE e.rule = l.rule
                AND e.a = least(a.customer_key, b.customer_key) AND e.b = greatest(a.customer_key, b.customer_key))
            GROUP BY 1, 2, 3""",
            [self.seq],
        )

    def _row_counts(self, merged: Sequence[tuple[StagedTable, MergeResult]]) -> TableCounts:
        """Count each row of the file once: new if anything of it was new, else changed, else known."""
        accepted = self.info.rows_read - self.info.rows_quarantined
        if all(result.outcomes is None for _, result in merged):
            return TableCounts(loaded=accepted if merged else 0)
        parts = " UNION ALL ".join(
            f"SELECT line, code FROM {result.outcomes}"
            if result.outcomes
            else f"SELECT line, CAST(0 AS TINYINT) AS code FROM {staged.relation}"
            for staged, result in merged
        )
        loaded, updated = self.connection.execute(
            f"""SELECT count(*) FILTER (code = 0), count(*) FILTER (code = 1)
            FROM (SELECT line, min(code) AS code FROM ({parts}) WHERE line IS NOT NULL GROUP BY line)"""
        ).fetchone()
        return TableCounts(int(loaded), int(updated), accepted - int(loaded) - int(updated))

    def _record(self, rows: TableCounts) -> None:
        info = self.info
        if info.quarantine:
            self.connection.execute(
                f"INSERT INTO quarantine SELECT {self.seq}, line, column_name, value, reason, raw FROM {info.quarantine}"
            )
        self.connection.execute(
            "INSERT INTO batches VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                self.seq,
                info.source,
                info.file_name,
                info.file_digest,
                info.form,
                info.id_space,
                info.imported_at,
                info.rows_read,
                rows.loaded,
                rows.updated,
                rows.same,
                info.rows_quarantined,
            ],
        )


def _storage(spec: PropertySpec) -> str:
    from kogorta.schema.types import STORAGE

    return STORAGE[spec.type]
