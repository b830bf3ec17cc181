"""What is written reads back exactly: numbers, dates, zones, in every style that people use."""

from __future__ import annotations

import string
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kogorta.errors import MappingError
from kogorta.i18n import Translator
from kogorta.ingest import ImportOptions
from kogorta.ingest.properties import slug
from kogorta.ingest.values import dates, numbers, words
from kogorta.ingest.values.zones import ZoneRange
from kogorta.warehouse.sql import literal
from kogorta.warehouse.staging import Staging
from kogorta.warehouse.store import Warehouse
from tests.core.ingest.base import HEADER, Desk, refusals

quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def staging(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staging]:
    folder: Path = tmp_path_factory.mktemp("values")
    warehouse = Warehouse(folder / "facts.duckdb", memory_limit="1GB")
    with warehouse.staging() as scratch:
        yield scratch
    warehouse.close()


def value(staging: Staging, sql: str, text: str) -> Any:
    ((found,),) = staging.fetch(f"SELECT {sql} FROM (SELECT {literal(text)} AS x)")
    return found


# --- numbers --------------------------------------------------------------------------------------

DIGITS = st.integers(min_value=1 - 10**14, max_value=10**14 - 1)
SPACES = st.sampled_from([" ", "\u00a0", "\u202f", "'"])


def written(minor: int, decimal: str, group: str = "") -> str:
    whole, part = divmod(abs(minor), 100)
    text = f"{whole:,}".replace(",", group)
    return f"{'-' if minor < 0 else ''}{text}{decimal}{part:02d}"


@quick
@given(minor=DIGITS, decimal=st.sampled_from(".,"), group=SPACES)
def test_money_reads_back_in_every_style(staging: Staging, minor: int, decimal: str, group: str) -> None:
    for sign in ("", " ₽", " руб.", "₽ "):
        text = written(minor, decimal, group)
        text = sign + text if sign.startswith("₽") and not text.startswith("-") else text + sign.rstrip()
        style = numbers.style_of(numbers.weigh([(text, 1)], "RUB"))
        assert style.decimal == decimal
        sql = numbers.scaled_sql(numbers.canonical_sql("x", style, "RUB"), 2)
        assert value(staging, sql, text) == minor


@quick
@given(minor=DIGITS.filter(lambda n: abs(n) >= 10**8))
def test_the_other_sign_between_thousands(staging: Staging, minor: int) -> None:
    for decimal, group in ((".", ","), (",", ".")):
        text = written(minor, decimal, group)
        style = numbers.style_of(numbers.weigh([(text, 1)]))
        assert style.decimal == decimal
        assert value(staging, numbers.scaled_sql(numbers.canonical_sql("x", style), 2), text) == minor


@quick
@given(micro=st.integers(min_value=-(10**17), max_value=10**17))
def test_millionths_are_exact(staging: Staging, micro: int) -> None:
    text = str(Decimal(micro).scaleb(-6))
    style = numbers.NumberStyle(noisy="E" in text)
    assert value(staging, numbers.scaled_sql(numbers.canonical_sql("x", style), 6), text) == micro


@quick
@given(whole=st.integers(0, 10**6), cents=st.integers(0, 99), noise=st.integers(-3, 3))
def test_noise_of_binary_fractions_is_cut(staging: Staging, whole: int, cents: int, noise: int) -> None:
    exact = whole + cents / 100
    text = repr(exact + noise * 2**-40 * (1 if whole < 100 else 0))
    style = numbers.style_of(numbers.weigh([(text, 1), ("0.5", 1)]))
    sql = numbers.scaled_sql(numbers.canonical_sql("x", style), 2)
    assert value(staging, sql, text) in (whole * 100 + cents, None if noise else -1)


