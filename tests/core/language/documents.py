"""Random definitions, written as the documents that people write."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from kogorta.definitions.catalogue import Kind
from tests.core.language import chance
from tests.core.language.lexicon import (
    FACTS,
    NUMERIC,
    OFTEN,
    PATTERNS,
    SPANS,
    TRAITS,
    UNITS,
    WHOLE,
    WORDS_CALENDAR,
    Columns,
    Document,
)
from tests.core.language.settings import LENGTHS, Setting, Strategy


def one_of(values: Sequence[Any]) -> Strategy:
    return chance.sampled_from(list(values))


def often(columns: Columns) -> list[str]:
    """Their names, some of them several times."""
    return [*sorted(columns), *[name for name in OFTEN for _ in range(2) if name in columns]]


def some_of(values: Sequence[Any]) -> Strategy:
    """One to three different values."""
    return chance.lists(one_of(values), 1, 3, lambda value: value)


class Writer:
    """Writes conditions about a setting.

    Args:
        at: Where one stands in time.
        themes: What the world knows of.
    """

    def __init__(self, at: Setting, themes: Sequence[str]) -> None:
        self.at = at
        self.facts = {name: columns for theme in themes for name, columns in FACTS[theme].items()}
        sources = [*themes, *(["derived"] if "described" in themes else [])]
        self.traits = {name: what for source in sources for name, what in TRAITS.get(source, {}).items()}
        self.themes = themes

    # --- moments and windows -------------------------------------------------------------------------

    def lengths(self, *units: str) -> Strategy:
        """Lengths of time of these units, mostly those that meet the facts."""
        found = [*LENGTHS, *(self.at.lengths * 5)]
        return one_of([length for length in found if length.lstrip("0123456789") in (units or UNITS)])

    def words_of_calendar(self) -> Strategy:
        """Calendar words, mostly those that meet the facts."""
        return one_of([*WORDS_CALENDAR, *(self.at.words * 9)])

    def moments(self, *, bare: bool = True) -> Strategy:
        """Instants with their zone, and bare dates."""
        instants = self.at.instants().map(lambda at: at.replace(tzinfo=UTC))
        return instants | self.at.days() if bare else instants

    def windows(self) -> Strategy:
        """The words of a window."""
        pairs = (("14d", "7d"), ("7d", "0d"), ("30d", "1d"), ("1y", "1mo"), ("2mo", "7d"), ("1d", "4h"))
        return chance.one_of(
            chance.just({}),
            chance.just({}),
            chance.builds(lambda length: {"within": length}, self.lengths()),
            chance.builds(lambda length: {"within": length}, one_of(("7d", "14d", "30d", "2mo", "1y"))),
            chance.builds(lambda pair: {"from": pair[0], "to": pair[1]}, one_of(pairs)),
            chance.builds(lambda length: {"from": length}, self.lengths()),
            chance.builds(lambda length: {"before": length}, self.lengths() | chance.just("0d")),
            chance.builds(lambda word: {"during": word}, self.words_of_calendar()),
            chance.builds(lambda at: {"since": at}, self.moments()),
            chance.builds(lambda at: {"until": at}, self.moments()),
            self._between(self.moments(bare=False)).map(lambda two: {"since": two[0], "until": two[1]}),
            self._between(self.at.days()).map(lambda two: {"since": two[0], "until": two[1]}),
        )

    def _between(self, values: Strategy) -> Strategy:
        return chance.lists(values, 2, 2, lambda value: value).map(sorted)

    # --- tests ---------------------------------------------------------------------------------------

    def tests(self, kind: Kind, values: Sequence[Any]) -> Strategy:
        """One test, now and then two that some value can pass."""
        one = self._test(kind, values)
        bare = {"exists", "missing"}

        def united(left: Document, right: Document) -> Document:
            return left if bare & {*left, *right} else {**left, **right}

        return one | one | chance.builds(united, one, one)

    def _test(self, kind: Kind, values: Sequence[Any]) -> Strategy:
        bare = chance.sampled_from([{"exists": True}, {"missing": True}, {"exists": False}])
        if kind is Kind.LIST:
            return chance.one_of(
                bare,
                some_of(values).map(lambda v: {"has_any": v}),
                some_of(values).map(lambda v: {"has_all": v}),
            )
        if kind is Kind.DATE:
            return bare | self._day_test()
        if kind is Kind.INSTANT:
            return bare | self._instant_test()
        value = one_of(values)
        same = [value.map(lambda v: {"is": v}), value.map(lambda v: {"is_not": v})]
        if kind is Kind.FLAG:
            return chance.one_of(bare, *same)
        same.append(some_of(values).map(lambda v: {"in": v}))
        if kind in NUMERIC:
            return chance.one_of(bare, *same, self._number_test(values), self._number_test(values))
        if kind is Kind.PATH:
            return chance.one_of(bare, *same)
        parts = [text[start:] for text in values for start in (0, 1) if text[start:]]
        return chance.one_of(
            bare,
            *same,
            one_of(parts).map(lambda v: {"contains": v}),
            one_of([*parts, *[text[:1] for text in values]]).map(lambda v: {"starts_with": v}),
            one_of(PATTERNS).map(lambda v: {"matches": v}),
        )

    def _number_test(self, values: Sequence[Any]) -> Strategy:
        words_of_order = one_of(("at_least", "at_most", "more_than", "less_than"))
        return chance.one_of(
            chance.builds(lambda word, value: {word: value}, words_of_order, one_of(values)),
            chance.lists(one_of(values), 2, 2).map(lambda two: {"between": sorted(two)}),
        )

    def _day_test(self) -> Strategy:
        days = self.at.days()
        return chance.one_of(
            chance.builds(lambda word, day: {word: day}, one_of(("is", "is_not", "before", "after")), days),
            self._between(days).map(lambda two: {"between": two}),
            chance.builds(
                lambda word, length: {word: length},
                one_of(("in_last", "in_next")),
                self.lengths("d", "mo", "y"),
            ),
            self._calendar_test(),
        )

    def _instant_test(self) -> Strategy:
        word = one_of(("is", "before", "after", "before", "after"))
        return chance.one_of(
            chance.builds(lambda word, at: {word: at}, word, self.moments()),
            self._between(self.at.days()).map(lambda two: {"between": two}),
            self._between(self.moments(bare=False)).map(lambda two: {"between": two}),
            chance.builds(
                lambda word, length: {word: length}, one_of(("in_last", "in_next")), self.lengths()
            ),
            self.words_of_calendar().map(lambda word: {"during": word}),
        )

    def _calendar_test(self) -> Strategy:
        spans = (("0d", "0d"), ("0d", "7d"), ("-7d", "-1d"), ("-1w", "1w"), ("-1d", "300d"), ("1d", "364d"))
        return chance.one_of(
            self.words_of_calendar().map(lambda word: {"during": word}),
            self.words_of_calendar().map(lambda word: {"anniversary": word}),
            one_of(spans).map(lambda two: {"anniversary": {"from": two[0], "to": two[1]}}),
        )

    # --- facts ---------------------------------------------------------------------------------------

    def fact(self, name: str) -> Any:
        """How a fact is written."""
        return {"event": name.removeprefix("event ")} if name.startswith("event ") else name

    def where(self, name: str, *, always: bool = False) -> Strategy:
        """Tests of some columns, mostly of none or one."""
        columns = self.facts[name]
        one = one_of(often(columns)).flatmap(
            lambda column: self.tests(*columns[column]).map(lambda tests: {column: tests})
        )
        two = chance.builds(lambda left, right: {**left, **right}, one, one)
        nothing = chance.just({})
        return chance.one_of(*([one] if always else [nothing] * 3), one, one, two)

    def about(self, key: str, *words_of_where: str) -> Strategy:
        """A condition on a fact with its filters; `where!` is one that is never left out."""

        def written(name: str) -> Strategy:
            filters = chance.tuples(*[self.where(name, always=word[-1] == "!") for word in words_of_where])
            return filters.map(
                lambda found: (
                    {key: self.fact(name)}
                    | {
                        word.strip("!"): where
                        for word, where in zip(words_of_where, found, strict=True)
                        if where
                    }
                )
            )

        return one_of(sorted(self.facts)).flatmap(written)

    @staticmethod
    def join(*parts: Strategy) -> Strategy:
        """One mapping of several."""

        def united(found: tuple[Document, ...]) -> Document:
            result: Document = {}
            for part in found:
                result |= part
            return result

        return chance.tuples(*parts).map(united)

    def did(self) -> Strategy:
        """`did` and `did_not` with every measure, and with change."""
        return one_of(sorted(self.facts)).flatmap(self._did)

    def _did(self, name: str) -> Strategy:
        numeric = sorted(column for column, (kind, _) in self.facts[name].items() if kind in NUMERIC)
        counts = self._number_test(WHOLE).map(lambda tests: {"times": tests})
        distinct = chance.builds(
            lambda column, tests: {"distinct": {"of": column, **tests}},
            one_of(sorted(self.facts[name])),
            self._number_test(WHOLE),
        )
        measures = [chance.just({}), counts, distinct]
        measures += [self._measured(name, column) for column in numeric]
        head = chance.builds(
            lambda word, where: {word: self.fact(name)} | ({"where": where} if where else {}),
            one_of(("did", "did", "did_not")),
            self.where(name),
        )
        plain = self.join(head, chance.one_of(*measures), self.windows())
        bare = [chance.just({}), *[self._bare_measure(column) for column in numeric]]
        compared = self.join(head, chance.one_of(*bare, *measures[1:]), self._change())
        return plain | plain | compared

    def _measured(self, name: str, column: str) -> Strategy:
        kind, values = self.facts[name][column]
        word = one_of(("sum", "mean", "min", "max"))
        return chance.builds(
            lambda word, tests: {word: {"of": column, **tests}}, word, self.tests(kind, values)
        )

    def _bare_measure(self, column: str) -> Strategy:
        return one_of(("sum", "mean", "min", "max")).map(lambda word: {word: {"of": column}})

    def _change(self) -> Strategy:
        words_of_order = one_of(("at_least", "at_most", "more_than", "less_than"))
        shares = one_of(("-100%", "-50%", "0%", "20%", "23.4%", "100%"))
        return chance.builds(
            lambda word, share, length: {"change": {word: share}, "within": length},
            words_of_order,
            shares,
            self.lengths(),
        )

    def chosen(self) -> Strategy:
        """`first` and `newest`."""
        first, newest = self.about("first", "of", "where"), self.about("newest", "of", "where")
        at_once = self.about("first", "where!") | self.about("newest", "where!")
        return self.join(first | newest, self.windows()) | at_once

    def rhythmic(self) -> Strategy:
        """`regularly`, `stopped`, `resumed`."""
        periods = chance.builds(
            lambda length, of, least: {"in_each": length, "of": of, "at_least": min(least, of)},
            self.lengths(),
            one_of((1, 2, 3)),
            one_of((1, 2, 3)),
        )
        times: Strategy = chance.just({}) | self._number_test(WHOLE).map(lambda tests: {"times": tests})
        stopped = chance.builds(
            lambda pair, length: {"active": {"from": pair[0], "to": pair[1]}, "silent": length},
            one_of((("14d", "7d"), ("1y", "1d"), ("30d", "0d"), ("2mo", "1mo"))),
            self.lengths(),
        )
        silence = one_of(SPANS).map(lambda length: {"after_silence": length})
        return chance.one_of(
            self.join(self.about("regularly", "where"), periods, times),
            self.join(self.about("stopped", "where"), stopped),
            self.join(self.about("resumed", "where"), silence, self.windows()),
        )

    def sequences(self) -> Strategy:
        """Two steps or three; the last may be `did_not`; with a key where all of them have one."""
        soon = one_of(SPANS).map(lambda length: {"within": length})
        did, did_not = self.about("did", "where"), self.about("did_not", "where")
        bare = self.about("did")
        last = self.join(did | bare | did_not, soon)
        first = self.join(did | bare, self.windows())
        middle = self.join(did | bare, soon)
        steps = chance.tuples(first, last) | chance.tuples(first, last) | chance.tuples(first, middle, last)
        plain = steps.map(lambda found: {"sequence": list(found)})
        by = chance.sampled_from([None, "cart_id", "category", "channel", "product_id"])
        return chance.builds(self._with_key, plain, by)

    def _with_key(self, document: Document, by: str | None) -> Document:
        names = [step.get("did", step.get("did_not")) for step in document["sequence"]]
        columns = [self.facts[f"event {name['event']}" if isinstance(name, dict) else name] for name in names]
        return {**document, "by": by} if by and all(by in column for column in columns) else document

    # --- people ----------------------------------------------------------------------------------------

    def trait(self) -> Strategy:
        """A trait with its tests."""
        return one_of(often(self.traits)).flatmap(self._trait)

    def _trait(self, name: str) -> Strategy:
        kind, values = self.traits[name]
        tests = self.tests(kind, values)
        if kind in NUMERIC:
            shares = one_of(("0%", "10%", "25%", "33.3%", "50%", "75%", "100%"))
            ranks = chance.builds(lambda word, share: {word: share}, one_of(("top", "bottom")), shares)
            bounds = chance.builds(
                lambda word, number: {"percentile": {word: number}},
                one_of(("at_least", "less_than")),
                one_of((0, 10, 25, 33.3, 50, 100)),
            )
            tests = tests | tests | ranks | bounds
        found = tests.map(lambda tests: {"trait": name, **tests})
        held = self.lengths().map(lambda length: {"held_for": length})
        by_log = self.join(found, held)
        if kind in {Kind.DATE, Kind.INSTANT}:
            found = self.join(
                found, chance.sampled_from([{}, {}, {"zone": "customer"}, {"zone": "workspace"}])
            )
        if name in TRAITS["described"]:
            kept = self._test(kind, values).map(lambda tests: {"trait": name, **tests})
            return found | found | self.join(kept, held)
        return found | found | by_log

    def birthdays(self) -> Strategy:
        """Dates about today, whoever's today it is."""
        test = chance.one_of(
            one_of(("0d", "7d", "-1d", "1d")).map(lambda day: {"anniversary": {"from": day, "to": day}}),
            one_of(("today", "tomorrow", "yesterday")).map(lambda word: {"anniversary": word}),
            one_of(("today", "tomorrow", "yesterday")).map(lambda word: {"during": word}),
            one_of(("1d", "7d")).map(lambda length: {"in_last": length}),
        )
        zone = chance.sampled_from([{}, {"zone": "customer"}])
        trait = one_of(("birth_date", "birth_date", "due")).map(lambda name: {"trait": name})
        return self.join(trait, test, zone)

    def others(self, known: Sequence[str]) -> Strategy:
        """Lists, consents, shares, the log of segments."""
        consent = chance.builds(
            lambda channel, purpose, state: {"consent": {"channel": channel, "purpose": purpose}, **state},
            one_of(("email", "sms", "any")),
            one_of(("advertising", "service")),
            chance.sampled_from([{}, {"is": "granted"}, {"is": "withdrawn"}, {"is": "not_withdrawn"}]),
        )
        share = chance.builds(
            lambda share, salt: {"share": share, "salt": salt},
            one_of(("0%", "10%", "50%", "99.9%", "100%")),
            one_of(("x", "лето")),
        )
        moved = self.join(
            chance.builds(lambda word, name: {word: name}, one_of(("entered", "left")), one_of(known)),
            self.windows(),
            chance.sampled_from([{}, {"causes": "any"}, {"causes": "behaviour"}]),
        )
        found = [share, moved, moved] if known else [share]
        if "ledgers" in self.themes:
            found += [consent, consent, one_of(("l1", "l2")).map(lambda name: {"in_list": name})]
        return chance.one_of(*found)

    # --- whole conditions --------------------------------------------------------------------------------

    def leaves(self, known: Sequence[str]) -> Strategy:
        """One condition; `known` are segments that it may name."""
        kinds = [self.did(), self.did(), self.chosen(), self.rhythmic(), self.sequences(), self.others(known)]
        if self.traits:
            kinds += [self.trait(), self.trait()]
        if "described" in self.themes:
            kinds.append(self.birthdays())
        if known:
            member = one_of(known).map(lambda name: {"in_segment": name})
            held = self.lengths().map(lambda length: {"held_for": length})
            kinds.append(member | member | self.join(member, held))
        return chance.one_of(*kinds)

    def conditions(self, known: Sequence[str]) -> Strategy:
        """Mostly one condition, else groups in groups."""
        leaf = self.leaves(known)

        @chance.composite
        def tree(draw: chance.Draw, depth: int) -> Document:
            kind = draw(chance.sampled_from(("leaf", "leaf", "all", "any", "not"))) if depth else "leaf"
            if kind == "leaf":
                return dict(draw(leaf))
            if kind == "not":
                return {"not": draw(tree(depth - 1))}
            return {kind: draw(chance.lists(tree(depth - 1), 1, 3))}

        return leaf | leaf | leaf | tree(3)
