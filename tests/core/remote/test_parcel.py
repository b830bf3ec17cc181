"""What travels between two processes comes out as it went in, and nothing else comes out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kogorta import config as configuration
from kogorta.definitions.parsing import parse_text
from kogorta.errors import DriftError, InputError, KogortaError, NotFoundError, ServiceError
from kogorta.i18n import lazy, nlazy, translator
from kogorta.message import Money
from kogorta.remote.parcel import Parcel, known, pack, unpack
from kogorta.vocab import Business, Freshness
from kogorta.workspace import create

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.dates()
    | st.datetimes()
    | st.datetimes(timezones=st.just(UTC))
    | st.timedeltas()
    | st.decimals(allow_nan=False)
    | st.fractions()
    | st.binary(),
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(st.text() | st.tuples(st.text(), st.none()), inner)
        | st.frozensets(st.text(), max_size=1)
    ),
    max_leaves=20,
)


def travelled(value: object) -> Any:
    return unpack(pack(value))


@given(PLAIN)
def test_plain_values(value: object) -> None:
    found = travelled(value)
    assert found == value
    assert type(found) is type(value)
    assert repr(found) == repr(value), "what stands inside is of the same kind, too"


@pytest.mark.parametrize(
    "value",
    [
        Freshness.STALE,
        [Business.SHOP, "shop"],
        Path("/a/b"),
        timedelta(days=-1, microseconds=3),
        datetime(2026, 1, 31, 12, tzinfo=UTC),
        {date(2026, 1, 31): (Decimal("0.10"), Fraction(1, 3))},
        lazy("{n} of {all}", n=1, all=nlazy("{n} row", "{n} rows", 2)),
        parse_text("segment: a\nname: {ru: А, en: A}\nwhere: {did_not: order, within: 30d}"),
    ],
)
def test_words_and_definitions(value: object) -> None:
    assert travelled(value) == value


def test_an_amount_in_a_sentence_is_said_as_before() -> None:
    sentence = lazy("It costs {amount}.", amount=Money("-11062.06 RUB", -1_106_206, "RUB"))
    t = translator("ru")
    assert t.say(travelled(sentence)) == t.say(sentence)


def test_tables_keep_their_types_and_stand_where_they_stood() -> None:
    ids = pa.table({"customer_id": ["a", None], "at": pa.array([1, 2], pa.timestamp("us"))})
    empty = ids.slice(0, 0)
    found = travelled({"rows": ids, "none": [empty]})
    assert found["rows"].equals(ids)
    assert found["none"][0].schema == ids.schema
    assert not len(found["none"][0])


def test_settings(tmp_path: Path) -> None:
    create(tmp_path, "salon")
    config = configuration.load(tmp_path)
    assert travelled(config) == config
    assert travelled(config).zone == config.zone


def test_errors_are_of_their_class_and_speak_either_language() -> None:
    error = NotFoundError(
        "there is no such table", got="ordres", hint=lazy("choose {one}", one="it"), path="f"
    )
    several = DriftError(
        "several things", [error, InputError("there is no such trait", got=lazy("got: {value}", value=1))]
    )
    for made in (error, several):
        found = travelled(made)
        assert type(found) is type(made)
        assert str(found) == str(made)
        assert found.describe(translator("ru")) == made.describe(translator("ru"))
    assert travelled(several).problems[0].got == "ordres"


def test_what_was_got_wrong_may_be_anything() -> None:
    assert travelled(InputError("no", got=object)).got == str(object)


def test_a_name_comes_back_as_the_caller_wrote_it() -> None:
    called = {"/home/anna/a.csv": "a.csv", "/home/anna": "."}
    error = InputError("there is no such file", got="no file: '/home/anna/a.csv'", path="/home/anna/a.csv")
    found = unpack(pack([error, Path("/home/anna/b/c.csv"), "b", "/home/anna-maria", "x/home/anna"]), called)
    assert (found[0].got, found[0].path) == ("no file: 'a.csv'", "a.csv")
    assert found[1:] == [Path("./b/c.csv"), "b", "/home/anna-maria", "x/home/anna"]


@dataclass
class Strange:
    """Made of fields like any of ours, but not ours."""

    n: int = 1


@pytest.mark.parametrize("value", [object(), lambda: 1, 1j, pytest, type])
def test_what_cannot_travel_is_not_sent(value: object) -> None:
    with pytest.raises(TypeError, match="does not travel"):
        pack([value])


@pytest.mark.parametrize(
    "said",
    [
        "",
        "{",
        "[]",
        '["nothing"]',
        '["object"]',
        '["object", "os:system", "true"]',
        '["object", "kogorta.workspace.workspace:Workspace", "/tmp"]',
        '["object", "kogorta.membership.view:View"]',
        '["object", "kogorta.message:lazy", "a"]',
        '["object", "kogorta.message:Message", "a"]',
        '["object", "kogorta.nowhere:Message"]',
        '["object", "kogorta.errors:lazy.__globals__"]',
        '["enum", "kogorta.vocab:Freshness", "rotten"]',
        '["enum", "kogorta.message:Message", "a"]',
        '["error", "kogorta.message:Message", {}]',
        '["error", "builtins:KeyError", {}]',
        '["settings", "kogorta.errors:InputError", {}, []]',
        '["datetime", "tomorrow"]',
        '["table", 0]',
        '["seconds", "x"]',
        "[" * 100_000,
    ],
)
def test_what_is_none_of_ours_is_refused(said: str) -> None:
    with pytest.raises(ServiceError, match="cannot be read"):
        unpack(Parcel(said.encode()))


def test_only_our_own_classes_are_known() -> None:
    for name in (f"{__name__}:Strange", "kogorta.errors:Speaker"):
        with pytest.raises(LookupError):
            known(name, object)
    assert known("kogorta.errors:InputError", KogortaError) is InputError


def test_a_table_that_is_none_is_refused() -> None:
    with pytest.raises(ServiceError):
        unpack(Parcel(b'["table", 0]', (b"no stream",)))


def test_nothing_is_said_in_words_of_a_program() -> None:
    text = json.loads(pack({"a": (1, Freshness.STALE)}).text)
    assert text == ["mapping", ["a", ["tuple", 1, ["enum", "kogorta.vocab:Freshness", "stale"]]]]
