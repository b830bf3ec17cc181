"""Whole sentences: who is meant by a condition, a segment, a scheme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kogorta.definitions.catalogue import Catalogue
from kogorta.definitions.document import EVERYONE, ORDERED, Definition
from kogorta.definitions.nodes import AllOf, AnyOf, Node
from kogorta.definitions.sentence.english import English
from kogorta.definitions.sentence.russian import Russian
from kogorta.definitions.sentence.speaker import Part, Phrase, Speaker, simplified
from kogorta.definitions.sentence.words import Names
from kogorta.i18n import Lang

_SPEAKERS: Mapping[Lang, type[Speaker]] = {"ru": Russian, "en": English}
_CUSTOMERS = {"ru": "клиенты", "en": "customers"}
_WHO = {
    "ru": {Part.DOES: "которые", Part.HAS: "у которых"},
    "en": {Part.DOES: "who", Part.HAS: "whose"},
}
_AND = {"ru": "и", "en": "and"}
_OR = {"ru": "или", "en": "or"}
_ALL = {"ru": "которые отвечают всем условиям", "en": "who meet all of these conditions"}
_ANY = {"ru": "которые отвечают хотя бы одному из условий", "en": "who meet at least one of these conditions"}
_BASES = {
    EVERYONE: {"ru": "всех клиентов", "en": "all customers"},
    ORDERED: {"ru": "клиентов, у которых есть учтённый заказ,", "en": "customers with a counted order"},
}
_BASE = {"ru": "клиентов", "en": "customers"}
_SCHEME = {
    "ru": "Схема «{name}» делит {base} на сегменты; каждый попадает в первый подходящий: {parts}; "
    "«{otherwise}» — все остальные.",
    "en": "The scheme “{name}” divides {base} into segments; each is in the first that fits: {parts}; "
    "“{otherwise}”: everyone else.",
}
_PART = {"ru": "«{name}» — {who}", "en": "“{name}”: {who}"}
_FEW, _SHORT = 3, 200
"""So many conditions, and so many characters, can be read without a list."""


def sentence(
    meant: Definition | Node, lang: Lang, catalogue: Catalogue | None = None, names: Names | None = None
) -> str:
    """Say who is meant, in one sentence.

    Args:
        meant: A segment, a scheme, or a condition.
        lang: In which language.
        catalogue: What the workspace knows; with it amounts among its own columns are written as such.
        names: How the workspace calls its segments, and its currency.

    Examples:
        >>> from kogorta.definitions.nodes import InList, Not
        >>> sentence(Not(InList("wholesale")), "en")
        'Customers who are not on the list “wholesale”.'
        >>> sentence(Not(InList("опт")), "ru")
        'Клиенты, которые не входят в список «опт».'
    """
    speaker = _SPEAKERS[lang](catalogue, names or Names())
    if isinstance(meant, Definition) and meant.where is None:
        return _scheme(meant, speaker)
    node = meant.where if isinstance(meant, Definition) else meant
    if node is None:
        raise TypeError(meant)
    who = _people(node, speaker, _CUSTOMERS[lang], "{}: {}")
    return f"{who[0].upper()}{who[1:]}."


def clause(node: Node, lang: Lang, catalogue: Catalogue | None = None, names: Names | None = None) -> str:
    """Say one condition by itself, without whom it is about: a row of an explanation.

    Examples:
        >>> from kogorta.definitions.nodes import InList
        >>> clause(InList("wholesale"), "en")
        'are on the list “wholesale”'
    """
    return _SPEAKERS[lang](catalogue, names or Names()).phrase(node).text


def _people(node: Node, speaker: Speaker, customers: str, with_list: str = "{} ({})") -> str:
    """Say `customers who …`: a few short conditions in one clause, else a list."""
    comma = "," if speaker.lang == "ru" else ""
    node = simplified(node)
    if not isinstance(node, AllOf | AnyOf):
        phrase = speaker.phrase(node)
        return f"{customers}{comma} {_who(phrase, speaker)}"
    phrases = [speaker.phrase(child) for child in node.of]
    is_all = isinstance(node, AllOf)
    if _is_short(phrases):
        joined = _joined(
            [_who(phrase, speaker) for phrase in phrases], (_AND if is_all else _OR)[speaker.lang]
        )
        return f"{customers}{comma} {joined}"
    listed = "; ".join(speaker.stated(phrase) for phrase in phrases)
    return with_list.format(f"{customers}{comma} {(_ALL if is_all else _ANY)[speaker.lang]}", listed)


def _is_short(phrases: Sequence[Phrase]) -> bool:
    """Whether conditions can follow each other in one clause."""
    if len(phrases) > _FEW or sum(len(phrase.text) for phrase in phrases) > _SHORT:
        return False
    return not any(phrase.is_joined or phrase.is_winding for phrase in phrases)


def _who(phrase: Phrase, speaker: Speaker) -> str:
    return f"{_WHO[speaker.lang][phrase.part]} {phrase.text}"


def _joined(parts: Sequence[str], word: str) -> str:
    return f" {word} ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _scheme(scheme: Definition, speaker: Speaker) -> str:
    lang = speaker.lang
    if isinstance(scheme.base, Node):
        base = _people(scheme.base, speaker, _BASE[lang]) + ("," if lang == "ru" else "")
    else:
        base = _BASES[scheme.base][lang]
    parts = [
        _PART[lang].format(
            name=part.name.get(lang, part.id), who=_people(part.where, speaker, _CUSTOMERS[lang])
        )
        for part in scheme.parts
    ]
    return _SCHEME[lang].format(
        name=scheme.name.get(lang, scheme.id),
        base=base,
        parts="; ".join(parts),
        otherwise=scheme.otherwise_name.get(lang, scheme.otherwise),
    )
