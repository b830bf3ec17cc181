"""A definition at the end of each month, and what its people did in the month after."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kogorta.errors import InputError
from kogorta.membership.backtest import Doing, month_ends
from tests.core.membership.bazaar import AS_OF, HABIT, RECENT, bazaar
from tests.support import commit, day, order


def test_three_months_by_hand(tmp_path: Path) -> None:
    """April: c0, c1 of c0, c1, c3, c5, c6. May: c0, c2; c1 left. June: c0, c1, c4; c2 left."""
    with bazaar(tmp_path / "w", recent=RECENT) as ws:
        back = {
            "customer_id": "c0",
            "returned_at": day("2025-06-15"),
            "return_id": "r1",
            "amount": 3_000,
        }
        commit(ws.warehouse, "returns", [back])
        found = ws.backtest("recent", AS_OF, months=3)
        told = [(item.month.month, item.people, item.base, item.entered, item.left) for item in found.months]
        assert told == [(4, 2, 5, 1, 0), (5, 2, 6, 1, 1), (6, 3, 7, 2, 1)]
        april, may, june = found.months
        # in May c0 brought 100 roubles; c2, who was not known yet, is in neither group
        assert april.inside == Doing(people=2, ordering=1, orders=1, revenue=10_000)
        assert april.others == Doing(people=3, ordering=0, orders=0, revenue=0)
        # in June c0 brought 100 roubles and took 30 back; of the others c1 brought 200
        assert may.inside == Doing(people=2, ordering=1, orders=1, revenue=7_000)
        assert may.others == Doing(people=4, ordering=1, orders=1, revenue=20_000)
        assert (june.inside, june.others) == (None, None), "July is not over"
        assert may.inside.revenue_per_customer == 3_500
        assert may.others.ordering_ratio == may.others.orders_per_customer == 0.25
        assert found.names["recent"]["ru"] == "Недавние"
        assert not found.reads_log


def test_each_segment_of_a_scheme_is_compared_with_the_rest_of_its_base(tmp_path: Path) -> None:
    """At the end of May c0 came often (3), c1, c2 and c3 once; c5 and c6 are outside the base."""
    with bazaar(tmp_path / "w", habit=HABIT) as ws:
        found = {
            item.segment: item for item in ws.backtest("habit", "2025-07-01", months=2).months if item.inside
        }
        often, once = found["habit.often"], found["habit.once"]
        assert (often.people, once.people, often.base) == (1, 3, 4)
        assert often.inside == once.others == Doing(1, 1, 1, 10_000)
        assert once.inside == often.others == Doing(3, 1, 1, 20_000)


def test_a_month_ends_at_the_local_midnight(tmp_path: Path) -> None:
    """30 April 22:00 UTC is 1 May in Moscow: an order of then belongs to May."""
    once = "segment: month\nwhere: {did: order, within: 2h}\n"
    with bazaar(tmp_path / "w", timezone="Europe/Moscow") as ws:
        commit(
            ws.warehouse,
            "orders",
            [order("a", "c3", "2025-04-30 22:00"), order("b", "c6", "2025-04-30 20:00")],
        )
        may = ws.backtest(once, "2025-06-01", months=2).months
        assert [item.at for item in may] == [day("2025-04-30 21:00"), day("2025-05-31 21:00")]
        assert (may[0].people, may[0].inside) == (1, Doing(1, 0, 0, 0))
        assert may[0].others is not None
        assert may[0].others.ordering == 2  # c0 on 10 May and c3 in its first hour


def test_months_before_anybody_was_known_are_left_out(tmp_path: Path) -> None:
    with bazaar(tmp_path / "w") as ws:
        found = ws.backtest(RECENT, "2025-03-01", months=6)
        assert [item.month for item in found.months] == [date(2025, 1, 1), date(2025, 2, 1)]
        assert ws.backtest(RECENT, "2024-03-01", months=2).months == ()


def test_months_in_which_a_scheme_says_nothing_are_left_out(tmp_path: Path) -> None:
    """Five scores of frequency take more than five people with one to four orders."""
    with bazaar(tmp_path / "w") as ws:
        assert ws.backtest("rfm_classic", AS_OF, months=2).months == ()
        assert len(ws.backtest("rfm_simple", AS_OF, months=2).months) == 14


def test_orders_without_amounts_tell_no_money(tmp_path: Path) -> None:
    """In the last 20 days of April came c1, who stayed away in May, and c6, whose amounts nobody wrote down."""
    last = "segment: last\nwhere: {did: order, within: 20d}\n"
    with bazaar(tmp_path / "w") as ws:
        rows = [order(f"c6-{on}", "c6", f"2025-{on} 12:00", None) for on in ("04-15", "05-15")]
        commit(ws.warehouse, "orders", rows)
        april = ws.backtest(last, "2025-06-01", months=2).months[0]
        assert april.inside == Doing(people=2, ordering=1, orders=1, revenue=None)
        assert april.inside.revenue_per_customer is None


def test_a_stored_frame_of_then_is_used_and_later_ones_are_not(tmp_path: Path) -> None:
    top = "segment: top\nwhere: {trait: revenue_total, top: 20%}\n"
    with bazaar(tmp_path / "w", top=top) as ws:
        ws.refresh("2025-05-20")
        frames = {item.month.month: item.frame_at for item in ws.backtest("top", AS_OF, months=3).months}
        assert frames == {4: day("2025-05-01"), 5: day("2025-05-20"), 6: day("2025-05-20")}


def test_a_condition_on_the_log_is_told(tmp_path: Path) -> None:
    gone = "segment: gone\nwhere: {left: recent, within: 60d}\n"
    with bazaar(tmp_path / "w", recent=RECENT) as ws:
        found = ws.backtest(gone, AS_OF, months=1)
        assert (found.reads_log, found.log_since) == (True, None)
        ws.refresh("2025-06-20")
        assert ws.backtest(gone, AS_OF, months=1).log_since == day("2025-06-20")


def test_what_has_held_is_known_where_refreshes_recorded_it(tmp_path: Path) -> None:
    """c0, c1 and c3 ordered before May and are known to have since the refresh of 5 May: held for a month from 5 June on."""
    once = "segment: once\nwhere: {trait: orders_count, at_least: 1, held_for: 1mo}\n"
    with bazaar(tmp_path / "w") as ws:
        found = ws.backtest(once, AS_OF, months=2)
        assert [item.people for item in found.months] == [0, 0]
        assert (found.reads_log, found.log_since) == (True, None)
        ws.define(once)
        ws.refresh("2025-05-05")
        ws.refresh("2025-06-12")
        found = ws.backtest(once, AS_OF, months=2)
        assert [(item.month.month, item.people) for item in found.months] == [(5, 0), (6, 3)]
        assert found.log_since == day("2025-05-05")


def test_every_month_is_announced(tmp_path: Path) -> None:
    seen: list[date] = []
    with bazaar(tmp_path / "w") as ws:
        ws.backtest(RECENT, AS_OF, months=2, progress=seen.append)
    assert seen == [date(2025, 4, 1), date(2025, 5, 1), date(2025, 6, 1)]


@pytest.mark.parametrize("months", [0, -1, 121])
def test_so_many_months_cannot_be(tmp_path: Path, months: int) -> None:
    with bazaar(tmp_path / "w") as ws, pytest.raises(InputError, match="1 – 120"):
        ws.backtest(RECENT, AS_OF, months=months)


def test_months_over_a_change_of_the_clock() -> None:
    ends = month_ends(day("2025-04-15"), ZoneInfo("Europe/Berlin"), 2)
    assert ends == [
        (date(2025, 2, 1), day("2025-02-28 23:00")),
        (date(2025, 3, 1), day("2025-03-31 22:00")),
    ]
