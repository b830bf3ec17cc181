"""Measures as programs read them: a number or null, and beside it why it is null."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, TypeVar

from ninja import Schema
from pydantic import Field

from kogorta.i18n import Translator
from kogorta.metrics import Missing
from kogorta.report.figures import why

Found = TypeVar("Found", bound="Measured")


class WhyMissing(Schema):
    """Why a number is missing."""

    why: str = Field(description="A stable word, such as `no_amounts`.")
    says: str = Field(description="The same in the language of Accept-Language.")


class Measured(Schema):
    """Numbers of which some may be missing."""

    missing: dict[str, WhyMissing] = Field(
        description="By field that is null although it could be told: why."
    )


class MessageMeasures(Measured):
    """Measures of messages; amounts are minor units, shares are 0 to 1."""

    channels: list[str]
    sent: int
    recipients: int
    delivered: float | None
    bounced: float | None
    opened: float | None
    machine_opened: float | None
    clicked: float | None
    unsubscribed: float | None
    complained: float | None
    open_rate: float | None
    click_rate: float | None
    conversion_rate: float | None
    orders: float | None
    repeat_orders: float | None
    revenue: float | None
    revenue_per_message: float | None
    revenue_per_recipient: float | None
    cost: float | None
    cost_per_message: float | None
    cost_per_order: float | None
    to_silent: float | None
    cost_of_silent: float | None


class MonthMeasures(Measured):
    """Measures of one local month; the reference of metrics gives the formula of each."""

    month: str = Field(description="Such as 2026-10.")
    is_over: bool
    customers: int
    orders: int
    repeat_orders: int
    active: int
    new_customers: int
    revenue: float | None
    returning_rate: float | None
    repeat_rate: float | None
    repeat_revenue_share: float | None
    interval_mean_days: float | None
    interval_median_days: float | None
    orders_per_customer: float | None
    aov: float | None
    aov_loyal: float | None
    margin_per_customer: float | None
    ltv_revenue: float | None
    ltv_margin: float | None
    messages: MessageMeasures | None
    cost_per_repeat_order: float | None


class SourceMeasures(Measured):
    """What customers of one source cost and bring; all history, amounts are minor units."""

    source: str | None = Field(description="Null where it is unknown.")
    customers: int
    buyers: int
    repeat_rate: float | None
    spend: float | None
    cost: float | None
    cost_per_customer: float | None
    cost_per_buyer: float | None
    revenue: float | None
    margin: float | None
    ltv_revenue: float | None
    ltv_margin: float | None
    payback_ratio: float | None


class GroupMeasures(MessageMeasures):
    """Measures of the messages of one campaign or channel."""

    name: str | None = Field(description="Null for messages that name none.")


def measured(schema: type[Found], t: Translator, found: Any, **more: Any) -> Found:
    """Return measures as programs read them.

    Args:
        schema: What is told of them.
        t: Speaks the language of the request.
        found: A frozen dataclass of numbers, some of which may be `Missing`.
        more: Fields that stand in place of its own, or beside them.
    """
    own = {item.name: getattr(found, item.name) for item in fields(found) if item.name in schema.model_fields}
    values = own | more
    missing = {name: reason(t, value) for name, value in values.items() if isinstance(value, Missing)}
    known = {name: None if name in missing else value for name, value in values.items()}
    return schema(**known, missing=missing)


def reason(t: Translator, missing: Missing) -> WhyMissing:
    """Say why a number is missing."""
    return WhyMissing(why=missing.why.value, says=why(t, missing))
