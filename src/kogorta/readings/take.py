"""Take a reading: everything that pages need, as of the last refresh, in one file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
from pydantic import TypeAdapter

from kogorta.config import Config
from kogorta.membership.changes import recorded
from kogorta.membership.log import customer_names
from kogorta.membership.runs import LastRun, last_run
from kogorta.membership.view import View, open_view
from kogorta.readings.figures import FIGURES, measured_figures
from kogorta.readings.finding import contacts_of_people, ids_of_people, placed, searchable
from kogorta.readings.listing import listed
from kogorta.readings.meaning import definitions, reached, versions
from kogorta.readings.people import TRAITS
from kogorta.readings.totals import DERIVED
from kogorta.report.build import report_data
from kogorta.report.model import ReportData
from kogorta.traits.contacts import main_contact
from kogorta.traits.facts import params
from kogorta.traits.idioms import beside
from kogorta.vocab import ContactKind
from kogorta.warehouse.copies import write_copy
from kogorta.warehouse.store import Warehouse

_KEPT_CHANGES = timedelta(days=100)
"""How far back a reading tells who came into segments and who left: a quarter, and a little more."""

_SUFFIX = ".reading"

REPORT = TypeAdapter(ReportData)


def newest(folder: Path) -> Path | None:
    """Return the newest reading of a folder, if there is one."""
    found = sorted(folder.glob(f"*{_SUFFIX}"))
    return found[-1] if found else None


def take(warehouse: Warehouse, config: Config, folder: Path, now: datetime) -> Path | None:
    """Write down what pages show as of the last refresh; older readings of the folder are removed.

    Who has an older one open goes on reading it.

    Args:
        warehouse: The store.
        config: How numbers are meant.
        folder: Where readings stand.
        now: The instant at which it is taken; UTC without a zone.

    Returns:
        The file; None where nothing was refreshed yet.
    """
    run = last_run(warehouse)
    if run is None:
        return None
    with open_view(warehouse, config, run.as_of, run.known_seq) as view:
        ids, memberships, segments = ids_of_people(view), _memberships(view), listed(view)
        people = searchable(_people(view), ids, contacts_of_people(view))
        tables = {
            "stamp": _stamp(run, now),
            "people": placed(people, memberships, segments),
            "ids": ids,
            "memberships": memberships,
            "sizes": _sizes(warehouse),
            "changes": _changes(warehouse, run),
            "runs": _runs(warehouse, run),
            "firsts": _firsts(warehouse),
            "listed": segments,
            "definitions": definitions(view),
            "versions": versions(view),
            "reach": reached(view, _inside(view)),
        }
        figures = FIGURES.dump_json(measured_figures(view))
    report = report_data(warehouse, config, run.as_of, run.known_seq)
    texts = {"report": REPORT.dump_json(report), "figures": figures}
    tables["texts"] = pa.table({"name": list(texts), "body": [body.decode() for body in texts.values()]})
    path = folder / f"{run.run_id:010d}-{now:%Y%m%d%H%M%S%f}{_SUFFIX}"
    write_copy(path, tables, DERIVED)
    # a process that was killed in the middle of one leaves a part of it
    for other in folder.iterdir():
        if other != path:
            other.unlink(missing_ok=True)
    return path


def _stamp(run: LastRun, now: datetime) -> pa.Table:
    return pa.table(
        {
            "run_id": [run.run_id],
            "as_of": pa.array([run.as_of.replace(tzinfo=None)], pa.timestamp("us")),
            "known_seq": [run.known_seq],
            "taken_at": pa.array(
                [now.astimezone(UTC).replace(tzinfo=None) if now.tzinfo else now], pa.timestamp("us")
            ),
        }
    )


def _people(view: View) -> pa.Table:
    """Return everyone with his name, his contacts and the traits that lists show."""
    t = view.traits.select("customer_key", *TRAITS).join(customer_names(), "customer_key")
    for name in ("name", "city"):
        t = beside(t, view.steps.plan.attribute(name).rename(**{name: "value"}))
    for kind in (ContactKind.EMAIL, ContactKind.PHONE):
        if view.steps.facts.has("contacts"):
            t = beside(t, main_contact(view.steps.facts, kind))
        else:
            t = t.mutate(**{kind.value: ibis.null().cast("string")})
    columns = ["customer_key", "customer_id", "name", "email", "phone", "city", *TRAITS]
    return view.session.fetch(t.select(*columns).order_by("customer_key"), view.instant.bindings)


def _memberships(view: View) -> pa.Table:
    """Return who is in which segment, and since when the log has him there."""
    rows = _recorded()
    found: pa.Table = view.session.fetch(
        rows.select("scheme", "segment", "customer_key", "entered_at").order_by(
            "scheme", "segment", "customer_key"
        ),
        view.instant.bindings,
    )
    return found


@cache
def _recorded() -> Any:
    """The state of the log at the instant of the view."""
    at = params().as_of
    return recorded(until=lambda log: log["at"] <= at.as_scalar())


def _inside(view: View) -> Any:
    """Make who is in which segment by the log: customer_key, segment (its full id)."""
    rows = _recorded()
    is_free = rows.scheme == rows.segment
    full = ibis.ifelse(is_free, rows.segment, rows.scheme + "." + rows.segment)
    return view.steps.make("k_inside", rows.select("customer_key", segment=full))


def _sizes(warehouse: Warehouse) -> pa.Table:
    """Return how many people each segment had after each refresh that moved any of them."""
    return warehouse.arrow(
        """WITH moved AS (
            SELECT l.scheme, l.segment, r.run_id, r.as_of,
                count(*) FILTER (l.op = 'enter') AS entered, count(*) FILTER (l.op = 'leave') AS "left"
            FROM membership_changes l JOIN runs r USING (run_id) GROUP BY ALL
        )
        SELECT scheme, segment, run_id, as_of, entered, "left",
            CAST(sum(entered - "left") OVER (PARTITION BY scheme, segment ORDER BY run_id) AS BIGINT) AS people
        FROM moved ORDER BY scheme, segment, run_id"""
    )


def _runs(warehouse: Warehouse, run: LastRun) -> pa.Table:
    """Return the refreshes after which the kept changes tell where everybody stood."""
    return warehouse.arrow(
        "SELECT run_id, as_of FROM runs"
        " WHERE run_id >= coalesce((SELECT max(run_id) FROM runs WHERE as_of < ?), 0) ORDER BY run_id",
        [run.as_of - _KEPT_CHANGES],
    )


def _firsts(warehouse: Warehouse) -> pa.Table:
    """Return by scheme the refresh that recorded it for the first time."""
    return warehouse.arrow(
        "SELECT scheme, max(run_id) AS run_id FROM membership_changes WHERE cause = 'initial' GROUP BY scheme"
    )


def _changes(warehouse: Warehouse, run: LastRun) -> pa.Table:
    """Return who came and who left lately, and why; what a first refresh recorded is no movement."""
    since: Any = run.as_of - _KEPT_CHANGES
    return warehouse.arrow(
        """SELECT l.scheme, l.segment, l.customer_key, l.at, l.op, l.cause, l.run_id
        FROM membership_changes l JOIN runs r USING (run_id)
        WHERE l.at >= ? AND l.cause <> 'initial' ORDER BY l.scheme, l.segment, l.run_id, l.customer_key""",
        [since],
    )
