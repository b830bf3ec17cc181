"""Conditions on what people did."""

from __future__ import annotations

from functools import reduce
from typing import Any

from kogorta.compile.segments import chains
from kogorta.compile.segments.measures import Totals, change_passes, mean_passes, measure
from kogorta.compile.segments.needs import Condition, Needs, all_of
from kogorta.definitions.catalogue import Kind
from kogorta.definitions.durations import Duration
from kogorta.definitions.nodes import (
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
from kogorta.traits.idioms import flag


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
        group = self.group(node.fact, node.where)
        totals = self.totals.setdefault(group, Totals(f"{group}_n"))
        value = None
        if node.of is not None:
            info = self.column(node.fact, node.of)

            def value(rows: Any) -> Any:
                column = rows[info.stored]
                return column.nullif("") if info.kind in {Kind.TEXT, Kind.PATH} else column

        key = (node.fact, node.where, window, node.of)
        return measure(totals, key, self.matches(node.fact, node.where, window), node.measure, value)

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
        group = self.group(node.fact, node.of, node.where)
        of, keep = self.matches(node.fact, node.of), self.matches(node.fact, node.where, node.window)
        return self.flagged(node, lambda: chains.chosen(self.rows(group), of, keep, newest=node.newest))

    def regularly(self, node: Regularly) -> Condition:
        """Compile `regularly`."""
        periods = self.good_periods(node)
        return lambda t: periods(t) >= node.at_least

    def good_periods(self, node: Regularly) -> Condition:
        """Return in how many of the periods of `regularly` the count passes its tests."""
        group = self.group(node.fact, node.where)
        totals = self.totals.setdefault(group, Totals(f"{group}_n"))
        counts = []
        for number in range(node.periods):
            ends = Duration(node.in_each.amount * number, node.in_each.unit)
            begins = Duration(node.in_each.amount * (number + 1), node.in_each.unit)
            window = Window(begins, ends if number else None)
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
        group = self.group(node.fact, node.where)
        where, inside = self.matches(node.fact, node.where), self.matches(node.fact, Where(), node.window)
        return self.flagged(node, lambda: chains.resumed(self.rows(group), where, inside, node.after_silence))

    def sequence(self, node: FactSequence) -> Condition:
        """Compile `sequence`."""
        groups = [self.group(step.fact, step.where) for step in node.steps]
        alone = len(node.steps) == 2 and node.steps[-1].negated
        wheres = [self.matches(step.fact, step.where) for step in node.steps]
        keys = [self.column(step.fact, node.by).stored if node.by else None for step in node.steps]
        first = self.matches(
            FactRef(node.steps[0].fact.name, node.steps[0].fact.is_event), Where(), node.steps[0].window
        )

        def build() -> Any:
            found = []
            for number, (group, where, key) in enumerate(zip(groups, wheres, keys, strict=True)):
                rows = self.rows(group)
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
