"""kogorta import of a database, typed as a person does."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.core.cli.conftest import Typed


@pytest.fixture
def till(tmp_path: Path) -> str:
    """Two purchases in a database of SQLite; return its address."""
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.execute("CREATE TABLE buys (id, customer, date, sum)")
        connection.executemany(
            "INSERT INTO buys VALUES (?, ?, ?, ?)", [(1, "a", "2025-01-01", 5.5), (2, "b", "2025-01-02", 6)]
        )
    connection.close()
    return f"sqlite:///{tmp_path}/shop.db"


def test_a_database_is_asked_and_the_columns_are_shown(typed: Typed, till: str, tmp_path: Path) -> None:
    """Covers: G26, R40."""
    folder = tmp_path / "mine"
    typed("init", folder)
    said = typed("import", till, "--table", "orders", "--from-table", "buys", "-w", folder)
    assert said.code == 0
    assert "order_id     id        by its header  1, 2" in said.out
    assert "buys: 2 rows read = 2 loaded" in said.out
    query = "SELECT * FROM buys WHERE id > 5"
    said = typed("import", till, "--table", "orders", "--query", query, "-w", folder)
    assert (said.code, "The source gave no rows." in said.out) == (0, True)


def test_a_source_of_the_settings_needs_its_name_alone(typed: Typed, till: str, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    typed("init", folder)
    with (folder / "kogorta.toml").open("a", encoding="utf-8") as file:
        file.write(
            f'\n[sources.till]\nurl = "{till}"\n[[sources.till.tables]]\ntable = "orders"\n'
            'from_table = "buys"\nsince_column = "id"\n[[sources.till.tables]]\ntable = "returns"\n'
        )
    said = typed("import", "--source", "till", "-w", folder)
    assert said.code == 0
    assert "buys: 2 rows read = 2 loaded" in said.out
    assert "returns: the database has no such table" in said.err
    said = typed("import", "--source", "till", "-w", folder)
    assert "buys: 1 rows read = 0 loaded + 0 updated + 1 known already" in said.out
    said = typed("import", "--source", "till", "--all", "-w", folder)
    assert "buys: 2 rows read = 0 loaded + 0 updated + 2 known already" in said.out


def test_what_does_not_fit_together_is_told(typed: Typed, till: str, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    typed("init", folder)
    for words, told in {
        (till,): "which table are the rows of the database for?",
        (till, "--as", "tracking"): "which table are the rows of the database for?",
        (till, "--table", "orders"): "the database has no such table",
        (tmp_path / "x.csv", "--table", "orders", "--query", "SELECT 1"): "say what is asked of a database",
        (tmp_path / "x.csv", "--table", "orders", "--all"): "say what is asked of a database",
        (): "there is nothing to import",
        ("--source", "cellar"): "kogorta.toml names no such source",
    }.items():
        said = typed("import", *words, "-w", folder)
        assert said.code == 2
        assert told in said.err
