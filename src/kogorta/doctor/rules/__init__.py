"""The rules of good segmentation, one module for each family."""

from __future__ import annotations

from kogorta.doctor.rules import (
    counts,
    discounts,
    meaning,
    motion,
    overlaps,
    reaching,
    results,
    sizes,
    staleness,
    waivers,
    yardsticks,
)
from kogorta.doctor.rules.base import Rule

RULES: tuple[Rule, ...] = (
    sizes.Small(),
    sizes.Large(),
    sizes.Empty(),
    counts.ManyFree(),
    counts.LongScheme(),
    counts.ManyInAll(),
    overlaps.Overlapping(),
    overlaps.Unordered(),
    overlaps.Same(),
    meaning.NoGoal(),
    meaning.NoNeed(),
    meaning.NoPlaybook(),
    meaning.WhoNotWhat(),
    meaning.Unnamed(),
    meaning.Intricate(),
    staleness.StaleSegment(),
    staleness.FailedRefresh(),
    staleness.Partition(),
    staleness.StaleFacts(),
    motion.Frozen(),
    motion.Swing(),
    results.Unused(),
    results.Unanswered(),
    discounts.Deep(),
    discounts.Rising(),
    discounts.ByDefault(),
    discounts.Unlimited(),
    discounts.ForEveryone(),
    reaching.BaseReach(),
    reaching.SegmentReach(),
    reaching.Consents(),
    reaching.CrossChannel(),
    yardsticks.Costs(),
    yardsticks.ShortWindow(),
    yardsticks.ShortHistory(),
)
"""All rules on segments, in the order in which they are told."""

ON_WAIVERS: tuple[Rule, ...] = (waivers.Expired(), waivers.Unneeded())
"""Rules on the waivers of the others."""

BY_ID: dict[str, Rule] = {rule.id: rule for rule in (*RULES, *ON_WAIVERS)}

__all__ = ["BY_ID", "ON_WAIVERS", "RULES", "Rule"]
