"""What every section needs: the data, the language, and short ways to say common things."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from kogorta.definitions.names import segment_name
from kogorta.i18n import NBSP, Translator
from kogorta.look.html import Html, el, paragraph, phrase, remedy
from kogorta.report.model import NOT_YET, Absent, ReportData
from kogorta.report.words import amount


@dataclass(frozen=True, slots=True)
class Links:
    """Where names and numbers lead to; each function returns None where they lead nowhere, as in a file.

    Attributes:
        segment: By the full id of a segment.
        people: To those who are in a segment, by its full id.
        cell: By the scores of recency, and of frequency and money together.
        person: By the id of a customer.
    """

    segment: Callable[[str], str | None] = lambda _: None
    people: Callable[[str], str | None] = lambda _: None
    cell: Callable[[int, int], str | None] = lambda _r, _fm: None
    person: Callable[[str], str | None] = lambda _: None


@dataclass(frozen=True, slots=True)
class View:
    """The data, the language they are told in, and where they lead to."""

    data: ReportData
    t: Translator
    links: Links = Links()

    def money(self, minor_units: float) -> str:
        """Write an amount in full: in whole units from a hundred on, below that with its cents."""
        return amount(self.t, minor_units, self.data.currency)

    def short_money(self, minor_units: float) -> str:
        """Write an amount in few characters."""
        return self.t.money_compact(minor_units, self.data.currency)

    def span(self, window_days: int | None) -> str:
        """Say over which days something is counted; None, or a window beyond the first order, is all history."""
        start = self.data.base.history_start
        reach = (self.data.clock.as_of.astimezone(self.zone()).date() - start).days if start else 0
        if window_days is None or window_days > reach:
            return self.t.gettext("over all history")
        return self.t.ngettext("over the last {n} day", "over the last {n} days", window_days)

    def revenue_of_whom(self) -> str:
        """Say `of revenue`, or that orders without a customer are left out of it."""
        if self.data.base.anonymous_revenue:
            return self.t.gettext("of the revenue from known customers")
        return self.t.gettext("of revenue")

    def name(self, scheme: str, segment: str) -> str:
        """Return the name of a segment."""
        if segment == NOT_YET:
            is_rfm = scheme.startswith("rfm")
            return self.t.gettext("No orders yet") if is_rfm else self.t.gettext("Not here yet")
        return segment_name(scheme, segment).name[self.t.lang]

    def stage_quoted(self, stage: str) -> str:
        """Return the name of a stage of the lifecycle, in quotation marks."""
        name = self.name("lifecycle", stage).replace(" ", NBSP)
        return self.t.gettext("“{name}”", name=name)

    def meaning(self, scheme: str, segment: str) -> str:
        """Return the meaning of a segment in one line."""
        return segment_name(scheme, segment).meaning[self.t.lang]

    def family(self, scheme: str, segment: str) -> str:
        """Return the colour family of a segment."""
        return "prospect" if segment == NOT_YET else segment_name(scheme, segment).family

    def chip(self, scheme: str, segment: str) -> Html:
        """Write the name of a segment with its colour."""
        dot = el("span", class_="dot", aria_hidden="true")
        class_ = f"chip fam-{self.family(scheme, segment)}"
        href = self.links.segment(f"{scheme}.{segment}")
        return el("a" if href else "span", dot, self.name(scheme, segment), class_=class_, href=href)

    def zone(self) -> ZoneInfo:
        """Return the zone of the workspace."""
        return ZoneInfo(self.data.clock.timezone)

    def as_of(self) -> str:
        """Write the instant of the report on the clock of the workspace."""
        return self.t.instant(self.data.clock.as_of, self.data.clock.timezone)

    def section(self, anchor: str, title: str, lead: str, *body: str, note: str | None = None) -> Html:
        """Write a section: a heading with the instant it belongs to, a lead, the body."""
        stamp = note if note is not None else self.t.gettext("as of {instant}", instant=self.as_of())
        return el(
            "section",
            el("header", el("h2", title), el("span", stamp, class_="stamp"), class_="section-head"),
            paragraph(phrase(lead), class_="lead") if lead else "",
            *body,
            id=anchor,
            class_="card",
        )

    def empty(self, absent: Absent) -> Html:
        """Say why something is not here and what would bring it."""
        then = remedy(self.t.say(absent.remedy)) if absent.remedy else ""
        return el("div", paragraph(self.t.say(absent.reason)), then, class_="empty")

    def counted(self, part: int, whole: int) -> str:
        """Write `312 of 1,204`."""
        text = self.t.gettext("{part} of {whole}", part=part, whole=whole)
        return text.replace(" ", NBSP)
