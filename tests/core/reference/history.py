"""Everything the rules look at, gathered per customer or per account."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from tests.core.reference.facts import Booking, Message, Order, View
from tests.core.reference.money import main_category, order_revenue
from tests.core.reference.rules import Rules
from tests.core.reference.stats import seconds_between


@dataclass(frozen=True)
class PricedOrder:
    """A counted order with its revenue as of now."""

    order_id: str
    ordered_at: datetime
    revenue: int | None


@dataclass(frozen=True)
class History:
    """One customer's (or account's) past as visible at ``as_of``.

    ``instants`` are those of counted orders, in services also of visits; ``days`` their distinct local dates.
    """

    as_of: datetime
    instants: tuple[tuple[datetime, date], ...]
    orders: tuple[PricedOrder, ...]
    loose_returns: tuple[tuple[datetime, int], ...] = ()
    category: str | None = None
    sent: tuple[tuple[datetime, str, bool], ...] = ()
    committed: bool = False

    @property
    def days(self) -> list[date]:
        """Own order (or visit) days: several orders of one day are one day."""
        return sorted({day for _, day in self.instants})

    @property
    def gaps(self) -> list[int]:
        """Days between neighbouring own order days, oldest first; never below 1."""
        days = self.days
        return [(later - earlier).days for earlier, later in pairwise(days)]

    @property
    def silence(self) -> int | None:
        """Whole seconds since the last counted order (or visit); None if there was none."""
        if not self.instants:
            return None
        return seconds_between(max(instant for instant, _ in self.instants), self.as_of)


def is_upcoming(booking: Booking, as_of: datetime) -> bool:
    """A booking that stands and has not started."""
    return booking.status == "booked" and booking.starts_at > as_of


def is_committed(view: View, members: frozenset[str]) -> bool:
    """Something is booked ahead, or an active subscription is due ahead."""
    booked = any(b.customer in members and is_upcoming(b, view.as_of) for b in view.bookings)
    subscribed = any(
        s.customer in members and s.status == "active" and s.next_at is not None and s.next_at > view.as_of
        for s in view.subscriptions
    )
    return booked or subscribed


def order_instants(
    view: View, orders: Iterable[Order], visits: Iterable[Booking]
) -> list[tuple[datetime, date]]:
    """Instants of orders and starts of visits, each with its local date."""
    instants = [order.ordered_at for order in orders] + [visit.starts_at for visit in visits]
    return sorted((instant, view.local_date(instant)) for instant in instants)


UNTOLD = {"sms", "смс", "call", "calls", "phone", "звонок", "телефон", "telegram", "tg"}
"""Words for channels of which nobody learns whether a message was read."""


def sent_messages(view: View, messages: Iterable[Message]) -> list[tuple[datetime, str, bool]]:
    """Messages by the instant of sending (then id), each with whether a person opened it; those that nobody could tell it of are left out."""
    told = [m for m in messages if m.channel.strip().lower() not in UNTOLD]
    return sorted((m.sent_at, m.message_id, m.message_id in view.opened) for m in told)


def history_of(view: View, members: frozenset[str], rules: Rules) -> History:
    """The past of one customer, or of all customers of an account taken together."""
    orders = [order for order in view.counted_orders() if order.customer in members]
    visits = [visit for visit in view.visits() if rules.services and visit.customer in members]
    priced = [PricedOrder(o.order_id, o.ordered_at, order_revenue(view, o)) for o in orders]
    loose = [(r.returned_at, r.amount) for r in view.returns if r.order_id is None and r.customer in members]
    return History(
        as_of=view.as_of,
        instants=tuple(order_instants(view, orders, visits)),
        orders=tuple(sorted(priced, key=lambda order: (order.ordered_at, order.order_id))),
        loose_returns=tuple(sorted(loose)),
        category=main_category(view, orders),
        sent=tuple(sent_messages(view, [m for m in view.messages if m.customer in members])),
        committed=is_committed(view, members),
    )


def histories(view: View, rules: Rules) -> dict[str, History]:
    """Every visible customer's own past."""
    return {customer: history_of(view, frozenset([customer]), rules) for customer in view.customer_ids()}


def account_members(view: View) -> dict[str, frozenset[str]]:
    """For every visible customer all visible customers of his account; without an account, himself alone."""
    ids = view.customer_ids()
    account = {c: view.customers[c].account for c in ids if c in view.customers}
    return {
        c: frozenset(o for o in ids if o == c or (account.get(c) and account.get(o) == account[c]))
        for c in ids
    }


def account_histories(view: View, rules: Rules) -> dict[frozenset[str], History]:
    """The past of every account, keyed by the set of its customers."""
    return {members: history_of(view, members, rules) for members in set(account_members(view).values())}
