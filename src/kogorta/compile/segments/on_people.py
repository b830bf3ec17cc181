"""Conditions on what people are: traits, attributes, lists, consents, shares."""

from __future__ import annotations

from math import ceil
from typing import Any

import ibis

from kogorta.compile.attributes import Attribute, current_values, history
from kogorta.compile.segments import ledgers
from kogorta.compile.segments.cuts import OF_THE_BASE, cut_of
from kogorta.compile.segments.holds import Holder, several
from kogorta.compile.segments.needs import Condition, Needs, all_of, any_of
from kogorta.definitions.catalogue import Kind, TraitInfo
from kogorta.definitions.catalogue import Source as From
from kogorta.definitions.nodes import (
    Consent,
    ConsentState,
    InList,
    InSegment,
    Moved,
    Op,
    Share,
    Test,
    Trait,
)
from kogorta.definitions.recorded import held_by_log, log_place, recorded_node
from kogorta.durations import Duration
from kogorta.traits.idioms import count_if, flag


class PeopleConditions(Needs):
    """Compiles conditions on traits and ledgers."""

    def in_list(self, node: InList) -> Condition:
        """Compile `in_list`."""
        return self.flagged(node, lambda: ledgers.on_list(self.facts, node.name))

    def consent(self, node: Consent) -> Condition:
        """Compile `consent`."""
        key = Consent(node.channel, node.purpose)
        name = self.table(
            key, lambda name: ledgers.consents(self.facts, node, f"{name}_granted", f"{name}_withdrawn")
        )

        def build(t: Any) -> Any:
            granted = ibis.coalesce(t[f"{name}_granted"], 0) == 1
            withdrawn = ibis.coalesce(t[f"{name}_withdrawn"], 0) == 1
            if node.state is ConsentState.GRANTED:
                return granted & ~withdrawn
            return withdrawn if node.state is ConsentState.WITHDRAWN else ~withdrawn

        return build

    def moved(self, node: Moved) -> Condition:
        """Compile `entered` and `left`."""
        scheme, _, segment = node.segment.partition(".")
        self.bounds.start(node.window)
        self.bounds.end(node.window)
        return self.flagged(
            node,
            lambda: self.in_window(
                ledgers.moved(self.facts, node, scheme, segment or scheme), node.window
            ).select("customer_key"),
        )

    def share(self, node: Share) -> Condition:
        """Compile `share`."""
        name = self.table("names", lambda name: ledgers.first_names(self.facts, name))
        limit = ceil(node.share * 16**ledgers.HEX_DIGITS)
        if limit >= 16**ledgers.HEX_DIGITS:
            return lambda _: ibis.literal(True)

        def build(t: Any) -> Any:
            digits = ledgers.md5(ibis.literal(f"{node.salt}:") + t[name]).left(ledgers.HEX_DIGITS)
            return ibis.coalesce(digits < f"{limit:0{ledgers.HEX_DIGITS}x}", False)

        return build

    def trait(self, node: Trait) -> Condition:
        """Compile the test of a trait."""
        info = self.catalogue.traits[node.name]
        length = held_by_log(node, self.catalogue)
        if length is not None:
            return self.held_in_log(self.trait(recorded_node(node)), node, length)
        if info.kind is Kind.LIST:
            return self._list_trait(node)
        if node.held_for is not None:
            return self._held(node, info, node.held_for)
        read = self.value(node.name, info)
        whole_base = [test for test in node.tests if test.op in OF_THE_BASE]
        own = tuple(test for test in node.tests if test not in whole_base)
        conditions = [self._cut(node, test) for test in whole_base]
        if own:
            bounds = self.zoned if node.customer_zone else self.bounds
            self.ask(info.kind, own, bounds)
            conditions.append(
                lambda t: self.holder(t, zoned=node.customer_zone).all(read(t), info.kind, info.scale, own)
            )
        if node.customer_zone and self.zoned.types:
            self.value("timezone", self.catalogue.traits["timezone"])
        return lambda t: all_of([condition(t) for condition in conditions])

    def held_in_log(self, now: Condition, node: Trait | InSegment, length: Duration) -> Condition:
        """Compile that a condition is true, and that the log has had it so without a break for so long."""
        place, start = log_place(node), self.bounds.edge(length)
        held = self.flagged(
            ("unbroken", place, start), lambda: ledgers.unbroken(self.facts, place, self.params(), start)
        )
        return lambda t: now(t) & held(t)

    def value(self, name: str, info: TraitInfo) -> Condition:
        """Return how the value of a trait is read."""
        if info.source is From.COMPUTED:
            self.traits.setdefault(name)
            return lambda t: t[name]
        attribute = Attribute("birth_date" if info.source is From.AGE else name, info)
        column = self.table(
            ("attribute", attribute.name), lambda name: current_values(self.facts, attribute, name)
        )
        if info.source is not From.AGE:
            return lambda t: t[column]
        year, key = self.bounds.today_number("year"), self.bounds.today_number("key")

        def age(t: Any) -> Any:
            born = t[column]
            birthday_ahead = flag(born.month() * 100 + born.day() > t[key])
            years = (t[year] - born.year() - birthday_ahead).cast("int64")
            return ibis.ifelse(years >= 0, years, ibis.null().cast("int64"))

        return age

    def compared(self, name: str) -> Condition:
        """Return how the value of a trait is read where people are compared: missing of whoever it is not about."""
        traits = self.catalogue.traits
        read, about = self.value(name, traits[name]), traits[name].about
        if not about:
            return read
        counted = self.value(about, traits[about])

        def known(t: Any) -> Any:
            value = read(t)
            return ibis.ifelse(counted(t) > 0, value, ibis.null().cast(value.type()))

        return known

    def attribute_column(self, name: str) -> str:
        """Return the column of an attribute in the wide table."""
        attribute = Attribute(name, self.catalogue.traits[name])
        return self.table(("attribute", name), lambda column: current_values(self.facts, attribute, column))

    def _cut(self, node: Trait, test: Test) -> Condition:
        wanted, read = cut_of(node, test), self.compared(node.name)
        cut = self.cuts.setdefault(wanted, f"cut_{len(self.cuts) + 1}")

        def build(t: Any) -> Any:
            value = read(t)
            if wanted.part == 0:
                beyond = value.notnull()
            else:
                beyond = ibis.coalesce(value < t[cut] if test.op is Op.BOTTOM else value > t[cut], False)
            return value.notnull() & ~beyond if test.bound is Op.LESS_THAN else beyond

        return build

    def _held(self, node: Trait, info: TraitInfo, length: Duration) -> Condition:
        attribute, start = Attribute(node.name, info), self.bounds.edge(length)
        self.ask(info.kind, node.tests)

        def build(name: str) -> Any:
            past = history(self.facts, attribute).cross_join(
                self.params().select("as_of", *self.bounds.types)
            )
            passes = Holder(self.bounds, lambda column: past[column]).all(
                past.value, info.kind, info.scale, node.tests
            )
            before = past.filter(past.moment <= past[start])
            latest = before.group_by("customer_key").agg(latest=before.moment.max())
            dated = past.mutate(passes=flag(passes)).left_join(latest, "customer_key")
            counts = ibis.coalesce(dated.moment >= dated.latest, True)
            return dated.group_by("customer_key").agg(
                **{
                    f"{name}_before": flag(dated.latest.notnull()).max(),
                    f"{name}_failed": count_if(counts & (dated.passes == 0)),
                }
            )

        name = self.table(("held", node), build)

        def read(t: Any) -> Any:
            nothing = self.holder(t).all(ibis.null().cast(attribute.type), info.kind, info.scale, node.tests)
            known = ibis.coalesce(t[f"{name}_before"], 0) == 1
            return (known | nothing) & (ibis.coalesce(t[f"{name}_failed"], 0) == 0)

        return read

    def _list_trait(self, node: Trait) -> Condition:
        parts = []
        for test in node.tests:
            if node.name == "lists":
                parts.append(self._lists(test))
            else:
                parts.append(self._kinds(test))
        return lambda t: all_of([part(t) for part in parts])

    def _lists(self, test: Test) -> Condition:
        names = (
            sorted(self.catalogue.lists)
            if test.op in {Op.EXISTS, Op.MISSING}
            else [str(v) for v in several(test)]
        )
        inside = [self.in_list(InList(name)) for name in names]
        if test.op is Op.HAS_ALL:
            return lambda t: all_of([part(t) for part in inside])
        if test.op is Op.MISSING:
            return lambda t: ~any_of([part(t) for part in inside])
        return lambda t: any_of([part(t) for part in inside])

    def _kinds(self, test: Test) -> Condition:
        wanted = (
            ()
            if test.op in {Op.EXISTS, Op.MISSING}
            else tuple(sorted({str(value) for value in several(test)}))
        )

        def build(name: str) -> Any:
            kinds = ledgers.contact_kinds(self.facts)
            own = kinds.filter(kinds.kind.isin(wanted)) if wanted else kinds
            return own.group_by("customer_key").agg(**{name: own.count().cast("int64")})

        name = self.table(("kinds", wanted), build)
        least = len(wanted) if test.op is Op.HAS_ALL else 1
        if test.op is Op.MISSING:
            return lambda t: ibis.coalesce(t[name], 0) == 0
        return lambda t: ibis.coalesce(t[name], 0) >= least
