"""Questions about segments that change nothing: sizes, overlaps, what a change would do, the past, the SQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from kogorta.config import Config
from kogorta.definitions.document import Definition
from kogorta.definitions.names import Words
from kogorta.membership.asked import Asked, asked_definitions, asked_ids, is_known, nothing_of_that_name
from kogorta.membership.backtest import Backtest, backtest
from kogorta.membership.card import Card, card
from kogorta.membership.define import checked
from kogorta.membership.diff import Diff, diff
from kogorta.membership.drafts import read_for
from kogorta.membership.effects import Effect, effects
from kogorta.membership.estimating import Estimate
from kogorta.membership.overlap import Overlap, overlap
from kogorta.membership.queries import SqlStep, queries
from kogorta.membership.saying import sentences
from kogorta.membership.sizing import Size, size
from kogorta.membership.view import View
from kogorta.workspace.base import Base, InstantLike, KnownLike
from kogorta.workspace.defining import is_text, text_of
from kogorta.workspace.instants import parse_known

DOCUMENTS = (".yaml", ".yml", ".json")


class Questions(Base):
    """What can be asked of segments before and after they are saved.

    A *definition* is given as YAML or JSON text, as the path of a file with it, or as the id of what is saved: of a
    scheme, of one of its segments (`lifecycle.at_risk`), of a free segment. A text of one line without a colon is an
    id or a path, an id first.
    """

    def show(self, definition_id: str) -> Card:
        """Return what is known of a scheme or a free segment: its tree, version, author, and what names it.

        Raises:
            NotFoundError: There is nothing of that name.
        """
        with self.view() as view:
            return card(view, definition_id)

    def sentences(self, source: str | Path) -> dict[str, Words]:
        """Return whom each definition of a text means, in one sentence, by id; nothing is saved.

        Args:
            source: YAML or JSON text, or the path of a file with it.

        Raises:
            InputError: The file cannot be read.
            ProblemsError: Something in the definitions is wrong; all of it is listed.
        """
        with self.view() as view:
            new = read_for(view, *text_of(source))
            checked(view, new)
            return sentences(view, new)

    def sentence(self, definition: Definition) -> Words:
        """Return whom a definition means, saved or not, in one sentence."""
        with self.view() as view:
            return sentences(view, [definition])[definition.id]

    def sql(
        self,
        definition: str | Path,
        as_of: InstantLike | None = None,
        known_at: KnownLike | None = None,
    ) -> tuple[SqlStep, ...]:
        """Return the SQL of a definition on the engine that holds the base, step by step; nothing is saved.

        Raises:
            NotFoundError: It is neither an id nor a file.
            ProblemsError: Something in the definition is wrong; all of it is listed.
        """
        with self.view(as_of, known_at) as view:
            return queries(view, self._asked(view, definition))

    def size(
        self,
        definition: str | Path,
        as_of: InstantLike | None = None,
        known_at: KnownLike | None = None,
    ) -> Size:
        """Return how many people a definition takes and how many of them each channel reaches; nothing is saved.

        Raises:
            NotFoundError: It is neither an id nor a file.
            ProblemsError: Something in the definition is wrong; all of it is listed.
        """
        with self.view(as_of, known_at) as view:
            return size(view, self._asked(view, definition))

    def estimate(self, definition: str | Path, as_of: InstantLike | None = None) -> Estimate:
        """Return about how many people a definition takes, from a sample, with the interval that the count lies in.

        For whoever is still typing: the first answer makes the sample, those after it come at once, whatever the size of
        the base. The sample is kept until the workspace is closed, and made anew after an import. `size` counts exactly.

        Args:
            definition: Text, path or id.
            as_of: The instant; within a quarter of an hour of the sample's the sample's own is taken.

        Raises:
            NotFoundError: It is neither an id nor a file.
            ProblemsError: Something in the definition is wrong; all of it is listed.
        """
        return self._estimator.estimate(
            self.config, self.instant(as_of), lambda view: self._asked(view, definition)
        )

    def effects(self, config: Config, as_of: InstantLike | None = None) -> list[Effect]:
        """Return what other settings would do to every scheme; nothing is written.

        Args:
            config: The other settings, as `config.changed` returns them.
            as_of: As of when.
        """
        return effects(self.warehouse, self.config, config, self.instant(as_of))

    def overlap(
        self,
        *ids: str,
        as_of: InstantLike | None = None,
        known_at: KnownLike | None = None,
    ) -> Overlap:
        """Return which segments share their people, and who is claimed by which of them.

        Args:
            ids: Of schemes, their segments and free segments; none for all of people's own.
            as_of: As of when.
            known_at: As far as what was known then.

        Raises:
            NotFoundError: There is nothing of one of these names.
            InputError: There are fewer than two segments to compare.
        """
        with self.view(as_of, known_at) as view:
            return overlap(view, asked_ids(view, ids or view.own))

    def diff(
        self,
        source: str | Path,
        as_of: InstantLike | None = None,
        known_at: KnownLike | None = None,
        *,
        members: int = 0,
    ) -> Diff:
        """Return what definitions would change if they were saved, in whatever names them too; nothing is saved.

        Args:
            source: YAML or JSON text, or the path of a file with it.
            as_of: As of when.
            known_at: As far as what was known then.
            members: How many ids to name of those who would enter and leave each segment.

        Raises:
            InputError: The file cannot be read.
            ProblemsError: Something in the definitions is wrong; all of it is listed.
        """
        with self.view(as_of, known_at) as view:
            return diff(view, read_for(view, *text_of(source)), members)

    def backtest(
        self,
        definition: str | Path,
        as_of: InstantLike | None = None,
        known_at: KnownLike | None = None,
        *,
        months: int = 12,
        progress: Callable[[date], None] = lambda _: None,
    ) -> Backtest:
        """Return a definition as it is now at the end of each of the last local months, and what came after.

        Args:
            definition: Text, path or id.
            as_of: From when to look back.
            known_at: As far as what was known then.
            months: How many months that are over by then.
            progress: Told the first day of each month that is looked at.

        Raises:
            NotFoundError: It is neither an id nor a file.
            ProblemsError: Something in the definition is wrong; all of it is listed.
            InputError: So many months cannot be looked at.
        """
        at, known = self.instant(as_of), parse_known(known_at, self.config.zone)
        with self.view(at, known_at) as view:
            asked = self._asked(view, definition)
        return backtest(self.warehouse, self.config, asked, at, months, known, progress)

    def _asked(self, view: View, source: str | Path) -> Asked:
        """Return what a text, a path or an id asks for."""
        if isinstance(source, str) and not is_text(source):
            if is_known(view, source):
                return asked_ids(view, [source])
            if not Path(source).is_file() and not source.endswith(DOCUMENTS):
                raise nothing_of_that_name(view, source)
            source = Path(source)
        return asked_definitions(view, read_for(view, *text_of(source)))
