"""Questions about definitions, asked by the commands that a person types."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from shutil import copytree

import pytest

import kogorta
from kogorta.workspace.workspace import Workspace
from tests.core.cli.conftest import Typed
from tests.core.cli.test_russian import russian
from tests.core.membership.bazaar import AS_OF, BIG, HABIT, QUIET, RECENT, bazaar, consent, contact, now
from tests.support import commit

NEW = RECENT.replace("30d", "10d")
WRONG = "segment: x\nwhere: {all: [{trait: colour, is: red}, {in_segment: nowhere}]}\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the workspace of the bazaar with four definitions, refreshed; c0 can be written to, c1 may not be."""
    folder = tmp_path_factory.mktemp("made") / "stall"
    with bazaar(folder, big=BIG, habit=HABIT) as ws:
        ws.define(f"{RECENT}\n---\n{QUIET}", author="Анна")
        emails = [contact(who, "email", f"{who}@ya.ru") for who in ("c0", "c1", "c4")]
        commit(ws.warehouse, "contacts", emails)
        told = [
            consent("c0", "email", "granted", "2025-01-05"),
            consent("c1", "any", "withdrawn", "2025-01-05"),
        ]
        commit(ws.warehouse, "consents", told)
        ws.refresh(AS_OF)
    return folder


@pytest.fixture
def stall(made: Path, tmp_path: Path) -> Path:
    """Give a copy of the workspace."""
    return copytree(made, tmp_path / "stall")


def words(text: str) -> list[list[str]]:
    """Return the columns of every line."""
    return [re.split(r"\s{2,}", line.strip()) for line in text.splitlines()]


def test_show_tells_the_tree_its_sentence_and_its_neighbours(typed: Typed, stall: Path) -> None:
    said = typed("segments", "show", "recent", "-w", stall)
    assert said.code == 0
    assert "Recent · recent" in said.out
    assert "Customers who placed an order in the last 30 days." in said.out
    assert RECENT.strip() in said.out
    # the refresh chose the window of RFM, on which nothing here stands
    assert "Version 1, " in said.out
    assert "Анна" in said.out
    assert "It is named by: quiet" in said.out
    assert "It names: recent" in typed("segments", "show", "quiet", "-w", stall).out


def test_show_of_a_ready_scheme_tells_what_each_segment_means(typed: Typed, stall: Path) -> None:
    said = typed("segments", "show", "lifecycle", "-w", stall)
    assert ["At risk", "lifecycle.at_risk", "Silent longer than usual, or showing signs of leaving"] in words(
        said.out
    )
    assert "Version 1" in said.out


def test_show_for_programs(typed: Typed, stall: Path) -> None:
    said = typed("segments", "show", "recent", "--format", "json", "-w", stall)
    told = json.loads(said.out)
    assert told["document"]["where"] == {"did": "order", "within": "30d"}
    assert (told["version"], told["author"], told["priority"], told["named_by"]) == (1, "Анна", 1, ["quiet"])
    assert told["sentence"]["ru"] == "Клиенты, которые за последние 30 дней делали заказ."
    ready = json.loads(typed("segments", "show", "rfm_simple", "--format", "json", "-w", stall).out)
    assert (ready["is_own"], ready["document"], len(ready["segments"])) == (False, None, 7)


def test_sql_is_told_step_by_step(typed: Typed, stall: Path, tmp_path: Path) -> None:
    said = typed("segments", "sql", "recent", "-w", stall)
    assert said.out.startswith("-- params: the instant")
    assert "-- k_everyone: everyone known\n-- reads" in said.out
    assert said.out.rstrip().endswith(";")
    file = tmp_path / "recent.sql"
    assert typed("segments", "sql", "recent", "--out", file, "-w", stall).code == 0
    assert file.read_text("utf-8").split() == said.out.split()
    rows = json.loads(typed("segments", "sql", "recent", "--format", "json", "-w", stall).out)
    assert [rows[0]["name"], rows[-1]["name"]] == ["params", "members"]


def test_size_of_a_file_tells_people_and_whom_a_channel_reaches(
    typed: Typed, stall: Path, tmp_path: Path
) -> None:
    file = tmp_path / "new.yaml"
    file.write_text("segment: fresh\nname: '[b]Fresh'\nwhere: {did: order, within: 30d}\n", encoding="utf-8")
    said = typed("segments", "size", file, "-w", stall)
    assert said.code == 0
    assert ["[b]Fresh", "fresh", "3", "43%", "7"] in words(said.out)
    # c0 agreed, c1 took it back, of c4 nothing is known
    assert ["e-mail", "3 · 100%", "2 · 67%", "1 · 33%"] in words(said.out)
    assert "to them alone offers may go" in said.out
    assert "compared with the base of 1 July 2025" in said.out
    assert "SMS" not in said.out
    listed = typed("segments", "list", "-w", stall).out
    assert "fresh" not in listed


