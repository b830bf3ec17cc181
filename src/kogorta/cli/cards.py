"""Printing what is known of one definition."""

from __future__ import annotations

from typing import Any

from rich.markup import escape

from kogorta.cli.output import out, plain, table
from kogorta.cli.playbooks import print_playbooks
from kogorta.cli.speak import t
from kogorta.definitions.dump import dump, to_yaml
from kogorta.definitions.names import LANGUAGES, SchemeName
from kogorta.membership.card import Card


def card_fields(workspace: Any, card: Card) -> dict[str, Any]:
    """Return everything that is known of a definition, for programs."""
    names = workspace.names[card.id]
    own = card.definition
    return {
        "id": card.id,
        "kind": "segment" if card.scheme.is_free else "scheme",
        "is_own": own is not None,
        "name": _both(names.name),
        "note": _both(names.note) if own is None else None,
        "sentence": _both(workspace.sentence(own)) if own else None,
        "version": card.number,
        "author": card.author,
        "created_at": card.created_at,
        "fingerprint": card.fingerprint,
        "purpose": dict(own.purpose) if own else {},
        "cadence": str(own.cadence) if own and own.cadence else None,
        "priority": own.priority if own else None,
        "names": list(card.names),
        "named_by": list(card.named_by),
        "segments": [
            {
                "id": card.scheme.segment_id(segment),
                "name": _both(names.segments[segment].name),
                "meaning": None if own else _both(names.segments[segment].meaning),
            }
            for segment in card.scheme.segments
        ],
        "document": dump(own) if own else None,
    }


def print_card(workspace: Any, card: Card) -> None:
    """Show a definition as it is written, its sentence, its version, what it names and what names it."""
    names = workspace.names[card.id]
    out.print(f"[bold]{escape(names.name[t.lang])}[/] · {card.id}")
    if card.definition is None:
        _print_ready(card, names)
    else:
        plain(workspace.sentence(card.definition)[t.lang])
        plain("\n" + to_yaml(card.definition.without_playbooks()).rstrip("\n"))
        print_playbooks(card.definition)
        out.print()
    for line in _lines(workspace, card):
        plain(line)


def _print_ready(card: Card, names: SchemeName) -> None:
    plain(names.note[t.lang])
    rows = [
        [
            escape(names.segments[segment].name[t.lang]),
            card.scheme.segment_id(segment),
            escape(names.segments[segment].meaning[t.lang]),
        ]
        for segment in card.scheme.segments
    ]
    table("", [t.gettext("Segment"), t.gettext("Id"), t.gettext("Who")], rows)


def _lines(workspace: Any, card: Card) -> list[str]:
    zone = workspace.config.workspace.timezone
    lines = []
    if card.number is None:
        lines.append(t.gettext("No refresh has recorded it yet."))
    elif card.created_at is not None:
        at = t.instant(card.created_at, zone)
        lines.append(
            t.gettext(
                "Version {number}, {instant}; last written by {author}.",
                number=card.number,
                author=card.author,
                instant=at,
            )
            if card.author
            else t.gettext("Version {number}, {instant}.", number=card.number, instant=at)
        )
    if card.fingerprint:
        lines.append(t.gettext("Fingerprint: {digest}", digest=card.fingerprint))
    if card.names:
        lines.append(t.gettext("It names: {ids}", ids=", ".join(card.names)))
    if card.named_by:
        lines.append(t.gettext("It is named by: {ids}", ids=", ".join(card.named_by)))
    return lines


def _both(words: Any) -> dict[str, str]:
    return {lang: words[lang] for lang in LANGUAGES}
