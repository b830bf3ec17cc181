"""The road from a file to a report, by the commands that a person types."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow.parquet as pq

import kogorta
from tests.core.cli.conftest import Typed


def test_a_russian_cp1251_file_is_read_without_a_word_of_help(
    typed: Typed, tmp_path: Path, shop_file: Path
) -> None:
    """Covers: G26, L11, R44."""
    folder = tmp_path / "shop"
    typed("init", folder, "--timezone", "Europe/Moscow")
    said = typed("import", shop_file, "--table", "orders", "-w", folder)
    rows = len(shop_file.read_text("cp1251").splitlines()) - 1
    assert said.code == 0
    assert f"{rows} rows read = {rows} loaded + 0 updated + 0 known already + 0 refused" in said.out
    for field, header in (
        ("order_id", "Номер заказа"),
        ("customer_id", "Клиент"),
        ("ordered_at", "Дата заказа"),
    ):
        assert any(field in line and header in line for line in said.out.splitlines())
    again = typed("import", shop_file, "--table", "orders", "-w", folder)
    assert again.code == 0
    assert f"0 loaded + 0 updated + {rows} known already" in again.out


def test_sizes_add_up_and_every_customer_stands_once(typed: Typed, shop: Path) -> None:
    """Covers: G20, G21, G22, R01, R02, R11, S16, P15."""
    said = typed("segments", "list", "--format", "json", "-w", shop)
    rows = json.loads(said.out)
    for scheme in ("rfm_simple", "rfm_quick", "lifecycle_quick"):
        assert sum(row["customers"] for row in rows if row["segment"].startswith(f"{scheme}.")) == 40
    table = typed("segments", "list", "-w", shop)
    assert "Champions" in table.out
    assert "As of 30 June 2025" in table.out


def test_what_is_due_is_brought_up_and_said(typed: Typed, shop: Path) -> None:
    """The refresh of 30 June 00:00; lifecycle is daily, RFM weekly."""
    said = typed("refresh", "--due", "--as-of", "2025-06-30 00:05", "-w", shop)
    assert (said.code, said.out.strip()) == (
        0,
        "Nothing is due. kogorta status shows when something will be.",
    )
    said = typed("refresh", "--due", "--as-of", "2025-07-01", "-w", shop)
    assert "Brought up to date: lifecycle, lifecycle_quick." in said.out
    assert "Not due yet: rfm_simple, rfm_classic, rfm_quick." in said.out
    said = typed("refresh", "--due", "--full", "-w", shop)
    assert said.code == 2
    assert "leave out --due, or --full" in said.err


def test_how_fresh_everything_is(typed: Typed, shop: Path) -> None:
    said = typed("status", "--as-of", "2025-07-01 12:00", "-w", shop)
    (lifecycle,) = [line for line in said.out.splitlines() if line.startswith("lifecycle, lifecycle_quick ")]
    assert "30 June 2025" in lifecycle
    assert "1 day" in lifecycle
    assert "due since 1 July 2025" in lifecycle
    (rfm,) = [
        line for line in said.out.splitlines() if line.startswith("rfm_simple, rfm_classic, rfm_quick ")
    ]
    assert "7 days" in rfm
    assert "fresh, until 7 July 2025" in rfm
    assert typed("status", "--check", "--as-of", "2025-07-01 12:00", "-w", shop).code == 0
    late = typed("status", "--check", "--as-of", "2025-07-02", "-w", shop)
    assert late.code == 1
    assert "overdue: 2 days old" in late.out
    rows = json.loads(typed("status", "--as-of", "2025-07-02", "--format", "json", "-w", shop).out)
    assert {row["id"]: row["freshness"] for row in rows} == {
        "rfm_simple": "fresh",
        "rfm_classic": "fresh",
        "rfm_quick": "fresh",
        "lifecycle": "stale",
        "lifecycle_quick": "stale",
    }


def test_members_are_listed_and_the_log_agrees(typed: Typed, shop: Path, tmp_path: Path) -> None:
    """Covers: P18."""
    printed = typed("segments", "members", "lifecycle.active", "-w", shop)
    file = tmp_path / "active.csv"
    typed("segments", "members", "lifecycle.active", "--recorded", "--out", file, "-w", shop)
    with file.open(encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened))
    assert rows
    assert {row["customer_id"] for row in rows} == set(printed.out.splitlines()[:-1])
    assert all(row["entered_at"] for row in rows)


def test_an_answer_names_reasons_and_the_day_that_changes_it(typed: Typed, shop: Path) -> None:
    said = typed("segments", "explain", "lifecycle.at_risk", "к01", "-w", shop)
    assert said.code == 0
    assert "к01 is not in “At risk”, but in “Active”." in said.out
    # rhythm 10 days, last order 29 June 00:00 Moscow: at risk beyond 20 days, a second after 19 July
    assert "If nothing happens: “At risk” from 19 July 2025, 00:00" in said.out
    assert "As of 30 June 2025" in said.out


def test_movements_between_two_days(typed: Typed, shop: Path) -> None:
    said = typed(
        "segments", "transitions", "lifecycle", "--from", "2025-05-01", "--format", "json", "-w", shop
    )
    rows = json.loads(said.out)
    assert {"from", "to", "customers"} == set(rows[0])
    assert sum(row["customers"] for row in rows) == 40


def test_traits_in_each_format(typed: Typed, shop: Path, tmp_path: Path) -> None:
    """Covers: S11."""
    for ending in ("csv", "json", "parquet"):
        assert typed("traits", "--out", tmp_path / f"t.{ending}", "-w", shop).code == 0
    table = pq.read_table(tmp_path / "t.parquet")
    assert table.num_rows == 40
    rows = json.loads((tmp_path / "t.json").read_text("utf-8"))
    one = next(row for row in rows if row["customer_id"] == "к01")
    # six orders of 2 250,50
    assert (one["orders_count"], one["monetary_amount"]) == (6, 6 * 225_050)


def test_the_report_is_one_file_in_either_language(typed: Typed, shop: Path, tmp_path: Path) -> None:
    for lang, word in (("ru", "Жизненный цикл"), ("en", "Lifecycle")):
        file = tmp_path / f"{lang}.html"
        assert typed("report", "--lang", lang, "--out", file, "-w", shop).code == 0
        text = file.read_text("utf-8")
        assert word in text
        assert "http://" not in text.replace("http://www.w3.org", "")
        assert "<script" not in text


def test_the_audit_says_what_is_missing_and_what_is_good(typed: Typed, shop: Path) -> None:
    said = typed("audit", "-w", shop)
    assert said.code == 0
    assert "✓" in said.out
    assert "✗" in said.out


def test_a_second_refresh_of_the_same_day_moves_nobody(typed: Typed, shop: Path) -> None:
    said = typed("refresh", "--as-of", "2025-06-30", "-w", shop)
    assert "Nobody moved." in said.out


def test_the_first_refresh_writes_its_window_down(shop: Path) -> None:
    """Gaps of ten days: 4 × P90 is 40, so a year suffices."""
    text = (shop / "kogorta.toml").read_text("utf-8")
    assert "window_days = 365" in text
    assert "# so old may the yardstick" in text, "the comments of the file must stay"
    with kogorta.open(shop) as workspace:
        assert workspace.config.rfm.window_days == 365


def test_the_first_file_teaches_the_second(typed: Typed, tmp_path: Path) -> None:
    """A mapping and a status word given once are saved in the workspace."""
    folder = tmp_path / "w"
    typed("init", folder)
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text("nr,who,when,worth,condition\n1,anna,2025-01-05,100,Отдали\n", encoding="utf-8")
    second.write_text("nr,who,when,worth,condition\n2,boris,2025-01-06,200,Отдали\n", encoding="utf-8")
    maps = ["order_id=nr", "customer_id=who", "ordered_at=when", "amount=worth", "status=condition"]
    options = [part for pair in maps for part in ("--map", pair)]
    given = typed(
        "import", first, "--table", "orders", *options, "--status", "Отдали=completed", "-w", folder
    )
    assert given.code == 0
    taught = typed("import", second, "--table", "orders", "-w", folder)
    assert taught.code == 0
    assert "1 rows read = 1 loaded" in taught.out


def test_an_empty_base_chooses_no_window(typed: Typed, tmp_path: Path) -> None:
    folder = tmp_path / "w"
    typed("init", folder)
    assert typed("refresh", "--as-of", "2025-01-01", "-w", folder).code == 0
    assert "\nwindow_days" not in (folder / "kogorta.toml").read_text("utf-8")
    assert typed("report", "--out", tmp_path / "r.html", "-w", folder).code == 0