def test_size_from_standard_input(typed: Typed, stall: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("{segment: fresh, where: {did: order, within: 10d}}"))
    rows = json.loads(typed("segments", "size", "-", "--format", "json", "-w", stall).out)
    assert [(row["segment"], row["customers"], row["base_customers"]) for row in rows] == [("fresh", 1, 7)]
    assert rows[0]["email_granted"] == 0


def test_size_of_a_scheme_tells_each_segment_and_all_together(typed: Typed, stall: Path) -> None:
    said = typed("segments", "size", "habit", "-w", stall)
    assert ["Often", "habit.often", "2", "40%", "5"] in words(said.out)
    assert "Whom a channel reaches: All together" in said.out


def test_overlap_and_claims(typed: Typed, stall: Path) -> None:
    said = typed("segments", "overlap", "recent", "big", "quiet", "-w", stall)
    assert ["Recent", "Big", "3", "100%", "0.75"] in words(said.out)
    assert ["1", "Recent", "3", "3", "0", "0"][:2] == ["1", "Recent"]
    assert ["2", "Big", "4", "1", "25%", "Recent 3"] in words(said.out)
    told = json.loads(typed("segments", "overlap", "recent", "big", "--format", "json", "-w", stall).out)
    assert told["pairs"][0]["common"] == 3
    assert told["claims"][1] == {
        "segment": "big",
        "priority": 2,
        "people": 4,
        "kept": 1,
        "claimed": {"recent": 3},
    }
    lines = typed("segments", "overlap", "--format", "csv", "-w", stall).out.splitlines()
    assert len(lines) == 1 + 9  # of 5 segments every two but those of one scheme


def test_overlap_of_many_shows_the_largest(typed: Typed, stall: Path) -> None:
    said = typed("segments", "overlap", "lifecycle", "rfm_simple", "-w", stall)
    assert "22 more pairs with fewer common people" in said.out
    assert "Matrix" not in said.out
    assert "New (lifecycle.new)" not in said.out
    assert "At risk (rfm_simple.at_risk)" in said.out, "a name that two segments bear"


def test_diff_names_who_would_move_and_saves_nothing(typed: Typed, stall: Path, tmp_path: Path) -> None:
    file = tmp_path / "new.yaml"
    file.write_text(NEW, encoding="utf-8")
    said = typed("segments", "diff", file, "--members", 1, "-w", stall)
    assert said.code == 0
    assert ["Recent", "changed", "3", "1", "43% → 14%", "0", "2", "1"] in words(said.out)
    assert ["quiet", "dependent", "2", "4", "29% → 57%", "2", "0", "2"] in words(said.out)
    assert "Would leave “Recent”:\n  c0\n" in said.out
    assert "Nothing was saved." in said.out
    rows = json.loads(typed("segments", "diff", file, "--members", 2, "--format", "json", "-w", stall).out)
    assert (rows[0]["leaving"], rows[0]["stayed"]) == (["c0", "c1"], 1)
    assert '"c0, c1"' in typed("segments", "diff", file, "--members", 2, "--format", "csv", "-w", stall).out
    file.write_text(RECENT, encoding="utf-8")
    assert "Nobody would move." in typed("segments", "diff", file, "-w", stall).out


def test_backtest_month_by_month(typed: Typed, stall: Path) -> None:
    said = typed("segments", "backtest", "recent", "--months", 3, "-w", stall)
    assert said.code == 0
    told = words(said.out)
    assert ["Apr ’25", "2", "33%", "1", "0", "50% · 0%", "RUB 50 · RUB 0", "0.50 · 0.00"] in told
    assert ["May ’25", "2", "29%", "1", "1", "50% · 40%", "RUB 50 · RUB 140", "0.50 · 0.40"] in told
    assert ["Jun ’25", "3", "43%", "2", "1", "—", "—", "—"] in told
    assert "proves no effect" in said.out
    rows = json.loads(
        typed("segments", "backtest", "recent", "--months", 2, "--format", "json", "-w", stall).out
    )
    assert (rows[0]["inside_revenue"], rows[0]["others_ordering"]) == (10_000, 2)
    assert rows[1]["inside_people"] is None


HELD = "segment: silent\nwhere: {trait: recency_days, at_least: 30, held_for: 7d}\n"
SECOND = "2 July 2025, 00:00 (UTC+00:00)"


