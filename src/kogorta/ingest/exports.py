"""What an import preset says: which files an export has, which tables each of them fills, and from what."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from kogorta.i18n import Lang


class Form(StrEnum):
    """How a file of an export is written."""

    TABLE = "table"
    JSON = "json"
    XML = "xml"


@dataclass(frozen=True)
class Cell:
    """What stands in a column, or at a path of a document.

    Attributes:
        name: The header, or the path.
    """

    name: str


@dataclass(frozen=True)
class Constant:
    """The same text for every row.

    Attributes:
        text: The text.
    """

    text: str


@dataclass(frozen=True)
class ImportInstant:
    """When the import began: for what an export tells without saying since when."""


@dataclass(frozen=True)
class First:
    """The first of several values that is not empty.

    Attributes:
        values: In the order in which they are asked.
    """

    values: tuple[Value, ...]


@dataclass(frozen=True)
class Joined:
    """Several values as one text, the empty ones left out.

    Attributes:
        values: The parts.
        by: What stands between them.
    """

    values: tuple[Value, ...]
    by: str = " "


@dataclass(frozen=True)
class Times:
    """The product of several numbers; nothing if one of them is missing.

    Attributes:
        values: The numbers.
    """

    values: tuple[Value, ...]


@dataclass(frozen=True)
class Changed:
    """A value made into another one; what is set here is done in this order.

    Attributes:
        of: The value.
        take: A regular expression; its first group is taken.
        without: Texts that count as empty.
        total: Whether the sum of all numbers of a path that takes all is wanted.
        hundredths: Whether the number counts hundredths.
        decimals: To how many decimals the number is rounded.
        lower: Whether letters become small.
        then: What stands behind every value that is not empty.
        words: Text → text, compared without regard to case.
        only: Whether texts that `words` does not know count as empty.
        filled: What every value that is not empty becomes.
        tree: The name of the tree whose path at this id is wanted.
    """

    of: Value
    take: str | None = None
    without: tuple[str, ...] = ()
    total: bool = False
    hundredths: bool = False
    decimals: int | None = None
    lower: bool = False
    then: str | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    only: bool = False
    filled: str | None = None
    tree: str | None = None


Value: TypeAlias = Cell | Constant | ImportInstant | First | Joined | Times | Changed


def parts_of(value: Value) -> Iterator[Value]:
    """Yield a value and all values that it is made of."""
    yield value
    if isinstance(value, First | Joined | Times):
        for part in value.values:
            yield from parts_of(part)
    elif isinstance(value, Changed):
        yield from parts_of(value.of)


@dataclass(frozen=True)
class Tree:
    """Groups within groups, such as a catalogue's: each id has a path of names.

    Attributes:
        unit: Where the groups of the top level stand.
        id: Path of a group's id.
        name: Path of its name.
        children: Path of the groups in it; empty for a list without levels.
    """

    unit: str
    id: str
    name: str
    children: str = ""


@dataclass(frozen=True)
class FillDown:
    """Cells that stand on the first row of a group only.

    Attributes:
        by: Headers of what holds a group together; the first one that the file has counts.
        cells: Headers whose first filled cell holds for every row of the group.
    """

    by: tuple[str, ...]
    cells: tuple[str, ...]


@dataclass(frozen=True)
class TablePart:
    """What of a file goes into one table.

    Attributes:
        table: The canonical table.
        fields: Field → value; fields as a mapping of this table names them.
        unit: In documents: where the units stand that are read one after the other.
        record: Within a unit: where the rows stand; empty if the unit is the row.
        needs: Fields without which a row says nothing of this table and is passed over.
        words: Words of the system for values of this table's fields; people's own win.
        rest: Whether columns that nothing asks for are kept here as properties.
        leave: With `rest`: columns, or whole branches of a record, that are worth nothing.
        fill_down: Cells to be repeated.
    """

    table: str
    fields: Mapping[str, Value]
    unit: str = ""
    record: str = ""
    needs: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    rest: bool = False
    leave: tuple[str, ...] = ()
    fill_down: FillDown | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        """Names of all cells that are looked at, each once."""
        return tuple(dict.fromkeys(part.name for part in self._parts if isinstance(part, Cell)))

    @property
    def trees(self) -> set[str]:
        """Names of the trees that are looked at."""
        return {part.tree for part in self._parts if isinstance(part, Changed) and part.tree}

    @property
    def label(self) -> str:
        """Its name for people: of consents also by which channel."""
        channel = self.fields.get("channel")
        return f"{self.table} ({channel.text})" if isinstance(channel, Constant) else self.table

    @property
    def _parts(self) -> Iterator[Value]:
        return (part for value in self.fields.values() for part in parts_of(value))


@dataclass(frozen=True)
class FilePart:
    """One kind of file of an export.

    Attributes:
        id: Its name within the preset.
        form: How it is written.
        reads: What it brings, for people, by language.
        header: Headers, or paths within a unit, that tell it from others; of each group one must be there.
        tables: What it fills.
        trees: By name.
        names: Patterns of file names, one of which must fit where the header alone says too little.
        guessed: Whether no published page was found on what its columns are called.
    """

    id: str
    form: Form
    reads: Mapping[Lang, str]
    header: tuple[tuple[str, ...], ...]
    tables: tuple[TablePart, ...]
    trees: Mapping[str, Tree] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    guessed: bool = False

    @property
    def marks(self) -> str:
        """What tells such a file from others, for people."""
        return ", ".join(" / ".join(names) for names in self.header)


@dataclass(frozen=True)
class ImportPreset:
    """How the export of one system is read.

    Attributes:
        id: What `--preset` takes.
        name: The system, as it calls itself.
        follows: The public pages that the layout was written by.
        files: The kinds of files.
        decimal: The decimal sign of its numbers, where it is fixed.
        date_format: `dmy` or `mdy`, where it is fixed.
    """

    id: str
    name: str
    follows: tuple[str, ...]
    files: tuple[FilePart, ...]
    decimal: str | None = None
    date_format: str | None = None


@dataclass(frozen=True)
class Reading:
    """How one table is read from one file, for `ImportOptions`.

    Attributes:
        preset: Id of the preset.
        file: The kind of file.
        part: What goes into the table, with the columns that people have named themselves.
        instant: When the import began, as ISO 8601 with its offset; it is the same for all tables of one import.
        given: Field → column, what people have named themselves.
        known_as: The name under which that is kept.
    """

    preset: str
    file: FilePart
    part: TablePart
    instant: str = field(compare=False)
    given: Mapping[str, str] = field(default_factory=dict)
    known_as: str = ""

    @property
    def fingerprint(self) -> str:
        """What identifies the way of reading; when it is done does not belong to it."""
        told = repr((self.preset, self.file.form, self.part, sorted(self.file.trees.items())))
        return hashlib.sha256(told.encode("utf-8")).hexdigest()
