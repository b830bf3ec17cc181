"""The published JSON Schema of documents, made from the nodes and the tables of the parser.

Whatever the parser reads from canonical spelling is valid, and what is not valid is refused by the parser. The parser
alone knows more: that a window ends after it begins, that ids differ, that a trait exists.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

from kogorta.definitions.document import EVERYONE, LANGUAGE, ORDERED
from kogorta.definitions.nodes import (
    AllOf,
    AnyOf,
    Calendar,
    Chosen,
    Consent,
    ConsentState,
    Did,
    FactSequence,
    InList,
    InSegment,
    Measure,
    Moved,
    Node,
    Not,
    Op,
    Regularly,
    Resumed,
    Share,
    Stopped,
    Trait,
)
from kogorta.definitions.parsing.documents import ID
from kogorta.definitions.parsing.nodes import MAX_PERIODS, MAX_STEPS
from kogorta.definitions.parsing.pieces import WINDOW_KEYS
from kogorta.definitions.parsing.playbook import MAX_CONTACTS, MAX_DAYS
from kogorta.definitions.parsing.tests import MAX_SEVERAL
from kogorta.definitions.playbooks import LIMITS, NEEDED, TEXTS, Channel, Goal
from kogorta.durations import CALENDAR_MONTHS, UNIT_MICROS
from kogorta.vocab import ConsentPurpose

Schema = dict[str, Any]

NODES: dict[str, type[Node]] = {
    "all": AllOf,
    "any": AnyOf,
    "not": Not,
    "trait": Trait,
    "did": Did,
    "did_not": Did,
    "first": Chosen,
    "newest": Chosen,
    "regularly": Regularly,
    "stopped": Stopped,
    "resumed": Resumed,
    "sequence": FactSequence,
    "in_segment": InSegment,
    "in_list": InList,
    "entered": Moved,
    "left": Moved,
    "share": Share,
    "consent": Consent,
}
"""By the word that names a condition: what it is."""

_WINDOWS_TOGETHER = {frozenset({"from", "to"}), frozenset({"since", "until"})}
_BOUNDS = ("at_least", "at_most", "more_than", "less_than")
_DAY = r"\d{4}-\d{2}-\d{2}"
_INSTANT = rf"{_DAY}[T ]\d{{2}}:\d{{2}}(:\d{{2}}(\.\d{{1,6}})?)?(Z|[-+]\d{{2}}:\d{{2}})"
_FIXED = "|".join(UNIT_MICROS)
_CADENCE = "|".join(unit for unit in UNIT_MICROS if unit != "s")
_UNITS = "|".join((*UNIT_MICROS, *CALENDAR_MONTHS))
_DECIMALS = r"(\.\d{1,6})?\s*%"


def json_schema() -> Schema:
    """Return the schema of one document, draft 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:kogorta:definition:{LANGUAGE}",
        "title": "A segment or a scheme of Kogorta",
        "anyOf": [_ref("segment"), _ref("scheme")],
        "$defs": _conditions() | _pieces() | _documents(),
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _closed(properties: Schema, *required: str, **more: Any) -> Schema:
    return {
        "type": "object",
        "required": list(required),
        "properties": properties,
        "additionalProperties": False,
    } | more


def _list(items: Schema, least: int = 1, most: int | None = None) -> Schema:
    return {"type": "array", "items": items, "minItems": least} | ({"maxItems": most} if most else {})


def _text(pattern: str) -> Schema:
    return {"type": "string", "pattern": f"^{pattern}$"}


def _words(words: object) -> Schema:
    return {"enum": [str(word) for word in words]}  # type: ignore[attr-defined]


def _documents() -> Schema:
    common = {
        "language": {"const": LANGUAGE},
        "name": _ref("names"),
        "purpose": {"type": "object"},
        "cadence": _ref("cadence"),
    }
    told = {"id": _ref("id"), "name": _ref("names"), "playbook": _ref("playbook")}
    part = _closed(told | {"where": _ref("condition")}, "id", "where")
    otherwise = {"anyOf": [_ref("id"), _closed(told, "id")]}
    base = {"anyOf": [{"enum": [EVERYONE, ORDERED]}, _ref("condition")]}
    return {
        "segment": _closed(
            {
                "segment": _ref("id"),
                "priority": {"type": "integer"},
                "where": _ref("condition"),
                "playbook": _ref("playbook"),
            }
            | common,
            "segment",
            "where",
        ),
        "scheme": _closed(
            {"scheme": _ref("id"), "base": base, "segments": _list(part), "otherwise": otherwise} | common,
            "scheme",
            "segments",
            "otherwise",
        ),
        "playbook": _playbook(),
        "id": _text(ID.pattern),
        "names": {
            "anyOf": [
                _ref("name"),
                {"minProperties": 1} | _closed({"ru": _ref("name"), "en": _ref("name")}),
            ]
        },
    }


