"""People of the company: invited by a link, given roles, switched off; the last owner stays."""

from __future__ import annotations

import html
import re
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError, connections
from django.test import Client

from kogorta.errors import AccountError
from kogorta_server import clock
from kogorta_server.accounts import people
from kogorta_server.accounts.models import AuditEntry, User
from kogorta_server.accounts.words import Role

Users = Callable[[Role], User]
As = Callable[[Role | None], Client]

PASSWORD = "correct horse battery"
NEW = "seven green umbrellas"

pytestmark = pytest.mark.usefixtures("shop")


def comes_in(email: str, password: str) -> bool:
    """Tell whether somebody with this password is let in."""
    return Client().post("/login/", {"username": email, "password": password}).status_code == 302


def invite(owner: Client, email: str = "Anna@Shop.example", role: str = "marketer") -> str:
    """Invite somebody; return the address of his link without the host."""
    answer = owner.post("/users/", {"email": email, "name": "Анна", "role": role})
    assert answer.status_code == 200
    return link_in(answer.content.decode())


def link_in(page: str) -> str:
    found = re.search(r'value="http://testserver(/invited/[^"]+)"', html.unescape(page))
    assert found, page
    return found[1]


def test_who_is_invited_chooses_his_password_and_comes_in(owner: Client) -> None:
    link = invite(owner)
    stranger = Client(headers={"accept-language": "en"})
    assert "You log in as anna@shop.example." in stranger.get(link).content.decode()
    answer = stranger.post(link, {"password": NEW, "again": NEW})
    assert answer["Location"] == "/login/"
    answer = stranger.post("/login/", {"username": "anna@shop.example", "password": NEW})
    assert answer["Location"] == "/"
    anna = User.objects.get(email="anna@shop.example")
    assert (anna.role, anna.name) == ("marketer", "Анна")
    actions = list(AuditEntry.objects.values_list("action", flat=True))
    assert actions == ["user.entered", "user.password_set", "user.invited"]


def test_a_link_is_good_once(owner: Client) -> None:
    link = invite(owner)
    Client().post(link, {"password": NEW, "again": NEW})
    answer = Client(headers={"accept-language": "en"}).get(link)
    assert answer.status_code == 410
    assert "no longer good" in answer.content.decode()
    assert (
        Client().post(link, {"password": "another one of these", "again": "another one of these"}).status_code
        == 410
    )


def test_a_link_is_good_for_a_week(owner: Client) -> None:
    with time_machine.travel(clock.now() - timedelta(days=6, hours=23), tick=False):
        young = invite(owner, "young@shop.example")
    with time_machine.travel(clock.now() - timedelta(days=7, hours=1), tick=False):
        old = invite(owner, "old@shop.example")
    assert Client().get(young).status_code == 200
    assert Client().get(old).status_code == 410


@pytest.mark.parametrize(
    "link", ["/invited/MQ/made-up/", "/invited/!!/x/", "/invited/OTk5OTk5/abc-def/", "/invited/0/0/"]
)
def test_a_link_that_nobody_made_opens_nothing(owner: Client, link: str) -> None:
    assert Client().get(link).status_code == 410


def test_a_link_of_somebody_who_was_switched_off_opens_nothing(owner: Client) -> None:
    link = invite(owner)
    people.switch(User.objects.get(email="anna@shop.example").pk, is_active=False)
    assert Client().get(link).status_code == 410


def test_a_new_link_replaces_a_forgotten_password_and_ends_sessions(
    owner: Client, user: Users, as_role: As
) -> None:
    analyst = as_role(Role.ANALYST)
    number = user(Role.ANALYST).pk
    answer = owner.post(f"/users/{number}/", {"do": "link"})
    assert analyst.get("/").status_code == 200, "a link alone changes nothing"
    Client().post(link_in(answer.content.decode()), {"password": NEW, "again": NEW})
    assert analyst.get("/").status_code == 302
    assert not comes_in("analyst@shop.example", PASSWORD)


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        ("short", "short", "at least 10"),
        ("password123", "password123", "too common"),
        ("anna@shop.example", "anna@shop.example", "too similar"),
        (NEW, "eight green umbrellas", "not the same"),
        ("", "", "required"),
    ],
)
def test_a_weak_password_is_refused_and_the_link_stays_good(
    owner: Client, password: str, again: str, said: str
) -> None:
    link = invite(owner)
    answer = Client(headers={"accept-language": "en"}).post(link, {"password": password, "again": again})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not User.objects.get(email="anna@shop.example").has_usable_password()
    assert Client().get(link).status_code == 200


@pytest.mark.parametrize(
    ("email", "role", "said"),
    [
        ("OWNER@shop.example", "viewer", "a user with this address already"),
        ("nonsense", "viewer", "valid email"),
        ("new@shop.example", "king", "not one of the available choices"),
    ],
)
def test_an_invitation_that_makes_no_sense_makes_nobody(
    owner: Client, email: str, role: str, said: str
) -> None:
    before = User.objects.count()
    answer = owner.post("/users/", {"email": email, "role": role})
    assert answer.status_code == 422
    assert said in html.unescape(answer.content.decode())
    assert User.objects.count() == before


