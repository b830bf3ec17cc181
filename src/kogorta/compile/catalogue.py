"""What definitions of a workspace may speak of, gathered from its store."""

from __future__ import annotations

from collections.abc import Iterable

from kogorta.definitions.catalogue import Catalogue, ColumnInfo, Kind, Source, TraitInfo
from kogorta.definitions.facts import KINDS, columns_of, event_columns, reserved_facts
from kogorta.schema import MICRO, ColumnType
from kogorta.schema.types import STORAGE
from kogorta.traits.catalogue import TRAITS
from kogorta.traits.contract import Trait
from kogorta.traits.geography import AGE_BANDS
from kogorta.traits.surveys import ASKED
from kogorta.vocab import ContactKind, ContentProfile, LifecycleReason, LifecycleStage, TraitSource
from kogorta.warehouse.batch import PropertySpec
from kogorta.warehouse.store import Warehouse

WORDS: dict[str, tuple[str, ...]] = {
    "lifecycle_stage": tuple(stage.value for stage in LifecycleStage),
    "lifecycle_reason": tuple(reason.value for reason in LifecycleReason),
    "content_profile": tuple(profile.value for profile in ContentProfile),
    "age_band": AGE_BANDS,
    **{f"{name}_source": tuple(source.value for source in TraitSource) for name in ASKED},
}


def catalogue_of(warehouse: Warehouse, segments: Iterable[str], minor_digits: int) -> Catalogue:
    """Return what definitions may speak of.

    Args:
        warehouse: The store.
        segments: Segments that exist: `scheme.segment`, or bare ids.
        minor_digits: Decimals of the currency.
    """
    present, _ = warehouse.contents()
    properties = warehouse.properties()
    return Catalogue(
        traits=traits_of([spec for spec in properties if spec.table == "customers"], minor_digits),
        facts=reserved_facts(minor_digits),
        events=_events(warehouse, properties, present),
        event_columns=_of_every_event(properties, minor_digits),
        segments=frozenset(segments),
        lists=_lists(warehouse, present),
        present=present,
        minor_digits=minor_digits,
    )


def traits_of(properties: Iterable[PropertySpec], minor_digits: int) -> dict[str, TraitInfo]:
    """Return every trait: attributes, the shop's own properties of customers, lists, and what is worked out."""
    traits = {
        name: TraitInfo(info.kind, Source.ATTRIBUTE, info.stored, info.scale, info.values, ("customers",))
        for name, info in columns_of("customers", minor_digits, frozenset({"created_at"})).items()
    }
    for spec in properties:
        info = property_info(spec)
        traits.setdefault(
            spec.name,
            TraitInfo(info.kind, Source.ATTRIBUTE, info.stored, info.scale, (), ("customers",), info.type),
        )
    kinds = tuple(kind.value for kind in ContactKind)
    traits["age"] = TraitInfo(Kind.NUMBER, Source.AGE, "birth_date", tables=("customers",))
    traits["contact_kinds"] = TraitInfo(Kind.LIST, Source.LIST, "kind", values=kinds, tables=("contacts",))
    traits["lists"] = TraitInfo(Kind.LIST, Source.LIST, "list", tables=("list_changes",))
    return traits | {trait.name: _computed(trait, minor_digits) for trait in TRAITS}


def _computed(trait: Trait, minor_digits: int) -> TraitInfo:
    kind, scale = Kind.NUMBER, 1
    if trait.unit == "minor units":
        kind, scale = Kind.MONEY, 10**minor_digits
    elif trait.type == "int8":
        kind = Kind.FLAG
    elif trait.type == "string":
        kind = Kind.TEXT
    elif trait.type.startswith("timestamp"):
        kind = Kind.INSTANT
    elif trait.type == "date":
        kind = Kind.DATE
    words = WORDS.get(trait.name, ())
    return TraitInfo(kind, Source.COMPUTED, trait.name, scale, words, trait.tables, about=trait.about)


def property_info(spec: PropertySpec) -> ColumnInfo:
    """Return what a registered property is to a definition."""
    micro = spec.type in {ColumnType.PRICE, ColumnType.QUANTITY}
    return ColumnInfo(KINDS[spec.type], spec.column, MICRO if micro else 1, (), STORAGE[spec.type])


def _events(
    warehouse: Warehouse, properties: Iterable[PropertySpec], present: Iterable[str]
) -> dict[str, dict[str, ColumnInfo]]:
    names = warehouse.event_names() if "events" in present else ()
    found: dict[str, dict[str, ColumnInfo]] = {name: {} for name in sorted(names)}
    for spec in properties:
        if spec.table == "events" and spec.scope:
            found.setdefault(spec.scope, {})[spec.name] = property_info(spec)
    return found


def _of_every_event(properties: Iterable[PropertySpec], minor_digits: int) -> dict[str, ColumnInfo]:
    """Return the columns that every event has; a file of events brings properties without saying of which."""
    own = {spec.name: property_info(spec) for spec in properties if spec.table == "events" and not spec.scope}
    return own | dict(event_columns(minor_digits))


def _lists(warehouse: Warehouse, present: Iterable[str]) -> frozenset[str]:
    if "list_changes" not in present:
        return frozenset()
    return frozenset(row[0] for row in warehouse.rows("SELECT DISTINCT list FROM list_changes"))
