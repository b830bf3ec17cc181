"""The folder `segments/` of a workspace: planned, applied, pulled and tested."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kogorta.definitions.document import Definition
from kogorta.membership.plan import Applied, Plan, apply, plan, proposed
from kogorta.membership.pull import Pulled, pull
from kogorta.membership.registry import VersionInfo, version_difference, versions_of
from kogorta.workspace.base import Base
from kogorta.workspace.cases import case_files, read_cases
from kogorta.workspace.folder import SEGMENTS, TESTS
from kogorta.workspace.trials import Stage, Trial, run_cases


class Planning(Base):
    """Definitions as files."""

    @property
    def segments_folder(self) -> Path:
        """Where the files are."""
        return self.folder / SEGMENTS

    def plan(self) -> Plan:
        """Say what `apply` would do, without doing it.

        Raises:
            ProblemsError: Files are not right; everything such is listed with its file and place.
        """
        with self.view() as view:
            return plan(view, self.segments_folder)

    def apply(self, author: str | None = None, *, force: bool = False, shown: Plan | None = None) -> Applied:
        """Make the registry say what the folder says, in one transaction; a second time nothing is done.

        Args:
            author: Who does it.
            force: Overrule what was changed elsewhere.
            shown: The plan that somebody agreed to; another one is refused.

        Raises:
            DriftError: Definitions were changed elsewhere since the folder was applied or pulled last.
            ProblemsError: Files are not right; everything such is listed, and nothing is written.
            HistoryError: Something changed since the plan was shown.
        """
        with self.view() as view:
            return apply(view, self.segments_folder, self.now(), author, force=force, shown=shown)

    def pull(self, *, force: bool = False) -> tuple[Pulled, ...]:
        """Write what the registry has into the folder; edits that were not applied are not lost.

        Args:
            force: Write it over such edits too; the edited files are kept beside it.

        Raises:
            ProblemsError: Files are not right, so that nobody knows what they define.
        """
        return pull(self.warehouse, self.segments_folder, force=force)

    def versions(self, definition_id: str) -> list[VersionInfo]:
        """Return every version of a definition or a ready scheme, the oldest first.

        Raises:
            NotFoundError: Nothing of that id was ever registered.
        """
        return versions_of(self.warehouse, definition_id)

    def version_difference(
        self, definition_id: str, from_: int | None = None, to: int | None = None
    ) -> list[str]:
        """Return how two versions differ, as lines of a unified diff; by default the last from the one before it.

        Raises:
            NotFoundError: There is no such definition, or no such version of it.
        """
        return version_difference(self.warehouse, definition_id, from_, to)

    def try_segments(self, paths: Sequence[Path | str] = ()) -> list[Trial]:
        """Run tests of definitions, each on a base of its own that holds the facts of the test.

        Definitions are those of the folder, and of the registry those that the folder does not have.

        Args:
            paths: Files or folders with tests; by default `segments/tests`.

        Raises:
            InputError: There are no tests.
            ProblemsError: Tests or definitions are not right; everything such is listed.
        """
        files = case_files([Path(path) for path in paths], self.segments_folder / TESTS)
        with self.view() as view:
            held = proposed(view, self.segments_folder)
            definitions: dict[str, Definition] = {
                id_: item.definition if item else view.own[id_] for id_, item in held.items()
            }
            stage = Stage(self.config, definitions, held, view.catalogue, self.warehouse.properties())
            segments = {item.segment_id(part) for item in view.ready for part in item.segments}
        for item in definitions.values():
            segments |= {f"{item.id}.{part}" if item.is_scheme else part for part in item.segments}
        return run_cases(read_cases(files, segments, self.config.zone), stage)
