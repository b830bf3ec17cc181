"""What tables and their fields are called on pages."""

from __future__ import annotations

import re

from kogorta.i18n import Sentence, lazy
from kogorta.ingest import TRACKING, import_presets
from kogorta.ingest.mapping.fields import form_fields, short_names
from kogorta.schema import TABLES, Column
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

_FOREIGN: dict[str, Sentence] = {
    "acquisition_medium": lazy("Kind of source"),
    "medium": lazy("Kind of source"),
    "utm_medium": lazy("Kind of source"),
    "session_id": lazy("Visit of the site"),
    "anonymous_id": lazy("Visitor without a name"),
    "event_id": lazy("Number of the event"),
    "received_at": lazy("Received"),
    "answer_id": lazy("Number of the answer"),
}
"""Fields for which Russian files have no word of their own."""


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
    said = [_words(ask, field.column) for field in fields]
    return {
        name: words if said.count(words) == 1 else f"{words} ({name})"
        for name, words in zip(names, said, strict=True)
    }


def _words(ask: Ask, column: Column) -> str:
    words = next(filter(_CYRILLIC.search, column.aliases), None)
    if words is None:
        return ask.t.say(_FOREIGN.get(column.name, column.name))
    return words.replace("_", " ").capitalize()
