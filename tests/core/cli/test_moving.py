"""kogorta import --preset: the export of another system, as a person types it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kogorta.ingest import import_presets
from tests.core.cli.conftest import Typed
from tests.core.cli.test_russian import russian
from tests.core.ingest.presets.test_tables import SHOPIFY_CUSTOMERS, SHOPIFY_ORDERS


@pytest.fixture
def export(tmp_path: Path) -> Path:
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "orders_export.csv").write_text(SHOPIFY_ORDERS, "utf-8")
    (folder / "customers_export.csv").write_text(SHOPIFY_CUSTOMERS, "utf-8")
    (folder / "readme.md").write_text("hello", "utf-8")
    return folder


@pytest.fixture
def empty(tmp_path: Path, typed: Typed) -> Path:
    folder = tmp_path / "mine"
    assert typed("init", folder, "--timezone", "Europe/Moscow").code == 0
    return folder


def test_an_export_is_imported_table_by_table(typed: Typed, empty: Path, export: Path) -> None:
    """Covers: P19, R40"""
    said = typed("import", export, "--preset", "shopify", "-w", empty)
    assert said.code == 0
    assert "left alone: readme.md" in said.out
    assert re.findall(r"(\S+\.csv → [\w ()]+): (\d+) rows? read", said.out) == [
        ("customers_export.csv → consents (email)", "2"),
        ("customers_export.csv → consents (sms)", "2"),
        ("orders_export.csv → consents (email)", "1"),
        ("customers_export.csv → customers", "3"),
        ("orders_export.csv → orders", "4"),
        ("orders_export.csv → discounts", "1"),
        ("orders_export.csv → returns", "1"),
    ]
    again = typed("import", export, "--preset", "shopify", "-w", empty)
    assert again.code == 0
    assert "0 loaded" in again.out
    assert " 4 known already" in again.out
    sizes = typed("refresh", "-w", empty)
    assert sizes.code == 0


def test_refused_rows_of_every_table_are_written(typed: Typed, empty: Path, tmp_path: Path) -> None:
    """Covers: P19"""
    orders = tmp_path / "orders.csv"
    orders.write_text(SHOPIFY_ORDERS.replace("partially_refunded", "half back"), "utf-8")
    customers = tmp_path / "customers.csv"
    customers.write_text(SHOPIFY_CUSTOMERS.replace(",no,,Kazan", ",perhaps,,Kazan"), "utf-8")
    said = typed(
        "import", orders, customers, "--preset", "shopify", "--quarantine", tmp_path / "bad.csv", "-w", empty
    )
    assert said.code == 0
    assert '--status "half back=completed"' in said.out
    assert "perhaps" in (tmp_path / "bad.csv").read_text("utf-8-sig")
    assert "half back" in (tmp_path / "bad-2.csv").read_text("utf-8-sig")
    mended = typed("import", orders, "--preset", "shopify", "--status", "half back=completed", "-w", empty)
    assert mended.code == 0
    assert "Refused rows" not in mended.out


def test_what_fails_for_one_table_does_not_stop_the_others(typed: Typed, empty: Path, export: Path) -> None:
    """Covers: P19"""
    said = typed("import", export, "--preset", "shopify", "--map", "orders.amount=Nothing", "-w", empty)
    assert said.code == 0
    assert "the file has no such column" in said.err
    assert "customers_export.csv → customers: 3" in said.out


def test_every_system_is_listed(typed: Typed) -> None:
    """Covers: P19"""
    said = typed("import", "--presets")
    assert said.code == 0
    (told,) = russian([["import", "--presets"]])
    for preset in import_presets().values():
        assert f"{preset.id} " in said.out
        assert f"{preset.id} " in told.out
    assert "consents" in said.out
    assert "согласия" in told.out
    guessed = sum(part.guessed for preset in import_presets().values() for part in preset.files)
    # One star at each guess, one at the sentence about them.
    assert said.out.count("*") == told.out.count("*") == guessed + 1


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--preset", "magento"], "there is no such import preset"),
        (["--preset", "klaviyo"], "none of the files is one of an export of Klaviyo"),
        (["--preset", "shopify", "--table", "orders"], "a preset says itself"),
        (["--preset", "shopify", "sqlite:///shop.db"], "reads files that were exported"),
        (["--preset", "shopify", "--map", "amount=Total"], "a field is written with its table"),
    ],
)
def test_mistakes_are_explained(
    typed: Typed, empty: Path, export: Path, words: list[str], error: str
) -> None:
    """Covers: P19"""
    said = typed("import", export, *words, "-w", empty)
    assert said.code == 2
    assert error in said.err
    (told,) = russian([["import", str(export), *words, "-w", str(empty)]])
    assert told.code == 2
    assert error not in told.err