def test_a_role_is_changed_and_counts_at_once(owner: Client, user: Users, as_role: As) -> None:
    viewer = as_role(Role.VIEWER)
    number = user(Role.VIEWER).pk
    assert viewer.get("/users/").status_code == 403
    owner.post(f"/users/{number}/", {"do": "role", "role": "owner"})
    assert viewer.get("/users/").status_code == 200
    entry = AuditEntry.objects.get(action="user.role_changed")
    assert (entry.target, entry.details) == (str(number), {"was": "viewer", "role": "owner"})


@pytest.mark.parametrize("form", [{"do": "role", "role": "king"}, {"do": "role"}, {"do": "dance"}, {}])
def test_what_no_button_says_changes_nothing(owner: Client, user: Users, form: dict[str, str]) -> None:
    number = user(Role.VIEWER).pk
    assert owner.post(f"/users/{number}/", form).status_code == 302
    assert people.one(number).role is Role.VIEWER
    assert not AuditEntry.objects.exists()


def test_who_is_switched_off_is_outside_at_once_and_may_come_back(
    owner: Client, user: Users, as_role: As
) -> None:
    marketer = as_role(Role.MARKETER)
    number = user(Role.MARKETER).pk
    owner.post(f"/users/{number}/", {"do": "off"})
    assert marketer.get("/").status_code == 302
    assert "switched off" in owner.get("/users/").content.decode()
    owner.post(f"/users/{number}/", {"do": "on"})
    assert marketer.get("/").status_code == 200


@pytest.mark.parametrize("form", [{"do": "off"}, {"do": "role", "role": "viewer"}])
def test_the_last_owner_stays(owner: Client, user: Users, form: dict[str, str]) -> None:
    number = user(Role.OWNER).pk
    owner.post(f"/users/{number}/", form)
    told = owner.get(f"/users/{number}/").content.decode()
    assert "The last owner stays an owner" in told
    assert people.one(number).role is Role.OWNER
    assert people.one(number).is_active


def test_an_owner_who_was_switched_off_does_not_count_as_another(owner: Client, user: Users) -> None:
    other = User.objects.create_user("other@shop.example", PASSWORD, Role.OWNER)
    people.switch(other.pk, is_active=False)
    with pytest.raises(AccountError) as refused:
        people.change_role(user(Role.OWNER).pk, Role.VIEWER)
    assert refused.value.code == "account"


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_demote_each_other_at_once_do_not_both_succeed() -> None:
    made = [User.objects.create_user(f"o{n}@shop.example", None, Role.OWNER) for n in range(2)]
    gate = threading.Barrier(2)
    refused: list[bool] = []

    def demote(number: int) -> None:
        gate.wait()
        while True:
            try:
                people.change_role(number, Role.VIEWER)
            except AccountError:
                refused.append(True)
            except OperationalError:
                # a database in memory, as tests have it, does not wait for a lock; one in a file does
                time.sleep(0.01)
                continue
            break
        connections.close_all()

    threads = [threading.Thread(target=demote, args=(item.pk,)) for item in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == [True]
    assert User.objects.filter(role=Role.OWNER).count() == 1


def test_there_is_no_user_of_that_number(owner: Client) -> None:
    assert owner.get("/users/999999/").status_code == 404
    assert owner.post("/users/999999/", {"do": "off"}).status_code == 404


# --- one's own account ---------------------------------------------------------------------------


def test_everybody_changes_his_own_name_and_language(as_role: As, user: Users) -> None:
    viewer = as_role(Role.VIEWER)
    answer = viewer.post("/profile/", {"name": "  <b>Вера</b> ", "language": "ru"}, follow=True)
    text = answer.content.decode()
    assert "Сохранено." in text
    assert "&lt;b&gt;Вера&lt;/b&gt;" in text
    assert "<b>Вера" not in text
    viewer_now = User.objects.get(pk=user(Role.VIEWER).pk)
    assert (viewer_now.name, viewer_now.language, viewer_now.role) == ("<b>Вера</b>", "ru", "viewer")


def test_a_role_cannot_be_slipped_into_ones_own_account(as_role: As, user: Users) -> None:
    as_role(Role.VIEWER).post("/profile/", {"name": "V", "language": "en", "role": "owner"})
    assert people.one(user(Role.VIEWER).pk).role is Role.VIEWER


def test_a_new_password_needs_the_old_one(as_role: As, user: Users) -> None:
    client = as_role(Role.ANALYST)
    answer = client.post("/profile/password/", {"old": "wrong", "password": NEW, "again": NEW})
    assert answer.status_code == 422
    assert "not your present password" in answer.content.decode()
    assert comes_in("analyst@shop.example", PASSWORD)


def test_a_new_password_ends_all_other_sessions(as_role: As, user: Users) -> None:
    here, there = as_role(Role.ANALYST), as_role(Role.ANALYST)
    assert there.get("/").status_code == 200
    answer = here.post("/profile/password/", {"old": PASSWORD, "password": NEW, "again": NEW})
    assert answer.status_code == 302
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302
    assert comes_in("analyst@shop.example", NEW)
    assert not comes_in("analyst@shop.example", PASSWORD)


def test_passwords_are_kept_as_argon2(user: Users) -> None:
    assert user(Role.OWNER).password.startswith("argon2$argon2id$")
