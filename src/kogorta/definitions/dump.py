"""Back from definitions to documents, in the one canonical spelling.

Keys stand in a fixed order, defaults are left out, and of two ways to write a thing always the same one is chosen
(`within: 14d`, never `from: 14d` alone). What `parse` reads from it is the same definition.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import yaml

from kogorta.definitions.document import EVERYONE, LANGUAGE, Definition, Part
from kogorta.definitions.names import Words
from kogorta.definitions.nodes import (
    AllOf,
    AnyOf,
    Calendar,
    Chosen,
    Consent,
    ConsentState,
    DayRange,
    Did,
    FactRef,
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
    Step,
    Stopped,
    Test,
    Tests,
    Trait,
    Where,
    Window,
)
from kogorta.definitions.playbooks import LIMITS, TEXTS, Playbook
from kogorta.definitions.upgrade import FIRST
from kogorta.durations import Duration

Raw = dict[str, Any]

_LINE = 120
"""So many characters of a condition, quotes included, fit into one line."""
_WIDTH = 160
"""A line is broken only where it is longer, indentation included."""
_ONCE: Tests = (Test(Op.AT_LEAST, 1),)
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?([eE][-+]?\d+)?")


def dump(definition: Definition) -> Raw:
    """Write a definition as a document of texts, numbers, flags, lists and mappings: ready for JSON."""
    return _plain(_document(definition))  # type: ignore[no-any-return]


def dump_node(node: Node) -> Raw:
    """Write one condition and all below it, ready for JSON."""
    return _plain(_node(node))  # type: ignore[no-any-return]


def to_json(definition: Definition) -> str:
    """Write a definition as JSON: indented, Cyrillic as it is."""
    return json.dumps(dump(definition), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def to_yaml(definition: Definition) -> str:
    """Write a definition as YAML: days without quotes, instants in quotes, a short condition in one line.

    Examples:
        >>> print(to_yaml(Definition("reader", where=InList("club"), priority=2)), end="")
        segment: reader
        priority: 2
        where: {in_list: club}
    """
    lines = yaml.dump(
        _laid_out(_document(definition)), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH
    )
    return str(lines)


class _OneLine(dict[str, Any]):
    """A mapping that is written in braces."""


class _OneLineList(list[Any]):
    """A list that is written in brackets."""


class _Dumper(yaml.SafeDumper):
    """YAML that the parser reads back as the same values."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  the signature is PyYAML's
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "'" if _NUMBER.fullmatch(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _represent_instant(dumper: yaml.SafeDumper, instant: datetime) -> yaml.ScalarNode:
    return dumper.represent_str(f"{instant.isoformat()}Z")  # in braces its colons need quotes


def _represent_line(dumper: yaml.SafeDumper, mapping: _OneLine) -> yaml.MappingNode:
    return dumper.represent_mapping("tag:yaml.org,2002:map", mapping, flow_style=True)


def _represent_list(dumper: yaml.SafeDumper, items: _OneLineList) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=True)


_Dumper.add_representer(_OneLine, _represent_line)
_Dumper.add_representer(_OneLineList, _represent_list)
_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(datetime, _represent_instant)


def _laid_out(value: Any, *, is_document: bool = True) -> Any:
    """Mark what fits into one line; groups, sequences and segments of a scheme are written below each other."""
    if isinstance(value, list):
        is_short = not any(isinstance(item, dict | list) for item in value) and len(str(value)) <= _LINE
        return _OneLineList(value) if is_short else [_laid_out(item, is_document=False) for item in value]
    if not isinstance(value, dict):
        return value
    is_tall = is_document or {"all", "any", "sequence"} & set(value) or {"id", "where"} <= set(value)
    if not is_tall and len(str(_plain(value))) <= _LINE:
        return _OneLine(value)
    return {key: _laid_out(item, is_document=False) for key, item in value.items()}