def _playbook() -> Schema:
    """Return the schema of a card; that a variable in a text is known, the parser alone tells."""
    percent = {"type": "integer", "minimum": 0, "maximum": 100}
    count = {"type": "integer", "minimum": 1, "maximum": MAX_CONTACTS}
    days = {"type": "integer", "minimum": 1, "maximum": MAX_DAYS}
    return _closed(
        {
            "goal": _words(Goal),
            "channels": _list(_words(Channel)) | {"uniqueItems": True},
            "contacts": _closed({"max": count, "days": days}, "max", "days"),
        }
        | dict.fromkeys(LIMITS, percent)
        | dict.fromkeys(TEXTS, _ref("names")),
        *NEEDED,
    )


def _pieces() -> Schema:
    """Return what conditions are made of."""
    moment = {"type": "string", "anyOf": [_text(_DAY), _text(_INSTANT)]}
    return {
        "name": {"type": "string", "pattern": r"\S"},
        "scalar": {"anyOf": [{"type": "string", "minLength": 1}, {"type": ["number", "boolean"]}]},
        "moment": moment,
        "rank": {"anyOf": [{"type": "number"}, _ref("moment")]},
        "calendar": _words(Calendar),
        "length": _text(rf"\s*\d{{1,6}}\s*({_UNITS})\s*"),
        "length_above_0": _text(rf"\s*(?=.*[1-9])\d{{1,6}}\s*({_UNITS})\s*"),
        "cadence": _text(rf"\s*(?=.*[1-9])\d{{1,6}}\s*({_CADENCE})\s*"),
        "fixed_length": _text(rf"\s*(?=.*[1-9])\d{{1,6}}\s*({_FIXED})\s*"),
        "days": _text(r"\s*-?\d{1,6}\s*(d|w)\s*"),
        "percent": _text(rf"\s*(0*100(\.0{{1,6}})?\s*%|0*\d{{1,2}}{_DECIMALS})\s*"),
        "change": _text(rf"\s*[-+]?\d{{1,6}}{_DECIMALS}\s*"),
        "fact": {"anyOf": [_ref("name"), _closed({"event": _ref("name")}, "event")]},
        "where": {"type": "object", "additionalProperties": _ref("tests")},
        "tests": {"minProperties": 1} | _closed(_tests()),
        "window": {
            "not": {"anyOf": [{"required": list(pair)} for pair in _apart()]},
            "dependentRequired": {"to": ["from"]},
        },
    }


def _apart() -> list[tuple[str, str]]:
    """Return the words of windows that do not stand together."""
    return [pair for pair in combinations(WINDOW_KEYS, 2) if frozenset(pair) not in _WINDOWS_TOGETHER]


def _tests() -> Schema:
    """Return every test with what it may compare with."""
    several, flag = _list(_ref("scalar"), most=MAX_SEVERAL), {"type": "boolean"}
    part = {"type": "string", "minLength": 1}
    days = _closed({"from": _ref("days"), "to": _ref("days")}, "from", "to")
    edge = {"type": "number", "minimum": 0, "maximum": 100}
    one_edge = {"minProperties": 1, "maxProperties": 1} | _closed({"at_least": edge, "less_than": edge})
    two = [_list({"type": "number"}, 2, 2), _list(_ref("moment"), 2, 2)]
    shapes: dict[Op, Schema] = {
        **dict.fromkeys((Op.EXISTS, Op.MISSING), flag),
        **dict.fromkeys((Op.IN, Op.HAS_ANY, Op.HAS_ALL), several),
        **dict.fromkeys((Op.AT_LEAST, Op.AT_MOST, Op.MORE_THAN, Op.LESS_THAN), _ref("rank")),
        **dict.fromkeys((Op.CONTAINS, Op.STARTS_WITH, Op.MATCHES), part),
        **dict.fromkeys((Op.BEFORE, Op.AFTER), _ref("moment")),
        **dict.fromkeys((Op.IN_LAST, Op.IN_NEXT), _ref("length")),
        **dict.fromkeys((Op.TOP, Op.BOTTOM), _ref("percent")),
        Op.BETWEEN: {"anyOf": two},
        Op.DURING: _ref("calendar"),
        Op.ANNIVERSARY: {"anyOf": [_ref("calendar"), days]},
        Op.PERCENTILE: one_edge,
    }
    return {op.value: shapes.get(op, _ref("scalar")) for op in Op}


