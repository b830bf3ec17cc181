"""What the doctor says of a workspace's segments."""

from __future__ import annotations

from kogorta.doctor import Checkup, doctor
from kogorta.workspace.base import Base, InstantLike, KnownLike
from kogorta.workspace.instants import parse_known


class Examining(Base):
    """The rules of good segmentation, asked of this base."""

    def doctor(self, as_of: InstantLike | None = None, known_at: KnownLike | None = None) -> Checkup:
        """Say which rules of good segmentation are broken and which are kept; nothing is written.

        Thresholds and waivers stand in the section `doctor` of `kogorta.toml` (docs/howto/keep-segments-healthy.md).

        Args:
            as_of: As of when; ages are counted from it.
            known_at: As far as what was known then.

        Raises:
            ProblemsError: A waiver names a rule that there is not.
        """
        known = parse_known(known_at, self.config.zone)
        return doctor(self.warehouse, self.config, self.instant(as_of), known)
