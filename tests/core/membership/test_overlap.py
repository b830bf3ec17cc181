"""Which segments share their people, and who is claimed by whom."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from kogorta.errors import InputError, NotFoundError
from tests.core.membership.bazaar import AS_OF, BIG, HABIT, QUIET, RECENT, bazaar

OLD = "segment: old\npriority: 1\nwhere: {did: order, before: 60d}\n"


def test_common_people_by_hand(tmp_path: Path) -> None:
    """Recent: c0, c1, c4. Big (400 roubles and more): c0, c1, c3, c4. Quiet: c2, c3."""
    with bazaar(tmp_path / "w", recent=RECENT, big=BIG, quiet=QUIET) as ws:
        found = ws.overlap(as_of=AS_OF)
        assert found.people == {"recent": 3, "big": 4, "quiet": 2}
        told = [({pair.a, pair.b}, pair.common) for pair in found.pairs]
        assert told == [({"recent", "big"}, 3), ({"big", "quiet"}, 1), ({"recent", "quiet"}, 0)]
        first = found.pairs[0]
        assert first.smaller == "recent"
        assert first.share_of_smaller_ratio == 1
        assert first.jaccard_ratio == pytest.approx(3 / 4)
        assert found.common("quiet", "big") == 1
        assert found.common("big", "big") == 4
        assert found.customers == 7


def test_each_customer_is_claimed_by_the_first_of_his_segments(tmp_path: Path) -> None:
    """Old: c0, c1, c3, of the same priority as recent, so after it by its id; behind both stands big."""
    with bazaar(tmp_path / "w", old=OLD, recent=RECENT, big=BIG, quiet=QUIET) as ws:
        claims = ws.overlap(as_of=AS_OF).claims
        told = [(claim.segment, claim.people, claim.kept, dict(claim.claimed)) for claim in claims]
        assert told == [
            ("old", 3, 3, {}),
            ("recent", 3, 1, {"old": 2}),
            ("big", 4, 0, {"old": 3, "recent": 1}),
        ]


def test_only_named_segments_claim(tmp_path: Path) -> None:
    with bazaar(tmp_path / "w", old=OLD, recent=RECENT, big=BIG) as ws:
        claims = ws.overlap("recent", "big", "lifecycle.active", as_of=AS_OF).claims
        assert [(claim.segment, claim.kept) for claim in claims] == [("recent", 3), ("big", 1)]


def test_every_pair_agrees_with_the_lists_of_members(tmp_path: Path) -> None:
    with bazaar(tmp_path / "w", recent=RECENT, big=BIG, quiet=QUIET, habit=HABIT, old=OLD) as ws:
        ids = ["recent", "big", "quiet", "old", "habit", "lifecycle", "rfm_simple.lost"]
        found = ws.overlap(*ids, as_of=AS_OF)
        inside = {id_: set(ws.members(id_, AS_OF)["customer_id"].to_pylist()) for id_ in found.people}
        assert found.people == {id_: len(names) for id_, names in inside.items()}
        asked = {frozenset((pair.a, pair.b)) for pair in found.pairs}
        for a, b in combinations(inside, 2):
            of_one_scheme = "." in a and a.partition(".")[0] == b.partition(".")[0]
            assert (frozenset((a, b)) in asked) is not of_one_scheme
            assert found.common(a, b) == len(inside[a] & inside[b])
        for pair in found.pairs:
            either = len(inside[pair.a] | inside[pair.b])
            assert pair.jaccard_ratio == (pair.common / either if either else None)
        assert [pair.common for pair in found.pairs] == sorted((p.common for p in found.pairs), reverse=True)


def test_it_takes_two(tmp_path: Path) -> None:
    with bazaar(tmp_path / "w", recent=RECENT) as ws:
        for ids in ((), ("recent",)):
            with pytest.raises(InputError, match="two segments"):
                ws.overlap(*ids, as_of=AS_OF)
        with pytest.raises(NotFoundError, match="nobody"):
            ws.overlap("recent", "nobody", as_of=AS_OF)


def test_nobody_in_a_segment_is_no_division_by_zero(tmp_path: Path) -> None:
    empty = "segment: empty\nwhere: {did: order, times: {at_least: 100}}\n"
    with bazaar(tmp_path / "w", recent=RECENT, empty=empty) as ws:
        (pair,) = ws.overlap(as_of=AS_OF).pairs
        assert (pair.common, pair.smaller, pair.share_of_smaller_ratio) == (0, "empty", None)
        assert pair.jaccard_ratio == 0