def _conditions() -> Schema:
    """Return every condition under its word, and the choice between them."""
    found = _groups() | _of_facts() | _of_people()
    said = {word: {"description": _first_line(NODES[word])} | body for word, body in found.items()}
    return said | {"condition": {"anyOf": [_ref(word) for word in said]}}


def _first_line(kind: type[Node]) -> str:
    return (kind.__doc__ or "").splitlines()[0]


def _groups() -> Schema:
    several = _list(_ref("condition"))
    return {
        "all": _closed({"all": several}, "all"),
        "any": _closed({"any": several}, "any"),
        "not": _closed({"not": _ref("condition")}, "not"),
    }


def _windowed(properties: Schema, *required: str, **more: Any) -> Schema:
    long, moment = _ref("length_above_0"), _ref("moment")
    window = {
        "within": long,
        "from": long,
        "to": _ref("length"),
        "before": _ref("length"),
        "since": moment,
        "until": moment,
        "during": _ref("calendar"),
    }
    return _closed(properties | window, *required, allOf=[_ref("window")], **more)


def _of_facts() -> Schema:
    where = {"where": _ref("where")}
    count, long, fixed = _ref("tests"), _ref("length_above_0"), _ref("fixed_length")
    measures = {measure.value: count for measure in Measure if measure is Measure.TIMES} | {
        measure.value: _closed({"of": _ref("name")} | _tests(), "of")
        for measure in Measure
        if measure is not Measure.TIMES
    }
    one_measure = {"anyOf": [{"required": list(pair)} for pair in combinations(measures, 2)]}
    change = _closed(dict.fromkeys(_BOUNDS, _ref("change")))
    did = {"change": change} | where | measures
    chosen = {"of": _ref("where")} | where
    periods = {"type": "integer", "minimum": 1, "maximum": MAX_PERIODS}
    active = _closed({"from": long, "to": _ref("length")}, "from", "to")
    later = {"anyOf": [_step("did", fixed), _step("did_not", fixed)]}
    steps = _list(later, 2, MAX_STEPS) | {
        "items": later,
        "prefixItems": [_windowed({"did": _ref("fact")} | where, "did")],
    }
    return {
        word: _windowed(
            {word: _ref("fact")} | body,
            word,
            **({"not": one_measure, "dependentRequired": {"change": ["within"]}} if body is did else {}),
        )
        for word, body in (("did", did), ("did_not", did), ("first", chosen), ("newest", chosen))
    } | {
        "regularly": _closed(
            {"regularly": _ref("fact"), "times": count, "in_each": long, "at_least": periods, "of": periods}
            | where,
            "regularly",
            "in_each",
            "of",
        ),
        "stopped": _closed(
            {"stopped": _ref("fact"), "active": active, "silent": long} | where, "stopped", "active", "silent"
        ),
        "resumed": _windowed(
            {"resumed": _ref("fact"), "after_silence": fixed} | where, "resumed", "after_silence"
        ),
        "sequence": _closed({"sequence": steps, "by": _ref("name")}, "sequence"),
    }


def _step(word: str, within: Schema) -> Schema:
    return _closed({word: _ref("fact"), "where": _ref("where"), "within": within}, word, "within")


def _of_people() -> Schema:
    causes = {"enum": ["behaviour", "any"]}
    zones = {"enum": ["workspace", "customer"]}
    consent = _closed({"channel": _ref("name"), "purpose": _words(ConsentPurpose)}, "channel", "purpose")
    return {
        "trait": _closed(
            {"trait": _ref("name"), "held_for": _ref("length"), "zone": zones} | _tests(),
            "trait",
            anyOf=[{"required": [op.value]} for op in Op],
        ),
        "in_segment": _closed({"in_segment": _ref("name"), "held_for": _ref("length")}, "in_segment"),
        "in_list": _closed({"in_list": _ref("name")}, "in_list"),
        "entered": _windowed({"entered": _ref("name"), "causes": causes}, "entered"),
        "left": _windowed({"left": _ref("name"), "causes": causes}, "left"),
        "share": _closed({"share": _ref("percent"), "salt": _ref("name")}, "share", "salt"),
        "consent": _closed({"consent": consent, "is": _words(ConsentState)}, "consent"),
    }
