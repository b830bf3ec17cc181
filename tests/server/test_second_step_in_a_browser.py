"""The second step as a person and his telephone walk through it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pyotp
import pytest
from django.test import override_settings
from playwright.sync_api import Page
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from kogorta.workspace import Workspace
from kogorta_server import clock
from kogorta_server.accounts import second
from kogorta_server.accounts.models import User
from kogorta_server.accounts.words import Role

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def address(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """Serve on a port; this thread may ask the database although the browser keeps an event loop in it."""
    with pytest.MonkeyPatch.context() as patch, override_settings(STATIC_URL="/none/"):
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        with django_db_blocker.unblock():
            server = LiveServer("127.0.0.1")
            yield server.url
            server.stop()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_from_the_first_picture_to_the_recovery_code(
    address: str, shop: Workspace, user: Callable[[Role], User], page: Page
) -> None:
    owner = user(Role.OWNER)

    def log_in() -> None:
        page.fill("[name=username]", owner.email)
        page.fill("[name=password]", PASSWORD)
        page.click("button.primary")

    page.goto(f"{address}/login/")
    log_in()
    page.wait_for_url(f"{address}/")
    page.goto(f"{address}/security/")
    assert page.locator(".qr svg").bounding_box() is not None
    phone = pyotp.TOTP(page.locator("code.secret").inner_text().replace(" ", ""))
    page.fill("[name=code]", phone.at(clock.now()))
    page.click("main button.primary")
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10

    page.click("form[action='/logout/'] button")
    log_in()
    page.wait_for_selector("[name=code]")
    # the present code proved the telephone and is spent: the next one is taken, too
    page.fill("[name=code]", phone.at(clock.now() + timedelta(seconds=30)))
    page.click("button.primary")
    page.wait_for_url(f"{address}/")

    page.click("form[action='/logout/'] button")
    log_in()
    page.wait_for_selector("[name=code]")
    page.fill("[name=code]", codes[0])
    page.click("button.primary")
    page.wait_for_url(f"{address}/")
    assert second.codes_left(owner) == 9
