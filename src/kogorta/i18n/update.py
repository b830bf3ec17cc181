"""Collect marked sentences from the code and bring the catalogue up to date.

Marked are the calls that `KEYWORDS` lists, and what is said where an error is made: its first argument,
`expected` and `hint`. Where problems are collected, `problems.add(place, …)` makes an error too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import write_po

from kogorta import errors
from kogorta.i18n.catalogue import DOMAIN, read_catalogue
from kogorta.message import Lang

KEYWORDS = {**DEFAULT_KEYWORDS, "lazy": None, "nlazy": (1, 2)}
SAID = ("message", "expected", "hint")
_HEADER = """# The words of Kogorta. `python -m kogorta.i18n update` brings new sentences here.
msgid ""
msgstr ""
"Project-Id-Version: kogorta\\n"
"Language: {lang}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""
PACKAGE = Path(__file__).parents[1]
SOURCES = tuple(path for path in (PACKAGE, PACKAGE.parent / "kogorta_server") if path.is_dir())
"""The packages of the distribution: one catalogue speaks for all of them."""


def template() -> Catalog:
    """Collect every marked sentence of the distribution into an empty catalogue."""
    found = Catalog(project="kogorta", charset="utf-8")
    for package in SOURCES:
        for filename, line, msgid, _comments, context in _extracted(package):
            found.add(msgid, locations=[(_place(package, filename), line)], context=context)
        for path in sorted(package.rglob("*.py")):
            for call in errors_made(ast.parse(path.read_text(encoding="utf-8"))):
                for sentence in sentences(call):
                    if isinstance(sentence, ast.Constant) and isinstance(sentence.value, str):
                        name = path.relative_to(package).as_posix()
                        found.add(sentence.value, locations=[(_place(package, name), sentence.lineno)])
    return found


def _place(package: Path, name: str) -> str:
    """Return where a sentence stands: in the library without its name, as ever."""
    return name if package == PACKAGE else f"{package.name}/{name}"


def errors_made(tree: ast.AST) -> Iterator[ast.Call]:
    """Find the places where an error meant for people is made."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (_is_error(node) or _is_collected(node)):
            yield node


def _is_error(call: ast.Call) -> bool:
    kind = getattr(errors, call.func.id, None) if isinstance(call.func, ast.Name) else None
    return isinstance(kind, type) and issubclass(kind, errors.KogortaError)


def _is_collected(call: ast.Call) -> bool:
    return ast.unparse(call.func).endswith("problems.add")


def sentences(call: ast.Call) -> Iterator[ast.expr]:
    """Return what an error says in words, each branch of `a if … else b` and of `a or b` by itself."""
    first = 1 if _is_collected(call) else 0
    said = call.args[first : first + 1]
    said += [keyword.value for keyword in call.keywords if keyword.arg in SAID]
    while said:
        sentence = said.pop()
        if isinstance(sentence, ast.IfExp):
            said += [sentence.body, sentence.orelse]
        elif isinstance(sentence, ast.BoolOp):
            said += sentence.values
        else:
            yield sentence


def merged(lang: Lang) -> Catalog:
    """Return the stored catalogue with new sentences added and dead ones gone."""
    catalogue = read_catalogue(lang)
    catalogue.update(template(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def update(lang: Lang) -> list[str]:
    """Rewrite the catalogue file.

    Returns:
        The English sentences that still wait for a translation.
    """
    catalogue = merged(lang)
    path = PACKAGE / "locale" / lang / "LC_MESSAGES" / f"{DOMAIN}.po"
    path.write_bytes(dump(catalogue))
    return untranslated(catalogue)


def dump(catalogue: Catalog) -> bytes:
    """Write a catalogue as text, without the dates and addresses that would change at every run."""
    buffer = BytesIO()
    write_po(buffer, catalogue, width=110, omit_header=True, sort_output=True, include_lineno=False)
    return _HEADER.format(plurals=catalogue.plural_forms, lang=catalogue.locale).encode() + buffer.getvalue()


def untranslated(catalogue: Catalog) -> list[str]:
    """List the sentences of a catalogue with an empty or doubtful translation."""
    missing = []
    for message in catalogue:
        forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if message.id and (message.fuzzy or not all(forms)):
            missing.append(message.id if isinstance(message.id, str) else message.id[0])
    return missing


def _extracted(package: Path) -> Iterator[tuple[str, int, str | tuple[str, ...], list[str], str | None]]:
    return extract_from_dir(str(package), [("**.py", "python")], keywords=KEYWORDS)
