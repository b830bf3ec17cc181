"""What people do to definitions: each is written into the registry, and into the folder `segments/` beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kogorta.definitions.folder import read_folder
from kogorta.definitions.parsing import parse_text
from kogorta.errors import InputError, KogortaError, ProblemsError
from kogorta.i18n import lazy
from kogorta.membership.basis import write_file
from kogorta.membership.registry import mark
from kogorta.workspace.presets import AddedPresets
from kogorta_server import base
from kogorta_server.accounts.models import User
from kogorta_server.jobs import asking
from kogorta_server.segments.contracts import Saved
from kogorta_server.segments.queries import given, users_of


def save(text: str, author: str, based_on: Mapping[str, int] | None, asked_by: User | None = None) -> Saved:
    """Register what a text defines, write it into the folder, and ask for a refresh.

    Args:
        text: YAML, as it was typed.
        author: Who does it, by name.
        based_on: By id, the version from which he began; 0, or none, where nothing stood. None at all overwrites whatever stands.
        asked_by: The person, of one; None of a program.

    Raises:
        ProblemsError: Something in it is not right; nothing is written.
        DriftError: Somebody else changed one of them meanwhile; nothing is written.
    """
    source = given(text)
    with base.defining:
        workspace = base.workspace()
        ids = tuple(item.id for item in parse_text(source))
        place = _place(ids)
        versions = workspace.define(source, author, based_on=based_on)
        unwritten = _into_folder(place, source)
    if versions:
        asking.refresh(asked_by)
    return Saved(ids, tuple(versions), unwritten)


def remove(definition_id: str, author: str, number: int | None, asked_by: User | None = None) -> Saved:
    """Take a definition away, out of the folder too; its history stays.

    Args:
        definition_id: Its id.
        author: Who does it, by name.
        number: The version that he looked at; None takes away whatever stands.
        asked_by: The person, of one; None of a program.

    Raises:
        NotFoundError: Nothing of that id stands.
        ProblemsError: Somebody needs it.
        DriftError: Somebody else changed it meanwhile.
    """
    with base.defining:
        workspace = base.workspace()
        if users_of(definition_id).is_called:
            raise InputError(
                lazy("today's list calls the members of “{id}”", id=definition_id),
                hint="take it out of segments under [today] in kogorta.toml first",
            )
        versions = workspace.undefine(definition_id, author, based_on=number)
        unwritten = _into_folder(None, "")
    asking.refresh(asked_by)
    return Saved((definition_id,), tuple(versions), unwritten)


def add_preset(
    preset_id: str, values: Mapping[str, str], author: str, asked_by: User | None = None
) -> AddedPresets:
    """Add a ready segment or scheme, and ask for a refresh.

    Args:
        preset_id: Which.
        values: Parameters that are set; empty ones are left to what is usual here.
        author: Who does it, by name.
        asked_by: The person, of one; None of a program.

    Raises:
        NotFoundError: There is no such preset.
        InputError: A value does not suit its parameter, or the folder has edits that were not applied.
        PresetsError: The base has no data for it.
        DriftError: The folder and the registry differ.
    """
    told = {name: value for name, value in values.items() if value.strip()}
    with base.defining:
        workspace = base.workspace()
        # what is refused is refused before anything is written
        workspace.preset(preset_id, told)
        # what was registered beside the folder, from a notebook for instance, would stand in the way as a drift
        workspace.pull()
        added = workspace.add_presets([preset_id], told, author=author)
    if added.written:
        asking.refresh(asked_by)
    return added


def _place(ids: tuple[str, ...]) -> Path | None:
    """Return the file in which a text may stand word for word; None where the folder has more, or edits, to keep."""
    workspace = base.workspace()
    try:
        folder = read_folder(workspace.segments_folder)
    except KogortaError:
        return None
    if len(ids) != 1:
        return None
    held = folder.held.get(ids[0])
    if held is None:
        path = folder.path / f"{ids[0]}.yaml"
        return None if path.exists() else path
    is_as_it_stands = mark(held.definition) == mark(workspace.definitions.get(ids[0]))
    return folder.path / held.file if is_as_it_stands and folder.files[held.file] == ids else None


def _into_folder(place: Path | None, source: str) -> KogortaError | None:
    """Bring the folder to what the registry has; what was registered stands whatever becomes of it."""
    try:
        if place is not None:
            write_file(place, source)
        base.workspace().pull()
    except ProblemsError as error:
        return error
    except OSError as error:
        return InputError("the folder of segments cannot be written", got=str(error))
    return None
