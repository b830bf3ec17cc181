"""What pages show: the base as of its last refresh, copied into a file that is read while the store is written."""

from __future__ import annotations

from kogorta.readings.meaning import Meaning
from kogorta.readings.people import COLUMNS, PeopleQuery, Person
from kogorta.readings.reading import Change, Listed, Reading, Size, Stamp
from kogorta.readings.take import newest, take

__all__ = [
    "COLUMNS",
    "Change",
    "Listed",
    "Meaning",
    "PeopleQuery",
    "Person",
    "Reading",
    "Size",
    "Stamp",
    "newest",
    "take",
]
