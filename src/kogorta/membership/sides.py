"""One definition on three sides: as the folder has it, as the folder was based on it, and as it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from kogorta.definitions.document import Definition
from kogorta.definitions.folder import Folder, Held
from kogorta.errors import KogortaError
from kogorta.i18n import lazy
from kogorta.membership.basis import Basis
from kogorta.membership.registry import Record, mark, written_as_now
from kogorta.message import Message
from kogorta.vocab import PlanAction


@dataclass(frozen=True)
class Drift:
    """A definition that was changed elsewhere since the folder was applied or pulled last.

    Attributes:
        id: Of the definition.
        file: The file that defines it, if one does.
        based_on: The version that the folder had; None if it never had it.
        stands: The version that stands.
        at: When that was registered; UTC without a zone.
        author: Who did it; None where no name was given.
        is_removed: It was taken away.
    """

    id: str
    file: str | None
    based_on: int | None
    stands: int
    at: datetime
    author: str | None
    is_removed: bool


@dataclass(frozen=True)
class Side:
    """One definition as the folder has it, as the folder was based on it, and as it stands.

    Attributes:
        id: Of the definition.
        here: In the folder.
        base: The version that the folder had.
        records: All versions; none if it was never registered.
    """

    id: str
    here: Held | None
    base: Record | None
    records: Sequence[Record]

    @property
    def there(self) -> Record | None:
        """The version that stands, if it was not taken away."""
        return self.records[-1] if self.records and not self.records[-1].is_removed else None

    @property
    def before(self) -> Definition | None:
        """What stands."""
        return self.there.document if self.there else None

    @property
    def after(self) -> Definition | None:
        """What the folder says."""
        return self.here.definition if self.here else None

    @property
    def is_same(self) -> bool:
        """Whether the folder says what stands."""
        return mark(self.after) == mark(self.before)

    @property
    def is_edited(self) -> bool:
        """Whether the folder says something else than what it is based on."""
        return mark(self.after) != mark(self.base.document if self.base else None)

    @property
    def has_moved(self) -> bool:
        """Whether something else stands than what the folder is based on."""
        return mark(self.before) != mark(self.base.document if self.base else None)

    @property
    def is_foreign(self) -> bool:
        """Whether the folder knows nothing of it."""
        return self.here is None and self.base is None

    @property
    def action(self) -> PlanAction:
        """What the folder would do to what stands."""
        if self.is_same or self.is_foreign:
            return PlanAction.SAME
        if self.there is None:
            return PlanAction.NEW
        return PlanAction.CHANGED if self.here else PlanAction.REMOVED

    @property
    def drift(self) -> Drift | None:
        """What was changed elsewhere, if anything was."""
        if self.is_same or not self.has_moved:
            return None
        last = written_as_now(self.records)
        return Drift(
            self.id,
            self.here.file if self.here else None,
            self.base.number if self.base else None,
            last.number,
            last.at,
            last.author,
            last.is_removed,
        )


def sides_of(folder: Folder, basis: Basis, histories: Mapping[str, Sequence[Record]]) -> list[Side]:
    """Lay folder, basis and registry side by side: one side a definition, by id."""
    bases = basis.records(histories)
    return [
        Side(id_, folder.held.get(id_), bases.get(id_), histories.get(id_, ()))
        for id_ in sorted({*folder.held, *bases, *histories})
    ]


# --- how a drift is told --------------------------------------------------------------------------


def refusal(drift: Drift, zone: ZoneInfo) -> KogortaError:
    """Say what was changed elsewhere, which versions, by whom and when, and what to do."""
    if drift.is_removed:
        return KogortaError(
            lazy("“{id}” was taken away elsewhere", id=drift.id),
            got=_stands(drift, zone),
            expected=_based_on(drift),
            hint="to take it out of the folder: kogorta segments pull; to bring it back: kogorta segments apply --force",
            path=drift.file,
        )
    if drift.file is None and drift.based_on is None:
        return KogortaError(
            lazy("“{id}” was defined elsewhere, and the folder does not have it", id=drift.id),
            got=_stands(drift, zone),
            hint="to bring it into the folder: kogorta segments pull; to leave it as it is: kogorta segments apply --force",
        )
    return KogortaError(
        lazy("“{id}” was changed elsewhere", id=drift.id),
        got=_stands(drift, zone),
        expected=_based_on(drift),
        hint="to bring that version into the folder: kogorta segments pull; to overrule it: kogorta segments apply --force",
        path=drift.file,
    )


def _stands(drift: Drift, zone: ZoneInfo) -> Message:
    return version_told(drift.stands, drift.at, drift.author, zone)


def version_told(number: int, at: datetime, author: str | None, zone: ZoneInfo) -> Message:
    """Say which version it is, since when it stands, and who wrote it."""
    local = at.replace(tzinfo=UTC).astimezone(zone).strftime("%Y-%m-%d %H:%M")
    if author:
        return lazy("version {number}, {at}, by {author}", number=number, at=local, author=author)
    return lazy("version {number}, {at}", number=number, at=local)


def _based_on(drift: Drift) -> Message:
    if drift.based_on is None:
        return lazy("none: the folder was never applied or pulled with it")
    return lazy("version {number}, which the folder is based on", number=drift.based_on)
