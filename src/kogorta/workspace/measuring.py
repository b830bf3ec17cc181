"""Measures of the base and of segments, portraits of segments, how membership moved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from kogorta.metrics.attractive import Attractive, attractive_groups
from kogorta.metrics.measured import (
    MessageReport,
    MessagesBy,
    SegmentCohorts,
    SegmentKpis,
    SourceReport,
    measure_cohorts,
    measure_messages,
    measure_months,
    measure_sources,
)
from kogorta.metrics.people import Question
from kogorta.metrics.portrait import Portrait, portray
from kogorta.metrics.trend import Trend, trend_of
from kogorta.workspace.base import InstantLike, KnownLike
from kogorta.workspace.instants import parse_known
from kogorta.workspace.questions import Questions


class Measuring(Questions):
    """What is measured. A *segment* is given as a definition is: id, path or text; None is the whole base."""

    def kpis(
        self,
        segment: str | Path | None = None,
        as_of: InstantLike | None = None,
        known_at: KnownLike | None = None,
        *,
        months: int = 12,
        then: bool = False,
        progress: Callable[[date], None] = lambda _: None,
    ) -> SegmentKpis:
        """Measure the base or a segment as of an instant and month by month.

        Args:
            segment: Whose measures; of a scheme, everyone whom it divides.
            as_of: As of when.
            known_at: As far as what was known then.
            months: How many, that of the instant among them.
            then: Measure in each month those who were members when it ended, worked out by the definition as it is now;
                else those who are members at the instant.
            progress: Told the first day of each month that is looked at by itself.

        Raises:
            NotFoundError: It is neither an id nor a file.
            ProblemsError: Something in the definition is wrong; all of it is listed.
            InputError: So many months cannot be looked at, or a scheme says nothing of this base.
        """
        question = self._question(segment, as_of, known_at)
        return measure_months(question, months, is_then=then, progress=progress)

    def cohorts(
        self,
        segment: str | Path | None = None,
        as_of: InstantLike | None = None,
        known_at: KnownLike | None = None,
    ) -> SegmentCohorts:
        """Measure who of each month's new buyers ordered again, month after month."""
        return measure_cohorts(self._question(segment, as_of, known_at))

    def campaign_kpis(
        self,
        segment: str | Path | None = None,
        as_of: InstantLike | None = None,
        known_at: KnownLike | None = None,
        *,
        by: MessagesBy | str = MessagesBy.CAMPAIGN,
        months: int = 12,
    ) -> MessageReport:
        """Measure messages: how they were answered, which orders followed, what they cost.

        An order is ascribed to the message that its customer opened or clicked last within the seven days before it: it came
        after the message, which proves no effect.

        Args:
            segment: To whom they went; members as of the instant.
            as_of: As of when.
            known_at: As far as what was known then.
            by: `campaign` or `channel`.
            months: Sent in so many local months, that of the instant among them.
        """
        return measure_messages(self._question(segment, as_of, known_at), MessagesBy(by), months)

    def source_kpis(
        self,
        segment: str | Path | None = None,
        as_of: InstantLike | None = None,
        known_at: KnownLike | None = None,
    ) -> SourceReport:
        """Measure what customers of each source cost to win and what they brought."""
        return measure_sources(self._question(segment, as_of, known_at))

    def _question(
        self, segment: str | Path | None, as_of: InstantLike | None, known_at: KnownLike | None
    ) -> Question:
        at, known = self.instant(as_of), parse_known(known_at, self.config.zone)
        if segment is None:
            return Question(self.warehouse, self.config, at, None, known)
        with self.view(at, known_at) as view:
            asked = self._asked(view, segment)
        return Question(self.warehouse, self.config, at, asked, known)

    def portrait(
        self,
        segment: str | Path,
        against: str | Path | None = None,
        as_of: InstantLike | None = None,
        known_at: KnownLike | None = None,
    ) -> Portrait:
        """Compare the people of a segment in every trait with the base, or with another segment; what tells most first.

        Args:
            segment: Whose portrait.
            against: With whom they are compared; None for the whole base.
            as_of: As of when.
            known_at: As far as what was known then.

        Raises:
            NotFoundError: One of them is neither an id nor a file.
            InputError: Nobody is in one of them, or a scheme says nothing of this base.
        """
        question = self._question(segment, as_of, known_at)
        other = self._question(against, as_of, known_at).asked if against is not None else None
        return portray(question, other)

    def attractive(
        self,
        *traits: str,
        segment: str | Path | None = None,
        as_of: InstantLike | None = None,
        known_at: KnownLike | None = None,
    ) -> Attractive:
        """Find which groups of people are worth most.

        Args:
            traits: What puts people into groups, such as `city`; by default every trait that says who they are, where they
                live or where they came from.
            segment: Among whom; None for the whole base.
            as_of: As of when.
            known_at: As far as what was known then.

        Raises:
            NotFoundError: There is no such trait.
            InputError: It does not put people into groups; no order tells money.
        """
        return attractive_groups(self._question(segment, as_of, known_at), traits)

    def trend(
        self,
        segment: str | Path,
        as_of: InstantLike | None = None,
        known_at: KnownLike | None = None,
        *,
        months: int = 12,
        by_refresh: bool = False,
        progress: Callable[[date], None] = lambda _: None,
    ) -> Trend:
        """Tell how the membership of a segment moved, month by month or with each refresh.

        Args:
            segment: Which one.
            as_of: From when to look back.
            known_at: As far as what was known then.
            months: How many, that of the instant among them.
            by_refresh: Tell each refresh that changed it, from the log alone.
            progress: Told the first day of each month that is worked out.

        Raises:
            NotFoundError: It is neither an id nor a file.
            InputError: So many months cannot be looked at.
        """
        question = self._question(segment, as_of, known_at)
        return trend_of(question, months, by_refresh=by_refresh, progress=progress)
