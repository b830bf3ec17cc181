"""What a run changes in the membership log, and why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import ibis

from kogorta.definitions.schemes import Scheme
from kogorta.traits.facts import SCOPE, SCOPE_SCHEMA, Facts, scratch
from kogorta.traits.idioms import halved, numbered, text_cases
from kogorta.vocab import Cause, ChangeOp
from kogorta.warehouse.ddl import BOOKS

RECORDED, STATE, BEFORE, TOUCHED, MERGED = "k_recorded", "k_state", "k_before", "k_touched", "k_merged"
TOUCHED_SCHEMA = {"customer_key": "int64", "late": "int8"}
STATE_SCHEMA = {"scheme": "string", "customer_key": "int64", "segment": "string"}


@dataclass(frozen=True)
class Causes:
    """What is known of a run when its changes are explained.

    Attributes:
        initial: Schemes recorded for the first time.
        redefined: Schemes whose definition changed since the last run.
        has_before: Whether the scratch table of states under the old frame was made.
        has_touched: Whether the scratch table of customers with news was made.
        has_merged: Whether the scratch table of customers who were merged or split was made.
        has_erased: Whether the log has rows of people who were erased: their keys are negative.
    """

    initial: frozenset[str]
    redefined: frozenset[str]
    has_before: bool
    has_touched: bool
    has_merged: bool
    has_erased: bool = False


def state(traits: Any, placed: Any, schemes: Sequence[Scheme]) -> Any:
    """Return scheme, customer_key, segment: one row per customer in each scheme's base.

    Args:
        traits: The wide table, which tells the segments of ready schemes.
        placed: The table that tells those of people's own; None if there are none.
        schemes: Which ones.
    """
    told = tuple((scheme.id, scheme.trait, scheme.family == "own") for scheme in schemes)
    return _state(traits.op(), None if placed is None else placed.op(), told)


@lru_cache(maxsize=32)
def _state(traits: Any, placed: Any, told: tuple[tuple[str, str, bool], ...]) -> Any:
    """Put the same question into an expression once: of sixty definitions it is a long one."""
    everyone = traits.to_expr()
    parts = []
    for id_, column, is_own in told:
        rows = placed.to_expr() if is_own else everyone
        inside = rows.filter(rows[column].notnull())
        parts.append(
            inside.select(scheme=ibis.literal(id_), customer_key=inside.customer_key, segment=inside[column])
        )
    if not parts:
        nobody = everyone.filter(everyone.customer_key.isnull())
        return nobody.select(
            scheme=ibis.literal(""), customer_key=nobody.customer_key, segment=ibis.literal("")
        )
    return halved(parts, lambda a, b: a.union(b))


def recorded(facts: Facts | None = None, until: Any = None, schemes: Collection[str] | None = None) -> Any:
    """Return the state that the log tells: scheme, customer_key, segment, entered_at.

    Args:
        facts: Of those who are asked for; None for everyone.
        schemes: Ids of those that are asked for; None for all.
        until: An Ibis condition builder over the joined rows of log and runs; None for everything.
    """
    is_scoped = facts is not None and facts.shape.is_scoped
    ids = None if schemes is None else tuple(sorted(schemes))
    # of two conditions nobody can tell whether they say the same
    return _recorded(is_scoped, ids) if until is None else _standing(is_scoped, ids, until)


@lru_cache(maxsize=64)
def _recorded(is_scoped: bool, schemes: tuple[str, ...] | None) -> Any:
    return _standing(is_scoped, schemes, None)


def _standing(is_scoped: bool, schemes: tuple[str, ...] | None, until: Any) -> Any:
    log = ibis.table(BOOKS["membership_changes"], name="membership_changes")
    if is_scoped:
        log = log.semi_join(scratch(SCOPE, SCOPE_SCHEMA), "customer_key")
    runs = ibis.table(BOOKS["runs"], name="runs").select("run_id")
    counted = log.join(runs, "run_id").select(*log.columns)
    if schemes is not None:
        counted = counted.filter(counted.scheme.isin(schemes))
    if until is not None:
        counted = counted.filter(until(counted))
    # Within a run the one who changes leaves first and enters second; `enter` sorts before `leave`.
    ranked = numbered(counted, ["scheme", "customer_key"], [counted.run_id.desc(), counted["op"]])
    last = ranked.filter((ranked.rank_no == 1) & (ranked["op"] == ChangeOp.ENTER.value))
    return last.select("scheme", "customer_key", "segment", entered_at=last["at"])


@lru_cache(maxsize=64)
def differences(causes: Causes) -> Any:
    """Return who moved: scheme, customer_key, was, now, cause."""
    old = ibis.table(STATE_SCHEMA, name=RECORDED)
    new = ibis.table(STATE_SCHEMA, name=STATE).select("scheme", "customer_key", now=ibis._.segment)
    joined = old.outer_join(new, ["scheme", "customer_key"])
    both = joined.select(
        scheme=ibis.coalesce(joined.scheme, joined.scheme_right),
        customer_key=ibis.coalesce(joined.customer_key, joined.customer_key_right),
        was=joined.segment,
        now=joined.now,
    )
    moved = both.filter(~both.was.identical_to(both.now))
    return _explained(moved, causes).select("scheme", "customer_key", "was", "now", "cause")


def _explained(moved: Any, causes: Causes) -> Any:
    """Add the cause: the precedence is that of `Cause`, with the frame told apart before the facts."""
    cases: list[tuple[Any, str]] = []
    if causes.initial:
        cases.append((moved.scheme.isin(sorted(causes.initial)), Cause.INITIAL.value))
    if causes.redefined:
        cases.append((moved.scheme.isin(sorted(causes.redefined)), Cause.DEFINITION.value))
    if causes.has_erased:
        cases.append((moved.customer_key < 0, Cause.ERASURE.value))
    rows = moved
    if causes.has_before:
        before = ibis.table(STATE_SCHEMA, name=BEFORE)
        rows = rows.left_join(before, ["scheme", "customer_key"]).select(
            *rows.columns, under_old=before.segment
        )
        cases.append((ibis._.under_old.identical_to(ibis._.was), Cause.FRAME.value))
    if causes.has_merged:
        merged = ibis.table({"customer_key": "int64"}, name=MERGED).mutate(is_merged=ibis.literal(1))
        rows = rows.left_join(merged, "customer_key").select(*rows.columns, "is_merged")
        cases.append((ibis._.is_merged.notnull(), Cause.MERGE.value))
    if causes.has_touched:
        touched = ibis.table(TOUCHED_SCHEMA, name=TOUCHED)
        rows = rows.left_join(touched, "customer_key").select(*rows.columns, "late")
        cases.append((ibis._.late == 1, Cause.BACKFILL.value))
        cases.append((ibis._.late.notnull(), Cause.FACTS.value))
    if not cases:
        return rows.mutate(cause=ibis.literal(Cause.TIME.value))
    return rows.mutate(cause=text_cases(cases, Cause.TIME.value))


def log_rows(moved: Any) -> Any:
    """Return the rows of the log: leaving one segment, entering another."""
    left = moved.filter(moved.was.notnull())
    entered = moved.filter(moved.now.notnull())
    columns = ("scheme", "customer_key", "cause")
    return left.select(*columns, segment=left.was, op=ibis.literal(ChangeOp.LEAVE.value)).union(
        entered.select(*columns, segment=entered.now, op=ibis.literal(ChangeOp.ENTER.value))
    )
