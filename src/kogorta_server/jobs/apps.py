"""The app of jobs."""

from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Long work."""

    name = "kogorta_server.jobs"
    label = "jobs"
