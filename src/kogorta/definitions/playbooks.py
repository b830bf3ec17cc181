"""What to do with each segment: the strategy, and the cards of the ready schemes, read from `playbooks.yaml`.

A card may be `like` another one and change some fields; under `salon` stand the fields that differ for
appointment-based services. Texts are complete in both languages or the file is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import Any, TypeVar

import yaml

from kogorta.definitions.names import LANGUAGES, Words, schemes, words
from kogorta.errors import DefinitionError, NotFoundError
from kogorta.vocab import Business

VARIABLES = frozenset({"top_percent", "bundle_saving"})
"""What a text may leave open: the customer's top share, and what a bundle saves him, both in per cent."""

TEXTS = ("need", "message", "usp", "offer", "avoid", "kpi")
LIMITS = ("discount_limit_pct", "budget_limit_pct")
NEEDED = ("goal", "channels", "contacts", *TEXTS)
"""Without which there is no strategy; limits may be left out."""
_FIELDS = frozenset({*NEEDED, *LIMITS, "covers"})
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_Word = TypeVar("_Word", bound=StrEnum)


class Goal(StrEnum):
    """What the communication with a segment is for."""

    SELL = "sell"
    RETAIN = "retain"
    WIN_BACK = "win_back"
    LOYALTY = "loyalty"
    ONBOARD = "onboard"
    LEARN = "learn"


class Channel(StrEnum):
    """How a segment is reached."""

    EMAIL = "email"
    SMS = "sms"
    MESSENGER = "messenger"
    PUSH = "push"
    CALL = "call"
    BANNER = "banner"
    ADS = "ads"


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    """The strategy for one segment.

    Attributes:
        goal: What the communication is for.
        channels: How to reach the segment, best first.
        max_contacts: Most contacts within `per_days`, all channels together.
        per_days: Days that the limit of contacts covers.
        discount_limit_pct: Largest discount to offer, 0 for none; None leaves the general limit.
        budget_limit_pct: Largest share of the retention budget; None for no cap.
        need: What the customer needs.
        message: What to tell him.
        usp: Why he should believe and act.
        offer: What to offer.
        avoid: What not to do.
        kpi: How success is measured.
    """

    goal: Goal
    channels: tuple[Channel, ...]
    max_contacts: int
    per_days: int
    discount_limit_pct: int | None
    budget_limit_pct: int | None
    need: Words
    message: Words
    usp: Words
    offer: Words
    avoid: Words
    kpi: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Card(Playbook):
    """The strategy for one segment of a ready scheme.

    Attributes:
        scheme: Id of its scheme.
        segment: Id of the segment in it.
        covers: Ids of the requirements that the card answers.
    """

    scheme: str
    segment: str
    covers: tuple[str, ...]


def card(scheme: str, segment: str, business: Business) -> Card:
    """Return the card of a segment for a kind of business.

    Raises:
        NotFoundError: The segment has no card.
    """
    try:
        return cards(business)[scheme, segment]
    except KeyError:
        raise NotFoundError(
            "a segment without a card", got=f"{scheme}.{segment}", hint="add it to definitions/playbooks.yaml"
        ) from None


@lru_cache(maxsize=8)
def cards(business: Business) -> Mapping[tuple[str, str], Card]:
    """Return every card by scheme and segment, in the variant of the business."""
    text = resources.files("kogorta.definitions").joinpath("playbooks.yaml").read_text("utf-8")
    return parse_cards(text, business)


def parse_cards(text: str, business: Business) -> Mapping[tuple[str, str], Card]:
    """Read cards from YAML.

    Raises:
        DefinitionError: A field is missing, unknown or not as it must be.
    """
    document = yaml.safe_load(text)
    return {
        (scheme, segment): _card(scheme, segment, _resolved(document, scheme, segment, business))
        for scheme, segments in document.items()
        for segment in segments
    }


def _resolved(document: dict[str, Any], scheme: str, segment: str, business: Business) -> dict[str, Any]:
    """Return the fields of a card: those it is like, its own, those of its salon variant."""
    own = dict(document[scheme][segment])
    variant = own.pop("salon", {})
    model = own.pop("like", None)
    if model is None:
        base: dict[str, Any] = {}
    elif (other := model.partition("."))[2] in document.get(other[0], {}):
        base = _resolved(document, other[0], other[2], business)
    else:
        raise DefinitionError(
            "a card is like a card that does not exist",
            got=model,
            expected="scheme.segment of this file",
            path=f"playbooks.yaml:{scheme}.{segment}",
        )
    return {**base, **own, **(variant if business is Business.SALON else {})}


def _card(scheme: str, segment: str, body: dict[str, Any]) -> Card:
    path = f"playbooks.yaml:{scheme}.{segment}"
    if scheme not in schemes() or segment not in schemes()[scheme].segments:
        raise DefinitionError("a card for a segment that has no name", got=f"{scheme}.{segment}", path=path)
    _check_fields(body, path)
    contacts = body["contacts"]
    return Card(
        scheme=scheme,
        segment=segment,
        goal=_member(Goal, body["goal"], f"{path}.goal"),
        channels=tuple(_member(Channel, channel, f"{path}.channels") for channel in body["channels"]),
        max_contacts=_positive(contacts.get("max"), f"{path}.contacts.max"),
        per_days=_positive(contacts.get("days"), f"{path}.contacts.days"),
        discount_limit_pct=body.get("discount_limit_pct"),
        budget_limit_pct=body.get("budget_limit_pct"),
        covers=tuple(body["covers"]),
        **{name: _text(body[name], f"{path}.{name}") for name in TEXTS},
    )


def _check_fields(body: dict[str, Any], path: str) -> None:
    missing = _FIELDS - set(LIMITS) - set(body)
    unknown = set(body) - _FIELDS
    if missing or unknown:
        raise DefinitionError(
            "a card is not complete" if missing else "a card has unknown fields",
            got=", ".join(sorted(missing or unknown)),
            expected=", ".join(sorted(_FIELDS)),
            hint="add the fields" if missing else "remove the fields or mend their names",
            path=path,
        )


def unknown_variables(text: str) -> set[str]:
    """Return the variables of a text that nothing fills in."""
    return set(_PLACEHOLDER.findall(text)) - VARIABLES


def _text(value: object, path: str) -> Words:
    both = words(value, path)
    for lang in LANGUAGES:
        unknown = unknown_variables(both[lang])
        if unknown:
            raise DefinitionError(
                "a text has an unknown variable",
                got=", ".join(sorted(unknown)),
                expected=", ".join(sorted(VARIABLES)),
                path=f"{path}.{lang}",
            )
    return both


def _member(kind: type[_Word], value: object, path: str) -> _Word:
    try:
        return kind(str(value))
    except ValueError:
        raise DefinitionError("an unknown word", got=value, expected=", ".join(kind), path=path) from None


def _positive(value: object, path: str) -> int:
    if not isinstance(value, int) or value < 1:
        raise DefinitionError("not a whole number above 0", got=value, expected="1, 2, …", path=path)
    return value
