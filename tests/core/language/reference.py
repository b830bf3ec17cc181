"""Who is a member: every node of the language, asked of one person at one instant.

Slow and obvious, and written from `docs/explanation/segment-language.md`: no SQL, no frames of data, no floats.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from kogorta.definitions import nodes
from kogorta.definitions.catalogue import Kind
from kogorta.definitions.document import EVERYONE, ORDERED, Definition
from kogorta.definitions.nodes import FactRef, Measure, Node, Op, Where, Window
from kogorta.definitions.recorded import log_place
from kogorta.durations import Duration
from tests.core.language.facts import Point, Row, World, everyone
from tests.core.language.happenings import Happening, Happenings, columns_of_fact, is_reserved
from tests.core.language.people import COMPUTED, People, has_ledger
from tests.core.language.times import SECONDS, Clock, age, earlier
from tests.core.language.values import NUMBERS, exact, passes

Computed = Mapping[str, Mapping[str, Any]]
"""Values of computed traits as they are stored, by person and trait."""
BEHAVIOUR = {"facts", "time"}
COUNT = Kind.NUMBER


def member(world: World, definition: Definition | Node, person: str, point: Point, **more: Any) -> bool:
    """Whether a person is in a free segment, or a condition is true of him; `more` as of `Reference`."""
    where = definition if isinstance(definition, Node) else definition.where
    assert where is not None, "ask for the segment of a scheme"
    return Reference(world, point, **more).holds(where, person)


def segment_of(world: World, definition: Definition, person: str, point: Point, **more: Any) -> str | None:
    """The segment of a scheme (or of a free segment) that a person is in; `more` as of `Reference`."""
    return Reference(world, point, **more).segment_of(definition, person)


def micros(length: Duration) -> timedelta:
    """A length of a fixed unit."""
    return timedelta(seconds=SECONDS[length.unit] * length.amount)


class Reference:
    """Everything that can be asked of a world at one point.

    Args:
        world: The facts.
        point: As of when, known when.
        definitions: What `in_segment` may name.
        computed: Values of computed traits, as they are stored.
        frame: Where people are compared with others; by default here.
    """

    def __init__(
        self,
        world: World,
        point: Point,
        definitions: Mapping[str, Definition] | None = None,
        computed: Computed | None = None,
        frame: Reference | None = None,
    ) -> None:
        self.world, self.point = world, point
        self.definitions, self.computed = definitions or {}, computed or {}
        self.frame = frame or self
        self.clock = Clock(point.as_of, ZoneInfo(world.zone))
        self.facts, self.people = Happenings(world, point), People(world, point)
        self._askers: dict[type[Node], Callable[[Any, str], bool]] = {
            nodes.AllOf: lambda node, person: all(self.holds(one, person) for one in node.of),
            nodes.AnyOf: lambda node, person: any(self.holds(one, person) for one in node.of),
            nodes.Not: lambda node, person: not self.holds(node.of, person),
            nodes.Trait: self._trait,
            nodes.Did: lambda node, person: self._did(node, person) != node.negated,
            nodes.Chosen: self._chosen,
            nodes.Regularly: self._regularly,
            nodes.Stopped: self._stopped,
            nodes.Resumed: self._resumed,
            nodes.FactSequence: self._sequence,
            nodes.InSegment: self._in_segment,
            nodes.InList: lambda node, person: self.people.is_on(node.name, person),
            nodes.Moved: self._moved,
            nodes.Share: self._share,
            nodes.Consent: self.people.consents,
        }

    def everyone(self) -> list[str]:
        """Everyone who is asked."""
        return everyone(self.world, self.point)

    def holds(self, node: Node, person: str) -> bool:
        """Whether a condition is true of a person."""
        return self._askers[type(node)](node, person)

    def segment_of(self, definition: Definition, person: str) -> str | None:
        """The segment that a person is in; None outside the base."""
        if definition.where is not None:
            return definition.id if self.holds(definition.where, person) else None
        if not self._in_base(definition.base, person):
            return None
        for part in definition.parts:
            if self.holds(part.where, person):
                return part.id
        return definition.otherwise

    def _in_base(self, base: Node | str, person: str) -> bool:
        if isinstance(base, Node):
            return self.holds(base, person)
        assert base in {EVERYONE, ORDERED}
        return base == EVERYONE or bool(self.facts.of(FactRef("order"), person))

    def _in_segment(self, node: nodes.InSegment, person: str) -> bool:
        id_, _, segment = node.segment.partition(".")
        is_in = self.segment_of(self.definitions[id_], person) == (segment or id_)
        return is_in and (node.held_for is None or self._held(node, node.held_for, person))

    def _held(self, node: nodes.InSegment | nodes.Trait, length: Duration, person: str) -> bool:
        """Whether the log has a person inside at every instant from so long ago on."""
        name = node.segment if isinstance(node, nodes.InSegment) else log_place(node)[0]
        rows = [row for row in self._seen_log() if row["segment"] == name]
        since = earlier(self.point.as_of, length)
        later = {row["at"] for row in rows if row["at"] > since}
        return all(self._is_inside(rows, person, at) for at in {since} | later)

    def _seen_log(self) -> list[Row]:
        """What runs wrote before this point, knowing no more than is known at it."""
        seq, as_of = self.point.known_seq, self.point.as_of
        return [row for row in self.world.log if row["at"] < as_of and row.get("known_seq", 1) <= seq]

    def _is_inside(self, rows: Sequence[Row], person: str, at: datetime) -> bool:
        """Whether any of a person's ids was last seen to enter."""
        for one in self.world.ids_of(person):
            changes = [row for row in rows if row["customer"] == one and row["at"] <= at]
            if changes and max(changes, key=lambda row: row["at"])["op"] == "enter":
                return True
        return False

    # --- traits ------------------------------------------------------------------------------------

    def value(self, name: str, person: str) -> tuple[Kind, Any]:
        """The kind of a trait and its value in the units of definitions."""
        if name == "lists":
            return Kind.LIST, self.people.lists(person)
        if name == "contact_kinds":
            return Kind.LIST, self.people.contact_kinds(person)
        if name == "age":
            born = self.people.attribute("birth_date", person)
            is_told = born is not None and born <= self.clock.today
            return Kind.NUMBER, Fraction(age(born, self.clock.today)) if is_told else None
        if name in COMPUTED:
            info = COMPUTED[name]
            return info.kind, exact(self.computed.get(person, {}).get(name), info.kind, info.scale)
        return self.people.infos[name].kind, self.people.attribute(name, person)

    def population(self, name: str) -> list[Fraction]:
        """The values of everyone whom a trait is about."""
        values = [self.value(name, person)[1] for person in self.everyone() if self._is_about(name, person)]
        return [value for value in values if value is not None]

    def _is_about(self, name: str, person: str) -> bool:
        """Whether a trait is about a person: what is worked out of orders is about who ever ordered."""
        return name not in COMPUTED or bool(self.computed.get(person, {}).get("orders_count"))

    def _trait(self, node: nodes.Trait, person: str) -> bool:
        kind, value = self.value(node.name, person)
        clock = self.clock
        if node.customer_zone:
            clock = Clock(self.point.as_of, self.people.zone(person))
        compares = {Op.TOP, Op.BOTTOM, Op.PERCENTILE} & {test.op for test in node.tests}
        if compares and not self._is_about(node.name, person):
            return False
        population = self.frame.population(node.name) if compares else []
        by_log = node.held_for is not None and not has_ledger(node.name)
        if node.held_for is None or by_log:
            is_so = passes(node.tests, kind, value, clock, population)
            return is_so and (node.held_for is None or self._held(node, node.held_for, person))
        since = earlier(self.point.as_of, node.held_for)
        past = self.people.past_values(node.name, person, since)
        return all(passes(node.tests, kind, one, clock, population) for one in past)

    # --- facts -------------------------------------------------------------------------------------

    def _matching(self, ref: FactRef, person: str, *wheres: Where) -> list[Happening]:
        """A person's facts that pass; orders of any status where one of them names the status."""
        names_status = any(column == "status" for where in wheres for column, _ in where.columns)
        found = self.facts.of(ref, person, any_status=names_status)
        return [fact for fact in found if self._passes(ref, wheres[0], fact)]

    def _passes(self, ref: FactRef, where: Where, fact: Happening) -> bool:
        columns = columns_of_fact(self.world, ref)
        return all(
            passes(tests, columns[name].kind, fact.values[name], self.clock) for name, tests in where.columns
        )

    def _in_window(self, window: Window, fact: Happening) -> bool:
        return self.clock.holds(window, fact.at)

    def _did(self, node: nodes.Did, person: str) -> bool:
        every = self._matching(node.fact, person, node.where)
        kind, now = self._measure(node, [fact for fact in every if self._in_window(node.window, fact)])
        if not passes(node.tests, kind, now, self.clock):
            return False
        return not node.change or self._changed(node, every, now)

    def _measure(self, node: nodes.Did, facts: Sequence[Happening]) -> tuple[Kind, Any]:
        if node.measure is Measure.TIMES:
            return COUNT, Fraction(len(facts))
        assert node.of is not None
        kind = columns_of_fact(self.world, node.fact)[node.of].kind
        values = [fact.values[node.of] for fact in facts if fact.values[node.of] is not None]
        if node.measure is Measure.DISTINCT:
            return COUNT, Fraction(len(set(values)))
        if node.measure is Measure.SUM:
            return kind, sum(values, Fraction(0))
        if not values:
            return kind, None
        if node.measure is Measure.MEAN:
            return kind, sum(values, Fraction(0)) / len(values)
        return kind, min(values) if node.measure is Measure.MIN else max(values)

    def _changed(self, node: nodes.Did, every: Sequence[Happening], now: Any) -> bool:
        length = node.window.start
        assert isinstance(length, Duration)
        start, end = earlier(self.point.as_of, length, 2), earlier(self.point.as_of, length)
        kind, before = self._measure(node, [fact for fact in every if start <= fact.at < end])
        assert kind in NUMBERS
        if before is None or before <= 0 or now is None:
            return False
        return passes(node.change, Kind.NUMBER, now / before - 1, self.clock)

    def _chosen(self, node: nodes.Chosen, person: str) -> bool:
        facts = self._matching(node.fact, person, node.of, node.where)
        if not facts:
            return False
        one = facts[-1] if node.newest else facts[0]
        return self._in_window(node.window, one) and self._passes(node.fact, node.where, one)

    def _regularly(self, node: nodes.Regularly, person: str) -> bool:
        facts, good = self._matching(node.fact, person, node.where), 0
        for number in range(1, node.periods + 1):
            start = earlier(self.point.as_of, node.in_each, number)
            end = earlier(self.point.as_of, node.in_each, number - 1)
            count = sum(1 for fact in facts if start <= fact.at < end)
            good += passes(node.tests, COUNT, Fraction(count), self.clock)
        return good >= node.at_least

    def _stopped(self, node: nodes.Stopped, person: str) -> bool:
        facts = self._matching(node.fact, person, node.where)
        silence = earlier(self.point.as_of, node.silent)
        was_active = any(self._in_window(node.active, fact) for fact in facts)
        return was_active and not any(fact.at >= silence for fact in facts)

    def _resumed(self, node: nodes.Resumed, person: str) -> bool:
        facts = self._matching(node.fact, person, node.where)
        return any(
            self._in_window(node.window, fact) and fact.at - before.at >= micros(node.after_silence)
            for before, fact in pairwise(facts)
        )

    # --- sequences ---------------------------------------------------------------------------------

    def _sequence(self, node: nodes.FactSequence, person: str) -> bool:
        steps = [(step, self._matching(step.fact, person, step.where)) for step in node.steps]
        if node.by is None:
            return self._complete(steps)
        keys = {fact.values[node.by] for _, facts in steps for fact in facts} - {None}
        return any(
            self._complete([(s, [f for f in facts if f.values[node.by or ""] == key]) for s, facts in steps])
            for key in keys
        )

    def _complete(self, steps: Sequence[tuple[nodes.Step, list[Happening]]]) -> bool:
        """Whether the facts of one key make a chain."""
        last = steps[-1][0]
        if not last.negated:
            return bool(self._ends(steps))
        (first, facts), *_ = steps
        if len(steps) == 2:
            ends = [fact for fact in facts[-1:] if self._in_window(first.window, fact)]
        else:
            ends = self._ends(steps[:-1])
        if not ends:
            return False
        deciding = max(ends, key=lambda fact: fact.at)
        assert last.within is not None
        is_over = deciding.at + micros(last.within) <= self.point.as_of
        return is_over and not self._followers(steps[-2][0], deciding, *steps[-1])

    def _ends(self, steps: Sequence[tuple[nodes.Step, list[Happening]]]) -> list[Happening]:
        """Facts of the last of these steps in which a chain ends."""
        (first, facts), *more = steps
        ends = [fact for fact in facts if self._in_window(first.window, fact)]
        before = first
        for step, candidates in more:
            ends = [fact for end in ends for fact in self._followers(before, end, step, candidates)]
            before = step
        return ends

    def _followers(
        self, before: nodes.Step, fact: Happening, step: nodes.Step, candidates: Sequence[Happening]
    ) -> list[Happening]:
        """Facts that follow another soon enough."""
        assert step.within is not None
        until = fact.at + micros(step.within)
        same_kind = (before.fact.name, is_reserved(before.fact)) == (step.fact.name, is_reserved(step.fact))
        return [
            other
            for other in candidates
            if (other.at > fact.at or (other.at == fact.at and not same_kind)) and other.at < until
        ]

    # --- the log, shares ---------------------------------------------------------------------------

    def _moved(self, node: nodes.Moved, person: str) -> bool:
        op = "leave" if node.left else "enter"
        return any(
            row["segment"] == node.segment
            and row["op"] == op
            and self.world.person(row["customer"]) == person
            and (node.any_cause or row["cause"] in BEHAVIOUR)
            and row.get("known_seq", 1) <= self.point.known_seq
            and self.clock.holds(node.window, row["at"])
            for row in self.world.log
        )

    def _share(self, node: nodes.Share, person: str) -> bool:
        named = [one for one in self.world.ids_of(person) if one not in self.world.anonymous]
        digest = hashlib.md5(f"{node.salt}:{min(named)}".encode()).hexdigest()
        return int(digest[:8], 16) < node.share * 2**32
