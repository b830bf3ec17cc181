"""Messages, what became of them, and the orders that followed: each counted by itself, for whoever adds them up.

An order is ascribed to one message: the one that its customer opened or clicked last within the seven days before it. This says
what came after a message, not what came of it: who opens is likelier to buy anyway, and only a control group tells.
"""

from __future__ import annotations

from typing import Any

import ibis

from kogorta.metrics.ledger import Ledger, month_number
from kogorta.traits.idioms import (
    DAY_SECONDS,
    beside,
    count_if,
    epoch_seconds,
    flag,
    floor_div,
    numbered,
    text_cases,
)
from kogorta.traits.reach import CHANNEL_WORDS
from kogorta.vocab import MessageEventKind

WINDOW_DAYS = 7
"""How long after an opening or a click an order may follow and be ascribed to the message."""

SILENT_DAYS = 90
SILENT_AFTER = 3
"""Whoever got so many messages within so many days, and opened and clicked nothing in them, is silent."""

NO_CHANNEL = ""
"""Stands for the channel of a message that names none."""

_WINDOW = WINDOW_DAYS * DAY_SECONDS
_COUNTED = ("delivered", "bounced", "clicked", "unsubscribed", "complained")


def sent(ledger: Ledger) -> Any:
    """Return messages sent before the instant, with what became of them.

    Columns: message_id, customer_key (of the person), campaign, channel (as channels are called here), month_no of its local
    day, opened (by a person), machine_opened (by a machine and by nobody else), delivered, bounced, clicked, unsubscribed,
    complained, and to_silent (sent to somebody silent by then); each 1 or 0. None without messages.
    """
    if not ledger.steps.facts.has("messages"):
        return None
    return ledger.once("sent", lambda: ledger.make("m_sent", _sent(ledger)))


def tells_outcomes(ledger: Ledger) -> bool:
    """Whether the base says of any message what became of it."""
    return ledger.steps.facts.has("messages", "message_events")


def ascribed(ledger: Ledger) -> Any:
    """Return the orders that followed a message: order_id, customer_key, message_id, revenue, month_no, is_repeat.

    `month_no` is that of the order. The base tells outcomes.
    """
    whole = ledger.whole
    every = whole.once("ascribed", lambda: whole.make("m_ascribed", _ascribed(whole)))
    return ledger.mine(every)


def channel_name(word: Any) -> Any:
    """Return how a channel is called here, whatever a source's word for it."""
    small = ibis.coalesce(word, NO_CHANNEL).strip().lower()
    meant = text_cases([(small == known, channel) for known, channel in CHANNEL_WORDS.items()])
    return ibis.coalesce(meant, small)


def _sent(ledger: Ledger) -> Any:
    if ledger.whole is not ledger:
        return ledger.mine(sent(ledger.whole))
    facts = ledger.steps.facts
    columns = ["message_id", "customer_key", "campaign", "channel", "send_at", "send_date"]
    rows = facts.last_versions("messages", columns)
    rows = rows.filter(rows.send_at < rows.as_of)
    rows = facts.person(
        rows.select(
            "message_id",
            "customer_key",
            campaign=rows.campaign.nullif(""),
            channel=channel_name(rows.channel),
            month_no=month_number(rows.send_date),
            sent_second=epoch_seconds(rows.send_at),
        )
    )
    names = ("opened", "machine_opened", *_COUNTED)
    if not facts.has("message_events"):
        zero = flag(rows.message_id.isnull())
        return rows.mutate(to_silent=zero, **dict.fromkeys(names, zero)).drop("sent_second")
    told = _outcomes(ledger).rename(of_message="message_id")
    both = rows.left_join(told, rows.message_id == told.of_message)
    shown = both.select(*rows.columns, **{name: flag(both[name] > 0) for name in names})
    silent = _to_silent(ledger, rows).select(silent_id="message_id")
    marked = beside(shown, silent, "message_id", "silent_id")
    return marked.mutate(to_silent=flag(marked.silent_id.notnull())).drop("sent_second", "silent_id")


