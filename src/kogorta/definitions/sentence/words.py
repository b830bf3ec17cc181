"""The words that conditions are said with, read from `words.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from kogorta.definitions.names import schemes
from kogorta.i18n import Lang


@dataclass(frozen=True, slots=True)
class Names:
    """How a workspace calls its own things.

    Attributes:
        segments: Names by language of `scheme.segment` or a bare id; the ready schemes are known without.
        currency: ISO 4217 code; without it amounts are bare numbers.
    """

    segments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class FactWords:
    """What is said of a kind of fact in one language.

    Attributes:
        did: What they did: `placed an order`, «делали заказ».
        did_not: «не делали заказов»; in English what stands after `did not`.
        one: One of them; in Russian in the nominative.
        many: Several; in Russian the genitive, as after «число».
        gender: Of `one`: m, f, n.
    """

    did: str
    did_not: str
    one: str
    many: str
    gender: str = ""


@dataclass(frozen=True, slots=True)
class ValueWords:
    """What is said of a trait or a column in one language.

    Attributes:
        label: Its name.
        gender: m, f, n, or p for a plural.
        of: Its genitive.
        many: Of many different ones; empty where it must be said by `of`.
        unit: What its numbers count; `money` is an amount.
        attr: How a value stands right behind what they did, `{}` in its place.
        same: What facts with one value of it have in common.
        total: The name of their sum.
        total_gender: Its gender.
        anniversary: How its yearly day is called.
        among: What is said of those who have a value in a list, `{}` in its place.
        so, not_so: What a flag says of them.
        crowd: With whom its values are compared: `buyers`, those `having` any, those `written` to; empty for the whole base.
        scheme: The scheme whose segments are its values.
        values: Its fixed values.
    """

    label: str
    gender: str = ""
    of: str = ""
    many: str = ""
    unit: str = ""
    attr: str = ""
    same: str = ""
    total: str = ""
    total_gender: str = ""
    anniversary: str = ""
    among: str = ""
    so: str = ""
    not_so: str = ""
    crowd: str = ""
    scheme: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UnitWords:
    """The forms of a unit.

    Attributes:
        one, few, many: 1 день, 2 дня, 5 дней; in English one and many.
        gender: m or f.
        accusative: Of one: «за последнюю неделю».
    """

    one: str
    few: str
    many: str
    gender: str = ""
    accusative: str = ""


class Lexicon:
    """The words of one language.

    Args:
        lang: Which.
    """

    def __init__(self, lang: Lang) -> None:
        self.lang: Lang = lang
        raw = _raw()
        self.facts = {name: self._fact(body) for name, body in raw["facts"].items()}
        self.events = {name: self._fact(body) for name, body in raw["events"].items()}
        self.traits = {name: self._value(name, body) for name, body in raw["traits"].items()}
        self.columns = {name: self._value(name, body) for name, body in raw["columns"].items()}
        self.units = {name: self._unit(body) for name, body in raw["units"].items()}
        self.purposes: dict[str, str] = {name: body[lang] for name, body in raw["purposes"].items()}
        self.channels: dict[str, str] = {name: body[lang] for name, body in raw["channels"].items()}

    def event(self, name: str) -> FactWords | None:
        """Return the words of a standard event, however it is spelt: `Product Viewed`, `product_viewed`."""
        return self.events.get(name.strip().lower().replace(" ", "_"))

    def column(self, fact: str, name: str) -> ValueWords | None:
        """Return the words of a column of a fact."""
        plain = fact.strip().lower().replace(" ", "_")
        return self.columns.get(f"{plain}.{name}") or self.columns.get(name)

    def _fact(self, body: Any) -> FactWords:
        did, did_not, one, *rest = body[self.lang]
        return FactWords(did, did_not, one, rest[-1], rest[0] if len(rest) > 1 else "")

    def _value(self, name: str, body: Any) -> ValueWords:
        label, gender, of = (*_listed(body[self.lang]), "", "")[:3]
        total, total_gender = (*_listed(self._said(body, "total")), "")[:2]
        return ValueWords(
            label,
            gender,
            of or label,
            str(self._said(body, "many")),
            body.get("unit", ""),
            str(self._said(body, "attr")),
            str(self._said(body, "same")),
            total,
            total_gender,
            str(self._said(body, "anniversary")),
            str(self._said(body, "among")),
            str(self._said(body, "so")),
            str(self._said(body, "not_so")),
            body.get("crowd", ""),
            body.get("scheme", ""),
            self._values(name.rpartition(".")[2], body.get("scheme", "")),
        )

    def _values(self, name: str, scheme: str) -> dict[str, str]:
        if scheme:
            return {id_: found.name[self.lang] for id_, found in schemes()[scheme].segments.items()}
        return {word: said[self.lang] for word, said in _raw()["values"].get(name, {}).items()}

    def _said(self, body: Any, key: str) -> Any:
        return body[key][self.lang] if key in body else ""

    def _unit(self, body: Any) -> UnitWords:
        if self.lang == "en":
            one, many = body["en"]
            return UnitWords(one, many, many)
        return UnitWords(*body["ru"])


def _listed(found: str | list[str]) -> list[str]:
    return [found] if isinstance(found, str) else found


@lru_cache(maxsize=1)
def _raw() -> dict[str, Any]:
    text = resources.files("kogorta.definitions.sentence").joinpath("words.yaml").read_text("utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


@lru_cache(maxsize=4)
def lexicon(lang: Lang) -> Lexicon:
    """Return the shared lexicon of a language."""
    return Lexicon(lang)


def segment_words(segment: str, lang: Lang, names: Names) -> tuple[str, str]:
    """Return the name of a segment and that of its ready scheme, empty where there is none."""
    given = names.segments.get(segment, {})
    if lang in given:
        return given[lang], ""
    scheme, _, id_ = segment.partition(".")
    ready = schemes().get(scheme)
    if ready is not None and id_ in ready.segments:
        return ready.segments[id_].name[lang], ready.name[lang]
    return segment, ""
