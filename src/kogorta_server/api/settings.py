"""Settings of the workspace: shown, tried, changed."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.params import Path
from pydantic import Field

from kogorta.errors import InputError
from kogorta.i18n import Translator
from kogorta.today import TaskSort
from kogorta_server import base
from kogorta_server.accounts.rights import Right
from kogorta_server.api.base import CONFLICT, ERRORS, MISSING
from kogorta_server.api.door import ByKey
from kogorta_server.api.problems import speaker
from kogorta_server.jobs import keeping
from kogorta_server.tuning.preview import preview
from kogorta_server.tuning.sections import SECTIONS, Section, Setting, section_of
from kogorta_server.tuning.values import Changes, changes, texts

router = Router(tags=["settings"])
ANSWERS = {**ERRORS, **MISSING, **CONFLICT}

SectionId = Annotated[str, Path(max_length=60, description="Such as rfm or today.")]
Text = Annotated[str, Field(max_length=200)]


class SettingOut(Schema):
    """A setting."""

    key: str
    label: str = Field(description="In the language of Accept-Language.")
    hint: str | None
    kind: str = Field(description="How it is written: text, number, or numbers with commas between.")
    value: str = Field(description="As it is typed; empty where nothing is set.")
    choices: dict[str, str] = Field(description="What may be chosen; none where anything may be written.")


class SectionOut(Schema):
    """A section of the settings."""

    id: str
    title: str
    about: str
    settings: list[SettingOut]


class SettingsIn(Schema):
    """Changed values as they are typed; an empty one takes the setting out, one that is not named stays."""

    values: dict[str, Text] = Field(max_length=50)


class SchemeEffect(Schema):
    """What would become of a scheme."""

    scheme: str
    moved: int = Field(description="How many would stand elsewhere.")
    before: dict[str, int]
    after: dict[str, int]


class TasksEffect(Schema):
    """What would become of today's list."""

    sort: TaskSort
    before: int
    after: int


class EffectOut(Schema):
    """What changed settings would do; nothing is written."""

    changed: list[str] = Field(description="Keys that would have another value.")
    schemes: list[SchemeEffect] = Field(description="Those in which anybody would move.")
    tasks: list[TasksEffect]
    complaints_before: int | None = Field(
        description="Of the doctor; null where the settings do not touch it."
    )
    complaints_after: int | None


@router.get(
    "settings",
    response={200: list[SectionOut], **ERRORS},
    operation_id="list_settings",
    auth=ByKey(Right.SEE),
)
def every(request: HttpRequest) -> list[SectionOut]:
    """List all settings that can be changed here, with what they are."""
    t = speaker(request)
    return [_section(t, section) for section in SECTIONS.values()]


@router.post(
    "settings/{section_id}/preview",
    response={200: EffectOut, **ANSWERS},
    operation_id="preview_settings",
    auth=ByKey(Right.SETTINGS),
)
def effect(request: HttpRequest, section_id: SectionId, body: SettingsIn) -> EffectOut:
    """Work out what changed settings would do; nothing is written. It looks at everybody, which takes seconds."""
    section = section_of(section_id)
    wanted = _wanted(section, body)
    if not wanted:
        return EffectOut(changed=[], schemes=[], tasks=[], complaints_before=None, complaints_after=None)
    seen = preview(wanted)
    before, after = seen.complaints or (None, None)
    return EffectOut(
        changed=list(wanted[section.id]),
        schemes=[
            SchemeEffect(
                scheme=item.scheme.id, moved=item.moved, before=dict(item.before), after=dict(item.after)
            )
            for item in seen.effects
        ],
        tasks=[TasksEffect(sort=sort, before=now, after=then) for sort, now, then in seen.tasks],
        complaints_before=before,
        complaints_after=after,
    )


@router.patch(
    "settings/{section_id}",
    response={200: SectionOut, **ANSWERS},
    operation_id="change_settings",
    auth=ByKey(Right.SETTINGS),
)
def change(request: HttpRequest, section_id: SectionId, body: SettingsIn) -> SectionOut:
    """Change settings of a section. Where they decide who is in which segment, a refresh begins."""
    section = section_of(section_id)
    wanted = _wanted(section, body)
    if wanted:
        keeping.keep(request, section, wanted)
    return _section(speaker(request), section)


def _wanted(section: Section, body: SettingsIn) -> Changes:
    known = [setting.key for setting in section.settings]
    unknown = [key for key in body.values if key not in known]
    if unknown:
        raise InputError("there is no such setting", got=", ".join(unknown), expected=", ".join(known))
    config = base.workspace().config
    return changes(config, section, {**texts(config, section), **body.values})


def _section(t: Translator, section: Section) -> SectionOut:
    present = texts(base.workspace().config, section)
    return SectionOut(
        id=section.id,
        title=t.say(section.title),
        about=t.say(section.about),
        settings=[_setting(t, item, present[item.key]) for item in section.settings],
    )


def _setting(t: Translator, item: Setting, value: str) -> SettingOut:
    return SettingOut(
        key=item.key,
        label=t.say(item.label),
        hint=t.say(item.hint) if item.hint else None,
        kind=item.kind.value,
        value=value,
        choices={name: t.say(meaning) for name, meaning in item.choices.items()},
    )
