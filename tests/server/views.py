"""Where the pages of numbers stand."""

from __future__ import annotations

from django.test import Client

PLACES = (
    "/",
    "/schemes/",
    "/schemes/lifecycle/",
    "/movements/",
    "/cohorts/",
    "/cohorts/?by=revenue",
    "/cohorts/months/",
    "/cohorts/sources/",
    "/cohorts/messages/",
    "/overlap/",
    "/components/",
)


def speak_russian(client: Client) -> None:
    """Turn the pages of a client to Russian."""
    client.post("/language/", {"language": "ru", "next": "/"})
