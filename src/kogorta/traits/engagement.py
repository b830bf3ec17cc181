"""What people do with the messages that they get, and when they were last active anywhere."""

from __future__ import annotations

from typing import Any

import ibis

from kogorta.traits.contract import Trait
from kogorta.traits.facts import Facts, params
from kogorta.traits.idioms import beside, count_if, flag, ratio_of
from kogorta.traits.orders import visited_bookings
from kogorta.traits.reach import tells_openings
from kogorta.vocab import MessageEventKind

DAYS = 90
_TABLES = ("messages", "message_events")
_NO_MESSAGE = "0 for customers without a message"
_TELLING = "by channels that tell of openings (all but SMS, calls and Telegram)"
_NONE_LATELY = "missing for customers without such a message in 90 days"

CONTRACTS = (
    Trait(
        "messages_received",
        "int64",
        "messages",
        "Messages sent in 90 days that did not bounce.",
        _NO_MESSAGE,
        _TABLES,
        nothing=0,
        windows=(DAYS,),
        about="messages_received",
        version=2,
    ),
    Trait(
        "messages_opened",
        "int64",
        "messages",
        "Of messages_received those that were opened, by now; a click counts as an opening, machines do not.",
        _NO_MESSAGE,
        _TABLES,
        nothing=0,
        windows=(DAYS,),
        about="messages_received",
        version=2,
    ),
    Trait(
        "messages_clicked",
        "int64",
        "messages",
        "Of messages_received those in which something was clicked, by now; machines do not count.",
        _NO_MESSAGE,
        _TABLES,
        nothing=0,
        windows=(DAYS,),
        about="messages_received",
        version=2,
    ),
    Trait(
        "open_rate",
        "float64",
        "share",
        f"messages_opened / messages_received {_TELLING}.",
        _NONE_LATELY,
        _TABLES,
        windows=(DAYS,),
        version=2,
    ),
    Trait(
        "click_rate",
        "float64",
        "share",
        f"messages_clicked / messages_received {_TELLING}.",
        _NONE_LATELY,
        _TABLES,
        windows=(DAYS,),
        version=2,
    ),
    Trait(
        "last_opened_at",
        "timestamp(6)",
        "instant UTC",
        "When a message was last opened or clicked, ever; machines do not count.",
        "missing for customers who opened none",
        _TABLES,
    ),
    Trait(
        "last_clicked_at",
        "timestamp(6)",
        "instant UTC",
        "When something was last clicked in a message, ever; machines do not count.",
        "missing for customers who clicked none",
        _TABLES,
    ),
    Trait(
        "unanswered_messages",
        "int64",
        "messages",
        f"Messages {_TELLING} that did not bounce, sent after `last_opened_at`; all of them where nothing was ever opened.",
        _NO_MESSAGE,
        _TABLES,
        nothing=0,
        about="unanswered_messages",
        version=2,
    ),
)

ACTIVITY = (
    Trait(
        "last_active_at",
        "timestamp(6)",
        "instant UTC",
        "The latest of: counted order, visit, event, opening of a message or click in it (machines do not count).",
        "missing for customers who did nothing of this",
        (),
    ),
)

_BOUNCED, _CLICKED = MessageEventKind.BOUNCED.value, MessageEventKind.CLICKED.value
_OPENED = (MessageEventKind.OPENED.value, _CLICKED)


def engagement_traits(facts: Facts) -> Any:
    """Return customer_key and the traits of `CONTRACTS`, of everyone who was sent a message."""
    rows = _answered(facts).cross_join(params().select(f"back_{DAYS}"))
    last = rows.opened_at.max().over(ibis.window(group_by="customer_key"))
    rows = rows.mutate(last_opened_at=last)
    came = rows.is_bounced == 0
    tells = rows.opened_at.notnull() | tells_openings(rows.channel)
    lately = came & (rows.send_at >= rows[f"back_{DAYS}"])
    since = ibis.coalesce(rows.send_at > rows.last_opened_at, True)
    t = rows.group_by("customer_key").agg(
        messages_received=count_if(lately),
        telling=count_if(lately & tells),
        messages_opened=count_if(lately & rows.opened_at.notnull()),
        messages_clicked=count_if(lately & rows.clicked_at.notnull()),
        last_opened_at=rows.last_opened_at.max(),
        last_clicked_at=rows.clicked_at.max(),
        unanswered_messages=count_if(came & tells & since),
    )
    return t.mutate(
        open_rate=ratio_of(t.messages_opened, t.telling),
        click_rate=ratio_of(t.messages_clicked, t.telling),
    )


def _answered(facts: Facts) -> Any:
    """Messages sent before the instant: customer_key, message_id, channel, send_at, opened_at, clicked_at (the last time), is_bounced."""
    columns = ["message_id", "customer_key", "channel", "send_at"]
    sent = facts.last_versions("messages", columns)
    sent = sent.filter(sent.customer_key.notnull() & (sent.send_at < sent.as_of))
    sent = facts.person(sent.select(*columns))
    rows = beside(sent, _fates(facts), "message_id", "message_id")
    return rows.mutate(is_bounced=ibis.coalesce(rows.is_bounced, 0))


def _fates(facts: Facts) -> Any:
    """What became of messages: message_id, opened_at, clicked_at, is_bounced."""
    rows = facts.last_versions("message_events", ["message_id", "kind", "at", "machine"])
    told = rows.filter(rows.kind.isin((*_OPENED, _BOUNCED)) & (rows["at"] < rows.as_of))
    by_person = ~ibis.coalesce(told.machine, False)
    return told.group_by("message_id").agg(
        opened_at=_last(told, told.kind.isin(_OPENED) & by_person),
        clicked_at=_last(told, (told.kind == _CLICKED) & by_person),
        is_bounced=flag(told.kind == _BOUNCED).max(),
    )


def _last(rows: Any, condition: Any) -> Any:
    return ibis.ifelse(condition, rows["at"], ibis.null().cast("timestamp(6)")).max()


def last_active(facts: Facts, last_orders: Any) -> Any:
    """Return customer_key, last_active_at, of everyone who was ever active.

    Args:
        facts: The stored tables.
        last_orders: customer_key, at: the last counted order of everyone who has one.
    """
    seen = last_orders.select("customer_key", "at")
    if facts.has("bookings"):
        seen = seen.union(visited_bookings(facts).select("customer_key", "at"))
    if facts.has("events"):
        rows = facts.last_versions("events", ["customer_key", "at"])
        rows = facts.person(rows.filter(rows["at"] < rows.as_of).select("customer_key", "at"))
        seen = seen.union(rows.select("customer_key", "at"))
    if facts.has(*_TABLES):
        answers = _answered(facts)
        seen = seen.union(answers.select("customer_key", at=answers.opened_at))
    known = seen.filter(seen.customer_key.notnull() & seen["at"].notnull())
    return known.group_by("customer_key").agg(last_active_at=known["at"].max())
