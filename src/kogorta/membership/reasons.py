"""Why a customer is in a segment that people defined: every condition, and what would change the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from kogorta.compile.segments import Cut, Finding, cuts_in, look_at
from kogorta.compile.steps import Instant, Steps
from kogorta.definitions.catalogue import Kind
from kogorta.definitions.document import EVERYONE, Definition
from kogorta.definitions.nodes import AllOf, AnyOf, Node, Not, Op, Test, Trait
from kogorta.definitions.recorded import log_conditions
from kogorta.errors import NotFoundError
from kogorta.identity.resolve import keys_of
from kogorta.membership.edges import turning_instants
from kogorta.membership.held import Held, Record, record_of
from kogorta.membership.own import closure, traits_in
from kogorta.membership.view import View
from kogorta.vocab import Business

Truths = Mapping[Node, Finding]
GROUPS = (AllOf, AnyOf, Not)


@dataclass(frozen=True)
class Reason:
    """One condition of a definition and what is true of the customer.

    Attributes:
        node: The condition.
        holds: Whether it is true of him.
        value: The value that it tests, in the unit in which definitions are written; None where it is missing or the
            condition tests none.
        kind: What the value is; None where the condition tests none.
        parts: What it is made of.
        record: What the log knows of it; None of a condition that does not ask the log how long it has held.
    """

    node: Node
    holds: bool
    value: object
    kind: Kind | None
    parts: tuple[Reason, ...]
    record: Record | None = None


@dataclass(frozen=True)
class Reasons:
    """The answer.

    Attributes:
        customer_id: Whom it is about.
        definition, segment: What was asked.
        actual: The segment of the definition that he is in; None if he is in none.
        is_member: Whether that is the one asked about.
        as_of, known_seq, frame_at: The triple that makes the answer reproducible; UTC.
        root: The conditions that decide, as a tree.
        changes: Single conditions each of which would change the answer if it alone were otherwise.
        is_several: Not a member, and no single condition would make him one.
        turns_at: The first instant at which time alone changes the answer; None if it does not in a good year.
    """

    customer_id: str
    definition: str
    segment: str
    actual: str | None
    is_member: bool
    as_of: datetime
    known_seq: int
    frame_at: datetime
    root: Reason
    changes: tuple[Reason, ...]
    is_several: bool
    turns_at: datetime | None


def reasons(view: View, definition: Definition, segment: str, customer_id: str) -> Reasons:
    """Explain one customer and one segment that people defined, as of the view's instant.

    Raises:
        NotFoundError: No such customer, or he was not yet known then.
    """
    roots = {id_: condition_of(definition, id_) for id_ in definition.segments}
    asking = _Asking(view, definition, customer_id)
    with asking.at(view.instant.as_of) as truths:
        found = truths(list(roots.values()))
    if not found:
        raise NotFoundError(
            "this customer was not yet known at that instant", got=customer_id, hint="ask for a later --as-of"
        )
    root = _reason(roots[segment], found, asking.records)
    changes = tuple(_single_changes(root))
    actual = next((id_ for id_, condition in roots.items() if _truth(condition, found)), None)
    return Reasons(
        customer_id,
        definition.id,
        segment,
        actual,
        root.holds,
        view.instant.as_of,
        view.instant.known_seq,
        view.frames.rfm.frame_at,
        root,
        changes,
        not root.holds and not changes,
        asking.turns_at(roots[segment], found, now=root.holds),
    )


def condition_of(definition: Definition, segment: str) -> Node:
    """Return the condition of a segment: in a scheme, of the base, of none before it, and its own."""
    if definition.where is not None:
        return definition.where
    before: list[Node] = []
    base: Node | None = definition.base if isinstance(definition.base, Node) else None
    if base is None and definition.base != EVERYONE:
        base = Trait("orders_count", (Test(Op.AT_LEAST, 1),))
    first = [base] if base is not None else []
    for part in definition.parts:
        if part.id == segment:
            return _joined([*first, *before, part.where])
        before.append(Not(part.where))
    return _joined([*first, *before])


def _joined(nodes: Sequence[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else AllOf(tuple(nodes))


class _Asking:
    """Questions about one person, each as of an instant."""

    def __init__(self, view: View, definition: Definition, customer_id: str) -> None:
        self.view = view
        self.definitions = closure(view.own, [definition.id])
        self.definitions[definition.id] = definition
        self.key, self.keys = keys_of(view.steps.aliases, view.warehouse.customer_key(customer_id))
        view.need_base(traits_in(self.definitions.values()))
        self.cuts = self._cuts()
        asks_log = log_conditions(self.definitions.values(), view.catalogue)
        self.records: dict[Held, Record] = {node: record_of(view, node, self.keys) for node in asks_log}

    def _cuts(self) -> dict[Cut, int | float]:
        """Return the values of the base that conditions compare with: stored, or else of this instant."""
        wanted = cuts_in(self.definitions)
        stored = self.view.stored_cuts(wanted)
        if len(stored) < len(wanted):
            return dict(self.view.place(self.definitions).cuts)
        return stored

    @contextmanager
    def at(self, as_of: datetime) -> Iterator[Any]:
        """Stand at an instant; gives a function from conditions to what is true of every one below them."""
        view, frames = self.view, self.view.frames
        with _scoped(view, as_of, self.keys) as steps:

            def truths(roots: Sequence[Node]) -> dict[Node, Finding]:
                nodes = _leaves(roots)
                language = view.language(self.definitions)
                found = look_at(steps, frames, language, nodes, self.cuts).get(self.key)
                return dict(zip(nodes, found, strict=True)) if found else {}

            yield truths

    def turns_at(self, root: Node, found: Truths, *, now: bool) -> datetime | None:
        """Return the first instant at which time alone makes a condition true, or no longer true."""
        with _scoped(self.view, self.view.instant.as_of, self.keys) as steps:
            nodes = _everything(root, self.definitions)
            values = {node: finding.value for node, finding in found.items()}
            since = {node: record.since for node, record in self.records.items() if record.since}
            instants = turning_instants(self.view, steps, nodes, values, since)

        def holds(instant: datetime) -> bool:
            with self.at(instant) as truths:
                then = truths([root])
            return _truth(root, then) if then else False

        return _first_change(instants, holds, now=now)


MOST_LOOKED_AT = 48
"""How many instants are looked at one by one; of more, evenly many, and then those between two that differ."""


def _first_change(
    instants: Sequence[datetime], holds: Callable[[datetime], bool], *, now: bool
) -> datetime | None:
    """Return the first instant where an answer differs."""
    if not instants:
        return None
    stride = -(-len(instants) // MOST_LOOKED_AT)
    places = [*range(0, len(instants), stride)]
    if places[-1] != len(instants) - 1:
        places.append(len(instants) - 1)
    low, high = -1, len(instants)
    for place in places:
        if holds(instants[place]) != now:
            high = place
            break
        low = place
    if high == len(instants):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        if holds(instants[middle]) != now:
            high = middle
        else:
            low = middle
    return instants[high]


@contextmanager
def _scoped(view: View, as_of: datetime, keys: Sequence[int]) -> Iterator[Steps]:
    """Open an evaluation that reads the facts of one person only; of accounts, everyone's."""
    steps = view.steps
    by_account = steps.meaning.business is Business.B2B
    with view.warehouse.session() as session:
        changes: dict[str, Any] = {"session": session, "instant": Instant(as_of, steps.instant.known_seq)}
        yield replace(steps, **changes, _schemas={}) if by_account else steps.scoped(keys, **changes)


