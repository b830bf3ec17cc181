"""From facts to answers: the doors of this package."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tests.core.reference.facts import Facts, View, look
from tests.core.reference.history import History, account_histories, account_members, histories
from tests.core.reference.lifecycle import (
    LifecycleFrame,
    LifecycleRow,
    first_instant,
    lifecycle_frame,
    lifecycle_row,
)
from tests.core.reference.rfm import DEFAULT, Methods, RfmFrame, RfmRow, choose_window, rfm_frame, rfm_row
from tests.core.reference.rules import SHOP, Rules


@dataclass(frozen=True)
class Point:
    """Where one stands: the instant, and the last commit known (None: all)."""

    as_of: datetime
    known_seq: int | None = None


class _Auto:
    """Stands for a window that nobody set."""


AUTO = _Auto()


def make_rfm_frame(
    facts: Facts, at: Point, rules: Rules = SHOP, window: int | _Auto | None = AUTO
) -> RfmFrame:
    """The RFM frame computed at a point; without a window given it is chosen there."""
    people = list(histories(look(facts, at.as_of, at.known_seq), rules).values())
    days = choose_window(people, rules) if isinstance(window, _Auto) else window
    return rfm_frame(people, rules, days)


def evaluate_rfm(
    facts: Facts,
    at: Point,
    rules: Rules = SHOP,
    *,
    window: int | _Auto | None = AUTO,
    methods: Methods = DEFAULT,
    frame: RfmFrame | None = None,
    lifecycle: LifecycleFrame | None = None,
) -> dict[str, RfmRow]:
    """RFM of everyone who ever ordered, against the frames given or ones computed at the same point.

    The lifecycle frame says how long the stage `new` lasts, which is what makes a newcomer.
    """
    used = frame or make_rfm_frame(facts, at, rules, window)
    stages = lifecycle or make_lifecycle_frame(facts, at, rules)
    people = histories(look(facts, at.as_of, at.known_seq), rules)
    rows = {
        customer: rfm_row(person, used, stages.new_days, rules, methods)
        for customer, person in people.items()
    }
    return {customer: row for customer, row in rows.items() if row is not None}


def lifecycle_people(view: View, rules: Rules) -> dict[frozenset[str], History]:
    """Those whose lives are judged, each as a set of customers: accounts in B2B, else single customers."""
    if rules.by_account:
        return account_histories(view, rules)
    return {frozenset([customer]): person for customer, person in histories(view, rules).items()}


def make_lifecycle_frame(facts: Facts, at: Point, rules: Rules = SHOP) -> LifecycleFrame:
    """The lifecycle frame computed at a point."""
    return lifecycle_frame(lifecycle_people(look(facts, at.as_of, at.known_seq), rules).values())


def evaluate_lifecycle(
    facts: Facts, at: Point, rules: Rules = SHOP, frame: LifecycleFrame | None = None
) -> dict[str, LifecycleRow]:
    """The lifecycle of every visible customer, against the frame given or one computed at the same point."""
    view = look(facts, at.as_of, at.known_seq)
    used = frame or make_lifecycle_frame(facts, at, rules)
    people = lifecycle_people(view, rules)
    first_ever = first_instant(people.values())
    rows = {members: lifecycle_row(person, used, rules, first_ever) for members, person in people.items()}
    own = account_members(view) if rules.by_account else {c: frozenset([c]) for c in view.customer_ids()}
    return {customer: rows[members] for customer, members in own.items()}
