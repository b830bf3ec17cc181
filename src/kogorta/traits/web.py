"""What people do on the site and in the app: when, how often, on which device, and what sort of pages they read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

import ibis

from kogorta.traits.contract import Trait
from kogorta.traits.facts import Facts, params
from kogorta.traits.favourites import all_beside, favourite
from kogorta.traits.idioms import count_if, flag, later, text_cases
from kogorta.traits.shape import Meaning
from kogorta.vocab import ContentProfile, Device, MessageEventKind

SESSION_DAYS, DAYS = 30, 90
PAUSE_SECONDS = 1_800
"""After so long without an event the next one begins a session, where events name none."""
LEAST = 3
"""With fewer pages of a sort nothing is said of what somebody reads."""

_TABLES = ("events",)
_NO_EVENT = "missing for customers without an event"
_NO_DEVICE = "missing for customers of whom no device is known in 90 days"

CONTRACTS = (
    Trait("last_seen_at", "timestamp(6)", "instant UTC", "When the last event was.", _NO_EVENT, _TABLES),
    Trait(
        "sessions",
        "int64",
        "sessions",
        "Different session ids of events in 30 days; events without one are a session until 30 minutes pass between two of them.",
        "0 for customers without an event",
        _TABLES,
        nothing=0,
        windows=(SESSION_DAYS,),
        about="sessions",
        version=2,
    ),
    Trait(
        "main_device",
        "string",
        "device",
        "Device of most events in 90 days, as mobile, desktop or tablet where its word is known, else that word in small letters; "
        "ties: first in code point order.",
        _NO_DEVICE,
        _TABLES,
        windows=(DAYS,),
    ),
    Trait(
        "main_device_share",
        "float64",
        "share",
        "What part of the events in 90 days whose device is known `main_device` has.",
        _NO_DEVICE,
        _TABLES,
        windows=(DAYS,),
    ),
)

CONTENT = (
    Trait(
        "expert_views",
        "int64",
        "events",
        "Events in 90 days whose name, or part of whose page address, stands in `expert` under `[content]` of kogorta.toml.",
        "0 for customers without such an event",
        _TABLES,
        nothing=0,
        windows=(DAYS,),
        about="expert_views",
        version=2,
    ),
    Trait(
        "promo_clicks",
        "int64",
        "clicks",
        "Events in 90 days whose name stands in `promo` under `[content]` of kogorta.toml, and clicks in messages on a link "
        "with such a part; machines do not count.",
        "0 for customers without such a click",
        _TABLES,
        nothing=0,
        windows=(DAYS,),
        about="promo_clicks",
        version=2,
    ),
    Trait(
        "content_profile",
        "string",
        "profile",
        "`expert`: expert_views at least 3 and twice promo_clicks; `promo`: the other way round; `mixed`: one of them at least 3, "
        "neither twice the other; `none`: both below 3.",
        "none for customers without such events",
        _TABLES,
        nothing=ContentProfile.NONE.value,
        windows=(DAYS,),
    ),
)

_WORDS = (
    (
        Device.MOBILE,
        "mobile|phone|smartphone|mobile phone|iphone|android|ios|мобильный|мобильное|телефон|смартфон",
    ),
    (Device.TABLET, "tablet|ipad|планшет"),
    (Device.DESKTOP, "desktop|pc|computer|laptop|notebook|windows|macos|linux|десктоп|компьютер|ноутбук|пк"),
)


def web_traits(facts: Facts) -> Any:
    """Return customer_key and the traits of `CONTRACTS`, of everyone with an event."""
    rows = _events(facts, "event_id", "session_id", "device")
    lately = rows.filter(rows["at"] >= rows[f"back_{DAYS}"])
    devices = lately.select("customer_key", device=_device(lately.device.strip().lower().nullif("")))
    return all_beside(
        rows,
        rows.group_by("customer_key").agg(last_seen_at=rows["at"].max()),
        _sessions(rows.filter(rows["at"] >= rows[f"back_{SESSION_DAYS}"])),
        favourite(devices, "device", "main_device"),
    )


def _events(facts: Facts, *columns: str) -> Any:
    """Events of known people before the instant, with `columns` and where windows begin."""
    backs = [f"back_{days}" for days in (SESSION_DAYS, DAYS)]
    rows = facts.last_versions("events", ["customer_key", "at", *columns]).cross_join(params().select(*backs))
    known = rows.filter(rows.customer_key.notnull() & (rows["at"] < rows.as_of))
    return facts.person(known.select("customer_key", "at", *columns, *backs))


def _device(word: Any) -> Any:
    return ibis.cases(
        *[(word.isin(words.split("|")), ibis.literal(device.value)) for device, words in _WORDS], else_=word
    )


def _sessions(rows: Any) -> Any:
    """Return customer_key, sessions: by their ids, and by pauses where events have none."""
    rows = rows.mutate(session=rows.session_id.nullif(""))
    by_time = ibis.window(group_by=["customer_key", "session"], order_by=[rows["at"], rows.event_id])
    rows = rows.mutate(before=rows["at"].lag(1).over(by_time))
    late = rows["at"] >= later(rows.before, ibis.literal(PAUSE_SECONDS))
    # a session that has an id begins with its first event, however long it lasts
    begins = rows.before.isnull() | (rows.session.isnull() & late)
    return rows.group_by("customer_key").agg(sessions=count_if(begins))


def content_traits(facts: Facts, meaning: Meaning) -> Any:
    """Return customer_key and the traits of `CONTENT`, of everyone with an event, or with a click in a message.

    Args:
        facts: The stored tables.
        meaning: Which events and pages are for experts, which are clicks on promotions.
    """
    rows = _events(facts, "name", "url")
    lately = rows["at"] >= rows[f"back_{DAYS}"]
    names, parts = names_and_parts(meaning.expert)
    promo_names, promo_parts = names_and_parts(meaning.promo)
    looked = rows.filter(lately)
    acts = looked.select(
        "customer_key",
        is_expert=flag(looked.name.isin(names) | _has_part(looked.url, parts)),
        is_promo=flag(looked.name.isin(promo_names)),
    )
    if facts.has("messages", "message_events"):
        acts = acts.union(_links(facts, promo_parts).select(*acts.columns))
    told = acts.group_by("customer_key").agg(
        expert_views=count_if(acts.is_expert == 1), promo_clicks=count_if(acts.is_promo == 1)
    )
    return told.mutate(content_profile=_profile(told.expert_views, told.promo_clicks))


def names_and_parts(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Divide what was declared into names of events and parts of addresses, which have a slash."""
    return [word for word in words if "/" not in word], [word for word in words if "/" in word]


