"""The files of this checkout, as the house tests look at them."""

from __future__ import annotations

import functools
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
SOURCE = ROOT / "src"

_FENCE = re.compile(r"^(?P<indent> *)(?P<fence>```+|~~~+)(?P<language>[\w-]*).*?$", re.MULTILINE)


def name_of(path: Path) -> str:
    """Return the path as a person would type it from the top of the checkout."""
    return path.relative_to(ROOT).as_posix()


@functools.cache
def tracked_files() -> tuple[Path, ...]:
    """Return what git keeps or is about to keep; skip where this is no checkout of git."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout, so there is no list of files to look through")
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    paths = (ROOT / name for name in listing.stdout.split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


def text_of(path: Path) -> str | None:
    """Return the text of a file, or None if it is no text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def read_page(name: str) -> str:
    """Return the text of a page that must exist; fail the test with what to do if it does not."""
    path = ROOT / name
    if not path.is_file():
        pytest.fail(f"{name} is missing: write it (CONTRIBUTING.md says what each page is for)")
    return path.read_text(encoding="utf-8")


def python_files() -> list[Path]:
    """Return every module of the library."""
    return sorted(SOURCE.rglob("*.py"))


def split_fences(markdown: str) -> tuple[str, list[tuple[str, str]]]:
    """Return the prose without its code blocks, and the blocks as (language, code)."""
    prose: list[str] = []
    blocks: list[tuple[str, str]] = []
    position = 0
    while opening := _FENCE.search(markdown, position):
        prose.append(markdown[position : opening.start()])
        closing = re.compile(rf"^ *{opening['fence']} *$", re.MULTILINE).search(markdown, opening.end())
        end = closing.start() if closing else len(markdown)
        blocks.append((opening["language"], markdown[opening.end() : end].strip("\n")))
        position = closing.end() if closing else len(markdown)
    prose.append(markdown[position:])
    return "".join(prose), blocks


def headings(markdown: str) -> Iterator[tuple[int, str]]:
    """Yield (level, text) of every heading outside code blocks."""
    prose, _ = split_fences(markdown)
    for match in re.finditer(r"^(#{1,6}) +(.+?) *#*$", prose, re.MULTILINE):
        yield len(match[1]), match[2]
