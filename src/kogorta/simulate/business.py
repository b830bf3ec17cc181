"""The business itself: outlets, staff, its calendar of promotions, what it spends."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from kogorta.simulate.arrow import dates, ids, instants, joined, money, numbers, words
from kogorta.simulate.calendar import promotions
from kogorta.simulate.chance import Wholes
from kogorta.simulate.mailing import campaigns
from kogorta.simulate.plan import DAY_SECONDS, Plan
from kogorta.simulate.words import CITIES, FEMALE, FIRST, PATRONYMICS, SOURCES, SURNAMES, WINNING_COSTS_MINOR
from kogorta.vocab import DiscountKind

_PLACES = (
    (0, 55.7558, 37.6173),
    (0, 55.7303, 37.6505),
    (1, 59.9343, 30.3351),
    (2, 56.3269, 44.0059),
    (3, 55.7961, 49.1064),
    (6, 56.8389, 60.6057),
)
"""City, latitude and longitude of each outlet."""
OUTLETS_IN = np.array(
    [next((n + 1 for n, (home, *_) in enumerate(_PLACES) if home == city), 1) for city in range(len(CITIES))]
)
"""By city: the number of its outlet; people of cities without one come to the first."""
STAFF_OF_OUTLET = 6
_ANNOUNCED_DAYS = 5
_CHANNEL_COSTS = (("email", 20), ("sms", 420), ("call", 4_500))


def outlet_rows() -> dict[str, pa.Array]:
    """Return the rows of `outlets`."""
    count = len(_PLACES)
    home = np.array([city for city, *_ in _PLACES])
    return {
        "outlet_id": ids("outlet", np.arange(1, count + 1)),
        "name": ids("Точка № ", np.arange(1, count + 1)),
        "city": words([city for city, *_ in CITIES], home),
        "latitude": pa.array([latitude for _, latitude, _ in _PLACES]),
        "longitude": pa.array([longitude for *_, longitude in _PLACES]),
        "timezone": words([zone for _, _, zone, _ in CITIES], home),
    }


def staff_rows() -> dict[str, pa.Array]:
    """Return the rows of `staff`: those who sell or serve, by outlet."""
    count = len(_PLACES) * STAFF_OF_OUTLET
    every = np.arange(count)
    first = words(FIRST[FEMALE], every * 7 % len(FIRST[FEMALE]))
    surname = words([f"{name}а" for name in SURNAMES], every * 11 % len(SURNAMES))
    middle = words(PATRONYMICS[FEMALE], every * 5 % len(PATRONYMICS[FEMALE]))
    return {
        "staff_id": ids("staff", every + 1),
        "name": joined(surname, first, middle, between=" "),
        "position": words(("мастер", "старший мастер", "администратор"), every % 3),
        "outlet_id": ids("outlet", every // STAFF_OF_OUTLET + 1),
    }


def promotion_rows(plan: Plan) -> dict[str, pa.Array]:
    """Return the rows of `promotions`: those of the calendar, and the offers that campaigns bring."""
    calendar = promotions(plan)
    offers = [item for item in campaigns(plan) if item.has_coupon]
    starts = np.array(
        [plan.first_second + item.first * DAY_SECONDS for item in calendar] + [item.sent for item in offers],
        dtype=np.int64,
    )
    days = np.array([item.days for item in calendar] + [30] * len(offers), dtype=np.int64)
    kinds = np.array([0] * len(calendar) + [1] * len(offers), dtype=np.int64)
    return {
        "promotion_id": pa.array(
            [f"promo{n}" for n in range(1, len(calendar) + 1)] + [item.name for item in offers]
        ),
        "name": pa.array([item.name for item in calendar] + ["Предложение для своих"] * len(offers)),
        "kind": words((DiscountKind.PROMOTION.value, DiscountKind.COUPON.value), kinds),
        "terms": pa.array([f"−{item.off_pct} %" for item in calendar] + ["−10 %"] * len(offers)),
        "announced_at": instants(starts - _ANNOUNCED_DAYS * DAY_SECONDS * (1 - kinds)),
        "starts_at": instants(starts),
        "ends_at": instants(starts + days * DAY_SECONDS),
    }


def channel_cost_rows() -> dict[str, pa.Array]:
    """Return the rows of `channel_costs`."""
    return {
        "channel": pa.array([channel for channel, _ in _CHANNEL_COSTS]),
        "cost_per_contact": money(np.array([cost for _, cost in _CHANNEL_COSTS])),
    }


def spend_rows(plan: Plan) -> dict[str, pa.Array]:
    """Return the rows of `ad_spend`: one for each day and each source that costs money."""
    chance = plan.chance("spend")
    paid = [number for number, (_, _, campaign, _) in enumerate(SOURCES) if campaign is not None]
    source = np.tile(np.array(paid), plan.days)
    day = np.repeat(np.arange(plan.days), len(paid))
    share = np.array([weight / 100 for *_, weight in SOURCES])[source]
    noise = 0.6 + 0.8 * chance.shares(len(source))
    # on a day as many come as on any other, so that in all a source costs what it costs to win its people
    each = np.array(WINNING_COSTS_MINOR)[source] * plan.customers / plan.days
    cost = (each * share * noise).astype(np.int64)
    clicks: Wholes = cost // (900 + 40 * source) + 1
    epoch = (plan.start - date(1970, 1, 1)) // timedelta(days=1)
    return {
        "date": dates(epoch + day),
        "source": words([item[0] for item in SOURCES], source),
        "medium": words([item[1] for item in SOURCES], source),
        "campaign": words([item[2] for item in SOURCES], source),
        "cost": money(cost),
        "clicks": numbers(clicks),
        "impressions": numbers(clicks * (20 + source)),
    }
