"""How far back facts are read: as far as some condition looks, and no further."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from kogorta.compile.plan import plan_of
from kogorta.compile.segments.program import Language, Program
from kogorta.compile.segments.reading import Part, part_of
from kogorta.definitions.nodes import Calendar, Window
from kogorta.definitions.parsing import parse_text
from kogorta.durations import Duration
from kogorta.traits.shape import Meaning
from kogorta.warehouse.sql import render
from tests.core.meaning.test_language_sql import CATALOGUE, SHAPE

BOUNDS = ("ago_365d", "ago_90d", "ago_30d", "ago_7d")
BOUND = dict.fromkeys([*BOUNDS, "known_seq"], 1) | {"as_of": 1}


def steps(*conditions: str) -> dict[str, str]:
    """The SQL of the steps of some segments, by name."""
    text = "\n---\n".join(f"segment: s{number}\nwhere: {one}" for number, one in enumerate(conditions))
    language = Language(
        {item.id: item for item in parse_text(text)}, CATALOGUE, ZoneInfo("Europe/Moscow"), {}
    )
    program = Program(plan_of(SHAPE, Meaning()), language)
    return {name: render(step, BOUND).sql for name, step in program.steps()}


def bounds_in(sql: str) -> set[str]:
    """The bounds with which something is compared; all of them are laid beside the rows."""
    return {name for name in BOUNDS if f"${name} " in sql.replace(f'CAST(${name} AS BIGINT) AS "{name}"', "")}


@pytest.mark.parametrize(
    ("window", "is_recent"),
    [
        (Window(Duration(35, "d")), True),
        (Window(Duration(36, "d")), False),
        (Window(Duration(1, "mo")), True),
        (Window(Duration(2, "mo")), False),
        (Window(Duration(1, "y")), False),
        (Window(calendar=Calendar.THIS_MONTH), True),
        (Window(calendar=Calendar.LAST_MONTH), False),
        (Window(), False),
        (Window(end=Duration(1, "d")), False),
    ],
)
def test_a_window_looks_a_short_way_back_or_not(window: Window, is_recent: bool) -> None:
    assert part_of("events", window) == Part("events", is_recent)
    assert part_of("order", window) == Part("order")


def test_recent_events_are_kept_for_all_that_look_a_short_way_back() -> None:
    found = steps(
        "{did: page_viewed, within: 7d}",
        "{newest: page_viewed, within: 30d}",
        "{did: cart_added, within: 365d}",
        "{did: cart_added, within: 90d}",
    )
    assert next(iter(found)) == "k_events_recent_rows"
    assert bounds_in(found["k_events_recent_rows"]) == {"ago_30d", "ago_7d"}
    assert '"events"' in found["k_events_n"]
    assert bounds_in(found["k_events_n"]) == {"ago_365d", "ago_90d"}
    assert "page_viewed" not in found["k_events_n"]
    assert all('"events"' not in found[name] for name in ("k_events_recent_n", "k_x1"))


def test_one_reader_keeps_nothing() -> None:
    assert list(steps("{did: page_viewed, within: 7d}")) == ["k_events_recent_n"]


@pytest.mark.parametrize(
    "unbounded",
    ["{did_not: ticket}", "{first: ticket, within: 7d}", "{resumed: ticket, after_silence: 90d, within: 7d}"],
)
def test_what_looks_at_all_of_time_has_all_rows_kept(unbounded: str) -> None:
    found = steps("{did: ticket, within: 7d}", "{newest: ticket, within: 30d}", unbounded)
    assert bounds_in(found["k_ticket_rows"]) == set()


def test_steps_of_a_sequence_begin_with_its_window() -> None:
    found = steps("{sequence: [{did: cart_added, within: 7d}, {did_not: order, within: 4h}]}")
    assert bounds_in(found["k_x1"]) == {"ago_7d"}
    assert found["k_x1"].count(">= CAST($ago_7d AS BIGINT)") >= 3, "each step, and the last of the first"
