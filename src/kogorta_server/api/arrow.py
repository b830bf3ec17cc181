"""Whole lists as Arrow: one stream, written while the list is read, so that no list is too long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

import pyarrow as pa
from django.http import HttpRequest, StreamingHttpResponse

from kogorta.readings import PeopleQuery, Reading
from kogorta_server.accounts.audit import record
from kogorta_server.accounts.masks import masked
from kogorta_server.accounts.rights import Right
from kogorta_server.api.door import key_of, need

MEDIA = "application/vnd.apache.arrow.stream"

_INSTANT = pa.timestamp("us", tz="UTC")
PERSON = pa.schema(
    {
        "customer_id": pa.string(),
        "name": pa.string(),
        "email": pa.string(),
        "phone": pa.string(),
        "city": pa.string(),
        "orders_count": pa.int64(),
        "first_order_at": _INSTANT,
        "last_order_at": _INSTANT,
        "revenue_total": pa.int64(),
        "average_order": pa.float64(),
        "recency_days": pa.int64(),
        "frequency_count": pa.int64(),
        "monetary_amount": pa.int64(),
        "rfm_r": pa.int64(),
        "rfm_f": pa.int64(),
        "rfm_m": pa.int64(),
        "rfm_code": pa.string(),
        "main_category": pa.string(),
        "rhythm_days": pa.float64(),
        "lifecycle_stage": pa.string(),
    }
)
"""What is told of each person: the fields that JSON has, of the same names."""

ENTERED = pa.field("entered_at", _INSTANT)
"""Of members, since when the log has them there."""

_HIDDEN = ("name", "email", "phone")


def is_wanted(request: HttpRequest) -> bool:
    """Tell whether a program asks for Arrow."""
    return MEDIA in request.headers.get("Accept", "")


def people(request: HttpRequest, reading: Reading, query: PeopleQuery) -> StreamingHttpResponse:
    """Answer with all people whom a query finds, whatever its page; of a segment, with `entered_at`.

    To take a list away as a whole takes the scope `export`, and stands in the audit log.

    Raises:
        ScopeError: The key does not allow it.
    """
    need(request, Right.EXPORT)
    is_whole = key_of(request).may(Right.CONTACTS)
    schema = PERSON.append(ENTERED) if query.segments else PERSON
    record(request, "customers.exported", ", ".join(query.segments), people=reading.count(query))
    batches = (_shaped(batch, schema, is_whole=is_whole) for batch in reading.batches(query))
    return StreamingHttpResponse(_written(schema, batches), content_type=MEDIA)


def _shaped(batch: pa.RecordBatch, schema: pa.Schema, *, is_whole: bool) -> pa.RecordBatch:
    columns = [batch.column(name).cast(schema.field(name).type) for name in schema.names]
    if not is_whole:
        for name in _HIDDEN:
            values = [masked(name, value) if value else None for value in batch.column(name).to_pylist()]
            columns[schema.get_field_index(name)] = pa.array(values, pa.string())
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _written(schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> Iterator[bytes]:
    """Write batches as a stream, and hand on each as soon as it is written."""
    sink = BytesIO()
    with pa.ipc.new_stream(sink, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
            yield _taken(sink)
    yield _taken(sink)


def _taken(sink: Any) -> bytes:
    found: bytes = sink.getvalue()
    sink.seek(0)
    sink.truncate()
    return found
