"""The second step of logging in: a code that the telephone of a user shows for half a minute (TOTP, RFC 6238)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hmac import compare_digest

import pyotp
from django.db import transaction
from django.db.models import F, Q
from django.utils.crypto import salted_hmac

from kogorta_server import clock
from kogorta_server.accounts.models import RecoveryCode, SecondStep, StrictRole, User
from kogorta_server.accounts.sealing import seal, unseal
from kogorta_server.accounts.words import Role

FAILURES = 5
"""So many wrong codes lock the second step."""

LOCKED_FOR = timedelta(minutes=15)

_PURPOSE = "second-step"
_DRIFT_STEPS = 1
"""How many codes before and after the present one are taken: clocks of telephones go wrong."""

_CODES = 10
_CODE_BYTES = 5


class Outcome(StrEnum):
    """What became of a code."""

    PASSED = "passed"
    WRONG = "wrong"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Setup:
    """What a telephone has to learn.

    Attributes:
        secret: To be typed in where no picture can be taken.
        uri: The same, for the picture.
    """

    secret: str
    uri: str


def begin(user: User) -> Setup:
    """Begin to set up the second step of a user; asked again before it is confirmed, it says the same."""
    step, _ = SecondStep.objects.get_or_create(
        user=user, defaults={"sealed_secret": seal(_PURPOSE, pyotp.random_base32())}
    )
    secret = unseal(_PURPOSE, step.sealed_secret)
    return Setup(secret, pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name="Kogorta"))


def confirm(user: User, code: str) -> list[str] | None:
    """Switch the second step on, if the code is right.

    Returns:
        Recovery codes, each good for one time, which cannot be had again; None if the code is wrong.
    """
    step = SecondStep.objects.filter(user=user, confirmed_at=None).first()
    number = _step_of(step, code, clock.now()) if step else None
    if step is None or number is None:
        return None
    codes = [secrets.token_hex(_CODE_BYTES) for _ in range(_CODES)]
    with transaction.atomic():
        SecondStep.objects.filter(pk=step.pk).update(confirmed_at=clock.now(), last_step=number)
        RecoveryCode.objects.filter(user=user).delete()
        RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_digest(code)) for code in codes)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def has(user: User) -> bool:
    """Tell whether a user has a second step."""
    return SecondStep.objects.filter(user=user, confirmed_at__isnull=False).exists()


def codes_left(user: User) -> int:
    """Return how many recovery codes of a user are still good."""
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def check(user: User, code: str) -> Outcome:
    """Take a code of the telephone, or a recovery code. Each is taken once; too many wrong ones lock the door."""
    now = clock.now()
    step = SecondStep.objects.filter(user=user, confirmed_at__isnull=False).first()
    if step is None:
        return Outcome.WRONG
    open_ = SecondStep.objects.filter(Q(locked_until=None) | Q(locked_until__lte=now), pk=step.pk)
    if not open_.exists():
        return Outcome.LOCKED
    number = _step_of(step, code, now)
    # one statement decides: of two that show the same code at once, one comes in
    if number is not None and open_.filter(last_step__lt=number).update(
        last_step=number, failures=0, locked_until=None
    ):
        return Outcome.PASSED
    if _take_recovery_code(step, code, now):
        return Outcome.PASSED
    open_.update(failures=F("failures") + 1)
    is_locked = open_.filter(failures__gte=FAILURES).update(failures=0, locked_until=now + LOCKED_FOR)
    return Outcome.LOCKED if is_locked else Outcome.WRONG


def _take_recovery_code(step: SecondStep, code: str, now: datetime) -> bool:
    # both or neither: a code that was taken lets somebody in
    with transaction.atomic():
        codes = RecoveryCode.objects.filter(user=step.user, used_at=None, digest=_digest(code))
        is_taken = codes.update(used_at=now) > 0
        if is_taken:
            SecondStep.objects.filter(pk=step.pk).update(failures=0)
        return is_taken


def switch_off(user: User) -> None:
    """Forget the telephone of a user and his recovery codes."""
    with transaction.atomic():
        SecondStep.objects.filter(user=user).delete()
        RecoveryCode.objects.filter(user=user).delete()


def strict_roles() -> frozenset[Role]:
    """Return the roles whose people must have a second step."""
    return frozenset(Role(role) for role in StrictRole.objects.values_list("role", flat=True))


def require(roles: Iterable[Role]) -> None:
    """Say whose people must have a second step: who has none sets it up before he sees anything else."""
    wanted = {str(role) for role in roles}
    with transaction.atomic():
        StrictRole.objects.exclude(role__in=wanted).delete()
        for role in wanted:
            StrictRole.objects.get_or_create(role=role)


def is_owed(user: User) -> bool:
    """Tell whether a user must set up a second step before anything else."""
    return StrictRole.objects.filter(role=user.role).exists() and not has(user)


def _step_of(step: SecondStep, code: str, now: datetime) -> int | None:
    """Return the number of the half minute in which a telephone shows a code; None if it shows it in none about now."""
    totp = pyotp.TOTP(unseal(_PURPOSE, step.sealed_secret))
    typed = "".join(code.split())
    present = int(now.timestamp()) // totp.interval
    for number in range(present - _DRIFT_STEPS, present + _DRIFT_STEPS + 1):
        if compare_digest(totp.generate_otp(number).encode(), typed.encode()):
            return number
    return None


def _digest(code: str) -> str:
    plain = "".join(sign for sign in code.lower() if sign.isalnum())
    return salted_hmac("kogorta.recovery", plain, algorithm="sha256").hexdigest()
