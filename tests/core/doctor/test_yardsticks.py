"""What customers are measured with fits the base."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from kogorta.doctor import Severity
from kogorta.workspace import Workspace
from tests.core.doctor.clinic import NOW, asked, clinic, days, places, said
from tests.support import commit, order


def come(workspace: Workspace, gaps: list[int]) -> None:
    """Let one customer after the other order twice, so many days apart."""
    rows = [
        order(f"{n}-{k}", f"c{n}", (NOW - days(400 - k * gap)).isoformat())
        for n, gap in enumerate(gaps)
        for k in (0, 1)
    ]
    commit(workspace.warehouse, "orders", rows)


def test_the_window_holds_four_times_the_gap_of_nine_in_ten(tmp_path: Path) -> None:
    """Nine of ten gaps are 91 days, and 4 × 91 are 364 of 365; of 92 days they are 368. The longest says nothing."""
    for gap, told in ((91, {}), (92, {None: 365})):
        with clinic(tmp_path / str(gap)) as workspace:
            come(workspace, [gap] * 9 + [300])
            assert places(workspace, "yardstick.window") == told
            if told:
                (remark,) = asked(workspace, "yardstick.window") or []
                assert said(remark) == "the window is 365 days; it takes 368"


def test_all_time_is_never_too_short(tmp_path: Path) -> None:
    with clinic(tmp_path / "w") as workspace:
        rfm = workspace.config.rfm.model_copy(update={"window_days": "all"})
        workspace.config = workspace.config.model_copy(update={"rfm": rfm})
        come(workspace, [300] * 10)
        assert places(workspace, "yardstick.window") == {}


def test_half_a_year_of_history_is_enough(tmp_path: Path) -> None:
    for since, told in ((days(180), 0), (days(180) - timedelta(seconds=1), 1)):
        with clinic(tmp_path / str(told)) as workspace:
            commit(workspace.warehouse, "orders", [order("1", "omsk-0", (NOW - since).isoformat())])
            found = asked(workspace, "yardstick.history") or []
            assert len(found) == told
            assert all(item.severity is Severity.INFO for item in found)


def test_costs_must_cover_ninety_five_per_cent(tmp_path: Path) -> None:
    """95 of 100 roubles have a cost, then 95 of 101."""
    with clinic(tmp_path / "w") as workspace:
        at = NOW - days(1)
        commit(workspace.warehouse, "orders", [order("1", "omsk-0", at.isoformat(), None)])
        lines = [
            {
                "order_id": "1",
                "line_no": n,
                "ordered_at": at,
                "quantity_micro": 1_000_000,
                "amount": amount,
                "cost": cost,
            }
            for n, amount, cost in ((1, 9500, 100), (2, 500, None))
        ]
        commit(workspace.warehouse, "order_lines", lines)
        assert places(workspace, "yardstick.costs") == {}
        more = {"order_id": "1", "line_no": 3, "ordered_at": at, "quantity_micro": 1_000_000, "amount": 100}
        commit(workspace.warehouse, "order_lines", [more])
        (remark,) = asked(workspace, "yardstick.costs") or []
        assert (remark.count, remark.base, remark.severity) == (600, 10_100, Severity.WARN)


def test_where_nobody_came_twice_or_at_all_nothing_is_told(tmp_path: Path) -> None:
    with clinic(tmp_path / "w") as workspace:
        assert asked(workspace, "yardstick.window") is None
        assert asked(workspace, "yardstick.history") is None
        commit(workspace.warehouse, "orders", [order("1", "omsk-0", "2025-06-01 10:00")])
        assert asked(workspace, "yardstick.window") is None
        assert asked(workspace, "yardstick.history") != []


def test_sums_have_neither_gaps_nor_a_first_order_of_the_base(tmp_path: Path) -> None:
    row = {"customer_id": "omsk-0", "at": NOW - days(1), "last_order_at": NOW - days(30), "orders": 3}
    with clinic(tmp_path / "w") as workspace:
        commit(workspace.warehouse, "customer_summaries", [row])
        assert asked(workspace, "yardstick.window") is None
        assert asked(workspace, "yardstick.history") is None
