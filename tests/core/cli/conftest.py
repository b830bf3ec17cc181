"""A small shop as a file, and the commands as a person types them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from shutil import copytree

import pytest

from kogorta.cli import output
from kogorta.cli.main import main

TODAY = date(2025, 6, 30)


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str


Typed = Callable[..., Said]


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Give a function that runs a command and returns its exit code and what it printed."""
    # a console keeps the width that it found when it was made, whichever test made it first
    for console in (output.out, output.err):
        monkeypatch.setattr(console, "_width", 200)
        monkeypatch.setattr(console, "_height", 50)

    def run(*arguments: object) -> Said:
        code = 0
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as stop:
            code = int(stop.code or 0)
        said = capsys.readouterr()
        # no-break spaces are tested where numbers are written; here they would only hide words
        return Said(code, said.out.replace("\xa0", " "), said.err.replace("\xa0", " "))

    return run


@pytest.fixture
def shop_file(tmp_path: Path) -> Path:
    """Write forty customers: half come every ten days, half came once or stopped long ago."""
    return _orders(tmp_path)


def _orders(folder: Path) -> Path:
    lines = ["Номер заказа;Клиент;Дата заказа;Сумма;Статус"]
    for n in range(40):
        visits = 6 if n % 2 else 1 + n % 3
        quiet = 0 if n % 2 else 30 + 4 * n
        for k in range(visits):
            on = TODAY - timedelta(days=quiet + 10 * k + 1)
            lines.append(f"З-{n}-{k};к{n:02};{on:%d.%m.%Y};{1 + n} 250,50;Выполнен")
    path = folder / "заказы.csv"
    path.write_text("\n".join(lines) + "\n", encoding="cp1251")
    return path


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the shop once, by the commands."""
    folder = tmp_path_factory.mktemp("built")
    base = folder / "shop"
    for command in (
        ("init", base, "--timezone", "Europe/Moscow"),
        ("import", _orders(folder), "--table", "orders", "-w", base),
        ("refresh", "--as-of", TODAY, "-w", base),
    ):
        with redirect_stdout(StringIO()), pytest.raises(SystemExit) as stop:
            main([str(argument) for argument in command])
        assert not stop.value.code
    return base


@pytest.fixture
def shop(tmp_path: Path, built: Path, shop_file: Path) -> Path:
    """Give a workspace with the shop imported and refreshed."""
    folder = tmp_path / "shop"
    copytree(built, folder)
    return folder