def _has_part(url: Any, parts: Sequence[str]) -> Any:
    found = [ibis.coalesce(url.contains(part), False) for part in parts]
    return reduce(lambda a, b: a | b, found, ibis.literal(False))


def _links(facts: Facts, parts: Sequence[str]) -> Any:
    """Return customer_key, is_expert, is_promo of each click of the last days, made by a person, on a link with one of the parts."""
    rows = facts.last_versions("message_events", ["message_id", "kind", "at", "machine", "url"])
    rows = rows.cross_join(params().select(f"back_{DAYS}"))
    by_person = (rows.kind == MessageEventKind.CLICKED.value) & ~ibis.coalesce(rows.machine, False)
    lately = (rows["at"] >= rows[f"back_{DAYS}"]) & (rows["at"] < rows.as_of)
    clicks = rows.filter(by_person & lately & _has_part(rows.url, parts)).select("message_id")
    sent = facts.last_versions("messages", ["message_id", "customer_key"])
    owned = clicks.join(sent.select("message_id", "customer_key"), "message_id")
    known = owned.filter(owned.customer_key.notnull())
    no, yes = flag(ibis.literal(False)), flag(ibis.literal(True))
    return facts.person(known.select("customer_key", is_expert=no, is_promo=yes))


def _profile(expert: Any, promo: Any) -> Any:
    return text_cases(
        [
            ((expert >= LEAST) & (expert >= promo * 2), ContentProfile.EXPERT.value),
            ((promo >= LEAST) & (promo >= expert * 2), ContentProfile.PROMO.value),
            ((expert >= LEAST) | (promo >= LEAST), ContentProfile.MIXED.value),
        ],
        ContentProfile.NONE.value,
    )
