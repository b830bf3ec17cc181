"""Which people a program asks for: the filters that the page of customers has."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from kogorta.errors import InputError
from kogorta.readings import PeopleQuery
from kogorta.vocab import LifecycleStage
from kogorta_server import base
from kogorta_server.accounts.rights import Right
from kogorta_server.api.door import key_of

Score = Annotated[int, Field(ge=1, le=5)]


class Filters(Schema):
    """Which people; without any filter, everybody."""

    search: str = Field(
        "",
        max_length=200,
        description="Part of an id; with the scope `contacts`, of a name, an e-mail, a telephone, too.",
    )
    segment: list[str] = Field(default_factory=list, max_length=50, description="Who is in all of these.")
    stage: LifecycleStage | None = Field(None, description="Stage of the lifecycle.")
    r: Score | None = Field(
        None, description="With `fm`, a cell of the RFM grid: the score of recency, 1 to 5."
    )
    fm: Score | None = Field(None, description="The score of frequency and money together, 1 to 5.")
    rfm: str = Field("", pattern="^([1-5*]{1,3})?$", description="Three scores, a star for any: `5**`.")
    city: str = Field("", max_length=200)
    orders_from: int | None = Field(None, ge=0, le=10**9, description="Fewest orders.")
    orders_to: int | None = Field(None, ge=0, le=10**9, description="Most orders.")
    last_from: date | None = Field(None, description="The last order is not before this local day.")
    last_to: date | None = Field(None, description="The last order is not after this local day.")

    def query(self, request: HttpRequest, **more: Any) -> PeopleQuery:
        """Return the question to a reading, in the order of keys.

        Raises:
            InputError: A cell is named by one score alone.
        """
        if (self.r is None) != (self.fm is None):
            raise InputError(
                "a cell has two scores", got=f"r={self.r}, fm={self.fm}", expected="r and fm, or neither"
            )
        return PeopleQuery(
            segments=tuple(self.segment),
            search=self.search,
            is_blind=not key_of(request).may(Right.CONTACTS),
            cell=(self.r, self.fm) if self.r is not None and self.fm is not None else None,
            rfm=self.rfm,
            stage=self.stage.value if self.stage else "",
            city=self.city,
            orders=(self.orders_from, self.orders_to),
            last_order=(_begins(self.last_from), _begins(self.last_to, days=1)),
            sort="customer_key",
            is_descending=False,
            **more,
        )


def _begins(day: date | None, days: int = 0) -> datetime | None:
    """Return the first moment of a day, or of one so many days later, on the clock of the workspace.

    Raises:
        InputError: No calendar of a shop knows this day.
    """
    if day is None:
        return None
    if not date(1900, 1, 1) <= day <= date(9000, 1, 1):
        raise InputError("this is no day", got=day.isoformat(), expected="2026-01-31")
    return base.workspace().instant(day + timedelta(days=days))
