"""Documents as people write them, and what the parser says of them."""

from __future__ import annotations

from typing import Any

from kogorta.definitions.parsing import parse_text
from kogorta.errors import DefinitionError, KogortaError, ProblemsError
from kogorta.i18n import Translator

RU = Translator("ru")
Found = list[tuple[str | None, str]]


def problems_of(text: str) -> list[KogortaError]:
    """What is wrong with a text, in the order in which it is told."""
    try:
        parse_text(text, "coffee.yaml")
    except ProblemsError as error:
        return list(error.problems)
    except DefinitionError as error:
        return [error]
    return []


def told(text: str) -> Found:
    """Place and message of each problem."""
    return [(problem.path, str(problem.message)) for problem in problems_of(text)]


def told_of(condition: str) -> Found:
    """The same of one condition, places without their beginning."""
    return [
        ((path or "").removeprefix("coffee.yaml.where").removeprefix("."), message)
        for path, message in told(f"segment: coffee\nwhere: {condition}")
    ]


def read(condition: str) -> Any:
    """One condition that is right."""
    (definition,) = parse_text(f"segment: coffee\nwhere: {condition}")
    return definition.where


NO_CONDITION = "this is no condition"
MAPPING = "names with values belong here"
NAME = "a name belongs here"
UNKNOWN = "there is no such word here"
SCALAR = "one value belongs here"
LENGTH = "a length of time belongs here"
WINDOW = "these words do not make one window"
WHOLE = "a whole number belongs here"
NUMBER = "a number belongs here"
TEST = "a test belongs here"
MISSING_TEST = "a test of the trait is missing"
EMPTY = "an empty text is a missing value"

LONG_WORDS = {
    "ID": "an id is made of small Latin letters, digits and underscores, and begins with a letter",
    "NOTE": "a text, a number, a list or names with values belong here",
}
