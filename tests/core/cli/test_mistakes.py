"""Whoever types the wrong thing is told what, what was expected, and what to do; the exit code is 2."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.cli.conftest import Typed


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (("segments", "members", "lifecycle.at-risk"), ("at-risk", "lifecycle.at_risk")),
        (("segments", "members", "lifecycl.at_risk"), ("lifecycl", "rfm_simple")),
        (("segments", "explain", "lifecycle.at_risk", "nobody"), ("nobody", "к00")),
        (("segments", "transitions", "nothing", "--from", "2025-01-01"), ("nothing", "lifecycle")),
        (("segments", "members", "lifecycle.lost", "--as-of", "yesterday"), ("yesterday", "2026-01-31")),
        (("refresh", "--as-of", "2025-01-01"), ("2025-01-01T00:00", "2025-06-30T00:00")),
        (("traits", "--out", "traits.xls"), ("traits.xls", ".parquet")),
        (("report", "--lang", "de"), ("de", "ru")),
    ],
)
def test_wrong_words(typed: Typed, shop: Path, arguments: tuple[str, ...], parts: tuple[str, ...]) -> None:
    said = typed(*arguments, "-w", shop)
    assert said.code == 2
    for part in parts:
        assert part in said.err
    assert "Traceback" not in said.err


def test_no_workspace(typed: Typed, tmp_path: Path) -> None:
    said = typed("audit", "-w", tmp_path)
    assert said.code == 2
    assert "kogorta init" in said.err


def test_a_workspace_twice(typed: Typed, shop: Path) -> None:
    said = typed("init", shop)
    assert said.code == 2
    assert "already" in said.err


@pytest.mark.parametrize(
    ("option", "value", "part"),
    [
        ("--template", "zoo", "salon"),
        ("--currency", "EURO", "RUB"),
        ("--timezone", "Moscow", "Europe/Moscow"),
    ],
)
def test_impossible_settings(typed: Typed, tmp_path: Path, option: str, value: str, part: str) -> None:
    folder = tmp_path / "w"
    said = typed("init", folder, option, value)
    assert said.code == 2
    assert value in said.err
    assert part in said.err
    assert not (folder / "kogorta.toml").exists()


def test_all_mistakes_of_the_settings_at_once(typed: Typed, shop: Path) -> None:
    path = shop / "kogorta.toml"
    text = path.read_text("utf-8").replace('recency = "rhythm"', 'recency = "magic"')
    path.write_text(text.replace('business = "shop"', 'business = "circus"'), encoding="utf-8")
    said = typed("audit", "-w", shop)
    assert said.code == 2
    for part in ("workspace.business", "circus", "rfm.recency", "magic"):
        assert part in said.err


def test_import_without_a_table(typed: Typed, shop: Path, shop_file: Path) -> None:
    said = typed("import", shop_file, "-w", shop)
    assert said.code == 2
    assert "--table" in said.err


def test_a_file_of_which_nothing_can_be_kept(typed: Typed, shop: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text(
        "order_id,customer_id,ordered_at,amount\n1,anna,never,10\n2,boris,2025-13-45,10\n", encoding="utf-8"
    )
    refused = tmp_path / "refused.csv"
    said = typed("import", bad, "--table", "orders", "--quarantine", refused, "-w", shop)
    assert said.code == 2
    assert "never" in said.out + said.err


def test_a_missing_file_does_not_stop_the_next(
    typed: Typed, shop: Path, shop_file: Path, tmp_path: Path
) -> None:
    said = typed("import", tmp_path / "none.csv", shop_file, "--table", "orders", "-w", shop)
    assert said.code == 0
    assert "none.csv" in said.err
    assert "known already" in said.out


def test_ctrl_c_ends_with_a_word_and_its_own_code(
    typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("kogorta.open", interrupted)
    said = typed("audit", "-w", tmp_path)
    assert said.code == 130
    assert "Stopped" in said.err
    assert "Traceback" not in said.err
