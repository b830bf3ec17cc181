"""Definitions as files, at the command line."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest

import kogorta
from tests.core.cli.conftest import Typed
from tests.core.cli.test_russian import english_words, russian
from tests.core.membership.folders import made
from tests.house.files import ROOT

REGULARS = "segment: regulars\nwhere: {did: order, times: {at_least: 2}}\n"
MORE = REGULARS.replace("2", "3")
SINGLES = "segment: singles\nwhere: {not: {in_segment: regulars}}\n"
TEST = """
test: two orders make a regular
as_of: 2026-06-01
facts:
  orders:
    - {customer_id: anna, ordered_at: 2026-01-10, amount: 1500}
    - {customer_id: anna, ordered_at: 2026-02-10, amount: 1500}
    - {customer_id: boris, ordered_at: 2026-02-10, amount: 1500}
expect:
  regulars: [anna]
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Give a workspace in which c1, c2 and c3 ordered once, twice and three times."""
    return made(tmp_path / "shop")


@pytest.fixture
def files(shop: Path) -> Path:
    """Give the folder of definitions of a shop, with one of them that was not applied yet."""
    folder = shop / "segments"
    (folder / "regulars.yaml").write_text(REGULARS)
    return folder


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Type an answer to the next question."""
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def elsewhere(shop: Path, text: str, author: str | None = None) -> None:
    """Define something through the library, as a notebook does."""
    with kogorta.open(shop) as workspace:
        workspace.define(text, author)


# --- a new workspace ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("template", "lang"), [("shop", "ru"), ("grocery", "en"), ("salon", "ru"), ("b2b", "en")]
)
def test_a_new_workspace_explains_its_folder_in_its_language(
    tmp_path: Path, typed: Typed, template: str, lang: str
) -> None:
    folder = tmp_path / "w"
    assert typed("init", folder, "--template", template, "--lang", lang).code == 0
    page = (folder / "segments" / "README.md").read_text(encoding="utf-8")
    assert ("Свои сегменты" in page) == (lang == "ru")
    assert "kogorta segments apply" in page
    assert (folder / "segments" / "tests").is_dir()
    assert typed("segments", "plan", "--check", "-w", folder).code == 0, "the example is commented out"


def test_the_example_and_the_test_of_the_page_work_as_they_stand(tmp_path: Path, typed: Typed) -> None:
    for lang in ("ru", "en"):
        folder = tmp_path / lang
        typed("init", folder, "--lang", lang)
        lines = (folder / "segments" / "example.yaml").read_text(encoding="utf-8").splitlines()[2:]
        example = "\n".join(line.removeprefix("# ") for line in lines)
        (folder / "segments" / "example.yaml").write_text(example, encoding="utf-8")
        page = (folder / "segments" / "README.md").read_text(encoding="utf-8")
        test = page.partition("```yaml\n")[2].partition("```")[0]
        (folder / "segments" / "tests" / "one.yaml").write_text(test, encoding="utf-8")
        said = typed("segments", "test", "-w", folder)
        assert (said.code, said.out.splitlines()[-1]) == (0, "1 test passed."), said.err


def test_the_how_to_works_as_it_stands(typed: Typed, shop: Path) -> None:
    page = (ROOT / "docs" / "howto" / "segments-as-code.md").read_text(encoding="utf-8")
    definition, test = (part.partition("```")[0] for part in page.split("```yaml\n")[1:])
    (shop / "segments" / "regulars.yaml").write_text(definition, encoding="utf-8")
    (shop / "segments" / "tests" / "regulars.yaml").write_text(test, encoding="utf-8")
    assert typed("segments", "test", "-w", shop).code == 0


def test_a_folder_that_holds_definitions_is_left_as_it_is(tmp_path: Path, typed: Typed) -> None:
    folder = tmp_path / "w" / "segments"
    folder.mkdir(parents=True)
    (folder / "README.md").write_text("ours")
    (folder / "regulars.yaml").write_text(REGULARS)
    assert typed("init", folder.parent).code == 0
    assert (folder / "README.md").read_text() == "ours"
    assert (folder / "regulars.yaml").read_text() == REGULARS


# --- plan and apply -----------------------------------------------------------------------------------


