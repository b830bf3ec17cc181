"""make demo DEMO=shop|salon: a simulated base, from files to segments, the doctor, today's list and a report."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from tools.typed import run, say

CUSTOMERS = 1_500
YEARS = timedelta(days=731)
AHEAD = timedelta(days=2)
"""The simulated years end so long after the day of the demo, so that there are bookings for it."""
BEFORE = timedelta(days=90)

SIGNALS = {
    "shop": ("quick_start", "value", "order_tier"),
    "salon": ("salon_filters", "frequency"),
}


def show(business: str, folder: Path, today: date) -> None:
    """Simulate a base of a kind of business that lives on a day, and show what a marketer does with it."""
    base = str(folder / "workspace")
    end = today + AHEAD
    # an hour at which a salon opens
    morning, before = (f"{day}T09:00" for day in (today, today - BEFORE))
    say(
        f"A simulated {business} of {CUSTOMERS} customers over two years: nobody in it exists.",
        f"Сымитированная база ({business}), {CUSTOMERS} клиентов за два года: никого из них не существует.",
    )
    wishes = ("--customers", str(CUSTOMERS), "--start", str(end - YEARS), "--end", str(end))
    run("simulate", business, *wishes, "--out", str(folder / "files"))
    run("init", base, "--template", business, "--timezone", "Europe/Moscow")
    run("import", str(folder / "files"), "-w", base)
    for as_of in (before, morning):
        run("refresh", "--as-of", as_of, "-w", base)
    run("presets", "add", *SIGNALS[business], "-w", base)
    run("refresh", "--as-of", morning, "-w", base)
    run("segments", "list", "-w", base)
    run("today", "--as-of", morning, "-w", base)
    run("doctor", "--as-of", morning, "-w", base)
    for language in ("en", "ru"):
        name = "report.html" if language == "en" else "report.ru.html"
        run("report", "--lang", language, "--out", str(folder / name), "-w", base)


def go_on(folder: Path) -> None:
    """Say what to do next."""
    base, kogorta = folder / "workspace", ".venv/bin/kogorta"
    say(
        f"  open {folder / 'report.html'} (or report.ru.html) in a browser",
        f"  откройте в браузере {folder / 'report.ru.html'} (или report.html)",
    )
    for english, russian, command in (
        ("portrait", "портрет", f"segments portrait lifecycle.at_risk -w {base}"),
        ("month by month", "по месяцам", f"kpis -w {base}"),
        ("what came of a call", "итог звонка", f"outcome c17 talked -w {base}"),
    ):
        say(f"  {english + ':':<21}{kogorta} {command}", f"  {russian + ':':<21}{kogorta} {command}")
