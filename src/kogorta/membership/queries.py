"""The SQL of a definition on the engine that holds the base: every step, in the order in which it is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa
from ibis.expr.operations import UnboundTable

from kogorta.compile import families, plan
from kogorta.compile.evaluate import TRAITS
from kogorta.compile.segments.program import FLAGS, ZONES
from kogorta.compile.steps import Made
from kogorta.i18n import Message, lazy
from kogorta.membership.asked import Asked
from kogorta.membership.view import View
from kogorta.schema import TABLES
from kogorta.traits.facts import IDENTITY
from kogorta.traits.local_time import OFFSETS
from kogorta.warehouse.ddl import BOOKS
from kogorta.warehouse.sql import PARAMS, pretty, pretty_rows, quote

ANSWER = "members"
MOST_ROWS = 200
"""Tables that are laid beside the steps are written out up to so many rows."""

Sort = Literal["given", "step", "answer"]


@dataclass(frozen=True, slots=True)
class SqlStep:
    """One step.

    Attributes:
        name: The table that it makes; of the answer, `members`.
        sort: `given`: values that Kogorta lays beside the steps; `step`; `answer`.
        says: What it is.
        reads: The tables that it reads, stored ones and those of earlier steps.
        sql: Its query; empty for given values that are too many to be written out.
    """

    name: str
    sort: Sort
    says: Message
    reads: tuple[str, ...]
    sql: str

    @property
    def statement(self) -> str:
        """The whole statement: run one after another on the store, the last one answers."""
        if not self.sql:
            return ""
        if self.sort == "answer":
            return f"{self.sql};"
        return f"CREATE OR REPLACE TEMP TABLE {quote(self.name)} AS\n{self.sql};"


def queries(view: View, asked: Asked) -> tuple[SqlStep, ...]:
    """Return every step from the stored facts to the members of what is asked, as of the view's instant.

    Raises:
        InputError: A scheme that is asked for says nothing of this base.
    """
    members = asked.members(asked.wide(view)).order_by("segment", "customer_key")
    steps = view.steps.behind(members)
    made = {step.name for step in steps}
    given = _given([*[step.expression for step in steps], members], made)
    dialect = view.session.dialect
    return (
        SqlStep(PARAMS, "given", _SAYS[PARAMS], (), pretty_rows(_bindings(steps), dialect)),
        *(_laid(view, name, expression) for name, expression in given.items()),
        *(
            SqlStep(
                step.name, "step", _says(step.name), _reads(step.expression), pretty(step.expression, dialect)
            )
            for step in steps
        ),
        SqlStep(ANSWER, "answer", _SAYS[ANSWER], _reads(members), pretty(members, dialect)),
    )


def _tables(expression: Any) -> dict[str, Any]:
    return {table.name: table for table in expression.op().find(UnboundTable)}


def _reads(expression: Any) -> tuple[str, ...]:
    return tuple(sorted(_tables(expression).keys() - {PARAMS}))


def _given(expressions: Iterable[Any], made: set[str]) -> dict[str, Any]:
    """Return the tables that are neither stored nor made by a step."""
    found: dict[str, Any] = {}
    for expression in expressions:
        found |= _tables(expression)
    stored = {*TABLES, *BOOKS, PARAMS}
    return {name: found[name].to_expr() for name in sorted(found.keys() - stored - made)}


def _laid(view: View, name: str, table: Any) -> SqlStep:
    rows = view.steps.fetch(table.limit(MOST_ROWS + 1))
    sql = pretty_rows(rows, view.session.dialect) if rows.num_rows <= MOST_ROWS else ""
    return SqlStep(name, "given", _says(name), (), sql)


def _bindings(steps: Iterable[Made]) -> pa.Table:
    values: dict[str, Any] = {}
    for step in steps:
        values |= step.bindings
    return pa.table({name: [value] for name, value in values.items()})


def _says(name: str) -> Message:
    if name in _SAYS:
        return _SAYS[name]
    if name in _FAMILIES:
        return lazy("traits of each customer: {names}", names=", ".join(_FAMILIES[name]))
    if name.startswith("k_x"):
        return lazy(
            "people of whom one condition is told by itself: who passes it, or the value that it tests"
        )
    if name.startswith("k_placed"):
        return lazy("everyone with the segment of each definition that he is in")
    if name.startswith("k_last_"):
        return lazy("orders as they were told last")
    if name.endswith("_rows"):
        return lazy("facts that several conditions look at")
    return lazy("counts and sums of facts by customer, in the windows that conditions ask for")


_SAYS: Mapping[str, Message] = {
    PARAMS: lazy("the instant, what was known by then, and the edges of windows"),
    ANSWER: lazy("who is in which segment"),
    IDENTITY: lazy("ids that are one person: whose they are"),
    TRAITS: lazy("everyone with the traits that conditions ask for"),
    FLAGS: lazy("who passes which of the conditions that are told by themselves"),
    ZONES: lazy("the edges of local days in the zones of customers"),
    plan.EVERYONE: lazy("everyone known"),
    plan.PEOPLE: lazy("all ids of everyone: whose they are"),
    plan.OCCASIONS: lazy("counted orders, in a salon also visits, with their money"),
    plan.UNITS: lazy("people by account"),
    plan.UNIT_OCCASIONS: lazy("counted orders by account"),
    plan.OWN_DAYS: lazy("order days of each customer and the gaps between them"),
    plan.DAYS: lazy("order days of each account and the gaps between them"),
    plan.OWN_GAPS: lazy("how often each gap stands in the base"),
    plan.GAPS: lazy("how often each gap stands in the base, by account"),
    plan.RHYTHM: lazy("the rhythm of each customer"),
    plan.PRESENCE: lazy("since when each account is silent"),
    plan.CATEGORY: lazy("the main category of each customer"),
    plan.PROMISES: lazy("who has booked or subscribed"),
    plan.AVERAGES: lazy("signals of risk in the orders of each customer"),
    plan.OPENINGS: lazy("signals of risk in what each customer opens"),
    plan.STATS: lazy("recency, frequency and money of each customer"),
    plan.SCORE_STATS: lazy("recency, frequency and money of each customer, without the rest"),
    plan.HISTORY: lazy("how long the base has been known"),
    plan.SCORED: lazy("RFM scores of each customer"),
    plan.RFM_FRAME: lazy("the bounds of RFM scores, from the stored frame"),
    plan.LIFECYCLE_FRAME: lazy("the rhythms of the base, from the stored frame"),
    plan.CATEGORY_GAPS: lazy("the rhythms of categories, from the stored frame"),
    plan.RFM_MAPS: lazy("the segments of the 125 RFM codes"),
    plan.MORE_TRAITS: lazy("everyone with those traits that refreshes do not keep"),
    plan.SOLD: lazy("counted orders: what was sold and what came back"),
    plan.BOUGHT: lazy("what each product brought of each customer"),
    plan.COSTED: lazy("lines of orders with their costs"),
    plan.COSTS: lazy("what the goods of each order cost"),
    plan.BASE_FRAME: lazy("what is usual in the base, from the stored frame"),
    plan.BASE_VALUES: lazy("what is usual in the base by kind and key, from the stored frame"),
    plan.PLACES: lazy("where people live: zones of cities, the nearest outlets"),
    plan.PHONE_ZONES: lazy("the zones of telephone codes"),
    plan.HOLIDAYS: lazy("the next holiday of each region"),
    plan.TODAY: lazy("the local day"),
    OFFSETS: lazy("how far the clocks of the workspace's zone were from UTC, and when"),
}

_FAMILIES: Mapping[str, tuple[str, ...]] = {family.step: family.gives for family in families.ALL}
