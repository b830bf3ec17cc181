"""The hint beside a join with those who are asked for: true of each of them, and left out where an engine has no use for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ibis
import pyarrow as pa
import pytest

from kogorta.traits.facts import SCOPE, SCOPE_SCHEMA, may_be_asked, scratch
from kogorta.warehouse.duckdb_engine import DuckDBEngine, DuckDBSession
from kogorta.warehouse.sql import HINT, HINT_BITS, pretty

KEYS = [1, 2, HINT_BITS - 1, HINT_BITS, HINT_BITS + 1, 5 * HINT_BITS + 1, -5, -HINT_BITS, None]
TABLE = ibis.table({"customer_key": "int64"}, name="facts")


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBSession]:
    """A session with facts of each of the keys."""
    engine = DuckDBEngine(tmp_path_factory.mktemp("hint") / "warehouse.duckdb")
    with engine.session() as opened:
        opened.load("facts", pa.table({"customer_key": pa.array(KEYS, pa.int64())}))
        yield opened
    engine.close()


def hinted(*, with_join: bool) -> Any:
    """Facts of those who may be asked for, or who are."""
    hint = may_be_asked(TABLE.customer_key)
    wanted = TABLE.customer_key.isin(scratch(SCOPE, SCOPE_SCHEMA).customer_key)
    return TABLE.filter(hint & wanted if with_join else hint)


@pytest.mark.parametrize(
    "asked", [[], [1], [HINT_BITS + 1], [-5, 2], [0], [key for key in KEYS if key is not None]]
)
def test_everyone_who_is_asked_for_is_found(session: DuckDBSession, asked: list[int]) -> None:
    session.ask_only(SCOPE, pa.table({"customer_key": pa.array(asked, pa.int64())}))
    found = session.fetch(hinted(with_join=True))["customer_key"].to_pylist()
    assert sorted(found) == sorted(set(asked) & {key for key in KEYS if key is not None})
    maybe = session.fetch(hinted(with_join=False))["customer_key"].to_pylist()
    assert set(found) <= set(maybe)
    if asked == [1]:
        assert sorted(maybe) == [1, HINT_BITS + 1, 5 * HINT_BITS + 1], (
            "keys that share a bit, and nobody else"
        )


@pytest.mark.parametrize("dialect", ["postgres", "clickhouse"])
def test_other_engines_leave_it_out(dialect: str) -> None:
    text = pretty(hinted(with_join=True), dialect).lower()
    assert HINT not in text
    assert "get_bit" not in text
