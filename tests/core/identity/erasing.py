"""A workspace in which one person stands in every table, and a look for what is left of her."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from kogorta.schema import TABLES
from kogorta.warehouse.sql import quote
from kogorta.workspace import Workspace, create

NOW = datetime.fromisoformat("2025-06-10T12:00")
ANNA, ALSO_ANNA, BROWSER = "anna-77041", "crm-anna-5518", "browser-a1b2c3"
PHONE, MAIL, NAME = "+79161230077", "anna.k@firma.ru", "Анна Каренина"
SECRETS = (
    ANNA,
    ALSO_ANNA,
    BROWSER,
    PHONE,
    "9161230077",
    MAIL,
    NAME,
    "Каренина",
    "1990-03-08",
    "Фрейлина",
    "/private/page",
    "гравировка для Анны",
    "Мне не понравилось",
    "звонить после шести",
    "клуб любителей поездов",
)

HEADS = [
    {
        "customer_id": f"other-{n:03}",
        "order_id": f"o{n}-{k}",
        "ordered_at": f"2025-0{1 + k}-{10 + n % 9}",
        "amount": 100 + n,
    }
    for n in range(30)
    for k in range(1 + n % 4)
]
OWN_ORDERS = [
    {"customer_id": who, "order_id": f"x-{number}", "ordered_at": f"2025-0{number}-20", "amount": 500}
    for number, who in enumerate((ANNA, ANNA, ALSO_ANNA), 2)
]
CONTACTS = [
    {"customer_id": ANNA, "kind": "email", "value": MAIL},
    {"customer_id": ANNA, "kind": "phone", "value": PHONE},
    {"customer_id": ALSO_ANNA, "kind": "phone", "value": "8 (916) 123-00-77"},
    {"customer_id": "other-001", "kind": "phone", "value": "+79161239999"},
]


def rows(**tables: Sequence[dict[str, Any]]) -> dict[str, pa.Table]:
    """Return Arrow tables of text, as files have it."""
    found = {}
    for name, items in tables.items():
        columns = list(dict.fromkeys(column for item in items for column in item))
        found[name] = pa.table(
            {c: pa.array([None if item.get(c) is None else str(item[c]) for item in items]) for c in columns}
        )
    return found


def everywhere() -> dict[str, pa.Table]:
    """Return rows of every table with a customer: hers, and those of another beside them."""

    def both(**cells: Any) -> list[dict[str, Any]]:
        key = next(
            (name for name in ("answer_id", "entry_id", "ticket_id", "return_id") if name in cells), None
        )
        cells_of_other = {name: "иное" if value in SECRETS else value for name, value in cells.items()}
        other = {**cells_of_other, "customer_id": "other-001"} | ({key: f"{cells[key]}-o"} if key else {})
        return [{**cells, "customer_id": ANNA}, other]

    return rows(
        orders=[
            {**item, "engraving": "гравировка для Анны" if item in OWN_ORDERS else "нет"}
            for item in (*HEADS, *OWN_ORDERS)
        ],
        customers=[
            {
                "customer_id": ANNA,
                "name": NAME,
                "birth_date": "1990-03-08",
                "profession": "Фрейлина",
                "club": "клуб любителей поездов",
            },
            {"customer_id": "other-001", "name": "Пётр Облонский", "birth_date": "1985-01-01", "club": "нет"},
        ],
        contacts=CONTACTS,
        attribute_changes=both(key="profession", at="2025-03-01", to_value="Фрейлина"),
        consents=both(channel="email", purpose="advertising", at="2025-02-01", op="granted", evidence=MAIL),
        list_changes=both(list="клуб любителей поездов", at="2025-02-01", op="add"),
        survey_answers=both(
            answer_id="a1", survey="nps", question="why", value="Мне не понравилось", at="2025-02-02"
        ),
        tickets=both(ticket_id="t1", opened_at="2025-02-03", topic="звонить после шести"),
        points=both(entry_id="p1", at="2025-02-03", amount="10", kind="earn", reason="звонить после шести"),
        returns=both(return_id="r1", returned_at="2025-03-03", amount="1"),
    )


def identify(user: str, browser: str, number: int, page: str) -> list[dict[str, Any]]:
    """Return a login and a page seen, as a site sends them."""
    at = f"2025-05-0{number}T10:00:00Z"
    return [
        {
            "type": "identify",
            "userId": user,
            "anonymousId": browser,
            "timestamp": at,
            "messageId": f"i{number}",
        },
        {
            "type": "page",
            "anonymousId": browser,
            "timestamp": at,
            "messageId": f"p{number}",
            "context": {"page": {"url": f"https://shop.example{page}"}},
        },
    ]


def open_shop(folder: Path) -> Workspace:
    """Make and open the workspace."""
    if not folder.exists():
        create(folder, "shop", timezone="Europe/Moscow", currency="RUB")
    return Workspace(folder, now=lambda: NOW)


def fill(workspace: Workspace) -> None:
    """Import everything, orders first; three rows are refused: two of hers, one of another."""
    for name, table in everywhere().items():
        workspace.import_table(table, name)
        if name == "orders":
            workspace.refresh("2025-05-15")
    bad = [
        {"customer_id": ANNA, "order_id": "bad1", "ordered_at": "вчера", "amount": "1"},
        {
            "customer_id": "guest-9",
            "order_id": "bad2",
            "ordered_at": "вчера",
            "amount": "1",
            "phone": "8 916 123 00 77",
        },
        {"customer_id": "other-002", "order_id": "bad3", "ordered_at": "вчера", "amount": "1"},
        {"customer_id": "other-003", "order_id": "good", "ordered_at": "2025-01-01", "amount": "1"},
    ]
    workspace.import_table(rows(orders=bad)["orders"], "orders")
    workspace.import_tracking(
        [*identify(ANNA, BROWSER, 1, "/private/page"), *identify("other-001", "browser-o", 2, "/public")]
    )


def left_of(workspace: Workspace, texts: Sequence[str] = SECRETS) -> list[tuple[str, str, str]]:
    """Return table, column and text wherever one of the texts still stands in the store."""
    columns = workspace.warehouse.rows(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = current_database()"
    )
    look = """SELECT DISTINCT unnest(list_filter($texts::VARCHAR[], lambda x: contains(v, x)))
        FROM (SELECT CAST({column} AS VARCHAR) AS v FROM {table})"""
    return sorted(
        (table, column, text)
        for table, column in columns
        for (text,) in workspace.warehouse.rows(
            look.format(table=quote(table), column=quote(column)), {"texts": list(texts)}
        )
    )


def facts_of_others(workspace: Workspace) -> dict[str, list[tuple[Any, ...]]]:
    """Return every stored row of the other customers, by table."""
    keys = (
        "SELECT customer_key FROM customer_ids WHERE customer_id LIKE 'other%' OR customer_id = 'browser-o'"
    )
    return {
        name: workspace.warehouse.rows(
            f"SELECT * FROM {quote(name)} WHERE customer_key IN ({keys}) ORDER BY ALL"
        )
        for name, table in TABLES.items()
        if table.has_customer
    }