def test_the_road_from_a_file_to_members(
    typed: Typed, shop: Path, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = typed("segments", "plan", "-w", shop)
    assert (said.code, said.out.splitlines()[0]) == (0, "+ regulars: new, from regulars.yaml")
    assert typed("segments", "plan", "--check", "-w", shop).code == 1
    answer(monkeypatch, "n\n")
    declined = typed("segments", "apply", "-w", shop)
    assert (declined.code, "Nothing was changed." in declined.err) == (1, True)
    answer(monkeypatch, "yes\n")
    applied = typed("segments", "apply", "--author", "Anna [ops]", "-w", shop)
    assert (applied.code, "1 version was registered." in applied.out) == (0, True)
    again = typed("segments", "apply", "-w", shop)
    assert (again.code, again.out.strip()) == (0, "Nothing to do: the files say what stands.")
    assert typed("segments", "plan", "--check", "-w", shop).code == 0
    members = typed("segments", "members", "regulars", "-w", shop)
    assert (members.code, "c2" in members.out) == (0, True)
    versions = typed("segments", "versions", "regulars", "-w", shop).out
    assert "Anna [ops]" in versions


def test_without_an_answer_nothing_is_applied(
    typed: Typed, shop: Path, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, "")
    assert typed("segments", "apply", "-w", shop).code == 1
    assert typed("segments", "versions", "regulars", "-w", shop).code == 2


def test_the_author_is_by_default_the_user_of_the_system(
    typed: Typed, shop: Path, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kogorta.cli.definitions.getuser", lambda: "irina")
    typed("segments", "apply", "--yes", "-w", shop)
    (row,) = json.loads(typed("segments", "versions", "regulars", "--format", "json", "-w", shop).out)
    assert (row["version"], row["author"], row["changes"]) == (1, "irina", "first")


def test_a_plan_shows_what_changes_and_what_follows(typed: Typed, shop: Path, files: Path) -> None:
    (files / "singles.yaml").write_text(SINGLES)
    (files / "gone.yaml").write_text("segment: gone\nwhere: {did: order}\n")
    typed("segments", "apply", "--yes", "-w", shop)
    (files / "regulars.yaml").write_text(MORE)
    (files / "gone.yaml").unlink()
    lines = typed("segments", "plan", "-w", shop).out.splitlines()
    assert lines == [
        "~ regulars: changed by regulars.yaml",
        "    @@ -1,2 +1,2 @@",
        "     segment: regulars",
        "    -where: {did: order, times: {at_least: 2}}",
        "    +where: {did: order, times: {at_least: 3}}",
        "↻ singles: changes with what it names: regulars",
        "− gone: removed",
        "New: 0, changed: 1, removed: 1, changed by what they name: 1, the same: 0.",
        "Next: kogorta segments apply",
    ]
    rows = json.loads(typed("segments", "plan", "--format", "json", "-w", shop).out)
    assert {row["id"]: (row["action"], row["file"], row["because"]) for row in rows} == {
        "regulars": ("changed", "regulars.yaml", ""),
        "singles": ("follows", "singles.yaml", "regulars"),
        "gone": ("removed", None, ""),
    }


def test_a_long_difference_is_cut(typed: Typed, shop: Path, files: Path) -> None:
    segments = "".join(f"  - {{id: s{n}, where: {{share: 1%, salt: s{n}}}}}\n" for n in range(60))
    (files / "long.yaml").write_text(f"scheme: long\nsegments:\n{segments}otherwise: rest\n")
    typed("segments", "apply", "--yes", "-w", shop)
    (files / "long.yaml").write_text(
        f"scheme: long\nsegments:\n{segments.replace('1%', '2%')}otherwise: rest\n"
    )
    said = typed("segments", "plan", "-w", shop).out
    assert "more lines" in said
    assert len(said.splitlines()) < 50


def test_drift_is_refused_and_pulled(typed: Typed, shop: Path, files: Path) -> None:
    typed("segments", "apply", "--yes", "-w", shop)
    elsewhere(shop, MORE, "Boris")
    (files / "regulars.yaml").write_text(REGULARS.replace("2", "9"))
    plan = typed("segments", "plan", "-w", shop)
    assert plan.code == 0
    assert "! regulars: changed elsewhere: version 2, " in plan.out
    assert "by Boris; the folder is based on version 1" in plan.out
    assert typed("segments", "plan", "--check", "-w", shop).code == 1
    (row,) = json.loads(typed("segments", "plan", "--format", "json", "-w", shop).out)
    assert (row["is_drift"], row["based_on"], row["stands"], row["stands_by"]) == (True, 1, 2, "Boris")
    refused = typed("segments", "apply", "--yes", "-w", shop)
    assert (refused.code, refused.out) == (2, "")
    assert "by Boris" in refused.err
    pulled = typed("segments", "pull", "-w", shop)
    assert pulled.out.strip() == (
        "regulars: rewritten in regulars.yaml; what the file said before is in regulars.yaml.mine"
    )
    assert (files / "regulars.yaml").read_text() == MORE
    assert typed("segments", "pull", "-w", shop).out.strip() == "The files say what stands already."
    assert typed("segments", "plan", "--check", "-w", shop).code == 0


def test_force_overrules(typed: Typed, shop: Path, files: Path) -> None:
    typed("segments", "apply", "--yes", "-w", shop)
    elsewhere(shop, MORE)
    assert typed("segments", "apply", "--yes", "--force", "-w", shop).code == 0
    assert typed("segments", "plan", "--check", "-w", shop).code == 0
    assert (
        "+where: {did: order, times: {at_least: 2}}"
        in typed("segments", "versions", "regulars", "--from", 2, "--to", 3, "-w", shop).out.splitlines()
    )


def test_a_pull_tells_of_each_definition_for_programs_too(typed: Typed, shop: Path, files: Path) -> None:
    elsewhere(shop, SINGLES.replace("regulars", "lifecycle.active"))
    rows = json.loads(typed("segments", "pull", "--format", "json", "-w", shop).out)
    assert rows == [
        {"id": "regulars", "action": "kept", "file": "regulars.yaml", "copy": None},
        {"id": "singles", "action": "written", "file": "singles.yaml", "copy": None},
    ]


# --- versions -----------------------------------------------------------------------------------------


def test_versions_are_listed_and_compared(typed: Typed, shop: Path, files: Path) -> None:
    typed("segments", "apply", "--yes", "--author", "Anna", "-w", shop)
    (files / "regulars.yaml").write_text(MORE)
    typed("segments", "apply", "--yes", "--author", "Boris", "-w", shop)
    table = typed("segments", "versions", "regulars", "-w", shop).out.splitlines()
    assert table[1].split() == ["Version", "When", "Author", "What", "changed"]
    assert table[2].endswith(("first version", "first version    "))
    assert "text: +1 −1 lines" in table[3]
    lines = typed("segments", "versions", "regulars", "--from", 1, "--to", 2, "-w", shop).out.splitlines()
    assert "-where: {did: order, times: {at_least: 2}}" in lines
    same = typed("segments", "versions", "regulars", "--from", 2, "--to", 2, "-w", shop)
    assert same.out.strip() == "These versions say the same."


def test_versions_that_are_not_there_are_refused(typed: Typed, shop: Path, files: Path) -> None:
    typed("segments", "apply", "--yes", "-w", shop)
    nobody = typed("segments", "versions", "nobody", "-w", shop)
    assert (nobody.code, "regulars" in nobody.err) == (2, True)
    assert typed("segments", "versions", "regulars", "--to", 7, "-w", shop).code == 2


# --- tests --------------------------------------------------------------------------------------------


def test_tests_pass_fail_and_are_refused(typed: Typed, shop: Path, files: Path, tmp_path: Path) -> None:
    path = files / "tests" / "regulars.yaml"
    path.write_text(TEST)
    said = typed("segments", "test", "-w", shop)
    assert said.code == 0
    assert said.out.splitlines() == ["✓ two orders make a regular (regulars.yaml)", "1 test passed."]
    path.write_text(TEST.replace("[anna]", "[boris]"))
    said = typed("segments", "test", "-w", shop)
    assert said.code == 1
    assert said.out.splitlines() == [
        "✗ two orders make a regular (regulars.yaml)",
        "    regulars: missing boris",
        "    regulars: not expected anna",
        "0 tests passed.",
        "1 test failed.",
    ]
    rows = json.loads(typed("segments", "test", "--format", "json", "-w", shop).out)
    assert rows == [
        {
            "file": "regulars.yaml",
            "test": "two orders make a regular",
            "is_passed": False,
            "segment": "regulars",
            "missing": "boris",
            "unexpected": "anna",
        }
    ]
    path.write_text(TEST.replace("regulars: [anna]", "nobody: [carl]"))
    said = typed("segments", "test", "-w", shop)
    assert (said.code, said.out) == (2, "")
    assert "regulars.yaml.expect.nobody" in said.err
    other = tmp_path / "other.yaml"
    other.write_text(TEST)
    assert typed("segments", "test", other, "-w", shop).code == 0, "only what was named"
    assert typed("segments", "test", tmp_path / "nowhere.yaml", "-w", shop).code == 2


def test_whom_nothing_is_known_of_is_told(typed: Typed, shop: Path, files: Path) -> None:
    late = TEST.replace("facts:", "facts:\n  customers: [{customer_id: carl, created_at: 2026-07-01}]")
    (files / "tests" / "a.yaml").write_text(late.replace("[anna]", "[anna, carl]"))
    said = typed("segments", "test", "-w", shop)
    assert said.code == 1
    assert "nothing was known then of carl" in said.out


# --- in Russian ---------------------------------------------------------------------------------------

NAMES = r"regulars|singles|yaml|mine|segment|did|where|order|times|two orders make a regular|anna|boris"


def test_definitions_as_files_in_russian(typed: Typed, shop: Path, files: Path) -> None:
    typed("segments", "apply", "--yes", "--author", "Анна", "-w", shop)
    elsewhere(shop, MORE, "Борис")
    (files / "regulars.yaml").write_text(REGULARS.replace("2", "9"))
    (files / "singles.yaml").write_text(SINGLES)
    (files / "tests" / "a.yaml").write_text(TEST)
    where = ("-w", str(shop))
    commands = ("plan", "apply --yes", "pull", "plan", "apply --yes", "versions regulars", "test")
    answers = russian([("segments", *command.split(), *where) for command in commands])
    assert [said.code for said in answers] == [0, 2, 0, 0, 0, 0, 1]
    for said in answers:
        assert english_words(re.sub(NAMES, " ", said.out + said.err)) == set(), said.out + said.err
    _, refused, _, _, applied, versions, _ = answers
    assert "1 определение изменили в другом месте" in refused.err.replace("\xa0", " ")
    assert "автор Борис" in refused.err
    assert "Внесена 1 версия." in applied.out.replace("\xa0", " ")
    assert "первая версия" in versions.out


def test_mistakes_are_told_in_russian(shop: Path, files: Path) -> None:
    texts = {
        "nothing": "# nothing\n",
        "wrong": "test: ''\nas_of: soon\nfacts: {orders: 5, customers: [{customer_id: [{}]}]}\n"
        "expect: {regulars: 5, lifecycle.lost: [true]}\nrefreshed: 5\n",
        "carl": TEST.replace("[anna]", "[carl]"),
        "many": TEST.replace("1500", "many"),
    }
    for name, text in texts.items():
        (files / "tests" / f"{name}.yaml").write_text(text)
    (files / "broken.yml").write_text("segment: [a\n")
    (shop / "empty").mkdir()
    where = ("-w", str(shop))
    other = made(shop.parent / "other")
    asked: list[tuple[str, ...]] = [
        ("segments", "test", str(files / "tests" / f"{name}.yaml"), "-w", str(other)) for name in texts
    ]
    asked += [("segments", "plan", *where), ("segments", "test", str(shop / "empty"), "-w", str(other))]
    nothing, wrong, carl, many, broken, empty = russian(asked)
    assert {said.code for said in (nothing, wrong, carl, many, broken, empty)} == {2}
    assert "в этом файле нет проверки" in nothing.err
    lines = [line.rpartition(": ")[2] for line in wrong.err.splitlines() if line.startswith("-")]
    assert len(lines) == 8
    assert not any(map(english_words, lines)), lines
    assert "такого сегмента нет" in carl.err
    assert "такого сегмента нет" in many.err
    assert "В файлах 1 ошибка:" in broken.err.replace("\xa0", " ")
    assert "проверок нет" in empty.err
