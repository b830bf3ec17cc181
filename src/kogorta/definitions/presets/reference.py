"""The reference page of presets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kogorta.definitions.catalogue import Catalogue, TraitInfo
from kogorta.definitions.document import Definition
from kogorta.definitions.facts import reserved_facts
from kogorta.definitions.playbooks import Playbook
from kogorta.definitions.presets.needs import needs_of
from kogorta.definitions.presets.preset import Group, Preset, shown
from kogorta.definitions.presets.read import presets
from kogorta.definitions.sentence import sentence
from kogorta.vocab import Business

_MINOR_DIGITS = 2


def presets_page(made: str, traits: Mapping[str, TraitInfo]) -> str:
    """Describe every preset.

    Args:
        made: The line that says that the page is made.
        traits: Every trait, by name.
    """
    known = presets(Business.SHOP)
    catalogue = Catalogue(traits, reserved_facts(_MINOR_DIGITS), minor_digits=_MINOR_DIGITS)
    parts = [
        "# Presets",
        made,
        "Ready schemes and segments: documents of the [segment language](nodes.md), each segment with a card that says what to do"
        " about it. `kogorta presets add ID` writes one into `segments/` and applies it;"
        " [Start in an hour](../howto/start-in-an-hour.md) shows the way. Names of events and other words of your shop are"
        " parameters: `--set NAME=VALUE`. Ids of requirements stand in [Coverage](coverage.md).",
        "## Groups",
        _groups(known),
    ]
    for title, is_scheme in (("## Schemes", True), ("## Segments", False)):
        chosen = [item for item in known.values() if item.is_scheme is is_scheme]
        parts.append(title)
        parts += ["\n".join(_lines(item, catalogue)) for item in chosen]
    return "\n\n".join(parts) + "\n"


def _groups(known: Mapping[str, Preset]) -> str:
    rows = ["| group | presets |", "|---|---|"]
    for group in Group:
        ids = [f"`{item.id}`" for item in known.values() if group in item.groups]
        rows.append(
            f"| `{group.value}` | {', '.join(ids) or 'all that suit the business and have their data'} |"
        )
    return "\n".join(rows)


def _lines(item: Preset, catalogue: Catalogue) -> Iterator[str]:
    definition = item.definition()
    needs = needs_of(definition, catalogue)
    yield f"### {item.id}\n"
    yield f"{item.note.en}. {item.note.ru}.\n"
    yield f"- {sentence(definition, 'en', catalogue=catalogue)}"
    yield f"- {sentence(definition, 'ru', catalogue=catalogue)}"
    yield f"- Answers: {', '.join(item.covers)}"
    yield f"- Reads: {', '.join(f'`{table}`' for table in needs.tables) or 'customers as they are'}" + (
        f"; events {', '.join(f'`{name}`' for name in needs.events)}" if needs.events else ""
    )
    if len(item.businesses) < len(Business):
        yield f"- For: {', '.join(item.businesses)}"
    for parameter in item.parameters:
        usual = f", or rather what is usual in `{parameter.usual}`" if parameter.usual else ""
        example = " (an example: set yours)" if parameter.is_example else ""
        yield f"- Parameter `{parameter.id}`, {parameter.name.en}: `{shown(parameter.default)}`{usual}{example}"
    for segment, card in definition.playbooks.items():
        yield f"- Card{_of(definition, segment)}: {_card(card)}"


def _of(definition: Definition, segment: str) -> str:
    return f" of `{definition.id}.{segment}`" if definition.is_scheme else ""


def _card(card: Playbook) -> str:
    percent = card.discount_limit_pct
    limit = "" if percent is None else f", discount up to {percent}%" if percent else ", no discounts"
    return (
        f"{card.goal.value} by {', '.join(card.channels)}, at most {card.max_contacts} contacts in {card.per_days} days{limit}."
        f" “{card.message.en}”"
    )
