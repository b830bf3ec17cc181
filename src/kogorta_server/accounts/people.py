"""People of the company: invited, given a role, switched off and on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.tokens import default_token_generator
from django.db import IntegrityError, transaction
from django.utils.encoding import force_str
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from kogorta.errors import AccountError, NotFoundError
from kogorta_server.accounts import second
from kogorta_server.accounts.models import User
from kogorta_server.accounts.words import Role


@dataclass(frozen=True, slots=True)
class Account:
    """A user, as lists show him.

    Attributes:
        id: His number.
        email: By which he logs in.
        name: As he calls himself; may be empty.
        role: What he may do.
        is_active: Whether he may log in.
        has_password: Whether he ever set one: who was invited has not yet.
        has_second_step: Whether his telephone is asked for, too.
        last_login: When he came last.
    """

    id: int
    email: str
    name: str
    role: Role
    is_active: bool
    has_password: bool
    has_second_step: bool
    last_login: datetime | None


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a link to set a password is made of. It is good once, and for a week.

    Attributes:
        uid: Whose it is.
        token: Proves it.
    """

    uid: str
    token: str


def everybody() -> list[Account]:
    """Return all users by address."""
    return [_account(user) for user in User.objects.select_related("second_step").order_by("email")]


def one(user_id: int) -> Account:
    """Return one user.

    Raises:
        NotFoundError: There is none of that number.
    """
    return _account(_found(user_id))


def invite(email: str, role: Role, name: str = "", language: str = "en") -> Account:
    """Make a user who has no password yet.

    Raises:
        AccountError: There is one of that address.
    """
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, None, role, name=name.strip(), language=language)
    except IntegrityError as error:
        raise AccountError(
            "there is a user with this address already",
            got=email,
            hint="find him in the list: he may be switched off",
        ) from error
    return _account(user)


def invitation(user_id: int) -> Invitation:
    """Make what lets a user set his password, without knowing the one he had."""
    user = _found(user_id)
    return Invitation(urlsafe_base64_encode(str(user.pk).encode()), default_token_generator.make_token(user))


def invited(uid: str, token: str) -> User | None:
    """Return the user of an invitation, if it is still good."""
    try:
        number = int(force_str(urlsafe_base64_decode(uid)))
    except (ValueError, OverflowError):
        return None
    user = User.objects.filter(pk=number, is_active=True).first()
    return user if user and default_token_generator.check_token(user, token) else None


def set_password(user: User, password: str) -> None:
    """Give a user a password. All his sessions end, since they are bound to it."""
    user.set_password(password)
    user.save(update_fields=["password"])


def rename(user: User, name: str, language: str) -> None:
    """Change how a user is called, and which language he reads."""
    User.objects.filter(pk=user.pk).update(name=name.strip(), language=language)


def change_role(user_id: int, role: Role) -> Account:
    """Give a user another role.

    Raises:
        AccountError: He is the last owner.
    """
    with _one_at_a_time(user_id) as user:
        if role is not Role.OWNER:
            _not_the_last(user)
        user.role = role
        user.save(update_fields=["role"])
    return _account(user)


def switch(user_id: int, *, is_active: bool) -> Account:
    """Switch a user off, so that he is a stranger at once, or on again.

    Raises:
        AccountError: He is the last owner.
    """
    with _one_at_a_time(user_id) as user:
        if not is_active:
            _not_the_last(user)
        user.is_active = is_active
        user.save(update_fields=["is_active"])
    return _account(user)


def forget_second_step(user_id: int) -> None:
    """Let a user in without his telephone, who lost it."""
    second.switch_off(_found(user_id))


@contextmanager
def _one_at_a_time(user_id: int) -> Iterator[User]:
    """Hold all owners, so that two who demote each other at once cannot both succeed."""
    with transaction.atomic():
        list(User.objects.select_for_update().filter(role=Role.OWNER).order_by("pk"))
        yield _found(user_id)


def _not_the_last(user: User) -> None:
    others = User.objects.filter(role=Role.OWNER, is_active=True).exclude(pk=user.pk)
    if user.role == Role.OWNER and user.is_active and not others.exists():
        raise AccountError(
            "the last owner stays an owner",
            got=user.email,
            hint="make somebody else an owner first",
        )


def _found(user_id: int) -> User:
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotFoundError("there is no such user", got=user_id)
    return user


def _account(user: User) -> Account:
    step = getattr(user, "second_step", None)
    return Account(
        id=user.pk,
        email=user.email,
        name=user.name,
        role=Role(user.role),
        is_active=user.is_active,
        has_password=user.has_usable_password(),
        has_second_step=step is not None and step.confirmed_at is not None,
        last_login=user.last_login,
    )
