"""No module and no function of the library outgrows what one sitting can read."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.files import name_of, python_files

MODULE_LINES = 500
FUNCTION_LINES = 60

type_of_function = (ast.FunctionDef, ast.AsyncFunctionDef)


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function, its docstring left out: explaining more must never cost."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function, clean=False) is not None:
        docstring = function.body[0]
        lines -= (docstring.end_lineno or docstring.lineno) - docstring.lineno + 1
    return lines


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), filename=str(path))):
        if isinstance(node, type_of_function):
            yield node


def test_no_module_is_too_long() -> None:
    long = [
        f"{name_of(path)}: {count} lines"
        for path in python_files()
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > MODULE_LINES
    ]
    assert not long, f"split these by what they are about (at most {MODULE_LINES} lines):\n" + "\n".join(long)


def test_no_function_is_too_long() -> None:
    long = [
        f"{name_of(path)}:{function.lineno} {function.name}: {count} lines"
        for path in python_files()
        for function in functions(path)
        if (count := code_lines(function)) > FUNCTION_LINES
    ]
    assert not long, f"take steps out under their own names (at most {FUNCTION_LINES} lines):\n" + "\n".join(
        long
    )


def test_a_docstring_does_not_count() -> None:
    source = 'def f():\n    """One.\n\n    Two.\n    """\n    return 1\n'
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.FunctionDef)
    assert code_lines(function) == 2
