"""Errors speak both languages: whole sentences, nothing glued together where no translator could reach it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from kogorta.config import parse
from kogorta.errors import InputError, KogortaError, ProblemsError
from kogorta.i18n import Translator, lazy, nlazy
from kogorta.i18n.update import PACKAGE, errors_made, sentences, template

RU = Translator("ru")
MARKS = {"gettext", "ngettext", "pgettext", "lazy", "nlazy"}


def trees() -> Iterator[tuple[str, ast.Module]]:
    """Return every module of the package."""
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text("utf-8"))


def test_an_error_is_english_as_text_and_any_language_by_a_translator() -> None:
    error = InputError(
        lazy("a file of {form} has no such field", form="orders"),
        got="when",
        expected="an existing file",
        hint="check the name and the folder",
        path="--map",
    )
    assert str(error).splitlines() == [
        "--map: a file of orders has no such field",
        "  got: when",
        "  expected: an existing file",
        "  what to do: check the name and the folder",
    ]
    assert error.describe(RU).splitlines() == [
        "--map: в файле для orders нет такого поля",
        "  получено: when",
        "  ожидается: существующий файл",
        "  что делать: проверьте имя и папку",
    ]


def test_what_was_got_is_shown_as_it_was_given_unless_it_takes_words() -> None:
    assert "получено: 12345" in InputError("this is a folder", got=12345).describe(RU)
    assert "получено: a file" in InputError("this is a folder", got="a file").describe(RU)
    assert "получено: лист «2»" in InputError(
        "this is a folder", got=lazy("sheet {sheet}", sheet="2")
    ).describe(RU)


def test_a_message_as_text_is_plain_english() -> None:
    assert str(lazy("the file is empty")) == "the file is empty"
    assert str(lazy("{first} and {last}", first=1000, last=lazy("a {b}", b="c"))) == "1000 and a c"
    assert [str(nlazy("{n} day of {x}", "{n} days of {x}", n, x="y")) for n in (1, 2)] == [
        "1 day of y",
        "2 days of y",
    ]
    assert str(lazy("write {ru: …}")) == "write {ru: …}", "a sentence without values keeps its braces"


IMPOSSIBLE = {
    "workspace": {"business": "zoo", "timezone": "Moscow", "currency": "EURO", "colour": 1, "name": 5},
    "rfm": {"window_days": 0, "recency_bounds": 5},
    "cadence": {"rfm": 0, "lifecycle": 100_000},
    "identity": {"max_names": "many", "link_by": ["fax"], "trust_unverified_email": "perhaps"},
    "rates": {"USD": "much"},
    "statuses": 5,
    "engine": 3,
}


def test_several_problems_are_told_together_in_one_language() -> None:
    with pytest.raises(ProblemsError) as caught:
        parse(IMPOSSIBLE)
    said = caught.value.describe(RU)
    assert said.splitlines()[0] == "kogorta.toml: 15\xa0ошибок в настройках:"
    for problem in caught.value.problems:
        assert problem.describe(RU) in said
        sentence = RU.say(problem.message)
        assert re.search("[а-я]", sentence), f"said in English: {sentence}"


@pytest.mark.parametrize("value", [0, -5, 1.5, "30", True, "everything"])
def test_a_window_that_cannot_be_is_one_problem(value: object) -> None:
    with pytest.raises(ProblemsError) as caught:
        parse({"rfm": {"window_days": value}})
    assert [problem.path for problem in caught.value.problems] == ["rfm.window_days"]


def test_what_an_error_says_can_be_translated_where_it_is_made() -> None:
    glued = []
    for name, tree in trees():
        for call in errors_made(tree):
            for sentence in sentences(call):
                if isinstance(sentence, ast.JoinedStr | ast.BinOp) and has_words(sentence):
                    glued.append(f"{name}:{sentence.lineno} {ast.unparse(sentence)}")
                if isinstance(sentence, ast.Call) and ast.unparse(sentence.func).endswith(".format"):
                    glued.append(f"{name}:{sentence.lineno} {ast.unparse(sentence)}")
            glued += [
                f"{name}:{call.lineno} got={ast.unparse(keyword.value)}"
                for keyword in call.keywords
                if keyword.arg == "got" and has_words(keyword.value)
            ]
    assert not glued, "write lazy('… {name} …', name=…): " + "; ".join(glued)


def test_each_branch_of_a_choice_is_a_sentence() -> None:
    call = ast.parse("E(a, hint=one(x) or 'two' if y else 'three')", mode="eval").body
    assert isinstance(call, ast.Call)
    found = {node.value for node in sentences(call) if isinstance(node, ast.Constant)}
    assert found == {"two", "three"}


def has_words(node: ast.expr) -> bool:
    """Say whether text stands in an expression that is neither a placeholder nor a mark between values."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and bool(re.search("[A-Za-z]{2}", node.value))
    if isinstance(node, ast.JoinedStr):
        return any(map(has_words, node.values))
    if isinstance(node, ast.BinOp):
        return has_words(node.left) or has_words(node.right)
    if isinstance(node, ast.IfExp):
        return has_words(node.body) or has_words(node.orelse)
    return False


def test_every_mark_is_found() -> None:
    """A call inside an f-string, for one, escapes the collector of sentences."""
    marked = template()
    lost = []
    for name, tree in trees():
        for call in ast.walk(tree):
            if not isinstance(call, ast.Call) or ast.unparse(call.func).rpartition(".")[2] not in MARKS:
                continue
            texts = [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            context = texts.pop(0) if "pgettext" in ast.unparse(call.func) and len(texts) > 1 else None
            if texts and marked.get(texts[0], context) is None:
                lost.append(f"{name}:{call.lineno} {texts[0]}")
    assert not lost


def test_every_kind_of_error_has_its_own_code() -> None:
    kinds = [KogortaError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    codes = [kind.code for kind in kinds]
    assert len(codes) == len(set(codes))
