"""How old people are and where they live."""

from __future__ import annotations

from datetime import date, datetime
from math import acos, cos, radians, sin
from pathlib import Path
from typing import Any

import pytest

from kogorta.compile.places import Spot, distance_km, nearest_outlet, spot_of_city, zone_of_phone
from tests.core.traits.planted import ago, planted, said

OUTLETS: list[dict[str, Any]] = [
    {"outlet_id": "msk", "city": "Москва", "latitude": 55.7, "longitude": 37.6},
    {"outlet_id": "nn", "city": "Нижний Новгород"},
]


def people(**rows: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"customer_id": name, "created_at": ago(90), **row} for name, row in rows.items()]


@pytest.mark.parametrize(
    ("born", "band"),
    [
        # the local day is 2 June already, three hours ahead of UTC
        ("2008-06-02", "18-24"),
        ("2008-06-03", "0-17"),
        ("2001-06-02", "25-34"),
        ("1991-06-02", "35-44"),
        ("1981-06-02", "45-54"),
        ("1971-06-03", "45-54"),
        ("1971-06-02", "55-64"),
        ("1961-06-02", "65+"),
        ("1900-01-01", "65+"),
        ("2026-06-03", None),
    ],
)
def test_age_bands_turn_on_the_local_birthday(tmp_path: Path, born: str, band: str | None) -> None:
    """Covers: G03, L02, S12"""
    ws = planted(tmp_path, {"customers": people(a={"birth_date": born})})
    assert ws.config.workspace.timezone == "Europe/Moscow"
    late = datetime(2026, 6, 1, 21, 30)  # noqa: DTZ001  UTC without a zone
    assert said(ws, "age_band", as_of=late) == {"a": band}


def test_the_zone_is_told_by_the_row_the_city_or_the_telephone(tmp_path: Path) -> None:
    """Covers: G04"""
    phone = {"kind": "phone", "at": ago(80)}
    ws = planted(
        tmp_path,
        {
            "customers": people(
                row={"timezone": "Asia/Tokyo", "city": "Екатеринбург"},
                city={"city": " екатеринбург "},
                homonym={"city": "Moscow", "country": "США"},
                phone={},
                mobile={},
                outlet={"city": "Простоквашино"},
                nothing={"city": "Тридевятое"},
            ),
            "contacts": [
                {"customer_id": "phone", "value": "+7 383 222-33-44", **phone},
                {"customer_id": "mobile", "value": "+7 916 222-33-44", **phone},
                {"customer_id": "city", "value": "+7 383 222-33-45", **phone},
            ],
            "outlets": [{"outlet_id": "o", "city": "Простоквашино", "timezone": "Europe/Samara"}],
        },
    )
    assert said(ws, "home_zone") == {
        "row": "Asia/Tokyo",
        "city": "Asia/Yekaterinburg",
        "homonym": "America/Los_Angeles",
        "phone": "Asia/Novosibirsk",
        "mobile": None,
        "outlet": "Europe/Samara",
        "nothing": None,
    }


def test_the_nearest_outlet(tmp_path: Path) -> None:
    """Covers: G07, L04. Kazan has none: Nizhny Novgorod is nearer to it than Moscow."""
    ws = planted(
        tmp_path,
        {"customers": people(a={"city": "Москва"}, b={"city": "Казань"}, c={}), "outlets": OUTLETS},
    )
    found = said(ws, "nearest_outlet", "outlet_distance_km")
    assert {name: outlet for name, (outlet, _) in found.items()} == {"a": "msk", "b": "nn", "c": None}
    assert 5 < found["a"][1] < 7
    assert 310 < found["b"][1] < 335
    assert found["c"][1] is None


def test_distances_by_the_law_of_cosines() -> None:
    here, there = Spot("", 55.75, 37.62), Spot("", 59.94, 30.31)
    a, b = radians(55.75), radians(59.94)
    angle = acos(sin(a) * sin(b) + cos(a) * cos(b) * cos(radians(37.62 - 30.31)))
    assert distance_km(here, there) == pytest.approx(6371.0088 * angle, abs=0.01)
    assert distance_km(here, here) == 0


