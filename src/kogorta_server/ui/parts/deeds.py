"""Entries of the audit log in words."""

from __future__ import annotations

from collections.abc import Mapping

from kogorta.i18n import Translator
from kogorta.message import Message, lazy
from kogorta.report.words import outcome_name
from kogorta_server.accounts.rights import Right
from kogorta_server.accounts.words import Role
from kogorta_server.ui.ask import Ask
from kogorta_server.ui.parts.roles import right_name, role_name

_OF_ROLES = ("role", "roles", "was")
_SETS = ("changed", "others", "roles", "scopes")
"""Details with several values beside each other; of others a list tells what was and what is."""

_DEEDS: dict[str, Message] = {
    "user.entered": lazy("logged in"),
    "user.code_refused": lazy("typed a wrong code"),
    "user.invited": lazy("invited a user"),
    "user.link_made": lazy("made a link for a password"),
    "user.password_set": lazy("set a password by a link"),
    "user.password_changed": lazy("changed the own password"),
    "user.role_changed": lazy("changed a role"),
    "user.switched_on": lazy("switched a user on"),
    "user.switched_off": lazy("switched a user off"),
    "second_step.on": lazy("switched a second step on"),
    "second_step.off": lazy("switched a second step off"),
    "second_step.required": lazy("said who needs a second step"),
    "key.made": lazy("made an API key"),
    "key.revoked": lazy("took an API key back"),
    "settings.changed": lazy("changed settings"),
    "segment.saved": lazy("saved a definition"),
    "segment.removed": lazy("took a definition away"),
    "segment.added": lazy("added a ready segment"),
    "base.refreshed": lazy("brought all segments up to date"),
    "customer.linked": lazy("said that two ids are one person"),
    "customer.unlinked": lazy("took back that two ids are one person"),
    "customer.split": lazy("took an id out of its person"),
    "customer.unsplit": lazy("took back that an id stands alone"),
    "customer.called": lazy("wrote down a call"),
    "customer.erased": lazy("erased a customer"),
    "customers.exported": lazy("downloaded a list of customers"),
    "webhook.made": lazy("made a webhook"),
    "webhook.removed": lazy("took a webhook away"),
    "job.asked": lazy("started a job"),
    "job.cancelled": lazy("called a job off"),
    "job.retried": lazy("had a job tried again"),
    "schedule.changed": lazy("changed how often a job is made"),
    "upload.received": lazy("sent a file"),
    "upload.brought_in": lazy("brought a file in"),
    "upload.refused_fetched": lazy("downloaded refused rows"),
    "export.asked": lazy("asked for a list of customers"),
    "export.fetched": lazy("downloaded a list of customers"),
    "audit.exported": lazy("downloaded the audit log"),
}


def deed(ask: Ask, action: str) -> str:
    """Say what was done; what has no words yet is called by its name."""
    found = _DEEDS.get(action)
    return ask.t.say(found) if found else action


def details(ask: Ask, found: Mapping[str, object]) -> str:
    """Say what else was written down; settings are called by their own names."""
    words = detail_words(ask.t)
    said = ((words.get(name, name), _said(ask, name, value)) for name, value in found.items() if value)
    return ", ".join(f"{name}: {value}" for name, value in said)


def detail_words(t: Translator) -> dict[str, str]:
    """Return what details are called, by their names."""
    return {
        "bytes": t.pgettext("detail", "size in bytes"),
        "changed": t.pgettext("detail", "definitions"),
        "day": t.pgettext("detail", "day"),
        "every_seconds": t.pgettext("detail", "every so many seconds"),
        "filter": t.pgettext("detail", "filter"),
        "form": t.pgettext("detail", "table"),
        "ids": t.pgettext("detail", "ids"),
        "job": t.pgettext("detail", "job"),
        "kind": t.pgettext("detail", "what"),
        "orders": t.pgettext("detail", "orders"),
        "others": t.pgettext("detail", "other ids"),
        "outcome": t.pgettext("detail", "outcome"),
        "people": t.pgettext("detail", "people"),
        "preset": t.pgettext("detail", "ready segment"),
        "role": t.pgettext("detail", "role"),
        "roles": t.pgettext("detail", "roles"),
        "scopes": t.pgettext("detail", "rights"),
        "waivers": t.pgettext("detail", "waivers"),
        "was": t.pgettext("detail", "role before"),
        "who": t.pgettext("detail", "who"),
    }


def _said(ask: Ask, name: str, value: object) -> str:
    if isinstance(value, list):
        between = " → " if name not in _SETS else ", "
        return between.join(_said(ask, name, item) for item in value)
    text = str(value)
    if name in _OF_ROLES and text in set(Role):
        return role_name(ask, Role(text))
    if name == "scopes" and text in set(Right):
        return right_name(ask, Right(text))
    if name == "outcome":
        return outcome_name(ask.t, text)
    if name == "kind":
        return deed(ask, text)
    return text or "—"
