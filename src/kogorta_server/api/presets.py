"""Ready segments and schemes: what each is for, what it needs of the base; adding one."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema, Status
from ninja.params import Path
from pydantic import Field

from kogorta_server.accounts.audit import record
from kogorta_server.accounts.rights import Right
from kogorta_server.api.base import CONFLICT, ERRORS, MISSING, Words, words
from kogorta_server.api.door import ByKey, key_of
from kogorta_server.api.repeating import idempotent
from kogorta_server.segments import queries, services
from kogorta_server.segments.contracts import Ready

router = Router(tags=["presets"])

Value = str | int | list[str]


class Parameter(Schema):
    """What a preset leaves open."""

    id: str
    name: Words
    value: Value = Field(description="What would stand there: usual in this base, else the default.")
    is_asked: bool = Field(description="Whether somebody must set it: the value is an example.")


class Preset(Schema):
    """A ready segment or scheme, as it would be added here."""

    id: str
    note: Words
    sentence: Words | None = Field(description="Whom it means; null where that cannot be said of this base.")
    is_scheme: bool
    is_added: bool
    parameters: list[Parameter]
    lacks_tables: list[str] = Field(
        description="What the base has not, so that the preset is not possible here."
    )
    lacks_events: list[str]


class PresetIn(Schema):
    """Values of its parameters; of a list, with commas between."""

    values: dict[str, str] = Field(default_factory=dict, max_length=50)


class Added(Schema):
    """What was added; none where it stood already."""

    ids: list[str]


@router.get(
    "presets", response={200: list[Preset], **ERRORS}, operation_id="list_presets", auth=ByKey(Right.SEE)
)
def every(request: HttpRequest) -> list[Preset]:
    """List the ready segments and schemes of this kind of business, with what the base lacks for each."""
    return [_preset(item) for item in queries.ready()]


@router.post(
    "presets/{preset_id}",
    response={201: Added, **ERRORS, **MISSING, **CONFLICT},
    operation_id="add_preset",
    auth=ByKey(Right.SEGMENTS),
)
@idempotent
def add(
    request: HttpRequest, preset_id: Annotated[str, Path(max_length=200)], body: PresetIn
) -> Status[Added]:
    """Add a ready segment or scheme. A refresh begins, which tells whom it takes."""
    added = services.add_preset(preset_id, body.values, key_of(request).name)
    for item in added.written:
        record(request, "segment.added", item.id, preset=preset_id)
    return Status(HTTPStatus.CREATED, Added(ids=[item.id for item in added.written]))


def _preset(item: Ready) -> Preset:
    offer = item.offer
    return Preset(
        id=offer.preset.id,
        note=words(offer.preset.note),
        sentence=words(item.sentence) if item.sentence else None,
        is_scheme=offer.preset.is_scheme,
        is_added=offer.is_added,
        parameters=[
            Parameter(
                id=found.id,
                name=words(found.name),
                value=offer.values[found.id],
                is_asked=found.id in offer.lacks.parameters,
            )
            for found in offer.preset.parameters
        ],
        lacks_tables=list(offer.lacks.tables),
        lacks_events=list(offer.lacks.events),
    )
