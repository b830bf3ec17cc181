"""Numbers for Prometheus: requests, the age of what pages show, sizes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from kogorta.workspace.folder import STORE
from kogorta_server import base, clock
from kogorta_server.environment import STATE_FILE
from kogorta_server.jobs.queries import counts

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

REGISTRY = CollectorRegistry()

_requests = Histogram(
    "kogorta_request_seconds",
    "How long requests took, by page, method and status.",
    ("page", "method", "status"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.4, 1, 2.5, 10),
    registry=REGISTRY,
)


def observe(page: str, method: str, status: int, seconds: float) -> None:
    """Count a request.

    Args:
        page: Its name.
        method: In capitals; what nobody knows is counted together, so that no caller can make up rows.
        status: Of the answer.
        seconds: How long it took.
    """
    known = method if method in _METHODS else "other"
    _requests.labels(page, known, str(status)).observe(seconds)


def exposition() -> bytes:
    """Return all numbers as Prometheus reads them."""
    return generate_latest(REGISTRY)


class BaseCollector(Collector):
    """Looks at the base when it is asked."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Return the numbers of now."""
        reading = base.reading()
        if reading is not None:
            now = clock.now().replace(tzinfo=None)
            yield _gauge(
                "kogorta_as_of_age_seconds",
                "How old the instant is that pages tell of.",
                (now - reading.stamp.as_of).total_seconds(),
            )
            yield _gauge(
                "kogorta_reading_age_seconds",
                "How long ago the reading was taken that pages show.",
                (now - reading.stamp.taken_at).total_seconds(),
            )
            yield _gauge("kogorta_customers", "Customers of the base.", reading.report.base.customers)
            yield _gauge("kogorta_segments", "Segments that are shown.", len(reading.segments))
        jobs = GaugeMetricFamily("kogorta_jobs", "Jobs by state.", labels=("state",))
        for state, number in counts().items():
            jobs.add_metric((state.value,), number)
        yield jobs
        folder = base.workspace().folder
        for name, path in (("store", folder / STORE), ("state", folder / STATE_FILE)):
            yield _gauge(f"kogorta_{name}_bytes", f"Size of the {name} on disk.", _bytes(path))


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, meaning, value=value)


def _bytes(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


REGISTRY.register(BaseCollector())
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)
