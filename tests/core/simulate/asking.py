"""Questions to the files of a simulated base, in SQL over Parquet, past everything of the product."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

_NAME = re.compile(r"\{([\w/-]+)\}")


@dataclass(frozen=True)
class Base:
    """The folder of a simulated base."""

    folder: Path

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask; `{orders}` is all parts of a table, `{truth/customers}` a table of the truth."""
        found: list[tuple[Any, ...]] = self._connection.execute(_NAME.sub(self._relation, sql)).fetchall()
        return found

    def one(self, sql: str) -> tuple[Any, ...]:
        (row,) = self.rows(sql)
        return row

    def has(self, table: str) -> bool:
        return (self.folder / f"{table}.parquet").exists()

    @cached_property
    def manifest(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads((self.folder / "truth" / "manifest.json").read_text("utf-8"))
        return told

    @cached_property
    def _connection(self) -> Any:
        return duckdb.connect(config={"threads": 1})

    def _relation(self, found: re.Match[str]) -> str:
        """Lay all parts of a table out under its name, instants as UTC without a zone."""
        name = re.sub(r"\W", "_", found[1])
        if name not in self._laid:
            parts = sorted(self.folder.glob(f"{found[1]}-[0-9]*.parquet"))
            tables = [pq.read_table(path) for path in (self.folder / f"{found[1]}.parquet", *parts)]
            self._connection.register(name, _unzoned(pa.concat_tables(tables)))
            self._laid.add(name)
        return name

    @cached_property
    def _laid(self) -> set[str]:
        return set()


def _unzoned(table: pa.Table) -> pa.Table:
    plain = [
        pa.field(field.name, pa.timestamp("us") if pa.types.is_timestamp(field.type) else field.type)
        for field in table.schema
    ]
    return table.cast(pa.schema(plain))
