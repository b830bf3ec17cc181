"""What pages show: the base as of its last refresh, copied into a file that is read while the store is written."""

from __future__ import annotations

from kogorta.readings.figures import Figures
from kogorta.readings.meaning import Meaning
from kogorta.readings.movements import Move, Movements, Run
from kogorta.readings.people import COLUMNS, PeopleQuery, Person
from kogorta.readings.reading import Change, Listed, Moved, Reading, Size, Stamp
from kogorta.readings.take import newest, take
from kogorta.readings.totals import Covered, Shared, Total

__all__ = [
    "COLUMNS",
    "Change",
    "Covered",
    "Figures",
    "Listed",
    "Meaning",
    "Move",
    "Moved",
    "Movements",
    "PeopleQuery",
    "Person",
    "Reading",
    "Run",
    "Shared",
    "Size",
    "Stamp",
    "Total",
    "newest",
    "take",
]
