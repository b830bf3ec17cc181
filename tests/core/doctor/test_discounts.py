"""A discount is a tool with a limit. Covers: R65, R68"""

from __future__ import annotations

from pathlib import Path

import pytest

from kogorta.doctor.giveaways import Giveaways, Period, giveaways
from kogorta.workspace import Workspace
from tests.core.doctor.clinic import NOW, asked, clinic, days, lives, places, said
from tests.core.doctor.test_meaning import PLAYBOOK
from tests.support import commit, order

RECENT, BEFORE = 90, 455
"""How many days ago the last period begins, and the year before it."""


def sell(
    workspace: Workspace, *sales: tuple[float, int, int], kind: str = "promotion", status: str = "completed"
) -> None:
    """Sell so many days ago: what was paid, and what was taken off; in kopecks."""
    numbered = [(f"{kind}-{status}-{n}-{ago}", ago, paid, off) for n, (ago, paid, off) in enumerate(sales)]
    orders = [
        order(id_, "omsk-0", (NOW - days(ago)).isoformat(), paid, status) for id_, ago, paid, _ in numbered
    ]
    taken = [
        {"order_id": id_, "kind": kind, "amount": off, "ordered_at": NOW - days(ago)}
        for id_, ago, _, off in numbered
        if off
    ]
    commit(workspace.warehouse, "orders", orders)
    if taken:
        commit(workspace.warehouse, "discounts", taken)


def test_fifteen_per_cent_is_the_limit(tmp_path: Path) -> None:
    """850 paid and 150 off: 15 % of what would have been paid. One kopeck more is too much. Covers: R65, R68"""
    with clinic(tmp_path / "w") as workspace:
        sell(workspace, (1, 400, 100), (RECENT, 450, 50))
        assert places(workspace, "discounts.depth") == {}
        sell(workspace, (2, 0, 1), kind="coupon")
        (remark,) = asked(workspace, "discounts.depth") or []
        assert (remark.count, remark.base) == (151, 1001)
        assert said(remark) == "promotions and coupons took 15% off in 90 days"


def test_only_promotions_and_coupons_of_counted_orders_count(tmp_path: Path) -> None:
    """Not the price of a card, not points, not a cancelled order, not what was sold before. Covers: R65"""
    with clinic(tmp_path / "w") as workspace:
        sell(workspace, (1, 900, 100))
        sell(workspace, (1, 0, 500), kind="card_price")
        sell(workspace, (1, 0, 500), kind="points")
        sell(workspace, (1, 100, 500), status="cancelled")
        sell(workspace, (RECENT + 0.001, 100, 500))
        with workspace.view(NOW) as view:
            assert giveaways(view) == Giveaways(Period(3, 1, 900, 100), Period(1, 1, 100, 500))


def test_the_year_before_ends_where_the_last_days_begin(tmp_path: Path) -> None:
    """An order exactly 455 days ago is in the year, one before it is not."""
    with clinic(tmp_path / "w") as workspace:
        sell(workspace, (RECENT, 1, 1), (RECENT + 0.001, 2, 2), (BEFORE, 4, 4), (BEFORE + 0.001, 8, 8))
        with workspace.view(NOW) as view:
            assert giveaways(view) == Giveaways(Period(1, 1, 1, 1), Period(2, 2, 6, 6))


def test_half_as_much_again_is_no_rise_and_more_is(tmp_path: Path) -> None:
    """4 % in the year before, 6 % lately: exactly half as much again. Covers: R65"""
    with clinic(tmp_path / "w") as workspace:
        sell(workspace, (100, 9600, 400), (1, 9400, 600))
        assert places(workspace, "discounts.rising") == {}
        sell(workspace, (2, 0, 1))
        (remark,) = asked(workspace, "discounts.rising") or []
        assert (remark.count, remark.base) == (601, 10_001)
        assert (
            said(remark) == "6.0% of what would have been paid in the last 90 days, 4.0% in the year before"
        )


def test_a_rise_to_less_than_two_per_cent_says_nothing(tmp_path: Path) -> None:
    with clinic(tmp_path / "w") as workspace:
        sell(workspace, (100, 10_000, 0), (1, 9801, 199))
        assert places(workspace, "discounts.rising") == {}
        sell(workspace, (2, 0, 5))
        assert places(workspace, "discounts.rising") == {None: 204}


