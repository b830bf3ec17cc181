"""What definitions would change if they were saved."""

from __future__ import annotations

from pathlib import Path

import pytest

from kogorta.errors import InputError, ProblemsError
from kogorta.membership.diff import Diff, SegmentDiff
from tests.core.membership.bazaar import AS_OF, HABIT, QUIET, RECENT, bazaar
from tests.support import commit, day, order


def told(found: Diff) -> dict[str, tuple[str, int, int, int, int, int]]:
    """Return what is told of each segment: kind, was, now, entered, left, stayed."""
    return {
        item.id: (item.kind, item.was, item.now, item.entered, item.left, item.stayed)
        for item in found.segments
    }


def test_who_enters_leaves_and_stays_and_who_follows(tmp_path: Path) -> None:
    """Within 10 days only c4 ordered; c0 and c1 become quiet."""
    with bazaar(tmp_path / "w", recent=RECENT, quiet=QUIET) as ws:
        found = ws.diff(RECENT.replace("30d", "10d"), AS_OF, members=1)
        assert told(found) == {
            "recent": ("changed", 3, 1, 0, 2, 1),
            "quiet": ("dependent", 2, 4, 2, 0, 2),
        }
        recent, quiet = found.segments
        assert (recent.leaving, recent.entering) == (("c0",), ())
        assert (quiet.entering, quiet.leaving) == (("c0",), ())
        assert (recent.base_was, recent.base_now) == (7, 7)
        assert not found.is_idle
        assert ws.size("recent", AS_OF).people == 3, "nothing was saved"


def test_every_name_is_given_in_order(tmp_path: Path) -> None:
    with bazaar(tmp_path / "w", recent=RECENT) as ws:
        (recent,) = ws.diff(RECENT.replace("30d", "60d"), AS_OF, members=10).segments
        assert (recent.entering, recent.leaving) == (("c2",), ())
        (recent,) = ws.diff(RECENT.replace("30d", "1d"), AS_OF, members=10).segments
        assert recent.leaving == ("c0", "c1", "c4")
        (recent,) = ws.diff(RECENT.replace("30d", "1d"), AS_OF).segments
        assert (recent.leaving, recent.left) == ((), 3)


def test_what_is_new_and_what_is_the_same(tmp_path: Path) -> None:
    with bazaar(tmp_path / "w", recent=RECENT) as ws:
        assert told(ws.diff(f"{RECENT}\n---\n{HABIT}", AS_OF)) == {
            "recent": ("same", 3, 3, 0, 0, 3),
            "habit.often": ("new", 0, 2, 2, 0, 0),
            "habit.once": ("new", 0, 3, 3, 0, 0),
        }
        assert ws.diff(RECENT, AS_OF).is_idle


def test_new_words_alone_move_nobody(tmp_path: Path) -> None:
    with bazaar(tmp_path / "w", recent=RECENT, quiet=QUIET) as ws:
        found = ws.diff(RECENT.replace("Recent", "Fresh"), AS_OF)
        assert [item.kind for item in found.segments] == ["changed", "dependent"]
        assert found.is_idle
        assert found.names["recent"]["en"] == "Fresh"


def test_a_segment_of_the_file_that_names_a_changed_one_follows_it(tmp_path: Path) -> None:
    with bazaar(tmp_path / "w", recent=RECENT, quiet=QUIET) as ws:
        text = f"{QUIET}\n---\n{RECENT.replace('30d', '10d')}"
        assert told(ws.diff(text, AS_OF)) == {
            "quiet": ("dependent", 2, 4, 2, 0, 2),
            "recent": ("changed", 3, 1, 0, 2, 1),
        }


def test_segments_of_a_scheme_are_told_apart_also_those_that_would_be_no_more(tmp_path: Path) -> None:
    """By base everyone c5 and c6 come in; whoever came once goes from `once` to `rarely`."""
    with bazaar(tmp_path / "w", habit=HABIT) as ws:
        text = HABIT.replace("base: ordered\n", "").replace("once", "rarely")
        found = ws.diff(text, AS_OF)
        assert told(found) == {
            "habit.often": ("changed", 2, 2, 0, 0, 2),
            "habit.rarely": ("changed", 0, 5, 5, 0, 0),
            "habit.once": ("changed", 3, 0, 0, 3, 0),
        }
        assert {(item.base_was, item.base_now) for item in found.segments} == {(5, 7)}


def test_a_share_of_the_base_is_cut_by_the_stored_frame_on_both_sides(tmp_path: Path) -> None:
    top = "segment: top\nwhere: {trait: revenue_total, top: 20%}\n"
    buyers = "segment: top\nwhere: {all: [{trait: revenue_total, top: 20%}, {did: order, within: 3d}]}\n"
    with bazaar(tmp_path / "w", top=top) as ws:
        ws.refresh(AS_OF)
        later = [order("n1", "c1", "2025-07-02", 100_000), order("n2", "c2", "2025-07-02", 100_000)]
        commit(ws.warehouse, "orders", later, day("2025-07-03"))
        (item,) = ws.diff(buyers, "2025-07-03", members=5).segments
        # beyond the bound of 1 July are c1, c2 and c4; a bound of 3 July would leave c4 out
        assert (item.was, item.now, item.leaving) == (3, 2, ("c4",))


def test_what_would_no_longer_be_right_is_told_whole(tmp_path: Path) -> None:
    with bazaar(tmp_path / "w", recent=RECENT, quiet=QUIET) as ws:
        with pytest.raises(ProblemsError) as problems:
            ws.diff("segment: recent\nwhere: {all: [{trait: colour, is: red}, {did: nothing_such}]}\n", AS_OF)
        assert len(problems.value.problems) == 2
        with pytest.raises(InputError, match="no such file"):
            ws.diff("missing.yaml", AS_OF)


def test_a_diff_adds_up() -> None:
    item = SegmentDiff("x", "x", "changed", was=5, now=4, entered=1, left=2, base_was=9, base_now=9)
    assert item.stayed == 3
