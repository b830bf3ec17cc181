"""Measures that a reading keeps: month by month, by source, by campaign and by channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import TypeAdapter

from kogorta.membership.view import View
from kogorta.metrics import Ledger, Missing
from kogorta.metrics.campaigns import MessageKpis
from kogorta.metrics.measured import MessagesBy, message_groups, source_groups
from kogorta.metrics.monthly import MonthKpis, monthly, shown_months
from kogorta.metrics.people import group_of
from kogorta.metrics.sources import SourceKpis

MONTHS = 13
"""How many months are kept: the same month a year earlier is among them."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Measures of the whole base.

    Attributes:
        months: From the oldest to that of the refresh; empty for a base that knows only sums.
        sources: By the source that customers came from, None for an unknown one; most revenue first.
        campaigns, channels: By name, None for messages that name none; most messages first.
    """

    months: tuple[MonthKpis, ...]
    sources: tuple[tuple[str | None, SourceKpis], ...]
    campaigns: tuple[tuple[str | None, MessageKpis], ...] | Missing
    channels: tuple[tuple[str | None, MessageKpis], ...] | Missing


FIGURES = TypeAdapter(Figures)


def measured_figures(view: View) -> Figures:
    """Measure the base as of a view."""
    whole = Ledger(view)
    group = group_of(whole, None)
    shown = shown_months(whole, MONTHS)
    return Figures(
        months=() if whole.from_sums else tuple(monthly(group, shown)),
        sources=tuple(source_groups(group).items()),
        campaigns=_groups(message_groups(group, MessagesBy.CAMPAIGN, shown[0])),
        channels=_groups(message_groups(group, MessagesBy.CHANNEL, shown[0])),
    )


def _groups(
    found: Mapping[str | None, MessageKpis] | Missing,
) -> tuple[tuple[str | None, MessageKpis], ...] | Missing:
    return found if isinstance(found, Missing) else tuple(found.items())
