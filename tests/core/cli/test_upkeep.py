"""`kogorta compact` as a person types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kogorta.warehouse import compaction
from tests.core.cli.conftest import Typed
from tests.core.cli.test_russian import russian


def test_a_small_base_lies_well_as_it_is(typed: Typed, shop: Path) -> None:
    said = typed("compact", "-w", shop)
    assert (said.code, said.out.strip()) == (0, "Nothing to do: all tables lie in order.")


def test_what_was_laid_out_is_told_by_table(
    typed: Typed, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compaction, "LEAST_TAIL", 0)
    sizes = typed("segments", "list", "-w", shop).out
    said = typed("compact", "-w", shop)
    assert said.code == 0, said.err
    row = next(line for line in said.out.splitlines() if line.strip().startswith("orders"))
    assert row.split()[:3] == ["orders", "160", "160"]
    assert typed("compact", "-w", shop, "--format", "json").out.strip() == "[]"
    assert typed("segments", "list", "-w", shop).out == sizes


def test_for_programs(typed: Typed, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compaction, "LEAST_TAIL", 0)
    told = json.loads(typed("compact", "-w", shop, "--format", "json").out)
    assert {(item["table"], item["rows"], item["tail_rows"]) for item in told} == {("orders", 160, 160)}
    assert all(item["seconds"] >= 0 for item in told)


def test_it_speaks_russian(shop: Path) -> None:
    (said,) = russian([("compact", "-w", str(shop))])
    assert said.code == 0, said.err
    assert "Делать нечего: все таблицы лежат по порядку." in said.out
