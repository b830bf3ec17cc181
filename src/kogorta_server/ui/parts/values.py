"""Traits and attributes as people read them: their names, their values with units, their families."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from kogorta.definitions.sentence.words import lexicon
from kogorta.i18n import Translator, lazy
from kogorta.traits.catalogue import CONTRACTS, FAMILIES
from kogorta.traits.contract import KEPT
from kogorta_server import base
from kogorta_server.ui.ask import Ask

DAY_SECONDS = 86_400

GROUPS: dict[str, tuple[str, ...]] = {
    "orders": ("kept",),
    "money": ("value", "winning", "payback", "discounts"),
    "goods": ("goods", "category_share", "last_goods", "complements", "interests", "quantities", "returned"),
    "habits": ("habits", "hours", "last_channel", "geography", "accounts"),
    "visits": ("services", "due_dates", "subscriptions"),
    "engagement": ("engagement", "activity", "web", "content", "start"),
    "voice": ("support", "surveys"),
}
"""Families of traits, as a profile shows them together."""

TITLES = {
    "orders": lazy("Orders, RFM and lifecycle"),
    "money": lazy("Money and discounts"),
    "goods": lazy("Tastes and goods"),
    "habits": lazy("Habits and places"),
    "visits": lazy("Visits and subscriptions"),
    "engagement": lazy("Messages, site and app"),
    "voice": lazy("Support and surveys"),
}


def wording(t: Translator, version: str | None) -> str:
    """Say to which wording somebody consented; empty where nothing tells."""
    return t.gettext("wording {version}", version=version) if version else ""


def traits_of(group: str) -> list[str]:
    """Return the traits of a group, in the order of their families."""
    found = []
    for family in GROUPS[group]:
        contracts = KEPT if family == "kept" else FAMILIES[family]
        found += [trait.name for trait in contracts]
    return found


def label(ask: Ask, name: str) -> str:
    """Return how a trait or an attribute is called; the shop's own under its own name."""
    words = lexicon(ask.lang).traits.get(name)
    text = words.label if words else name.replace("_", " ")
    return (text[:1].upper() + text[1:]).rstrip(",")


def told(ask: Ask, name: str, value: Any) -> str:
    """Write a value of a trait or an attribute, with its unit."""
    t = ask.t
    if value is None:
        return "—"
    if isinstance(value, bool) or (name in CONTRACTS and CONTRACTS[name].type == "int8" and value in (0, 1)):
        return t.gettext("yes") if value else t.gettext("no")
    if isinstance(value, datetime):
        return ask.moment(value)
    if isinstance(value, date):
        return t.date(value)
    if isinstance(value, str):
        words = lexicon(ask.lang).traits.get(name)
        return words.values.get(value, value) if words else value
    return _number(ask, name, value)


def _number(ask: Ask, name: str, value: float) -> str:
    t = ask.t
    unit = CONTRACTS[name].unit if name in CONTRACTS else ""
    if unit == "minor units" or name == "acquisition_cost":
        return t.money(value, base.workspace().config.workspace.currency, exact=True)
    if unit == "share":
        return t.percent(value)
    if unit == "days":
        return t.days(value)
    if unit == "seconds":
        return t.days(value // DAY_SECONDS)
    if unit == "kilometres":
        return t.gettext("{value} km", value=t.decimal(value))
    if unit == "hour 0–23":
        return f"{value}:00"
    return t.integer(value) if value == round(value) else t.decimal(value, 2)
