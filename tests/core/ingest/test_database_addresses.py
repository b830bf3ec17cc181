"""What is asked of a database without one: its address, its password, cells as text, marks of what has changed."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kogorta.errors import SourceError
from kogorta.ingest import Mark, SqlSource, take
from kogorta.ingest.raw import Native
from kogorta.ingest.sources.cells import kind_of_cell, text_of_cell
from kogorta.ingest.sources.sql.address import parse_address
from kogorta.ingest.sources.sql.mark import highest

NUMBERS = (
    st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.floats(allow_nan=False, allow_infinity=False)
)
MOMENTS = st.datetimes() | st.datetimes(timezones=st.just(UTC)) | st.dates()


@given(NUMBERS)
def test_numbers_become_text_to_the_last_digit(number: int | Decimal | float) -> None:
    text = text_of_cell(number)
    assert text is not None
    assert type(number)(text) == number
    assert kind_of_cell(number) is Native.NUMBER


@given(MOMENTS)
def test_moments_become_text_that_reads_back(moment: date) -> None:
    assert type(moment).fromisoformat(text_of_cell(moment) or "") == moment


# --- addresses --------------------------------------------------------------------------------------

ADDRESSES = {
    "postgresql://reader:p%40ss@db.example.com:5433/shop?sslmode=require": (
        "postgresql://db.example.com:5433/shop",
        "p@ss",
    ),
    "postgres://reader:${WORD}@[::1]/shop": ("postgresql://::1/shop", "a%40:b"),
    "mariadb://${WHO}@db/shop": ("mysql://db/shop", None),
    "sqlite:////data/shop.db": ("sqlite:////data/shop.db", None),
    "sqlite:///shop.db": ("sqlite:////here/shop.db", None),
}


@pytest.mark.parametrize("url", ADDRESSES)
def test_addresses_are_shown_without_people(url: str) -> None:
    shown, password = ADDRESSES[url]
    address = parse_address(url, {"WORD": "a%40:b", "WHO": "reader"}, Path("/here"))
    assert (str(address), address.password) == (shown, password)
    for secret in ("reader", "p@ss", "a%40:b", "require"):
        assert secret not in f"{address} {address!r}"


WRONG = {
    "oracle://reader:hush@db/shop": "databases of this kind are not read",
    "https://reader:hush@example.com/feed.xml": "databases of this kind are not read",
    "postgresql://reader:hu@sh@db/shop": "cannot be understood",
    "postgresql://reader:hu/sh@db/shop": "cannot be understood",
    "postgresql://reader:hush@db:port/shop": "cannot be understood",
    "postgresql://reader:hush@db:${WORD}/shop": "is no number",
    "postgresql://reader:${NONE}hush@db/shop": "is not set",
    "mysql://reader:hush@db": "names no database",
    "mysql://reader:hush@127.0.0.1:1/shop?colour=red": "option that is not known",
    "mysql://reader:hush@127.0.0.1:1/shop": "cannot be reached",
    "postgresql://reader:hush@127.0.0.1:1/shop": "cannot be reached",
    "postgresql://reader:hush@127.0.0.1:1/shop?colour=red": "cannot be reached",
    "sqlite:///nowhere.db": "no such file",
}


@pytest.mark.parametrize("url", WRONG)
def test_addresses_that_do_not_do(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORD", "hush")
    with pytest.raises(SourceError, match=WRONG[url]) as caught:
        take(SqlSource(url, "orders"), tmp_path)
    assert "hush" not in str(caught.value)
    assert "sh@" not in str(caught.value)


@given(st.text(min_size=1), st.sampled_from(("postgresql", "mysql")))
def test_any_password_goes_through(password: str, kind: str) -> None:
    """Written with escapes or taken from the environment, it arrives as it is and is shown nowhere."""
    escaped = quote(password, safe="", errors="surrogatepass")
    for url in (f"{kind}://me:{escaped}@db/shop", f"{kind}://me:${{WORD}}@db/shop"):
        address = parse_address(url, {"WORD": password}, Path())
        assert (address.password, str(address)) == (password, f"{kind}://db/shop")
        assert repr(address) == repr(parse_address(f"{kind}://db/shop", {}, Path()))


def test_a_file_of_another_kind_is_told(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("a,b\n1,2\n" * 200)
    with pytest.raises(SourceError, match="file is not a database"):
        take(SqlSource(f"sqlite:///{tmp_path}/orders.csv", "orders"), tmp_path)


@pytest.mark.parametrize(("kind", "package"), [("postgresql", "psycopg"), ("mysql", "pymysql")])
def test_a_missing_driver_is_named_with_what_brings_it(
    kind: str, package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, f"kogorta.ingest.sources.sql.{kind}", raising=False)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(SourceError) as caught:
        take(SqlSource(f"{kind}://db/shop", "orders"), tmp_path)
    assert f'pip install "kogorta[{kind}]"' in str(caught.value)


def test_the_instant_of_the_mark_is_read_as_it_was_written() -> None:
    for value in (
        datetime(2025, 1, 1, tzinfo=UTC),
        datetime.fromisoformat("2025-01-01 01:02:03.000004"),
        7,
        7.5,
        "x y",
    ):
        assert Mark.read(Mark.of(value, "c").written).value == value
    with pytest.raises(SourceError, match="do not tell what has changed"):
        Mark.of(b"x", "c")
    assert highest(["0000-00-00", 7, "x"], "c").value == 7
    with pytest.raises(SourceError, match="values of several kinds"):
        highest([7, datetime.fromisoformat("2025-01-01")], "c")
