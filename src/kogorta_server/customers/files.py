"""Lists of customers as files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from kogorta.config import Config
from kogorta.definitions.names import schemes
from kogorta.i18n import Lang, Sentence, lazy, translator
from kogorta.ingest.report import harmless
from kogorta.readings import COLUMNS, PeopleQuery, Reading
from kogorta_server.accounts.masks import masked

MONEY = frozenset({"revenue_total", "average_order", "monetary_amount"})
WHO = frozenset({"name", "email", "phone"})
STAGE = "lifecycle_stage"
_BOM = "\ufeff"

_LABELS: dict[str, Sentence] = {
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


def csv_parts(
    reading: Reading, query: PeopleQuery, config: Config, *, whole: bool, lang: Lang
) -> Iterator[bytes]:
    """Write all people whom a query finds as CSV, a part at a time, as spreadsheets of the reader's country open it.

    It is UTF-8 with a mark. Russian spreadsheets want semicolons between cells and a comma within numbers.

    Instants are on the clock of the workspace, money is in units of its currency. No cell is taken for a formula.

    Args:
        reading: Where they stand.
        query: Which people, in what order; its page counts for nothing.
        config: Of the workspace.
        whole: Names and contacts in full; else masked.
        lang: The reader's language.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";" if lang == "ru" else ",")
    comma = "," if lang == "ru" else "."
    text.write(_BOM)
    t = translator(lang)
    writer.writerow([t.say(_LABELS[name]) if name in _LABELS else name for name in COLUMNS])
    stages = {code: words.name[lang] for code, words in schemes()["lifecycle"].segments.items()}
    for batch in reading.batches(query):
        for row in batch.to_pylist():
            row[STAGE] = stages.get(row[STAGE], row[STAGE])
            writer.writerow(
                [harmless(_cell(config, name, row[name], whole=whole, comma=comma)) for name in COLUMNS]
            )
        yield _taken(text)
    # of nobody, the headings alone
    yield _taken(text)


def _taken(text: io.StringIO) -> bytes:
    written = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return written


def _cell(config: Config, name: str, value: Any, *, whole: bool, comma: str) -> str:
    if value is None:
        return ""
    if name in WHO and not whole:
        return masked(name, value)
    if name in MONEY:
        amount = Decimal(str(value)).scaleb(-config.minor_digits)
        return f"{amount:.{config.minor_digits}f}".replace(".", comma)
    if isinstance(value, datetime):
        return f"{value.replace(tzinfo=UTC).astimezone(config.zone):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, float):
        return f"{value:.2f}".replace(".", comma)
    return str(value)