@quick
@given(text=st.text(alphabet=string.ascii_letters + string.digits + ".,-+ eE_%()", max_size=12))
def test_what_is_no_number_is_never_coerced(staging: Staging, text: str) -> None:
    """Whatever is accepted has the value that Python gives to it."""
    sql = numbers.scaled_sql(numbers.canonical_sql("x", numbers.NumberStyle()), 2)
    found = value(staging, sql, text)
    if found is not None:
        assert Decimal(text) * 100 == found


@pytest.mark.parametrize(
    ("cells", "decimal", "unsure"),
    [
        (["1,5"], ",", False),
        (["1,234", "1.5"], ".", False),
        (["1.234", "1,5"], ",", False),
        (["1,234,567"], ".", False),
        (["1.234.567"], ",", False),
        (["0,123"], ",", False),
        (["1 234,567"], ",", False),
        (["1234,567"], ",", False),
        (["12", "7"], ".", False),
        (["1,234", "7"], ".", True),
        (["1.234"], ".", True),
        ([",5", "1.50", "2.50"], ".", False),
    ],
)
def test_the_decimal_sign_is_judged_by_all_cells(cells: list[str], decimal: str, unsure: bool) -> None:
    evidence = numbers.weigh([(cell, 1) for cell in cells])
    assert evidence.unsure is unsure
    assert numbers.style_of(evidence).decimal == decimal


def test_numbers_that_can_be_read_two_ways_are_refused(desk: Desk) -> None:
    content = HEADER.replace(",", ";") + "1;a;2025-01-01;1,234\n2;a;2025-01-01;5,678\n"
    with pytest.raises(MappingError, match="can be read in two ways") as caught:
        desk.take(content)
    assert "--decimal" in str(caught.value.hint)
    desk.take(content, options=ImportOptions(decimal="."))
    assert desk.one("SELECT sum(amount) FROM orders") == 691200


def test_another_column_may_tell_the_decimal_sign(desk: Desk) -> None:
    desk.take(HEADER.strip().replace(",", ";") + ";скидка\n1;a;2025-01-01;1.234;0,50\n")
    assert desk.rows("SELECT amount, discount FROM orders") == [(123400, 50)]


