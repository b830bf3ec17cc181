"""What a shop says of its own words, as sections of `kogorta.toml`: which pages advise, which questions it asked, what a newcomer came for."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, model_validator

from kogorta.durations import Duration
from kogorta.i18n import lazy

LONGEST_DAYS = 3_660


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _told(value: str) -> str:
    """Take a text that says something."""
    if value.strip():
        return value.strip()
    raise ValueError(lazy("an empty text says nothing"))


def _expiry(value: object) -> Duration:
    """Read a length of whole days such as `365d` or `52w`."""
    try:
        length = Duration.parse(value if isinstance(value, str) else "")
    except ValueError:
        length = Duration(0, "d")
    if length.unit in {"d", "w"} and 0 < length.micros <= Duration(LONGEST_DAYS, "d").micros:
        return length
    raise ValueError(lazy('an answer holds for whole days, from "1d" to "3660d", such as "365d"'))


Told = Annotated[str, AfterValidator(_told)]
Expiry = Annotated[Duration, PlainValidator(_expiry)]


class ContentSection(_Section):
    """What shows interest in advice, and what in promotions. A text with a slash is part of an address, others name events.

    Attributes:
        expert: Events that are a view of a review, a comparison, a guide, or parts of the addresses of such pages.
        promo: Events that are a click on a promotion, or parts of the addresses of links in messages that lead to one.
    """

    expert: tuple[Told, ...] = (
        *("review_viewed", "comparison_viewed", "guide_viewed"),
        *("/review", "/compar", "/guide", "/otzyv", "/obzor", "/sravn"),
    )
    promo: tuple[Told, ...] = ("promotion_clicked", "/promo", "/sale", "/discount", "/akci", "/skid")

    @model_validator(mode="after")
    def _of_one_sort(self) -> ContentSection:
        both = sorted(set(self.expert) & set(self.promo))
        if both:
            raise ValueError(
                lazy("{words} cannot stand for advice and for promotions at once", words=", ".join(both))
            )
        return self


class AccountsSection(_Section):
    """Which terms companies buy on.

    Attributes:
        wholesale: Parts of names of price lists that are wholesale, in small letters or capitals.
    """

    wholesale: tuple[Told, ...] = ("опт", "wholesale", "дилер", "dealer", "reseller")


class AskedSection(_Section):
    """Where a trait comes from that people tell of themselves.

    Attributes:
        questions: What was asked, word for word; missing: the name of the trait.
        expires: How long an answer holds.
        behaviour: Main categories, each with the value that it stands for where no answer holds.
    """

    questions: tuple[Told, ...] = ()
    expires: Expiry = Duration(365, "d")
    behaviour: dict[Told, Told] = {}


class PsychographySection(_Section):
    """What people are like, by their answers and by what they buy."""

    lifestyle: AskedSection = AskedSection()
    personality: AskedSection = AskedSection()
    interest: AskedSection = AskedSection()


class FirstValueSection(_Section):
    """What a newcomer came for.

    Attributes:
        event: The name of the event with which he got it; `order`: his first counted order.
        days: Within how many days of becoming known that is in time.
    """

    event: Told = "order"
    days: int = Field(default=7, ge=1, le=LONGEST_DAYS)
