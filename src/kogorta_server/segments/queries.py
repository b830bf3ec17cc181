"""Questions about definitions that change nothing; they are put to the base itself, so pages ask them in fragments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache

from kogorta.definitions.catalogue import Catalogue
from kogorta.definitions.document import Definition
from kogorta.definitions.dump import to_yaml
from kogorta.definitions.folder import read_folder, read_text
from kogorta.definitions.names import Words
from kogorta.definitions.parsing.lines import line_of, lines_of
from kogorta.errors import InputError, KogortaError, NotFoundError, ProblemsError
from kogorta.i18n import lazy, nlazy
from kogorta.membership.backtest import Backtest
from kogorta.membership.define import checked
from kogorta.membership.own import names_of
from kogorta.membership.queries import SqlStep
from kogorta.membership.registry import mark
from kogorta.membership.saying import sentences
from kogorta.membership.view import View
from kogorta.metrics import Missing
from kogorta.metrics.campaigns import MessageKpis
from kogorta.metrics.measured import MessagesBy, SegmentKpis
from kogorta.metrics.model import Cohort
from kogorta.metrics.portrait import Portrait
from kogorta.metrics.sources import SourceKpis
from kogorta.metrics.trend import Trend
from kogorta.readings import Reading, Stamp
from kogorta_server import base
from kogorta_server.segments.contracts import Checked, Draft, Effect, Problem, Ready, Users

MOST_TEXT = 100_000
"""Characters of one text: a hundred times the longest definition that somebody wrote."""

SHOWN = 5
"""So many people are named of those who would enter, and of those who would leave."""

_CALLED = "definition"
"""How places begin in a text that is no file."""


def given(text: str) -> str:
    """Return a typed text as the library takes it.

    Raises:
        InputError: It is too long.
    """
    if len(text) > MOST_TEXT:
        raise InputError(
            "this text is too long",
            got=nlazy("{n} character", "{n} characters", len(text)),
            expected=lazy("at most {n} characters", n=MOST_TEXT),
        )
    # a text of one line without a colon would be taken as the name of a file
    return text.replace("\r\n", "\n").rstrip() + "\n"


def check(text: str, reading: Reading | None) -> Checked:
    """Tell what is wrong with a text, else whom it means and about how many they are."""
    workspace = base.workspace()
    try:
        source = given(text)
        sentences = workspace.sentences(source)
        as_of = reading.stamp.as_of.replace(tzinfo=UTC) if reading else None
        return Checked((), sentences, workspace.estimate(source, as_of))
    except KogortaError as error:
        return Checked(problems_of(error, text), {}, None)


def problems_of(error: KogortaError, text: str) -> tuple[Problem, ...]:
    """Return everything that an error tells of a text, each with its line."""
    found = error.problems if isinstance(error, ProblemsError) else (error,)
    lines = lines_of(text, _CALLED) if len(text) <= MOST_TEXT else {}
    told = [Problem(item, _line(lines, item.path or "")) for item in found]
    return tuple(sorted(told, key=lambda item: item.line or 0))


def _line(lines: Mapping[str, int], path: str) -> int | None:
    """Return the line of a place; a text that is no YAML has told its own."""
    unread = re.fullmatch(rf"{_CALLED}:(\d+):\d+", path)
    return int(unread[1]) if unread else line_of(lines, path)


def effect(text: str, reading: Reading) -> Effect:
    """Tell what saving a text would do, as of the numbers that pages show.

    Raises:
        ProblemsError: Something in it is not right.
    """
    workspace, source = base.workspace(), given(text)
    as_of, known = _instant(reading.stamp)
    size = workspace.size(source, as_of, known)
    return Effect(size, workspace.diff(source, as_of, known, members=SHOWN))


def draft(definition_id: str) -> Draft:
    """Return what stands of a definition: as somebody typed it into the folder, else as the registry has it.

    Raises:
        NotFoundError: Nothing of that id stands.
    """
    workspace = base.workspace()
    definitions = workspace.definitions
    if definition_id not in definitions:
        raise NotFoundError(
            "there is no such definition", got=definition_id, expected=", ".join(definitions) or None
        )
    number = workspace.definition_number(definition_id)
    typed = typed_text(definition_id)
    name = names_of(definitions[definition_id]).name
    return Draft(typed or to_yaml(definitions[definition_id]), definition_id, number, name)


def typed_text(definition_id: str) -> str | None:
    """Return the file of the folder that says what stands of a definition, and nothing else; None where there is none."""
    workspace = base.workspace()
    try:
        folder = read_folder(workspace.segments_folder)
    except KogortaError:
        return None
    held = folder.held.get(definition_id)
    if held is None or folder.files[held.file] != (definition_id,):
        return None
    if mark(held.definition) != mark(workspace.definitions.get(definition_id)):
        return None
    return read_text(folder.path / held.file)


def canonical(definition: Definition) -> str:
    """Write a definition as YAML, without the card of what to do: that is shown as a card."""
    return to_yaml(definition.without_playbooks())


def users_of(definition_id: str) -> Users:
    """Return who needs a definition.

    Raises:
        NotFoundError: Nothing of that id stands.
    """
    workspace = base.workspace()
    named_by = workspace.show(definition_id).named_by
    called = workspace.config.today.segments or ()
    return Users(named_by, any(id_.partition(".")[0] == definition_id for id_ in called))


def ready() -> list[Ready]:
    """Return the presets of this kind of business, each with what the base lacks for it."""
    workspace = base.workspace()
    offers = workspace.presets()
    # one view for all: each takes longer to open than a sentence to say
    with workspace.view() as view:
        return [Ready(offer, _sentence(view, offer.definition)) for offer in offers]


def _sentence(view: View, definition: Definition) -> Words | None:
    """Say whom a definition means; None where it cannot be said of this base."""
    try:
        checked(view, [definition])
    except KogortaError:
        return None
    return sentences(view, [definition])[definition.id]


def catalogue() -> Catalogue:
    """Return what definitions may speak of in this base."""
    with base.workspace().view() as view:
        return view.catalogue


# --- what takes long, and stays true of a reading ---------------------------------------------------


@lru_cache(maxsize=64)
def portrait(stamp: Stamp, segment_id: str) -> Portrait:
    """Compare the people of a segment with the base, as of a reading."""
    as_of, known = _instant(stamp)
    return base.workspace().portrait(segment_id, as_of=as_of, known_at=known)


@lru_cache(maxsize=16)
def backtest(stamp: Stamp, segment_id: str) -> Backtest:
    """Return the definition of a segment month by month, looked back from a reading."""
    return base.workspace().backtest(segment_id, *_instant(stamp))


@lru_cache(maxsize=4)
def sql(stamp: Stamp, segment_id: str) -> tuple[SqlStep, ...]:
    """Return the SQL of a segment, step by step, as of a reading."""
    return base.workspace().sql(segment_id, *_instant(stamp))


@lru_cache(maxsize=16)
def kpis(stamp: Stamp, segment_id: str, months: int, *, then: bool) -> SegmentKpis:
    """Measure a segment as of a reading and month by month."""
    as_of, known = _instant(stamp)
    return base.workspace().kpis(segment_id, as_of, known, months=months, then=then)


@lru_cache(maxsize=16)
def cohorts(stamp: Stamp, segment_id: str) -> tuple[Cohort, ...] | Missing:
    """Return cohorts of those who are in a segment, as of a reading."""
    return base.workspace().cohorts(segment_id, *_instant(stamp)).cohorts


@lru_cache(maxsize=16)
def sources(stamp: Stamp, segment_id: str) -> Mapping[str | None, SourceKpis]:
    """Measure those who are in a segment by the source that they came from, as of a reading."""
    return base.workspace().source_kpis(segment_id, *_instant(stamp)).sources


@lru_cache(maxsize=16)
def messages(
    stamp: Stamp, segment_id: str, by: MessagesBy, months: int
) -> Mapping[str | None, MessageKpis] | Missing:
    """Measure messages that went to those who are in a segment, as of a reading."""
    as_of, known = _instant(stamp)
    return base.workspace().campaign_kpis(segment_id, as_of, known, by=by, months=months).groups


@lru_cache(maxsize=16)
def trend(stamp: Stamp, segment_id: str, months: int) -> Trend:
    """Tell how the membership of a segment moved month by month, looked back from a reading."""
    as_of, known = _instant(stamp)
    return base.workspace().trend(segment_id, as_of, known, months=months)


def _instant(stamp: Stamp) -> tuple[datetime, int]:
    """Return the instant and the knowledge that a reading stands on."""
    return stamp.as_of.replace(tzinfo=UTC), stamp.known_seq
