"""python -m tools.tutorial: run the notebooks of the tutorial and keep what they print.

The cells of a notebook run in order in one namespace, as Jupyter would run them, without Jupyter. What they print must
not depend on the machine, the day or the language of whoever runs them.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "tutorial"
Notebook = dict[str, Any]


def read(path: Path) -> Notebook:
    """Return a notebook as it is stored."""
    notebook: Notebook = json.loads(path.read_text(encoding="utf-8"))
    return notebook


def code_cells(notebook: Notebook) -> list[dict[str, Any]]:
    """Return the cells that are run, in order."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def run(notebook: Notebook) -> dict[str, str]:
    """Run the cells of a notebook in order; return what each printed, by its id."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    printed = {}
    for cell in code_cells(notebook):
        page = io.StringIO()
        code = compile("".join(cell["source"]), f"cell {cell['id']}", "exec")
        with redirect_stdout(page):
            exec(code, namespace)
        printed[cell["id"]] = page.getvalue()
    return printed


def stored(notebook: Notebook) -> dict[str, str]:
    """Return what each cell printed when the notebook was stored, by its id."""
    return {
        cell["id"]: "".join(line for output in cell["outputs"] for line in output["text"])
        for cell in code_cells(notebook)
    }


def keep(notebook: Notebook, printed: dict[str, str], path: Path) -> None:
    """Store what the cells printed."""
    for number, cell in enumerate(code_cells(notebook), 1):
        text = printed[cell["id"]].splitlines(keepends=True)
        cell["execution_count"] = number
        cell["outputs"] = [{"name": "stdout", "output_type": "stream", "text": text}] if text else []
    path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def main() -> int:
    """Run every notebook; store what it prints, or with --check tell whether that is what it says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="exit 1 if a page does not say what is printed")
    is_check = parser.parse_args().check
    stale = 0
    for path in sorted(FOLDER.glob("*.ipynb")):
        notebook = read(path)
        printed = run(notebook)
        differing = [id_ for id_, text in stored(notebook).items() if text != printed[id_]]
        print(f"{path.name}: {', '.join(differing) or 'nothing'} printed otherwise")
        stale += len(differing)
        if not is_check:
            keep(notebook, printed, path)
    return 1 if is_check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
