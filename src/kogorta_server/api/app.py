"""The API put together: its endpoints, its errors, its description."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI

from kogorta import __version__
from kogorta_server.api import base, hooks, jobs, people, problems, segments
from kogorta_server.api.door import Rate

ABOUT = """All that the pages can do, for programs.

Show a key: `Authorization: Bearer kgr_…`. Amounts are minor units of the currency of `/base`, instants are UTC. Errors are
[problems](https://www.rfc-editor.org/rfc/rfc9457) in the language of `Accept-Language`, `ru` or `en`. Long lists come page by page: `next` of a page is
the `cursor` of the one after it. Whatever writes takes an `Idempotency-Key`: sent again within a day, the request does nothing twice."""


class Api(NinjaAPI):
    """The API, whose description says that errors are problems."""

    def get_openapi_schema(self, **more: Any) -> Any:
        """Return the description."""
        schema = super().get_openapi_schema(**more)
        for operations in schema["paths"].values():
            for operation in operations.values():
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
    for module in (base, segments, people, jobs, hooks):
        api.add_router("", module.router)
    return api