def test_a_first_quarter_is_compared_with_nothing(tmp_path: Path) -> None:
    with clinic(tmp_path / "w") as workspace:
        sell(workspace, (1, 100, 50))
        assert asked(workspace, "discounts.rising") is None
        assert places(workspace, "discounts.depth") == {None: 50}


def test_a_discount_on_most_orders_is_the_rule(tmp_path: Path) -> None:
    """Two of four are half, three of five are most. Covers: R65"""
    with clinic(tmp_path / "w") as workspace:
        sell(workspace, (1, 100, 1), (2, 100, 1), (3, 100, 0), (4, 100, 0))
        assert places(workspace, "discounts.default") == {}
        sell(workspace, (5, 100, 1), kind="coupon")
        assert places(workspace, "discounts.default") == {None: 3}


def test_nothing_is_told_where_discounts_are_not_known(tmp_path: Path) -> None:
    with clinic(tmp_path / "w") as workspace:
        sell(workspace, (1, 100, 0))
        for rule in ("discounts.depth", "discounts.rising", "discounts.default"):
            assert asked(workspace, rule) is None


@pytest.mark.parametrize(
    ("purpose", "is_told"),
    [
        ("{offer: скидка 20 процентов}", True),
        ("{offer: [{ru: Промокод на всё, en: A coupon}]}", True),
        ("{offer: 10% off}", True),
        ("{offer: скидка, discount_limit_pct: 10}", False),
        ("{offer: скидка, discount_limit_pct: 0}", False),
        ("{offer: подарок без скидки}", False),
        ("{offer: early access and no discount}", False),
        ("{goal: top 10% come back}", False),
        ("{need: скидка, offer: подарок}", False),
    ],
)
def test_a_discount_has_a_limit(tmp_path: Path, purpose: str, is_told: bool) -> None:
    """Covers: R68"""
    with clinic(tmp_path / "w", lives("omsk", purpose=purpose)) as workspace:
        assert (places(workspace, "discounts.unlimited") == {"omsk": 0}) is is_told


def test_the_offer_of_a_playbook_is_read_too(tmp_path: Path) -> None:
    """Covers: R68"""
    offer = PLAYBOOK.replace("Бесплатная доставка", "Скидка на всё")
    texts = [
        lives("omsk") + "playbook: " + PLAYBOOK,
        lives("sochi") + "playbook: " + offer,
        lives("tver") + "playbook: " + offer + "  discount_limit_pct: 5\n",
    ]
    with clinic(tmp_path / "w", *texts) as workspace:
        assert places(workspace, "discounts.unlimited") == {"sochi": 0}


def test_a_discount_for_nearly_everyone_is_told(tmp_path: Path) -> None:
    """Of ten people four are 40 %: of five more than that. A limit of nothing is no discount. Covers: R65, R68"""
    offer = "{offer: скидка, discount_limit_pct: 5}"
    texts = [
        lives("omsk", purpose=offer),
        lives("sochi", purpose=offer),
        lives("tver", "sochi", id_="none", purpose="{offer: скидка, discount_limit_pct: 0}"),
        lives("tver", "omsk", id_="gift", purpose="{offer: подарок}"),
    ]
    with clinic(tmp_path / "w", *texts, cities={"omsk": 4, "sochi": 5, "tver": 1}) as workspace:
        assert places(workspace, "discounts.everyone") == {"sochi": 5}
        assert places(workspace, "discounts.unlimited") == {}


def test_what_remains_of_a_scheme_may_be_offered_no_discount_either(tmp_path: Path) -> None:
    """Its size is nobody's fault, its offer is. Covers: R65"""
    card = PLAYBOOK.replace("Бесплатная доставка", "Скидка на всё").replace("\n", "\n  ")
    text = (
        "scheme: place\nsegments:\n  - {id: north, where: {trait: city, is: omsk}}\n"
        f"otherwise:\n  id: elsewhere\n  playbook: {card}  discount_limit_pct: 3\n"
    )
    with clinic(tmp_path / "w", text, cities={"omsk": 1, "tver": 4}) as workspace:
        assert places(workspace, "discounts.everyone") == {"place.elsewhere": 4}
