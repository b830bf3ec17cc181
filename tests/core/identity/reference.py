"""Who is who, worked out slowly and from the rules as they are told, for comparison."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations


@dataclass(frozen=True)
class Contact:
    """What one import says of one customer."""

    customer: str
    kind: str
    value: str
    verified: bool = False


@dataclass(frozen=True)
class World:
    """All that is known; browsers are `b…`, customers `c…`."""

    contacts: Sequence[Contact] = ()
    names: dict[str, str | None] = field(default_factory=dict)
    logins: Sequence[tuple[str, str]] = ()


def persons(
    world: World,
    *,
    max_names: int = 5,
    trust_unverified: bool = False,
    link_by: Iterable[str] = ("email", "phone", "card"),
    split: Iterable[str] = (),
    linked: Iterable[tuple[str, str]] = (),
) -> set[frozenset[str]]:
    """Everyone with more than one id, as the set of these ids."""
    pairs = set(linked)
    apart = set(split)
    for kind in link_by:
        for value in {c.value for c in world.contacts if c.kind == kind}:
            owners = {c.customer for c in world.contacts if (c.kind, c.value) == (kind, value)}
            proved = {c.customer for c in world.contacts if (c.kind, c.value) == (kind, value) and c.verified}
            able = owners if kind != "email" or trust_unverified else proved
            if count_names(world, owners) <= max_names:
                pairs |= set(combinations(sorted(able - apart), 2))
    for browser in {browser for browser, _ in world.logins}:
        owners = {customer for device, customer in world.logins if device == browser}
        if count_names(world, owners) <= 1 and browser not in apart:
            pairs |= {(browser, owner) for owner in owners - apart}
    return joined(pairs)


def count_names(world: World, customers: Iterable[str]) -> int:
    """How many names customers go by; who has none counts alone."""
    return len({world.names.get(customer) or f"#{customer}" for customer in customers})


def joined(pairs: Iterable[tuple[str, str]]) -> set[frozenset[str]]:
    """The groups that pairs make, by joining what overlaps until nothing does."""
    groups: list[set[str]] = []
    for pair in pairs:
        touching = [group for group in groups if group & set(pair)]
        groups = [group for group in groups if not group & set(pair)]
        groups.append(set(pair).union(*touching))
    return {frozenset(group) for group in groups}
