"""Conditions on what people did."""

from __future__ import annotations

from functools import reduce
from typing import Any

from kogorta.compile.segments import chains
from kogorta.compile.segments.measures import Totals, change_passes, mean_passes, measure
from kogorta.compile.segments.needs import Condition, Needs, all_of
from kogorta.definitions.catalogue import Kind
from kogorta.definitions.nodes import (
    ALWAYS,
    Chosen,
    Did,
    FactRef,
    FactSequence,
    Measure,
    Regularly,
    Resumed,
    Stopped,
    Where,
    Window,
)
from kogorta.durations import Duration
from kogorta.traits.idioms import flag

TOTALS = "totals"
"""Reads facts for the totals of a part."""


class FactConditions(Needs):
    """Compiles conditions on facts."""

    def did(self, node: Did) -> Condition:
        """Compile `did` and `did_not`."""
        holds = [self._did_tests(node)] if node.tests else []
        if node.change:
            holds.append(self._did_change(node))
        return lambda t: (
            ~all_of([hold(t) for hold in holds]) if node.negated else all_of([hold(t) for hold in holds])
        )

    def _measured(self, node: Did, window: Window) -> Any:
        totals = self._totals(node.fact, window, node.where)
        value = None
        if node.of is not None:
            info = self.column(node.fact, node.of)

            def value(rows: Any) -> Any:
                column = rows[info.stored]
                return column.nullif("") if info.kind in {Kind.TEXT, Kind.PATH} else column

        key = (node.fact, node.where, window, node.of)
        return measure(totals, key, self.matches(node.fact, node.where, window), node.measure, value)

    def _totals(self, fact: FactRef, window: Window, where: Where) -> Totals:
        part = self.look(TOTALS, fact, window, where)
        return self.totals.setdefault(part, Totals(f"{part.name}_n"))

    def did_value(self, node: Did) -> Condition:
        """Return how the measure of `did` is read."""
        measured = self._measured(node, node.window)
        read: Condition = measured.number if node.measure is Measure.MEAN else measured.of
        return read

    def did_unit(self, node: Did) -> tuple[Kind, int]:
        """Return what the measure of `did` is, and what it is multiplied by."""
        if node.of is None or node.measure in {Measure.TIMES, Measure.DISTINCT}:
            return Kind.NUMBER, 1
        info = self.column(node.fact, node.of)
        return info.kind, info.scale

    def _did_tests(self, node: Did) -> Condition:
        measured = self._measured(node, node.window)
        kind, scale = self.did_unit(node)
        if node.measure is Measure.MEAN:
            return lambda t: mean_passes(t, measured, scale, node.tests)
        self.ask(kind, node.tests)
        return lambda t: self.holder(t).all(measured.of(t), kind, scale, node.tests)

    def _did_change(self, node: Did) -> Condition:
        later = self._measured(node, node.window)
        earlier = self._measured(node, _window_before(node.window))
        return lambda t: change_passes(later.number(t), earlier.number(t), node.change)

    def chosen(self, node: Chosen) -> Condition:
        """Compile `first` and `newest`."""
        # if the newest of all lies in the window, it is the newest of the window; what came first is asked of all time
        part = self.look(node, node.fact, node.window if node.newest else ALWAYS, node.of, node.where)
        of, keep = self.matches(node.fact, node.of), self.matches(node.fact, node.where, node.window)
        return self.flagged(node, lambda: chains.chosen(self.rows(part, node), of, keep, newest=node.newest))

    def regularly(self, node: Regularly) -> Condition:
        """Compile `regularly`."""
        periods = self.good_periods(node)
        return lambda t: periods(t) >= node.at_least

    def good_periods(self, node: Regularly) -> Condition:
        """Return in how many of the periods of `regularly` the count passes its tests."""
        counts = []
        for number in range(node.periods):
            ends = Duration(node.in_each.amount * number, node.in_each.unit)
            begins = Duration(node.in_each.amount * (number + 1), node.in_each.unit)
            window = Window(begins, ends if number else None)
            totals = self._totals(node.fact, window, node.where)
            matches = self.matches(node.fact, node.where, window)
            counts.append(
                measure(totals, (node.fact, node.where, window, None), matches, Measure.TIMES, None)
            )

        def periods(t: Any) -> Any:
            holder = self.holder(t)
            passed = [
                flag(holder.all(count.of(t), Kind.NUMBER, 1, node.tests)).cast("int64") for count in counts
            ]
            return reduce(lambda a, b: a + b, passed)

        return periods

    def stopped(self, node: Stopped) -> Condition:
        """Compile `stopped`."""
        active = self.did(Did(node.fact, node.where, node.active))
        silent = self.did(Did(node.fact, node.where, Window(node.silent), negated=True))
        return lambda t: active(t) & silent(t)

    def resumed(self, node: Resumed) -> Condition:
        """Compile `resumed`."""
        earlier = (node, "earlier")
        part = self.look(node, node.fact, node.window, node.where)
        start = self.bounds.start(node.window)
        past = self.look(earlier, node.fact, ALWAYS, node.where) if start else None
        where, inside = self.matches(node.fact, node.where), self.matches(node.fact, Where(), node.window)

        def build() -> Any:
            before = self.rows(past, earlier).rows if past else None
            if before is not None:
                before = before.filter(where(before) & (before.moment < before[start]))
            return chains.resumed(self.rows(part, node), before, where, inside, node.after_silence)

        return self.flagged(node, build)

    def sequence(self, node: FactSequence) -> Condition:
        """Compile `sequence`."""
        # whatever follows a first step that lies in its window comes after the start of that window
        readers = [(node, number) for number in range(len(node.steps))]
        begins = node.steps[0].window
        since = Window(begins.start, None, begins.calendar)
        parts = [
            self.look(reader, step.fact, since, step.where)
            for reader, step in zip(readers, node.steps, strict=True)
        ]
        alone = len(node.steps) == 2 and node.steps[-1].negated
        wheres = [self.matches(step.fact, step.where) for step in node.steps]
        keys = [self.column(step.fact, node.by).stored if node.by else None for step in node.steps]
        first = self.matches(
            FactRef(node.steps[0].fact.name, node.steps[0].fact.is_event), Where(), node.steps[0].window
        )

        def build() -> Any:
            found = []
            for number, (part, where, key) in enumerate(zip(parts, wheres, keys, strict=True)):
                rows = self.rows(part, readers[number])
                keep = where if number or alone else _both(where, first)
                found.append(chains.keyed(rows, key, keep))
            current = found[0]
            for number, step in enumerate(node.steps[1:], 1):
                is_same = step.fact == node.steps[number - 1].fact
                within = step.within or Duration(1, "d")
                if step.negated:
                    last = chains.last_of_each(current)
                    if alone:
                        last = self.in_window(last, node.steps[0].window)
                    as_of = self.params().select("as_of")
                    return chains.not_followed(last, found[number], within, as_of, is_same_kind=is_same)
                current = chains.follow(current, found[number], within, is_same_kind=is_same)
            return current.select("customer_key").distinct()

        return self.flagged(node, build)


def _both(one: Condition, other: Condition) -> Condition:
    return lambda rows: one(rows) & other(rows)


def _window_before(window: Window) -> Window:
    """Return the window of the same length right before one that ends at as_of."""
    if not isinstance(window.start, Duration):
        return window
    return Window(Duration(window.start.amount * 2, window.start.unit), window.start)
