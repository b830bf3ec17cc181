"""The demo of a simulated salon goes from files to a report."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kogorta.cli.speak import t
from tools import simulated


def test_the_salon_of_the_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Covers: P12, P17, S05"""
    monkeypatch.setattr(simulated, "CUSTOMERS", 120)
    simulated.show("salon", tmp_path, date(2025, 12, 30))
    simulated.go_on(tmp_path)
    said = capsys.readouterr().out
    for command in simulated.SIGNALS["salon"]:
        assert command in said
    assert "$ kogorta today" in said
    assert "$ kogorta doctor" in said
    page = (tmp_path / f"report{'.ru' if t.lang == 'ru' else ''}.html").read_text(encoding="utf-8")
    assert 'id="agenda"' in page
    assert 'id="doctor"' in page
    assert 'id="own"' in page
