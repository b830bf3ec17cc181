"""Printing the cards of a definition: what to do with those who are in each segment."""

from __future__ import annotations

from kogorta.cli.output import out, plain
from kogorta.cli.speak import t
from kogorta.definitions.document import Definition
from kogorta.definitions.playbooks import Playbook
from kogorta.membership.own import names_of
from kogorta.report.playbook import goal_name, told


def print_playbooks(definition: Definition) -> None:
    """Show the card of each segment that has one, below its name; variables stay as they are written."""
    names = names_of(definition).segments
    for segment, playbook in definition.playbooks.items():
        _print(names[segment].name[t.lang], playbook)


def _print(name: str, playbook: Playbook) -> None:
    out.print()
    plain(t.gettext("{name}: {goal}", name=name, goal=goal_name(t, playbook.goal)))
    plain(f"  {t.gettext('“{name}”', name=playbook.message[t.lang])}")
    for what, text in told(t, playbook):
        if text:
            plain(f"  {what}: {text}")
