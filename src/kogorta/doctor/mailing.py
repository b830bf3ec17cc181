"""Which campaigns were sent lately."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from kogorta.membership.view import View
from kogorta.traits.facts import params


@dataclass(frozen=True, slots=True)
class Mailing:
    """The messages of a period.

    Attributes:
        days: How long the period is, up to the instant.
        messages: How many were sent.
        campaigns: Their campaigns, as they are called where they come from.
        has_answers: Whether anything is known of what became of messages.
    """

    days: int
    messages: int
    campaigns: frozenset[str]
    has_answers: bool

    def carries(self, names: Collection[str]) -> bool:
        """Whether a campaign was sent that is called by one of these names, or has it in its name as a word."""
        return any(
            re.search(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])", campaign, re.IGNORECASE)
            for name in names
            for campaign in self.campaigns
        )


def mailing(view: View, days: int) -> Mailing:
    """Look which campaigns were sent in the last `days` days. The store has messages."""
    rows = view.steps.facts.last_versions("messages", ["campaign", "send_at"])
    dated = rows.cross_join(params(recent_at="timestamp(6)").select("recent_at"))
    sent = dated.filter((dated.send_at >= dated.recent_at) & (dated.send_at < dated.as_of))
    counted = sent.group_by("campaign").agg(n=sent.count().cast("int64"))
    found = view.steps.rows(counted, recent_at=view.instant.as_of - timedelta(days=days))
    return Mailing(
        days,
        sum(row["n"] for row in found),
        frozenset(row["campaign"] for row in found if row["campaign"]),
        view.steps.facts.has("message_events"),
    )
