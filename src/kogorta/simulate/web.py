"""Visits to the site: what was looked at, put into a cart, left there or bought, before and after the log-in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa

from kogorta.simulate.arrow import either, emptied, ids, instants, joined, words
from kogorta.simulate.calendar import seconds_of
from kogorta.simulate.catalogue import Catalogue
from kogorta.simulate.chance import Chance, Flags, Wholes, place_in
from kogorta.simulate.life import Lives
from kogorta.simulate.people import PROSPECT, People
from kogorta.simulate.plan import DAY_SECONDS, Plan
from kogorta.simulate.purchases import Purchases
from kogorta.simulate.words import SOURCES

SLICE_EVENTS = 300_000
"""Events that are laid out at once; it bounds memory where there are many for each customer."""
_ID_ROOM = 16
"""Numbers of events of one session."""
_SESSION_ROOM = 100_000_000
"""Numbers of sessions without an order in one chunk."""

_SHOP_NAMES = ("page_viewed", "product_viewed", "cart_added", "checkout_started", "order_completed")
_SALON_NAMES = ("page_viewed", "product_viewed", "slot_selected", "booking_started", "booking_completed")
_PAGE, _PRODUCT, _CART, _CHECKOUT, _DONE = range(len(_SHOP_NAMES))

_VIEWS_MOST = 4
_MEAN_LOOKING = 1 + (1 + _VIEWS_MOST) / 2 + 0.3
"""Events of a session without an order, on average: a page, some goods, and for some a cart."""
_ENDS = (0.78, 0.14, 0.08, 0.0)
"""Of sessions without an order: nothing more, a cart, a checkout begun."""
_MEAN_ORDER = 4 + (1 + _VIEWS_MOST) / 2
_ORDER_BUDGET_RATIO = 0.6
"""At most so much of the wished number of events is spent on sessions that end in an order."""
_LOGGED_IN_RATIO = 0.55
_PAUSE_SECONDS = (12, 80)
_LONGEST_SECONDS = _ID_ROOM * _PAUSE_SECONDS[1]
_DEVICES = ("mobile", "desktop", "tablet")
_SECOND_DEVICE_RATIO = 0.2
_DIRECT_RATIO = 0.45
_OWN_CATEGORY_RATIO = 0.75


@dataclass(frozen=True)
class Sessions:
    """Sessions of a chunk, one entry each.

    Attributes:
        number: Unique within the base; even for those that end in an order.
        row: Whose it is.
        views: How many goods were looked at.
        end: How far it went: 0 looking, 1 cart, 2 checkout, 3 order.
        starts: Seconds since 1970 UTC.
        pause: Seconds between two events.
        is_logged_in: Whether it was known from the start whose it is; else from the checkout on, if ever.
        browser: 0 for the person's first device, 1 for the second.
        source: Place in `SOURCES`; −1 for none.
        good: What was put into the cart.
    """

    number: Wholes
    row: Wholes
    views: Wholes
    end: Wholes
    starts: Wholes
    pause: Wholes
    is_logged_in: Flags
    browser: Wholes
    source: Wholes
    good: Wholes

    def __len__(self) -> int:
        return len(self.number)

    @property
    def sizes(self) -> Wholes:
        """How many events each has."""
        return 1 + self.views + self.end

    def only(self, which: slice) -> Sessions:
        """Return some of them."""
        return Sessions(*(getattr(self, field.name)[which] for field in fields(self)))


def kept_sessions(plan: Plan, people: People, is_online: Flags, chance: Chance) -> Flags:
    """Choose the purchases whose session the site has kept, as many as the wished number of events has room for."""
    room = plan.events_per_customer * _ORDER_BUDGET_RATIO * len(people)
    likely = int(is_online.sum()) * _MEAN_ORDER
    ratio = min(1.0, room / likely) if likely else 0.0
    return is_online & chance.happens(ratio, len(is_online))


def session_numbers(bought: Purchases, kept: Flags) -> Wholes:
    """Return by purchase the number of its session; 0 where none was kept."""
    return np.where(kept, bought.number * 2, 0)


def sessions_of(
    plan: Plan,
    goods: Catalogue,
    people: People,
    lives: Lives,
    ordered: tuple[Purchases, Wholes, Wholes],
    chunk: int,
) -> Sessions:
    """Draw all sessions of a chunk.

    Args:
        plan: The base.
        goods: What there is to look at.
        people: Who looks.
        lives: How long they do.
        ordered: The purchases, the numbers of their sessions, and the first good of each.
        chunk: Its number.
    """
    chance = plan.chance("web", chunk)
    with_order = _with_orders(*ordered, chance)
    wanted = plan.events_per_customer * len(people) - int(with_order.sizes.sum())
    count = max(0, round(wanted / _MEAN_LOOKING))
    looking = _without_orders(plan, goods, people, lives, count, chunk, chance)
    return Sessions(
        *(
            np.concatenate([getattr(part, field.name) for part in (with_order, looking)])
            for field in fields(Sessions)
        )
    )


def _with_orders(bought: Purchases, numbers: Wholes, good: Wholes, chance: Chance) -> Sessions:
    which = np.flatnonzero(numbers > 0)
    count = len(which)
    views = chance.wholes(1, _VIEWS_MOST + 1, count)
    pause = chance.wholes(*_PAUSE_SECONDS, count)
    return Sessions(
        numbers[which],
        bought.id_row[which],
        views,
        np.full(count, 3),
        # the last event is the order itself
        bought.at[which] - (views + 3) * pause,
        pause,
        chance.happens(_LOGGED_IN_RATIO, count),
        chance.happens(_SECOND_DEVICE_RATIO, count).astype(np.int64),
        np.where(chance.happens(_DIRECT_RATIO, count), -1, chance.wholes(0, len(SOURCES), count)),
        good[which],
    )


def _without_orders(
    plan: Plan, goods: Catalogue, people: People, lives: Lives, count: int, chunk: int, chance: Chance
) -> Sessions:
    """Draw sessions that end in no order: the more a person buys, and the longer he stayed, the more of them."""
    joined_day = (people.joined - plan.first_second) // DAY_SECONDS
    last_day = np.minimum(np.where(lives.left < plan.days, lives.left, plan.days - 1), plan.days - 1).astype(
        np.int64
    )
    stay = np.maximum(last_day - joined_day, 0)
    eager = np.where(people.kind == PROSPECT, 0.4, 0.3 + people.rate * 20)
    weights = np.where(people.is_duplicate, 0.0, (5 + stay) * eager)
    row = place_in(weights, chance.shares(count))
    day = joined_day[row] + (chance.shares(count) * (stay[row] + 1)).astype(np.int64)
    category = np.where(
        chance.happens(_OWN_CATEGORY_RATIO, count),
        people.category[row],
        chance.choose([item.weight for item in goods.categories], count),
    )
    return Sessions(
        (chunk * _SESSION_ROOM + np.arange(count)) * 2 + 1,
        row,
        chance.wholes(1, _VIEWS_MOST + 1, count),
        chance.choose(_ENDS, count),
        np.minimum(seconds_of(plan, day, chance), plan.last_second - _LONGEST_SECONDS),
        chance.wholes(*_PAUSE_SECONDS, count),
        chance.happens(_LOGGED_IN_RATIO, count),
        chance.happens(_SECOND_DEVICE_RATIO, count).astype(np.int64),
        np.where(chance.happens(_DIRECT_RATIO, count), -1, chance.wholes(0, len(SOURCES), count)),
        goods.choose(category, chance.shares(count)),
    )


def event_rows(
    plan: Plan, goods: Catalogue, people: People, sessions: Sessions, chunk: int
) -> Iterator[dict[str, pa.Array]]:
    """Yield the rows of `events`, some hundred thousand at a time."""
    chance = plan.chance("looks", chunk)
    ends = np.cumsum(sessions.sizes)
    start = 0
    while start < len(sessions):
        before = ends[start - 1] if start else 0
        stop = max(int(np.searchsorted(ends, before + SLICE_EVENTS, side="right")), start + 1)
        yield _rows(plan, goods, people, sessions.only(slice(start, stop)), chance)
        start = stop


def _rows(
    plan: Plan, goods: Catalogue, people: People, sessions: Sessions, chance: Chance
) -> dict[str, pa.Array]:
    sizes = sessions.sizes
    of = np.repeat(np.arange(len(sessions)), sizes)
    place = np.arange(len(of)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    views = sessions.views[of]
    name = np.where(place == 0, _PAGE, np.where(place <= views, _PRODUCT, place - views + 1))
    at = sessions.starts[of] + place * sessions.pause[of]
    row = sessions.row[of]
    knows = (sessions.is_logged_in[of] | (name >= _CHECKOUT)) & (at >= people.joined[row])
    # the last good that was looked at is the one that goes into the cart
    other = goods.choose(goods.category[sessions.good[of]], chance.shares(len(of)))
    good = np.where(place < views, other, sessions.good[of])
    shown = (name == _PRODUCT) | (name == _CART)
    cart = name >= _CART
    number = sessions.number[of]
    source = np.where(place == 0, sessions.source[of], -1)
    product = goods.ids(good)
    return {
        "event_id": ids("e", number * _ID_ROOM + place),
        "customer_id": ids("c", people.number[row], ~knows),
        "anonymous_id": ids("b", people.person[row] * 2 + sessions.browser[of]),
        "name": words(_SALON_NAMES if plan.is_salon else _SHOP_NAMES, name),
        "at": instants(at),
        "session_id": ids("session", number),
        "device": words(_DEVICES, _device(people.person[row], sessions.browser[of])),
        "url": emptied(
            either(
                name == _PAGE,
                words(("https://shop.example/",), place * 0),
                joined("https://shop.example/p/", product),
            ),
            name > _PRODUCT,
        ),
        "utm_source": words([item[0] for item in SOURCES], source),
        "utm_medium": words([item[1] for item in SOURCES], source),
        "utm_campaign": words([item[2] for item in SOURCES], source),
        "product_id": emptied(product, ~shown),
        "category": goods.paths(np.where(shown, good, -1)),
        "cart_id": emptied(ids("cart", number), ~cart),
    }


def _device(person: Wholes, browser: Wholes) -> Wholes:
    """Return what each browser runs on; always the same for one browser."""
    mark = (person * 7_919 + browser * 104_729) % 100
    return np.where(mark < 62, 0, np.where(mark < 95, 1, 2))
