"""`kogorta bench` as a person types it."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

from tests.core.cli.conftest import Typed
from tests.core.cli.test_russian import russian


def test_bench_prints_one_table_and_what_it_ran_on(typed: Typed, shop: Path) -> None:
    said = typed("bench", "-w", shop, "--rounds", "2")
    assert said.code == 0, said.err
    lines = [re.split(r"\s{2,}", line.strip()) for line in said.out.splitlines()]
    named = {line[0]: line[1:] for line in lines}
    assert named["traits and ready schemes of everyone"][3] == "each table grouped once"
    assert named["the size of one segment"][0] == "lifecycle.at_risk"
    assert named["one customer explained"][0] == "lifecycle.at_risk"
    assert "Base: 40 customers; rows: orders 160." in said.out
    assert re.search(r"Machine: cores \d+, memory [\d.]+ GiB, \S+, duckdb v[\d.]+, Python 3[\d.]+", said.out)
    assert "Peak memory of this process: " in said.out


def test_bench_for_programs(typed: Typed, shop: Path, tmp_path: Path) -> None:
    told = json.loads(typed("bench", "-w", shop, "--rounds", "2", "--format", "json").out)
    assert (told["customers"], told["rows"]["orders"], told["rounds"]) == (40, 160, 2)
    assert [work["work"] for work in told["works"]] == ["traits", "size", "explain"]
    assert told["works"][0]["ratio"] == told["works"][0]["seconds"] / told["works"][0]["beside_seconds"]
    said = typed("bench", "-w", shop, "--rounds", "2", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(said.out)))
    assert [row["work"] for row in rows] == ["traits", "size", "explain"]


def test_bench_measures_one_work(typed: Typed, shop: Path) -> None:
    told = json.loads(typed("bench", "size", "-w", shop, "--rounds", "2", "--format", "json").out)
    assert [work["work"] for work in told["works"]] == ["size"]


def test_bench_refuses_rounds_that_cannot_be(typed: Typed, shop: Path) -> None:
    said = typed("bench", "-w", shop, "--rounds", "1")
    assert said.code == 2
    assert "so many rounds cannot be" in said.err


def test_bench_speaks_russian(shop: Path) -> None:
    (said,) = russian([("bench", "-w", str(shop), "--rounds", "2")])
    assert said.code == 0, said.err
    assert "признаки и готовые схемы всех" in said.out
    assert "Ничего не записано" in said.out
