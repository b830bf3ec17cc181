"""Plan and apply: the folder `segments/` says what should stand, the registry is what stands.

Three sides are compared: what the folder has, what it was based on, and what stands. Where only the folder has
moved, apply registers it; where the registry has moved too, that is a drift, and apply refuses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from kogorta.compile.segments import in_order
from kogorta.config import Config
from kogorta.definitions.document import Definition
from kogorta.definitions.folder import Folder, Held, read_folder, several
from kogorta.definitions.parsing import DraftsError
from kogorta.errors import DriftError, HistoryError, KogortaError, ProblemsError
from kogorta.i18n import nlazy
from kogorta.membership.basis import Basis, entry_of, read_basis, write_basis
from kogorta.membership.define import checked, define, dependents
from kogorta.membership.drafts import further_problems, placed
from kogorta.membership.registry import Record, difference, mark, own_history
from kogorta.membership.sides import Drift, Side, refusal, sides_of
from kogorta.membership.versions import Version, last_versions
from kogorta.membership.view import View
from kogorta.vocab import PlanAction


@dataclass(frozen=True)
class Planned:
    """What applying the folder would do to one definition.

    Attributes:
        id: Of the definition.
        action: What would be done.
        file: The file that defines it; None of what is removed.
        before: What stands.
        after: What would stand.
        because: Of what follows, the changed definitions that it names, directly or not.
    """

    id: str
    action: PlanAction
    file: str | None
    before: Definition | None
    after: Definition | None
    because: tuple[str, ...] = ()

    @property
    def difference(self) -> list[str]:
        """Lines of a unified diff of the canonical YAML, in order; without the names of files."""
        return difference(self.before, self.after) if self.action is PlanAction.CHANGED else []


@dataclass(frozen=True)
class Plan:
    """What applying the folder would do.

    Attributes:
        rows: One a definition, each behind those that it names, removed ones last. Where there is a drift, they
            say what would be done by force.
        drifts: What was changed elsewhere.
    """

    rows: tuple[Planned, ...]
    drifts: tuple[Drift, ...] = ()

    @property
    def changes(self) -> tuple[Planned, ...]:
        """Rows that change something."""
        return tuple(row for row in self.rows if row.action is not PlanAction.SAME)

    @property
    def is_clean(self) -> bool:
        """Whether the folder is what stands."""
        return not self.changes and not self.drifts

    def refuse_drift(self, config: Config) -> None:
        """Refuse if there is any drift.

        Raises:
            DriftError: Which definitions, which versions, by whom and when, and what to do.
        """
        if self.drifts:
            raise DriftError(
                nlazy(
                    "{n} definition was changed elsewhere since this folder was applied or pulled last:",
                    "{n} definitions were changed elsewhere since this folder was applied or pulled last:",
                    len(self.drifts),
                ),
                [refusal(drift, config.zone) for drift in self.drifts],
            )


@dataclass(frozen=True)
class Applied:
    """What an apply did.

    Attributes:
        plan: What was to be done.
        versions: The versions that were registered.
    """

    plan: Plan
    versions: tuple[Version, ...]


def plan(view: View, path: Path) -> Plan:
    """Say what applying a folder would do.

    Args:
        view: The base, as of now.
        path: The folder with the YAML files.

    Raises:
        ProblemsError: Files are not right, or what they define cannot stand; all of it is listed. Whether it can
            stand is not looked at where there is a drift: that comes first.
        InputError: The file that says what the folder is based on is damaged.
    """
    return _Sides.read(view, path).plan(view, force=False)


def apply(
    view: View,
    path: Path,
    now: datetime,
    author: str | None = None,
    *,
    force: bool = False,
    shown: Plan | None = None,
) -> Applied:
    """Make the registry say what a folder says, in one transaction; a second time nothing is done.

    Args:
        view: The base, as of now.
        path: The folder with the YAML files.
        now: When this happens; UTC.
        author: Who does it.
        force: Put the folder's definitions in the place of those that were changed elsewhere. What the folder never
            had stays.
        shown: The plan that somebody agreed to; another one is refused.

    Raises:
        DriftError: Definitions were changed elsewhere.
        ProblemsError: As `plan` says; nothing is written.
        HistoryError: The folder or the registry changed since the plan was shown.
    """
    seen = {name: number for name, (number, _, _) in last_versions(view.warehouse).items()}
    sides = _Sides.read(view, path)
    found = sides.plan(view, force=force)
    if not force:
        found.refuse_drift(view.config)
    if shown is not None and shown != found:
        raise HistoryError(
            "the definitions changed since the plan was shown; nothing was written",
            hint="look at the new plan: kogorta segments plan",
        )
    versions = _register(view, path, now, author, sides, found, seen)
    entries = {id_: entry_of(record) for id_, record in _standing(own_history(view.warehouse)).items()}
    write_basis(path, Basis({id_: entry for id_, entry in entries.items() if id_ in sides.folder.held}))
    return Applied(found, tuple(versions))


def proposed(view: View, path: Path) -> dict[str, Held | None]:
    """Return what would stand if the folder were applied by force, by id; None where only the registry has it."""
    sides = _Sides.read(view, path)
    gone = {side.id for side in sides.all if side.action is PlanAction.REMOVED}
    stands: dict[str, Held | None] = {id_: None for id_ in view.own if id_ not in gone}
    return {**stands, **sides.folder.held}


def _register(
    view: View,
    path: Path,
    now: datetime,
    author: str | None,
    sides: _Sides,
    found: Plan,
    seen: Mapping[str, int],
) -> list[Version]:
    done = {row.id: row for row in found.rows if row.action not in {PlanAction.SAME, PlanAction.FOLLOWS}}
    if not done:
        return []
    before = Basis({side.id: entry_of(side.base) for side in sides.all if side.base is not None})
    # A process that is killed between the two writes leaves behind what it was about to do.
    write_basis(path, replace(before, applying={id_: mark(row.after) for id_, row in done.items()}))
    try:
        new = [row.after for row in done.values() if row.after is not None]
        gone = [id_ for id_, row in done.items() if row.after is None]
        return define(view, new, now, author, without=gone, seen=seen)
    except KogortaError:
        write_basis(path, before)
        raise


def _standing(histories: Mapping[str, Sequence[Record]]) -> dict[str, Record]:
    return {id_: records[-1] for id_, records in histories.items() if not records[-1].is_removed}


# --- the folder against the registry ---------------------------------------------------------------


@dataclass(frozen=True)
class _Sides:
    """Everything that a plan is made of."""

    folder: Folder
    all: Sequence[Side]

    @classmethod
    def read(cls, view: View, path: Path) -> _Sides:
        try:
            folder = read_folder(path)
        except DraftsError as error:
            raise several([*error.problems, *further_problems(view, error)]) from None
        return cls(folder, sides_of(folder, read_basis(path), own_history(view.warehouse)))

    def plan(self, view: View, *, force: bool) -> Plan:
        drifts = tuple(side.drift for side in self.all if side.drift is not None)
        if force or not drifts:
            self._check(view)
        return Plan(tuple(self._rows(is_checked=force or not drifts)), drifts)

    def _check(self, view: View) -> None:
        gone = [side.id for side in self.all if side.action is PlanAction.REMOVED]
        try:
            checked(view, [item.definition for item in self.folder.held.values()], gone)
        except ProblemsError as error:
            places = {id_: item.place for id_, item in self.folder.held.items()}
            raise several(placed(error.problems, places)) from None

    def _rows(self, *, is_checked: bool) -> list[Planned]:
        sides = {side.id: side for side in self.all}
        stands = {
            id_: definition
            for id_, side in sides.items()
            if (definition := side.before if side.is_foreign else side.after) is not None
        }
        because: dict[str, list[str]] = {}
        for id_, side in sides.items():
            if side.action in {PlanAction.NEW, PlanAction.CHANGED}:
                for follower in dependents(stands, id_):
                    because.setdefault(follower, []).append(id_)
        # what was not checked may name itself in a circle
        order = [item.id for item in in_order(stands)] if is_checked else sorted(stands)
        rows = [_row(sides[id_], tuple(because.get(id_, ()))) for id_ in order]
        removed = [side for side in self.all if side.action is PlanAction.REMOVED]
        return rows + [_row(side, ()) for side in removed]


def _row(side: Side, because: tuple[str, ...]) -> Planned:
    action = PlanAction.FOLLOWS if because and side.action is PlanAction.SAME else side.action
    after = side.before if side.is_foreign else side.after
    return Planned(side.id, action, side.here.file if side.here else None, side.before, after, because)
