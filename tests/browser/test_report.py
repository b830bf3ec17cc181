"""The report in a real browser: both languages, both themes, phone and desk."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page

from kogorta.i18n import Lang
from kogorta.report import render
from tests.core.report.sample import EVERY

pytestmark = pytest.mark.browser

WIDTHS = (390, 820, 1400)
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LATIN = {
    *("RFM", "AOV", "LTV", "UTC", "R", "F", "M", "FM", "N", "C"),  # names of measures, scores and ids
    *("kogorta", "import", "table", "orders", "csv", "doctor", "segments", "size"),  # a command to type
    *("order_lines", "products", "consents", "customers", "amount", "unit_cost", "category", "customer_id"),
    *(
        "acquisition_source",
        "contacts",
        "ad_spend",
        "tickets",
    ),  # tables and columns, as they are called in files
}

OVERFLOWING = """() => {
  const found = [];
  const shown = e => e.getClientRects().length > 0;
  for (const svg of document.querySelectorAll('svg.chart')) {
    if (!shown(svg)) continue;
    const box = svg.viewBox.baseVal;
    for (const text of svg.querySelectorAll('text')) {
      const b = text.getBBox();
      const group = text.parentNode;
      const tile = group.querySelector && group.querySelector('.tile, .cell');
      const t = tile && group.tagName === 'g' ? tile.getBBox()
        : {x: 0, y: 0, width: box.width, height: box.height};
      const out = b.x < t.x - 0.5 || b.y < t.y - 0.5
        || b.x + b.width > t.x + t.width + 0.5 || b.y + b.height > t.y + t.height + 0.5;
      if (out) found.push(text.textContent);
    }
  }
  for (const e of document.querySelectorAll('main *:not(svg *):not(.scroll):not(.scroll *)')) {
    if (!shown(e) || e.classList.contains('visually-hidden') || e.tagName === 'THEAD') continue;
    if (e.closest('thead') && getComputedStyle(e.closest('thead')).position === 'absolute') continue;
    const r = e.getBoundingClientRect();
    if (r.right > document.documentElement.clientWidth + 0.5 || r.left < -0.5) {
      found.push(e.tagName + ': ' + e.textContent.slice(0, 60));
    }
  }
  return found;
}"""

OVERLAPPING = """() => {
  const found = [];
  for (const svg of document.querySelectorAll('svg.chart')) {
    if (!svg.getClientRects().length) continue;
    const texts = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBBox()]);
    for (let i = 0; i < texts.length; i++) for (let j = i + 1; j < texts.length; j++) {
      const [a, b] = [texts[i][1], texts[j][1]];
      const x = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
      const y = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
      if (x > 1 && y > 4) found.push(texts[i][0] + ' / ' + texts[j][0]);
    }
  }
  return found;
}"""


def show(page: Page, tmp_path: Path, name: str, lang: Lang) -> None:
    """Open a report from a file, with everything unfolded."""
    path = tmp_path / f"{name}_{lang}.html"
    path.write_text(render(EVERY[name](), lang), "utf-8")
    page.goto(path.as_uri())


def unfold(page: Page) -> None:
    """Open every folded part."""
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")


@pytest.mark.parametrize("lang", ["ru", "en"])
@pytest.mark.parametrize("name", EVERY)
def test_nothing_leaves_its_place(page: Page, tmp_path: Path, name: str, lang: Lang) -> None:
    show(page, tmp_path, name, lang)
    unfold(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"scrolls sideways at {width}"
        assert page.evaluate(OVERFLOWING) == [], width
        assert page.evaluate(OVERLAPPING) == [], width


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("lang", ["ru", "en"])
def test_themes_differ_and_stay_readable(
    page: Page, tmp_path: Path, lang: Lang, theme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=theme)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        show(page, tmp_path, "shop", lang)
        colours: list[str] = page.evaluate(
            "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
        )
        ground, ink = (sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in colours)
        assert (ground > ink) is (theme == "light")
        assert abs(ground - ink) > 400


def test_a_russian_page_speaks_russian(page: Page, tmp_path: Path) -> None:
    for name in ("shop", "empty"):
        show(page, tmp_path, name, "ru")
        unfold(page)
        said = page.evaluate(
            "document.querySelector('main').innerText + document.querySelector('footer').innerText"
        )
        tips = page.evaluate(
            "[...document.querySelectorAll('title, desc, [title], caption')].map(e => e.title || e.textContent)"
        )
        words = set(re.findall(r"[A-Za-z_]{1,}", said.replace("New", "") + " ".join(tips).replace("New", "")))
        assert words <= LATIN, sorted(words - LATIN)


def test_an_english_page_speaks_english(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, "shop", "en")
    unfold(page)
    said = page.evaluate("document.querySelector('main').innerText").replace("Кофейня «Зерно и дом»", "")
    assert re.findall("[А-я]+", said) == []


def test_pictures_have_names_and_tables_have_heads(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, "shop", "ru")
    unfold(page)
    assert page.locator("svg:not([role=img])").count() == 0
    assert page.locator("table:not(:has(caption))").count() == 0
    assert page.locator("h1").count() == 1
    levels: list[int] = page.evaluate("[...document.querySelectorAll('h1,h2,h3')].map(h => +h.tagName[1])")
    assert all(b - a <= 1 for a, b in pairwise(levels)), "a heading level is skipped"


def test_a_phone_shows_one_version_of_each_picture(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, "shop", "ru")
    seen: dict[int, Any] = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        count = "[...document.querySelectorAll('section > .picture, .pair .picture')]"
        seen[width] = page.evaluate(f"{count}.filter(p => p.getClientRects().length).length")
        assert seen[width] * 2 == page.evaluate(f"{count}.length")
        smallest = page.evaluate(
            "Math.min(...[...document.querySelectorAll('svg text')].filter(t => t.getClientRects().length)"
            ".map(t => t.getBoundingClientRect().height))"
        )
        assert smallest >= 8, f"text too small to read at {width}"


def test_it_prints_whole(browser: Browser, tmp_path: Path) -> None:
    opened = browser.new_page()
    show(opened, tmp_path, "shop", "ru")
    opened.emulate_media(media="print")
    hidden = opened.evaluate(
        "[...document.querySelectorAll('details:not(.group) > :not(.only-narrow)')].filter(p => !p.checkVisibility()).length"
    )
    pdf = opened.pdf(format="A4", prefer_css_page_size=True)
    opened.close()
    assert hidden == 0, "folded tables are printed too"
    assert 8 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 40
