"""Lists, consents, contacts, the membership log and shares: who passes, one row each."""

from __future__ import annotations

from typing import Any

import ibis

from kogorta.definitions.nodes import Consent, Moved
from kogorta.traits.facts import Facts, params
from kogorta.traits.idioms import count_if, flag, numbered, sum_if
from kogorta.traits.people import ANONYMOUS
from kogorta.traits.reach import spellings
from kogorta.vocab import Cause, ChangeOp, ConsentOp, ListOp
from kogorta.warehouse.ddl import BOOKS

BEHAVIOUR = (Cause.FACTS, Cause.TIME)
HEX_DIGITS = 8


def on_list(facts: Facts, name: str) -> Any:
    """Return customer_key of everyone on a list."""
    rows = facts.last_versions("list_changes", ["list", "customer_key", "at", "op"])
    own = rows.filter((rows.list == name) & (rows["at"] < rows.as_of)).select("customer_key", "at", "op")
    renewals = own.filter(own["op"].isin([ListOp.CLEAR.value, ListOp.REPLACE_ALL.value]))
    since = renewals.agg(renewed_at=renewals["at"].max())
    joined = facts.person(own.filter(own.customer_key.notnull())).cross_join(since)
    current = joined.filter(joined.renewed_at.isnull() | (joined["at"] >= joined.renewed_at))
    order = ibis.cases(
        (current["op"] == ListOp.CLEAR.value, 0),
        (current["op"] == ListOp.REPLACE_ALL.value, 1),
        (current["op"] == ListOp.ADD.value, 2),
        else_=3,
    )
    told = current.mutate(turn=order)
    last = numbered(told, ["customer_key"], [told["at"].desc(), told.turn.desc()])
    inside = last["op"].isin([ListOp.ADD.value, ListOp.REPLACE_ALL.value])
    return last.filter((last.rank_no == 1) & inside).select("customer_key")


def consents(facts: Facts, node: Consent, granted: str, withdrawn: str) -> Any:
    """Return customer_key and whether any of his ids last granted, and last withdrew; 1 or 0."""
    rows = facts.last_versions("consents", ["customer_key", "channel", "purpose", "at", "op"])
    own = rows.filter(
        (rows["at"] < rows.as_of)
        & (rows.purpose == node.purpose)
        & rows.channel.strip().lower().isin(spellings(node.channel))
    )
    # `withdrawn` sorts behind `granted`
    ranked = numbered(own, ["customer_key"], [own["at"].desc(), own["op"].desc()])
    last = facts.person(ranked.filter(ranked.rank_no == 1).select("customer_key", "op"))
    return last.group_by("customer_key").agg(
        **{
            granted: flag(last["op"] == ConsentOp.GRANTED.value).max(),
            withdrawn: flag(last["op"] == ConsentOp.WITHDRAWN.value).max(),
        }
    )


def contact_kinds(facts: Facts) -> Any:
    """Return customer_key and kind, once each."""
    rows = facts.last_versions("contacts", ["customer_key", "kind"])
    return facts.person(rows.select("customer_key", "kind")).distinct()


def _logged(facts: Facts, scheme: str, segment: str) -> Any:
    """Return the changes of a segment that finished runs wrote before the instant, knowing no more than is known."""
    log = facts.book("membership_changes")
    runs = ibis.table(BOOKS["runs"], name="runs").select("run_id", run_known="known_seq")
    counted = log.join(runs, "run_id").cross_join(params().select("as_of", "known_seq"))
    return counted.filter(
        (counted.scheme == scheme)
        & (counted.segment == segment)
        & (counted["at"] < counted.as_of)
        & (counted.run_known <= counted.known_seq)
    )


def moved(facts: Facts, node: Moved, scheme: str, segment: str) -> Any:
    """Return customer_key and moment of the changes that a condition on the log looks at."""
    logged = _logged(facts, scheme, segment)
    op = ChangeOp.LEAVE if node.left else ChangeOp.ENTER
    found = logged.filter(logged["op"] == op.value)
    if not node.any_cause:
        found = found.filter(found.cause.isin([cause.value for cause in BEHAVIOUR]))
    return facts.person(found.select("customer_key", moment=found["at"]))


def unbroken(facts: Facts, place: tuple[str, str], given: Any, start: str) -> Any:
    """Return customer_key of everyone whom the log has in a segment without a break from an instant on.

    A person is inside as long as any of his ids is; what a person's ids do at one instant is one change.

    Args:
        facts: The stored tables.
        place: Scheme and segment, as the log calls them.
        given: The row of parameters.
        start: The parameter of the instant.
    """
    logged = _logged(facts, *place)
    step = ibis.ifelse(logged["op"] == ChangeOp.ENTER.value, 1, -1).cast("int64")
    steps = facts.person(logged.select("customer_key", moment=logged["at"], step=step))
    changes = steps.group_by("customer_key", "moment").agg(step=steps.step.sum().cast("int64"))
    window = ibis.cumulative_window(group_by="customer_key", order_by="moment")
    told = changes.mutate(inside=changes.step.sum().over(window).cast("int64")).cross_join(
        given.select(start)
    )
    is_later = told.moment > told[start]
    counted = told.group_by("customer_key").agg(
        at_start=sum_if(~is_later, told.step), breaks=count_if(is_later & (told.inside < 1))
    )
    return counted.filter((counted.at_start > 0) & (counted.breaks == 0)).select("customer_key")


def first_names(facts: Facts, column: str) -> Any:
    """Return customer_key and the first of the person's ids in code point order."""
    ids = facts.book("customer_ids").cross_join(params().select("known_seq"))
    named = ids.filter((ids.id_space != ANONYMOUS) & (ids.ingest_seq <= ids.known_seq))
    own = facts.person(named.select("customer_key", "customer_id"))
    ranked = numbered(own, ["customer_key"], [own.customer_id])
    return ranked.filter(ranked.rank_no == 1).select("customer_key", **{column: ranked.customer_id})


@ibis.udf.scalar.builtin(name="md5")  # type: ignore[untyped-decorator]
def md5(text: str) -> str:  # type: ignore[empty-body]
    """The md5 of a text in hexadecimal digits; built into every engine."""