def test_a_style_is_judged_by_all_rows_of_a_big_file(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first rows choose a style; rows that do not follow it make all of them be looked at."""
    monkeypatch.setattr("kogorta.ingest.planning.ALL_ROWS", 10)
    monkeypatch.setattr("kogorta.ingest.sources.finish.ALL_ROWS", 10)
    rows = (
        "".join(f"{n};a;2025-01-01;{n}\n" for n in range(50))
        + "98;a;31.12.2024 10:00;1 234,5 \n 99;b ;1735689600;7\n"
    )
    report = desk.take(HEADER.replace(",", ";") + rows)
    assert report.loaded == 52
    assert desk.rows("SELECT amount FROM orders WHERE order_id IN ('98', '99') ORDER BY 1") == [
        (700,),
        (123450,),
    ]
    assert desk.one("SELECT count(*) FROM customer_ids WHERE customer_id = 'b'") == 1


# --- dates ----------------------------------------------------------------------------------------

MOMENTS = st.datetimes(
    min_value=datetime.fromisoformat("1971-01-01"), max_value=datetime.fromisoformat("2037-12-31")
)


def read(staging: Staging, text: str, **style: Any) -> Any:
    families = dates.families_of([text])
    assert families, text
    chosen = dates.DateStyle(families, **style)
    return value(
        staging, f"coalesce({dates.local_sql('x', chosen)}, {dates.absolute_sql('x', chosen)})", text
    )


@quick
@given(at=MOMENTS)
def test_dates_read_back_in_every_style(staging: Staging, at: datetime) -> None:
    second = at.replace(microsecond=0)
    minute = second.replace(second=0)
    day = minute.replace(hour=0, minute=0)
    for text, expected in [
        (at.isoformat(sep=" "), at),
        (at.isoformat(), at),
        (second.strftime("%d.%m.%Y %H:%M:%S"), second),
        (minute.strftime("%d.%m.%Y %H:%M"), minute),
        (minute.strftime("%d.%m.%Y, %H:%M"), minute),
        (day.strftime("%d.%m.%Y"), day),
        (day.strftime("%Y-%m-%d"), day),
        (minute.strftime("%Y/%m/%d %H:%M"), minute),
        (minute.strftime("%d/%m/%Y %I:%M %p"), minute),
        (second.strftime("%Y%m%d%H%M%S"), second),
        (day.strftime("%Y%m%d"), day),
        (day.strftime("%d.%m.%y"), day if day.year < 2069 and day.year >= 1969 else None),
        (at.isoformat() + "Z", at),
        (at.isoformat() + "+05:30", at - timedelta(hours=5, minutes=30)),
        (at.isoformat(sep=" ") + "-0330", at + timedelta(hours=3, minutes=30)),
    ]:
        assert read(staging, text) == expected, text
    assert read(staging, minute.strftime("%m/%d/%Y %H:%M"), month_first=True) == minute


@quick
@given(
    at=st.datetimes(
        min_value=datetime.fromisoformat("2001-10-01"), max_value=datetime.fromisoformat("2037-12-31")
    )
)
def test_unix_times(staging: Staging, at: datetime) -> None:
    micros = (at - datetime.fromisoformat("1970-01-01")) // timedelta(microseconds=1)
    assert read(staging, str(micros)) == at
    assert read(staging, str(micros // 1000)) == at.replace(microsecond=at.microsecond // 1000 * 1000)
    assert read(staging, str(micros // 10**6)) == at.replace(microsecond=0)
    assert read(staging, f"{micros // 10**6}.{micros % 10**6:06d}") == at


@pytest.mark.parametrize(
    "text",
    [
        "31.02.2025",
        "2025-13-01",
        "32.01.2025",
        "2025-01-01 25:00",
        "13/13/2025",
        "20251301",
        "01.01.2025 13:00 PM",
    ],
)
def test_impossible_dates_have_no_value(staging: Staging, text: str) -> None:
    assert read(staging, text) is None


ENGLISH = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
RUSSIAN = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
]
NAMED = [
    "январь",
    "февраль",
    "март",
    "апрель",
    "май",
    "июнь",
    "июль",
    "август",
    "сентябрь",
    "октябрь",
    "ноябрь",
    "декабрь",
]
SHORTENED = ["янв.", "февр.", "мар.", "апр.", "май", "июн.", "июл.", "авг.", "сент.", "окт.", "нояб.", "дек."]


@quick
@given(at=MOMENTS)
def test_months_in_words_read_back_in_every_style(staging: Staging, at: datetime) -> None:
    second = at.replace(microsecond=0)
    minute = second.replace(second=0)
    day = minute.replace(hour=0, minute=0)
    month, d, y = at.month - 1, at.day, at.year
    clock = f"{minute:%H:%M}"
    half = f"{at.hour % 12 or 12}:{at.minute:02} {'pm' if at.hour >= 12 else 'am'}"
    cases = [
        (f"{d} {ENGLISH[month][:3]} {y}", day),
        (f"{d:02}-{ENGLISH[month][:3].upper()}-{y}", day),
        (f"{d:02}{ENGLISH[month][:3].upper()}{y}", day),
        (f"{d:02}-{ENGLISH[month][:3]}-{y % 100:02}", day),
        (f"{ENGLISH[month]} {d}, {y}", day),
        (f"{ENGLISH[month][:3]}. {d}, {y}, {half}", minute),
        (f"{ENGLISH[month]} {d}, {y} at {half}", minute),
        (f"{d}th {ENGLISH[month]} {y} {second:%H:%M:%S}", second),
        (f"{d} {RUSSIAN[month]} {y} г.", day),
        (f"{d}\u00a0{RUSSIAN[month]} {y}\u00a0г. {clock}", minute),
        (f"{d} {RUSSIAN[month].capitalize()} {y} года, {clock}", minute),
        (f"{d} {RUSSIAN[month]} {y} г. в {clock}", minute),
        (f"{d} {NAMED[month].upper()} {y}", day),
        (f"{d} {SHORTENED[month]} {y}", day),
        (f"{d:02}.{SHORTENED[month][:3]}.{y} {clock}", minute),
    ]
    style = dates.DateStyle(dates.families_of(text for text, _ in cases), pivot=37)
    listed = ", ".join(f"({n}, {literal(text)})" for n, (text, _) in enumerate(cases))
    read_back = staging.fetch(
        f"SELECT {dates.local_sql('x', style)} FROM (VALUES {listed}) v(n, x) ORDER BY n"
    )
    assert {text: at for (text, _), (at,) in zip(cases, read_back, strict=True)} == dict(cases)


@pytest.mark.parametrize("text", ["31 Feb 2025", "0 января 2025", "3 Jan 2025 25:00", "Jan 3, 2025 13:00 PM"])
def test_impossible_days_with_a_month_in_words_have_no_value(staging: Staging, text: str) -> None:
    assert read(staging, text) is None


@pytest.mark.parametrize(
    "text",
    ["3 Ju 2025", "3 ма 2025", "3 січня 2025", "Jan 3, 25", "Jan 2025", "3 Januar 2025", "may be 3 of 2025"],
)
def test_words_that_could_be_two_months_or_none_are_no_dates(text: str) -> None:
    assert dates.family_of(text) is None


def test_months_in_words_are_found_by_column_and_doubtful_ones_put_aside(desk: Desk) -> None:
    cells = [
        "3 января 2025 г.",
        "5 янв. 2025 18:30",
        "2025-01-07",
        "9 січня 2025",
        "Jan 3, 25",
        "31 фев 2025",
        "soon",
    ]
    lines = "".join(f"o{n};a;{cell};5\n" for n, cell in enumerate(cells))
    report = desk.take(f"order_id;customer_id;Дата;amount\n{lines}", currency="RUB")
    assert refusals(report) == [
        (5, "Дата", "unknown_month"),
        (6, "Дата", "unknown_month"),
        (7, "Дата", "not_a_date"),
        (8, "Дата", "not_a_date"),
    ]
    assert "9 січня 2025" in Translator("en").say(report.quarantine[0].message)
    # Moscow is three hours ahead of UTC.
    assert [row[0].isoformat() for row in desk.rows("SELECT ordered_at FROM orders ORDER BY order_id")] == [
        "2025-01-02T21:00:00",
        "2025-01-05T15:30:00",
        "2025-01-06T21:00:00",
    ]


def test_a_date_column_takes_months_in_words_and_guesses_the_century(desk: Desk) -> None:
    desk.take("customer_id,birth_date\na,03-Jan-85\nb,3 Mar 25\nc,12 июля 1999\n", form="customers")
    assert [
        row[0].isoformat() for row in desk.rows("SELECT birth_date FROM customers ORDER BY customer_key")
    ] == [
        "1985-01-03",
        "2025-03-03",
        "1999-07-12",
    ]


def test_a_property_with_months_in_words_is_an_instant(desk: Desk) -> None:
    desk.take(HEADER.strip() + ",Shipped\n1,a,2025-01-01,5,3 Feb 2025\n2,a,2025-01-02,5,14 Feb 2025\n")
    assert desk.rows("SELECT name, type FROM properties") == [("Shipped", "instant")]
    assert [row[0].isoformat() for row in desk.rows("SELECT p_shipped FROM orders ORDER BY order_id")] == [
        "2025-02-02T21:00:00",
        "2025-02-13T21:00:00",
    ]


def test_slashes_need_evidence(desk: Desk) -> None:
    content = HEADER + "1,a,01/02/2025,5.50\n2,a,03/04/2025,5\n"
    with pytest.raises(MappingError, match="can be read in two ways") as caught:
        desk.take(content)
    assert "--date-format" in str(caught.value.hint)
    desk.take(content, options=ImportOptions(date_format="mdy"))
    assert desk.rows("SELECT ordered_date FROM orders ORDER BY 1")[0][0].isoformat() == "2025-01-02"
    desk.take(HEADER + "3,a,31/01/2024,5.50\n4,a,03/04/2024,5\n", name="b.csv")
    assert desk.one("SELECT ordered_date FROM orders WHERE order_id = '4'").isoformat() == "2024-04-03"


# --- zones ----------------------------------------------------------------------------------------

ZONES = st.sampled_from(
    [
        "Europe/Moscow",
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Asia/Tehran",
        "America/Sao_Paulo",
        "UTC",
    ]
)


def expected_utc(local: datetime, zone: ZoneInfo) -> datetime:
    """The rule in Python: the first of two readings; what never was moves forward by the gap."""
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC).replace(tzinfo=None)


@quick
@given(zone=ZONES, at=MOMENTS, hours=st.integers(-3, 3))
def test_local_time_becomes_utc_as_python_says(staging: Staging, zone: str, at: datetime, hours: int) -> None:
    info = ZoneInfo(zone)
    whole = ZoneRange.of(info, at - timedelta(days=200), at + timedelta(days=200))
    shift = timedelta(hours=hours, minutes=at.minute)
    moments = [at, *(change.at + timedelta(seconds=change.before) + shift for change in whole.changes)]
    for local in moments:
        text = f"TIMESTAMP '{local.isoformat(sep=' ')}'"
        ((utc, back),) = staging.fetch(
            f"SELECT {whole.to_utc('m')}, {whole.to_local('u')} FROM (SELECT {text} AS m, {whole.to_utc(text)} AS u)"
        )
        assert utc == expected_utc(local, info)
        assert back == utc.replace(tzinfo=UTC).astimezone(info).replace(tzinfo=None)


@quick
@given(zone=ZONES, at=MOMENTS, minutes=st.integers(-200, 200))
def test_odd_hours_are_found(staging: Staging, zone: str, at: datetime, minutes: int) -> None:
    info = ZoneInfo(zone)
    whole = ZoneRange.of(info, at - timedelta(days=200), at + timedelta(days=200))
    for change in whole.changes:
        local = change.at + timedelta(seconds=change.before, minutes=minutes)
        text = f"TIMESTAMP '{local.isoformat(sep=' ')}'"
        ((twice, never),) = staging.fetch(f"SELECT {whole.doubtful(text)}, {whole.missing(text)}")
        first, second = (local.replace(tzinfo=info, fold=fold) for fold in (0, 1))
        returned = first.astimezone(UTC).astimezone(info).replace(tzinfo=None)
        assert never == (returned != local)
        assert twice == (not never and first.utcoffset() != second.utcoffset())


# --- words and names ------------------------------------------------------------------------------


@pytest.mark.parametrize(("cell", "expected"), [("Да", True), ("нет", False), ("1", True), ("maybe", None)])
def test_yes_and_no(staging: Staging, cell: str, expected: bool | None) -> None:
    assert value(staging, words.boolean_sql("x"), cell) is expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("Еда > Кофе", "Еда/Кофе"), (" a / b//c ", "a/b/c"), ("x", "x"), ("/", None), ("A\\B", "A/B")],
)
def test_category_paths(staging: Staging, cell: str, expected: str | None) -> None:
    assert value(staging, words.path_sql("x"), cell) == expected


@quick
@given(name=st.text(min_size=1, max_size=80))
def test_every_name_has_a_column_that_is_safe(name: str) -> None:
    column = slug(name)
    assert column.startswith("p_")
    assert len(column) > 2
    assert set(column) <= set(string.ascii_lowercase + string.digits + "_")
