"""The app of the API."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The HTTP API."""

    name = "kogorta_server.api"
    label = "api"
