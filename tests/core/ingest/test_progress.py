"""What a person is told while a long import goes on."""

from __future__ import annotations

import io
import threading
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rich.console import Console

from kogorta.cli import progress as drawn
from kogorta.i18n import Translator
from kogorta.ingest import ImportOptions, Step, import_file
from kogorta.ingest.progress import Meter
from kogorta.ingest.sources.open import read_source
from tests.core.ingest.base import HEADER, Desk, settings

ROWS = [(f"o{n}", f"c{n}", "2025-03-01", str(n)) for n in range(1, 8)]


def _files(folder: Path) -> dict[str, Path]:
    """Write the same seven rows in every form that is read."""
    names = HEADER.strip().split(",")
    plain = "\n".join(",".join(row) for row in ROWS)
    quoted = HEADER + plain.replace("o3,c3", '"o\n3",c3') + "\n"
    files = {"plain.csv": HEADER + plain + "\n", "quoted.csv": quoted}
    objects = [f'{{"order_id": "{a}", "customer_id": "{b}", "amount": {d}}}' for a, b, _, d in ROWS]
    files["rows.jsonl"] = "\n".join(objects) + "\n"
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    book = openpyxl.Workbook()
    for row in (names, *ROWS):
        book.active.append(row)
    book.save(folder / "rows.xlsx")
    pq.write_table(pa.table(dict(zip(names, zip(*ROWS, strict=True), strict=True))), folder / "rows.parquet")
    return {name: folder / name for name in (*files, "rows.xlsx", "rows.parquet")}


@pytest.mark.parametrize("name", ["plain.csv", "quoted.csv", "rows.jsonl", "rows.xlsx", "rows.parquet"])
def test_every_reader_counts_the_rows_that_have_come_in(desk: Desk, name: str) -> None:
    path = _files(desk.folder)[name]
    with desk.warehouse.staging() as staging:
        assert staging.rows_seen(None) == 0
        raw = read_source(staging, path, ImportOptions())
        assert (raw.rows, staging.rows_seen(None), staging.rows_seen(1.0)) == (7, 7, 7)


def test_rows_that_the_engine_reads_by_itself_are_counted_by_its_share(desk: Desk) -> None:
    with desk.warehouse.staging() as staging:
        staging.rows_awaited = 1_000
        assert [staging.rows_seen(share) for share in (None, 0.0, 0.25, 1.0)] == [0, 0, 250, 1_000]


def test_a_long_query_says_how_much_of_it_is_done(desk: Desk) -> None:
    with desk.warehouse.staging() as staging:
        staging.execute(
            f"CREATE TABLE {staging.name}.many AS SELECT 'id ' || i AS word FROM range(1500000) t(i)"
        )
        assert staging.share() is None
        query = f"SELECT count(*) FILTER (regexp_full_match(word, '.*(1|2)?[ab]*9')) FROM {staging.name}.many"
        found: list[object] = []
        thread = threading.Thread(target=lambda: found.extend(staging.fetch(query)))
        thread.start()
        shares = []
        while thread.is_alive():
            shares.append(staging.share())
            thread.join(0.005)
        told = [share for share in shares if share is not None]
        # Every tenth number ends in a nine.
        assert found == [(150_000,)]
        assert told == sorted(told)
        assert any(0 < share < 1 for share in told)


def test_a_stage_is_told_at_once_and_goes_on_being_told_from_a_thread_beside_it(desk: Desk) -> None:
    steps: list[Step] = []
    ticked = threading.Event()

    def hear(step: Step) -> None:
        steps.append(step)
        if threading.current_thread() is not threading.main_thread():
            ticked.set()

    meter = Meter(hear)
    meter.tell("reading")
    with desk.warehouse.staging() as staging, meter.watching(desk.warehouse, staging):
        staging.rows_in = 20
        assert ticked.wait(30)
        assert (steps[-1].stage, steps[-1].rows, steps[-1].share) == ("reading", 20, None)
        meter.tell("saving", 21)
        ticked.clear()
        assert ticked.wait(30)
    assert [(step.stage, step.rows) for step in steps[-2:]] == [("saving", 21)] * 2
    assert steps[0].stage == "reading"
    assert not [thread for thread in threading.enumerate() if thread.name == "kogorta-progress"]


def test_an_import_tells_its_stages_in_their_order(desk: Desk) -> None:
    steps: list[Step] = []
    path = _files(desk.folder)["plain.csv"]
    import_file(desk.warehouse, path, form="orders", settings=settings(), progress=steps.append)
    stages = [step.stage for step in steps]
    assert list(dict.fromkeys(stages)) == ["reading", "checking", "shaping", "saving"]
    assert [(step.rows, step.done) for step in steps if step.stage == "saving"][-1] == (7, True)


@pytest.mark.parametrize(
    ("step", "english", "russian"),
    [
        (Step("reading", 5, 0.4), "reading", "чтение"),
        (Step("reading", 0, 3.0), "reading", "чтение"),
        (
            Step("checking", 60_000, 3.0, share=0.456),
            "checking · this pass: 46% · 60,000 rows · 20,000 rows/s",
            "проверка · этот проход: 46 % · 60 000 строк · 20 000 строк/с",
        ),
        (Step("saving", 21, 2.0), "saving · 21 rows · 10 rows/s", "сохранение · 21 строка · 10 строк/с"),
    ],
)
def test_a_line_says_what_is_known_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, step: Step, english: str, russian: str
) -> None:
    for translator, expected in ((Translator("en"), english), (Translator("ru"), russian)):
        monkeypatch.setattr(drawn, "t", translator)
        assert drawn.line(step).replace("\xa0", " ") == expected


@pytest.mark.parametrize("is_terminal", [True, False])
def test_only_a_person_at_a_terminal_is_shown_it(is_terminal: bool) -> None:
    screen = io.StringIO()
    with drawn.shown(Console(file=screen, force_terminal=is_terminal, width=100)) as show:
        show(Step("checking", 60_000, 3.0, share=0.5))
    assert ("20,000 rows/s" in screen.getvalue()) == is_terminal
    assert is_terminal or not screen.getvalue()
