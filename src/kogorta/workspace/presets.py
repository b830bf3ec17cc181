"""Ready segments and schemes, put into the folder `segments/` and applied."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kogorta.definitions.dump import to_yaml
from kogorta.definitions.folder import Held, read_folder
from kogorta.definitions.presets import Group, Preset, preset, presets
from kogorta.definitions.presets.preset import shown
from kogorta.errors import InputError, KogortaError, PresetsError
from kogorta.i18n import lazy, nlazy
from kogorta.membership.basis import write_file
from kogorta.membership.offers import Offer, offers
from kogorta.membership.personal import Variables, variables
from kogorta.membership.plan import Applied
from kogorta.membership.registry import mark
from kogorta.vocab import Business
from kogorta.workspace.base import InstantLike, KnownLike
from kogorta.workspace.planning import Planning


@dataclass(frozen=True)
class AddedPresets:
    """What became of presets that were to be added.

    Attributes:
        written: Those whose files were written.
        kept: Those that the folder has already, word for word.
        skipped: Those of a group that the base has no data for.
        applied: What applying the folder did; None where nothing was applied.
    """

    written: tuple[Offer, ...]
    kept: tuple[Offer, ...]
    skipped: tuple[Offer, ...]
    applied: Applied | None


class Presets(Planning):
    """Ready segments and schemes."""

    def presets(self, need: str | None = None, business: str | Business | None = None) -> list[Offer]:
        """Return the presets as they would be added here, with what the base lacks for each.

        Args:
            need: Only those that answer this requirement, such as `R26`.
            business: Of which kind of business; by default the workspace's.

        Raises:
            InputError: There is no such kind of business.
        """
        kind = self._business(business)
        chosen = [
            item
            for item in presets(kind).values()
            if kind in item.businesses and (need is None or need.upper() in item.covers)
        ]
        with self.view() as view:
            return offers(view, chosen, {})

    def preset(self, id_: str, values: Mapping[str, str] | None = None) -> Offer:
        """Return one preset as it would be added here.

        Args:
            id_: Of the preset.
            values: Parameters that are set.

        Raises:
            NotFoundError: There is none of that id.
            InputError: A parameter does not exist, or its value does not suit it.
        """
        with self.view() as view:
            return offers(view, [preset(id_, self.config.workspace.business)], values or {})[0]

    def add_presets(
        self,
        ids: Sequence[str],
        values: Mapping[str, str] | None = None,
        *,
        name: str | None = None,
        anyway: bool = False,
        apply: bool = True,
        author: str | None = None,
    ) -> AddedPresets:
        """Write presets into `segments/`, one file each, and apply the folder; either all of it is done or nothing.

        Of a group what the base has no data for is skipped; what is named by itself is refused.

        Args:
            ids: Presets, or groups of them: `quick_start`, `salon_filters`, `all`.
            values: Parameters that are set; of one preset only.
            name: Another id than its own; of one preset only.
            anyway: Also write what the base has no data for; then nothing is applied.
            apply: Register what was written.
            author: Who does it.

        Raises:
            NotFoundError: There is no such preset.
            InputError: The folder has another definition of such an id, or edits that were not applied.
            DriftError: Definitions were changed elsewhere since the folder was applied or pulled last.
            PresetsError: The base has no data for what was named; each is told with what would switch it on.
            ProblemsError: What is in the folder is not right.
        """
        named = [preset(id_, self._kind) for id_ in ids if id_ not in set(Group)]
        grouped = self._grouped({Group(id_) for id_ in ids if id_ in set(Group)}, named)
        if (values or name) and len(named) + len(grouped) != 1:
            raise InputError(
                "parameters and another id are for one preset at a time",
                got=", ".join(ids),
                hint="kogorta presets add ID --set NAME=VALUE --as ID",
            )
        with self.view() as view:
            wanted = offers(view, named, values or {}, name)
            more = offers(view, grouped, values or {}, name)
        if not anyway:
            _refuse_lacking(wanted)
        skipped = [] if anyway else [item for item in more if item.lacks]
        taken = [item for item in (*wanted, *more) if item not in skipped]
        may_apply = apply and not any(item.lacks for item in taken)
        if may_apply:
            self._refuse_edits()
        kept = [item for item in taken if self._is_there(item)]
        written = [item for item in taken if item not in kept]
        applied = self._put(written, apply=may_apply, author=author)
        return AddedPresets(tuple(written), tuple(kept), tuple(skipped), applied)

    def variables(
        self,
        customers: Collection[str] | None = None,
        as_of: InstantLike | None = None,
        known_at: KnownLike | None = None,
    ) -> dict[str, Variables]:
        """Return what the texts of cards leave open for each customer: `{top_percent}` and `{bundle_saving}`.

        Args:
            customers: Whose, by id; by default everyone's.
            as_of: As of when.
            known_at: As far as what was known then.
        """
        with self.view(as_of, known_at) as view:
            return variables(view, customers)

    @property
    def _kind(self) -> Business:
        return self.config.workspace.business

    def _business(self, name: str | Business | None) -> Business:
        if name is None:
            return self._kind
        if name not in set(Business):
            raise InputError("there is no such kind of business", got=str(name), expected=", ".join(Business))
        return Business(name)

    def _grouped(self, groups: set[Group], named: Sequence[Preset]) -> list[Preset]:
        """Return the presets of groups, those that are named by themselves left out."""
        return [
            item
            for item in presets(self._kind).values()
            if self._kind in item.businesses
            and item not in named
            and (Group.ALL in groups or groups & set(item.groups))
        ]

    def _refuse_edits(self) -> None:
        """Refuse to apply what somebody else wrote into the folder, or registered beside it."""
        found = self.plan()
        found.refuse_drift(self.config)
        if found.changes:
            raise InputError(
                "the folder has edits that were not applied yet",
                got=", ".join(row.id for row in found.changes),
                hint="kogorta segments plan shows them; kogorta segments apply registers them",
            )

    def _is_there(self, offer: Offer) -> bool:
        """Whether the folder has exactly this definition already; refuse where it has another one of that id."""
        held = read_folder(self.segments_folder).held.get(offer.id)
        if held is None:
            path = _file_of(self.segments_folder, offer)
            if path.exists():
                raise InputError("there is a file of this name already", got=path.name, hint=_OTHER_ID)
            return False
        if mark(held.definition) != mark(offer.definition):
            raise _differs(held, offer)
        return True

    def _put(self, written: Sequence[Offer], *, apply: bool, author: str | None) -> Applied | None:
        """Write files and apply the folder; what cannot be applied is taken back."""
        files = [_file_of(self.segments_folder, item) for item in written]
        for path, item in zip(files, written, strict=True):
            write_file(path, _text(item))
        if not apply:
            return None
        try:
            return self.apply(author)
        except KogortaError:
            for path in files:
                path.unlink()
            raise


_OTHER_ID = lazy("give it another id: kogorta presets add ID --as OTHER")


def _file_of(folder: Path, offer: Offer) -> Path:
    return folder / f"{offer.id}.yaml"


def _text(offer: Offer) -> str:
    """Return the file: the definition, and above it which preset made it, as it would be typed."""
    values = [f"{id_}={shown(value)}" for id_, value in offer.values.items()]
    return f"# {' '.join(['preset:', offer.preset.id, *values])}\n{to_yaml(offer.definition)}"


def _differs(held: Held, offer: Offer) -> InputError:
    return InputError(
        lazy("{file} defines {id} in another way", file=held.file, id=offer.id),
        hint=_OTHER_ID,
        path=held.place,
    )


def _refuse_lacking(wanted: Iterable[Offer]) -> None:
    off = [item for item in wanted if item.lacks]
    if off:
        raise PresetsError(
            nlazy("{n} preset is not possible here yet:", "{n} presets are not possible here yet:", len(off)),
            [_lack(item) for item in off],
        )


def _lack(offer: Offer) -> KogortaError:
    lacks = offer.lacks
    if lacks.tables:
        return InputError(
            lazy("there are no data for {name}", name=offer.preset.id),
            expected=lazy("rows in {tables}", tables=", ".join(lacks.tables)),
            hint=lazy("kogorta import FILE --table {table}", table=lacks.tables[0]),
        )
    if lacks.parameters:
        first = lacks.parameters[0]
        return InputError(
            lazy("{id} leaves open what only you know", id=offer.preset.id),
            expected=", ".join(lacks.parameters),
            hint=lazy("write {example}", example=f"--set {first}={shown(offer.values[first])}"),
        )
    return InputError(
        lazy("there are no data for {name}", name=offer.preset.id),
        expected=lazy("events named {names}", names=", ".join(lacks.events)),
        hint="name an event of yours with --set, or write it anyway with --anyway",
    )
