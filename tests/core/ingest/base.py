"""What the tests of ingest share: settings, and a desk at which files are imported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from kogorta.i18n import Translator
from kogorta.ingest import ImportOptions, ImportReport, IngestSettings, Preview, import_file, preview
from kogorta.warehouse.store import Warehouse

NOW = datetime.fromisoformat("2026-01-01T00:00:00")
HEADER = "order_id,customer_id,date,amount\n"


def settings(
    timezone: str = "Europe/Moscow", currency: str = "RUB", now: datetime = NOW, **rest: Any
) -> IngestSettings:
    return IngestSettings(ZoneInfo(timezone), currency, 2, now, **rest)


@dataclass
class Desk:
    warehouse: Warehouse
    folder: Path

    def write(self, content: str | bytes, name: str = "file.csv", encoding: str = "utf-8") -> Path:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    def take(
        self,
        source: Any,
        form: str = "orders",
        options: ImportOptions | None = None,
        name: str = "file.csv",
        **wishes: Any,
    ) -> ImportReport:
        """Import a path, a table, or the content of a file; every row must be counted once."""
        if isinstance(source, str | bytes):
            source = self.write(source, name)
        report = import_file(
            self.warehouse, source, form=form, settings=settings(**wishes), options=options or ImportOptions()
        )
        counted = report.loaded + report.updated + report.same + report.quarantined
        assert report.rows_read == counted
        for lang in ("en", "ru"):
            speaker = Translator(lang)
            messages = [note.message for note in report.notes] + [row.message for row in report.quarantine]
            assert all(speaker.say(message) for message in messages)
        return report

    def look(self, content: str | bytes, form: str = "orders", **wishes: Any) -> Preview:
        options = wishes.pop("options", None)
        path = self.write(content)
        return preview(self.warehouse, path, form=form, settings=settings(**wishes), options=options)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.warehouse.rows(sql)

    def one(self, sql: str) -> Any:
        ((value,),) = self.warehouse.rows(sql)
        return value


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.loaded, report.updated, report.same, report.quarantined


def refusals(report: ImportReport) -> list[tuple[int, str, str]]:
    """Line, column and reason of every refused row."""
    return [(row.line, row.column, row.reason) for row in report.quarantine]
