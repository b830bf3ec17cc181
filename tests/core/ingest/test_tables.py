"""Every canonical table takes a clean file whole, and a dirty one with every fault named."""

from __future__ import annotations

from pathlib import Path

import pytest

from kogorta.schema import TABLES
from tests.core.ingest.base import Desk, counts, refusals

FILES = Path(__file__).parent / "files"

CLEAN: dict[str, int] = {
    "customers": 3,
    "attribute_changes": 3,
    "customer_summaries": 2,
    "contacts": 3,
    "consents": 3,
    "points": 3,
    "list_changes": 4,
    "survey_answers": 3,
    "accounts": 2,
    "products": 3,
    "orders": 3,
    "order_lines": 3,
    "discounts": 3,
    "returns": 3,
    "bookings": 3,
    "subscriptions": 2,
    "events": 3,
    "messages": 2,
    "message_events": 3,
    "tickets": 2,
    "promotions": 2,
    "coupons": 2,
    "ad_spend": 2,
    "channel_costs": 2,
    "staff": 2,
    "outlets": 2,
    "holidays": 2,
    "climate": 2,
    "zone_offsets": 2,
}
"""Rows of each clean file; all of them are loaded."""

DIRTY: dict[str, tuple[tuple[int, int, int], list[tuple[int, str, str]]]] = {
    "customers": (
        (2, 0, 0),
        [
            (3, "Клиент", "missing"),
            (4, "Пол", "unknown_word"),
            (5, "Дата рождения", "not_a_date"),
            (6, "Дата рождения", "too_far_ahead"),
            (7, "Дата регистрации", "too_far_ahead"),
        ],
    ),
    "attribute_changes": (
        (1, 0, 0),
        [(3, "customer_id", "missing"), (4, "key", "missing"), (5, "at", "not_a_date")],
    ),
    "customer_summaries": (
        (1, 0, 0),
        [
            (3, "last_purchase", "missing"),
            (4, "orders_count", "negative"),
            (5, "orders_count", "not_whole"),
            (6, "orders_count", "not_a_number"),
            (7, "total", "too_many_decimals"),
        ],
    ),
    "contacts": (
        (1, 0, 0),
        [
            (3, "value", "contact_impossible"),
            (4, "kind", "unknown_word"),
            (5, "value", "contact_junk"),
            (6, "customer_id", "missing"),
            (7, "value", "missing"),
        ],
    ),
    "consents": (
        (1, 0, 0),
        [(3, "согласие", "unknown_word"), (4, "цель", "unknown_word"), (5, "канал", "missing")],
    ),
    "points": (
        (2, 0, 0),
        [
            (4, "points", "not_a_number"),
            (5, "points", "too_many_decimals"),
            (6, "operation", "unknown_word"),
        ],
    ),
    "list_changes": ((1, 0, 0), [(3, "list", "missing"), (4, "op", "unknown_word")]),
    "survey_answers": ((2, 0, 0), [(4, "survey", "missing"), (5, "question", "missing")]),
    "accounts": ((1, 1, 0), [(3, "account_id", "missing")]),
    "products": (
        (1, 0, 0),
        [
            (3, "Цена", "negative"),
            (4, "Артикул", "missing"),
            (5, "Цена", "not_a_number"),
            (6, "Цена", "too_many_decimals"),
            (7, "Себестоимость", "too_many_decimals"),
        ],
    ),
    "orders": (
        (4, 0, 1),
        [
            (7, "Статус", "unknown_word"),
            (8, "Дата", "not_a_date"),
            (9, "Сумма", "too_many_decimals"),
            (10, "Номер заказа", "missing"),
            (11, "Дата", "too_far_ahead"),
        ],
    ),
    "order_lines": (
        (3, 0, 0),
        [(5, "order_id", "missing"), (6, "qty", "not_a_number"), (7, "price", "too_many_decimals")],
    ),
    "discounts": (
        (1, 0, 0),
        [
            (3, "скидка", "negative"),
            (4, "вид скидки", "unknown_word"),
            (5, "заказ", "missing"),
            (6, "скидка", "missing"),
        ],
    ),
    "returns": (
        (1, 0, 0),
        [
            (3, "amount", "negative"),
            (4, "date", "missing"),
            (5, "amount", "missing"),
            (6, "resaleable", "not_yes_or_no"),
        ],
    ),
    "bookings": (
        (3, 0, 0),
        [(5, "статус", "unknown_word"), (6, "дата", "missing"), (7, "дата", "not_a_date")],
    ),
    "subscriptions": (
        (1, 0, 0),
        [
            (3, "customer_id", "missing"),
            (4, "every_days", "not_a_number"),
            (5, "status", "unknown_word"),
        ],
    ),
    "events": ((2, 0, 1), [(4, "event", "missing"), (6, "timestamp", "not_a_date")]),
    "messages": (
        (1, 0, 0),
        [(3, "customer_id", "missing"), (4, "message_id", "missing"), (5, "sent_at", "not_a_date")],
    ),
    "message_events": (
        (1, 0, 1),
        [(4, "event", "unknown_word"), (5, "timestamp", "missing"), (6, "machine", "not_yes_or_no")],
    ),
    "tickets": (
        (1, 0, 0),
        [(3, "customer_id", "missing"), (4, "score", "not_whole"), (5, "date", "not_a_date")],
    ),
    "promotions": ((1, 0, 0), [(3, "promotion_id", "missing"), (4, "ends_at", "missing")]),
    "coupons": ((1, 0, 0), [(3, "code", "missing"), (4, "redeemed_at", "not_a_date")]),
    "ad_spend": (
        (1, 0, 0),
        [
            (3, "расход", "negative"),
            (4, "источник", "missing"),
            (5, "клики", "not_a_number"),
            (6, "расход", "missing"),
        ],
    ),
    "channel_costs": (
        (1, 0, 0),
        [(3, "cost", "negative"), (4, "channel", "missing"), (5, "cost", "not_a_number")],
    ),
    "staff": ((1, 0, 1), [(3, "staff_id", "missing")]),
    "outlets": ((1, 0, 0), [(3, "lat", "not_a_number"), (4, "outlet_id", "missing")]),
    "holidays": ((1, 0, 0), [(3, "day", "missing"), (4, "day", "not_a_date"), (5, "country", "missing")]),
    "climate": ((1, 0, 0), [(3, "zone", "missing"), (4, "region", "missing")]),
    "zone_offsets": (
        (1, 0, 0),
        [(3, "offset", "not_a_number"), (4, "timezone", "missing"), (5, "starts_at", "missing")],
    ),
}
"""Loaded, updated and same rows of each dirty file, and every refusal: line, column, reason."""


