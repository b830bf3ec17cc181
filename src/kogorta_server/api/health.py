"""What the doctor found, what the base lacks, and which findings are waived."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from kogorta.config import Waiver as Waived
from kogorta.i18n import Translator
from kogorta.report.model import Advice, Gap, Severity
from kogorta_server import base
from kogorta_server.accounts.audit import record
from kogorta_server.accounts.rights import Right
from kogorta_server.api.base import CONFLICT, ERRORS, UNREADABLE, aware, current
from kogorta_server.api.door import ByKey
from kogorta_server.api.problems import speaker
from kogorta_server.tuning import waivers

router = Router(tags=["health"])


class Spot(Schema):
    """Where a rule is broken."""

    segment: str | None = Field(description="Full id; null where it is about the base.")
    says: str


class Finding(Schema):
    """Something to mend, in the language of Accept-Language."""

    rule: str
    severity: Severity
    says: str
    todo: str | None
    places: list[Spot]


class Findings(Schema):
    """What is to be mended, the gravest first: what the doctor found, and what the base lacks."""

    as_of: datetime
    findings: list[Finding]
    good: list[str] = Field(description="What is as it should be.")
    waived: int


class Waiver(Schema):
    """A rule that is set aside, and why."""

    rule: str = Field(max_length=100)
    segment: str | None = Field(
        None, max_length=200, description="Full id, `*` for anything; none wherever it is broken."
    )
    reason: str = Field(min_length=1, max_length=500)
    until: date | None = Field(None, description="The last local day on which it holds; none for good.")


@router.get(
    "findings",
    response={200: Findings, **ERRORS, **UNREADABLE},
    operation_id="findings",
    auth=ByKey(Right.SEE),
)
def findings(request: HttpRequest) -> Findings:
    """List what is to be mended in segments and in the base, as of the last refresh."""
    reading, t = current(), speaker(request)
    checkup = reading.report.checkup
    found = [_advice(t, item) for item in (checkup.advice if checkup else ())]
    found += [_gap(t, gap) for gap in reading.report.gaps]
    found.sort(key=lambda item: list(Severity).index(item.severity))
    return Findings(
        as_of=aware(reading.stamp.as_of),
        findings=found,
        good=[t.say(said) for said in checkup.good] if checkup else [],
        waived=checkup.waived if checkup else 0,
    )


@router.get(
    "waivers", response={200: list[Waiver], **ERRORS}, operation_id="list_waivers", auth=ByKey(Right.SEE)
)
def every(request: HttpRequest) -> list[Waiver]:
    """List the findings that are set aside."""
    return [_waiver(item) for item in base.workspace().config.doctor.waive]


@router.put(
    "waivers",
    response={200: list[Waiver], **ERRORS, **CONFLICT},
    operation_id="set_waivers",
    auth=ByKey(Right.SETTINGS),
)
def keep(request: HttpRequest, body: list[Waiver]) -> list[Waiver]:
    """Say which findings are set aside: these, and no others. They count from the next refresh on."""
    kept = waivers.keep([item.model_dump(exclude_none=True) for item in body])
    record(request, "settings.changed", "doctor", waivers=len(kept))
    return [_waiver(item) for item in kept]


def _advice(t: Translator, item: Advice) -> Finding:
    return Finding(
        rule=item.rule,
        severity=item.severity,
        says=t.say(item.finding),
        todo=t.say(item.todo),
        places=[Spot(segment=id_, says=t.say(said)) for id_, _, said in item.places],
    )


def _gap(t: Translator, gap: Gap) -> Finding:
    return Finding(
        rule=gap.id,
        severity=gap.severity,
        says=t.say(gap.message),
        todo=t.say(gap.remedy) if gap.remedy else None,
        places=[],
    )


def _waiver(item: Waived) -> Waiver:
    return Waiver(rule=item.rule, segment=item.segment, reason=item.reason, until=item.until)