def _plain(value: Any) -> Any:
    """Replace dates and instants by their texts, which the parser reads as such: JSON knows no dates."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return f"{value.isoformat()}Z"
    return value.isoformat() if isinstance(value, date) else value


def _document(definition: Definition) -> Raw:
    language = {} if LANGUAGE == FIRST else {"language": LANGUAGE}
    kind = "scheme" if definition.is_scheme else "segment"
    document: Raw = language | {kind: definition.id} | _named(definition.name)
    if definition.purpose:
        document["purpose"] = dict(definition.purpose)
    if definition.cadence is not None:
        document["cadence"] = str(definition.cadence)
    if definition.where is not None:
        if definition.priority is not None:
            document["priority"] = definition.priority
        return document | {"where": _node(definition.where)} | _playbook(definition.playbook)
    if definition.base != EVERYONE:
        document["base"] = _node(definition.base) if isinstance(definition.base, Node) else definition.base
    document["segments"] = [_part(part) for part in definition.parts]
    told = _named(definition.otherwise_name) | _playbook(definition.otherwise_playbook)
    document["otherwise"] = {"id": definition.otherwise} | told if told else definition.otherwise
    return document


def _part(part: Part) -> Raw:
    return {"id": part.id} | _named(part.name) | {"where": _node(part.where)} | _playbook(part.playbook)


def dumped_playbook(playbook: Playbook) -> Raw:
    """Write a card, ready for JSON."""
    limits = {name: getattr(playbook, name) for name in LIMITS}
    return {
        "goal": playbook.goal.value,
        "channels": [channel.value for channel in playbook.channels],
        "contacts": {"max": playbook.max_contacts, "days": playbook.per_days},
        **{name: value for name, value in limits.items() if value is not None},
        **{name: _both(getattr(playbook, name)) for name in TEXTS},
    }


def _playbook(playbook: Playbook | None) -> Raw:
    return {} if playbook is None else {"playbook": dumped_playbook(playbook)}


def _both(text: Words) -> str | Raw:
    return text.ru if text.ru == text.en else {"ru": text.ru, "en": text.en}


def _named(name: Mapping[str, str]) -> Raw:
    texts = {lang: name[lang] for lang in ("ru", "en") if lang in name}
    if not texts:
        return {}
    return {"name": name["ru"] if len(texts) == 2 and name["ru"] == name["en"] else texts}


def _node(node: Node) -> Raw:
    return _WRITERS[type(node)](node)


def _all(node: AllOf) -> Raw:
    return {"all": [_node(child) for child in node.of]}


def _any(node: AnyOf) -> Raw:
    return {"any": [_node(child) for child in node.of]}


def _not(node: Not) -> Raw:
    return {"not": _node(node.of)}


def _trait(node: Trait) -> Raw:
    raw: Raw = {"trait": node.name} | _tests(node.tests) | _held_for(node)
    return raw | ({"zone": "customer"} if node.customer_zone else {})


def _held_for(node: Trait | InSegment) -> Raw:
    return {} if node.held_for is None else {"held_for": str(node.held_for)}


def _did(node: Did) -> Raw:
    raw: Raw = {"did_not" if node.negated else "did": _fact(node.fact)} | _where("where", node.where)
    if node.measure is not Measure.TIMES:
        raw[node.measure.value] = {"of": node.of} | _tests(node.tests)
    elif node.tests != (() if node.change else _ONCE):
        raw["times"] = _tests(node.tests)
    if node.change:
        raw["change"] = {test.op.value: _percent(_fraction(test.value)) for test in node.change}
    return raw | _window(node.window)


def _chosen(node: Chosen) -> Raw:
    raw: Raw = {"newest" if node.newest else "first": _fact(node.fact)}
    return raw | _where("of", node.of) | _where("where", node.where) | _window(node.window)


def _regularly(node: Regularly) -> Raw:
    raw: Raw = {"regularly": _fact(node.fact)} | _where("where", node.where)
    if node.tests != _ONCE:
        raw["times"] = _tests(node.tests)
    raw["in_each"] = str(node.in_each)
    if node.at_least != node.periods:
        raw["at_least"] = node.at_least
    return raw | {"of": node.periods}


def _stopped(node: Stopped) -> Raw:
    raw: Raw = {"stopped": _fact(node.fact)} | _where("where", node.where)
    return raw | {"active": _window(node.active), "silent": str(node.silent)}


def _resumed(node: Resumed) -> Raw:
    raw: Raw = {"resumed": _fact(node.fact)} | _where("where", node.where)
    return raw | {"after_silence": str(node.after_silence)} | _window(node.window)


def _sequence(node: FactSequence) -> Raw:
    raw: Raw = {"sequence": [_step(step) for step in node.steps]}
    return raw | ({"by": node.by} if node.by is not None else {})


def _step(step: Step) -> Raw:
    raw: Raw = {"did_not" if step.negated else "did": _fact(step.fact)} | _where("where", step.where)
    return raw | (_window(step.window) if step.within is None else {"within": str(step.within)})


def _in_segment(node: InSegment) -> Raw:
    return {"in_segment": node.segment} | _held_for(node)


def _in_list(node: InList) -> Raw:
    return {"in_list": node.name}


def _moved(node: Moved) -> Raw:
    raw: Raw = {"left" if node.left else "entered": node.segment}
    return raw | _window(node.window) | ({"causes": "any"} if node.any_cause else {})


def _share(node: Share) -> Raw:
    return {"share": _percent(node.share), "salt": node.salt}


def _consent(node: Consent) -> Raw:
    raw: Raw = {"consent": {"channel": node.channel, "purpose": node.purpose}}
    return raw | ({} if node.state is ConsentState.GRANTED else {"is": node.state.value})


_WRITERS: dict[type[Node], Callable[[Any], Raw]] = {
    AllOf: _all,
    AnyOf: _any,
    Not: _not,
    Trait: _trait,
    Did: _did,
    Chosen: _chosen,
    Regularly: _regularly,
    Stopped: _stopped,
    Resumed: _resumed,
    FactSequence: _sequence,
    InSegment: _in_segment,
    InList: _in_list,
    Moved: _moved,
    Share: _share,
    Consent: _consent,
}


def _fact(fact: FactRef) -> str | Raw:
    return {"event": fact.name} if fact.is_event else fact.name


def _where(key: str, where: Where) -> Raw:
    return {key: {column: _tests(tests) for column, tests in where.columns}} if where else {}


def _window(window: Window) -> Raw:
    start, end = window.start, window.end
    if window.calendar is not None:
        return {"during": window.calendar.value}
    if isinstance(start, Duration) and isinstance(end, Duration):
        return {"from": str(start), "to": str(end)}
    raw: Raw = {}
    if start is not None:
        raw |= {"within": str(start)} if isinstance(start, Duration) else {"since": start}
    if end is not None:
        raw |= {"before": str(end)} if isinstance(end, Duration) else {"until": end}
    return raw


def _tests(tests: Tests) -> Raw:
    raw: Raw = {}
    for test in tests:
        if test.op in _OPPOSITE:  # said twice, the second one stands as the denial of its opposite
            word, is_so = (test.op, True) if test.op.value not in raw else (_OPPOSITE[test.op], False)
            raw[word.value] = is_so
        else:
            raw[test.op.value] = _test(test)
    return raw


_OPPOSITE = {Op.EXISTS: Op.MISSING, Op.MISSING: Op.EXISTS}


def _test(test: Test) -> Any:
    value = test.value
    if test.op is Op.PERCENTILE and test.bound is not None:
        return {test.bound.value: _scalar(_fraction(value) * 100)}
    if test.op in {Op.TOP, Op.BOTTOM}:
        return _percent(_fraction(value))
    if isinstance(value, DayRange):
        return {"from": str(value.start), "to": str(value.end)}
    if isinstance(value, Duration):
        return str(value)
    if isinstance(value, Calendar):
        return value.value
    return [_scalar(item) for item in value] if isinstance(value, tuple) else _scalar(value)


def _scalar(value: object) -> object:
    """Write a number with a fraction as the decimal that it was read from."""
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else float(value)
    return value


def _fraction(value: object) -> Fraction:
    if not isinstance(value, int | Fraction):
        raise TypeError(value)
    return Fraction(value)


def _percent(share: Fraction) -> str:
    """Write a share exactly: six decimals are all that can be read.

    Examples:
        >>> _percent(Fraction(1, 8)), _percent(Fraction(-1, 5)), _percent(Fraction(1))
        ('12.5%', '-20%', '100%')
    """
    millionths = int(share * 100 * 1_000_000)
    whole, rest = divmod(abs(millionths), 1_000_000)
    decimals = f"{rest:06}".rstrip("0")
    return f"{'-' if millionths < 0 else ''}{whole}{'.' + decimals if decimals else ''}%"