def test_every_table_has_its_files() -> None:
    assert set(TABLES) == set(CLEAN) == set(DIRTY)
    assert {path.name for path in FILES.iterdir()} == set(TABLES)


@pytest.mark.parametrize("table", TABLES)
def test_a_clean_file_is_loaded_whole(desk: Desk, table: str) -> None:
    """Covers: G26, R40, R44, S07, S08, S09, S10."""
    report = desk.take(FILES / table / "clean.csv", table)
    assert counts(report) == (CLEAN[table], 0, 0, 0)
    assert desk.one(f"SELECT count(*) FROM {table}") == CLEAN[table]


@pytest.mark.parametrize("table", TABLES)
def test_a_dirty_file_is_sorted_row_by_row(desk: Desk, table: str) -> None:
    report = desk.take(FILES / table / "dirty.csv", table)
    kept, refused = DIRTY[table]
    assert counts(report) == (*kept, len(refused))
    assert refusals(report) == refused
    assert desk.one("SELECT count(*) FROM quarantine") == len(refused)


@pytest.mark.parametrize("kind", ["clean", "dirty"])
@pytest.mark.parametrize("table", TABLES)
def test_the_same_file_again_changes_nothing(desk: Desk, table: str, kind: str) -> None:
    path = FILES / table / f"{kind}.csv"
    first = desk.take(path, table)
    before = desk.one(f"SELECT count(*) FROM {table}")
    again = desk.take(path, table)
    assert counts(again) == (0, 0, first.rows_read - first.quarantined, first.quarantined)
    assert refusals(again) == refusals(first)
    assert again.note("same_file")
    assert desk.one(f"SELECT count(*) FROM {table}") == before
    assert desk.one("SELECT count(*) FROM batches") == 1


@pytest.mark.parametrize("table", sorted(set(TABLES) - {"customer_summaries"}))
def test_the_same_rows_in_another_file_are_known(desk: Desk, table: str) -> None:
    """Keys made of content find their rows again; only sums have the import itself as their instant."""
    content = (FILES / table / "clean.csv").read_text("utf-8")
    desk.take(content, table)
    again = desk.take(content + "\n", table, name="again.csv")
    assert counts(again) == (0, 0, CLEAN[table], 0)
