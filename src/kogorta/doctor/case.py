"""What rules look at: the segments as of an instant, and what the log and the audit know of them. Each is worked out once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from kogorta.config import DoctorSection, Waiver
from kogorta.definitions.document import Definition
from kogorta.definitions.names import Words
from kogorta.definitions.names import schemes as named_schemes
from kogorta.definitions.schemes import Scheme
from kogorta.doctor.audit import audit_of
from kogorta.doctor.giveaways import Giveaways, giveaways
from kogorta.doctor.history import Course, courses
from kogorta.doctor.mailing import Mailing, mailing
from kogorta.doctor.model import Audit, Severity
from kogorta.membership.asked import Asked, asked_ids
from kogorta.membership.hidden import hidden_schemes
from kogorta.membership.overlap import Overlap, overlap
from kogorta.membership.own import names_of
from kogorta.membership.runs import LastRun, last_run
from kogorta.membership.sizing import Size, size
from kogorta.membership.status import Status, status
from kogorta.membership.view import View


@dataclass(frozen=True, slots=True)
class Use:
    """A waiver, and what became of it.

    Attributes:
        waiver: As `kogorta.toml` says it.
        is_expired: Its last day is over.
        is_needed: The rule is broken where it sets it aside, or would.
        can_tell: The rule could be judged at all.
    """

    waiver: Waiver
    is_expired: bool
    is_needed: bool
    can_tell: bool


@dataclass(frozen=True)
class Kept(Asked):
    """What every question is about: all segments, with everyone worked out once.

    Attributes:
        rows: customer_key, and for each scheme the segment that he is in.
    """

    rows: Any = None

    def wide(self, view: View) -> Any:  # noqa: ARG002  of one view, which is at hand
        """Return the rows that were worked out."""
        return self.rows


@dataclass
class Case:
    """One base and its segments.

    Attributes:
        view: The base as of an instant.
        uses: What became of each waiver, for the rules on waivers themselves.
    """

    view: View
    uses: tuple[Use, ...] = field(default=())

    @property
    def settings(self) -> DoctorSection:
        """From where on rules complain."""
        return self.view.config.doctor

    @cached_property
    def audit(self) -> Audit:
        """What the base lacks."""
        return audit_of(self.view)

    @property
    def own(self) -> Mapping[str, Definition]:
        """Definitions of people's own, by id."""
        return self.view.own

    @property
    def free(self) -> dict[str, Definition]:
        """Free segments, by id."""
        return {id_: item for id_, item in self.own.items() if not item.is_scheme}

    @property
    def own_schemes(self) -> dict[str, Definition]:
        """Schemes of people's own, by id."""
        return {id_: item for id_, item in self.own.items() if item.is_scheme}

    @cached_property
    def schemes(self) -> dict[str, Scheme]:
        """Every scheme that says something of this base, by id."""
        hidden = hidden_schemes(self.view.frames)
        return {id_: item for id_, item in self.view.schemes.items() if id_ not in hidden}

    @cached_property
    def everything(self) -> Asked:
        """All segments as a question."""
        asked = asked_ids(self.view, self.schemes)
        return Kept(asked.schemes, asked.segments, asked.definitions, asked.wide(self.view))

    @cached_property
    def size(self) -> Size:
        """How many people each segment has, and whom of them each channel reaches."""
        return size(self.view, self.everything)

    @cached_property
    def overlap(self) -> Overlap:
        """Which segments share their people, ready ones and people's own."""
        return overlap(self.view, self.everything)

    @cached_property
    def status(self) -> Status:
        """How fresh everything is."""
        return status(self.view)

    @cached_property
    def last_run(self) -> LastRun | None:
        """The newest run."""
        return last_run(self.view.warehouse, self.view.instant)

    @cached_property
    def courses(self) -> Mapping[str, Course]:
        """How the size of each segment went, as the log has it, by full id."""
        return courses(self.view, self.schemes.values(), self.settings.quiet_days)

    @cached_property
    def giveaways(self) -> Giveaways:
        """What promotions and coupons took off."""
        return giveaways(self.view)

    @cached_property
    def mailing(self) -> Mailing:
        """Which campaigns were sent lately."""
        return mailing(self.view, self.settings.quiet_days)

    def is_own(self, segment: str) -> bool:
        """Whether a segment, by full id, is people's own."""
        return segment.partition(".")[0] in self.own

    def weight(self, segment: str) -> Severity:
        """How much it matters what a segment is like: one of a ready scheme is there whether it is used or not."""
        return Severity.WARN if self.is_own(segment) else Severity.INFO

    def names(self, ids: Iterable[str]) -> dict[str, Words]:
        """Return how segments, schemes and definitions are called, by full id; of what is not there nothing."""
        found: dict[str, Words] = {}
        for id_ in ids:
            scheme, _, segment = id_.partition(".")
            if scheme in self.own:
                named = names_of(self.own[scheme])
            elif scheme in self.view.schemes:
                named = named_schemes()[scheme]
            else:
                continue
            if not segment:
                found[id_] = named.name
            elif segment in named.segments:
                found[id_] = named.segments[segment].name
        return found
