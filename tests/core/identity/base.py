"""A small store that is filled through the same door as any import."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from kogorta.config import Config
from kogorta.identity.resolve import aliases
from kogorta.identity.rules import Change, update
from kogorta.schema import TABLES
from kogorta.warehouse.batch import MAIN_SPACE, BatchInfo, StagedLink, StagedTable
from kogorta.warehouse.store import Warehouse


def at(month: int, day: int, hour: int = 0) -> datetime:
    """An instant of 2026 as it is stored: UTC without a zone."""
    return datetime(2026, month, day, hour, tzinfo=UTC).replace(tzinfo=None)


NOW = at(6, 1, 12)

_ARROW: dict[str, pa.DataType] = {
    "string": pa.string(),
    "int64": pa.int64(),
    "int32": pa.int32(),
    "float64": pa.float64(),
    "timestamp(6)": pa.timestamp("us"),
    "date": pa.date32(),
    "boolean": pa.bool_(),
}
_LINK = pa.schema(
    [
        *[(name, pa.string()) for name in ("a_id", "a_space", "b_id", "b_space", "rule")],
        ("at", pa.timestamp("us")),
        ("line", pa.int64()),
    ]
)


def config(**identity: Any) -> Config:
    """A Russian shop with these settings of identity."""
    workspace = {"timezone": "Europe/Moscow", "currency": "RUB"}
    return Config.model_validate({"workspace": workspace, "identity": identity})


class Store:
    """A warehouse and how its rows are written down in tests."""

    def __init__(self, folder: Path) -> None:
        self.warehouse = Warehouse(folder / "store.duckdb")
        self.imports = 0

    def load(self, table: str, rows: Sequence[dict[str, Any]], *, space: str = MAIN_SPACE) -> int:
        """Import rows of one table as a batch of its own; return its commit."""
        types = {
            **TABLES[table].stored_types,
            "customer_id": "string",
            "anonymous_id": "string",
            "line": "int64",
        }
        names = {name: None for row in rows for name in row} | {"line": None}
        schema = pa.schema([(name, _ARROW[types[name]]) for name in names])
        lines = [{**row, "line": number} for number, row in enumerate(rows, 2)]
        with self.warehouse.staging() as staging:
            staging.create_from_arrow("staged", pa.Table.from_pylist(lines, schema))
            staged = StagedTable(TABLES[table], f"{staging.name}.staged")
            return self.warehouse.commit_batch(self._info(table, len(rows), space), [staged]).ingest_seq

    def tracking(self, pairs: Sequence[tuple[str, str]], rule: str = "identify") -> int:
        """Import that these browsers (a) turned out to be these customers (b)."""
        rows = [
            {
                "a_id": a,
                "a_space": "anonymous",
                "b_id": b,
                "b_space": MAIN_SPACE,
                "rule": rule,
                "at": NOW,
                "line": i,
            }
            for i, (a, b) in enumerate(pairs)
        ]
        with self.warehouse.staging() as staging:
            staging.create_from_arrow("links", pa.Table.from_pylist(rows, _LINK))
            info = self._info("tracking", len(rows), MAIN_SPACE)
            return self.warehouse.commit_batch(info, links=[StagedLink(f"{staging.name}.links")]).ingest_seq

    def _info(self, form: str, count: int, space: str) -> BatchInfo:
        self.imports += 1
        return BatchInfo(
            "test", f"{self.imports}.csv", f"digest {self.imports}", form, self.now, count, id_space=space
        )

    @property
    def now(self) -> datetime:
        """An instant after everything before."""
        return NOW + timedelta(hours=self.imports)

    def contacts(self, *rows: tuple[str, str, str], verified: bool = False) -> int:
        """Import contacts (customer, kind, value)."""
        proof = {"at": at(5, 1), **({"verified_at": NOW} if verified else {})}
        return self.load("contacts", [{"customer_id": c, "kind": k, "value": v, **proof} for c, k, v in rows])

    def names(self, **names: str | None) -> int:
        """Import customers with their names."""
        return self.load("customers", [{"customer_id": c, "name": name} for c, name in names.items()])

    def update(self, settings: Config | None = None) -> Change:
        """Bring the edges up to date."""
        return update(self.warehouse, settings or config(), self.now)

    def persons(self, known_seq: int | None = None) -> set[frozenset[str]]:
        """Everyone with more than one id, as the set of these ids."""
        seq = self.warehouse.known_seq() if known_seq is None else known_seq
        found = aliases(self.warehouse, seq).to_pylist()
        person_of = {row["customer_key"]: row["person_key"] for row in found}
        groups: dict[int, set[str]] = {}
        for key, name in self.warehouse.rows("SELECT customer_key, customer_id FROM customer_ids"):
            groups.setdefault(person_of.get(key, key), set()).add(name)
        return {frozenset(ids) for ids in groups.values() if len(ids) > 1}

    def edges(self) -> list[tuple[Any, ...]]:
        """Every row of the record, in the order in which it was written."""
        return self.warehouse.rows(
            'SELECT a, b, rule, evidence, "at", revoked_at, ingest_seq FROM identity_edges ORDER BY ingest_seq, rule, a, b'
        )

    def commits(self) -> int:
        """How many batches there are."""
        return int(self.warehouse.rows("SELECT count(*) FROM batches")[0][0])
