"""What tables and their fields are called on pages."""

from __future__ import annotations

import re

from kogorta.i18n import Sentence, lazy
from kogorta.ingest import TRACKING, import_presets
from kogorta.ingest.mapping.fields import form_fields, short_names
from kogorta.schema import TABLES
from kogorta_server.jobs.uploads import PRESET
from kogorta_server.ui.ask import Ask

_CYRILLIC = re.compile("[а-яё]")

NAMES: dict[str, Sentence] = {
    "customers": lazy("Customers"),
    "attribute_changes": lazy("Changes of attributes"),
    "customer_summaries": lazy("Sums by customer"),
    "contacts": lazy("Contacts"),
    "consents": lazy("Consents"),
    "points": lazy("Bonus points"),
    "list_changes": lazy("Lists made by hand"),
    "survey_answers": lazy("Answers to surveys"),
    "accounts": lazy("Companies"),
    "products": lazy("Goods and services"),
    "orders": lazy("Orders"),
    "order_lines": lazy("Lines of orders"),
    "discounts": lazy("Discounts"),
    "returns": lazy("Returns"),
    "bookings": lazy("Bookings"),
    "subscriptions": lazy("Subscriptions and passes"),
    "events": lazy("Events"),
    "messages": lazy("Messages"),
    "message_events": lazy("Openings and clicks"),
    "tickets": lazy("Requests to support"),
    "promotions": lazy("Promotions"),
    "coupons": lazy("Promo codes"),
    "ad_spend": lazy("Advertising costs"),
    "channel_costs": lazy("Costs of channels"),
    "staff": lazy("Staff"),
    "outlets": lazy("Outlets"),
    "holidays": lazy("Holidays"),
    "climate": lazy("Climate"),
    "zone_offsets": lazy("Time zones"),
    TRACKING: lazy("Messages of a site's tracker"),
}
"""Every table that a file may be for."""


def table_name(ask: Ask, form: str) -> str:
    """Write what a file is for: a table, messages of a tracker, the export of a system."""
    if form.startswith(PRESET):
        preset = import_presets().get(form.removeprefix(PRESET))
        return preset.name if preset else form
    return ask.t.say(NAMES[form]) if form in NAMES else form or "—"


def field_names(ask: Ask, form: str) -> dict[str, str]:
    """Return what the fields of a form are called, by the names that a mapping has for them.

    In English those names say it; in Russian it is what Russian files usually have above such a column.
    """
    if form not in TABLES:
        return {}
    fields = form_fields(form)
    names = short_names(form, fields)
    if ask.lang == "en":
        return {name: name for name in names}
    said = [next(filter(_CYRILLIC.search, field.column.aliases), None) for field in fields]
    return {
        name: _plain(words) if words and said.count(words) == 1 else f"{_plain(words or name)} ({name})"
        for name, words in zip(names, said, strict=True)
    }


def _plain(words: str) -> str:
    return words.replace("_", " ").capitalize()
