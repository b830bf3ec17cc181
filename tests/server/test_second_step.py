"""The second step: a telephone is asked at the door, and nobody comes in without it."""

from __future__ import annotations

import html
import re
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pyotp
import pytest
import time_machine
from django.db import OperationalError, connections
from django.test import Client

from kogorta.errors import ConfigError
from kogorta_server import clock
from kogorta_server.accounts import second
from kogorta_server.accounts.models import AuditEntry, RecoveryCode, SecondStep, User
from kogorta_server.accounts.sealing import seal, unseal
from kogorta_server.accounts.second import Outcome
from kogorta_server.accounts.words import Role

Users = Callable[[Role], User]
As = Callable[[Role | None], Client]

PASSWORD = "correct horse battery"
NOON = datetime.fromisoformat("2026-11-22T12:00:00+00:00")

pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture
def noon() -> time_machine.Traveller:  # type: ignore[misc]  # a fixture that yields
    """Stand still at noon; a test goes on from there by itself."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def phone_of(user: User) -> pyotp.TOTP:
    return pyotp.TOTP(second.begin(user).secret)


def switched_on(user: User) -> tuple[pyotp.TOTP, list[str]]:
    """Give a user a telephone; the code that proved it is spent."""
    phone = phone_of(user)
    codes = second.confirm(user, phone.at(clock.now()))
    assert codes is not None
    return phone, codes


def at_the_door(email: str = "owner@shop.example") -> Client:
    """Say the right password; the code is still asked for."""
    client = Client(headers={"accept-language": "en"})
    answer = client.post("/login/", {"username": email, "password": PASSWORD, "next": "/segments/"})
    assert answer["Location"] == "/login/code/?next=%2Fsegments%2F"
    return client


def test_a_right_password_alone_opens_nothing(user: Users, noon: time_machine.Traveller) -> None:
    switched_on(user(Role.OWNER))
    client = at_the_door()
    assert client.get("/")["Location"].startswith("/login/")
    assert client.get("/login/code/").status_code == 200


def test_the_code_of_the_telephone_opens_the_door(user: Users, noon: time_machine.Traveller) -> None:
    phone, _ = switched_on(user(Role.OWNER))
    noon.shift(30)
    client = at_the_door()
    answer = client.post("/login/code/", {"code": phone.at(clock.now()), "next": "/segments/"})
    assert answer["Location"] == "/segments/"
    assert client.get("/segments/").status_code == 200


def test_a_code_is_taken_once(user: Users, noon: time_machine.Traveller) -> None:
    phone, _ = switched_on(user(Role.OWNER))
    noon.shift(30)
    code = phone.at(clock.now())
    assert at_the_door().post("/login/code/", {"code": code}).status_code == 302
    answer = at_the_door().post("/login/code/", {"code": code})
    assert answer.status_code == 422
    assert "used already" in answer.content.decode()


def test_an_older_code_is_not_taken_after_a_newer_one(user: Users, noon: time_machine.Traveller) -> None:
    owner = user(Role.OWNER)
    phone, _ = switched_on(owner)
    noon.shift(60)
    assert second.check(owner, phone.at(clock.now())) is Outcome.PASSED
    assert second.check(owner, phone.at(clock.now() - timedelta(seconds=30))) is Outcome.WRONG


@pytest.mark.parametrize(
    ("seconds", "outcome"), [(-30, "passed"), (30, "passed"), (-60, "wrong"), (60, "wrong")]
)
def test_clocks_may_be_half_a_minute_apart(
    user: Users, noon: time_machine.Traveller, seconds: int, outcome: str
) -> None:
    owner = user(Role.OWNER)
    phone, _ = switched_on(owner)
    noon.shift(120)
    assert second.check(owner, phone.at(clock.now() + timedelta(seconds=seconds))) == outcome


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "123456789012345678901", "١٢٣٤٥٦", "000000"])
def test_what_is_no_code_is_refused(user: Users, noon: time_machine.Traveller, code: str) -> None:
    phone, _ = switched_on(user(Role.OWNER))
    assert phone.at(clock.now()) != "000000"
    assert at_the_door().post("/login/code/", {"code": code}).status_code == 422


def test_five_wrong_codes_lock_even_the_right_one_out_for_a_quarter_of_an_hour(
    user: Users, noon: time_machine.Traveller
) -> None:
    owner = user(Role.OWNER)
    phone, _ = switched_on(owner)
    noon.shift(30)
    # each from a new browser: who guesses does not keep his cookies
    said = [at_the_door().post("/login/code/", {"code": "000000"}).status_code for _ in range(5)]
    assert said == [422, 422, 422, 422, 429]
    answer = at_the_door().post("/login/code/", {"code": phone.at(clock.now())})
    assert answer.status_code == 429
    assert "Wait 15 minutes" in answer.content.decode()
    assert AuditEntry.objects.filter(action="user.code_refused").count() == 6
    noon.shift(15 * 60)
    assert second.check(owner, phone.at(clock.now())) is Outcome.PASSED


def test_a_right_code_forgets_the_wrong_ones(user: Users, noon: time_machine.Traveller) -> None:
    owner = user(Role.OWNER)
    phone, _ = switched_on(owner)
    for _ in range(2):
        for _ in range(4):
            assert second.check(owner, "000000") is Outcome.WRONG
        noon.shift(30)
        assert second.check(owner, phone.at(clock.now())) is Outcome.PASSED


def test_a_recovery_code_opens_once_however_it_is_typed(user: Users, noon: time_machine.Traveller) -> None:
    owner = user(Role.OWNER)
    _, codes = switched_on(owner)
    assert len(set(codes)) == 10
    assert at_the_door().post("/login/code/", {"code": f" {codes[3].upper()} "}).status_code == 302
    assert at_the_door().post("/login/code/", {"code": codes[3].replace("-", "")}).status_code == 422
    assert second.codes_left(owner) == 9


def test_a_recovery_code_opens_for_its_owner_alone(user: Users, noon: time_machine.Traveller) -> None:
    _, codes = switched_on(user(Role.OWNER))
    viewer = user(Role.VIEWER)
    switched_on(viewer)
    assert second.check(viewer, codes[0]) is Outcome.WRONG


@pytest.mark.django_db(transaction=True)
def test_of_two_who_show_one_code_at_once_one_comes_in(user: Users, noon: time_machine.Traveller) -> None:
    owner = user(Role.OWNER)
    phone, codes = switched_on(owner)
    noon.shift(30)
    for code in (phone.at(clock.now()), codes[0]):
        gate = threading.Barrier(4)
        outcomes: list[Outcome] = []

        def show(
            code: str = code, gate: threading.Barrier = gate, outcomes: list[Outcome] = outcomes
        ) -> None:
            gate.wait()
            while True:
                try:
                    outcomes.append(second.check(owner, code))
                    break
                except OperationalError:
                    # a database in memory, as tests have it, does not wait for a lock; one in a file does
                    time.sleep(0.01)
            connections.close_all()

        threads = [threading.Thread(target=show) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes).count(Outcome.PASSED) == 1


def test_the_door_waits_ten_minutes_for_the_code(user: Users, noon: time_machine.Traveller) -> None:
    phone, _ = switched_on(user(Role.OWNER))
    client = at_the_door()
    noon.shift(601)
    answer = client.post("/login/code/", {"code": phone.at(clock.now())})
    assert answer["Location"].startswith("/login/")
    assert client.get("/").status_code == 302


def test_a_password_that_was_changed_meanwhile_no_longer_counts(
    user: Users, noon: time_machine.Traveller
) -> None:
    owner = user(Role.OWNER)
    phone, _ = switched_on(owner)
    client = at_the_door()
    owner.set_password("seven green umbrellas")
    owner.save()
    noon.shift(30)
    client.post("/login/code/", {"code": phone.at(clock.now())})
    assert client.get("/").status_code == 302


def test_nobody_reaches_the_code_without_the_password(user: Users, noon: time_machine.Traveller) -> None:
    phone, _ = switched_on(user(Role.OWNER))
    client = Client()
    assert client.get("/login/code/")["Location"].startswith("/login/")
    noon.shift(30)
    client.post("/login/code/", {"code": phone.at(clock.now())})
    assert client.get("/").status_code == 302


def test_the_session_of_the_password_is_not_that_of_before(user: Users, noon: time_machine.Traveller) -> None:
    phone, _ = switched_on(user(Role.OWNER))
    client = Client()
    # somebody else has put his session into this browser
    client.session["planted"] = True
    client.session.save()
    keys = [client.session.session_key]
    client.post("/login/", {"username": "owner@shop.example", "password": PASSWORD})
    keys.append(client.session.session_key)
    noon.shift(30)
    client.post("/login/code/", {"code": phone.at(clock.now())})
    keys.append(client.session.session_key)
    assert len(set(keys)) == 3


# --- setting up ----------------------------------------------------------------------------------


def test_nothing_is_asked_for_until_a_code_has_proved_the_telephone(
    owner: Client, user: Users, noon: time_machine.Traveller
) -> None:
    owner.get("/security/")
    assert SecondStep.objects.count() == 1
    answer = Client().post("/login/", {"username": "owner@shop.example", "password": PASSWORD})
    assert answer["Location"] == "/"
    assert owner.post("/security/", {"code": "000000"}).status_code == 422
    assert not second.has(user(Role.OWNER))


def test_recovery_codes_are_shown_once(owner: Client, user: Users, noon: time_machine.Traveller) -> None:
    phone = phone_of(user(Role.OWNER))
    page = owner.post("/security/", {"code": phone.at(clock.now())})
    codes = re.findall(r"<code>([0-9a-f]{5}-[0-9a-f]{5})</code>", page.content.decode())
    assert len(codes) == 10
    assert page["Cache-Control"] == "no-store"
    again = owner.get("/security/").content.decode()
    assert not any(code in again for code in codes)
    assert "10 recovery codes are left" in html.unescape(again).replace("\u00a0", " ")


def test_nothing_secret_is_readable_in_the_database(user: Users, noon: time_machine.Traveller) -> None:
    owner = user(Role.OWNER)
    phone, codes = switched_on(owner)
    kept = [SecondStep.objects.get().sealed_secret, *RecoveryCode.objects.values_list("digest", flat=True)]
    for secret in (phone.secret, *codes, *[code.replace("-", "") for code in codes]):
        assert not any(secret in text for text in kept)


def test_a_secret_opens_for_its_purpose_and_under_its_key_alone(settings: object) -> None:
    sealed = seal("second-step", "JBSWY3DP")
    assert unseal("second-step", sealed) == "JBSWY3DP"
    assert seal("second-step", "JBSWY3DP") != sealed
    with pytest.raises(ConfigError):
        unseal("another", sealed)
    settings.SECRET_KEY = "another key"  # type: ignore[attr-defined]  # pytest-django's
    with pytest.raises(ConfigError, match="another secret key"):
        unseal("second-step", sealed)


def test_it_is_switched_off_with_the_password_alone(
    owner: Client, user: Users, noon: time_machine.Traveller
) -> None:
    switched_on(user(Role.OWNER))
    assert owner.post("/security/off/", {"password": "wrong"}).status_code == 422
    assert second.has(user(Role.OWNER))
    assert owner.post("/security/off/", {"password": PASSWORD}).status_code == 302
    assert not second.has(user(Role.OWNER))
    assert RecoveryCode.objects.count() == 0


def test_an_owner_helps_who_lost_his_telephone(
    owner: Client, user: Users, noon: time_machine.Traveller
) -> None:
    viewer = user(Role.VIEWER)
    switched_on(viewer)
    owner.post(f"/users/{viewer.pk}/", {"do": "forget"})
    assert not second.has(viewer)
    entry = AuditEntry.objects.get(action="second_step.off")
    assert (entry.who, entry.target) == ("owner@shop.example", str(viewer.pk))


def test_a_role_that_must_have_it_sets_it_up_before_anything_else(
    owner: Client, as_role: As, user: Users, noon: time_machine.Traveller
) -> None:
    marketer = as_role(Role.MARKETER)
    assert marketer.get("/").status_code == 200
    owner.post("/users/strict/", {"roles": ["marketer", "analyst"]})
    assert second.strict_roles() == {Role.MARKETER, Role.ANALYST}
    assert marketer.get("/customers/")["Location"] == "/security/"
    part = marketer.get("/customers/", headers={"hx-request": "true"})
    assert (part.status_code, part["HX-Redirect"]) == (204, "/security/")
    assert "asks this of your role" in marketer.get("/security/").content.decode()
    assert marketer.get("/profile/").status_code == 200
    marketer.post("/security/", {"code": phone_of(user(Role.MARKETER)).at(clock.now())})
    assert marketer.get("/customers/").status_code == 200
    assert as_role(Role.VIEWER).get("/").status_code == 200
    owner.post("/users/strict/", {})
    assert second.strict_roles() == frozenset()


def test_a_role_that_does_not_exist_is_not_asked_for_anything(owner: Client) -> None:
    owner.post("/users/strict/", {"roles": ["king"]})
    assert second.strict_roles() == frozenset()
