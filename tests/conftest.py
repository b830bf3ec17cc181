"""What every test may rely on: reproducible examples, its share of the machine, and a browser that stays at home."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, sync_playwright

from kogorta.warehouse import duckdb_engine

# No deadline anywhere: a busy machine must not fail a test (speed is measured by `make bench`).
# `ci` draws the same examples every time, so that a red run is red for everyone; `dev` looks for new ones.
settings.register_profile("ci", deadline=None, derandomize=True, max_examples=50)
settings.register_profile("dev", deadline=None, max_examples=50)
settings.register_profile(
    "soak", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("KOGORTA_HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))

# A run has about a process for each core, and its bases are of a few rows: one thread each is faster than all cores for all.
# A soak, and whatever tests start as a program of its own, takes them all.
if os.environ.get("KOGORTA_HYPOTHESIS_PROFILE") != "soak":
    duckdb_engine.DEFAULT_THREADS = 1

# Expressions are many small objects that live long: looking through them again and again was an eighth of the time.
gc.set_threshold(50_000, 20, 20)

# Tests read what commands print in English, whatever the machine speaks; Russian is asked for where it is meant.
os.environ["KOGORTA_LANG"] = "en"

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_ARGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Have each process of a run begin with its part of what takes long: a run ends when its last process does.

    Processes are given neighbours, and whoever is done first takes from the end of another's part.
    """
    processes = int(getattr(config, "workerinput", {}).get("workercount", 1))
    modules: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.get_closest_marker("slow") or item.get_closest_marker("faults"):
            # tests of a module share what was made for them
            modules.setdefault(item.nodeid.partition("::")[0], []).append(item)
    parts: list[list[pytest.Item]] = [[] for _ in range(processes)]
    for number, name in enumerate(sorted(modules)):
        parts[number % processes] += modules[name]
    long = {id(item) for part in parts for item in part}
    others = [item for item in items if id(item) not in long]
    size = -(-len(items) // processes)
    for part in parts:
        count = max(0, size - len(part))
        part += others[:count]
        del others[:count]
    items[:] = [item for part in parts for item in part] + others


def pytest_collection_finish() -> None:
    """Leave what was imported out of every later search for garbage."""
    gc.freeze()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the machine's Chromium, or skip where there is none.

    Per module, because Playwright keeps an event loop running in this thread as long as it lives.
    """
    executable = next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)
    if executable is None:
        pytest.skip("no Chromium on this machine (on Debian: apt-get install chromium)")
    args = [*CHROMIUM_ARGS]
    if os.geteuid() == 0:
        args.append("--no-sandbox")  # Chromium refuses to start for root with it
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=args)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open an empty page; fail the test if it asked another host for anything or logged an error."""
    context = browser.new_context(locale="ru-RU", timezone_id="Europe/Moscow")
    complaints: list[str] = []

    def stay_home(route: Route) -> None:
        url = urlsplit(route.request.url)
        if url.scheme in {"http", "https"} and url.hostname not in {"127.0.0.1", "localhost"}:
            complaints.append(f"asked for {route.request.url}")
            route.abort()
        else:
            route.continue_()

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(f"console: {message.text}")

    context.route("**/*", stay_home)
    opened = context.new_page()
    opened.on("console", listen)
    opened.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    yield opened
    context.close()
    assert not complaints, "\n".join(complaints)
