"""Keys of programs: shown once, found by their secret, revoked."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from kogorta.errors import InputError, NotFoundError
from kogorta_server import clock
from kogorta_server.accounts import keys
from kogorta_server.accounts.models import ApiKey, AuditEntry, User
from kogorta_server.accounts.rights import Right
from kogorta_server.accounts.words import Role

Users = Callable[[Role], User]

pytestmark = pytest.mark.usefixtures("shop")


def test_a_key_is_found_by_its_secret_and_by_nothing_else(user: Users) -> None:
    key, secret = keys.make(user(Role.OWNER), "shop", [Right.SEE, Right.PEOPLE])
    found = keys.find(secret)
    assert found is not None
    assert found.id == key.id
    assert found.scopes == frozenset({Right.SEE, Right.PEOPLE})
    assert found.may(Right.PEOPLE)
    assert not found.may(Right.CONTACTS)
    start, end = secret[:-1], secret[-1]
    wrong = [
        start + ("A" if end != "A" else "B"),
        start,
        secret + "A",
        secret.upper(),
        key.prefix,
        "",
        "kgr__",
        "x" * 9999,
    ]
    assert [keys.find(text) for text in wrong] == [None] * len(wrong)
    assert keys.find(secret.replace("kgr_", "abc_")) is None


def test_the_secret_is_stored_nowhere(user: Users) -> None:
    key, secret = keys.make(user(Role.OWNER), "shop", [Right.SEE])
    row = ApiKey.objects.get(pk=key.id)
    # the last part may have the sign that parts are divided by
    assert secret.split("_", 2)[2] not in str(vars(row))
    assert len(row.digest) == 64
    # 32 bytes that nobody can guess
    assert len(secret.removeprefix(f"{key.prefix}_")) >= 43


def test_two_keys_have_nothing_in_common(user: Users) -> None:
    made = [keys.make(user(Role.OWNER), "same", [Right.SEE]) for _ in range(20)]
    assert len({secret for _, secret in made}) == len({key.prefix for key, _ in made}) == 20


def test_a_key_that_was_taken_back_or_whose_time_is_over_opens_nothing(user: Users) -> None:
    end = clock.now() + timedelta(days=1)
    key, secret = keys.make(user(Role.OWNER), "shop", [Right.SEE], end)
    with time_machine.travel(end - timedelta(seconds=1), tick=False):
        assert keys.find(secret) is not None
    with time_machine.travel(end, tick=False):
        assert keys.find(secret) is None
    keys.revoke(key.id)
    assert keys.find(secret) is None
    first = ApiKey.objects.get(pk=key.id).revoked_at
    keys.revoke(key.id)
    assert ApiKey.objects.get(pk=key.id).revoked_at == first


def test_the_last_use_is_written_down_to_the_minute(user: Users) -> None:
    _, secret = keys.make(user(Role.OWNER), "shop", [Right.SEE])
    start = clock.now()
    seen = []
    for seconds in (0, 30, 61):
        with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
            keys.find(secret)
        used = ApiKey.objects.get().last_used_at
        assert used is not None
        seen.append(round((used - start).total_seconds()))
    assert seen == [0, 0, 61]


def test_a_key_allows_something(user: Users) -> None:
    with pytest.raises(InputError):
        keys.make(user(Role.OWNER), "shop", [])
    assert not ApiKey.objects.exists()


def test_there_is_no_key_of_that_number(db: None) -> None:
    with pytest.raises(NotFoundError):
        keys.revoke(999_999)


# --- the page ------------------------------------------------------------------------------------


def test_the_page_shows_a_secret_once(owner: Client) -> None:
    answer = owner.post("/keys/", {"name": "Checkout", "scopes": ["see", "people"]})
    (secret,) = re.findall(r'value="(kgr_[^"]+)"', answer.content.decode())
    assert answer["Cache-Control"] == "no-store"
    assert keys.find(secret) is not None
    page = owner.get("/keys/").content.decode()
    assert secret not in page
    assert secret.rpartition("_")[0] in page or secret[:16] in page
    entry = AuditEntry.objects.get(action="key.made")
    assert entry.details == {"scopes": ["people", "see"]}
    assert secret not in str(vars(entry))


def test_a_day_is_good_to_its_end_on_the_clock_of_the_workspace(owner: Client) -> None:
    with time_machine.travel("2026-11-22T12:00:00+00:00", tick=False):
        owner.post("/keys/", {"name": "Till tonight", "scopes": ["see"], "expires": "2026-11-22"})
    # Moscow is three hours ahead
    ends = ApiKey.objects.get().expires_at
    assert ends is not None
    assert ends.isoformat(timespec="seconds") == "2026-11-22T20:59:59+00:00"


@pytest.mark.parametrize(
    "form",
    [
        {"name": "", "scopes": ["see"]},
        {"name": "x", "scopes": []},
        {"name": "x", "scopes": ["fly"]},
        {"name": "x", "scopes": ["see"], "expires": "2001-01-01"},
        {"name": "x", "scopes": ["see"], "expires": "soon"},
        {"name": "x" * 101, "scopes": ["see"]},
    ],
)
def test_a_key_that_makes_no_sense_is_not_made(owner: Client, form: dict[str, object]) -> None:
    assert owner.post("/keys/", form).status_code == 422
    assert not ApiKey.objects.exists()


def test_a_key_is_taken_back_on_the_page(owner: Client, user: Users) -> None:
    key, secret = keys.make(user(Role.OWNER), "<i>shop</i>", [Right.SEE])
    answer = owner.post(f"/keys/{key.id}/revoke/", follow=True)
    text = answer.content.decode()
    assert "taken back" in text
    assert "<i>shop" not in text
    assert keys.find(secret) is None
