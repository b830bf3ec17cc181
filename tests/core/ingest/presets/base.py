"""What the tests of import presets share: a folder of files as a system exports them, and a base to move them into."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kogorta.ingest import ImportOptions, ImportReport, import_file, import_preset, plan_export
from kogorta.warehouse.store import Warehouse
from tests.core.ingest.base import settings

MICRO = 1_000_000


@dataclass
class Mover:
    """An export on its way into a base. Instants of the tests are told in UTC; the workspace is in Moscow."""

    warehouse: Warehouse
    folder: Path

    def write(self, name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        self.folder.mkdir(exist_ok=True)
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    def write_json(self, name: str, document: object) -> Path:
        return self.write(name, json.dumps(document, ensure_ascii=False))

    def move(
        self,
        preset: str,
        options: ImportOptions | None = None,
        paths: Sequence[Path] | None = None,
        **wishes: Any,
    ) -> list[ImportReport]:
        """Import the folder; no row may be refused unless the test asks."""
        told = settings(**wishes)
        wished = options or ImportOptions()
        plan = plan_export(self.warehouse, paths or [self.folder], import_preset(preset), told, wished)
        return [
            import_file(self.warehouse, job.path, form=job.table, settings=told, options=job.options(wished))
            for job in plan.jobs
        ]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.warehouse.rows(sql)

    def names(self) -> dict[str, int]:
        """Return the key of each customer by the id that the system has for him."""
        return dict(self.warehouse.rows("SELECT customer_id, customer_key FROM customer_ids"))

    def of_customers(self, table: str, columns: str, order: str) -> list[tuple[Any, ...]]:
        """Return the last versions of a table with the customer's own id before the columns."""
        return self.rows(
            f"""SELECT i.customer_id, {columns} FROM {table} t
            LEFT JOIN customer_ids i USING (customer_key)
            QUALIFY row_number() OVER (PARTITION BY {order} ORDER BY t.version_no DESC) = 1 ORDER BY {order}"""
        )


def refused(reports: Sequence[ImportReport]) -> list[tuple[str, int, str, str]]:
    """Table, line, column and reason of every refused row."""
    return [(r.form, row.line, row.column, row.reason) for r in reports for row in r.quarantine]
