"""What changed settings would do, before they are kept."""

from __future__ import annotations

from dataclasses import dataclass

from kogorta import config as configuration
from kogorta.doctor import doctor
from kogorta.membership.effects import Effect
from kogorta.today import TaskSort, today_list
from kogorta_server import base
from kogorta_server.tuning.values import Changes

ON_PEOPLE = frozenset({"rfm", "value", "first_value"})
"""Sections that decide who is in which segment."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be different.

    Attributes:
        effects: Of schemes; only those in which anybody would move.
        schemes: How many schemes were looked at; 0 where the settings do not touch any.
        tasks: By sort, how many stand on today's list, and how many would.
        complaints: How many complaints there are of segments, and would be; None where the settings do not touch them.
    """

    effects: tuple[Effect, ...] = ()
    schemes: int = 0
    tasks: tuple[tuple[TaskSort, int, int], ...] = ()
    complaints: tuple[int, int] | None = None

    @property
    def moved(self) -> int:
        """In how many places somebody would be who is not there now."""
        return sum(effect.moved for effect in self.effects)


def preview(changes: Changes) -> Preview:
    """Work out what changes would do as of the last refresh; nothing is written.

    Raises:
        ProblemsError: They say something that cannot be.
    """
    workspace = base.workspace()
    wanted = configuration.changed(workspace.folder, changes)
    as_of = workspace.refreshed_at
    if as_of is None:
        return Preview()
    touched = set(changes)
    found = workspace.effects(wanted, workspace.last_instant()) if touched & ON_PEOPLE else []
    tasks: tuple[tuple[TaskSort, int, int], ...] = ()
    if "today" in touched:
        now, then = (today_list(workspace.warehouse, config, as_of) for config in (workspace.config, wanted))
        tasks = tuple((sort, len(now.of(sort)), len(then.of(sort))) for sort in TaskSort)
    complaints = None
    if "doctor" in touched:
        now_, then_ = (
            sum(remark.is_complaint for remark in doctor(workspace.warehouse, config, as_of).remarks)
            for config in (workspace.config, wanted)
        )
        complaints = (now_, then_)
    moving = sorted((effect for effect in found if effect.moved), key=lambda effect: -effect.moved)
    return Preview(tuple(moving), len(found), tasks, complaints)
