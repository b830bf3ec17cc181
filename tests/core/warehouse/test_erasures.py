"""Digests of those who were erased: the same in SQL and in Python, and of no use without the key."""

from __future__ import annotations

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from kogorta.warehouse.erasures import (
    digest,
    digest_sql,
    erasure_key,
    make_erasure_key,
    subject,
    subject_sql,
)
from kogorta.warehouse.sql import literal

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=200)


@given(st.binary(min_size=32, max_size=32), TEXTS, TEXTS)
def test_sql_and_python_agree(key: bytes, value: str, space: str) -> None:
    with duckdb.connect() as connection:
        sql = digest_sql(key, subject_sql(literal("customer_id"), "$value", space))
        found = connection.execute(f"SELECT {sql}", {"value": value}).fetchone()
    assert found == (digest(key, subject("customer_id", value, space)),)


def test_the_digest_is_the_published_one() -> None:
    """RFC 4231, test case 2."""
    expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert digest(b"Jefe", "what do ya want for nothing?") == expected
    with duckdb.connect() as connection:
        sql = digest_sql(b"Jefe", literal("what do ya want for nothing?"))
        assert connection.execute(f"SELECT {sql}").fetchone() == (expected,)


def test_the_key_is_made_once() -> None:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE meta (key VARCHAR, value VARCHAR)")
        assert erasure_key(connection) is None
        first = make_erasure_key(connection, lambda count: bytes(range(count)))
        assert len(first) == 32
        assert make_erasure_key(connection, lambda count: b"\xff" * count) == first == erasure_key(connection)
