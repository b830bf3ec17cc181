"""People of the company: who may log in, as what. A key gives nobody more than it has itself."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from django.http import HttpRequest
from django.urls import reverse
from ninja import Router, Schema, Status
from pydantic import EmailStr, Field

from kogorta_server.accounts import people, second
from kogorta_server.accounts.audit import record
from kogorta_server.accounts.people import Account
from kogorta_server.accounts.rights import RIGHTS, Right
from kogorta_server.accounts.words import Role
from kogorta_server.api.base import CONFLICT, ERRORS, MISSING
from kogorta_server.api.door import ByKey, need

router = Router(tags=["users"])
ANSWERS = {**ERRORS, **MISSING, **CONFLICT}


class User(Schema):
    """Somebody who may log in."""

    id: int
    email: str
    name: str
    role: Role
    is_active: bool
    has_password: bool = Field(description="Who was invited has none yet.")
    has_second_step: bool
    last_login: datetime | None


class Invited(Schema):
    """Who is to be invited."""

    email: Annotated[EmailStr, Field(max_length=254)]
    role: Role
    name: str = Field("", max_length=200)
    language: str = Field("en", pattern="^(ru|en)$", description="Of his pages.")


class Invitation(Schema):
    """A link with which a user chooses his password: good once, for a week. Hand it over by a way that only he reads."""

    user: User
    url: str


class UserChange(Schema):
    """What is to be changed."""

    role: Role | None = None
    is_active: bool | None = None


class Strict(Schema):
    """Roles whose people must prove themselves by a code of their telephone, too."""

    roles: list[Role]


@router.get("users", response={200: list[User], **ERRORS}, operation_id="list_users", auth=ByKey(Right.USERS))
def every(request: HttpRequest) -> list[User]:
    """List who may log in."""
    return [_user(item) for item in people.everybody()]


@router.post("users", response={201: Invitation, **ANSWERS}, operation_id="invite", auth=ByKey(Right.USERS))
def invite(request: HttpRequest, body: Invited) -> Status[Invitation]:
    """Make a user, and a link for his password. An address that has an account is refused, so that nobody is made twice."""
    _within(request, body.role)
    account = people.invite(body.email, body.role, body.name, body.language)
    record(request, "user.invited", str(account.id), role=account.role)
    return Status(HTTPStatus.CREATED, _invitation(request, account))


@router.get(
    "users/{int:user_id}", response={200: User, **ANSWERS}, operation_id="user", auth=ByKey(Right.USERS)
)
def one(request: HttpRequest, user_id: int) -> User:
    """Show one user."""
    return _user(people.one(user_id))


@router.patch(
    "users/{int:user_id}",
    response={200: User, **ANSWERS},
    operation_id="change_user",
    auth=ByKey(Right.USERS),
)
def change(request: HttpRequest, user_id: int, body: UserChange) -> User:
    """Give a user another role, switch him off or on. The last owner stays one."""
    account = people.one(user_id)
    _within(request, account.role)
    if body.role is not None and body.role is not account.role:
        _within(request, body.role)
        people.change_role(user_id, body.role)
        record(request, "user.role_changed", str(user_id), was=account.role, role=body.role)
    if body.is_active is not None and body.is_active is not account.is_active:
        people.switch(user_id, is_active=body.is_active)
        record(request, f"user.switched_{'on' if body.is_active else 'off'}", str(user_id))
    return _user(people.one(user_id))


@router.post(
    "users/{int:user_id}/link",
    response={200: Invitation, **ANSWERS},
    operation_id="make_user_link",
    auth=ByKey(Right.USERS),
)
def link(request: HttpRequest, user_id: int) -> Invitation:
    """Make a new link for the password of a user."""
    account = people.one(user_id)
    _within(request, account.role)
    record(request, "user.link_made", str(account.id))
    return _invitation(request, account)


@router.delete(
    "users/{int:user_id}/second-step",
    response={204: None, **ANSWERS},
    operation_id="forget_second_step",
    auth=ByKey(Right.USERS),
)
def forget(request: HttpRequest, user_id: int) -> Status[None]:
    """Let a user in without his telephone, who lost it."""
    account = people.one(user_id)
    _within(request, account.role)
    people.forget_second_step(user_id)
    record(request, "second_step.off", str(user_id))
    return Status(HTTPStatus.NO_CONTENT, None)


@router.get(
    "second-step", response={200: Strict, **ERRORS}, operation_id="second_step", auth=ByKey(Right.USERS)
)
def strict(request: HttpRequest) -> Strict:
    """Say of which roles a second step is asked."""
    return Strict(roles=sorted(second.strict_roles()))


@router.put(
    "second-step",
    response={200: Strict, **ERRORS},
    operation_id="require_second_step",
    auth=ByKey(Right.USERS),
)
def require(request: HttpRequest, body: Strict) -> Strict:
    """Ask a second step of these roles, and of no others."""
    for role in second.strict_roles() - set(body.roles):
        _within(request, role)
    second.require(body.roles)
    record(request, "second_step.required", roles=sorted(set(body.roles)))
    return Strict(roles=sorted(second.strict_roles()))


def _within(request: HttpRequest, role: Role) -> None:
    """Refuse to deal in a role that may more than the key: who makes an owner would be one himself.

    Raises:
        ScopeError: The key lacks some right of the role.
    """
    for right in sorted(RIGHTS[role]):
        need(request, right)


def _invitation(request: HttpRequest, account: Account) -> Invitation:
    made = people.invitation(account.id)
    return Invitation(
        user=_user(account),
        url=request.build_absolute_uri(reverse("invited", args=(made.uid, made.token))),
    )


def _user(account: Account) -> User:
    return User(
        id=account.id,
        email=account.email,
        name=account.name,
        role=account.role,
        is_active=account.is_active,
        has_password=account.has_password,
        has_second_step=account.has_second_step,
        last_login=account.last_login,
    )
