"""The folder `segments/`: what its YAML files define, with every problem of all of them found at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kogorta.definitions.document import Definition
from kogorta.definitions.parsing import Draft, DraftsError, Problems, read_draft
from kogorta.definitions.parsing.reader import below, load_yaml
from kogorta.errors import DefinitionError, InputError, KogortaError, ProblemsError
from kogorta.i18n import lazy, nlazy

ENDINGS = (".yaml", ".yml")


@dataclass(frozen=True)
class Held:
    """A definition as a file of the folder has it.

    Attributes:
        definition: What the file defines.
        file: Its name.
        place: How places in it begin: `coffee.yaml`, of one of several documents `coffee.yaml[1]`.
    """

    definition: Definition
    file: str
    place: str


@dataclass(frozen=True)
class Folder:
    """The files of a folder, subfolders left out.

    Attributes:
        path: Where it is; it need not be there.
        held: Its definitions by id.
        files: The ids that each file defines, in its order; files that define nothing among them.
    """

    path: Path
    held: Mapping[str, Held]
    files: Mapping[str, tuple[str, ...]]


def yaml_files(folder: Path) -> list[Path]:
    """Return the YAML files of a folder by name, hidden ones and subfolders left out."""
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix in ENDINGS and not path.name.startswith(".") and path.is_file()
    )


def read_text(path: Path) -> str:
    """Return the text of a file.

    Raises:
        InputError: It cannot be read, or is no text in UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("the file cannot be read", got=str(error), path=path.name) from None


def read_folder(path: Path) -> Folder:
    """Read every YAML file of a folder.

    A file may hold several definitions, divided by `---`; one that holds comments only defines nothing.

    Raises:
        DraftsError: Files are no YAML, say what cannot be, or define one id twice; all of it is listed.
    """
    problems = Problems()
    held: dict[str, Held] = {}
    files: dict[str, tuple[str, ...]] = {}
    drafts: list[Draft] = []
    for file in yaml_files(path):
        found = _read_file(file, problems, drafts)
        files[file.name] = tuple(item.definition.id for item in found)
        for item in found:
            first = held.setdefault(item.definition.id, item)
            if first is not item:
                problems.add(
                    item.place,
                    "two definitions have one id",
                    got=item.definition.id,
                    hint=lazy("it is defined in {place} already", place=first.place),
                )
    if problems.found:
        raise DraftsError(several(problems.found).message, problems.found, drafts)
    return Folder(path, held, files)


def _read_file(file: Path, problems: Problems, drafts: list[Draft]) -> list[Held]:
    """Return what a file defines; what could be read of it, right or not, is added to the drafts."""
    try:
        documents = load_yaml(read_text(file), file.name)
    except (DefinitionError, InputError) as error:
        problems.found.append(error)
        return []
    held = []
    for number, document in enumerate(documents):
        place = below(file.name, number) if len(documents) > 1 else file.name
        before = len(problems.found)
        draft = read_draft(document, place, problems)
        if draft:
            drafts.append(draft)
        if draft and len(problems.found) == before:
            held.append(Held(draft.definition, file.name, place))
    return held


def several(problems: list[KogortaError]) -> ProblemsError:
    """Return everything that is wrong with the files of a folder as one error."""
    return ProblemsError(
        nlazy(
            "{n} thing in the files is not right:", "{n} things in the files are not right:", len(problems)
        ),
        problems,
    )
