"""From facts, traits and segments to the list of a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from kogorta.compile.segments.bounds import Clock
from kogorta.config import Config
from kogorta.membership.asked import asked_schemes
from kogorta.membership.log import customer_names, find_segment
from kogorta.membership.view import View, open_view
from kogorta.today.calls import calls_since, recent_calls, unwilling
from kogorta.today.model import Call, OutcomeOfCall, Task, TaskSort, Today
from kogorta.traits.contacts import main_contact
from kogorta.traits.facts import scratch
from kogorta.traits.idioms import DAY_SECONDS, beside
from kogorta.traits.services import bookings_of_people
from kogorta.vocab import BookingStatus, ContactKind
from kogorta.warehouse.store import Warehouse

INVITED_FOR = timedelta(days=60)
"""What has been due for longer is no invitation any more: those people are at risk, and called."""

_AGAIN = {
    OutcomeOfCall.NO_ANSWER: timedelta(hours=12),
    OutcomeOfCall.LATER: timedelta(hours=12),
    OutcomeOfCall.DECLINED: timedelta(days=90),
}
"""How long a person is left alone after a call, where that is not `[today] quiet_days`."""

KEYS = "k_listed"


def today_list(
    warehouse: Warehouse, config: Config, as_of: datetime, known_at: datetime | int | None = None
) -> Today:
    """Return the list of the local day in which an instant lies; nothing is written.

    Who comes today stands there in any case. Invited are those to whom a service is due by `[today] ahead_days` from
    now, called are the members of `[today] segments`; of both those are left out who took back their consent to be
    called, and who were called lately.

    Args:
        warehouse: The store.
        config: How numbers are meant.
        as_of: UTC without a zone.
        known_at: As far as what was known then; by default everything.

    Raises:
        NotFoundError: A segment of `[today]` does not exist.
    """
    with open_view(warehouse, config, as_of, known_at) as view:
        return _List(view, config).build()


class _List:
    """The list in the making."""

    def __init__(self, view: View, config: Config) -> None:
        self.view = view
        self.settings = config.today
        self.clock = Clock(view.instant.as_of, config.zone)
        self.begins = self.clock.midnight(self.clock.today)
        self.ends = self.clock.midnight(self.clock.today + timedelta(days=1))

    def build(self) -> Today:
        visits = self._visits()
        coming = {row["customer_key"] for row in visits}
        invited = [row for row in self._due() if row["customer_key"] not in coming]
        due = {row["customer_key"] for row in invited}
        called = [row for row in self._calls() if row["customer_key"] not in coming | due]
        asked = due | {row["customer_key"] for row in called}
        refusing, resting = unwilling(self.view, asked), self._resting(asked)
        silent = refusing | resting
        wanted = {
            TaskSort.VISIT: visits,
            TaskSort.INVITE: [row for row in invited if row["customer_key"] not in silent],
            TaskSort.CALL: [row for row in called if row["customer_key"] not in silent],
        }
        made = calls_since(self.view, self.begins)
        people = self._people([*made, *(row["customer_key"] for rows in wanted.values() for row in rows)])
        tasks = {
            sort: [_task(sort, row, people[row["customer_key"]], self.clock.as_of) for row in rows]
            for sort, rows in wanted.items()
        }
        reached = [task for task in tasks[TaskSort.CALL] if task.phone]
        unreached = len(tasks[TaskSort.CALL]) - len(reached)
        tasks[TaskSort.CALL] = reached
        ordered = {sort: sorted(found, key=_ORDER[sort]) for sort, found in tasks.items()}
        limits = {TaskSort.INVITE: self.settings.limit, TaskSort.CALL: self.settings.limit}
        return Today(
            self.clock.as_of,
            self.clock.today,
            tuple(task for sort, found in ordered.items() for task in found[: limits.get(sort)]),
            {sort: max(0, len(found) - limits.get(sort, len(found))) for sort, found in ordered.items()},
            len(refusing),
            len(resting - refusing),
            unreached,
            _made(made, people),
        )

    def _visits(self) -> list[dict[str, Any]]:
        """Return bookings of today that stand or were kept, also those whose hour is over."""
        facts = self.view.steps.facts
        if not facts.has("bookings"):
            return []
        rows = bookings_of_people(facts)
        rows = rows.filter(rows.status.isin([BookingStatus.BOOKED.value, BookingStatus.VISITED.value]))
        found = self.view.steps.rows(rows.select("customer_key", "service", "staff_id", at=rows.starts_at))
        return [row for row in found if self.begins <= row["at"] < self.ends]

    def _due(self) -> list[dict[str, Any]]:
        """Return to whom a service is due and not booked."""
        if not self.view.steps.facts.has("bookings"):
            return []
        rows = self.view.wide(["customer_key", "due_at", "due_service", "due_staff"])
        due = rows.filter(rows.due_at.notnull()).select(
            "customer_key", at="due_at", service="due_service", staff_id="due_staff"
        )
        last = self.ends + timedelta(days=self.settings.ahead_days)
        first = self.clock.as_of - INVITED_FOR
        return [row for row in self.view.steps.rows(due) if first <= row["at"] < last]

    def _calls(self) -> list[dict[str, Any]]:
        """Return the members of the segments that are called, each under the first of them."""
        found: dict[int, dict[str, Any]] = {}
        for id_ in self._segments():
            item, segment = find_segment(self.view.schemes, id_)
            name = asked_schemes([item], self.view.own).names[item.segment_id(segment)]
            rows = self.view.placed(item)
            inside = rows.filter(rows.segment == segment).select("customer_key")
            for row in self.view.steps.rows(inside):
                found.setdefault(row["customer_key"], {**row, "segment": id_, "segment_name": name})
        return list(found.values())

    def _segments(self) -> Sequence[str]:
        chosen = self.settings.segments
        return _USUAL_SEGMENTS if chosen is None else chosen

    def _resting(self, keys: Iterable[int]) -> set[int]:
        """Return whom of these people somebody called so lately that he is left alone."""
        quiet = timedelta(days=self.settings.quiet_days)
        return {
            key
            for key, (at, outcome) in recent_calls(self.view, keys).items()
            if self.clock.as_of - at < _AGAIN.get(outcome, quiet)
        }

    def _people(self, keys: Iterable[int]) -> Mapping[int, Mapping[str, Any]]:
        """Return what is shown of people, by key."""
        view = self.view
        wanted = sorted(set(keys))
        view.session.load(KEYS, pa.table({"customer_key": pa.array(wanted, pa.int64())}))
        t = scratch(KEYS, {"customer_key": "int64"}).join(customer_names(), "customer_key")
        t = beside(t, view.steps.plan.attribute("name").rename(name="value"))
        if view.steps.facts.has("contacts"):
            t = beside(t, main_contact(view.steps.facts, ContactKind.PHONE))
        else:
            t = t.mutate(phone=t.name.nullif(t.name))
        traits = view.wide(
            ["customer_key", "silence_seconds", "value_amount", "visits_count", "no_show_share"]
        )
        found = {row["customer_key"]: row for row in view.steps.rows(beside(t, traits))}
        staff = self._staff()
        return {key: {**row, "staff_names": staff} for key, row in found.items()}

    def _staff(self) -> Mapping[str, str]:
        facts = self.view.steps.facts
        if not facts.has("staff"):
            return {}
        rows = facts.last_versions("staff", ["staff_id", "name"]).select("staff_id", "name")
        return {row["staff_id"]: row["name"] for row in self.view.steps.rows(rows) if row["name"]}


_USUAL_SEGMENTS = ("lifecycle.at_risk",)
"""Who is called where `[today]` names nobody."""


def _task(sort: TaskSort, row: Mapping[str, Any], person: Mapping[str, Any], as_of: datetime) -> Task:
    staff = row.get("staff_id")
    task = Task(
        sort,
        person["customer_id"],
        person["name"],
        person["phone"],
        row.get("at"),
        row.get("service"),
        person["staff_names"].get(staff, staff),
        row.get("segment"),
        row.get("segment_name"),
        worth=person["value_amount"],
    )
    if sort is TaskSort.VISIT:
        return replace(task, no_show_share=person["no_show_share"], is_first=not person["visits_count"])
    if sort is TaskSort.INVITE:
        return replace(task, days=(as_of - row["at"]) // timedelta(days=1))
    silence = person["silence_seconds"]
    return replace(task, days=None if silence is None else silence // DAY_SECONDS)


def _made(
    calls: Mapping[int, tuple[datetime, OutcomeOfCall]], people: Mapping[int, Mapping[str, Any]]
) -> tuple[Call, ...]:
    found = [
        Call(people[key]["customer_id"], people[key]["name"], people[key]["phone"], at, outcome)
        for key, (at, outcome) in calls.items()
        if key in people
    ]
    return tuple(sorted(found, key=lambda call: call.at, reverse=True))


_ORDER: dict[TaskSort, Any] = {
    TaskSort.VISIT: lambda task: (task.at, task.customer_id),
    TaskSort.INVITE: lambda task: (abs(task.days), -(task.worth or 0), task.customer_id),
    TaskSort.CALL: lambda task: (-(task.worth or 0), task.customer_id),
}
