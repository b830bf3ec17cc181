"""A served workspace, asked over its HTTP API: for programs that run elsewhere."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import Request, urlopen
from uuid import uuid4

from kogorta.errors import ConfigError, ServiceError

_PAGE = 1_000
_TIMEOUT = 60.0
_PAUSES = (0.2, 0.5, 1.0, 2.0)
"""Seconds between looks at a job; the last one again and again."""


class Client:
    """A served workspace.

    Amounts are minor units, instants are UTC as text of ISO 8601, as the API gives them.

    Args:
        url: Where the service answers, such as `https://crm.shop.example`.
        key: A key of its page of keys.
        lang: The language of errors, `ru` or `en`.
        timeout: Seconds to wait for an answer.

    Raises:
        ConfigError: The address is none.

    Examples:
        >>> client = Client("https://crm.shop.example", "kgr_0123_secret")
        >>> client.url
        'https://crm.shop.example'
    """

    def __init__(self, url: str, key: str, lang: str = "en", timeout: float = _TIMEOUT) -> None:
        if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).netloc:
            raise ConfigError("this is no address of a service", got=url, expected="https://crm.shop.example")
        self.url = url.rstrip("/")
        self._headers = {
            "Authorization": f"Bearer {key}",
            "Accept-Language": lang,
            "Accept": "application/json",
        }
        self._timeout = timeout

    def base(self) -> dict[str, Any]:
        """Return whose base it is, as of when it stands and how big it is."""
        return self._object("GET", "base")

    def segments(self) -> list[dict[str, Any]]:
        """Return all segments with their sizes."""
        found: list[dict[str, Any]] = self._ask("GET", "segments")
        return found

    def segment(self, segment: str) -> dict[str, Any]:
        """Return one segment.

        Raises:
            ServiceError: There is none of that id.
        """
        return self._object("GET", f"segments/{quote(segment, safe='')}")

    def members(self, segment: str) -> Iterator[dict[str, Any]]:
        """Yield everyone who is in a segment; pages are fetched as they are needed."""
        return self._leaf(f"segments/{quote(segment, safe='')}/members", {})

    def customers(self, search: str = "") -> Iterator[dict[str, Any]]:
        """Yield customers: all, or those whom a search finds."""
        return self._leaf("customers", {"search": search} if search else {})

    def customer(self, customer_id: str) -> dict[str, Any]:
        """Return one customer."""
        return self._object("GET", f"customers/{quote(customer_id, safe='')}")

    def segments_of(self, customer_id: str) -> list[dict[str, Any]]:
        """Return the segments of a customer, and since when he has been in each."""
        found: list[dict[str, Any]] = self._ask("GET", f"customers/{quote(customer_id, safe='')}/segments")
        return found

    def why(self, customer_id: str, segment: str) -> dict[str, Any]:
        """Return why a customer is in a segment or is not."""
        return self._object("GET", f"customers/{quote(customer_id, safe='')}/why/{quote(segment, safe='')}")

    def size(self, definition: str) -> dict[str, Any]:
        """Return how many people a definition takes; nothing is saved."""
        return self._object("POST", "size", body={"definition": definition})

    def estimate(self, definition: str) -> dict[str, Any]:
        """Return about how many people a definition takes; nothing is saved."""
        return self._object("POST", "estimate", body={"definition": definition})

    def define(self, definition: str) -> list[dict[str, Any]]:
        """Save a definition; return the versions that were written."""
        found: list[dict[str, Any]] = self._ask("POST", "segments", body={"definition": definition})
        return found

    def undefine(self, segment: str) -> None:
        """Take a definition away."""
        self._ask("DELETE", f"segments/{quote(segment, safe='')}")

    def refresh(self, *, full: bool = False, wait: bool = True) -> dict[str, Any]:
        """Have segments brought up to date; return the job, by default when it is over.

        Raises:
            ServiceError: It failed.
        """
        job = self._object("POST", "refreshes", body={"full": full})
        return self.wait(job["id"]) if wait else job

    def import_file(self, path: Path | str, table: str, *, wait: bool = True) -> dict[str, Any]:
        """Bring a file in; return the job, by default when it is over.

        Args:
            path: The file.
            table: What is in it, such as `orders`.
            wait: Until the job is over.

        Raises:
            ServiceError: It was refused, or its import failed.
        """
        file = Path(path)
        query = {"form": table, "name": file.name}
        job = self._object("POST", "imports", query=query, raw=file.read_bytes())
        return self.wait(job["id"]) if wait else job

    def job(self, job_id: int) -> dict[str, Any]:
        """Return how far a job is."""
        return self._object("GET", f"jobs/{job_id}")

    def wait(self, job_id: int) -> dict[str, Any]:
        """Return a job when it is over.

        Raises:
            ServiceError: It failed, or was called off.
        """
        looks = 0
        while (job := self.job(job_id))["state"] in {"waiting", "running"}:
            time.sleep(_PAUSES[min(looks, len(_PAUSES) - 1)])
            looks += 1
        if job["state"] != "done":
            raise ServiceError("the job did not come to its end", got=job["error"] or job["state"])
        return job

    def _leaf(self, path: str, query: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        cursor: str | None = None
        while True:
            page = self._object(
                "GET", path, query={**query, "limit": _PAGE, **({"cursor": cursor} if cursor else {})}
            )
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return

    def _object(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        found: dict[str, Any] = self._ask(method, path, **more)
        return found

    def _ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: object = None,
        raw: bytes | None = None,
    ) -> Any:
        address = f"{self.url}/api/v1/{path}" + (f"?{urlencode(query)}" if query else "")
        data = json.dumps(body).encode() if body is not None else raw
        kind = "application/json" if body is not None else "application/octet-stream"
        headers = {**self._headers, **({"Content-Type": kind} if data is not None else {})}
        if method == "POST":
            # sent again by whatever stands between, it must do nothing twice
            headers["Idempotency-Key"] = str(uuid4())
        request = Request(address, data, headers, method=method)
        try:
            with urlopen(request, timeout=self._timeout) as answer:
                text = answer.read()
        except HTTPError as error:
            raise _refusal(error) from None
        except (URLError, TimeoutError, ConnectionError) as error:
            raise ServiceError(
                "the service does not answer", got=self.url, hint="is it running, and is the address right?"
            ) from error
        return json.loads(text) if text else None


def _refusal(error: HTTPError) -> ServiceError:
    """Return the problem that the service told as an error."""
    try:
        problem = json.loads(error.read())
    except ValueError:
        problem = {}
    parts = [_part(part) for part in problem.get("problems", [])]
    return ServiceError(
        "\n".join([problem.get("detail") or f"the service answered {error.code}", *parts]),
        got=problem.get("got"),
        expected=problem.get("expected"),
        hint=problem.get("hint"),
        path=problem.get("path"),
    )


def _part(part: Mapping[str, Any]) -> str:
    """Write one problem of several: its place, what it is, what was given, what to do."""
    told = [f"- {part['path']}: {part['detail']}" if part.get("path") else f"- {part['detail']}"]
    told += [f"  {name}: {part[name]}" for name in ("got", "expected", "hint") if part.get(name)]
    return "\n".join(told)
