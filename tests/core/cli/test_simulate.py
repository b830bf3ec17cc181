"""kogorta simulate, and the import of the folder that it writes, as a person types them."""

from __future__ import annotations

import json
import re
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

import kogorta
from kogorta.cli import simulating
from kogorta.simulate.run import Progress
from tests.core.cli.conftest import Typed


@pytest.mark.parametrize("business", ["shop", "salon"])
def test_from_nothing_to_segments_in_four_commands(typed: Typed, tmp_path: Path, business: str) -> None:
    files, folder = tmp_path / "files", tmp_path / "base"
    said = typed("simulate", business, "--customers", 120, "--out", files, "--events-per-customer", 3)
    assert said.code == 0
    assert "kogorta import" in said.out
    assert typed("init", folder, "--template", business, "--timezone", "Europe/Moscow").code == 0
    imported = typed("import", files, "-w", folder)
    assert imported.code == 0
    assert "How the columns are read" not in imported.out, "columns called by their own names need no word"
    counted = re.findall(r"([\w-]+)\.parquet: ([\d,]+) rows read = .* (\d+) refused", imported.out)
    rows = json.loads((files / "truth" / "manifest.json").read_text("utf-8"))["rows"]
    assert {name.partition("-")[0] for name, _, _ in counted} == set(rows)
    assert {refused for _, _, refused in counted} == {"0"}
    assert typed("refresh", "--as-of", "2026-01-01", "-w", folder).code == 0
    listed = typed("segments", "list", "--format", "json", "--as-of", "2026-01-01", "-w", folder)
    assert (
        sum(row["customers"] for row in json.loads(listed.out) if row["segment"].startswith("lifecycle."))
        > 100
    )


def test_the_table_that_is_printed_counts_every_row(typed: Typed, tmp_path: Path) -> None:
    said = typed("simulate", "shop", "--customers", 50, "--out", tmp_path / "files", "--seed", 4)
    told = {
        name: int(rows.replace(",", ""))
        for name, rows in re.findall(r"^(\w+) +([\d,]+)$", said.out, re.MULTILINE)
    }
    assert told == json.loads((tmp_path / "files" / "truth" / "manifest.json").read_text("utf-8"))["rows"]
    assert told["customers"] == 50


def test_a_folder_that_holds_something_is_left_as_it_is(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    said = typed("simulate", "shop", "--customers", 10, "--out", tmp_path)
    assert said.code == 2
    assert "the folder for the base is not empty" in said.err
    assert "--out" in said.err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_in_the_place_of_the_folder_is_refused(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        said = typed("simulate", "shop", "--customers", 10, "--out", place)
        assert said.code == 2
        assert "the folder for the base" in said.err


@pytest.mark.parametrize(
    ("wishes", "told"),
    [
        (("bakery", "--customers", 10), "there is no such business to simulate"),
        (("shop", "--customers", 0), "--customers is out of bounds"),
        (("shop", "--customers", 10_000_001), "--customers is out of bounds"),
        (("shop", "--customers", 10, "--seed", -1), "--seed is out of bounds"),
        (
            ("shop", "--customers", 10, "--events-per-customer", 1001),
            "--events-per-customer is out of bounds",
        ),
        (("shop", "--customers", 10, "--start", "01.02.2024"), "--start is no date"),
        (("shop", "--customers", 10, "--end", "2024-02-30"), "--end is no date"),
        (("shop", "--customers", 10, "--end", "2024-03-30"), "the period is too short or too long"),
        (("shop", "--customers", 10, "--start", "2027-01-01"), "the period is too short or too long"),
        (("shop",), "something is missing from the command"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_written(
    typed: Typed, tmp_path: Path, wishes: tuple[object, ...], told: str
) -> None:
    said = typed("simulate", *wishes, "--out", tmp_path / "files")
    assert said.code == 2
    assert told in said.err
    assert not (tmp_path / "files").exists()


def test_all_that_cannot_be_is_told_at_once(typed: Typed, tmp_path: Path) -> None:
    said = typed("simulate", "bakery", "--customers", 0, "--end", "2024-01-05", "--out", tmp_path / "files")
    assert "3 wishes cannot be" in said.err
    for part in ("bakery", "--customers", "4 days"):
        assert part in said.err


def test_the_period_and_the_size_are_as_wished(typed: Typed, tmp_path: Path) -> None:
    files = tmp_path / "files"
    period = ("--start", "2023-02-01", "--end", "2023-06-01")
    assert (
        typed("simulate", "shop", "--customers", 30, "--out", files, *period, "--events-per-customer", 0).code
        == 0
    )
    told = json.loads((files / "truth" / "manifest.json").read_text("utf-8"))
    assert (told["start"], told["end"], told["customers"]) == ("2023-02-01", "2023-06-01", 30)
    assert not list(files.glob("events*"))


def test_progress_is_shown_to_people_and_not_to_pipes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulating, "PATIENCE_SECONDS", 0.0)
    for is_terminal in (True, False):
        text = StringIO()
        console = Console(file=text, force_terminal=is_terminal, width=100)
        with simulating.shown(console) as show:
            show(Progress(5_000, 20_000, 1_234))
        assert ("5,000 of 20,000 customers, 1,234 rows" in text.getvalue()) == is_terminal


def test_a_folder_without_tables_says_what_names_it_expects(typed: Typed, tmp_path: Path) -> None:
    kogorta.init(tmp_path / "base").close()
    (tmp_path / "sales.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    said = typed("import", tmp_path, "-w", tmp_path / "base")
    assert said.code == 2
    assert "no file of this folder is named after a table" in said.err
    assert "orders-2.parquet" in said.err
