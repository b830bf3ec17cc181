"""Rules are set aside with a reason, for a time, and nowhere else."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kogorta.config import Waiver, update
from kogorta.doctor import Checkup, Severity
from kogorta.doctor.rules import BY_ID, RULES
from kogorta.errors import ProblemsError
from kogorta.i18n import translator
from kogorta.workspace import Workspace
from tests.core.doctor.clinic import NOW, clinic, days, lives, said

SMALL = {"rule": "segment.small", "reason": "the director's friends"}


def checkup(folder: Path, *waivers: dict[str, Any], as_of: Any = NOW) -> Checkup:
    """Look at a base with two small segments, Omsk and Sochi."""
    cities = {"omsk": 1, "sochi": 2}
    with clinic(folder, lives("omsk"), lives("sochi"), cities=cities, waive=list(waivers)) as workspace:
        return workspace.doctor(as_of)


def waived(found: Checkup) -> dict[str | None, str]:
    """By what it is about, why a rule is waived there."""
    return {item.segment: item.waiver.reason for item in found.remarks if item.waiver is not None}


def test_a_waiver_is_of_one_rule_and_one_segment(tmp_path: Path) -> None:
    """It is told with its reason, and is no complaint; the others stand."""
    found = checkup(tmp_path / "w", SMALL | {"segment": "omsk"})
    assert waived(found) == {"omsk": "the director's friends"}
    small = {item.segment: item.is_complaint for item in found.of("segment.small")}
    assert (small["omsk"], small["sochi"]) == (False, True)
    assert found.of("purpose.goal")[0].segment == "omsk"
    assert found.of("purpose.goal")[0].is_complaint
    assert [item.severity for item in found.of("waiver.unneeded")] == [Severity.GOOD]


def test_a_star_stands_for_anything(tmp_path: Path) -> None:
    found = checkup(
        tmp_path / "w", SMALL | {"segment": "s*"}, SMALL | {"segment": "lifecycle.*", "reason": "ready"}
    )
    assert waived(found) == {"sochi": "the director's friends", "lifecycle.prospect": "ready"}


def test_without_a_segment_it_is_waived_everywhere_and_the_first_reason_counts(tmp_path: Path) -> None:
    found = checkup(tmp_path / "w", SMALL, SMALL | {"segment": "omsk", "reason": "never told"})
    assert waived(found) == dict.fromkeys(["omsk", "sochi", "lifecycle.prospect"], "the director's friends")
    assert not [item for item in found.complaints if item.rule == "segment.small"]


def test_of_two_segments_either_may_be_named(tmp_path: Path) -> None:
    """An overlap is told of the smaller one; the larger one is the other."""
    texts = [lives("omsk", id_="a"), lives("omsk", "sochi", id_="b")]
    waiver = {"rule": "overlap.large", "segment": "b", "reason": "on purpose"}
    with clinic(tmp_path / "w", *texts, cities={"omsk": 2, "sochi": 2}, waive=[waiver]) as workspace:
        (remark,) = workspace.doctor().of("overlap.large")
    assert (remark.segment, remark.other) == ("a", "b")
    assert remark.waiver is not None


def test_the_last_day_is_a_local_one(tmp_path: Path) -> None:
    """Until 1 July: in Moscow the 2nd begins at 21:00 UTC of the 1st."""
    waiver = SMALL | {"segment": "omsk", "until": date(2025, 7, 1)}
    with clinic(tmp_path / "w", lives("omsk"), cities={"omsk": 1}, waive=[waiver]) as workspace:
        workspace.config = update(workspace.folder, {"workspace": {"timezone": "Europe/Moscow"}})
        assert "omsk" in waived(workspace.doctor("2025-07-01T23:59:59"))
        over = workspace.doctor("2025-07-02T00:00:00")
    assert "omsk" not in waived(over)
    (remark,) = over.of("waiver.expired")
    assert (remark.segment, remark.severity, remark.is_complaint) == ("omsk", Severity.WARN, True)
    assert said(remark) == "segment.small was waived until 1 July 2025: the director's friends"
    assert [item.severity for item in over.of("waiver.unneeded")] == [Severity.GOOD]


def test_a_waiver_of_what_is_good_is_told(tmp_path: Path) -> None:
    """Also one that has expired: nobody needs it. Of a rule that could not be judged nothing is said."""
    found = checkup(
        tmp_path / "w",
        {"rule": "segment.empty", "reason": "soon"},
        SMALL | {"segment": "tver", "until": date(2025, 1, 1)},
        {"rule": "discounts.depth", "reason": "sales"},
    )
    told = [(said(item), item.segment, item.severity) for item in found.of("waiver.unneeded")]
    assert told == [
        ("segment.empty is not broken there: soon", None, Severity.INFO),
        ("segment.small is not broken there: the director's friends", "tver", Severity.INFO),
    ]
    assert [item.severity for item in found.of("waiver.expired")] == [Severity.GOOD]


def test_without_waivers_nothing_is_said_of_them(tmp_path: Path) -> None:
    found = checkup(tmp_path / "w")
    assert found.of("waiver.expired") == found.of("waiver.unneeded") == ()


@pytest.mark.parametrize(
    ("waiver", "said_of"),
    [
        ({"rule": "segment.small"}, "doctor.waive.0.reason: a waiver needs its reason"),
        ({"rule": "segment.small", "reason": "  "}, "doctor.waive.0.reason: a waiver needs its reason"),
        ({"reason": "why not"}, "doctor.waive.0.rule: this is missing"),
        (SMALL | {"until": "soon"}, "doctor.waive.0.until: a day without quotes belongs here"),
        (SMALL | {"until": 2027}, "doctor.waive.0.until: a day without quotes belongs here"),
        (SMALL | {"segments": "omsk"}, "doctor.waive.0.segments: there is no such setting"),
    ],
)
def test_bad_waivers_are_refused_with_the_file(tmp_path: Path, waiver: dict[str, Any], said_of: str) -> None:
    with pytest.raises(ProblemsError) as refused:
        checkup(tmp_path / "w", waiver)
    assert said_of in str(refused.value)


def test_all_bounds_that_cannot_be_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ProblemsError) as refused, clinic(tmp_path / "w", min_share_ratio=1.5, min_people=-1):
        pass
    assert "doctor.min_share_ratio: the most that is possible is 1" in str(refused.value)
    assert "doctor.min_people: the least that is possible is 0" in str(refused.value)


def test_a_rule_that_there_is_not_cannot_be_waived(tmp_path: Path) -> None:
    """Not even one about waivers: both are named, with the rules that there are."""
    waivers = ({"rule": "segment.tiny", "reason": "x"}, SMALL, {"rule": "waiver.expired", "reason": "x"})
    with pytest.raises(ProblemsError) as refused:
        checkup(tmp_path / "w", *waivers)
    text = str(refused.value)
    assert "doctor.waive.0.rule: there is no such rule" in text
    assert "doctor.waive.2.rule: there is no such rule" in text
    assert "got: segment.tiny" in text
    assert "segment.small, segment.large" in text
    assert len(refused.value.problems) == 2


# --- the whole --------------------------------------------------------------------------------------


def test_every_rule_is_whole(tmp_path: Path) -> None:
    """Ids are unique, and each says in both languages what is found, what it costs and what to do."""
    assert len(BY_ID) == len(RULES) + 2
    for rule in BY_ID.values():
        assert rule.severity is not Severity.GOOD
        for words in (rule.finding, rule.why, rule.todo):
            english, russian = (translator(lang).say(words) for lang in ("en", "ru"))
            assert english != russian
            assert all(part not in russian for part in (" the ", " of ", "{ex"))


def test_it_is_good_when_nothing_is_to_be_done(tmp_path: Path) -> None:
    """Hints are no complaints, and neither is what is waived; each rule that is kept praises once."""
    waivers = [Waiver(rule=rule.id, reason="a test").model_dump(exclude_none=True) for rule in RULES]
    found = checkup(tmp_path / "w", *waivers)
    assert found.is_good
    assert found.complaints == ()
    kept = [item.rule for item in found.remarks if item.severity is Severity.GOOD]
    assert len(kept) == len(set(kept)) > 3
    assert not checkup(tmp_path / "v").is_good


def test_a_checkup_writes_nothing_and_repeats_itself(tmp_path: Path) -> None:
    with clinic(tmp_path / "w", lives("omsk")) as workspace:
        workspace.refresh(NOW - days(1))
        before = books(workspace)
        assert workspace.doctor() == workspace.doctor()
        assert books(workspace) == before


def books(workspace: Workspace) -> list[Any]:
    tables = ("runs", "frames", "membership_changes", "definition_versions", "batches")
    return [workspace.warehouse.rows(f"SELECT count(*) FROM {name}") for name in tables]


def test_what_was_known_before_is_judged_as_it_was(tmp_path: Path) -> None:
    """The second import brings people; before it there were none."""
    with clinic(tmp_path / "w") as workspace:
        assert workspace.doctor(known_at=0).base == 0
        assert workspace.doctor().base == 1
