"""Whatever an answer was worked out by: when it changes, the next answer of the same open workspace is new."""

from __future__ import annotations

from pathlib import Path

import kogorta
from kogorta import config as configuration
from kogorta.ingest import ImportOptions
from kogorta.workspace import Workspace

AS_OF = "2100-01-01T12:00"
"""After the second import, whenever it is: what a word means now is true from then on."""
OFTEN = "segment: often\nwhere: {did: order, times: {at_least: %d}}\n"


def _import(workspace: Workspace, status: str) -> None:
    """Three customers with one, two and three orders, a day apart; the newest of each is called `open`."""
    lines = ["order_id,customer_id,ordered_at,amount,status"]
    for customer in (1, 2, 3):
        for n in range(1, customer + 1):
            word = "open" if n == customer else "completed"
            lines.append(f"o{customer}{n},c{customer},2025-06-0{n} 10:00:00,{customer * 10},{word}")
    path = workspace.folder / "orders.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    workspace.import_file(path, "orders", options=ImportOptions(statuses={"open": status}))


def _members(workspace: Workspace, segment: str) -> list[str]:
    found: list[str] = workspace.members(segment, AS_OF)["customer_id"].to_pylist()
    return found


def test_the_next_answer_is_new(tmp_path: Path) -> None:
    with kogorta.init(tmp_path / "base", currency="EUR", timezone="UTC") as workspace:
        _import(workspace, "completed")
        # a definition
        workspace.define(OFTEN % 3)
        assert _members(workspace, "often") == ["c3"]
        workspace.define(OFTEN % 2)
        assert _members(workspace, "often") == ["c2", "c3"]
        # what a word for a status means: the newest order of each counts no more
        _import(workspace, "cancelled")
        assert _members(workspace, "often") == ["c3"]
        # a preset: c3 has a day between his two orders
        workspace.pull()
        workspace.add_presets(["frequency"])
        assert _members(workspace, "frequency.regular") == ["c3"]
        file = workspace.folder / "segments" / "frequency.yaml"
        changed = file.read_text(encoding="utf-8").replace("at_most: 45", "less_than: 1")
        file.write_text(changed, encoding="utf-8")
        workspace.apply()
        assert _members(workspace, "frequency.regular") == []
        # settings
        for bounds, score in (([1, 2, 3, 4], 3), ([1, 3, 4, 5], 2)):
            methods = {"window_days": "all", "frequency": "thresholds", "frequency_bounds": bounds}
            workspace.config = configuration.update(workspace.folder, {"rfm": methods})
            traits = workspace.traits(AS_OF, names=["rfm_f"]).to_pylist()
            assert [row["rfm_f"] for row in traits if row["customer_id"] == "c3"] == [score]
