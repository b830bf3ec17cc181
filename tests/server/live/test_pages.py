"""Every page of the service in a real browser: both languages, a phone, a dark room, people who cannot see."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from kogorta_server.accounts.rights import Right
from kogorta_server.ui.page import PAGES
from tests.server.live.conftest import OWNER, Service
from tests.server.live.words import FORMATS, TRADE, latin, typed_words
from tests.server.test_rights import address

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NOT_A_PAGE = re.compile(r"\.csv$|/file/$|<int:")
"""Files, and what belongs to an upload, a job or a user of a number: they have tests of their own."""

LOOKED_AT = [
    item
    for item in PAGES
    if "GET" in item.methods and isinstance(item.right, Right) and not NOT_A_PAGE.search(item.route)
]

ASKED = {"moved": "?scheme=lifecycle&start=1&end=2&source=active&target=at_risk"}
"""What stands after the question mark of pages that need it."""

BRINGS_WORDS = {
    "overview",
    "customer",
    "cohorts_sources",
    "cohorts_messages",
    "presets",
    "presets_list",
    "segment_sql",
    "definition_words",
    "settings",
    "setting",
    "today",
    "uploads",
}
"""Pages on which words stand as somebody typed them: data, settings, the segment language, advice that names tables."""

GRAVE = {"serious", "critical"}
SAID = """() => {
  const said = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const where = walk.currentNode.parentElement;
    if (where.closest('code, pre, textarea, script, style, [lang=en], [translate=no], option, .who, .contact')) continue;
    said.push(walk.currentNode.textContent);
  }
  return said.join(' ').replace(/\\S+@\\S+/g, '');
}"""


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
    browser: Browser, service: Service, built: Path, lang: str
) -> None:
    typed = typed_words(built.parent / "files", service.folder)
    leaked: dict[str, set[str]] = {}
    context = logged_in(browser, service, lang)
    try:
        for item in LOOKED_AT:
            page, complaints = looked_at(context, service, address(item) + ASKED.get(item.name, ""))
            assert complaints == [], item.name
            assert page.locator("html").get_attribute("lang") == lang
            assert page.locator("h1").count() == 1, item.name
            if lang == "ru":
                known = TRADE | FORMATS | (typed if item.name in BRINGS_WORDS else set())
                leaked[item.name] = latin(page.evaluate(SAID)) - known
            grave = [found for found in _found_by_axe(page) if found[0] in GRAVE]
            assert grave == [], item.name
            if lang == "ru":
                # Russian words are the longer ones
                _fits_a_phone(page, item.name)
            page.close()
    finally:
        context.close()
    assert [f"{name}: {sorted(words)}" for name, words in leaked.items() if words] == []


def _fits_a_phone(page: Page, name: str) -> None:
    """Look at an open page as a phone shows it, by day and in the dark."""
    page.set_viewport_size({"width": 390, "height": 844})
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, f"{name} is {wide} px wide"
    assert _found_by_axe(page, runOnly=["color-contrast"]) == [], name


def _found_by_axe(page: Page, **options: object) -> list[tuple[str, str, list[str]]]:
    """Return impact, rule and the first places of what people cannot use who see little or nothing."""
    found = Axe().run(page, options=options or None).response["violations"]
    return [
        (item["impact"], item["id"], [node["html"][:120] for node in item["nodes"][:2]]) for item in found
    ]


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
