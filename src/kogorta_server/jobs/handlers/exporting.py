"""Write a list of people into a file."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pyarrow as pa

from kogorta.definitions.names import schemes
from kogorta.errors import ConfigError
from kogorta.i18n import Lang, Sentence, lazy, translator
from kogorta.ingest.report import harmless
from kogorta.readings import COLUMNS, PeopleQuery
from kogorta_server import base, clock
from kogorta_server.accounts.masks import masked
from kogorta_server.accounts.rights import Right
from kogorta_server.jobs import files
from kogorta_server.jobs.handlers.handler import Handler
from kogorta_server.jobs.words import JobKind
from kogorta_server.jobs.work import Work

KEPT = timedelta(days=1)
"""So long the file of an export can be fetched."""

_ROWS = 5_000
_PRIVATE = ("name", "email", "phone")
_MONEY = ("revenue_total", "average_order", "monetary_amount")

LABELS: dict[str, Sentence] = {
    "customer_id": lazy("Customer id"),
    "name": lazy("Name"),
    "email": lazy("E-mail"),
    "phone": lazy("Telephone"),
    "city": lazy("City"),
    "orders_count": lazy("Orders"),
    "first_order_at": lazy("First order"),
    "last_order_at": lazy("Last order"),
    "revenue_total": lazy("Revenue"),
    "average_order": lazy("Average order"),
    "recency_days": lazy("Days since the last order"),
    "frequency_count": lazy("Orders in the window"),
    "monetary_amount": lazy("Revenue in the window"),
    "rfm_r": lazy("RFM: recency"),
    "rfm_f": lazy("RFM: frequency"),
    "rfm_m": lazy("RFM: money"),
    "rfm_code": lazy("RFM"),
    "main_category": lazy("Main category"),
    "rhythm_days": lazy("Rhythm, days"),
    "lifecycle_stage": lazy("Stage"),
}
"""Headings of the columns; whatever has none stands under its own name."""


class Exporting(Handler):
    """Takes what `PeopleQuery` takes, and `lang`. Whoever may not see contacts gets them masked."""

    kind: ClassVar[JobKind] = JobKind.EXPORT

    def run(self, work: Work) -> Mapping[str, Any]:
        """Write the file; a second attempt writes it anew."""
        reading = base.reading()
        if reading is None:
            raise ConfigError("there is no list before the first refresh", hint="refresh, and ask again")
        payload = work.payload
        is_whole = work.asked_by is not None and work.asked_by.may(Right.CONTACTS)
        query = PeopleQuery(
            segments=tuple(payload.get("segments", ())),
            search=payload.get("search", ""),
            is_blind=not is_whole,
            cell=tuple(payload["cell"]) if payload.get("cell") else None,
        )
        people = reading.table(query)
        path = files.export_path(work.claim.id)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        writer = _Rows("ru" if payload.get("lang") == "ru" else "en", is_whole=is_whole)
        with part.open("w", encoding="utf-8-sig", newline="") as file:
            sheet = csv.writer(file, delimiter=writer.delimiter)
            sheet.writerow(writer.header)
            for done, row in enumerate(writer.rows(people), 1):
                sheet.writerow(row)
                if done % _ROWS == 0:
                    work.tell(
                        lazy("{done} of {all} people", done=done, all=people.num_rows), done / people.num_rows
                    )
        work.check()
        part.replace(path)
        return {
            "people": people.num_rows,
            "as_of": reading.stamp.as_of.isoformat(),
            "has_contacts": is_whole,
            "until": (clock.now() + KEPT).isoformat(),
        }


class _Rows:
    """Writes cells as a spreadsheet of a language reads them, and never as formulas."""

    def __init__(self, lang: Lang, *, is_whole: bool) -> None:
        config = base.workspace().config
        self._is_whole = is_whole
        self._minor_digits: int = config.minor_digits
        self._zone: ZoneInfo = config.zone
        # spreadsheets in Russian divide cells by semicolons, since the comma is the decimal sign
        self.delimiter, self._decimal = (";", ",") if lang == "ru" else (",", ".")
        self._stages = {code: words.name[lang] for code, words in schemes()["lifecycle"].segments.items()}
        t = translator(lang)
        self.header = [t.say(LABELS[name]) if name in LABELS else name for name in COLUMNS]

    def rows(self, people: pa.Table) -> Iterator[list[str]]:
        """Yield the cells of each person."""
        for batch in people.select(list(COLUMNS)).to_batches(max_chunksize=_ROWS):
            for row in batch.to_pylist():
                yield [self._cell(name, row[name]) for name in COLUMNS]

    def _cell(self, name: str, value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, datetime):
            return f"{value.replace(tzinfo=UTC).astimezone(self._zone):%Y-%m-%d %H:%M}"
        if name in _MONEY:
            return f"{value / 10**self._minor_digits:.{self._minor_digits}f}".replace(".", self._decimal)
        if isinstance(value, float):
            return f"{value:.2f}".replace(".", self._decimal)
        if isinstance(value, int):
            return str(value)
        if name == "lifecycle_stage":
            return self._stages.get(value, str(value))
        text = str(value) if self._is_whole or name not in _PRIVATE else masked(name, str(value))
        return harmless(text)
