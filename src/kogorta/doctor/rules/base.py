"""What a rule is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import ClassVar

from kogorta.doctor.case import Case
from kogorta.doctor.checkup import Remark
from kogorta.doctor.model import Finding, Severity
from kogorta.i18n import Message


class Rule(ABC):
    """A rule of good segmentation.

    Attributes:
        id: Stable: `family.what`.
        severity: How much it matters where it is broken; some places matter less, and say so.
        finding: What is found where it is broken, in a few words.
        why: What that costs.
        todo: What to do about it.
    """

    id: ClassVar[str]
    severity: ClassVar[Severity]
    finding: ClassVar[Message]
    why: ClassVar[Message]
    todo: ClassVar[Message]

    def can_tell(self, case: Case) -> bool:
        """Whether there is anything to judge by this rule."""
        return bool(case.audit.base)

    @abstractmethod
    def broken(self, case: Case) -> Iterable[Remark]:
        """Return where the rule is broken; what it can tell of is told by `can_tell`."""

    @abstractmethod
    def praise(self, case: Case) -> Message:
        """Say that the rule is kept."""

    def remark(
        self,
        message: Message,
        segment: str | None = None,
        *,
        other: str | None = None,
        count: int = 0,
        base: int = 0,
        severity: Severity | None = None,
    ) -> Remark:
        """Return a remark of this rule; as grave as the rule is unless told otherwise."""
        return Remark(self.id, severity or self.severity, message, segment, other, count, base)


class AuditRule(Rule):
    """A rule that the audit of the base has looked at already: what it found is told here too."""

    def findings(self, case: Case) -> list[Finding]:
        """Return what the audit found of this; by default the one finding that is called like the rule."""
        found = case.audit.find(self.id)
        return [found] if found else []

    def can_tell(self, case: Case) -> bool:
        """Whether the audit said anything of it."""
        return bool(self.findings(case))

    def broken(self, case: Case) -> Iterable[Remark]:
        """Return the findings that are not good, as grave as the audit calls them."""
        for found in self.findings(case):
            if found.severity is not Severity.GOOD:
                yield self.remark(found.message, count=found.count, base=found.base, severity=found.severity)

    def praise(self, case: Case) -> Message:
        """Say what the audit says."""
        return self.findings(case)[0].message
