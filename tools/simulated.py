"""make demo DEMO=shop|salon: a simulated base, from files to segments, the doctor, today's list and a report."""

from __future__ import annotations

from pathlib import Path

from tools.typed import run, say

CUSTOMERS = 1_500
LAST_MORNING = "2025-12-30T09:00"
"""An hour at which a salon opens, on the last but one day of the simulated two years."""
BEFORE = "2025-10-01T09:00"

SIGNALS = {
    "shop": ("quick_start", "value", "order_tier"),
    "salon": ("salon_filters", "frequency"),
}


def show(business: str, folder: Path) -> None:
    """Simulate a base of a kind of business and show what a marketer does with it."""
    base = str(folder / "workspace")
    say(
        f"A simulated {business} of {CUSTOMERS} customers over two years: nobody in it exists.",
        f"Сымитированная база ({business}), {CUSTOMERS} клиентов за два года: никого из них не существует.",
    )
    run("simulate", business, "--customers", str(CUSTOMERS), "--out", str(folder / "files"))
    run("init", base, "--template", business, "--timezone", "Europe/Moscow")
    run("import", str(folder / "files"), "-w", base)
    for as_of in (BEFORE, LAST_MORNING):
        run("refresh", "--as-of", as_of, "-w", base)
    run("presets", "add", *SIGNALS[business], "-w", base)
    run("refresh", "--as-of", LAST_MORNING, "-w", base)
    run("segments", "list", "-w", base)
    run("today", "--as-of", LAST_MORNING, "-w", base)
    run("doctor", "--as-of", LAST_MORNING, "-w", base)
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
