"""The notebooks of the tutorial run and print what they show; the definitions of the README and the demo can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kogorta.definitions.parsing import parse_text
from kogorta.definitions.sentence import sentence
from kogorta.i18n import Lang
from tests.house.files import read_page, split_fences
from tools.demo import CHANGED, NOW, SEGMENTS, WAS
from tools.tutorial import FOLDER, code_cells, keep, read, run, stored

NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def page(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_there_is_a_notebook_of_ten_questions() -> None:
    assert "ten-questions" in {path.stem for path in NOTEBOOKS}


def test_a_notebook_is_one_that_jupyter_opens(page: Path) -> None:
    notebook = read(page)
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    needed = {"cell_type", "id", "metadata", "source"}
    for cell in notebook["cells"]:
        own = {"execution_count", "outputs"} if cell["cell_type"] == "code" else set()
        assert set(cell) == needed | own, cell["id"]


def test_cells_are_numbered_as_they_run(page: Path) -> None:
    counts = [cell["execution_count"] for cell in code_cells(read(page))]
    assert counts == list(range(1, len(counts) + 1)), "run: python -m tools.tutorial"


def test_links_of_a_notebook_lead_somewhere(page: Path) -> None:
    prose = "".join(
        line for cell in read(page)["cells"] if cell["cell_type"] == "markdown" for line in cell["source"]
    )
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", prose)
    assert links
    assert [link for link in links if not (page.parent / link).is_file()] == []


@pytest.mark.slow
def test_a_notebook_runs_and_prints_what_it_shows(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the language of the machine is."""
    monkeypatch.setenv("KOGORTA_LANG", "ru")
    notebook = read(page)
    assert run(notebook) == stored(notebook), "run: python -m tools.tutorial"


def test_what_is_printed_is_kept_as_jupyter_keeps_it(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "id": "words", "metadata": {}, "source": ["# Two\n", "lines"]},
        {
            "cell_type": "code",
            "id": "first",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": ["n = 2\n", "print(n)\n", "print('ё')"],
        },
        {
            "cell_type": "code",
            "id": "second",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": ["m = n + 1"],
        },
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    printed = run(notebook)
    assert printed == {"first": "2\nё\n", "second": ""}
    keep(notebook, printed, tmp_path / "page.ipynb")
    kept = read(tmp_path / "page.ipynb")
    assert stored(kept) == printed
    assert code_cells(kept)[0]["outputs"] == [
        {"name": "stdout", "output_type": "stream", "text": ["2\n", "ё\n"]}
    ]
    assert code_cells(kept)[1]["outputs"] == []


@pytest.mark.parametrize(("name", "lang"), [("README.md", "en"), ("README.ru.md", "ru")])
def test_the_readme_says_what_its_definition_means(name: str, lang: Lang) -> None:
    page = read_page(name)
    (definition,) = [code for language, code in split_fences(page)[1] if language == "yaml"]
    (found,) = parse_text(definition, name)
    assert " ".join(sentence(found, lang).split()) in " ".join(page.split())


def test_the_demo_edits_a_definition_that_it_brings() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in SEGMENTS.glob("*.yaml")}
    assert sorted(item.id for name, text in texts.items() for item in parse_text(text, name)) == [
        "best_slowing",
        "coffee_lovers",
        "often_but_quiet",
        "tiers",
    ]
    edited = texts[CHANGED].replace(WAS, NOW)
    assert parse_text(edited, CHANGED) != parse_text(texts[CHANGED], CHANGED)
