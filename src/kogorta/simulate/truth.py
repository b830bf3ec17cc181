"""What was planted, in files that no import takes: who people are, why they left, what each campaign did."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa

from kogorta.simulate.arrow import emptied, ids, instants, words
from kogorta.simulate.calendar import promotions
from kogorta.simulate.catalogue import RISE_PCT, Catalogue
from kogorta.simulate.life import COMPETITOR_AT, COMPETITOR_CITIES, REASONS, RISE_AT, Lives, left_seconds
from kogorta.simulate.mailing import WINDOW_DAYS, Assigned, campaigns
from kogorta.simulate.people import HUNTER, KINDS, WAYS, WHOLESALE, People, way_of
from kogorta.simulate.plan import DAY_SECONDS, Plan
from kogorta.simulate.purchases import Purchases
from kogorta.simulate.words import CITIES

MANIFEST = "manifest.json"


def customer_truth(plan: Plan, goods: Catalogue, people: People, lives: Lives) -> dict[str, pa.Array]:
    """Return of each id its person, what he is at heart, his own pace, and when and why he left."""
    left = left_seconds(plan, lives)
    return {
        "customer_id": ids("c", people.number),
        "person_id": ids("c", people.person),
        "segment_type": words(KINDS, people.kind),
        "category": words([item.path for item in goods.categories], people.category),
        "purchases_per_day": pa.array(people.rate),
        "leaving_chance": pa.array(people.leaving),
        "left_at": instants(left, left == 0),
        "left_reason": words(REASONS, lives.reason),
        "has_left": pa.array(left > 0),
        "is_discount_hunter": pa.array(people.kind == HUNTER),
        "is_wholesale": pa.array(people.kind == WHOLESALE),
    }


def duplicate_truth(people: People) -> dict[str, pa.Array]:
    """Return the ids that are a person's second one, and by what that can be seen."""
    rows = np.flatnonzero(people.is_duplicate)
    return {
        "customer_id": ids("c", people.number[rows]),
        "person_id": ids("c", people.person[rows]),
        "seen_by": words(WAYS, way_of(people)[rows]),
    }


def household_truth(people: People) -> dict[str, pa.Array]:
    """Return pairs of people who share a telephone and are two all the same."""
    owner = people.phone_of
    rows = np.flatnonzero((owner > 0) & (owner != people.number) & ~people.is_duplicate)
    return {
        "customer_id": ids("c", people.number[rows]),
        "lives_with": ids("c", owner[rows]),
    }


def campaign_truth(plan: Plan, people: People, assigned: Assigned, bought: Purchases) -> dict[str, pa.Array]:
    """Return of each campaign and person: the group, the planted effect, the order or booking that the message caused."""
    names = [item.name for item in campaigns(plan)]
    number = people.number[assigned.row]
    caused = np.flatnonzero(bought.campaign >= 0)
    mark = bought.campaign[caused] * len(people) + bought.row[caused]
    order = np.argsort(mark)
    place = np.searchsorted(mark[order], assigned.campaign * len(people) + assigned.row)
    has_order = assigned.bought > 0
    found = order[np.where(has_order, place, 0)] if len(order) else np.zeros(len(number), dtype=np.int64)
    orders = bought.number[caused][found] if len(caused) else number
    return {
        "campaign": words(names, assigned.campaign),
        "customer_id": ids("c", number),
        "group": words(("control", "treated"), assigned.is_treated.astype(np.int64)),
        "effect": pa.array(assigned.effect),
        "caused_id": emptied(ids("v" if plan.is_salon else "o", orders), ~has_order),
    }


def write_manifest(folder: Path, plan: Plan, goods: Catalogue, rows: dict[str, int]) -> None:
    """Write what holds for the whole base: wishes, rhythms, promotions, campaigns, and how many rows there are."""
    at = {
        "prices_rise": plan.first_second + int(plan.days * RISE_AT) * DAY_SECONDS,
        "competitor_opens": plan.first_second + int(plan.days * COMPETITOR_AT) * DAY_SECONDS,
    }
    text = {
        "business": plan.business,
        "seed": plan.seed,
        "customers": plan.customers,
        "start": str(plan.start),
        "end": str(plan.end),
        "events_per_customer": plan.events_per_customer,
        "rows": rows,
        "categories": [
            {"path": item.path, "rhythm_days": item.rhythm_days, "regularity": item.regularity}
            for item in goods.categories
        ],
        "promotions": [
            {
                "promotion_id": f"promo{n}",
                "first_day": item.first,
                "days": item.days,
                "lift_ratio": item.lift_ratio,
            }
            for n, item in enumerate(promotions(plan), 1)
        ],
        "campaigns": [
            {
                "campaign": item.name,
                "sent_second": item.sent,
                "window_days": WINDOW_DAYS,
                "control_ratio": item.control_ratio,
                "effect": item.effect,
            }
            for item in campaigns(plan)
        ],
        "prices_rise": {"second": at["prices_rise"], "pct": RISE_PCT},
        "competitor": {
            "second": at["competitor_opens"],
            "cities": [CITIES[city][0] for city in COMPETITOR_CITIES],
        },
    }
    path = folder / MANIFEST
    path.write_text(json.dumps(text, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
