"""The SQL of every kind of condition, seen by people, on all four engines.

After an intended change: pytest tests/core/meaning/test_language_sql.py --snapshot-update
"""

from __future__ import annotations

import re
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from ibis.backends.sql.compilers import pyspark
from syrupy.assertion import SnapshotAssertion

from kogorta.compile.catalogue import property_info, traits_of
from kogorta.compile.plan import plan_of
from kogorta.compile.segments.program import Language, Program
from kogorta.definitions.catalogue import Catalogue
from kogorta.definitions.check import require
from kogorta.definitions.facts import event_columns, reserved_facts
from kogorta.definitions.parsing import parse_text
from kogorta.schema import TABLES, ColumnType
from kogorta.traits.facts import scratch
from kogorta.traits.shape import Meaning, Shape
from kogorta.warehouse.batch import PropertySpec
from kogorta.warehouse.sql import adapted
from tests.core.meaning.test_sql_snapshots import COMPILERS, FORBIDDEN

PRESENT = frozenset(TABLES)
SHAPE = Shape(PRESENT, frozenset(), has_aliases=False)
VIP = PropertySpec("customers", "", "vip_level", ColumnType.INTEGER, "p_vip_level")
PAGE = PropertySpec("events", "page_viewed", "page", ColumnType.TEXT, "p_page")
CATALOGUE = Catalogue(
    traits=traits_of([VIP], 2),
    facts=reserved_facts(2),
    events={"page_viewed": {"page": property_info(PAGE)}, "cart_added": {}},
    event_columns=event_columns(2),
    segments=frozenset({"rfm_simple.champions"}),
    lists=frozenset({"black_friday", "wholesale"}),
    present=PRESENT,
)

CONDITIONS = {
    "trait_number": "{trait: recency_days, between: [30, 60]}",
    "trait_money": "{trait: monetary_amount, at_least: 5000.5}",
    "trait_text": "{trait: city, contains: burg, starts_with: Ham}",
    "trait_pattern": '{trait: city, matches: "H?m*[x]"}',
    "trait_is_not": "{trait: city, is_not: Hamburg}",
    "trait_flag": "{trait: is_newcomer, is: true}",
    "trait_day": "{trait: birth_date, in_next: 7d}",
    "trait_anniversary": "{trait: birth_date, anniversary: {from: 0d, to: 7d}, zone: customer}",
    "trait_instant": "{trait: last_order_at, during: this_month}",
    "trait_top": "{trait: monetary_amount, top: 10%}",
    "trait_percentile": "{trait: frequency_count, percentile: {less_than: 25}}",
    "trait_property": "{trait: vip_level, in: [1, 2, 3]}",
    "trait_age": "{trait: age, at_least: 18}",
    "trait_held": "{trait: city, is: Berlin, held_for: 7d}",
    "trait_held_in_log": "{trait: lifecycle_stage, is: at_risk, held_for: 7d}",
    "trait_lists": "{trait: lists, has_all: [black_friday, wholesale]}",
    "trait_contacts": "{trait: contact_kinds, has_any: [email, phone]}",
    "did": "{did: page_viewed, where: {page: {is: sale}}, times: {at_least: 3}, within: 7d}",
    "did_sum": "{did: order, sum: {of: revenue, at_least: 5000}, within: 365d}",
    "did_mean": "{did: ticket, mean: {of: satisfaction, less_than: 3.5}}",
    "did_distinct": "{did: order_line, where: {category: {is: coffee}}, distinct: {of: product_id, at_least: 2}}",
    "did_change": "{did: order, sum: {of: revenue, at_least: 1}, within: 1mo, change: {at_most: -20%}}",
    "did_status": "{did_not: order, where: {status: {is: cancelled}}, since: 2026-06-12T12:00:00Z}",
    "did_message": "{did: message_opened, where: {channel: {is: email}}, from: 14d, to: 7d}",
    "first": "{first: order, within: 7d}",
    "newest": "{newest: order, of: {channel: {is: online}}, where: {outlet_id: {is: north}}}",
    "regularly": "{regularly: visit, times: {at_least: 2}, in_each: 3d, at_least: 2, of: 3}",
    "stopped": "{stopped: order, active: {from: 180d, to: 60d}, silent: 60d}",
    "resumed": "{resumed: order, after_silence: 180d, within: 30d}",
    "sequence": "{sequence: [{did: cart_added, within: 2d}, {did_not: order, within: 4h}], by: cart_id}",
    "sequence_of_three": "{sequence: [{did: page_viewed}, {did: cart_added, within: 1h}, {did: order, within: 1d}]}",
    "in_segment": "{not: {in_segment: rfm_simple.champions}}",
    "in_segment_held": "{in_segment: rfm_simple.champions, held_for: 1mo}",
    "in_list": "{in_list: black_friday}",
    "entered": "{entered: rfm_simple.champions, within: 30d}",
    "share": "{share: 10%, salt: summer}",
    "consent": "{consent: {channel: email, purpose: advertising}, is: not_withdrawn}",
    "all_any": "{all: [{did: order}, {any: [{trait: sex, is: female}, {trait: city, missing: true}]}]}",
}


def language(condition: str) -> Language:
    """A segment of one condition, as a workspace would have it."""
    found = {item.id: item for item in parse_text(f"segment: one\nwhere: {condition}\n")}
    require(found, CATALOGUE)
    ready = {"rfm_simple.champions": ("rfm_simple", "champions")}
    return Language(found, CATALOGUE, ZoneInfo("Europe/Moscow"), ready)


def queries(condition: str) -> list[tuple[str, object]]:
    """Every step of a condition, as expressions."""
    program = Program(plan_of(SHAPE, Meaning()), language(condition))
    types = {"customer_key": "int64"} | {name: _type(name) for name in program.traits[1:]}
    steps = program.steps()
    zones = [("zones", program.zones())] if program.zones() is not None else []
    wide = program.wide(scratch("k_traits", types) if program.traits else None)
    return [*steps, *zones, ("k_wide", wide), ("answer", program.answer())]


def _type(trait: str) -> str:
    from kogorta.traits.catalogue import TRAITS

    return next(item.type for item in TRAITS if item.name == trait)


@pytest.fixture(autouse=True)
def _spark_options(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ibis asks its Spark options only where Spark is installed."""
    told = SimpleNamespace(pyspark=SimpleNamespace(treat_nan_as_null=False))
    monkeypatch.setattr(pyspark, "options", told)


@pytest.mark.parametrize("dialect", sorted(COMPILERS))
@pytest.mark.parametrize("name", sorted(CONDITIONS))
def test_the_sql_of_a_condition(name: str, dialect: str, snapshot: SnapshotAssertion) -> None:
    texts = []
    for step, expression in queries(CONDITIONS[name]):
        tree = adapted(COMPILERS[dialect]().to_sqlglot(expression), dialect)
        texts.append(f"-- {step}\n{tree.sql(dialect, pretty=True)}")
    text = "\n\n".join(texts)
    code = re.sub(r"\"[^\"]*\"|`[^`]*`|'[^']*'", "x", text.lower())
    # md5 is built in everywhere, and whole seconds added to an instant are exact everywhere
    code = re.sub(r"interval x( second)?|md5", "", code)
    assert [what for what, idiom in FORBIDDEN.items() if re.search(idiom, code)] == []
    assert text == snapshot


def test_values_are_no_part_of_the_text() -> None:
    """The same condition on another day, in another zone, is the same query."""
    one, other = (Program(plan_of(SHAPE, Meaning()), language(CONDITIONS["did"])) for _ in range(2))
    assert [str(e) for _, e in one.steps()] == [str(e) for _, e in other.steps()]
