"""Every trait that there is, by the family that works it out."""

from __future__ import annotations

from collections.abc import Iterable

from kogorta.traits import (
    accounts,
    discounts,
    engagement,
    geography,
    preferences,
    preferences_habits,
    preferences_next,
    services,
    services_due,
    start,
    subscriptions,
    support,
    surveys,
    units,
    value,
    web,
)
from kogorta.traits.contract import KEPT, Trait

FAMILIES: dict[str, tuple[Trait, ...]] = {
    "discounts": discounts.CONTRACTS,
    "winning": value.WINNING,
    "value": value.CONTRACTS,
    "payback": value.PAYBACK,
    "quantities": units.CONTRACTS,
    "returned": units.RETURNS,
    "geography": geography.CONTRACTS,
    "accounts": accounts.CONTRACTS,
    "terms": accounts.TERMS,
    "goods": preferences.GOODS,
    "category_share": preferences.CATEGORY,
    "last_goods": preferences.LAST,
    "habits": preferences_habits.CONTRACTS,
    "hours": preferences_habits.HOURS,
    "last_channel": preferences_habits.LAST,
    "complements": preferences_next.COMPLEMENTS,
    "interests": preferences_next.INTERESTS,
    "services": services.CONTRACTS,
    "due_dates": services_due.CONTRACTS,
    "engagement": engagement.CONTRACTS,
    "activity": engagement.ACTIVITY,
    "web": web.CONTRACTS,
    "content": web.CONTENT,
    "support": support.CONTRACTS,
    "subscriptions": subscriptions.CONTRACTS,
    "surveys": surveys.CONTRACTS,
    "start": start.CONTRACTS,
}
"""Traits beside those that every run keeps, by family: those of one are worked out together, in one step."""

TRAITS: tuple[Trait, ...] = (*KEPT, *(trait for family in FAMILIES.values() for trait in family))
"""Every trait, in the order of the wide table."""

CONTRACTS: dict[str, Trait] = {trait.name: trait for trait in TRAITS}


def contract_versions(traits: Iterable[Trait] = TRAITS) -> dict[str, int]:
    """Return the version of the contract of each trait."""
    return {trait.name: trait.version for trait in traits}


BASE = "base"
"""What stands in the contract of a trait that is read against the frame of what is usual in the base."""

_READING_BASE = frozenset(
    trait.name
    for family in FAMILIES.values()
    if any(BASE in one.population for one in family)
    for trait in family
)
"""Traits of a family are worked out together, so that each of them needs what one of them does."""


def reads_base(names: Iterable[str]) -> bool:
    """Whether any of these traits is worked out against the frame of what is usual in the base."""
    return not _READING_BASE.isdisjoint(names)
