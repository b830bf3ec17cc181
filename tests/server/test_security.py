"""What strangers try: forged forms, planted sessions, addresses that are not theirs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client, RequestFactory

from kogorta.workspace import Workspace
from kogorta_server import environment
from kogorta_server.accounts.addresses import address_of, is_local
from kogorta_server.accounts.models import User
from kogorta_server.accounts.words import Role
from kogorta_server.ui.page import PAGES, Page
from tests.server.test_rights import address

Users = Callable[[Role], User]
As = Callable[[Role | None], Client]

PASSWORD = "correct horse battery"


@pytest.mark.parametrize(
    "page", [item for item in PAGES if "POST" in item.methods], ids=lambda item: item.name
)
def test_a_form_that_is_not_ours_is_refused(shop: Workspace, user: Users, page: Page) -> None:
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    client.force_login(user(Role.OWNER), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(address(page), {"csrfmiddlewaretoken": "a" * 64})
    assert answer.status_code == 403
    assert "out of date" in answer.content.decode()


@pytest.mark.parametrize(
    "page", [item for item in PAGES if "GET" in item.methods], ids=lambda item: item.name
)
def test_every_page_tells_the_browser_to_be_strict(shop: Workspace, owner: Client, page: Page) -> None:
    answer = owner.get(address(page))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["Content-Type"].partition(";")[0] in {"text/html", "text/csv"}


def test_a_session_that_was_planted_is_not_the_one_after_logging_in(shop: Workspace, user: Users) -> None:
    user(Role.OWNER)
    client = Client()
    client.session["planted"] = True
    client.session.save()
    planted = client.session.session_key
    client.post("/login/", {"username": "owner@shop.example", "password": PASSWORD})
    assert client.session.session_key != planted
    thief = Client()
    thief.cookies["kogorta_session"] = planted or ""
    assert thief.get("/").status_code == 302


def test_logging_out_ends_the_session_for_who_copied_it(shop: Workspace, owner: Client) -> None:
    thief = Client()
    thief.cookies["kogorta_session"] = owner.cookies["kogorta_session"].value
    assert thief.get("/").status_code == 200
    owner.post("/logout/")
    assert thief.get("/").status_code == 302


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(shop: Workspace, user: Users) -> None:
    user(Role.OWNER)
    client = Client()
    client.get("/login/")
    client.post("/login/", {"username": "owner@shop.example", "password": PASSWORD})
    client.post("/language/", {"language": "ru"})
    assert set(client.cookies) == {"kogorta_session", "kogorta_csrf", "kogorta_language"}
    for cookie in client.cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"


ELSEWHERE = ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "http:evil"]


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_no_form_sends_anybody_to_another_site(shop: Workspace, owner: Client, elsewhere: str) -> None:
    assert owner.post("/language/", {"language": "en", "next": elsewhere})["Location"] == "/"
    assert owner.get("/login/", {"next": elsewhere})["Location"] == "/"


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../settings.py",
        "/assets/..%2f..%2fsettings.py",
        "/assets/%2e%2e/%2e%2e/data/secret.key",
        "/assets/000000000000.css",
        "/assets/abc.py",
        "/data/secret.key",
        "/kogorta.toml",
        "//etc/passwd",
        "/.git/config",
    ],
)
def test_no_file_of_the_machine_is_given(shop: Workspace, owner: Client, path: str) -> None:
    answer = owner.get(path)
    assert answer.status_code == 404
    assert b"SECRET" not in answer.content


def test_a_page_that_is_not_there_does_not_repeat_what_was_asked(shop: Workspace, owner: Client) -> None:
    answer = owner.get("/<script>alert(1)</script>")
    assert answer.status_code == 404
    assert b"alert(1)" not in answer.content


# --- addresses behind proxies --------------------------------------------------------------------


@pytest.fixture
def proxies(settings: object, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Return what says how many proxies stand before the service."""
    from dataclasses import replace

    from django.conf import settings as present

    def say(number: int) -> None:
        settings.ENVIRONMENT = replace(present.ENVIRONMENT, proxies=number)  # type: ignore[attr-defined]  # pytest-django's

    return say


@pytest.mark.parametrize(
    ("number", "told", "found"),
    [
        (0, None, "198.51.100.1"),
        (0, "203.0.113.7", "198.51.100.1"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "1.1.1.1, 203.0.113.7", "203.0.113.7"),
        (2, "1.1.1.1, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        (2, "203.0.113.7", "198.51.100.1"),
        (1, None, None),
        (1, "nonsense", None),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "' OR 1=1 --", None),
    ],
)
def test_an_address_is_believed_as_far_as_our_own_proxies_wrote_it(
    proxies: Callable[[int], None], number: int, told: str | None, found: str | None
) -> None:
    proxies(number)
    headers = {"x-forwarded-for": told} if told else {}
    request = RequestFactory(headers=headers, REMOTE_ADDR="198.51.100.1").get("/")
    assert address_of(request) == found