def test_what_was_never_recorded_is_told(typed: Typed, stall: Path, tmp_path: Path) -> None:
    """Two have been silent for thirty days, but nobody by the log."""
    file = tmp_path / "silent.yaml"
    file.write_text(HELD)
    note = "1 condition asks the log, and no refresh has recorded it yet: so it is true of nobody."
    for command in ("size", "diff"):
        said = typed("segments", command, str(file), "-w", stall)
        assert said.code == 0
        assert note in " ".join(said.out.split())
    said = typed("segments", "backtest", str(file), "--months", 2, "-w", stall)
    assert "not all of that has been recorded yet" in " ".join(said.out.split())
    for one in russian([("segments", "size", str(file), "-w", str(stall))]):
        assert "1 условие узнаёт из журнала, а обновления его ещё не записывали" in " ".join(one.out.split())


def test_an_explanation_says_since_when_it_holds(typed: Typed, stall: Path) -> None:
    """The first refresh that records it is that of 2 July; c2 last ordered on 5 May."""
    with Workspace(stall, now) as ws:
        ws.define(HELD)
    ask = ("segments", "explain", "silent", "c2", "-w", str(stall))
    assert ", no refresh has recorded it yet" in typed(*ask).out
    with Workspace(stall, now) as ws:
        ws.refresh("2025-07-02")
        ws.refresh("2025-07-03")
    said = typed(*ask)
    assert f"now: 58, held since {SECOND}, recorded since {SECOND}" in said.out
    assert "If nothing happens: a member from 9 July 2025, 00:00 (UTC+00:00)." in said.out
    fresh = typed("segments", "explain", "silent", "c4", "-w", stall).out
    assert f"now: 7, did not hold at the last refresh, recorded since {SECOND}" in fresh
    (one,) = russian([ask])
    assert "держится с 2 июля 2025, 00:00 (UTC+00:00), записывается с 2 июля 2025, 00:00" in one.out.replace(
        "\xa0", " "
    )


def test_what_is_only_recorded_is_listed_nowhere(typed: Typed, stall: Path) -> None:
    with Workspace(stall, now) as ws:
        ws.define(HELD)
    refreshed = typed("refresh", "--as-of", "2025-07-02", "-w", stall)
    assert refreshed.code == 0
    commands = (
        ("list",),
        ("show", "silent"),
        ("overlap",),
        ("versions", "silent"),
        ("plan",),
        ("pull",),
        ("sql", "recent"),
    )
    for command in commands:
        said = typed("segments", *command, "-w", stall)
        assert "_held_" not in said.out + said.err, command
    assert "_held_" not in refreshed.out
    assert not [
        path for path in (stall / "segments").rglob("*") if path.is_file() and "_held_" in path.read_text()
    ]


def test_own_segments_stand_in_the_list(typed: Typed, stall: Path) -> None:
    said = typed("segments", "list", "-w", stall)
    assert "Own segments" in said.out
    assert ["Recent", "recent", "3", "43%", "1"] in words(said.out)
    assert ["quiet", "quiet", "2", "29%", "—"] in words(said.out)
    assert ["Often", "habit.often", "2", "40%"] in words(said.out)
    rows = {
        row["segment"]: row
        for row in json.loads(typed("segments", "list", "--format", "json", "-w", stall).out)
    }
    assert rows["recent"]["share_ratio"] == pytest.approx(3 / 7)
    assert rows["habit.once"]["customers"] == 3


def test_members_and_transitions_of_own_segments(typed: Typed, stall: Path) -> None:
    members = typed("segments", "members", "recent", "-w", stall).out.splitlines()
    assert members[:-1] == ["c0", "c1", "c4"]
    moved = typed("segments", "transitions", "recent", "--from", "2025-06-01", "-w", stall)
    assert ["not in it", "→", "Recent", "2"] in words(moved.out)
    assert ["Recent", "→", "not in it", "1"] in words(moved.out)
    scheme = typed("segments", "transitions", "habit", "--from", "2025-06-01", "-w", stall)
    assert ["once", "→", "Often", "1"] in words(scheme.out)


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (("show", "nobody"), ("nobody", "lifecycle", "recent")),
        (("show", "habit.never"), ("habit.never", "habit.often")),
        (("show", "recent", "--format", "csv"), ("csv", "--format json")),
        (("sql", "nobody"), ("nobody", "a file with a definition")),
        (("size", "habit.never"), ("habit.never", "habit.once")),
        (("size", "missing.yaml"), ("missing.yaml", "no such file")),
        (("diff", "recent"), ("recent", "no such file")),
        (("diff", "."), ("cannot be read",)),
        (("overlap", "recent"), ("recent", "two segments")),
        (("overlap", "recent", "nobody"), ("nobody", "lifecycle")),
        (("backtest", "nobody"), ("nobody",)),
        (("backtest", "recent", "--months", "0"), ("0", "1 – 120")),
        (("size", "recent", "--as-of", "yesterday"), ("yesterday", "2026-01-31")),
        (("transitions", "nobody", "--from", "2025-01-01"), ("nobody", "recent")),
    ],
)
def test_wrong_words(typed: Typed, stall: Path, arguments: tuple[str, ...], parts: tuple[str, ...]) -> None:
    said = typed("segments", *arguments, "-w", stall)
    assert (said.code, said.out) == (2, "")
    for part in parts:
        assert part in said.err


