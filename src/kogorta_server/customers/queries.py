"""What is asked of the living base about one customer: it takes longer than what a reading knows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from kogorta.customers import MomentKind, Profile, Timeline, Ways
from kogorta.definitions.playbooks import Playbook, cards
from kogorta.i18n import Translator
from kogorta.identity.links import Links
from kogorta.membership.explain import Explanation
from kogorta.membership.reasons import Reasons
from kogorta.readings import Stamp
from kogorta.report.why import Why
from kogorta.today import Today
from kogorta_server import base


def timeline(customer_id: str, kinds: Collection[MomentKind], *, offset: int, limit: int) -> Timeline:
    """Return a page of everything that is known of one customer by now.

    Raises:
        NotFoundError: No source ever named him, or he was erased.
    """
    return base.workspace().timeline(customer_id, kinds, offset=offset, limit=limit)


def profile(customer_id: str, stamp: Stamp, as_of: str = "") -> Profile:
    """Return what is true of one customer as of the reading that pages show, or as of another instant.

    Raises:
        NotFoundError: No source ever named him, he was erased, or he was not yet known at that instant.
        InputError: It is no instant.
    """
    when, known = _when(stamp, as_of)
    return base.workspace().profile(customer_id, when, known)


def ways(customer_id: str) -> Ways:
    """Return how one customer may be reached by now.

    Raises:
        NotFoundError: No source ever named him, or he was erased.
    """
    return base.workspace().ways(customer_id)


def links(customer_id: str) -> Links:
    """Return which ids are one person with a customer, and why.

    Raises:
        NotFoundError: No source ever named him.
    """
    return base.workspace().links(customer_id)


def explanation(segment: str, customer_id: str, stamp: Stamp, as_of: str = "") -> Explanation | Reasons:
    """Say why a customer is in a segment or not as of the reading that pages show, or as of another instant.

    Raises:
        NotFoundError: No such segment or customer, or the customer was not yet known then.
        InputError: It is no instant.
    """
    when, known = _when(stamp, as_of)
    return base.workspace().explain(segment, customer_id, when, known)


def why(t: Translator) -> Why:
    """Return what says explanations in a language."""
    return base.workspace().why(t)


def today() -> Today:
    """Return the list of this day."""
    return base.workspace().today()


def playbook(segment: str) -> Playbook | None:
    """Return what to do with the people of a segment; None where nobody wrote it."""
    workspace = base.workspace()
    scheme, _, part = segment.partition(".")
    own = workspace.definitions.get(scheme)
    if own is not None:
        return own.playbooks.get(part or scheme)
    return cards(workspace.config.workspace.business).get((scheme, part))


def _when(stamp: Stamp, as_of: str) -> tuple[datetime, int | None]:
    """Return as of when, and as far as what was known: that of the reading, or all of it at another instant."""
    workspace = base.workspace()
    if as_of:
        return workspace.instant(as_of).replace(tzinfo=UTC), None
    return stamp.as_of.replace(tzinfo=UTC), stamp.known_seq
