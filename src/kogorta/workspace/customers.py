"""One customer of a workspace."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from kogorta.compile.frame import Frame
from kogorta.compile.steps import Instant
from kogorta.customers import MomentKind, Profile, Timeline, Ways, profile, timeline, ways
from kogorta.i18n import Translator
from kogorta.report.why import Why
from kogorta.workspace.base import InstantLike, KnownLike
from kogorta.workspace.defining import Defining


class Customers(Defining):
    """What is known of one customer. He is named by any of his ids, as a source gave it."""

    _usual: tuple[Instant, Frame] | None = None

    def timeline(
        self,
        customer: str,
        kinds: Collection[MomentKind | str] = (),
        as_of: InstantLike | None = None,
        known_at: KnownLike | None = None,
        *,
        offset: int = 0,
        limit: int = 50,
    ) -> Timeline:
        """Return everything that he did and that was done with him, newest first, page by page.

        Args:
            customer: One of his ids.
            kinds: Which entries, such as `order`; by default all.
            as_of: As of when.
            known_at: As far as what was known then.
            offset: How many entries to leave out.
            limit: How many to return at most.

        Raises:
            NotFoundError: No source ever named him, or he was erased.
        """
        wanted = [MomentKind(kind) for kind in kinds]
        with self.view(as_of, known_at) as view:
            return timeline(view, customer, wanted, offset=offset, limit=limit)

    def profile(
        self, customer: str, as_of: InstantLike | None = None, known_at: KnownLike | None = None
    ) -> Profile:
        """Return what is true of him as of an instant: attributes, every trait, the segment of each scheme.

        Raises:
            NotFoundError: No source ever named him, he was erased, or he was not yet known at that instant.
        """
        with self.view(as_of, known_at) as view:
            # what is usual in the base takes everyone's facts, and is the same for each customer of an instant
            if self._usual and self._usual[0] == view.instant:
                view.frames = replace(view.frames, base=self._usual[1])
            found = profile(view, customer)
            self._usual = (view.instant, view.frames.base) if view.frames.base else None
            return found

    def ways(
        self, customer: str, as_of: InstantLike | None = None, known_at: KnownLike | None = None
    ) -> Ways:
        """Return his contacts, and every consent that he gave or took back.

        Raises:
            NotFoundError: No source ever named him, or he was erased.
        """
        with self.view(as_of, known_at) as view:
            return ways(view, customer)

    def why(self, t: Translator) -> Why:
        """Return what says explanations of this workspace in a language."""
        workspace = self.config.workspace
        return Why(
            t,
            self.names,
            self.catalogue,
            workspace.timezone,
            workspace.currency,
            10**self.config.minor_digits,
        )