def test_of_outlets_equally_near_the_first_id_wins() -> None:
    place, same = Spot("", 1.0, 1.0), Spot("", 1.0, 2.0)
    assert nearest_outlet(place, {"b": same, "a": same, "c": Spot("", None, None)})[0] == "a"
    assert nearest_outlet(Spot("", None, None), {"a": same}) == (None, None)


def test_of_cities_of_one_name_the_largest_unless_the_country_is_told() -> None:
    spots = [spot_of_city("Moscow", country) for country in ("", "US", "Россия", "Wonderland")]
    zones = [spot.zone if spot else None for spot in spots]
    assert zones == ["Europe/Moscow", "America/Los_Angeles", "Europe/Moscow", "Europe/Moscow"]
    assert spot_of_city("Орел", "") == spot_of_city("орёл", "RU")


@pytest.mark.parametrize(
    ("prefix", "zone"),
    [
        ("+7495", "Europe/Moscow"),
        ("+7916", ""),
        ("+4420", "Europe/London"),
        ("+9999", ""),
        ("", ""),
        ("abc", ""),
    ],
)
def test_how_a_number_begins_tells_its_zone_where_there_is_only_one(prefix: str, zone: str) -> None:
    assert zone_of_phone(prefix) == zone


def test_climate_of_the_city_then_of_the_region_then_of_the_country(tmp_path: Path) -> None:
    """Covers: G06"""
    ws = planted(
        tmp_path,
        {
            "customers": people(
                a={"city": "Сочи", "region": "Юг", "country": "Россия"},
                b={"city": "Майкоп", "region": "Юг", "country": "Россия"},
                c={"city": "Тверь", "country": "Россия"},
                d={"city": "Рим"},
            ),
            "climate": [
                {"region": "Россия", "zone": "cold"},
                {"region": "Юг", "zone": "warm"},
                {"region": "Сочи", "zone": "hot"},
            ],
        },
    )
    assert said(ws, "climate_zone") == {"a": "hot", "b": "warm", "c": "cold", "d": None}


def test_the_next_holiday_of_any_of_his_places(tmp_path: Path) -> None:
    """Covers: G05. Today counts, yesterday does not; the earliest of city, region and country."""
    tables = {
        "customers": people(
            a={"city": "Казань", "region": "Татарстан", "country": "Россия"},
            b={"country": "Россия"},
            c={"country": "Польша"},
        ),
        "holidays": [
            {"region": "Россия", "date": "2026-06-12", "name": "День России"},
            {"region": "Россия", "date": "2026-05-31", "name": "вчера"},
            {"region": "Татарстан", "date": "2026-06-02", "name": "местный"},
            {"region": "Казань", "date": "2026-08-30", "name": "День города"},
        ],
    }
    ws = planted(tmp_path, tables)
    assert said(ws, "next_holiday") == {"a": date(2026, 6, 2), "b": date(2026, 6, 12), "c": None}
    day = datetime(2026, 6, 12, 20, 59, 59)  # noqa: DTZ001  UTC without a zone: 23:59:59 in Moscow
    assert said(ws, "next_holiday", as_of=day)["b"] == date(2026, 6, 12)
    next_day = datetime(2026, 6, 12, 21)  # noqa: DTZ001
    assert said(ws, "next_holiday", as_of=next_day)["b"] is None


def test_a_local_holiday_soon_is_a_segment_that_turns_at_midnight(tmp_path: Path) -> None:
    """Covers: G05"""
    holiday = {"region": "Россия", "date": "2026-06-12", "name": "День России"}
    ws = planted(tmp_path, {"customers": people(a={"country": "Россия"}), "holidays": [holiday]})
    ws.define("segment: soon\nname: {ru: Скоро, en: Soon}\nwhere: {trait: next_holiday, in_next: 7d}")
    sizes = []
    # 21:00 UTC is midnight in Moscow
    for instant in (
        "2026-06-04T20:59:00Z",
        "2026-06-04T21:01:00Z",
        "2026-06-12T20:59:00Z",
        "2026-06-12T21:01:00Z",
    ):
        ws.refresh(as_of=instant)
        recorded = ws.members("soon", as_of=instant, recorded=True).num_rows
        assert recorded == ws.members("soon", as_of=instant).num_rows
        sizes.append(recorded)
    assert sizes == [0, 1, 1, 0]
