"""The API put together: its endpoints, its errors, its description."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI

from kogorta import __version__
from kogorta_server.api import (
    arrow,
    base,
    definitions,
    files,
    health,
    hooks,
    jobs,
    keys,
    log,
    measures,
    people,
    persons,
    presets,
    problems,
    schemes,
    segments,
    settings,
    today,
    understanding,
    users,
)
from kogorta_server.api.door import Rate

ABOUT = """All that the pages can do, for programs.

Show a key: `Authorization: Bearer kgr_…`. Amounts are minor units of the currency of `/base`, instants are UTC. Errors are
[problems](https://www.rfc-editor.org/rfc/rfc9457) in the language of `Accept-Language`, `ru` or `en`. Long lists come page by page: `next` of a page is
the `cursor` of the one after it. Whatever writes takes an `Idempotency-Key`: sent again within a day, the request does nothing twice."""

MODULES = (
    *(base, measures, segments, understanding, definitions, presets, schemes),
    # an id may have slashes in it: what stands behind one is looked for before the id alone
    *(persons, people, today),
    *(files, jobs, hooks, health, settings, users, keys, log),
)
"""Whose endpoints there are, in the order in which addresses are looked up."""

ARROW = ("members", "list_customers", "moved")
"""Operations that answer with Arrow to whoever accepts it."""

CSV = ("refused_rows", "job_file")
"""Operations that answer with a file."""

_BYTES = {"type": "string", "format": "binary"}


class Api(NinjaAPI):
    """The API, whose description says that errors are problems, and what else than JSON is answered."""

    def get_openapi_schema(self, **more: Any) -> Any:
        """Return the description. It is worked out once: anybody may ask for it, and it takes a second."""
        if "described" not in vars(self):
            self.described = _completed(super().get_openapi_schema(**more))
        return self.described


def _completed(schema: Any) -> Any:
    for operations in schema["paths"].values():
        for operation in operations.values():
            good = operation["responses"].get(200, {}).get("content", {})
            if operation["operationId"] in ARROW:
                good[arrow.MEDIA] = {"schema": _BYTES}
            if operation["operationId"] in CSV:
                good.clear()
                good[files.CSV] = {"schema": _BYTES}
            for status, response in operation["responses"].items():
                if int(status) >= 400 and "content" in response:
                    response["content"] = {problems.MEDIA: response["content"].pop("application/json")}
    return schema


def make() -> Api:
    """Make the API."""
    api = Api(
        title="Kogorta",
        version=__version__,
        description=ABOUT,
        throttle=[Rate()],
        docs_url=None,
        openapi_url="openapi.json",
        urls_namespace="api",
    )
    problems.install(api)
    for module in MODULES:
        api.add_router("", module.router)
    return api