def _leaves(roots: Sequence[Node]) -> list[Node]:
    """Return every condition that is no group, once each."""
    return list(dict.fromkeys(node for root in roots for node in root.walk() if not isinstance(node, GROUPS)))


def _everything(root: Node, definitions: Mapping[str, Definition]) -> list[Node]:
    """Return every condition that can matter: those below a root, and those of the definitions that it may name."""
    roots = [root, *(condition for item in definitions.values() for condition in item.conditions())]
    return _leaves(roots)


def _truth(node: Node, found: Truths, otherwise: Node | None = None) -> bool:
    """Return whether a condition holds; as if `otherwise` were the contrary of what it is."""
    if isinstance(node, AllOf):
        return all(_truth(child, found, otherwise) for child in node.of)
    if isinstance(node, AnyOf):
        return any(_truth(child, found, otherwise) for child in node.of)
    if isinstance(node, Not):
        return not _truth(node.of, found, otherwise)
    return found[node].holds != (node is otherwise or node == otherwise)


def _reason(node: Node, found: Truths, records: Mapping[Held, Record]) -> Reason:
    parts = tuple(_reason(child, found, records) for child in node.children())
    if isinstance(node, GROUPS):
        return Reason(node, _truth(node, found), None, None, parts)
    finding = found[node]
    record = records.get(node) if isinstance(node, Held) else None
    return Reason(node, finding.holds, finding.value, finding.kind, (), record)


def _single_changes(root: Reason) -> Iterator[Reason]:
    """Yield the conditions each of which would turn the answer if it alone were otherwise."""
    leaves = {reason.node: reason for reason in _flat(root) if not reason.parts}
    found = {node: Finding(reason.holds) for node, reason in leaves.items()}
    for node, reason in leaves.items():
        if _truth(root.node, found, node) != root.holds:
            yield reason


def _flat(reason: Reason) -> Iterator[Reason]:
    yield reason
    for part in reason.parts:
        yield from _flat(part)
