"""Questions about a small shop, asked as a workspace asks them."""

from __future__ import annotations

from datetime import datetime

from kogorta.config import Config
from kogorta.definitions.parsing import parse_text
from kogorta.membership.asked import Asked, asked_definitions, asked_ids
from kogorta.membership.view import open_view
from kogorta.metrics.people import Question
from tests.core.metrics.shop import Shop, config


def asked(shop: Shop, segment: str, as_of: datetime, settings: Config | None = None) -> Asked:
    """What an id asks for, or a condition such as `{trait: city, is: A}`."""
    with open_view(shop.warehouse, settings or config(), as_of) as view:
        if not segment.startswith("{"):
            return asked_ids(view, [segment])
        text = f"segment: some\nname: {{en: Some, ru: Некоторые}}\nwhere: {segment}\n"
        return asked_definitions(view, parse_text(text, "test"))


def question(
    shop: Shop, as_of: datetime, segment: str | None = None, settings: Config | None = None
) -> Question:
    """A question about the base, or about a segment."""
    about = None if segment is None else asked(shop, segment, as_of, settings)
    return Question(shop.warehouse, settings or config(), as_of, about)
