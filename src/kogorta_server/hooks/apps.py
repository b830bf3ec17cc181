"""The app of webhooks."""

from __future__ import annotations

from django.apps import AppConfig


class HooksConfig(AppConfig):
    """Webhooks."""

    name = "kogorta_server.hooks"
    label = "hooks"
