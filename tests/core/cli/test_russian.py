"""The command line in Russian: no English sentence is left."""

from __future__ import annotations

import atexit
import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from kogorta.cli.output import Format
from kogorta.schema import TABLES
from kogorta.vocab import Business
from tests.core.cli.conftest import Said

# Names that are typed or written as they are: of the program, its commands, presets, files, fields and tables.
ALLOWED = {*TABLES, *Business, *Format}
ALLOWED |= {"kogorta", "init", "import", "refresh", "segments", "list", "members", "explain", "transitions"}
ALLOWED |= {
    "traits",
    "audit",
    "doctor",
    "report",
    "erase",
    "simulate",
    "tracking",
    "bench",
    "status",
    "due",
    "compact",
    "serve",
    "backup",
    "restore",
}
ALLOWED |= {"segment", "rfm", "simple", "champions"}
ALLOWED |= {"today", "outcome", "booked", "talked", "later", "no", "answer", "no_answer", "declined"}
ALLOWED |= {"serve", "api"}
ALLOWED |= {"toml", "html", "xlsx", "xls", "docs", "reference", "iso", "spec", "utf", "python", "mail"}
ALLOWED |= {"ru", "en", "dmy", "mdy", "city", "sex", "name", "identify"}
ALLOWED |= {"plan", "apply", "pull", "versions", "test", "tests", "mine"}
ALLOWED |= {"show", "sql", "size", "overlap", "diff", "backtest", "lifecycle"}
ALLOWED |= {"presets", "add", "quick", "start", "salon", "filters", "all", "staff"}
ALLOWED |= {"kpis", "cohorts", "portrait", "attractive", "trend", "month", "campaign", "source", "channel"}
ALLOWED |= {"identity", "link", "unlink", "split", "unsplit", "preview", "links"}

COMMANDS = (
    (),
    ("init",),
    ("import",),
    ("refresh",),
    ("status",),
    ("audit",),
    ("doctor",),
    ("traits",),
    ("report",),
    ("erase",),
    ("simulate",),
    ("bench",),
    ("compact",),
    ("serve",),
    ("backup",),
    ("restore",),
    ("segments",),
    ("segments", "list"),
    ("segments", "members"),
    ("segments", "explain"),
    ("segments", "transitions"),
    ("segments", "show"),
    ("segments", "sql"),
    ("segments", "size"),
    ("segments", "overlap"),
    ("segments", "diff"),
    ("segments", "backtest"),
    ("segments", "plan"),
    ("segments", "apply"),
    ("segments", "pull"),
    ("segments", "versions"),
    ("segments", "test"),
    ("presets",),
    ("presets", "list"),
    ("presets", "show"),
    ("presets", "add"),
    ("today",),
    ("outcome",),
    ("kpis",),
    ("cohorts",),
    ("segments", "portrait"),
    ("segments", "attractive"),
    ("segments", "trend"),
    ("identity",),
    ("identity", "link"),
    ("identity", "unlink"),
    ("identity", "split"),
    ("identity", "unsplit"),
    ("identity", "preview"),
    ("identity", "links"),
)

MISTAKES = {
    ("segment",): "такой команды нет",
    ("segments", "sizes"): "такой команды нет",
    ("audit", "--full"): "такого параметра нет",
    ("audit", "today"): "в команде лишние слова",
    ("traits",): "в команде не хватает обязательного",
    ("audit", "-w"): "после этого параметра нужно значение",
    ("segments", "list", "--format", "xls"): "такого значения быть не может",
    ("import", "orders.csv"): "для какой таблицы этот файл?",
    ("import",): "импортировать нечего",
    ("segments", "list"): "это не рабочая папка «Когорты»",
    ("simulate", "bakery", "--customers", "5", "--out", "база"): "такой бизнес смоделировать нельзя",
}

# The language is chosen when the program starts, so these commands run in a program of their own: one for all. It takes
# a folder and commands a line, and answers with a line. What a command asks, nobody answers.
PROGRAM = """
import contextlib, io, json, sys
from kogorta.cli import main
asked, sys.stdin = sys.stdin, io.StringIO()
for line in asked:
    folder, commands = json.loads(line)
    answers = []
    for command in commands:
        code = 0
        with (
            contextlib.chdir(folder),
            contextlib.redirect_stdout(io.StringIO()) as out,
            contextlib.redirect_stderr(io.StringIO()) as err,
        ):
            try:
                main(command)
            except SystemExit as stop:
                code = int(stop.code or 0)
        answers.append((code, out.getvalue(), err.getvalue()))
    print(json.dumps(answers), flush=True)
"""


