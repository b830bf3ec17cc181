"""Ready schemes that say nothing of a base."""

from __future__ import annotations

from kogorta.compile.frame import Frames

CLASSIC = "rfm_classic"
F_SCORES = 5


def hidden_schemes(frames: Frames) -> dict[str, str]:
    """Return the schemes that say nothing of this base, with a stable reason."""
    if (frames.rfm.values.get("f_levels") or 0) < F_SCORES:
        return {CLASSIC: "few_frequencies"}
    return {}
