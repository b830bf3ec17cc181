"""What is asked of a simulated base."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from kogorta.errors import InputError, KogortaError, ProblemsError
from kogorta.i18n import lazy, nlazy
from kogorta.simulate.chance import Chance
from kogorta.vocab import Business

BUSINESSES = (Business.SHOP.value, Business.SALON.value)
START, END = date(2024, 1, 1), date(2026, 1, 1)
"""Without wishes: fixed days, so that a seed means the same base whenever it is asked for."""
SHORTEST_DAYS, LONGEST_DAYS = 90, 3660
MOST_CUSTOMERS = 10_000_000
"""Telephone numbers of a base are all different, and no more than this many are made."""
MOST_EVENTS = 1000.0
DEFAULT_EVENTS = 20.0
LARGEST_SEED = 2**64 - 1

CHUNK = 5_000
"""Customers that are made at once. It bounds memory, and a seed means another base if it changes."""

ZONE_SECONDS = 3 * 3600
"""The business lives three hours east of UTC, the whole year round (`Europe/Moscow`)."""
DAY_SECONDS = 86_400

PURPOSES = (
    "people",
    "contacts",
    "consents",
    "life",
    "mailings",
    "baskets",
    "orders",
    "web",
    "support",
    "bookings",
    "catalogue",
    "spend",
    "records",
    "spellings",
    "second_thoughts",
    "looks",
)
"""What streams of draws are for. A new one goes to the end: the place is part of what a seed means."""


@dataclass(frozen=True)
class Plan:
    """One base to be made.

    Attributes:
        business: `shop` or `salon`.
        customers: How many ids there shall be; some of them are one person.
        seed: The same seed and the same wishes give the same base.
        start: Its first day.
        end: The day after its last one; nothing in it happens later, though a visit may be booked.
        events_per_customer: Web events for each id, on average.
    """

    business: str
    customers: int
    seed: int = 1
    start: date = START
    end: date = END
    events_per_customer: float = DEFAULT_EVENTS

    @property
    def is_salon(self) -> bool:
        """Whether people book and come."""
        return self.business == Business.SALON.value

    @property
    def days(self) -> int:
        """How many days it covers."""
        return (self.end - self.start).days

    @property
    def first_second(self) -> int:
        """The local midnight at which it begins, in seconds since 1970 UTC."""
        midnight = datetime(self.start.year, self.start.month, self.start.day, tzinfo=UTC)
        return int(midnight.timestamp()) - ZONE_SECONDS

    @property
    def last_second(self) -> int:
        """The local midnight before which everything happened."""
        return self.first_second + self.days * DAY_SECONDS

    @property
    def middle_second(self) -> int:
        """The instant half-way between them."""
        return (self.first_second + self.last_second) // 2

    @property
    def chunks(self) -> int:
        """How many chunks of customers it is made in."""
        return -(-self.customers // CHUNK)

    def chance(self, purpose: str, chunk: int = 0) -> Chance:
        """Return the stream of draws for a purpose, within a chunk of customers."""
        return Chance(self.seed, PURPOSES.index(purpose), chunk)


def check(plan: Plan) -> None:
    """Make sure that a base can be made.

    Raises:
        InputError: One wish cannot be.
        ProblemsError: Several cannot; all are listed.
    """
    problems = _problems(plan)
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise ProblemsError(
            nlazy("{n} wish cannot be:", "{n} wishes cannot be:", len(problems)),
            problems,
        )


def _problems(plan: Plan) -> list[KogortaError]:
    found: list[KogortaError] = []
    if plan.business not in BUSINESSES:
        found.append(
            InputError(
                "there is no such business to simulate", got=plan.business, expected=", ".join(BUSINESSES)
            )
        )
    if not 1 <= plan.customers <= MOST_CUSTOMERS:
        found.append(_out_of_bounds("--customers", plan.customers, 1, MOST_CUSTOMERS))
    if not 0 <= plan.seed <= LARGEST_SEED:
        found.append(_out_of_bounds("--seed", plan.seed, 0, LARGEST_SEED))
    if not 0 <= plan.events_per_customer <= MOST_EVENTS:
        found.append(_out_of_bounds("--events-per-customer", plan.events_per_customer, 0, int(MOST_EVENTS)))
    if not SHORTEST_DAYS <= plan.days <= LONGEST_DAYS:
        found.append(
            InputError(
                "the period is too short or too long",
                got=lazy(
                    "{start} to {end}, {days} days",
                    start=str(plan.start),
                    end=str(plan.end),
                    days=plan.days,
                ),
                expected=lazy("{least} to {most} days", least=SHORTEST_DAYS, most=LONGEST_DAYS),
                hint="--start is its first day, --end the day after its last one",
            )
        )
    return found


def _out_of_bounds(option: str, got: float, least: int, most: int) -> InputError:
    return InputError(
        lazy("{option} is out of bounds", option=option),
        got=got,
        expected=lazy("{least} to {most}", least=str(least), most=str(most)),
    )
