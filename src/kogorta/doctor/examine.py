"""The doctor: every rule is asked, and what a waiver sets aside is told as waived."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase

from kogorta.config import FILE_NAME, Config, Waiver
from kogorta.doctor.case import Case, Use
from kogorta.doctor.checkup import Checkup, Remark
from kogorta.doctor.model import Severity
from kogorta.doctor.rules import ON_WAIVERS, RULES, Rule
from kogorta.errors import ConfigError, ProblemsError
from kogorta.i18n import nlazy
from kogorta.identity.rules import utc
from kogorta.membership.view import open_view
from kogorta.warehouse.store import Warehouse


def doctor(
    warehouse: Warehouse, config: Config, as_of: datetime, known_at: datetime | int | None = None
) -> Checkup:
    """Judge the segments of a base, and how they are used, as of an instant; nothing is written.

    Args:
        warehouse: The store.
        config: How the workspace means its numbers, from where on rules complain, and what is waived.
        as_of: The instant; UTC. Ages are counted from it.
        known_at: Up to which import, by instant or by its number; by default all of them.

    Raises:
        ProblemsError: A waiver names a rule that there is not; each of them is listed.
    """
    check_waivers(config.doctor.waive)
    with open_view(warehouse, config, utc(as_of), known_at) as view:
        case = Case(view)
        today = view.instant.as_of.replace(tzinfo=UTC).astimezone(config.zone).date()
        remarks = _waived(_asked(RULES, case), config.doctor.waive, today)
        uses = tuple(_use(case, waiver, remarks, today) for waiver in config.doctor.waive)
        remarks += _asked(ON_WAIVERS, replace(case, uses=uses))
        return Checkup(
            as_of=view.instant.as_of,
            known_seq=view.instant.known_seq,
            base=case.audit.base,
            remarks=tuple(remarks),
            names=case.names(dict.fromkeys(_ids(remarks))),
        )


def _asked(rules: Iterable[Rule], case: Case) -> list[Remark]:
    """Ask rules; one that is kept praises, one that cannot tell is silent."""
    found: list[Remark] = []
    for rule in rules:
        if rule.can_tell(case):
            broken = list(rule.broken(case))
            found += broken or [Remark(rule.id, Severity.GOOD, rule.praise(case))]
    return found


def _waived(remarks: Iterable[Remark], waivers: Sequence[Waiver], today: date) -> list[Remark]:
    """Put beside each remark the first waiver that holds for it."""
    valid = [waiver for waiver in waivers if not _is_over(waiver, today)]
    return [
        replace(remark, waiver=next((waiver for waiver in valid if _meets(waiver, remark)), None))
        for remark in remarks
    ]


def _use(case: Case, waiver: Waiver, remarks: Iterable[Remark], today: date) -> Use:
    rule = next(rule for rule in RULES if rule.id == waiver.rule)
    is_needed = any(_meets(waiver, remark) for remark in remarks)
    return Use(waiver, _is_over(waiver, today), is_needed, rule.can_tell(case))


def _is_over(waiver: Waiver, today: date) -> bool:
    return waiver.until is not None and waiver.until < today


def _meets(waiver: Waiver, remark: Remark) -> bool:
    """Whether a waiver is about a remark: the rule, and where it names a segment, one that the remark is about."""
    if waiver.rule != remark.rule or remark.severity is Severity.GOOD:
        return False
    about = [id_ for id_ in (remark.segment, remark.other) if id_ is not None]
    return waiver.segment is None or any(fnmatchcase(id_, waiver.segment) for id_ in about)


def check_waivers(waivers: Sequence[Waiver]) -> None:
    """Refuse waivers of rules that there are not.

    Raises:
        ProblemsError: There are some.
    """
    known = [rule.id for rule in RULES]
    problems = [
        ConfigError(
            "there is no such rule",
            got=waiver.rule,
            expected=", ".join(known),
            path=f"doctor.waive.{number}.rule",
        )
        for number, waiver in enumerate(waivers)
        if waiver.rule not in known
    ]
    if problems:
        summary = nlazy(
            "{path} says {n} thing that cannot be:",
            "{path} says {n} things that cannot be:",
            len(problems),
            path=FILE_NAME,
        )
        raise ProblemsError(summary, problems)


def _ids(remarks: Iterable[Remark]) -> Iterable[str]:
    for remark in remarks:
        yield from (id_ for id_ in (remark.segment, remark.other) if id_ is not None)
