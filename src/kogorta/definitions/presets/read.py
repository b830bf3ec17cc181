"""Reading the shipped presets: each file holds documents, one a preset, divided by `---`.

Beside the words of a definition a document has `preset`: what it is for, which requirements it answers, what it leaves
open. Its cards may be `like` the card of a ready scheme or of another preset, and change some fields; under `salon` stand the fields that differ for appointment-based services.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

from kogorta.definitions.dump import dumped_playbook
from kogorta.definitions.names import words
from kogorta.definitions.parsing.reader import load_yaml, nearest
from kogorta.definitions.playbooks import cards
from kogorta.definitions.presets.preset import Group, Parameter, Preset, open_names
from kogorta.errors import DefinitionError, NotFoundError
from kogorta.vocab import Business

_TOLD = frozenset({"note", "covers", "groups", "business", "parameters"})
_OF_PARAMETER = frozenset({"name", "default", "usual", "example"})


@lru_cache(maxsize=8)
def presets(business: Business) -> Mapping[str, Preset]:
    """Return every preset by id, in the variant of a kind of business."""
    folder = resources.files("kogorta.definitions.presets")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda f: f.name)
    return read_presets([(file.name, file.read_text("utf-8")) for file in files], business)


def preset(id_: str, business: Business) -> Preset:
    """Return one preset.

    Raises:
        NotFoundError: There is none of that id.
    """
    known = presets(business)
    if id_ not in known:
        raise NotFoundError(
            "there is no such preset",
            got=id_,
            hint=nearest(id_, {*known, *Group}) or "kogorta presets list shows all of them",
        )
    return known[id_]


def read_presets(texts: Iterable[tuple[str, str]], business: Business) -> dict[str, Preset]:
    """Read presets from YAML.

    Args:
        texts: Names of files with their texts.
        business: Whose variant of the cards is taken.

    Raises:
        DefinitionError: A text is no YAML, or a preset is not as it must be.
        ProblemsError: With its defaults a preset says what cannot be.
    """
    documents = [(file, raw) for file, text in texts for raw in load_yaml(text, file)]
    of_presets = {
        name: body.get("playbook") for _, raw in documents for name, body in _segments(raw, _id(raw))
    }
    cards_ = _Cards(of_presets, business)
    found: dict[str, Preset] = {}
    for file, raw in documents:
        made = _preset(raw, f"{file}:{_id(raw)}", cards_)
        if made.id in found:
            raise DefinitionError("two definitions have one id", got=made.id, path=file)
        made.definition()
        found[made.id] = made
    return found


def _id(raw: Mapping[str, Any]) -> str:
    return str(raw.get("scheme") or raw.get("segment"))


def _preset(raw: Mapping[str, Any], path: str, cards_: _Cards) -> Preset:
    told = raw.get("preset")
    if not isinstance(told, Mapping) or set(told) - _TOLD or not {"note", "covers"} <= set(told):
        raise DefinitionError(
            "a preset does not say what it is for", expected="preset: {note, covers}", path=path
        )
    parameters = tuple(_parameters(told.get("parameters", {}), path))
    note = words(told["note"], f"{path}.note")
    document = {key: value for key, value in raw.items() if key != "preset"}
    for name, body in _segments(document, _id(raw)):
        body["playbook"] = cards_.of(name, path)
    goal = {} if "scheme" in document else {"goal": document["playbook"]["goal"]}
    document.setdefault("purpose", goal | {"need": {"ru": note.ru, "en": note.en}})
    unknown = open_names(document) ^ {item.id for item in parameters}
    if unknown:
        raise DefinitionError(
            "the parameters of a preset are not those that it leaves open",
            got=", ".join(sorted(unknown)),
            path=path,
        )
    return Preset(
        _id(raw),
        note,
        tuple(told["covers"]),
        tuple(map(Group, told.get("groups", ()))),
        tuple(map(Business, told.get("business", tuple(Business)))),
        parameters,
        document,
    )


def _parameters(raw: Mapping[str, Any], path: str) -> Iterator[Parameter]:
    for id_, body in raw.items():
        if set(body) - _OF_PARAMETER or "name" not in body:
            raise DefinitionError("a parameter has a name and a default", got=id_, path=path)
        name = words(body["name"], f"{path}.{id_}")
        usual, example = body.get("usual"), body.get("example")
        if (example is None) == ("default" not in body):
            raise DefinitionError("a parameter has a default or an example", got=id_, path=path)
        yield Parameter(id_, name, body.get("default", example), usual, is_example=example is not None)


def _segments(document: dict[str, Any], id_: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what in a document has a card, by the id of its segment: a free segment itself, the segments of a scheme."""
    if "segment" in document:
        yield id_, document
        return
    for part in (*document["segments"], document["otherwise"]):
        yield f"{id_}.{part['id']}", part


class _Cards:
    """Cards as documents have them, those that they are like put in.

    Args:
        own: Cards of presets, by id.
        business: Whose variant is taken.
    """

    def __init__(self, own: Mapping[str, object], business: Business) -> None:
        self._own, self._business = own, business
        self._ready = {
            f"{card.scheme}.{card.segment}": dumped_playbook(card) for card in cards(business).values()
        }

    def of(self, name: str, path: str, above: tuple[str, ...] = ()) -> dict[str, Any]:
        """Return the fields of a card: those it is like, its own, those of its salon variant."""
        if name not in self._own and name in self._ready:
            return self._ready[name]
        raw = self._own.get(name)
        if not isinstance(raw, Mapping):
            message = (
                "a card is like a card that does not exist" if above else "a segment of a preset has no card"
            )
            raise DefinitionError(message, got=name, path=path)
        if name in above:
            raise DefinitionError("cards are like each other in a circle", got=" → ".join(above), path=path)
        own = dict(raw)
        variant, model = own.pop("salon", {}), own.pop("like", None)
        base = self.of(model, path, (*above, name)) if model else {}
        return {**base, **own, **(variant if self._business is Business.SALON else {})}
