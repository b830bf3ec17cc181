"""Write a list of people into a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

from pydantic import TypeAdapter

from kogorta.errors import ConfigError
from kogorta.i18n import Lang, lazy
from kogorta.readings import PeopleQuery, Reading
from kogorta_server import base, clock
from kogorta_server.accounts import keys
from kogorta_server.accounts.rights import Right
from kogorta_server.customers.files import csv_parts
from kogorta_server.jobs import files
from kogorta_server.jobs.handlers.handler import Handler
from kogorta_server.jobs.words import JobKind
from kogorta_server.jobs.work import Work

KEPT = timedelta(days=1)
"""So long the file of an export can be fetched."""

QUERY = TypeAdapter(PeopleQuery)


class Exporting(Handler):
    """Takes `query`, a `PeopleQuery` as JSON, `lang`, and the `key` of a program that asked. Whoever may not see contacts gets them masked."""

    kind: ClassVar[JobKind] = JobKind.EXPORT

    def run(self, work: Work) -> Mapping[str, Any]:
        """Write the file; a second attempt writes it anew."""
        reading = base.reading()
        if reading is None:
            raise ConfigError("there is no list before the first refresh", hint="refresh, and ask again")
        is_whole = _may_see_contacts(work)
        query = replace(QUERY.validate_python(work.payload["query"]), is_blind=not is_whole)
        path = files.export_path(work.claim.id)
        while True:
            hidden = reading.hidden
            _write(work, reading, query, path, whole=is_whole)
            if reading.hidden is hidden:
                break
            # somebody was erased meanwhile, and may stand in it
            path.unlink(missing_ok=True)
        return {
            "people": reading.count(query),
            "as_of": reading.stamp.as_of.isoformat(),
            "has_contacts": is_whole,
            "until": (clock.now() + KEPT).isoformat(),
        }


def _may_see_contacts(work: Work) -> bool:
    if work.asked_by is not None:
        return work.asked_by.may(Right.CONTACTS)
    key = keys.one(work.payload["key"]) if "key" in work.payload else None
    return key is not None and key.opens_at(clock.now()) and key.may(Right.CONTACTS)


def _write(work: Work, reading: Reading, query: PeopleQuery, path: Path, *, whole: bool) -> None:
    """Write the file; it is there whole or not at all."""
    people = reading.count(query)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    lang: Lang = "ru" if work.payload.get("lang") == "ru" else "en"
    written = 0
    with part.open("wb") as file:
        for some in csv_parts(reading, query, base.workspace().config, whole=whole, lang=lang):
            file.write(some)
            written = min(written + some.count(b"\r\n"), people)
            if people:
                work.tell(lazy("{done} of {all} people", done=written, all=people), written / people)
    work.check()
    part.replace(path)
