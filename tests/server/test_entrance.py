"""Logging in, and what keeps strangers out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from kogorta.workspace import Workspace
from kogorta_server.accounts.models import AuditEntry, User
from kogorta_server.accounts.words import Role

PASSWORD = "correct horse battery"
Users = Callable[[Role], User]

pytestmark = pytest.mark.usefixtures("shop")


def test_the_right_password_opens_the_door_and_is_written_down(user: Users) -> None:
    user(Role.OWNER)
    client = Client()
    answer = client.post("/login/", {"username": "Owner@Shop.example", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/").status_code == 200
    assert [entry.action for entry in AuditEntry.objects.all()] == ["user.entered"]


def test_a_wrong_password_is_told_and_says_nothing_of_who_exists(user: Users) -> None:
    user(Role.OWNER)
    told = []
    for email in ("owner@shop.example", "nobody@shop.example"):
        answer = Client(headers={"accept-language": "en"}).post(
            "/login/", {"username": email, "password": "wrong"}
        )
        assert answer.status_code == 422
        told.append("The address or the password is wrong." in answer.content.decode())
    assert told == [True, True]


def test_after_five_wrong_passwords_even_the_right_one_waits(user: Users) -> None:
    user(Role.OWNER)
    client = Client(headers={"accept-language": "en"})
    for _ in range(5):
        client.post("/login/", {"username": "owner@shop.example", "password": "wrong"})
    answer = client.post("/login/", {"username": "owner@shop.example", "password": PASSWORD})
    assert answer.status_code == 429
    assert "Wait 15 minutes" in answer.content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site_after_logging_in(user: Users, elsewhere: str) -> None:
    user(Role.OWNER)
    answer = Client().post(
        "/login/", {"username": "owner@shop.example", "password": PASSWORD, "next": elsewhere}
    )
    assert answer["Location"] == "/"


def test_a_stranger_is_led_to_the_door_and_back_to_where_he_wanted(user: Users) -> None:
    user(Role.OWNER)
    client = Client()
    answer = client.get("/segments/")
    assert answer["Location"] == "/login/?next=/segments/"
    answer = client.post(
        "/login/", {"username": "owner@shop.example", "password": PASSWORD, "next": "/segments/"}
    )
    assert answer["Location"] == "/segments/"


def test_the_language_that_somebody_chose_stays_his(owner: Client) -> None:
    assert 'lang="en"' in owner.get("/").content.decode()
    owner.post("/language/", {"language": "ru", "next": "/"})
    page = owner.get("/").content.decode()
    assert 'lang="ru"' in page
    assert "Обзор" in page
    assert User.objects.get().language == "ru"


def test_every_page_carries_a_strict_content_policy(owner: Client, shop: Workspace) -> None:
    policy = owner.get("/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    page = owner.get("/").content.decode()
    assert "<script>" not in page
    assert " style=" not in page
    assert " onclick=" not in page
