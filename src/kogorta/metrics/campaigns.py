"""Measures of messages: what was sent, how it was answered, what followed, and what it cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from kogorta.metrics.ledger import Ledger
from kogorta.metrics.messages import ascribed, channel_name, sent, tells_outcomes
from kogorta.metrics.missing import Missing, Value, Why
from kogorta.schema import MICRO
from kogorta.traits.idioms import sum_if

Row = dict[str, Any]
Channels = dict[str, tuple[int, int]]
"""By channel: messages, and those of them to the silent."""

_OUTCOMES = ("delivered", "bounced", "opened", "machine_opened", "clicked", "unsubscribed", "complained")


@dataclass(frozen=True, slots=True)
class MessageKpis:
    """Measures of some messages; `docs/reference/metrics.md` gives the formula of each. Money in minor units.

    Attributes:
        channels: By which channels they went; empty text for messages that name none.
        sent: How many.
        recipients: To how many people.
        delivered, bounced, opened, machine_opened, clicked, unsubscribed, complained: Messages of which this is told.
        open_rate, click_rate, conversion_rate: Shares of those delivered; of those sent where deliveries are not told.
        orders, repeat_orders, revenue: Of orders that followed an opening or a click within seven days.
        revenue_per_message, revenue_per_recipient: That revenue ÷ messages sent; ÷ recipients.
        cost, cost_per_message, cost_per_order: By the costs of channels; per message sent and per order that followed.
        to_silent: Messages to whoever had got at least three within the 90 days before, and opened and clicked nothing in these.
        cost_of_silent: What these cost: so much is saved by not writing to them.
    """

    channels: tuple[str, ...]
    sent: int
    recipients: int
    delivered: Value
    bounced: Value
    opened: Value
    machine_opened: Value
    clicked: Value
    unsubscribed: Value
    complained: Value
    open_rate: Value
    click_rate: Value
    conversion_rate: Value
    orders: Value
    repeat_orders: Value
    revenue: Value
    revenue_per_message: Value
    revenue_per_recipient: Value
    cost: Value
    cost_per_message: Value
    cost_per_order: Value
    to_silent: Value
    cost_of_silent: Value


def by_campaign(ledger: Ledger, since: int) -> dict[str | None, MessageKpis]:
    """Measure the messages of each campaign that were sent from a month on; None stands for no campaign."""
    return _measured(ledger, "campaign", since)


def by_channel(ledger: Ledger, since: int) -> dict[str | None, MessageKpis]:
    """Measure the messages of each channel that were sent from a month on."""
    return _measured(ledger, "channel", since)


def by_month(ledger: Ledger, since: int) -> dict[int, MessageKpis]:
    """Measure the messages of each month by its number, from one on."""
    return _measured(ledger, "month_no", since)


def no_messages(ledger: Ledger) -> Missing | None:
    """Say that the base has no messages; None if it has."""
    return Missing(Why.NO_MESSAGES) if sent(ledger) is None else None


def _measured(ledger: Ledger, column: str, since: int) -> dict[Any, MessageKpis]:
    every = sent(ledger)
    if every is None:
        return {}
    rows = every.filter(every.month_no >= since)
    counted = rows.group_by(column).agg(
        sent=rows.count().cast("int64"),
        recipients=rows.customer_key.nunique().cast("int64"),
        **{name: sum_if(rows[name] == 1, 1) for name in _OUTCOMES},
    )
    followed = _followed(ledger, rows, column)
    channels = _channels(ledger, rows, column)
    teller = _Teller(ledger)
    return {
        row[column]: teller.told(row, channels[row[column]], followed.get(row[column], {}))
        for row in ledger.rows(counted)
    }


def _followed(ledger: Ledger, rows: Any, column: str) -> dict[Any, Row]:
    """By group of messages: the orders that followed them."""
    if not tells_outcomes(ledger):
        return {}
    messages = rows.select(column, of_message=rows.message_id)
    orders = ascribed(ledger).select("message_id", "revenue", "is_repeat")
    joined = orders.join(messages, orders.message_id == messages.of_message)
    counted = joined.group_by(column).agg(
        orders=joined.count().cast("int64"),
        repeat_orders=sum_if(joined.is_repeat == 1, 1),
        revenue=joined.revenue.sum().cast("int64"),
        converted=joined.message_id.nunique().cast("int64"),
    )
    return {row[column]: row for row in ledger.rows(counted)}


def _channels(ledger: Ledger, rows: Any, column: str) -> dict[Any, Channels]:
    """By group of messages: how many went by each channel, and how many of them to the silent."""
    found: dict[Any, Channels] = defaultdict(dict)
    counts = {"n": rows.count().cast("int64"), "silent": sum_if(rows.to_silent == 1, 1)}
    if column == "channel":
        told = ledger.rows(rows.group_by("channel").agg(**counts))
        return {row["channel"]: {row["channel"]: (row["n"], row["silent"])} for row in told}
    for row in ledger.rows(rows.group_by(column, "channel").agg(**counts)):
        found[row[column]][row["channel"]] = (row["n"], row["silent"])
    return found


def channel_costs(ledger: Ledger) -> dict[str, float]:
    """Return what a contact by each channel costs, in minor units; of two rows for a channel the dearer one counts."""
    if not ledger.steps.facts.has("channel_costs"):
        return {}
    rows = ledger.steps.facts.last_versions("channel_costs", ["channel", "cost_per_contact_micro"])
    costs = rows.group_by(called=channel_name(rows.channel)).agg(cost=rows.cost_per_contact_micro.max())
    scale = 10**ledger.view.config.minor_digits / MICRO
    return {row["called"]: row["cost"] * scale for row in ledger.rows(costs)}


class _Teller:
    """Says of groups of messages what can be said: what a channel never tells is missing and no zero."""

    def __init__(self, ledger: Ledger) -> None:
        self.costs = ledger.whole.once("channel_costs", lambda: channel_costs(ledger.whole))
        self.telling = ledger.whole.once("telling", lambda: _telling(ledger.whole))

    def told(self, row: Row, channels: Channels, followed: Row) -> MessageKpis:
        """Measure one group of messages."""
        outcomes = {name: self._outcome(name, row[name], channels) for name in _OUTCOMES}
        delivered = outcomes["delivered"]
        base = row["sent"] if isinstance(delivered, Missing) else delivered
        answered = any(self._tells(name, channels) for name in ("opened", "clicked"))
        orders, repeats, revenue, converted = (
            float(followed.get(name, 0)) if answered else Missing(Why.NO_ANSWERS)
            for name in ("orders", "repeat_orders", "revenue", "converted")
        )
        cost = self._cost(channels, 0)
        silent = float(sum(count for _, count in channels.values()))
        return MessageKpis(
            channels=tuple(sorted(channels)),
            sent=row["sent"],
            recipients=row["recipients"],
            **outcomes,
            open_rate=divided(outcomes["opened"], base, Why.NO_DELIVERIES),
            click_rate=divided(outcomes["clicked"], base, Why.NO_DELIVERIES),
            conversion_rate=divided(converted, base, Why.NO_DELIVERIES),
            orders=orders,
            repeat_orders=repeats,
            revenue=revenue,
            revenue_per_message=divided(revenue, row["sent"], Why.NO_MESSAGES),
            revenue_per_recipient=divided(revenue, row["recipients"], Why.NO_MESSAGES),
            cost=cost,
            cost_per_message=divided(cost, row["sent"], Why.NO_MESSAGES),
            cost_per_order=divided(cost, orders, Why.NOTHING_FOLLOWED),
            to_silent=silent if answered else Missing(Why.NO_ANSWERS),
            cost_of_silent=self._cost(channels, 1) if answered else Missing(Why.NO_ANSWERS),
        )

    def _tells(self, name: str, channels: Collection[str]) -> bool:
        return any(channel in self.telling[name] for channel in channels)

    def _outcome(self, name: str, count: int, channels: Channels) -> Value:
        """Deliveries are told if every channel tells them: they are what shares are taken of."""
        if name == "delivered":
            is_told = all(channel in self.telling[name] for channel in channels)
        else:
            is_told = self._tells(name, channels)
        return float(count) if is_told else Missing(Why.NOT_TOLD)

    def _cost(self, channels: Channels, which: int) -> Value:
        if any(channel not in self.costs for channel in channels):
            return Missing(Why.CHANNEL_COSTS)
        return sum(self.costs[channel] * counts[which] for channel, counts in sorted(channels.items()))


def divided(top: Value, bottom: Value, otherwise: Why) -> Value:
    """Divide, or say why that cannot be done: a part is missing, or the divisor is nothing."""
    for part in (top, bottom):
        if isinstance(part, Missing):
            return part
    return top / bottom if bottom else Missing(otherwise)  # type: ignore[operator]


def _telling(ledger: Ledger) -> dict[str, frozenset[str]]:
    """Return which channels ever tell what: of a channel without any opening nobody knows who opened."""
    rows = sent(ledger)
    counted = rows.group_by("channel").agg(**{name: sum_if(rows[name] == 1, 1) for name in _OUTCOMES})
    found = ledger.rows(counted)
    told = {name: {row["channel"] for row in found if row[name]} for name in _OUTCOMES}
    told["opened"] |= told["machine_opened"]
    told["machine_opened"] = told["opened"]
    # who tells deliveries would tell bounces: none of them is a zero that is known
    told["bounced"] |= told["delivered"]
    return {name: frozenset(channels) for name, channels in told.items()}
