"""What a workspace is asked from another process: everything that it can do, each thing in one way."""

from __future__ import annotations

from inspect import getmembers, signature
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from kogorta.remote.questions import QUESTIONS, Files
from kogorta.remote.served import Served
from kogorta.workspace import Workspace

HERE = {
    # what is done where it is asked, by the same code as ever
    "close",
    "instant",
    "last_instant",
    "segments_folder",
    "scratch",
    "why",
    "named_source",
    "fetched",
    "import_fetched",
    "import_sql",
    "import_source",
    "import_folder",
    "compacting_once",
    "compacting_later",
    "compact_if_due",
    # what only who holds the store can do
    "view",
}


def public(kind: type) -> set[str]:
    return {name for name, _ in getmembers(kind) if not name.startswith("_")}


def test_everything_that_a_workspace_can_do_is_asked_or_done_here() -> None:
    assert public(Workspace) == set(QUESTIONS) | HERE
    assert not set(QUESTIONS) & HERE


def test_a_served_workspace_has_the_same_methods_with_the_same_words() -> None:
    assert public(Served) == public(Workspace)
    for name in QUESTIONS:
        own, served = getattr(Workspace, name), getattr(Served, name)
        assert isinstance(own, property) == isinstance(served, property)
        assert served.__doc__ == own.__doc__
        if not isinstance(own, property):
            assert signature(served) == signature(own)


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_argument_that_may_be_a_file_is_said_whole(name: str) -> None:
    own = getattr(Workspace, name)
    annotations = {} if isinstance(own, property) else own.__annotations__
    told = {key for key, said in annotations.items() if "Path" in str(said) and key != "return"}
    question = QUESTIONS[name]
    assert told == {*question.files, *question.sources, *question.definitions}


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    monkeypatch.chdir(tmp_path)
    for name in ("a.yaml", "lifecycle", "mine"):
        (tmp_path / name).touch()
    return Files(lambda: {"lifecycle": None})


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("segment: a", "segment: a"),
        ("a\nb", "a\nb"),
        ("lifecycle", "lifecycle"),
        ("lifecycle.active", "lifecycle.active"),
        ("nothing", "nothing"),
        ("mine", "{here}/mine"),
        ("a.yaml", "{here}/a.yaml"),
        ("missing.json", "{here}/missing.json"),
        (Path("lifecycle"), "{here}/lifecycle"),
        (None, None),
    ],
)
def test_a_definition_is_a_text_an_id_or_a_file(
    files: Files, tmp_path: Path, value: Any, said: str | None
) -> None:
    found = files.said(QUESTIONS["size"], {"definition": value, "as_of": "a.yaml"})
    assert found["as_of"] == "a.yaml"
    is_file = said is not None and "{here}" in said
    meant = said.format(here=tmp_path) if said is not None else None
    assert found["definition"] == (Path(str(meant)) if is_file else meant)
    assert files.called == ({str(meant): str(value)} if is_file else {})


def test_a_source_is_a_text_or_a_file_whatever_is_called_so(files: Files, tmp_path: Path) -> None:
    question = QUESTIONS["define"]
    assert files.said(question, {"source": "segment: a"}) == {"source": "segment: a"}
    assert files.said(question, {"source": "lifecycle"}) == {"source": tmp_path / "lifecycle"}


def test_files_are_said_whole(files: Files, tmp_path: Path) -> None:
    question = QUESTIONS["import_export"]
    assert files.said(question, {"paths": "a.csv"}) == {"paths": tmp_path / "a.csv"}
    assert files.said(question, {"paths": ["a.csv", Path("/b.csv")]}) == {
        "paths": [tmp_path / "a.csv", Path("/b.csv")]
    }
    assert files.called == {str(tmp_path / "a.csv"): "a.csv"}
    rows = pa.table({"a": [1]})
    assert files.said(QUESTIONS["preview"], {"source": rows, "table": "orders"})["source"] is rows
