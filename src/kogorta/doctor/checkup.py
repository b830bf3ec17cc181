"""What the doctor says of segments and how they are used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kogorta.config import Waiver
from kogorta.definitions.names import Words
from kogorta.doctor.model import Severity
from kogorta.i18n import Message

COMPLAINTS = frozenset({Severity.WARN, Severity.BAD})
"""What a check must not let pass."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that a rule says: where it is broken, or that it is kept.

    Attributes:
        rule: Id of the rule.
        severity: How much it matters.
        message: What was found.
        segment: Full id of the segment, scheme or definition that it is about; None if it is about the base.
        other: Of two segments, the other one.
        count: What was counted, as the message says.
        base: Of how many; 0 where there is no whole.
        waiver: What sets the rule aside here.
    """

    rule: str
    severity: Severity
    message: Message
    segment: str | None = None
    other: str | None = None
    count: int = 0
    base: int = 0
    waiver: Waiver | None = None

    @property
    def share_ratio(self) -> float | None:
        """Count ÷ base; None where there is no whole."""
        return self.count / self.base if self.base else None

    @property
    def is_complaint(self) -> bool:
        """Whether something is to be done about it: it is a warning or worse, and nobody has waived it."""
        return self.waiver is None and self.severity in COMPLAINTS


@dataclass(frozen=True, slots=True)
class Checkup:
    """How well a base is segmented.

    Attributes:
        as_of: As of when; UTC without a zone.
        known_seq: Up to which commit facts were known.
        base: How many customers there are; people, not ids.
        remarks: In the order of the rules; of a rule that is kept one, which praises.
        names: How the segments and definitions are called that remarks are about, by full id.
    """

    as_of: datetime
    known_seq: int
    base: int
    remarks: tuple[Remark, ...]
    names: Mapping[str, Words]

    @property
    def is_good(self) -> bool:
        """Whether nothing is to be done."""
        return not self.complaints

    @property
    def complaints(self) -> tuple[Remark, ...]:
        """What is to be done: warnings and worse that nobody has waived."""
        return tuple(remark for remark in self.remarks if remark.is_complaint)

    def of(self, rule: str) -> tuple[Remark, ...]:
        """Return what a rule says; nothing where it cannot tell."""
        return tuple(remark for remark in self.remarks if remark.rule == rule)
