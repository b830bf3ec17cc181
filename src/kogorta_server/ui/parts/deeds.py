"""Entries of the audit log in words."""

from __future__ import annotations

from kogorta.message import Message, lazy
from kogorta_server.ui.ask import Ask

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
