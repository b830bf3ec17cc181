"""The pages made from the code say what the code says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_reference_pages_are_up_to_date() -> None:
    command = [sys.executable, str(ROOT / "tools" / "reference.py"), "--check"]
    done = subprocess.run(
        command, env={**os.environ, "KOGORTA_LANG": "en"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
