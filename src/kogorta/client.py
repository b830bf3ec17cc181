"""A served workspace, asked over its HTTP API: for programs that run elsewhere."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import Request, urlopen
from uuid import uuid4

import pyarrow as pa

from kogorta.errors import ConfigError, ServiceError

_PAGE = 1_000
_ARROW = "application/vnd.apache.arrow.stream"
_TIMEOUT = 60.0
_PAUSES = (0.2, 0.5, 1.0, 2.0)
"""Seconds between looks at a job; the last one again and again."""


class Client:
    """A served workspace.

    Amounts are minor units, instants are UTC: text of ISO 8601 as the API gives them, timestamps in tables.

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
        return self._object("GET", f"segments/{_part_of(segment)}")

    def members(self, segment: str) -> pa.Table:
        """Return everyone who is in a segment, with `entered_at`; the key needs the scopes `people` and `export`.

        Raises:
            ServiceError: There is no such segment, or the key does not allow it.
        """
        return self._table(f"segments/{_part_of(segment)}/members", {})

    def customers(self, **filters: object) -> pa.Table:
        """Return customers: all, or those whom filters choose; the key needs the scopes `people` and `export`.

        Args:
            filters: As of `/customers` of the API: `search`, `segment` (one or several), `stage`, `r` and `fm`, `rfm`, `city`, `orders_from`,
                `orders_to`, `last_from`, `last_to`.

        Raises:
            ServiceError: A filter makes no sense, or the key does not allow it.
        """
        return self._table("customers", filters)

    def customer(self, customer_id: str) -> dict[str, Any]:
        """Return one customer."""
        return self._object("GET", f"customers/{_part_of(customer_id)}")

    def segments_of(self, customer_id: str) -> list[dict[str, Any]]:
        """Return the segments of a customer, and since when he has been in each."""
        found: list[dict[str, Any]] = self._ask("GET", f"customers/{_part_of(customer_id)}/segments")
        return found

    def why(self, customer_id: str, segment: str) -> dict[str, Any]:
        """Return why a customer is in a segment or is not."""
        return self._object("GET", f"customers/{_part_of(customer_id)}/why/{_part_of(segment)}")

    def profile(self, customer_id: str, as_of: str = "") -> dict[str, Any]:
        """Return what is true of a customer: attributes, traits, segments; as of the last refresh, or of a day or instant."""
        return self._object("GET", f"customers/{_part_of(customer_id)}/profile", query={"as_of": as_of})

    def timeline(self, customer_id: str, *kinds: str) -> Iterator[dict[str, Any]]:
        """Yield everything that a customer did and that was done with him, newest first; pages are fetched as they are needed.

        Args:
            customer_id: Whom it is about.
            kinds: Which entries, such as `order` or `message`; by default all.
        """
        return self._leaf(f"customers/{_part_of(customer_id)}/timeline", {"kind": kinds})

    def ways(self, customer_id: str) -> dict[str, Any]:
        """Return how a customer may be reached: contacts, and consents with their history."""
        return self._object("GET", f"customers/{_part_of(customer_id)}/ways")

    def links(self, customer_id: str) -> dict[str, Any]:
        """Return which ids are one person with a customer, and why."""
        return self._object("GET", f"customers/{_part_of(customer_id)}/links")

    def link(self, a: str, b: str, because: str = "") -> dict[str, Any]:
        """Say that two ids are one person, whatever the rules say; segments follow with the next refresh."""
        return self._object("POST", f"customers/{_part_of(a)}/link", body={"other": b, "because": because})

    def unlink(self, a: str, b: str, because: str = "") -> dict[str, Any]:
        """Take back what `link` said; links by rule stay."""
        return self._object("POST", f"customers/{_part_of(a)}/unlink", body={"other": b, "because": because})

    def preview_erasure(self, customer_id: str) -> dict[str, Any]:
        """Return whom `erase` would take, and how much with him; the key needs the scope `erase`."""
        return self._object("GET", f"customers/{_part_of(customer_id)}/erasure")

    def erase(self, customer_id: str) -> dict[str, Any]:
        """Erase a person with all of his ids, for ever; once this returns, the service tells of him no more.

        Returns:
            What was taken.
        """
        return self._object("DELETE", f"customers/{_part_of(customer_id)}")

    def kpis(self, segment: str = "", *, months: int = 12, then: bool = False) -> dict[str, Any]:
        """Return measures month by month, of the base or of those who are in a segment.

        Args:
            segment: Full id; empty for the base.
            months: How many, that of the last refresh among them.
            then: Of a segment, measure in each month those who were in it when the month ended.
        """
        return self._object("GET", "kpis", query={"segment": segment, "months": months, "then": then})

    def cohorts(self, segment: str = "") -> dict[str, Any]:
        """Return cohorts by month of the first order, of the base or of those who are in a segment."""
        return self._object("GET", "cohorts", query={"segment": segment})

    def sources(self, segment: str = "") -> dict[str, Any]:
        """Return what customers of each source cost and bring."""
        return self._object("GET", "sources", query={"segment": segment})

    def messages(self, segment: str = "", *, by: str = "campaign") -> dict[str, Any]:
        """Return how messages were answered and which orders followed, by `campaign` or by `channel`."""
        return self._object("GET", "messages", query={"segment": segment, "by": by})

    def portrait(self, segment: str) -> dict[str, Any]:
        """Return in what the people of a segment differ from the base, what tells most first."""
        return self._object("GET", f"segments/{_part_of(segment)}/portrait")

    def scheme(self, scheme: str) -> dict[str, Any]:
        """Return how a scheme divides the base; of `rfm_simple`, its grid, too."""
        return self._object("GET", f"schemes/{_part_of(scheme)}")

    def movements(self, scheme: str, start: str = "", end: str = "") -> dict[str, Any]:
        """Return who went from which segment of a scheme to which between two local days; by default the last week."""
        return self._object(
            "GET", f"schemes/{_part_of(scheme)}/movements", query={"start": start, "end": end}
        )

    def moved(self, scheme: str, source: str, target: str, runs: tuple[int, int]) -> pa.Table:
        """Return those who went from one segment to another; the key needs the scopes `people` and `export`.

        Args:
            scheme: Its id.
            source: Where they were; `outside` for nowhere in it.
            target: Where they went.
            runs: `start_run` and `end_run` of `movements`.
        """
        query = {"source": source, "target": target, "start_run": runs[0], "end_run": runs[1]}
        return self._table(f"schemes/{_part_of(scheme)}/moved", query)

    def overlap(self, *segments: str) -> list[dict[str, Any]]:
        """Return how many people any two of some segments share; by default of free ones."""
        found: list[dict[str, Any]] = self._ask("GET", "overlap", query={"segment": segments})
        return found

    def steps(self) -> list[dict[str, Any]]:
        """Return what to do now, the most urgent first, with the money at stake."""
        found: list[dict[str, Any]] = self._ask("GET", "steps")
        return found

    def findings(self) -> dict[str, Any]:
        """Return what is to be mended in segments and in the base, the gravest first."""
        return self._object("GET", "findings")

    def status(self) -> dict[str, Any]:
        """Return how fresh everything is, and why the last refresh failed if it did."""
        return self._object("GET", "status")

    def today(self) -> dict[str, Any]:
        """Return today's list; the key needs the scope `contacts`."""
        return self._object("GET", "today")

    def record_call(self, customer_id: str, outcome: str, note: str = "") -> dict[str, Any]:
        """Write down what came of a call: booked, talked, later, no_answer or declined."""
        body = {"customer_id": customer_id, "outcome": outcome, "note": note}
        return self._object("POST", "calls", body=body)

    def definition(self, definition: str) -> dict[str, Any]:
        """Return a definition as text, with the version to be handed to `define` as `based_on`."""
        return self._object("GET", f"definitions/{_part_of(definition)}")

    def plan(self, definition: str) -> dict[str, Any]:
        """Return who would enter and leave if a definition were saved; nothing is saved."""
        return self._object("POST", "plan", body={"definition": definition})

    def size(self, definition: str) -> dict[str, Any]:
        """Return how many people a definition takes; nothing is saved."""
        return self._object("POST", "size", body={"definition": definition})

    def estimate(self, definition: str) -> dict[str, Any]:
        """Return about how many people a definition takes; nothing is saved."""
        return self._object("POST", "estimate", body={"definition": definition})

    def define(self, definition: str, based_on: Mapping[str, int] | None = None) -> list[dict[str, Any]]:
        """Save a definition; return the versions that were written.

        Args:
            definition: YAML or JSON.
            based_on: By id, the version that was changed; where somebody has saved another meanwhile, nothing is written. By
                default whatever stands is overwritten.
        """
        body = {"definition": definition, "based_on": based_on}
        found: list[dict[str, Any]] = self._ask("POST", "segments", body=body)
        return found

    def undefine(self, segment: str) -> None:
        """Take a definition away."""
        self._ask("DELETE", f"segments/{_part_of(segment)}")

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

    def _leaf(self, path: str, query: Mapping[str, object]) -> Iterator[dict[str, Any]]:
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

    def _table(self, path: str, query: Mapping[str, object]) -> pa.Table:
        """Return a whole list; it comes as one stream, which is read as it arrives."""
        with self._answer("GET", path, query=query, accept=_ARROW) as answer:
            try:
                return pa.ipc.open_stream(answer).read_all()
            except (HTTPException, pa.ArrowException, OSError) as error:
                raise ServiceError(
                    "the list broke off before its end", got=str(error), hint="ask for it once more"
                ) from error

    def _ask(self, method: str, path: str, **more: Any) -> Any:
        with self._answer(method, path, **more) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    @contextmanager
    def _answer(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: object = None,
        raw: bytes | None = None,
        accept: str = "application/json",
    ) -> Iterator[IO[bytes]]:
        told = _query(query or {})
        address = f"{self.url}/api/v1/{path}" + (f"?{told}" if told else "")
        data = json.dumps(body).encode() if body is not None else raw
        kind = "application/json" if body is not None else "application/octet-stream"
        headers = {
            **self._headers,
            "Accept": accept,
            **({"Content-Type": kind} if data is not None else {}),
        }
        if method == "POST":
            # sent again by whatever stands between, it must do nothing twice
            headers["Idempotency-Key"] = str(uuid4())
        request = Request(address, data, headers, method=method)
        try:
            with urlopen(request, timeout=self._timeout) as answer:
                yield answer
        except HTTPError as error:
            raise _refusal(error) from None
        except (URLError, TimeoutError, ConnectionError) as error:
            raise ServiceError(
                "the service does not answer", got=self.url, hint="is it running, and is the address right?"
            ) from error


def _part_of(text: str) -> str:
    """Return a text as a part of an address."""
    return quote(text, safe="")


def _query(values: Mapping[str, Any]) -> str:
    """Return what stands after the question mark; of several values of a name each, of nothing nothing."""
    told = {
        name: str(value).lower() if isinstance(value, bool) else value
        for name, value in values.items()
        if value not in ("", None, ())
    }
    return urlencode(told, doseq=True)


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