@pytest.mark.parametrize(
    ("address_", "local"), [("127.0.0.1", True), ("::1", True), ("10.0.0.1", False), ("", False)]
)
def test_this_machine_is_known_by_its_address(address_: str, local: bool) -> None:
    assert is_local(RequestFactory(REMOTE_ADDR=address_).get("/")) is local


def guess(client: Client, address_: str) -> int:
    return client.post(
        "/login/",
        {"username": "owner@shop.example", "password": "wrong"},
        headers={"x-forwarded-for": address_},
    ).status_code


def test_behind_a_trusted_proxy_one_guesser_does_not_lock_the_others_out(
    shop: Workspace, user: Users, proxies: Callable[[int], None]
) -> None:
    user(Role.OWNER)
    proxies(1)
    assert [guess(Client(), "203.0.113.7") for _ in range(6)][-2:] == [429, 429]
    assert guess(Client(), "203.0.113.8") == 422


def test_without_a_proxy_nobody_gets_more_guesses_by_making_addresses_up(
    shop: Workspace, user: Users, proxies: Callable[[int], None]
) -> None:
    user(Role.OWNER)
    proxies(0)
    said = [guess(Client(), f"203.0.113.{number}") for number in range(6)]
    assert said[-1] == 429


# --- settings of the process ---------------------------------------------------------------------

ASK = """
import json, django
from django.conf import settings as s
django.setup()
from django.core.checks import run_checks
names = [n for n in dir(s) if n.startswith(("SECURE_", "SESSION_COOKIE", "CSRF_COOKIE", "USE_X", "ALLOWED"))]
print(json.dumps({n: getattr(s, n) for n in names} | {"CHECKS": [c.id for c in run_checks(include_deployment_checks=True)]}))
"""


def settings_of(**variables: str) -> dict[str, object]:
    said = subprocess.run(
        [sys.executable, "-c", ASK],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "kogorta_server.settings", **variables},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found: dict[str, object] = json.loads(said)
    return found


def test_with_https_nothing_goes_out_without_it() -> None:
    found = settings_of(KOGORTA_HTTPS="1", KOGORTA_PROXIES="1", KOGORTA_HOSTS="shop.example")
    assert (
        found["SESSION_COOKIE_SECURE"] is found["CSRF_COOKIE_SECURE"] is found["SECURE_SSL_REDIRECT"] is True
    )
    assert found["SECURE_HSTS_SECONDS"] == 365 * 24 * 3600
    assert found["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]
    assert found["ALLOWED_HOSTS"] == ["shop.example"]
    # other hosts of the domain are not ours to bind by HSTS
    assert set(found["CHECKS"]) <= {"security.W005", "security.W021"}  # type: ignore[call-overload]  # a list of ids


def test_no_proxy_is_believed_that_nobody_told_of() -> None:
    found = settings_of()
    assert found["SECURE_PROXY_SSL_HEADER"] is None
    assert found["USE_X_FORWARDED_HOST"] is False
    assert "*" not in found["ALLOWED_HOSTS"]  # type: ignore[operator]  # a list of names


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"KOGORTA_HTTPS": "yes"}, "KOGORTA_HTTPS=yes"),
        ({"KOGORTA_PROXIES": "-1"}, "KOGORTA_PROXIES=-1"),
        ({"KOGORTA_PROXIES": "one"}, "KOGORTA_PROXIES=one"),
        ({"KOGORTA_LOG_LEVEL": "loud"}, "KOGORTA_LOG_LEVEL=loud"),
        ({"KOGORTA_STATE_URL": "mysql://u:geheim@h/db"}, "KOGORTA_STATE_URL=mysql://…"),
        ({"KOGORTA_STATE_URL": "postgresql://u:geheim@h"}, "KOGORTA_STATE_URL=postgresql://…"),
    ],
)
def test_a_variable_that_says_what_it_may_not_is_named_without_secrets(
    variables: dict[str, str], said: str, tmp_path: Path
) -> None:
    from kogorta.errors import ConfigError

    with pytest.raises(ConfigError) as refused:
        environment.read({"KOGORTA_WORKSPACE": str(tmp_path), **variables})
    assert said in str(refused.value)
    assert "geheim" not in str(refused.value)


def test_the_address_of_a_state_database_is_read_whole(tmp_path: Path) -> None:
    url = "postgresql://shop:p%40ss@db.example:6432/state?sslmode=require&host=%2Ftmp%2Fsock"
    found = environment.read({"KOGORTA_WORKSPACE": str(tmp_path), "KOGORTA_STATE_URL": url}).database
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"], found["NAME"]) == (
        "shop",
        "p@ss",
        "db.example",
        "6432",
        "state",
    )
    assert found["OPTIONS"] == {"sslmode": "require", "host": "/tmp/sock"}


def test_the_secret_key_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    (tmp_path / "kogorta.toml").write_text("")
    first = environment.kept_key(tmp_path)
    assert environment.kept_key(tmp_path) == first
    assert len(first) > 50
    assert (tmp_path / "data" / "secret.key").stat().st_mode & 0o777 == 0o600
    assert (
        environment.read({"KOGORTA_WORKSPACE": str(tmp_path), "KOGORTA_SECRET_KEY": "own"}).secret_key
        == "own"
    )
