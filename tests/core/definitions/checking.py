"""Conditions of a shop, and what the check says of them."""

from __future__ import annotations

from kogorta.definitions.catalogue import Catalogue
from kogorta.definitions.check import check
from kogorta.definitions.document import Definition
from kogorta.definitions.parsing import parse_text
from kogorta.errors import KogortaError
from kogorta.i18n import Translator
from tests.core.definitions.shop import SHOP

RU = Translator("ru")


def defined(text: str) -> dict[str, Definition]:
    """The definitions of a text, by id."""
    return {item.id: item for item in parse_text(text)}


def problems_of(condition: str, known: Catalogue = SHOP) -> list[KogortaError]:
    """What is wrong with one condition."""
    return check(defined(f"segment: coffee\nwhere: {condition}"), known)


def told_of(condition: str, known: Catalogue = SHOP) -> list[tuple[str, str]]:
    """Place below `where` and message of each problem with one condition."""
    return [(place(problem), str(problem.message)) for problem in problems_of(condition, known)]


def place(problem: KogortaError) -> str:
    assert problem.path is not None
    assert problem.path.startswith("coffee.where")
    return problem.path.removeprefix("coffee.where").removeprefix(".")


def hint_of(condition: str, known: Catalogue = SHOP) -> str:
    """What to do about the one thing that is wrong with a condition."""
    (problem,) = problems_of(condition, known)
    return str(problem.hint)


RIGHT = """
- {trait: lifecycle_stage, is: at_risk}
- {trait: lifecycle_stage, matches: "*risk"}
- {trait: age, between: [25, 35]}
- {trait: birth_date, anniversary: {from: 0d, to: 7d}}
- {trait: birth_date, anniversary: this_week, zone: customer}
- {trait: birth_date, in_next: 2w, zone: customer}
- {trait: last_order_at, after: 2026-01-01, zone: customer}
- {trait: city, is: Moscow, held_for: 7d}
- {trait: own_day, during: this_month, held_for: 1mo}
- {trait: lifecycle_stage, is: at_risk, held_for: 7d}
- {trait: age, at_least: 30, held_for: 7d}
- {trait: lists, exists: true, held_for: 7d}
- {trait: revenue_total, top: 10%, held_for: 30d}
- {in_segment: lifecycle.lost, held_for: 1mo}
- {trait: own_text, is: "2026-06-12"}
- {trait: own_ratio, in: [0.5, 0.000001, 999999999999999]}
- {trait: revenue_total, at_least: 10.55, top: 10%}
- {trait: age, percentile: {less_than: 50}}
- {trait: own_yes, is_not: true}
- {trait: contact_kinds, has_all: [email, phone]}
- {trait: lists, has_any: [vip]}
- {trait: lists, missing: true}
- {did: product_viewed, where: {category: {is: coffee}}, times: {at_least: 3}, within: 7d}
- {did: product_viewed, where: {seen_at: {during: next_week}}, from: 14d, to: 7d}
- {did: {event: order}, where: {seen_text: {is: "12"}}, before: 7d}
- {did: order, where: {status: {in: [cancelled, pending]}}, since: 2026-06-12T12:00:00Z}
- {did: order, sum: {of: revenue, at_least: 5000}, within: 365d}
- {did: order, mean: {of: revenue, less_than: 99.999}}
- {did: order, min: {of: completed_at, before: 2026-01-01}}
- {did: order, max: {of: amount, exists: true}, within: 30d, change: {at_least: 20%}}
- {did: order_line, sum: {of: quantity, at_least: 0.5}}
- {did: order_line, distinct: {of: brand, more_than: 2}}
- {did_not: order, within: 30d}
- {did: order, during: this_month}
- {first: order, within: 7d}
- {newest: order, of: {channel: {is: online}}, where: {outlet_id: {is: north}}}
- {regularly: product_viewed, times: {at_least: 2}, in_each: 3d, at_least: 2, of: 3}
- {stopped: order, active: {from: 180d, to: 60d}, silent: 60d}
- {resumed: order, after_silence: 180d, within: 30d}
- {sequence: [{did: cart_added, within: 2d}, {did_not: order, within: 4h}], by: cart_id}
- {not: {in_segment: lifecycle.lost}}
- {in_list: black_friday_2025}
- {entered: rfm_simple.champions, within: 30d, causes: any}
- {left: coffee, within: 30d}
- {share: 10%, salt: summer}
- {consent: {channel: email, purpose: advertising}}
"""
RIGHT_ONES = [line.removeprefix("- ") for line in RIGHT.strip().splitlines()]

NO_TRAIT = "there is no such trait"
NO_FACT = "there is no such fact, and no event of this name was ever seen"
NO_EVENT = "no event of this name was ever seen"
NO_COLUMN = "this fact never had such a column"
NO_SEGMENT = "there is no such segment"
NO_LIST = "there is no such list"
NUMBER = "a number belongs here"
TEXT = "a text belongs here"
WORD = "this word is not known here"
DATE = "a date belongs here"
LONG = "this number is too long"
DECIMALS = "this currency has fewer decimals"
COUNT = "a count is never below 0"
WHOLE = "a whole number belongs here"
IMPOSSIBLE = "no value can pass all of these tests"
NOBODY = "nobody can pass this test"
ZERO = "this is never missing: of nothing it is 0"
CALENDAR = "this date lies beyond the calendar"
HELD = "how long something has held is told by the days of the workspace only"
NO_ZONE = "nothing here depends on the zone"
AHEAD = "nothing has happened yet in this window"
EMPTY = "this window is empty: it ends before it begins"
KEY = "the facts of these steps have no such column in common"
