"""kogorta erase: shows whom it takes, asks, and says what is left to do."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from tests.core.cli.conftest import Typed


def answers(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Type this when asked."""
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_it_shows_asks_and_erases(typed: Typed, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, "y\n")
    said = typed("erase", "к15", "-w", shop)
    assert said.code == 0
    assert "1 id is this person: к15" in said.out
    assert "Rows left to nobody: orders" in said.out
    assert "This cannot be undone" in said.err
    assert "Erased." in said.out
    assert "erasure" in typed("refresh", "--as-of", "2025-07-01", "-w", shop).out
    again = typed("erase", "к15", "--yes", "-w", shop)
    assert again.code == 2
    assert "erased before" in again.err


@pytest.mark.parametrize("answer", ["n\n", "\n", ""])
def test_whatever_is_no_yes_changes_nothing(
    typed: Typed, shop: Path, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    answers(monkeypatch, answer)
    said = typed("erase", "к15", "-w", shop)
    assert said.code == 1
    assert "Nothing was erased." in said.err
    assert typed("segments", "explain", "rfm_simple.champions", "к15", "-w", shop).code == 0


def test_programs_get_json_and_nothing_else(
    typed: Typed, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(monkeypatch, "yes\n")
    said = typed("erase", "к15", "--format", "json", "-w", shop)
    assert said.code == 0
    (row,) = json.loads(said.out)
    assert (row["customer_ids"], row["orders"], row["rows_kept"]) == ("к15", 6, 6)
    silent = typed("erase", "к17", "--yes", "--format", "json", "-w", shop)
    assert json.loads(silent.out)[0]["customer_ids"] == "к17"
    assert silent.err == ""


def test_a_file_that_brings_him_again_is_told_so(typed: Typed, shop: Path, shop_file: Path) -> None:
    assert typed("erase", "к15", "--yes", "-w", shop).code == 0
    with shop_file.open("a", encoding="cp1251") as file:
        file.write("З-new;к16;01.06.2025;100,00;Выполнен\n")
    said = typed("import", shop_file, "--table", "orders", "-w", shop)
    assert said.code == 0
    assert "6 refused" in said.out
    assert "asked to be erased" in said.out


def test_an_unknown_id_is_bad_input_with_a_way_out(typed: Typed, shop: Path) -> None:
    said = typed("erase", "nobody", "--yes", "-w", shop)
    assert said.code == 2
    assert "there is no such customer" in said.err
    assert "к00" in said.err
