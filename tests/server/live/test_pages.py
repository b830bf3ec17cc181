"""Every page of the service in a real browser: both languages, a phone, a dark room, people who cannot see."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from kogorta_server.accounts.rights import Right
from kogorta_server.ui.page import PAGES
from tests.server.live.conftest import OWNER, Service
from tests.server.test_rights import address

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MENU = (
    "overview",
    "segments",
    "schemes",
    "movements",
    "cohorts",
    "overlap",
    "customers",
    "today",
    "uploads",
    "jobs",
    "settings",
    "users",
    "keys",
)
LOOKED_AT = [item for item in PAGES if item.name in MENU and isinstance(item.right, Right)]
"""The places of the menu and what stands beside them as tabs."""

NAMED_AS_TYPED = {"settings", "today", "uploads", "users"}
"""Pages that show values of `kogorta.toml`, kinds of files and addresses, which are the same in any language."""

GRAVE = {"serious", "critical"}
LATIN = re.compile(r"[A-Za-z][A-Za-z’'-]{2,}")
SAID = """() => {
  const said = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const where = walk.currentNode.parentElement;
    // advice names words of definitions and commands as they are typed
    if (where.closest('.gaps, .remedy, code, pre, textarea, script, style, [lang=en], [translate=no], option, .who, .contact')) continue;
    said.push(walk.currentNode.textContent);
  }
  return said.join(' ').replace(/\\S+@\\S+/g, '');
}"""
ALLOWED = {
    "Kogorta",
    "RFM",
    "AOV",
    "LTV",
    "SMS",
    "CSV",
    "XLSX",
    "YAML",
    "SQL",
    "API",
    "JSON",
    "UTC",
    "Telegram",
    "WhatsApp",
}
"""Words that are the same in Russian: names and abbreviations of the trade."""


def logged_in(browser: Browser, service: Service, lang: str, **wishes: object) -> BrowserContext:
    context = browser.new_context(locale=f"{lang}-{'RU' if lang == 'ru' else 'US'}", **wishes)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{service.url}/login/")
    page.fill("[name=username]", OWNER)
    page.fill("[name=password]", service.password)
    page.click("button.primary")
    page.wait_for_url(f"{service.url}/")
    if page.locator("html").get_attribute("lang") != lang:
        page.locator("form[action='/language/'] button").first.click()
        page.wait_for_load_state()
    page.close()
    return context


def looked_at(context: BrowserContext, service: Service, route: str) -> tuple[Page, list[str]]:
    complaints: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request", lambda request: complaints.append(request.url) if _is_away(service, request.url) else None
    )
    answer = page.goto(f"{service.url}{route}")
    assert answer is not None
    assert answer.status == 200, route
    page.wait_for_load_state("networkidle")
    return page, complaints


def _is_away(service: Service, url: str) -> bool:
    return not url.startswith((service.url, "data:"))


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_every_page_opens_without_complaint_in_either_language(
    browser: Browser, service: Service, lang: str
) -> None:
    context = logged_in(browser, service, lang)
    try:
        for item in LOOKED_AT:
            page, complaints = looked_at(context, service, address(item))
            assert complaints == [], item.name
            assert page.locator("html").get_attribute("lang") == lang
            assert page.locator("h1").count() == 1, item.name
            if lang == "ru" and item.name not in NAMED_AS_TYPED:
                leaked = {word for word in LATIN.findall(page.evaluate(SAID)) if word not in ALLOWED}
                assert leaked == set(), item.name
            grave = [
                (found["id"], [node["html"][:120] for node in found["nodes"][:2]])
                for found in Axe().run(page).response["violations"]
                if found["impact"] in GRAVE
            ]
            assert grave == [], item.name
            page.close()
    finally:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_a_phone(browser: Browser, service: Service, scheme: str) -> None:
    context = logged_in(browser, service, "ru", viewport={"width": 390, "height": 844}, color_scheme=scheme)
    try:
        for item in LOOKED_AT:
            page, _ = looked_at(context, service, address(item))
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 390, f"{item.name} is {wide} px wide"
            if scheme == "dark":
                low = [
                    node["html"][:120]
                    for found in Axe()
                    .run(page, options={"runOnly": ["color-contrast"]})
                    .response["violations"]
                    for node in found["nodes"]
                ]
                assert low == [], item.name
            page.close()
    finally:
        context.close()


def test_the_menu_is_reached_and_used_by_keyboard_alone(browser: Browser, service: Service) -> None:
    context = logged_in(browser, service, "en")
    try:
        page = context.new_page()
        page.goto(service.url)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        page.goto(f"{service.url}/customers/")
        page.keyboard.press("/")
        page.keyboard.type("c1")
        page.wait_for_url(re.compile(r"q=c1"))
        assert page.locator("#found tbody tr").count() >= 1
    finally:
        context.close()
