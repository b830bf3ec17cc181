"""Nothing in the repository depends on one machine or names the host of a package registry."""

from __future__ import annotations

import re

import pytest

from tests.house.files import ROOT, name_of, text_of, tracked_files

# Each name is written in two halves, so that this file does not find itself.
FORBIDDEN = re.compile(
    "|".join(
        re.escape(first + second)
        for first, second in (
            ("/wo", "rk/"),
            ("/ro", "ot/"),
            ("pypi", ".org"),
            ("files.python", "hosted"),
            ("deb.", "debian.org"),
            ("registry.", "npmjs"),
        )
    )
)
MAY_NAME_HOSTS = {"uv.lock"}


def test_no_file_names_a_machine_or_a_registry() -> None:
    found = [
        f"{name_of(path)}:{number}: {line.strip()[:100]}"
        for path in tracked_files()
        if name_of(path) not in MAY_NAME_HOSTS and (text := text_of(path)) is not None
        for number, line in enumerate(text.splitlines(), 1)
        if FORBIDDEN.search(line)
    ]
    assert not found, (
        "these name a place that others do not have; use relative paths and package names:\n"
        + "\n".join(found)
    )


@pytest.mark.parametrize("name", [".ci/run"])
def test_scripts_can_be_run(name: str) -> None:
    assert (ROOT / name).stat().st_mode & 0o111, f"chmod +x {name}"