@cache
def _speaker() -> subprocess.Popen[str]:
    """Start the program once; when the tests end, even because they were killed, their end of the pipe closes."""
    speaker = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "KOGORTA_LANG": "ru", "COLUMNS": "160", "PYTHONUTF8": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    atexit.register(speaker.communicate)
    return speaker


def russian(commands: Sequence[Sequence[str]], folder: Path | None = None) -> list[Said]:
    """Run commands as a Russian speaker; return their answers."""
    asked, answered = _speaker().stdin, _speaker().stdout
    assert asked is not None
    assert answered is not None
    asked.write(json.dumps([str(folder or Path.cwd()), commands]) + "\n")
    asked.flush()
    return [Said(*answer) for answer in json.loads(answered.readline())]


def english_words(text: str) -> set[str]:
    """Return English words that are neither names of commands nor written in capitals or as options."""
    text = re.sub(r"--?[\w-]+|\[[^\]]*\]|/\S+|\S+=\S+|\b[A-Z_]+\b|[\w]+\.[\w.]+", " ", text)
    return {word for word in re.findall(r"\b[a-z]{2,}\b", text) if word not in ALLOWED}


def test_help_is_russian() -> None:
    for said in russian([(*command, "--help") for command in COMMANDS]):
        assert said.code == 0
        assert re.match("Как вызвать: .*\n\n +[А-Я]", said.out)
        assert english_words(said.out) == set(), said.out


def test_a_group_alone_shows_its_help() -> None:
    whole, group = russian([(), ("segments",)])
    assert (whole.code, group.code) == (0, 0)
    assert "Команды:\n  import " in whole.out
    assert "Команды:\n  list " in group.out


def test_the_road_in_russian(shop: Path) -> None:
    folder = str(shop)
    road: list[tuple[str, ...]] = [
        ("segments", "list", "-w", folder),
        ("segments", "explain", "lifecycle.at_risk", "к01", "-w", folder),
        ("segments", "explain", "rfm_simple.champions", "к02", "-w", folder),
        ("segments", "transitions", "lifecycle", "--from", "2025-05-01", "-w", folder),
        ("refresh", "--as-of", "2025-07-20", "-w", folder),
        ("audit", "-w", folder),
        ("report", "--out", str(shop / "report.html"), "-w", folder),
        ("erase", "к05", "--yes", "-w", folder),
    ]
    for command, said in zip(road, russian(road), strict=True):
        assert said.code == 0, (command, said.err)
        assert re.search("[а-я]", said.out)
        lines = [line for line in said.out.splitlines() if not line.strip().startswith("→")]
        plain = re.sub(
            r"\b[a-z_]+\.[a-z_]+\b|\brfm_\w+|\blifecycle\w*|\b[a-z]+_[a-z_]+\b", " ", "\n".join(lines)
        )
        assert english_words(plain) == set(), said.out


def test_mistakes_are_told_in_russian(tmp_path: Path) -> None:
    for told, said in zip(MISTAKES.values(), russian(list(MISTAKES), tmp_path), strict=True):
        assert (said.code, said.out) == (2, "")
        assert said.err.startswith("Не получилось:")
        assert told in said.err
        assert english_words(re.sub("(получено|ожидается): .*", "", said.err)) == set(), said.err


def test_who_was_erased_is_told_in_russian(shop: Path) -> None:
    again = ("erase", "к05", "--yes", "-w", str(shop))
    declined, _, twice = russian([("erase", "к05", "-w", str(shop)), again, again])
    assert declined.code == 1
    assert "У этого человека 1 номер: к05" in declined.out.replace("\xa0", " ")
    assert "Вернуть будет нельзя" in declined.err
    assert twice.code == 2
    assert "этот клиент уже стёрт" in twice.err
    for said in (declined, twice):
        assert english_words(re.sub("orders", " ", said.out + said.err)) <= {"д", "y"}


def test_files_that_cannot_be_read_are_told_in_russian(shop: Path) -> None:
    (shop / "bad.csv").write_text("amount,colour\n5,red\n", encoding="utf-8")
    (shop / "none.csv").write_text("", encoding="utf-8")
    (shop / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0" * 9)
    files = [str(shop / name) for name in ("bad.csv", "none.csv", "old.xls")]
    (said,) = russian([("import", *files, "--table", "orders", "-w", str(shop))])
    assert said.code == 2
    for part in ("bad.csv: не нашлось колонки", "none.csv: файл пустой", "old.xls: файлы"):
        assert part in said.err
    assert "получено: книга Excel старого формата (.xls)" in said.err
    assert english_words(re.sub("amount|colour|red|customer_id|ordered_at", " ", said.err)) == set(), said.err