@pytest.mark.parametrize("command", ["size", "diff", "sql", "backtest"])
def test_all_problems_of_a_definition_are_told(
    typed: Typed, stall: Path, tmp_path: Path, command: str
) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(WRONG, encoding="utf-8")
    said = typed("segments", command, file, "-w", stall)
    assert (said.code, said.out) == (2, "")
    assert "2 things in this definition are not right" in said.err
    assert "colour" in said.err
    assert "nowhere" in said.err


def test_a_file_that_is_no_text(typed: Typed, stall: Path, tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_bytes("segment: х".encode("cp1251"))
    assert "cannot be read" in typed("segments", "size", file, "-w", stall).err
    file.write_text("", encoding="utf-8")
    assert "nothing is defined here" in typed("segments", "size", file, "-w", stall).err


def test_standard_input_that_is_no_text(typed: Typed, stall: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    typed_in = io.TextIOWrapper(io.BytesIO("segment: х".encode("cp1251")), encoding="utf-8")
    monkeypatch.setattr("sys.stdin", typed_in)
    said = typed("segments", "size", "-", "-w", stall)
    assert (said.code, said.out) == (2, "")
    assert "UTF-8" in said.err


def test_a_scheme_that_says_nothing_of_the_base(typed: Typed, stall: Path) -> None:
    said = typed("segments", "size", "rfm_classic", "-w", stall)
    assert said.code == 2
    assert "rfm_simple" in said.err


def test_nothing_of_ones_own(typed: Typed, shop: Path) -> None:
    assert "Own segments" not in typed("segments", "list", "-w", shop).out
    assert "two segments" in typed("segments", "overlap", "-w", shop).err


def test_questions_in_russian(stall: Path, tmp_path: Path) -> None:
    file = tmp_path / "new.yaml"
    file.write_text(NEW, encoding="utf-8")
    w = ("-w", str(stall))
    show, size, overlap, diff, backtest, sql, listed, moved, wrong = russian(
        [
            ("segments", "show", "recent", *w),
            ("segments", "size", "recent", *w),
            ("segments", "overlap", "recent", "big", "lifecycle", "rfm_simple", *w),
            ("segments", "diff", str(file), "--members", "5", *w),
            ("segments", "backtest", "recent", "--months", "2", *w),
            ("segments", "sql", "recent", *w),
            ("segments", "list", *w),
            ("segments", "transitions", "recent", "--from", "2025-06-01", *w),
            ("segments", "size", "nobody", *w),
        ]
    )
    assert "Клиенты, которые за последние 30 дней делали заказ." in show.out.replace("\xa0", " ")
    assert "На него ссылаются: quiet" in show.out
    assert ["эл. почта", "3 · 100 %", "2 · 67 %", "1 · 33 %"] in words(size.out.replace("\xa0", " "))
    assert re.search(r"И ещё \d+ пар", overlap.out.replace("\xa0", " "))
    assert "Выйдут из «Недавние»:\n  c0, c1\n" in diff.out
    assert "Ничего не сохранено." in diff.out
    assert "май 25" in backtest.out.replace("\xa0", " ")
    assert "не доказательство эффекта" in " ".join(backtest.out.split())
    assert "-- k_everyone: все известные клиенты" in sql.out
    assert "Собственные сегменты" in listed.out
    assert "вне сегмента" in moved.out
    assert "нет ни сегмента, ни схемы, ни файла с таким именем" in wrong.err
    for said in (size, overlap, diff, backtest, listed, moved):
        assert (said.code, said.err) == (0, "")


def test_the_library_asks_the_same(stall: Path) -> None:
    with kogorta.open(stall) as ws:
        assert ws.size("recent", as_of=AS_OF).people == 3
