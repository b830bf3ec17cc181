"""Addresses for machines that watch the service."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from kogorta_server import base
from kogorta_server.accounts import keys
from kogorta_server.accounts.addresses import is_local
from kogorta_server.accounts.rights import Right
from kogorta_server.jobs import worker
from kogorta_server.operation.metrics import exposition

_log = logging.getLogger("kogorta.health")


@require_safe
def live(_request: HttpRequest) -> HttpResponse:
    """Say that the process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    """Say whether pages can be answered: 200, or 503 with what is wrong."""
    found = {name: _is_well(name, check) for name, check in CHECKS.items()}
    is_well = all(found.values())
    body = {
        "status": "ok" if is_well else "failed",
        "checks": {name: "ok" if well else "failed" for name, well in found.items()},
    }
    return JsonResponse(body, status=HTTPStatus.OK if is_well else HTTPStatus.SERVICE_UNAVAILABLE)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Give numbers to Prometheus: to this machine, and to who shows a key."""
    if not is_local(request) and not _shows_key(request):
        response = HttpResponse(status=HTTPStatus.UNAUTHORIZED)
        response["WWW-Authenticate"] = "Bearer"
        return response
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)


PROBES: list[URLPattern] = [
    path("health/live", live, name="health_live"),
    path("health/ready", ready, name="health_ready"),
    path("metrics", metrics, name="metrics"),
]


def _state() -> bool:
    """Look whether the state database answers, and has the tables that this version needs."""
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _store() -> bool:
    return base.workspace().warehouse.schema_version > 0


def _pages() -> bool:
    """Look whether the reading opens; before the first refresh there is none, and that is well."""
    reading = base.reading()
    return reading is None or reading.stamp.run_id > 0


CHECKS: dict[str, Callable[[], bool]] = {
    "state": _state,
    "store": _store,
    "reading": _pages,
    "jobs": worker.is_well,
}


def _is_well(name: str, check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:  # noqa: BLE001  whatever it is, the answer must say that this is not well
        _log.exception("not ready: %s", name)
        return False


def _shows_key(request: HttpRequest) -> bool:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    key = keys.find(secret.strip()) if kind.lower() == "bearer" else None
    return key is not None and key.may(Right.SEE)
