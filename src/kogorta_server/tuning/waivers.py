"""Rules of the doctor that are set aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kogorta import config as configuration
from kogorta.config import Waiver
from kogorta.doctor import check_waivers
from kogorta_server import base


def keep(waivers: Sequence[Mapping[str, Any]]) -> tuple[Waiver, ...]:
    """Write into the settings which rules are set aside: these, and no others.

    Args:
        waivers: Each with `rule` and `reason`; `segment` and `until` as far as they are said.

    Raises:
        ProblemsError: There is no such rule, or something else in them cannot be; nothing is changed.
    """
    changes = {"doctor": {"waive": [dict(item) for item in waivers] or None}}
    workspace = base.workspace()
    check_waivers(configuration.changed(workspace.folder, changes).doctor.waive)
    base.configure(changes)
    return workspace.config.doctor.waive
