"""kpis, cohorts, segments portrait, attractive and trend, as people type them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.core.cli.conftest import TODAY, Typed
from tests.core.cli.test_russian import english_words, russian

Sale = tuple[int, date, int]


def sales() -> Iterator[Sale]:
    """The orders of the file: customer, day, kopecks."""
    for n in range(40):
        visits, quiet = (6, 0) if n % 2 else (1 + n % 3, 30 + 4 * n)
        for k in range(visits):
            yield n, TODAY - timedelta(days=quiet + 10 * k + 1), (1 + n) * 100_000 + 25_050


def asked(typed: Typed, folder: Path, *command: object) -> Any:
    said = typed(*command, "-w", folder, "--format", "json")
    assert said.code == 0, said.err
    return json.loads(said.out)


def test_measures_by_month(typed: Typed, shop: Path) -> None:
    """Covers: R58, R59, R61, S33."""
    found = asked(typed, shop, "kpis", "--months", 2)
    assert found["customers"] == 40
    assert found["now"]["repeat_rate"] == sum(1 for n in range(40) if n % 2 or n % 3) / 40
    may, june = found["by_month"]
    assert (may["month"], june["month"], june["is_over"]) == ("2025-05-01", "2025-06-01", False)
    own = [sale for sale in sales() if sale[1].month == 6 and sale[1].year == 2025]
    assert (june["orders"], june["revenue"]) == (len(own), sum(amount for _, _, amount in own))
    assert june["active"] == len({n for n, _, _ in own})
    assert june["margin_per_customer"] is None
    assert june["margin_per_customer_missing"] == "costs"
    assert june["messages"] is None
    regulars = asked(typed, shop, "kpis", "lifecycle.active", "--months", 1)
    assert regulars["segments"] == ["lifecycle.active"]
    assert regulars["by_month"][0]["repeat_rate"] == 1


def test_measures_as_people_read_them(typed: Typed, shop: Path) -> None:
    """Covers: R58, R59, R60, R61, P09."""
    said = typed("kpis", "lifecycle.active", "--months", 3, "-w", shop)
    assert said.code == 0
    for text in ("Active", "Repeat rate", "Interval, median", "10 days", "Base: all history", "Jun ’25"):
        assert text in said.out
    assert "All months are those of who is a member now" in said.out
    assert "—: what goods cost is known of 0% of what was sold, and it takes 95%" in said.out
    then = typed("kpis", "lifecycle.active", "--months", 2, "--then", "-w", shop)
    assert "those who were members when it ended" in then.out


def test_measures_for_programs(typed: Typed, shop: Path, tmp_path: Path) -> None:
    said = typed("kpis", "--months", 3, "-w", shop, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(said.out)))
    assert [row["month"] for row in rows] == ["2025-04-01", "2025-05-01", "2025-06-01"]
    assert {row["ltv_margin_missing"] for row in rows} == {"costs"}
    file = tmp_path / "kpis.parquet"
    assert typed("kpis", "--months", 3, "-w", shop, "--format", "parquet", "--out", file).code == 0
    assert pq.read_table(file)["orders"].to_pylist() == [int(row["orders"]) for row in rows]
    sources = asked(typed, shop, "kpis", "--by", "source")["by_source"]
    assert [(row["source"], row["customers"], row["cost_missing"]) for row in sources] == [
        (None, 40, "acquisition")
    ]
    assert asked(typed, shop, "kpis", "--by", "campaign")["by_campaign"] == []
    assert "There are no messages" in typed("kpis", "--by", "channel", "-w", shop).out


def test_cohorts(typed: Typed, shop: Path) -> None:
    """Covers: R58."""
    first = {n: min(on for m, on, _ in sales() if m == n) for n in range(40)}
    found = asked(typed, shop, "cohorts")["cohorts"]
    assert {row["month"]: row["customers"] for row in found} == {
        f"{year}-{month:02}-01": sum((on.year, on.month) == (year, month) for on in first.values())
        for year, month in {(on.year, on.month) for on in first.values()}
    }
    assert "First order" in typed("cohorts", "lifecycle.active", "-w", shop).out
    rows = list(csv.DictReader(io.StringIO(typed("cohorts", "-w", shop, "--format", "csv").out)))
    assert sum(int(row["customers"]) for row in rows if row["number"] == "0") == 40


def test_a_portrait(typed: Typed, shop: Path) -> None:
    """Covers: P10."""
    found = asked(typed, shop, "segments", "portrait", "lifecycle.active")
    assert (found["customers"], found["others"]) == (20, 40)
    orders = next(item for item in found["features"] if item["trait"] == "orders_count")
    counts = sorted([6] * 20 + [1 + n % 3 for n in range(0, 40, 2)])
    assert (orders["median"], orders["other_median"]) == (6, counts[19])
    assert orders["count"] == 20
    assert orders["is_few"]
    said = typed("segments", "portrait", "lifecycle.active", "--against", "lifecycle.lost", "-w", shop)
    assert "Active, compared with “Lost”" in said.out or "Active, compared with" in said.out
    assert "few people" in said.out
    assert "Left out, as the definition looks at them: " in said.out
    rows = list(
        csv.DictReader(
            io.StringIO(typed("segments", "portrait", "lifecycle.active", "-w", shop, "--format", "csv").out)
        )
    )
    assert len(rows) == len(found["features"])


def test_attractive_groups(typed: Typed, shop: Path, tmp_path: Path) -> None:
    """Covers: L03, P10."""
    people = ["customer_id,sex"] + [f"к{n:02},{'f' if n < 35 else 'm'}" for n in range(40)]
    file = tmp_path / "people.csv"
    file.write_text("\n".join(people) + "\n", encoding="utf-8")
    assert typed("import", file, "--table", "customers", "-w", shop).code == 0
    found = asked(typed, shop, "segments", "attractive", "--by", "sex")
    women = sum(amount for n, _, amount in sales() if n < 35)
    assert [(row["value"], row["customers"]) for row in found["groups"]] == [("female", 35)]
    assert found["groups"][0]["worth_per_customer"] == pytest.approx(women / 35)
    assert found["small"] == 1
    assert "1 value is left out" in typed("segments", "attractive", "--by", "sex", "-w", shop).out
    none = typed("segments", "attractive", "--by", "lifecycle_stage", "-w", shop)
    assert "makes a group of 30 people" in none.out


def test_the_trend_of_membership(typed: Typed, shop: Path) -> None:
    """Covers: S34."""
    assert typed("refresh", "--as-of", "2025-08-15", "-w", shop).code == 0
    found = asked(typed, shop, "segments", "trend", "lifecycle.active", "--months", 3)
    assert [step["month"] for step in found["steps"]] == ["2025-06-01", "2025-07-01", "2025-08-01"]
    assert [step["recorded"] for step in found["steps"]] == [20, 20, found["steps"][2]["people"]]
    assert found["steps"][0]["entered"] == {"initial": 20}
    assert sum(found["steps"][2]["left"].values()) == 20 - found["steps"][2]["people"]
    said = typed("segments", "trend", "lifecycle.active", "--months", 3, "-w", shop)
    assert re.search("Active  [▁▂▃▄▅▆▇█]{3}", said.out)
    assert "first record 20" in said.out
    runs = typed("segments", "trend", "lifecycle.active", "--by-refresh", "-w", shop, "--format", "csv")
    assert [row["recorded"] for row in csv.DictReader(io.StringIO(runs.out))] == [
        "20",
        str(found["steps"][2]["people"]),
    ]


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("kpis", "nowhere"), "there is no segment, no scheme and no file of that name"),
        (("kpis", "--then", "--by", "source"), "--then is about months"),
        (("kpis", "--months", "0"), "so many months cannot be looked at"),
        (("kpis", "--by", "colour"), "this value is not possible"),
        (("kpis", "--format", "parquet"), "Parquet cannot be printed"),
        (("cohorts", "nowhere"), "there is no segment"),
        (("segments", "portrait", "lifecycle.prospect"), "there is nobody to compare"),
        (("segments", "attractive", "--by", "orders_count"), "this trait does not put people into groups"),
        (("segments", "attractive", "--by", "colour"), "there is no such trait"),
        (("segments", "trend", "lifecycle.active", "--months", "500"), "so many months cannot be looked at"),
    ],
)
def test_mistakes(typed: Typed, shop: Path, command: tuple[str, ...], told: str) -> None:
    said = typed(*command, "-w", shop)
    assert said.code == 2
    assert told in said.err


def test_in_russian(shop: Path) -> None:
    folder = str(shop)
    commands = [
        ("kpis", "lifecycle.active", "--months", "2", "-w", folder),
        ("kpis", "--by", "source", "-w", folder),
        ("kpis", "--by", "campaign", "-w", folder),
        ("cohorts", "-w", folder),
        ("segments", "portrait", "lifecycle.active", "-w", folder),
        ("segments", "attractive", "--by", "lifecycle_stage", "-w", folder),
        ("segments", "trend", "lifecycle.active", "--months", "2", "-w", folder),
    ]
    for command, said in zip(commands, russian(commands), strict=True):
        assert said.code == 0, (command, said.err)
        assert re.search("[а-я]", said.out)
        assert english_words(said.out) <= {"ad", "spend", "acquisition", "cost", "products"}, said.out
