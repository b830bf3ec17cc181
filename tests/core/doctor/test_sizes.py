"""Segments too small, too large and empty. Covers: R49, L15"""

from __future__ import annotations

from pathlib import Path

import pytest

from kogorta.doctor import Severity
from tests.core.doctor.clinic import NOW, asked, clinic, days, lives, own, places, said
from tests.support import commit, order

SCHEME = """
scheme: place
segments:
  - {id: north, where: {trait: city, is: omsk}}
  - {id: south, where: {trait: city, is: sochi}}
otherwise: elsewhere
"""
VALUE = """
scheme: value
segments:
  - {id: vip, where: {trait: city, is: omsk}}
otherwise: regular
"""


def test_a_hundred_people_and_two_per_cent_are_enough(tmp_path: Path) -> None:
    """Of 5,000 people 2 % are 100: these stand on both bounds at once, 99 on neither. Covers: R49, L15"""
    cities = {"omsk": 100, "sochi": 99, "tver": 4801}
    with clinic(tmp_path / "w", lives("omsk"), lives("sochi"), cities=cities) as workspace:
        assert own(places(workspace, "segment.small")) == {"sochi": 99}
        (remark,) = [item for item in asked(workspace, "segment.small") or [] if item.segment == "sochi"]
        assert (remark.base, remark.severity) == (5000, Severity.WARN)
        assert said(remark) == "99 customers, 2.0% of its base"


def test_one_more_customer_makes_a_hundred_less_than_two_per_cent(tmp_path: Path) -> None:
    """Covers: R49"""
    cities = {"omsk": 100, "sochi": 101, "tver": 4800}
    with clinic(tmp_path / "w", lives("omsk"), lives("sochi"), cities=cities) as workspace:
        assert own(places(workspace, "segment.small")) == {"omsk": 100}


def test_bounds_are_set_in_the_settings(tmp_path: Path) -> None:
    cities = {"omsk": 3, "sochi": 2, "tver": 25}
    settings = {"min_people": 1, "min_share_ratio": 0.1}
    with clinic(tmp_path / "w", lives("omsk"), lives("sochi"), cities=cities, **settings) as workspace:
        assert own(places(workspace, "segment.small")) == {"sochi": 2}


def test_forty_per_cent_is_not_too_large(tmp_path: Path) -> None:
    """Of 50 people 20 are 40 %; where 22 people are few, nobody calls 21 many. Covers: L15"""
    cities = {"omsk": 20, "sochi": 21, "tver": 9}
    for few, told in ((21, {"sochi": 21}), (22, {})):
        folder = tmp_path / str(few)
        with clinic(folder, lives("omsk"), lives("sochi"), cities=cities, min_people=few) as workspace:
            assert own(places(workspace, "segment.large")) == told


def test_what_remains_of_a_scheme_may_be_of_any_size(tmp_path: Path) -> None:
    """`otherwise` and `value.regular` are what nobody else took. Covers: R49, L15"""
    cities = {"omsk": 2, "sochi": 3, "tver": 95}
    with clinic(tmp_path / "w", SCHEME, VALUE, cities=cities) as workspace:
        assert own(places(workspace, "segment.small")) == {"place.north": 2, "place.south": 3, "value.vip": 2}
        assert own(places(workspace, "segment.large")) == {}
    cities = {"omsk": 41, "sochi": 59}
    with clinic(tmp_path / "v", SCHEME, VALUE, cities=cities, min_people=41) as workspace:
        # nobody lives elsewhere, and that is no fault
        assert own(places(workspace, "segment.large")) == {
            "place.north": 41,
            "place.south": 59,
            "value.vip": 41,
        }
        assert own(places(workspace, "segment.empty")) == {}


def test_ready_schemes_are_only_told(tmp_path: Path) -> None:
    """Nobody ordered, so all three are prospects: a notice, as the scheme is there whether it is used or not."""
    for few, rule in ((4, "segment.small"), (3, "segment.large")):
        with clinic(tmp_path / rule, cities={"omsk": 3}, min_people=few) as workspace:
            found = asked(workspace, rule) or []
            assert [(item.segment, item.count, item.severity) for item in found] == [
                ("lifecycle.prospect", 3, Severity.INFO)
            ]


def test_a_segment_without_people_is_empty_and_not_small(tmp_path: Path) -> None:
    with clinic(tmp_path / "w", lives("omsk"), lives("sochi"), cities={"omsk": 1}) as workspace:
        assert places(workspace, "segment.empty") == {"sochi": 0}
        assert own(places(workspace, "segment.small")) == {"omsk": 1}


@pytest.mark.parametrize("rule", ["segment.small", "segment.large", "segment.empty"])
def test_nothing_is_said_of_an_empty_base(tmp_path: Path, rule: str) -> None:
    with clinic(tmp_path / "w", cities={}) as workspace:
        assert asked(workspace, rule) is None


SIGNAL = "segment: signal\nwhere: {did: order, within: 2d}\n"


def test_a_signal_that_enough_people_pass_through_is_only_told(tmp_path: Path) -> None:
    """Each order makes its customer stand in the signal for two days: few at a time, six in all, one of them twice.

    Who was there at the first refresh did not enter; six are enough of six, but not seven. Covers: R49, L15
    """
    with clinic(tmp_path / "w", cities={"omsk": 20}, min_people=6) as workspace:
        for ago, who in ((8, 0), (7, 1), (6, 2), (5, 3), (4, 4), (3, 5), (2.2, 1), (1.5, 6)):
            at = NOW - days(ago)
            commit(workspace.warehouse, "orders", [order(f"o{ago}", f"omsk-{who}", at.isoformat())])
        workspace.define(SIGNAL)
        for ago in (7.5, 6.5, 5.5, 4.5, 3.5, 2.5, 1.25):
            workspace.refresh(NOW - days(ago))
        # omsk-0 stood there at first; 1 to 6 entered, 1 of them twice
        (remark,) = [item for item in asked(workspace, "segment.small") or [] if item.segment == "signal"]
        assert (remark.count, remark.base, remark.severity) == (1, 20, Severity.INFO)
        assert said(remark) == "1 customer, 5.0% of its base; 6 entered in 90 days"
        doctor = workspace.config.doctor.model_copy(update={"min_people": 7})
        workspace.config = workspace.config.model_copy(update={"doctor": doctor})
        (remark,) = [item for item in asked(workspace, "segment.small") or [] if item.segment == "signal"]
        assert (said(remark), remark.severity) == ("1 customer, 5.0% of its base", Severity.WARN)


def test_a_signal_that_is_empty_now_is_only_told(tmp_path: Path) -> None:
    with clinic(tmp_path / "w", cities={"omsk": 20}) as workspace:
        commit(workspace.warehouse, "orders", [order("1", "omsk-0", (NOW - days(5)).isoformat())])
        workspace.define(SIGNAL)
        workspace.refresh(NOW - days(6))
        assert [item.severity for item in asked(workspace, "segment.empty") or []] == [Severity.WARN]
        workspace.refresh(NOW - days(4))
        (remark,) = asked(workspace, "segment.empty") or []
        assert (said(remark), remark.severity) == ("no customers; 1 entered in 90 days", Severity.INFO)
