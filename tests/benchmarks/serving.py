"""A served shop: how soon its pages are answered, also while it refreshes, and how heavy they are."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from tests.benchmarks.race import Wishes
from tests.benchmarks.shop import AS_OF, Shop, define, shop

PAGE_BUDGET_SECONDS = 0.15
BUSY_BUDGET_SECONDS = 0.4
WEIGHT_BUDGET_KB = 100.0
ROUNDS = 10
FEWEST_BUSY_ROUNDS = 3
_WEEK = timedelta(days=7)
_SERVED = "served"
_OWNER = "owner@shop.example"
_PATIENCE = 120.0
_PAGES = (
    "/",
    "/segments/",
    "/segments/lifecycle.active/",
    "/segments/lifecycle.active/people/",
    "/segments/lifecycle.active/moves/",
    "/schemes/",
    "/schemes/rfm_simple/",
    "/schemes/lifecycle/",
    "/movements/?scheme=lifecycle",
    "/movements/?scheme=rfm_simple",
    "/cohorts/",
    "/cohorts/months/",
    "/overlap/",
    "/customers/",
    "/customers/?q=anna",
    "/customers/?q=%2B79",
    "/customers/{customer}/",
    "/today/",
    "/jobs/",
    "/settings/",
)
"""What people look at, as they first see it; fragments that question the base itself come after a page."""


def served_shop(wishes: Wishes) -> Shop:
    """Return the base refreshed a week ago and now, with the reading that pages show."""
    base = shop(wishes)
    made = base.scratch / f"{_SERVED}-{base.workspace.name}"
    if not made.exists():
        part = base.copy(base.workspace, f"{_SERVED}-part")
        _refresh(part)
        part.rename(made)
    return Shop(made, base.scratch)


def _refresh(folder: Path) -> None:
    import kogorta
    from kogorta.readings import take

    with kogorta.open(folder) as workspace:
        define(workspace)
        workspace.refresh(AS_OF - _WEEK)
        workspace.refresh(AS_OF)
        take(workspace.warehouse, workspace.config, folder / "data" / "readings", AS_OF)


def pages(base: Shop) -> float:
    """Ask for each page some times, one after another; the 95th percentile of all, in seconds."""
    with _service(base) as browser:
        _visit(browser)
        spent = [_visit(browser) for _ in range(ROUNDS)]
    return _told(spent)


def pages_while_refreshing(base: Shop) -> float:
    """Ask for each page while everyone is placed anew; the 95th percentile, in seconds."""
    with _service(base) as browser:
        _visit(browser)
        browser.post("/jobs/refresh/", {})
        spent: list[dict[str, float]] = []
        while browser.is_busy() or len(spent) < FEWEST_BUSY_ROUNDS:
            spent.append(_visit(browser))
    return _told(spent)


def weight(base: Shop) -> float:
    """Return the weight of the heaviest page as it travels, in kB."""
    with _service(base) as browser:
        weights = {path: len(browser.get(path)) / 1_000 for path in browser.paths}
    path = max(weights, key=weights.__getitem__)
    print(f"  heaviest: {path} {weights[path]:.0f} kB", file=sys.stderr)
    return weights[path]


def page_budget(_: Shop) -> float:
    """Return what a page may take, in seconds."""
    return PAGE_BUDGET_SECONDS


def busy_budget(_: Shop) -> float:
    """Return what a page may take while a refresh runs, in seconds."""
    return BUSY_BUDGET_SECONDS


def weight_budget(_: Shop) -> float:
    """Return what a page may weigh, in kB."""
    return WEIGHT_BUDGET_KB


class _Browser:
    """Somebody who is logged in."""

    def __init__(self, url: str, password: str) -> None:
        self._url = url
        self._opener: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))
        self.post("/login/", {"username": _OWNER, "password": password}, form="/login/")
        customer = re.search(r'href="/customers/([^"/?]+)/"', self.text("/customers/"))
        if customer is None:
            raise AssertionError("no customer is listed")
        self.paths = [path.format(customer=customer[1]) for path in _PAGES]

    def get(self, path: str) -> bytes:
        """Return the body of a page as it travels."""
        request = Request(f"{self._url}{path}", headers={"Accept-Encoding": "gzip", "Accept-Language": "ru"})
        with self._opener.open(request, timeout=_PATIENCE) as answer:
            body: bytes = answer.read()
            return body

    def text(self, path: str) -> str:
        """Return a page."""
        body = self.get(path)
        return (gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode()

    def post(self, path: str, fields: dict[str, str], form: str = "/jobs/") -> None:
        """Send a form, with the token of the page it stands on."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.text(form))
        if token is None:
            raise AssertionError(f"there is no form on {form}")
        sent = urlencode({**fields, "csrfmiddlewaretoken": token[1]}).encode()
        self._opener.open(Request(f"{self._url}{path}", sent, {"Referer": self._url}), timeout=_PATIENCE)

    def is_busy(self) -> bool:
        """Tell whether a job runs or waits."""
        return re.search(r"/jobs/\d+/cancel/", self.text("/jobs/")) is not None


def _visit(browser: _Browser) -> dict[str, float]:
    return {path: _seconds(browser, path) for path in browser.paths}


def _seconds(browser: _Browser, path: str) -> float:
    begun = time.perf_counter()
    browser.get(path)
    return time.perf_counter() - begun


def _told(spent: list[dict[str, float]]) -> float:
    """Return the 95th percentile of all; say which pages are the slowest."""
    typical = {path: statistics.median(round_[path] for round_ in spent) for path in spent[0]}
    for path in sorted(typical, key=typical.__getitem__)[-3:]:
        print(f"  {path}: {typical[path] * 1_000:.0f} ms", file=sys.stderr)
    return statistics.quantiles([value for round_ in spent for value in round_.values()], n=20)[-1]


@contextmanager
def _service(base: Shop) -> Iterator[_Browser]:
    """Serve a copy as whoever types the command does."""
    copy = base.copy(base.workspace, "being-served")
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    log = copy / "serve.log"
    command = [str(Path(sys.executable).with_name("kogorta")), "serve", "-w", str(copy)]
    with log.open("w") as output:
        process = subprocess.Popen(
            [*command, "--port", str(port), "--owner", _OWNER],
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "KOGORTA_LANG": "en"},
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _await(url, process, log)
        password = re.search(r"password (\S+)", log.read_text())
        if password is None:
            raise AssertionError(log.read_text())
        yield _Browser(url, password[1])
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(copy)


def _await(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + _PATIENCE
    while time.monotonic() < ends and process.poll() is None:
        try:
            with build_opener().open(f"{url}/health/ready", timeout=5):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise AssertionError(f"the service did not answer: {log.read_text()}")
