"""Measures that a reading keeps: month by month, by source, by campaign and by channel."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter

from kogorta.config import Config
from kogorta.membership.runs import LastRun
from kogorta.metrics import Missing
from kogorta.metrics.campaigns import MessageKpis
from kogorta.metrics.measured import (
    MessageReport,
    MessagesBy,
    measure_messages,
    measure_months,
    measure_sources,
)
from kogorta.metrics.monthly import MonthKpis
from kogorta.metrics.people import Question
from kogorta.metrics.sources import SourceKpis
from kogorta.warehouse.store import Warehouse

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


def measured_figures(warehouse: Warehouse, config: Config, run: LastRun) -> Figures:
    """Measure the base as of a refresh."""
    question = Question(warehouse, config, run.as_of, None, run.known_seq)
    return Figures(
        months=measure_months(question, MONTHS).months,
        sources=tuple(measure_sources(question).sources.items()),
        campaigns=_groups(measure_messages(question, MessagesBy.CAMPAIGN, MONTHS)),
        channels=_groups(measure_messages(question, MessagesBy.CHANNEL, MONTHS)),
    )


def _groups(report: MessageReport) -> tuple[tuple[str | None, MessageKpis], ...] | Missing:
    return report.groups if isinstance(report.groups, Missing) else tuple(report.groups.items())
