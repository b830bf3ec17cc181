"""Spans as slices of time: whatever lies in a span lies in a slice of it, however long, old or far ahead it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kogorta.compile.segments.sights import Sight
from kogorta.membership.spans import Span
from kogorta.membership.turned import lay_slices
from kogorta.warehouse.duckdb_engine import DuckDBEngine, DuckDBSession
from tests.support import day

NOW = day("2025-06-02 12:00")


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBSession]:
    """A session on an empty store."""
    engine = DuckDBEngine(tmp_path_factory.mktemp("slices") / "warehouse.duckdb")
    with engine.session() as opened:
        yield opened
    engine.close()


def held(session: DuckDBSession, spans: list[Span], instants: list[datetime]) -> set[datetime]:
    """Which of the instants lie in slices of the spans."""
    sight = Sight("orders")
    slices = lay_slices(session, {sight: spans}, "k_spans")
    session.load("facts", pa.table({"moment": pa.array(instants, pa.timestamp("us"))}))
    rows = ibis.table({"moment": "timestamp(6)"}, name="facts")
    return set(session.fetch(slices.hold(rows, "moment", sight).select("moment"))["moment"].to_pylist())


INSTANTS = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31))  # noqa: DTZ001  as inside: UTC without a zone
LENGTHS = st.sampled_from(
    [timedelta(0), timedelta(seconds=2), timedelta(minutes=5), timedelta(days=1), timedelta(days=9_000)]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(INSTANTS, LENGTHS), min_size=1, max_size=70), st.data())
def test_what_lies_in_a_span_is_held(
    session: DuckDBSession, drawn: list[tuple[datetime, timedelta]], data: st.DataObject
) -> None:
    spans = []
    for start, length in drawn:
        end = start + length if datetime.max - start > length else datetime.max  # noqa: DTZ901
        spans.append(Span(start, end))
    inside = [data.draw(st.datetimes(span.start, span.end)) for span in spans]
    inside += [edge for span in spans for edge in (span.start, span.end)]
    assert held(session, spans, inside) == set(inside)


def test_few_others_are_held(session: DuckDBSession) -> None:
    """Five minutes each of the last sixty days: of an instant in every minute few beyond them are taken."""
    spans = [Span(NOW - timedelta(days=n, minutes=5), NOW - timedelta(days=n)) for n in range(60)]
    minutes = [NOW - timedelta(minutes=n) for n in range(-10, 60 * 24 * 60)]
    wanted = {at for at in minutes if any(span.start <= at <= span.end for span in spans)}
    found = held(session, spans, minutes)
    assert wanted <= found
    assert len(found) <= len(wanted) * 1.5


def test_of_no_span_nothing_is_laid(session: DuckDBSession) -> None:
    assert not lay_slices(session, {}, "k_spans").sights