def _to_silent(ledger: Ledger, rows: Any) -> Any:
    """Messages to whoever was silent when they were sent."""
    keys = rows.select("message_id", "customer_key")
    touches = _touches(ledger, keys)
    messages = rows.select("customer_key", "message_id", second=rows.sent_second)
    order = [messages.second, messages.message_id]
    before = ibis.window(group_by="customer_key", order_by=order)
    earlier = messages.mutate(touched=_never(), earlier=messages.second.lag(SILENT_AFTER).over(before))
    touched = touches.select(
        "customer_key",
        message_id=ibis.null().cast("string"),
        second=touches.touched_second,
        touched=touches.touched_second,
        earlier=_never(),
    )
    both = earlier.union(touched.select(*earlier.columns))
    upto = ibis.cumulative_window(
        group_by="customer_key", order_by=[both.second, flag(both.message_id.notnull())]
    )
    told = both.mutate(last_touch=both.touched.max().over(upto).cast("int64"))
    since = told.second - SILENT_DAYS * DAY_SECONDS
    is_silent = told.last_touch.isnull() | (told.last_touch < since)
    return told.filter(told.message_id.notnull() & (told.earlier >= since) & is_silent)


def _never() -> Any:
    return ibis.null().cast("int64")


def _outcomes(ledger: Ledger) -> Any:
    """By message: how often each thing happened before the instant."""
    rows = _events(ledger)
    opened = rows.kind == MessageEventKind.OPENED.value
    counted = rows.group_by("message_id").agg(
        by_person=count_if(opened & ~rows.is_machine),
        by_machine=count_if(opened & rows.is_machine),
        **{name: count_if(rows.kind == name) for name in _COUNTED},
    )
    only_machine = (counted.by_machine > 0) & (counted.by_person == 0)
    return counted.select(
        "message_id", *_COUNTED, opened=flag(counted.by_person > 0), machine_opened=flag(only_machine)
    )


def _events(ledger: Ledger) -> Any:
    rows = ledger.steps.facts.last_versions("message_events", ["message_id", "kind", "at", "machine"])
    past = rows.filter(rows["at"] < rows.as_of)
    return past.select("message_id", "kind", "at", is_machine=ibis.coalesce(past.machine, False))


def _ascribed(ledger: Ledger) -> Any:
    """Each order beside the last touch before it: only what lies in the same week or in neighbouring ones is compared."""
    keys = sent(ledger).select("message_id", "customer_key")
    touches = ledger.make("m_touches", _touches(ledger, keys))
    later = touches.mutate(week_no=touches.week_no + 1)
    near = touches.union(later.select(*touches.columns))
    orders = ledger.orders
    seconds = epoch_seconds(orders["at"])
    bought = orders.filter(orders.customer_key.notnull()).select(
        "order_id",
        buyer_key="customer_key",
        bought_at=orders["at"],
        revenue=orders.revenue,
        month_no=month_number(orders.day),
        bought_second=seconds,
        bought_week=floor_div(seconds, _WINDOW),
    )
    both = bought.join(near, [bought.buyer_key == near.customer_key, bought.bought_week == near.week_no])
    followed = both.filter(
        (both.touched_at <= both.bought_at) & (both.bought_second - both.touched_second < _WINDOW)
    )
    ranked = numbered(
        followed,
        ["buyer_key", "order_id"],
        [followed.touched_at.desc(), followed.message_id],
    )
    last = ranked.filter(ranked.rank_no == 1)
    first = ledger.first_money.filter(ledger.first_money.order_id.notnull())
    firsts = first.select(first_key="customer_key", first_id="order_id")
    told = last.left_join(firsts, [last.buyer_key == firsts.first_key, last.order_id == firsts.first_id])
    return told.select(
        *("order_id", "message_id", "revenue", "month_no"),
        customer_key=told.buyer_key,
        is_repeat=flag(told.first_id.isnull()),
    )


def _touches(ledger: Ledger, messages: Any) -> Any:
    """Openings by people and clicks: customer_key, message_id, touched_at, touched_second, week_no."""
    rows = _events(ledger).rename(of_message="message_id")
    by_person = (rows.kind == MessageEventKind.OPENED.value) & ~rows.is_machine
    touching = rows.filter(by_person | (rows.kind == MessageEventKind.CLICKED.value))
    joined = messages.join(touching, messages.message_id == touching.of_message)
    seconds = epoch_seconds(joined["at"])
    return joined.select(
        "customer_key",
        "message_id",
        touched_at=joined["at"],
        touched_second=seconds,
        week_no=floor_div(seconds, _WINDOW),
    )
