"""The base as a whole: as of when it stands, how big it is."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from kogorta.definitions import names as told
from kogorta.errors import HistoryError
from kogorta.readings import Reading
from kogorta_server import base
from kogorta_server.accounts.rights import Right
from kogorta_server.api.door import ByKey
from kogorta_server.api.problems import Problem

ERRORS = {
    HTTPStatus.UNAUTHORIZED: Problem,
    HTTPStatus.FORBIDDEN: Problem,
    HTTPStatus.UNPROCESSABLE_ENTITY: Problem,
    HTTPStatus.TOO_MANY_REQUESTS: Problem,
}
"""What any endpoint may answer beside what it is for."""

MISSING = {HTTPStatus.NOT_FOUND: Problem}
"""Of endpoints whose address names something that there may not be."""

CONFLICT = {HTTPStatus.CONFLICT: Problem}
"""Of endpoints that write what somebody else may be writing."""

UNREADABLE = {HTTPStatus.CONFLICT: Problem}
"""Of endpoints that read a reading: there is none before the first refresh."""

router = Router(tags=["base"])


class Words(Schema):
    """A text in both languages."""

    ru: str
    en: str


class BaseOut(Schema):
    """The base as of its last refresh."""

    name: str
    business: str
    currency: str = Field(description="ISO 4217; amounts are in its minor units.")
    timezone: str = Field(description="IANA name; calendar words are meant in it.")
    as_of: datetime | None = Field(description="As of when all numbers stand; null before the first refresh.")
    taken_at: datetime | None
    customers: int
    buyers: int
    orders: int
    revenue: int = Field(description="Minor units.")


@router.get("base", response={200: BaseOut, **ERRORS}, operation_id="base", auth=ByKey(Right.SEE))
def show(request: HttpRequest) -> BaseOut:
    """Say whose base it is, as of when it stands and how big it is."""
    workspace = base.workspace().config.workspace
    reading = base.reading()
    summary = reading.report.base if reading else None
    return BaseOut(
        name=workspace.name,
        business=workspace.business.value,
        currency=workspace.currency,
        timezone=workspace.timezone,
        as_of=aware(reading.stamp.as_of) if reading else None,
        taken_at=aware(reading.stamp.taken_at) if reading else None,
        customers=summary.customers if summary else 0,
        buyers=summary.buyers if summary else 0,
        orders=summary.orders if summary else 0,
        revenue=summary.revenue if summary else 0,
    )


def current() -> Reading:
    """Return the reading that answers are taken from.

    Raises:
        HistoryError: There is none yet.
    """
    found = base.reading()
    if found is None:
        raise HistoryError(
            "nothing was refreshed yet", hint="POST /api/v1/refreshes, and ask again when it is done"
        )
    return found


def words(found: told.Words) -> Words:
    """Return a text in both languages."""
    return Words(ru=found.ru, en=found.en)


def at(instant: datetime | None) -> datetime | None:
    """Return an instant, UTC without a zone, with its zone; None where there is none."""
    return aware(instant) if instant else None


def aware(instant: datetime) -> datetime:
    """Return an instant, UTC without a zone, with its zone."""
    return instant.replace(tzinfo=UTC)
