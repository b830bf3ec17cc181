"""How old a customer is and where he lives: age band, zone, nearest outlet, climate, the next holiday there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis

from kogorta.traits.contacts import main_contact
from kogorta.traits.contract import Trait, Turning
from kogorta.traits.facts import Facts
from kogorta.traits.idioms import beside, flag, text_cases
from kogorta.vocab import ContactKind

BANDS: tuple[tuple[int, str], ...] = (
    (18, "0-17"),
    (25, "18-24"),
    (35, "25-34"),
    (45, "35-44"),
    (55, "45-54"),
    (65, "55-64"),
)
"""The age at which each band is over, and its name."""
OLDEST = "65+"
AGE_BANDS = (*(name for _, name in BANDS), OLDEST)
PHONE_PREFIX = 5
"""Characters of a telephone number that tell where it is: `+`, country and area."""

Attribute = Callable[[str], Any]
"""Gives customer_key and `value` of an attribute as of the instant, of those who have it."""

_PEOPLE = ("customers",)
_UNTOLD = "missing where nothing tells it"

CONTRACTS = (
    Trait(
        "age_band",
        "string",
        "band",
        "Age in full years on the local day: 0-17, 18-24, 25-34, 35-44, 45-54, 55-64, 65+.",
        "missing without a date of birth",
        _PEOPLE,
        turning=Turning.DAYS,
    ),
    Trait(
        "home_zone",
        "string",
        "IANA zone",
        "The zone that his row names, else that of his city, else that of his telephone number where it has only one.",
        _UNTOLD,
        _PEOPLE,
        unnamed=("outlets",),
    ),
    Trait(
        "nearest_outlet",
        "string",
        "outlet",
        "The outlet of his city that is nearest to its centre; where there is none, the nearest of all.",
        _UNTOLD,
        ("customers", "outlets"),
    ),
    Trait(
        "outlet_distance_km",
        "float64",
        "kilometres",
        "From the centre of his city to nearest_outlet, as the crow flies.",
        _UNTOLD,
        ("customers", "outlets"),
    ),
    Trait(
        "climate_zone",
        "string",
        "zone",
        "That of his city, else of his region, else of his country, from `climate`.",
        _UNTOLD,
        ("customers", "climate"),
    ),
    Trait(
        "next_holiday",
        "date",
        "local day",
        "The first day from today on that `holidays` has for his city, region or country.",
        _UNTOLD,
        ("customers", "holidays"),
        turning=Turning.DAYS,
    ),
)


def geography_traits(facts: Facts, attribute: Attribute, laid: Callable[[str], Any]) -> Any:
    """Return customer_key and the traits of `CONTRACTS`, of everyone of whom anything of it is known.

    Args:
        facts: The stored tables.
        attribute: The attributes of customers.
        laid: Tables that were laid beside the steps: `places` (city, country, city_zone, nearest_outlet,
            outlet_distance_km), `phone_zones` (prefix, phone_zone), `holidays` (region, holiday), `today`
            (year, day_key: month × 100 + day), one row.
    """
    t = _people(facts, attribute)
    t = t.mutate(city_key=ibis.coalesce(t.city, ""), country_key=ibis.coalesce(t.country, ""))
    places = laid("places").rename(place_city="city", place_country="country")
    at_home = [t.city_key == places.place_city, t.country_key == places.place_country]
    joined = t.left_join(places, at_home)
    t = joined.select(*t.columns, "city_zone", "nearest_outlet", "outlet_distance_km")
    t = beside(t, laid("phone_zones"), "prefix", "prefix")
    for place in _PLACES:
        t = _beside_place(t, laid("holidays"), place, "holiday")
        if facts.has("climate"):
            t = _beside_place(t, _climate(facts), place, "zone")
    t = t.cross_join(laid("today"))
    climate = ibis.coalesce(*[t[f"{place}_zone_told"] for place in _PLACES]) if facts.has("climate") else None
    return t.select(
        "customer_key",
        "nearest_outlet",
        "outlet_distance_km",
        age_band=_band(t),
        home_zone=ibis.coalesce(t.timezone, t.city_zone, t.phone_zone),
        climate_zone=ibis.null().cast("string") if climate is None else climate,
        next_holiday=_first([t[f"{place}_holiday_told"] for place in _PLACES]),
    )


_PLACES = ("city", "region", "country")


def _people(facts: Facts, attribute: Attribute) -> Any:
    """One row a person with what is known of where he lives, when he was born, and how his telephone number begins."""
    known = ("city", "region", "country", "timezone", "birth_date")
    tables = [attribute(name).rename(**{name: "value"}) for name in known]
    if facts.has("contacts"):
        tables.append(main_contact(facts, ContactKind.PHONE))
    everyone = tables[0].select("customer_key")
    for table in tables[1:]:
        everyone = everyone.union(table.select("customer_key"))
    t = everyone.distinct()
    for table in tables:
        t = beside(t, table)
    phone = t.phone if facts.has("contacts") else ibis.null().cast("string")
    return t.select("customer_key", *known, prefix=phone.left(PHONE_PREFIX))


def _band(t: Any) -> Any:
    born = t.birth_date
    ahead = flag(born.month() * 100 + born.day() > t.day_key)
    age = (t.year - born.year() - ahead).cast("int64")
    cases = [(age < 0, None), *((age < end, name) for end, name in BANDS), (age >= BANDS[-1][0], OLDEST)]
    named = text_cases([(condition, name) for condition, name in cases if name])
    return ibis.ifelse(age >= 0, named, ibis.null().cast("string"))


def _beside_place(t: Any, told: Any, place: str, column: str) -> Any:
    named = told.select(told_region="region", **{f"{place}_{column}_told": told[column]})
    return beside(t, named, place, "told_region").drop("told_region")


def _climate(facts: Facts) -> Any:
    rows = facts.last_versions("climate", ["region", "zone"])
    return rows.select("region", "zone")


def _first(days: list[Any]) -> Any:
    """The earliest of some days, missing ones left out: `least` means something else on each engine where one is."""
    found = days[0]
    for day in days[1:]:
        found = ibis.cases((found.isnull(), day), (day.isnull(), found), (day < found, day), else_=found)
    return found


def living_places(attribute: Attribute) -> Any:
    """Return city and country of everyone, each pair once; empty where they are not told."""
    both = attribute("city").rename(city="value")
    t = beside(both, attribute("country").rename(country="value"))
    return t.select("city", country=ibis.coalesce(t.country, "")).distinct()


def phone_prefixes(facts: Facts) -> Any:
    """Return how telephone numbers begin: `prefix`, each once."""
    rows = facts.last_versions("contacts", ["kind", "value"])
    own = rows.filter(rows.kind == ContactKind.PHONE.value)
    return own.select(prefix=own.value.left(PHONE_PREFIX)).distinct()


def known_outlets(facts: Facts) -> Any:
    """Return outlets: outlet_id, city, latitude, longitude, timezone."""
    columns = ["outlet_id", "city", "latitude", "longitude", "timezone"]
    return facts.last_versions("outlets", columns).select(*columns)


def coming_holidays(facts: Facts) -> Any:
    """Return region and date of holidays, each pair once."""
    return facts.last_versions("holidays", ["region", "date"]).select("region", "date").distinct()
