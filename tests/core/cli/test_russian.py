"""The command line in Russian: no English sentence is left."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ALLOWED = {
    "kogorta",
    "init",
    "import",
    "refresh",
    "segments",
    "list",
    "members",
    "explain",
    "transitions",
    "traits",
}
ALLOWED |= {
    "audit",
    "report",
    "orders",
    "customers",
    "tracking",
    "segment",
    "csv",
    "json",
    "parquet",
    "xlsx",
    "rfm",
}
ALLOWED |= {
    "simple",
    "champions",
    "table",
    "map",
    "utc",
    "toml",
    "html",
    "docs",
    "reference",
    "parquet",
    "iso",
}
ALLOWED |= {
    "shop",
    "grocery",
    "salon",
    "b2b",
    "ru",
    "en",
    "dmy",
    "mdy",
    "cp1251",
    "europe",
    "moscow",
    "rub",
    "spec",
}
ALLOWED |= {
    "json",
    "lines",
    "kogorta_lang",
    "e",
    "mail",
    "sms",
    "id",
    "python",
    "path",
    "url",
    "utf",
    "file",
    "instant",
}

COMMANDS = (
    (),
    ("init",),
    ("import",),
    ("refresh",),
    ("audit",),
    ("traits",),
    ("report",),
    ("segments",),
    ("segments", "list"),
    ("segments", "members"),
    ("segments", "explain"),
    ("segments", "transitions"),
)


def russian(*arguments: str) -> str:
    """Run a command as a Russian speaker; return all that it prints."""
    code = "from kogorta.cli import main; main()"
    environment = {**os.environ, "KOGORTA_LANG": "ru", "COLUMNS": "160"}
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, encoding="utf-8"
    )
    return done.stdout + done.stderr


def english_words(text: str) -> set[str]:
    """Return English words that are neither names of commands nor written in capitals or as options."""
    text = re.sub(r"--?[\w-]+|\[[^\]]*\]|/\S+|\S+=\S+|\b[A-Z_]+\b|[\w]+\.[\w.]+", " ", text)
    return {word for word in re.findall(r"\b[a-z]{2,}\b", text) if word not in ALLOWED}


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_is_russian(command: tuple[str, ...]) -> None:
    text = russian(*command, "--help")
    # the frame around it (Usage, Options, Arguments, Commands) is the library's own and stays English
    text = re.sub(
        r"Usage|Options|Arguments|Commands|Show this message and exit\.|required|default:?", " ", text
    )
    text = re.sub(r"INTEGER|TEXT|PATH|COMMAND|ARGS", " ", text)
    assert re.search("[а-я]", text)
    assert english_words(text) == set()


def test_the_road_in_russian(shop: Path) -> None:
    folder = str(shop)
    printed = [
        russian("segments", "list", "-w", folder),
        russian("segments", "explain", "lifecycle.at_risk", "к01", "-w", folder),
        russian("segments", "explain", "rfm_simple.champions", "к02", "-w", folder),
        russian("segments", "transitions", "lifecycle", "--from", "2025-05-01", "-w", folder),
        russian("refresh", "--as-of", "2025-07-20", "-w", folder),
        russian("audit", "-w", folder),
        russian("report", "--out", str(shop / "report.html"), "-w", folder),
    ]
    for text in printed:
        assert re.search("[а-я]", text)
        lines = [line for line in text.splitlines() if not line.strip().startswith("→")]
        plain = re.sub(
            r"\b[a-z_]+\.[a-z_]+\b|\brfm_\w+|\blifecycle\w*|\b[a-z]+_[a-z_]+\b", " ", "\n".join(lines)
        )
        assert english_words(plain) == set(), text
