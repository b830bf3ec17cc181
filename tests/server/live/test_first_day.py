"""The tutorial of the first day, walked in a browser by somebody who has a file of orders and nothing else."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import Request, urlopen

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from kogorta.workspace import create
from tests.server.live.conftest import OWNER, serving

CUSTOMERS = 60
SOON = 90_000
"""Milliseconds within which a small job ends on a busy machine."""


def orders(today: datetime) -> str:
    """Write a year and a half of a small shop: everybody in his own rhythm, some of them long gone."""
    rng = np.random.default_rng(5)
    rows = ["customer_id,customer_name,order_id,ordered_at,amount"]
    for customer in range(CUSTOMERS):
        rhythm, gone = int(rng.integers(10, 90)), int(rng.integers(0, 300))
        for number, back in enumerate(range(gone + 1, 540, rhythm)):
            day = today - timedelta(days=back)
            rows.append(
                f"k{customer},Customer {customer},k{customer}-{number},{day:%Y-%m-%d},{rng.integers(5, 90)}00"
            )
    return "\n".join(rows) + "\n"


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_first_day_of_a_newcomer(page: Page, tmp_path: Path) -> None:
    create(tmp_path / "mine", "shop", name="My shop", currency="RUB", timezone="Europe/Moscow", language="en")
    file = tmp_path / "orders.csv"
    file.write_text(orders(datetime.now(UTC)))
    with serving(tmp_path / "mine") as service:
        page.set_default_timeout(SOON)
        page.goto(f"{service.url}/login/")
        page.fill("[name=username]", OWNER)
        page.fill("[name=password]", service.password)
        page.click("button.primary")
        expect(page.locator("main")).to_contain_text("There are no numbers yet")

        # his file, looked at before it is brought in
        page.goto(f"{service.url}/uploads/")
        page.set_input_files("[name=file]", file)
        page.locator("main form button.primary").first.click()
        page.get_by_role("button", name="Bring it in").click()
        lines = len(file.read_text().splitlines()) - 1
        expect(page.locator("main")).to_contain_text(f"{lines:,}", timeout=SOON)

        # segments
        page.goto(f"{service.url}/jobs/")
        page.get_by_role("button", name="Refresh now").click()
        wait_for_numbers(page, service.url)
        page.goto(f"{service.url}/schemes/")
        page.locator("svg a").first.click()
        expect(page.locator("main h1")).to_be_visible()

        # one person, and why
        page.goto(f"{service.url}/customers/")
        page.fill("[name=q]", "k7")
        page.wait_for_url(re.compile("q=k7"))
        page.goto(f"{service.url}/customers/k7/?part=segments")
        page.locator("main details summary").filter(has_text="Why").first.click()
        expect(page.locator("main")).to_contain_text("As of")

        # a threshold, with its effect before it is kept
        page.goto(f"{service.url}/settings/rfm/")
        page.fill("[name=window_days]", "180")
        page.get_by_role("button", name="Show what it would do").click()
        page.get_by_role("button", name="Save").click()
        expect(page.locator("main")).to_contain_text("Saved")
        assert "window_days = 180" in (service.folder / "kogorta.toml").read_text()

        # a list to take away, and the API
        page.goto(f"{service.url}/customers/")
        with page.expect_download() as download:
            page.get_by_role("link", name="Download CSV").click()
        text = Path(download.value.path()).read_text("utf-8-sig")
        assert len(list(csv.DictReader(io.StringIO(text)))) == CUSTOMERS
        asked = Request(f"{service.url}/api/v1/segments", headers={"Authorization": f"Bearer {service.key}"})
        with urlopen(asked, timeout=60) as answer:
            told = json.load(answer)
        assert sum(item["customers"] for item in told if item["scheme"] == "lifecycle") == CUSTOMERS


def wait_for_numbers(page: Page, url: str) -> None:
    """Open the overview again and again until the first refresh is over."""
    for _ in range(60):
        page.goto(f"{url}/")
        if "There are no numbers yet" not in page.locator("main").inner_text():
            return
        page.wait_for_timeout(1500)
    raise AssertionError("the first refresh did not come to its end")
