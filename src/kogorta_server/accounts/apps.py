"""The app of people."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People of the company."""

    name = "kogorta_server.accounts"
    label = "accounts"
