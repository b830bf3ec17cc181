"""`kogorta today` and `kogorta outcome` as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

import kogorta
from tests.core.cli.conftest import Typed
from tests.core.cli.test_russian import russian
from tests.core.traits.planted import plant


def _with_phones(shop: Path) -> None:
    with kogorta.open(shop) as workspace:
        rows = [
            {"customer_id": f"к{n:02}", "kind": "phone", "value": f"+791600000{n:02}", "at": "2025-01-01"}
            for n in range(40)
        ]
        plant(workspace, "contacts", rows)
        plant(workspace, "customers", [{"customer_id": "к12", "name": "Анна", "created_at": "2025-01-01"}])


def test_the_list_of_a_shop(typed: Typed, shop: Path) -> None:
    """Covers: P17. On 1 July who bought once or twice and stopped is called, the most valuable first."""
    _with_phones(shop)
    said = typed("today", "-w", shop, "--as-of", "2025-07-01T09:00")
    assert said.code == 0, said.err
    assert "Today, 1 July 2025" in said.out
    rows = json.loads(typed("today", "-w", shop, "--as-of", "2025-07-01T09:00", "--format", "json").out)
    assert rows
    assert {row["sort"] for row in rows} == {"call"}
    worth = [row["worth"] for row in rows]
    assert worth == sorted(worth, reverse=True)
    assert all(row["phone"].startswith("+7916") for row in rows)
    first = rows[0]["customer_id"]
    assert typed("outcome", first, "talked", "--note", "придёт", "-w", shop).code == 0


def test_a_wrong_outcome_is_told(typed: Typed, shop: Path) -> None:
    said = typed("outcome", "к01", "maybe", "-w", shop)
    assert said.code == 2
    assert "no_answer" in said.err


def test_the_list_speaks_russian(shop: Path) -> None:
    _with_phones(shop)
    (said,) = russian([("today", "-w", str(shop), "--as-of", "2025-07-01T09:00")])
    assert "Сегодня, 1 июля 2025" in said.out.replace("\xa0", " ")
    assert "Позвонить" in said.out
    assert "молчит" in said.out
