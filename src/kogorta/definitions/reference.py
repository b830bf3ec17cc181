"""The reference page of the segment language: conditions, windows, tests, facts."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from kogorta.definitions.catalogue import Kind
from kogorta.definitions.check.values import ALLOWED
from kogorta.definitions.facts import event_columns, reserved_facts
from kogorta.definitions.json_schema import NODES, json_schema
from kogorta.definitions.nodes import Calendar, Node, Op
from kogorta.definitions.parsing import parse_text
from kogorta.definitions.parsing.pieces import WINDOW_KEYS
from kogorta.definitions.parsing.tests import OPS
from kogorta.definitions.sentence import Names, sentence

EXAMPLES = {
    "all": "{all: [{trait: age, at_least: 18}, {did: order, within: 30d}]}",
    "any": "{any: [{did: order, within: 30d}, {did: visit, within: 30d}]}",
    "not": "{not: {in_segment: lifecycle.lost}}",
    "trait": "{trait: birth_date, anniversary: {from: 0d, to: 7d}, zone: customer}",
    "did": "{did: product_viewed, where: {category: {is: coffee}}, times: {at_least: 3}, within: 7d}",
    "did_not": "{did_not: order, within: 30d}",
    "first": "{first: order, within: 7d}",
    "newest": "{newest: order, of: {channel: {is: online}}, where: {outlet_id: {is: north}}}",
    "regularly": "{regularly: page_viewed, times: {at_least: 2}, in_each: 3d, at_least: 2, of: 3}",
    "stopped": "{stopped: order, active: {from: 180d, to: 60d}, silent: 60d}",
    "resumed": "{resumed: order, after_silence: 180d, within: 30d}",
    "sequence": "{sequence: [{did: cart_added, within: 2d}, {did_not: order, within: 4h}], by: cart_id}",
    "in_segment": "{in_segment: lifecycle.at_risk}",
    "in_list": "{in_list: black_friday}",
    "entered": "{entered: lifecycle.at_risk, within: 7d}",
    "left": "{left: lifecycle.active, within: 30d}",
    "share": "{share: 10%, salt: summer}",
    "consent": "{consent: {channel: email, purpose: advertising}}",
}
TESTS = {
    Op.IS: "{is: coffee}",
    Op.IS_NOT: "{is_not: coffee}",
    Op.IN: "{in: [coffee, tea]}",
    Op.AT_LEAST: "{at_least: 3}",
    Op.AT_MOST: "{at_most: 3}",
    Op.MORE_THAN: "{more_than: 3}",
    Op.LESS_THAN: "{less_than: 3}",
    Op.BETWEEN: "{between: [25, 35]}",
    Op.CONTAINS: "{contains: ffe}",
    Op.STARTS_WITH: "{starts_with: cof}",
    Op.MATCHES: '{matches: "c*e?"}',
    Op.EXISTS: "{exists: true}",
    Op.MISSING: "{missing: true}",
    Op.HAS_ANY: "{has_any: [coffee, tea]}",
    Op.HAS_ALL: "{has_all: [coffee, tea]}",
    Op.BEFORE: "{before: 2026-06-12}",
    Op.AFTER: "{after: 2026-06-12}",
    Op.IN_LAST: "{in_last: 7d}",
    Op.IN_NEXT: "{in_next: 7d}",
    Op.DURING: "{during: this_month}",
    Op.ANNIVERSARY: "{anniversary: {from: 0d, to: 7d}}",
    Op.PERCENTILE: "{percentile: {at_least: 90}}",
    Op.TOP: "{top: 10%}",
    Op.BOTTOM: "{bottom: 10%}",
}
WINDOWS = (
    "within: 30d",
    "from: 14d, to: 7d",
    "before: 7d",
    "since: 2026-06-12",
    "until: 2026-06-12",
    "during: this_week",
)
_WORDS = {"customer_zone": "zone", "periods": "of", "any_cause": "causes"}
"""Attributes of nodes that documents call otherwise."""
_SHAPES = {
    "condition": "a condition",
    "name": "a name",
    "fact": "a [fact](#facts), or `{event: name}` for an event that is called as one",
    "where": "`{column: {test: …}}`",
    "tests": "[tests](#tests)",
    "length": "a length of time",
    "length_above_0": "a length of time",
    "fixed_length": "a length of time in s, min, h, d or w",
    "percent": "a share such as `10%`",
}


def nodes_page(made: str) -> str:
    """Describe everything that a definition is made of.

    Args:
        made: The line that says how the page is made.
    """
    parts = [
        "# Conditions, tests, facts",
        made,
        "How definitions are written. What the words mean exactly stands in "
        "[what a definition means](../explanation/segment-language.md); whole definitions with their sentences in "
        "[Write a segment](../howto/write-a-segment.md). Each condition is a mapping with one of the words below; "
        "a segment has one under `where`, which may be `all` or `any` of many.",
        *_conditions(),
        *_windows(),
        *_tests(),
        *_facts(),
    ]
    return "\n\n".join(parts) + "\n"


def _conditions() -> Iterator[str]:
    yield "## Conditions"
    defs = json_schema()["$defs"]
    for kind, words in groupby(NODES, NODES.__getitem__):
        pair = list(words)
        text, meanings = _meaning(kind)
        yield f"### {', '.join(pair)}"
        yield text
        yield _grammar(pair, defs[pair[0]], meanings)
        for word in pair:
            yield f"```yaml\n{EXAMPLES[word]}\n```"
            yield _said(EXAMPLES[word])


def _said(condition: str) -> str:
    (definition,) = parse_text(f"segment: example\nwhere: {condition}")
    names = Names(currency="RUB")
    return "\n".join(f"- {sentence(definition, lang, names=names)}" for lang in ("ru", "en"))


def _meaning(kind: type[Node]) -> tuple[str, dict[str, str]]:
    """Return the text of a docstring, and what it says of each word."""
    text, _, attributes = (inspect.getdoc(kind) or "").partition("\nAttributes:\n")
    lines = re.sub(r"\n +", " ", inspect.cleandoc(attributes)).strip()
    found = {}
    for names, meaning in re.findall(r"^([\w, ]+): (.*)$", lines, re.MULTILINE):
        for name in names.split(", "):
            found[_WORDS.get(name, name)] = meaning
    return text.strip(), found


def _grammar(pair: list[str], schema: dict[str, Any], meanings: dict[str, str]) -> str:
    rows, has_tests, has_window = [], False, False
    for word, shape in schema["properties"].items():
        if word in OPS and _is_test(schema):
            has_tests = True
        elif word in WINDOW_KEYS and "allOf" in schema:
            has_window = True
        else:
            is_own = word == pair[0]
            named = " or ".join(f"`{one}`" for one in (pair if is_own else [word]))
            meaning = "" if is_own else meanings.get(word, "")
            rows.append(_row(named, _shape(shape), "yes" if word in schema["required"] else "", meaning))
    if has_tests:
        rows.append(
            _row("*tests*", "one or more [tests](#tests), among the other words", "yes", meanings["tests"])
        )
    if has_window:
        rows.append(
            _row("*window*", "one [window](#windows), among the other words", "", meanings.get("window", ""))
        )
    return "\n".join(["| word | what belongs there | needed | meaning |", "|---|---|---|---|", *rows])


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _is_test(schema: dict[str, Any]) -> bool:
    """Whether the tests stand among the words of a condition: then all of them are there."""
    return set(schema["properties"]) >= OPS


def _shape(shape: dict[str, Any]) -> str:
    if "$ref" in shape:
        return _SHAPES[shape["$ref"].rpartition("/")[2]]
    if "enum" in shape:
        return ", ".join(f"`{word}`" for word in shape["enum"])
    if shape["type"] == "integer":
        return f"a whole number from {shape['minimum']} to {shape['maximum']}"
    if shape["type"] == "array":
        if "prefixItems" in shape:
            return (
                f"from {shape['minItems']} to {shape['maxItems']} steps: `did`, and as the last one `did_not`; "
                "each with `where`, the first with a window, every later one with `within`, a length of time in s, min, h, d or w"
            )
        return "a list of conditions"
    return "`{" + ", ".join(_member(word, shape) for word in _gathered(shape)) + "}`"


def _gathered(shape: dict[str, Any]) -> Iterator[str]:
    """Name the words of a mapping, all tests as one."""
    is_test = _is_test(shape)
    for word in shape["properties"]:
        if not (is_test and word in OPS):
            yield word
    if is_test:
        yield "test"


def _member(word: str, shape: dict[str, Any]) -> str:
    return word if word in shape.get("required", ()) else f"{word}: …"


def _windows() -> Iterator[str]:
    yield "## Windows"
    yield (
        "One of them at most, among the words of a condition; without one, all of the past counts. Lengths of time are a "
        "number and a unit: `s`, `min`, `h`, `d` (24 hours), `w`, and by the calendar `mo` and `y`. "
        f"Calendar words: {', '.join(f'`{word}`' for word in Calendar)}."
    )
    rows = []
    for window in WINDOWS:
        said = _said(f"{{did: order, {window}}}").splitlines()
        rows.append(f"| `{window}` | {said[0].removeprefix('- ')} | {said[1].removeprefix('- ')} |")
    yield "\n".join(["| written | in Russian | in English |", "|---|---|---|", *rows])


def _tests() -> Iterator[str]:
    yield "## Tests"
    yield (
        "Several tests of one value must all hold. A date is written `2026-06-12`, an instant `2026-06-12T12:00:00Z`, in quotes or "
        "without. A text that looks like a date is read as one."
    )
    rows = []
    for op in Op:
        kinds = ", ".join(kind.value for kind in Kind if op in ALLOWED[kind])
        said = [line.removeprefix("- ") for line in _said(f"{{trait: x, {TESTS[op][1:-1]}}}").splitlines()]
        tested = said[1].removeprefix("Customers whose ").removesuffix(".")
        tested = tested.replace("anniversary of the trait “x”", "its anniversary").replace("trait “x”", "it")
        rows.append(f"| `{TESTS[op]}` | {kinds} | {tested} |")
    yield "\n".join(["| test | of which values | says |", "|---|---|---|", *rows])


def _facts() -> Iterator[str]:
    yield "## Facts"
    yield (
        "Everything else that stands after `did` is the name of an event. The last column says which instant must lie "
        "in the window."
    )
    yield inspect.cleandoc(inspect.getdoc(reserved_facts) or "").partition("\n\n")[2]
    for name, info in reserved_facts(2).items():
        yield f"### {name}"
        yield "Read from " + ", ".join(f"`{table}`" for table in info.tables) + "."
        yield _columns(info.columns)
    yield "### events"
    yield "Every event has these columns, and the properties that the shop's events brought along."
    yield _columns(event_columns(2))


def _columns(columns: Any) -> str:
    rows = [
        f"| `{name}` | {info.kind.value} | {', '.join(f'`{value}`' for value in info.values)} |"
        for name, info in columns.items()
    ]
    return "\n".join(["| column | kind | values |", "|---|---|---|", *rows])
