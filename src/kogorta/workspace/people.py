"""Who is who in a workspace, and who is to be forgotten."""

from __future__ import annotations

from secrets import token_bytes

from kogorta.identity import manual
from kogorta.identity.erase import Erasure, erase, preview_erasure
from kogorta.identity.links import Links, links_of
from kogorta.identity.preview import MergePreview, preview_merge
from kogorta.identity.rules import Change
from kogorta.identity.rules import update as update_identity
from kogorta.workspace.base import Base


class People(Base):
    """Links between ids, and the erasure of a person."""

    # --- who is who -------------------------------------------------------------------------------

    def link(self, a: str, b: str, *, because: str = "") -> Change:
        """Say that two ids are one person, whatever the rules say; segments follow at the next refresh.

        Args:
            a: An id, as a source gave it.
            b: The other one.
            because: Why, for whoever looks at it later.

        Returns:
            What was written; without an `ingest_seq` it was so already.

        Raises:
            NotFoundError: No source ever named one of them.
            InputError: Both are the same.
        """
        return manual.link(self.warehouse, a, b, self.now(), reason=because)

    def unlink(self, a: str, b: str, *, because: str = "") -> Change:
        """Take back what `link` said; links by rule stay.

        Raises:
            NotFoundError: No source ever named one of them.
            InputError: Nobody linked the two by hand.
        """
        return manual.unlink(self.warehouse, a, b, self.now(), reason=because)

    def split(self, customer: str, *, because: str = "") -> Change:
        """Take an id out of its person: no rule joins it until `unsplit`; links by hand stay.

        Raises:
            NotFoundError: No source ever named it.
        """
        return manual.split(self.warehouse, self.config, customer, self.now(), reason=because)

    def unsplit(self, customer: str, *, because: str = "") -> Change:
        """Take back a split: the rules speak again.

        Raises:
            NotFoundError: No source ever named it.
            InputError: It is not split.
        """
        return manual.unsplit(self.warehouse, self.config, customer, self.now(), reason=because)

    def preview_merge(self, a: str, b: str) -> MergePreview:
        """Show whom `link` would join, with their ids, names and orders; the rules have spoken before.

        Raises:
            NotFoundError: No source ever named one of them.
        """
        update_identity(self.warehouse, self.config, self.now())
        return preview_merge(self.warehouse, a, b)

    def links(self, customer: str) -> Links:
        """Return which ids are one person with a customer, and every link of theirs; the rules have spoken before.

        Raises:
            NotFoundError: No source ever named it.
        """
        update_identity(self.warehouse, self.config, self.now())
        return links_of(self.warehouse, customer)

    # --- taking out -------------------------------------------------------------------------------

    def preview_erasure(self, customer: str, id_space: str | None = None) -> Erasure:
        """Say whom `erase` would take, and how much with him.

        Raises:
            NotFoundError: No source ever named this id, or its person was erased before.
            InputError: Several persons have this id, each in a space of its own; name the space.
        """
        update_identity(self.warehouse, self.config, self.now())
        return preview_erasure(self.warehouse, self.config, customer, id_space)

    def erase(self, customer: str, id_space: str | None = None) -> Erasure:
        """Erase a person with all of his ids: what describes or reaches him is deleted, the rest is nobody's.

        He is in no answer any more, at no instant. His ids and contacts are refused by later imports. The next
        refresh writes that he left his segments, by `erasure`. This cannot be undone.

        Args:
            customer: An id as a source gave it; all ids that are one person with it go too.
            id_space: In which space it stands; needed only where several persons have this id.

        Returns:
            What was taken.

        Raises:
            NotFoundError: No source ever named this id, or its person was erased before.
            InputError: Several persons have this id, each in a space of its own; name the space.
        """
        update_identity(self.warehouse, self.config, self.now())
        return erase(self.warehouse, self.config, customer, self.now(), token_bytes, id_space)
