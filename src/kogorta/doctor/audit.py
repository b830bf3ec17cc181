"""The state of a base: what it lacks, what that costs, what is good, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from kogorta.config import Config
from kogorta.doctor import attributes, duplicates, imports, reach, sales
from kogorta.doctor.base import Base, lay_out
from kogorta.doctor.model import Audit, Finding
from kogorta.doctor.switches import check as check_switches
from kogorta.doctor.switches import switches
from kogorta.identity.rules import utc
from kogorta.membership.view import View, open_view
from kogorta.warehouse.store import Warehouse

_CHECKS: tuple[Callable[[Base], Iterator[Finding]], ...] = (
    imports.check,
    duplicates.check,
    reach.check,
    attributes.check,
    sales.check,
)


def audit(
    warehouse: Warehouse, config: Config, as_of: datetime, known_at: datetime | int | None = None
) -> Audit:
    """Judge a base as of an instant; nothing is written.

    Customers are people: ids that are known to be one person count once. Contacts and orders count as
    far as they are visible, edges and batches as far as they are known.

    Args:
        warehouse: The store.
        config: How the workspace means its numbers.
        as_of: The instant; UTC.
        known_at: Up to which import, by instant or by its number; by default all of them.
    """
    with open_view(warehouse, config, utc(as_of), known_at) as view:
        return audit_of(view)


def audit_of(view: View) -> Audit:
    """Judge a base as `audit` does, in a view that is open."""
    base = lay_out(view)
    found = switches(base)
    findings = [finding for check in _CHECKS for finding in check(base)]
    return Audit(
        as_of=view.instant.as_of,
        known_seq=view.instant.known_seq,
        base=base.size,
        findings=(*findings, *check_switches(found)),
        switches=found,
    )
