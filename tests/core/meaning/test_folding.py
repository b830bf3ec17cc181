"""Bound values stand where columns of the row of parameters are read, and the answer is the same."""

from __future__ import annotations

from typing import Any

import duckdb
import ibis
import pytest

from kogorta.traits.facts import params
from kogorta.warehouse.sql import PARAMS, render, typed

FACTS = ibis.table({"who": "int64", "seq": "int64", "known_seq": "int64"}, name="facts")
WORDS = ibis.table({"who": "int64", "word": "string"}, name="words")
BOUND = {"known_seq": 2, "window_start": None}


def beside_the_row(rows: Any) -> Any:
    """Rows with the parameter under another name, as stored columns may be called like one."""
    return rows.cross_join(params().select(least="known_seq"))


def visible() -> Any:
    rows = beside_the_row(FACTS)
    return rows.filter(rows.seq <= rows.least)


def a_stored_column_of_that_name() -> Any:
    rows = visible()
    return rows.select("who", told=rows.known_seq, least=rows.least)


def a_missing_partner() -> Any:
    """What nothing was joined to has no parameter either."""
    words = WORDS.cross_join(params().select("known_seq")).rename(word_seq="known_seq")
    joined = FACTS.left_join(words, FACTS.who == words.who)
    return joined.select("who", "seq", "word", "word_seq")


def sides_of_a_union() -> Any:
    one = visible().select("who", "least")
    other = FACTS.select("who", least=FACTS.known_seq)
    both = one.union(other)
    return both.select("who", more=both.least + 1)


def an_aggregate() -> Any:
    rows = visible()
    return rows.group_by("who", "least").agg(most=rows.seq.max(), limits=rows.least.sum().cast("int64"))


def only_some_people() -> Any:
    return visible().semi_join(WORDS.filter(WORDS.word == "a"), "who")


def the_row_itself() -> Any:
    return params().select("known_seq")


@pytest.mark.parametrize(
    "build",
    [
        a_stored_column_of_that_name,
        a_missing_partner,
        sides_of_a_union,
        an_aggregate,
        only_some_people,
        the_row_itself,
    ],
)
def test_the_answer_is_that_of_the_row(build: Any) -> None:
    expression = build()
    with duckdb.connect() as base:
        base.execute(
            "CREATE TABLE facts AS FROM (VALUES (1, 1, 7), (1, 2, 8), (2, 2, 9), (3, 3, 5)) f(who, seq, known_seq)"
        )
        base.execute("CREATE TABLE words AS FROM (VALUES (1, 'a'), (3, 'b')) w(who, word)")
        query = render(expression, BOUND)
        found = base.execute(query.sql, query.bindings).fetchall()
        base.execute("CREATE TABLE params AS SELECT 2::BIGINT AS known_seq")
        expected = base.execute(typed(expression).sql("duckdb")).fetchall()
    assert sorted(found, key=repr) == sorted(expected, key=repr)
    assert found


def test_a_condition_on_a_parameter_is_one_on_a_value() -> None:
    query = render(visible(), BOUND)
    assert PARAMS not in query.sql
    assert "CROSS JOIN" not in query.sql
    assert '"seq" <= CAST($known_seq AS BIGINT)' in query.sql


def test_only_what_is_read_is_bound() -> None:
    assert render(visible(), BOUND).bindings == {"known_seq": 2}
    assert render(WORDS, BOUND).bindings == {}


def test_the_text_is_the_same_for_every_value() -> None:
    assert render(visible(), {"known_seq": 1}).sql == render(visible(), {"known_seq": 10**9}).sql
