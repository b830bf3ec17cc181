"""Lists of customers as files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from kogorta.config import Config
from kogorta.i18n import Lang
from kogorta.ingest.report import harmless
from kogorta.readings import COLUMNS, PeopleQuery, Reading
from kogorta_server.accounts.masks import masked

MONEY = frozenset({"revenue_total", "average_order", "monetary_amount"})
WHO = frozenset({"name", "email", "phone"})
_BOM = "\ufeff"


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
    writer.writerow(COLUMNS)
    for batch in reading.batches(query):
        for row in batch.to_pylist():
            writer.writerow(
                [
                    harmless(_cell(config, name, value, whole=whole, comma=comma))
                    for name, value in row.items()
                ]
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
