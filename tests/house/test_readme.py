"""The Russian and the English README are one text in two languages."""

from __future__ import annotations

import re

from tests.house.files import headings, read_page, split_fences

ENGLISH, RUSSIAN = "README.md", "README.ru.md"
SHELLS = {"sh", "bash", "console", "shell"}


def commands(markdown: str) -> list[str]:
    """Return the lines of shell blocks without prompts, comments (which are translated) and output."""
    lines: list[str] = []
    for language, code in split_fences(markdown)[1]:
        if language not in SHELLS:
            continue
        typed = [re.sub(r"(^|\s)#.*$", "", line).strip() for line in code.splitlines()]
        if any(line.startswith("$ ") for line in typed):  # a session: only what follows the prompt is typed
            typed = [line.removeprefix("$ ") for line in typed if line.startswith("$ ")]
        lines += [line for line in typed if line]
    return lines


def test_both_have_the_same_outline() -> None:
    english = [level for level, _ in headings(read_page(ENGLISH))]
    russian = [level for level, _ in headings(read_page(RUSSIAN))]
    assert english, f"{ENGLISH} has no headings yet: write it"
    assert english == russian, (
        "the two pages have different headings: what is new in one belongs in the other"
    )


def test_both_show_the_same_commands() -> None:
    assert commands(read_page(ENGLISH)) == commands(read_page(RUSSIAN))


def test_both_have_the_same_blocks() -> None:
    english, russian = (
        [language for language, _ in split_fences(read_page(name))[1]] for name in (ENGLISH, RUSSIAN)
    )
    assert english == russian
