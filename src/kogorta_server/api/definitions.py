"""Definitions as texts: read, checked, tried, their versions; what they may speak of."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.params import Path
from pydantic import Field

from kogorta.definitions.catalogue import Kind
from kogorta.vocab import Freshness, VersionChange
from kogorta_server import base
from kogorta_server.accounts.rights import Right
from kogorta_server.api.base import ERRORS, MISSING, UNREADABLE, Words, at, aware, current, words
from kogorta_server.api.door import ByKey
from kogorta_server.api.problems import Problem, speaker, wrong
from kogorta_server.api.segments import DefinitionIn, SegmentSize
from kogorta_server.segments import queries

router = Router(tags=["definitions"])
ANSWERS = {**ERRORS, **MISSING}

DefinitionId = Annotated[
    str, Path(max_length=200, description="Of a scheme or a free segment, without the segment within it.")
]


class Listed(Schema):
    """A definition that people wrote."""

    id: str
    name: Words
    is_scheme: bool
    version: int


class Definition(Schema):
    """A definition as text."""

    id: str
    version: int = Field(
        description="To be handed in as `based_on` with the changed text, so that nobody's work is lost."
    )
    text: str = Field(description="YAML, as somebody typed it, else in its canonical spelling.")
    canonical: str
    sentence: Words = Field(description="Whom it means.")
    named_by: list[str] = Field(
        description="Definitions that name it; while there are any it cannot be taken away."
    )


class Version(Schema):
    """A version of a definition."""

    number: int
    at: datetime
    author: str | None
    changes: list[VersionChange]
    added: int = Field(description="Lines that are new.")
    gone: int


class Difference(Schema):
    """How two versions differ: lines of a unified diff of the canonical YAML."""

    lines: list[str]


class Mistake(Problem):
    """Something that is wrong with a text."""

    line: int | None = Field(default=None, description="From 1; null where it has none.")


class Checked(Schema):
    """What a look at a text found; nothing is saved."""

    problems: list[Mistake]
    sentences: dict[str, Words] = Field(
        description="Whom each definition means; none where something is wrong."
    )
    segments: list[SegmentSize] = Field(description="About how many; none where something is wrong.")


class Move(Schema):
    """What would happen to one segment."""

    id: str
    name: Words
    kind: str = Field(description="What would happen to its definition.")
    was: int
    now: int
    entered: int
    left: int


class Plan(Schema):
    """What saving a text would do, exactly; nothing is saved."""

    as_of: datetime
    customers: int = Field(description="In any of its segments, each counted once.")
    segments: list[Move] = Field(description="Of the text, and of what names it.")
    unrecorded: int = Field(
        description="Conditions with `held_for` that are true of nobody yet, since no refresh recorded them."
    )


class TraitWord(Schema):
    """A trait that definitions may ask for."""

    name: str
    kind: Kind
    values: list[str] = Field(description="Where the words are fixed.")
    is_known: bool = Field(description="Whether the base has the tables that it takes.")


class Vocabulary(Schema):
    """What definitions may speak of in this base."""

    traits: list[TraitWord]
    facts: dict[str, list[str]] = Field(description="What can be counted, with its columns.")
    events: dict[str, list[str]]
    segments: list[str]


class Position(Schema):
    """How fresh a scheme or a free segment is."""

    id: str
    freshness: Freshness
    as_of: datetime | None
    due_at: datetime | None
    cadence_seconds: int | None = Field(description="Null for with every refresh.")
    imports_since: int


class Status(Schema):
    """How fresh everything is."""

    at: datetime
    is_good: bool = Field(description="Nothing failed, and nothing is late by more than a whole cadence.")
    failure: str | None = Field(description="Why the last refresh did not come to its end.")
    positions: list[Position]


@router.get(
    "definitions",
    response={200: list[Listed], **ERRORS},
    operation_id="list_definitions",
    auth=ByKey(Right.SEE),
)
def every(request: HttpRequest) -> list[Listed]:
    """List the definitions that people wrote, also those that no refresh has counted yet."""
    workspace = base.workspace()
    names = workspace.names
    return [
        Listed(
            id=id_,
            name=words(names[id_].name),
            is_scheme=item.is_scheme,
            version=workspace.definition_number(id_),
        )
        for id_, item in workspace.definitions.items()
    ]


@router.get(
    "definitions/{definition_id}",
    response={200: Definition, **ANSWERS},
    operation_id="definition",
    auth=ByKey(Right.SEE),
)
def one(request: HttpRequest, definition_id: DefinitionId) -> Definition:
    """Show a definition as text, to be changed and saved with `based_on`."""
    draft = queries.draft(definition_id)
    workspace = base.workspace()
    sentences = workspace.sentences(queries.given(draft.text))
    return Definition(
        id=definition_id,
        version=draft.number,
        text=draft.text,
        canonical=queries.canonical(workspace.definitions[definition_id]),
        sentence=words(sentences[definition_id]),
        named_by=list(queries.users_of(definition_id).definitions),
    )


@router.get(
    "definitions/{definition_id}/versions",
    response={200: list[Version], **ANSWERS},
    operation_id="definition_versions",
    auth=ByKey(Right.SEE),
)
def versions(request: HttpRequest, definition_id: DefinitionId) -> list[Version]:
    """List every version of a definition or a ready scheme, the oldest first."""
    return [
        Version(
            number=item.number,
            at=aware(item.at),
            author=item.author,
            changes=list(item.changes),
            added=item.added,
            gone=item.gone,
        )
        for item in base.workspace().versions(definition_id)
    ]


Number = Annotated[int | None, Query(None, ge=1, le=2**31)]


@router.get(
    "definitions/{definition_id}/difference",
    response={200: Difference, **ANSWERS},
    operation_id="definition_difference",
    auth=ByKey(Right.SEE),
)
def difference(
    request: HttpRequest, definition_id: DefinitionId, before: Number, after: Number
) -> Difference:
    """Show how two versions differ; by default the last one from the one before it."""
    return Difference(lines=base.workspace().version_difference(definition_id, before, after))


@router.post("check", response={200: Checked, **ERRORS}, operation_id="check", auth=ByKey(Right.SEE))
def check(request: HttpRequest, body: DefinitionIn) -> Checked:
    """Tell all that is wrong with a text, each with its line; else whom it means and about how many they are."""
    found = queries.check(body.definition, base.reading())
    t = speaker(request)
    about = found.estimate
    return Checked(
        problems=[Mistake(**wrong(item.error, t).model_dump(), line=item.line) for item in found.problems],
        sentences={id_: words(said) for id_, said in found.sentences.items()},
        segments=[
            SegmentSize(
                id=item.id, customers=item.people, of=about.customers, at_least=item.low, at_most=item.high
            )
            for item in about.segments
        ]
        if about
        else [],
    )


@router.post("plan", response={200: Plan, **ERRORS, **UNREADABLE}, operation_id="plan", auth=ByKey(Right.SEE))
def plan(request: HttpRequest, body: DefinitionIn) -> Plan:
    """Count exactly whom a text takes, and who would enter and leave if it were saved."""
    found = queries.effect(body.definition, current())
    return Plan(
        as_of=aware(found.size.as_of),
        customers=found.size.people,
        segments=[
            Move(
                id=item.id,
                name=words(found.diff.names[item.id]),
                kind=item.kind,
                was=item.was,
                now=item.now,
                entered=item.entered,
                left=item.left,
            )
            for item in found.diff.segments
        ],
        unrecorded=len(found.size.unrecorded),
    )


@router.get(
    "vocabulary", response={200: Vocabulary, **ERRORS}, operation_id="vocabulary", auth=ByKey(Right.SEE)
)
def vocabulary(request: HttpRequest) -> Vocabulary:
    """List what definitions may speak of in this base: traits, facts, events, segments."""
    known = queries.catalogue()
    return Vocabulary(
        traits=[
            TraitWord(
                name=name,
                kind=info.kind,
                values=list(info.values),
                is_known=not info.tables or any(table in known.present for table in info.tables),
            )
            for name, info in sorted(known.traits.items())
        ],
        facts={name: list(info.columns) for name, info in sorted(known.facts.items())},
        events={name: list(found) for name, found in sorted(known.events.items())},
        segments=sorted(known.segments),
    )


@router.get("status", response={200: Status, **ERRORS}, operation_id="status", auth=ByKey(Right.SEE))
def status(request: HttpRequest) -> Status:
    """Tell how fresh each scheme and segment is, and why the last refresh failed if it did."""
    found = base.workspace().status()
    return Status(
        at=aware(found.at),
        is_good=found.is_good,
        failure=found.failure.reason[speaker(request).lang] if found.failure else None,
        positions=[
            Position(
                id=item.id,
                freshness=item.freshness,
                as_of=at(item.as_of),
                due_at=at(item.due_at),
                cadence_seconds=int(item.cadence.delta.total_seconds()) if item.cadence else None,
                imports_since=item.imports_since,
            )
            for item in found.positions
        ],
    )
