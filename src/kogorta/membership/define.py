"""Adding definitions to the registry: checked against everything that stands, each change a version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from kogorta.compile.segments import in_order
from kogorta.definitions.catalogue import Catalogue
from kogorta.definitions.check import require
from kogorta.definitions.document import Definition
from kogorta.definitions.recorded import is_recorded_id
from kogorta.errors import HistoryError, NotFoundError
from kogorta.membership.own import uses
from kogorta.membership.versions import Version, current_versions, last_versions, save_version
from kogorta.membership.view import View, window_of
from kogorta.warehouse.store import Warehouse


def checked(view: View, new: Iterable[Definition], without: Iterable[str] = ()) -> dict[str, Definition]:
    """Return everything that would stand with new definitions, each behind those that it names.

    Args:
        view: The base.
        new: Definitions to add, or to put in the place of those of the same id.
        without: Ids of definitions to take away.

    Raises:
        ProblemsError: Something in them is wrong, or would no longer be right; all of it is listed.
    """
    standing = {id_: item for id_, item in view.own.items() if id_ not in set(without)}
    merged = {**standing, **{item.id: item for item in new}}
    require(merged, speakable(view), max_conditions=view.config.segments.max_conditions)
    return {item.id: item for item in in_order(merged)}


def speakable(view: View) -> Catalogue:
    """Return what definitions may speak of beside each other."""
    own = {
        item.segment_id(segment)
        for item in view.schemes.values()
        if item.family == "own"
        for segment in item.segments
    }
    return replace(view.catalogue, segments=view.catalogue.segments - own)


def define(
    view: View,
    new: Iterable[Definition],
    now: datetime,
    author: str | None = None,
    without: Iterable[str] = (),
    *,
    seen: Mapping[str, int] | None = None,
) -> list[Version]:
    """Register new versions of definitions, and take definitions away, in one transaction.

    What names a changed definition gets a new version too: its meaning changed with it. What refreshes must record for
    `held_for` is registered, or taken away, with it.

    Args:
        view: The base.
        new: Definitions to add, or to put in the place of those of the same id.
        now: When this happens; UTC.
        author: Who does it.
        without: Ids of definitions to take away.
        seen: The last version of everything registered that the caller went by; by default what stands now.

    Returns:
        The versions that were written; none where nothing changed.

    Raises:
        ProblemsError: Something is wrong; nothing is written.
        NotFoundError: What should be taken away is not there.
        HistoryError: Somebody else wrote versions meanwhile; nothing is written.
    """
    went_by = registered_numbers(view.warehouse) if seen is None else seen
    gone = list(without)
    for id_ in gone:
        if id_ not in view.own:
            raise NotFoundError("there is no such definition", got=id_, expected=", ".join(view.own))
    standing = checked(view, new, gone)
    versions = current_versions(view, window_of(view.config), standing)
    written = [replace(versions[id_], author=author) for id_ in standing if versions[id_].is_new]
    written += _removals(view, gone, author)
    everything = written + _recorded(view, versions)
    if everything:
        view.warehouse.write_books(lambda connection: _save(connection, everything, now, went_by))
    return written


def _removals(view: View, gone: Iterable[str], author: str | None) -> list[Version]:
    last = last_versions(view.warehouse)
    return [Version(id_, last[id_][0] + 1, "", True, "{}", author, is_removed=True) for id_ in gone]


def _recorded(view: View, versions: Mapping[str, Version]) -> list[Version]:
    """Return new versions of the conditions that refreshes record, and the removal of those that nothing needs more."""
    standing = [
        id_
        for id_, (_, _, is_removed) in last_versions(view.warehouse).items()
        if is_recorded_id(id_) and not is_removed
    ]
    new = [version for id_, version in versions.items() if is_recorded_id(id_) and version.is_new]
    return new + _removals(view, [id_ for id_ in standing if id_ not in versions], None)


_LAST = "SELECT definition, max(version) FROM definition_versions GROUP BY definition"


def registered_numbers(warehouse: Warehouse) -> dict[str, int]:
    """Return the number of the last version of everything registered, as it stands now."""
    return last_numbers(warehouse.rows(_LAST))


def last_numbers(rows: Iterable[tuple[Any, ...]]) -> dict[str, int]:
    """Return the number of the last version of everything registered."""
    return {str(name): int(number) for name, number in rows}


def _save(connection: Any, versions: Iterable[Version], now: datetime, seen: Mapping[str, int]) -> None:
    if last_numbers(connection.execute(_LAST).fetchall()) != seen:
        raise HistoryError(
            "somebody else registered definitions at this very moment; nothing was written",
            hint="do it again",
        )
    for version in versions:
        save_version(connection, version, now)


def dependents(definitions: Mapping[str, Definition], id_: str) -> list[str]:
    """Return the ids of the definitions that name one, directly or not."""
    found: list[str] = []
    waiting = [id_]
    while waiting:
        named = waiting.pop()
        for item in definitions.values():
            if named in uses(item) and item.id not in found:
                found.append(item.id)
                waiting.append(item.id)
    return sorted(found)
