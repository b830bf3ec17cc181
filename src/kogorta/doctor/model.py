"""What an audit says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kogorta.i18n import Message


class Severity(StrEnum):
    """How much a finding matters."""

    GOOD = "good"
    INFO = "info"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        id: Stable: `area.what`, as in `contacts.missing` or `reach.email`.
        severity: How much it matters; what is as it should be is said too.
        message: What was found.
        hint: What to do about it, where there is something to do.
        count: What was counted: those that lack it, or those that have it, as the message says.
        base: Of how many.
        examples: A few, masked.
    """

    id: str
    severity: Severity
    message: Message
    hint: Message | None = None
    count: int = 0
    base: int = 0
    examples: tuple[str, ...] = ()

    @property
    def area(self) -> str:
        """The first part of the id, by which findings are grouped."""
        return self.id.partition(".")[0]

    @property
    def share(self) -> float | None:
        """Count by base, 0 to 1; missing without a base."""
        return self.count / self.base if self.base else None


@dataclass(frozen=True, slots=True)
class Switch:
    """Something that Kogorta can tell if it is given the facts for it.

    Attributes:
        id: Stable name.
        title: What it is, for people.
        is_on: Whether the store holds what it needs.
        missing: What would switch it on: tables, or columns as `table.column`; empty if it is on.
    """

    id: str
    title: Message
    is_on: bool
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Audit:
    """The state of a base.

    Attributes:
        as_of: As of when; UTC without a zone.
        known_seq: Up to which commit facts were known.
        base: How many customers there are; people, not ids.
        findings: In the order of areas.
        switches: What is on and what is off.
    """

    as_of: datetime
    known_seq: int
    base: int
    findings: tuple[Finding, ...]
    switches: tuple[Switch, ...]

    def find(self, finding_id: str) -> Finding | None:
        """Return the finding with this id, if it was made."""
        return next((finding for finding in self.findings if finding.id == finding_id), None)


def grade(part: float, whole: float, *, good: float, warn: float) -> Severity:
    """Judge the share of those who have what they should.

    Examples:
        >>> [str(grade(part, 10, good=0.9, warn=0.5)) for part in (9, 5, 4)]
        ['good', 'warn', 'bad']
    """
    share = part / whole if whole else 0.0
    if share >= good:
        return Severity.GOOD
    return Severity.WARN if share >= warn else Severity.BAD


def percent(part: float, whole: float) -> int | float:
    """Return a share in hundredths for a sentence: a tenth is kept where it tells something.

    A share that is neither nothing nor everything never becomes 0 or 100.

    Examples:
        >>> percent(1, 3), percent(1, 30), percent(1, 100000), percent(99999, 100000), percent(2, 2)
        (33, 3.3, 0.1, 99.9, 100)
    """
    value = 100 * part / whole if whole else 0.0
    if value in (0, 100):
        return int(value)
    value = min(max(value, 0.1), 99.9)
    return round(value, 1) if value < 10 or value > 99 else round(value)
