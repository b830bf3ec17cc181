"""`docs/reference/coverage.md` and the tests agree on which requirement is proved where."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.house.files import ROOT, name_of, read_page

PAGE = "docs/reference/coverage.md"

_ID = re.compile(r"\b[GLRSP]\d{2}\b")
_TEST = re.compile(r"\btests/[\w/]+\.py(?:::\w+)*")
_COVERS = re.compile(r"Covers:((?:\s*,?\s*[GLRSP]\d{2}\b)+)")


def files_with_tests() -> list[Path]:
    return sorted((ROOT / "tests").rglob("test_*.py"))


def covered_ids(path: Path) -> set[str]:
    """Return the ids that the docstrings of a test file say they prove."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            for listed in _COVERS.findall(ast.get_docstring(node) or ""):
                found.update(_ID.findall(listed))
    return found


def rows() -> dict[str, str]:
    """Return the rows of the table by id: a row begins with its id."""
    found = re.findall(r"^\| *\**`?([GLRSP]\d{2})`?\** *\|(.*)$", read_page(PAGE), re.MULTILINE)
    return dict(found)


def names_something(reference: str) -> bool:
    """Tell whether `tests/file.py::Class::test` exists."""
    file, *names = reference.split("::")
    path = ROOT / file
    if not path.is_file():
        return False
    body: list[ast.stmt] = ast.parse(path.read_text(encoding="utf-8")).body
    for name in names:
        kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        match = next((node for node in body if isinstance(node, kinds) and node.name == name), None)
        if match is None:
            return False
        body = match.body
    return True


def test_every_test_that_the_table_names_exists() -> None:
    missing = [
        f"{identifier}: {reference}"
        for identifier, row in rows().items()
        for reference in _TEST.findall(row)
        if not names_something(reference)
    ]
    assert not missing, f"{PAGE} names tests that do not exist:\n" + "\n".join(missing)


def test_every_id_that_a_test_proves_is_in_the_table() -> None:
    listed = rows()
    missing = [
        f"{name_of(path)}: {identifier}"
        for path in files_with_tests()
        for identifier in sorted(covered_ids(path))
        if name_of(path) not in listed.get(identifier, "")
    ]
    assert not missing, f"name these tests in their rows of {PAGE}:\n" + "\n".join(missing)


def test_every_id_that_the_table_calls_proved_is_claimed_by_its_test() -> None:
    claims = {name_of(path): covered_ids(path) for path in files_with_tests()}
    silent = [
        f"{identifier}: {reference}"
        for identifier, row in rows().items()
        for reference in _TEST.findall(row)
        if identifier not in claims.get(reference.split("::")[0], set())
    ]
    assert not silent, "these tests do not say 'Covers: <id>' in a docstring:\n" + "\n".join(silent)
