"""Every page can be reached, every link leads somewhere, every generated page is up to date."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.house.files import DOCS, ROOT, headings, name_of, read_page, split_fences, tracked_files

_LINK = re.compile(r"\]\(<?([^)\s>]+)>?(?: \"[^\"]*\")?\)|(?:src|href)=\"([^\"]+)\"")
_INLINE_CODE = re.compile(r"`[^`\n]*`")


def links(path: Path) -> list[str]:
    """Return the targets inside this checkout that a page names."""
    prose, _ = split_fences(path.read_text(encoding="utf-8"))
    found = (match[1] or match[2] for match in _LINK.finditer(_INLINE_CODE.sub("``", prose)))
    return [link for link in found if not re.match(r"[a-z][a-z0-9+.-]*:", link)]


def anchors(path: Path) -> set[str]:
    """Return the anchors that a page's headings have, made as GitHub makes them."""
    made: dict[str, int] = {}
    result: set[str] = set()
    for _, text in headings(path.read_text(encoding="utf-8")):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text).lower()
        slug = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        count = made.get(slug, 0)
        made[slug] = count + 1
        result.add(f"{slug}-{count}" if count else slug)
    return result


def resolve(page: Path, link: str) -> tuple[Path, str]:
    """Return the file and the anchor that a link on a page means."""
    target, _, anchor = unquote(link).partition("#")
    return (page.parent / target).resolve() if target else page, anchor


def pages() -> list[Path]:
    return [path for path in tracked_files() if path.suffix == ".md"]


def test_every_link_leads_somewhere() -> None:
    broken: list[str] = []
    for page in pages():
        for link in links(page):
            target, anchor = resolve(page, link)
            if not target.exists():
                broken.append(f"{name_of(page)}: {link} (no such file)")
            elif anchor and target.suffix == ".md" and anchor not in anchors(target):
                broken.append(f"{name_of(page)}: {link} (no such heading)")
    assert not broken, "\n".join(broken)


def test_every_page_can_be_reached_from_the_index() -> None:
    read_page("docs/index.md")
    waiting, reached = [DOCS / "index.md"], set[Path]()
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md" or not page.is_file():
            continue
        reached.add(page)
        waiting += [resolve(page, link)[0] for link in links(page)]
    lost = [name_of(page) for page in pages() if page.is_relative_to(DOCS) and page not in reached]
    assert not lost, (
        "nothing leads from docs/index.md to (link them from their folder's index.md):\n" + "\n".join(lost)
    )


def test_every_make_target_is_explained_to_contributors() -> None:
    targets = re.findall(r"^([a-z]+):.*## ", read_page("Makefile"), re.MULTILINE)
    page = read_page("CONTRIBUTING.md")
    silent = [target for target in targets if f"`make {target}`" not in page]
    assert not silent, f"CONTRIBUTING.md says nothing about: {silent}"


@pytest.mark.slow
def test_generated_pages_are_up_to_date() -> None:
    read_page("tools/reference.py")
    command = [sys.executable, "tools/reference.py", "--check"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=240)
    assert run.returncode == 0, f"run tools/reference.py and commit what it writes:\n{run.stdout}{run.stderr}"
