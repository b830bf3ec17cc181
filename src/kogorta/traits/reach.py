"""Whom the business may reach by which channel: who has a contact, who agreed to advertising, who took it back."""

from __future__ import annotations

from typing import Any

import ibis
import pyarrow as pa

from kogorta.message import Message, lazy
from kogorta.traits.facts import Facts, scratch
from kogorta.traits.idioms import flag, numbered
from kogorta.vocab import ConsentOp, ConsentPurpose

CHANNELS: dict[str, tuple[str, Message]] = {
    "email": ("email", lazy("e-mail")),
    "sms": ("phone", lazy("SMS")),
    "call": ("phone", lazy("telephone")),
    "telegram": ("telegram", lazy("Telegram")),
    "whatsapp": ("whatsapp", lazy("WhatsApp")),
    "max": ("max", lazy("MAX")),
    "vk": ("vk", lazy("VK")),
    "push": ("web_push", lazy("web push")),
}
"""Channels, with the kind of contact that each needs."""

ANY = "any"

CHANNEL_WORDS = {
    "e-mail": "email",
    "mail": "email",
    "phone": "call",
    "calls": "call",
    "web_push": "push",
    "webpush": "push",
    "tg": "telegram",
    "all": ANY,
    "почта": "email",
    "смс": "sms",
    "звонок": "call",
    "телефон": "call",
    "пуш": "push",
    "любой": ANY,
    "все": ANY,
}
"""Other words that sources have for a channel."""


_MUTE = frozenset({"sms", "call", "telegram"})
_MUTE_WORDS = sorted(
    word
    for word, channel in {**{name: name for name in CHANNELS}, **CHANNEL_WORDS}.items()
    if channel in _MUTE
)


def tells_openings(channel: Any) -> Any:
    """Whether anybody learns that a message by a channel was read: not of SMS, calls and what bots write in Telegram."""
    return ~ibis.coalesce(channel.strip().lower().isin(_MUTE_WORDS), False)


def spellings(channel: str) -> list[str]:
    """Return every word, in small letters, that says something of a channel: its own, others', those for any."""
    small = channel.lower()
    wanted = CHANNEL_WORDS.get(small, small)
    words = {**{name: name for name in CHANNELS}, wanted: wanted, ANY: ANY, **CHANNEL_WORDS}
    return sorted(word for word, meant in words.items() if meant in {wanted, ANY})


KINDS_TABLE, WORDS_TABLE = "k_channel_kinds", "k_channel_words"


def channel_kinds() -> pa.Table:
    """Return each channel with the kind of contact that it needs: channel, kind."""
    return pa.table({"channel": list(CHANNELS), "kind": [kind for kind, _ in CHANNELS.values()]})


def channel_words() -> pa.Table:
    """Return what is said of which channel: word, channel; what is said of any is said of each."""
    words = {**{channel: channel for channel in CHANNELS}, ANY: ANY, **CHANNEL_WORDS}
    pairs = [
        (word, channel) for word, meant in words.items() for channel in CHANNELS if meant in {channel, ANY}
    ]
    return pa.table({"word": [word for word, _ in pairs], "channel": [channel for _, channel in pairs]})


def reach(facts: Facts) -> Any:
    """Return who has a contact for which channel: customer_key, channel, is_granted, is_withdrawn; 1 or 0.

    The newest word about advertising counts; at one instant a withdrawal wins. Of a person with several ids each id
    has its last word: one withdrawal among them makes `is_withdrawn` 1, one grant `is_granted`; both may be 1. Where
    nothing was ever said, both are 0.

    Reads the scratch tables of `channel_kinds` and `channel_words`. The store has contacts.
    """
    kinds = scratch(KINDS_TABLE, {"channel": "string", "kind": "string"})
    contacts = facts.last_versions("contacts", ["customer_key", "kind"])
    owned = contacts.join(kinds.rename(of_kind="kind"), contacts.kind == kinds.kind)
    owners = facts.person(owned.select("customer_key", "channel")).distinct()
    if not facts.has("consents"):
        zero = flag(owners.channel.isnull())
        return owners.mutate(is_granted=zero, is_withdrawn=zero)
    told = _last_words(facts).rename(told_key="customer_key", told_channel="channel")
    both = owners.left_join(told, [owners.customer_key == told.told_key, owners.channel == told.told_channel])
    return both.select(
        "customer_key",
        "channel",
        is_granted=flag(both.is_granted == 1),
        is_withdrawn=flag(both.is_withdrawn == 1),
    )


def _last_words(facts: Facts) -> Any:
    """The last word of each person on advertising by each channel."""
    words = scratch(WORDS_TABLE, {"word": "string", "channel": "string"}).rename(of_channel="channel")
    rows = facts.last_versions("consents", ["customer_key", "channel", "purpose", "at", "op"])
    own = rows.filter((rows["at"] < rows.as_of) & (rows.purpose == ConsentPurpose.ADVERTISING.value))
    own = own.select("customer_key", "at", "op", word=own.channel.strip().lower())
    spread = own.join(words.rename(known="word"), own.word == words.word)
    spread = spread.select("customer_key", "at", "op", channel=spread.of_channel)
    # `withdrawn` sorts behind `granted`
    ranked = numbered(spread, ["customer_key", "channel"], [spread["at"].desc(), spread["op"].desc()])
    last = facts.person(ranked.filter(ranked.rank_no == 1).select("customer_key", "channel", "op"))
    return last.group_by("customer_key", "channel").agg(
        is_granted=flag(last["op"] == ConsentOp.GRANTED.value).max(),
        is_withdrawn=flag(last["op"] == ConsentOp.WITHDRAWN.value).max(),
    )
