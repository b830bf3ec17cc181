"""Other people's databases as sources: SQLite, PostgreSQL and MariaDB, each a real one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import kogorta
from kogorta.errors import InputError, KogortaError, NotFoundError, SourceError
from kogorta.i18n import Translator
from kogorta.ingest import ImportOptions, ImportReport, SqlSource, take
from kogorta.ingest.sources.sql.address import parse_address
from kogorta.ingest.sources.sql.database import ROWS_AT_ONCE
from kogorta.workspace.workspace import Workspace
from tests.core.ingest import mariadb
from tests.core.ingest.base import counts, refusals
from tests.core.ingest.databases import KINDS, Servers, Shop

COLUMNS = "id INTEGER, client VARCHAR(40), made_at {instant}, total {exact}, status VARCHAR(20), changed_at {instant}"
FIELDS = {"customer_id": "client", "ordered_at": "made_at", "amount": "total"}
OPTIONS = ImportOptions(mapping=FIELDS)


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with ExitStack() as stack:
        yield Servers(stack)


@pytest.fixture(params=KINDS)
def shop(
    request: pytest.FixtureRequest, servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Shop]:
    if request.param == "mysql" and not mariadb.is_here():
        pytest.skip(mariadb.MISSING)
    monkeypatch.setenv("SHOP_PASSWORD", mariadb.PASSWORD)
    with servers.shop(request.param, tmp_path) as made:
        yield made


@pytest.fixture
def postgres(servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setenv("SHOP_PASSWORD", mariadb.PASSWORD)
    with servers.shop("postgresql", tmp_path) as made:
        yield made


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """Amounts in roubles, days of Moscow, three hours ahead."""
    folder = tmp_path / "mine"
    kogorta.init(folder, "shop", timezone="Europe/Moscow").close()
    with kogorta.open(folder) as opened:
        yield opened


def sales(shop: Shop, *rows: str) -> None:
    shop.create("sales", COLUMNS)
    add(shop, *rows)


def add(shop: Shop, *rows: str) -> None:
    for row in rows:
        shop.run(f"INSERT INTO sales VALUES ({row})")


def bring(workspace: Workspace, shop: Shop, **how: Any) -> ImportReport:
    how = {"from_table": "sales", "options": OPTIONS, **how}
    return workspace.import_sql(shop.url, "orders", **how)


def moment(text: str, shop: Shop) -> str:
    """Write an instant of UTC as a literal."""
    return (
        f"'{text}Z'"
        if shop.kind == "sqlite"
        else f"'{text}+00'"
        if shop.kind == "postgresql"
        else f"'{text}'"
    )


def a_sale(shop: Shop, number: int, at: str, changed: str, total: str = "10.50", status: str = "paid") -> str:
    return f"{number}, 'c{number}', {moment(at, shop)}, {total}, '{status}', {moment(changed, shop)}"


def test_values_come_as_they_are(shop: Shop, workspace: Workspace) -> None:
    """Thousandths are kept, instants are told with their zone, yes is no number, nothing stays nothing.

    Covers: G26, R40.
    """
    shop.create("sales", f"{COLUMNS}, weight {{exact}}, is_gift {{yes}}, note VARCHAR(99)")
    yes = "TRUE" if shop.kind == "postgresql" else "1"
    add(
        shop,
        f"{a_sale(shop, 1, '2025-03-01 21:30:00', '2025-03-01 21:30:00', '1234567.890')}, 1.125, {yes}, 'Ёлка; 50% \"ж\"'",
        f"{a_sale(shop, 2, '2025-03-02 10:00:00', '2025-03-02 10:00:00', '0.010')}, NULL, NULL, NULL",
    )
    report = bring(workspace, shop)
    assert counts(report) == (2, 0, 0, 0)
    rows = workspace.warehouse.rows(
        "SELECT order_id, amount, ordered_at, ordered_date, p_weight, p_note FROM orders ORDER BY 1"
    )
    # 21:30 of UTC is half past midnight of the next day in Moscow
    assert [(*row[:3], str(row[3]), *row[4:]) for row in rows] == [
        ("1", 123_456_789, datetime.fromisoformat("2025-03-01 21:30"), "2025-03-02", 1.125, 'Ёлка; 50% "ж"'),
        ("2", 1, datetime.fromisoformat("2025-03-02 10:00"), "2025-03-02", None, None),
    ]
    ((given,),) = workspace.warehouse.rows("SELECT p_is_gift FROM orders WHERE order_id = '1'")
    assert given in (True, 1)


def test_only_what_has_changed_is_asked_for_again(shop: Shop, workspace: Workspace) -> None:
    """Of three sales one is changed and one is new: two rows come, and those without an instant of change.

    Covers: R40.
    """
    sales(
        shop,
        a_sale(shop, 1, "2025-01-01 10:00:00", "2025-01-01 10:00:00"),
        a_sale(shop, 2, "2025-02-01 10:00:00", "2025-02-01 10:00:00"),
        a_sale(shop, 3, "2025-03-01 10:00:00", "2025-03-01 10:00:00", status="new"),
    )
    since = {"since_column": "CHANGED_AT"}
    assert counts(bring(workspace, shop, **since)) == (3, 0, 0, 0)
    assert counts(bring(workspace, shop, **since)) == (0, 0, 1, 0)
    shop.run(
        f"UPDATE sales SET status = 'paid', changed_at = {moment('2025-03-05 09:00:00', shop)} WHERE id = 3"
    )
    add(shop, a_sale(shop, 4, "2025-03-06 10:00:00", "2025-03-06 10:00:00"))
    add(shop, f"5, 'c5', {moment('2025-03-06 11:00:00', shop)}, 7, 'paid', NULL")
    assert counts(bring(workspace, shop, **since)) == (2, 1, 0, 0)
    assert counts(bring(workspace, shop, everything=True, **since)) == (0, 0, 5, 0)
    statuses = "SELECT arg_max(status, version_no) FROM orders GROUP BY order_id"
    assert {row[0] for row in workspace.warehouse.rows(statuses)} == {"completed"}


@pytest.mark.parametrize("shop", ["postgresql", "mysql"], indirect=True)
def test_what_was_committed_late_is_not_missed(shop: Shop, workspace: Workspace) -> None:
    """A change of two hours before the last one seen may show itself only after it. SQLite has one writer."""
    sales(shop, a_sale(shop, 1, "2025-01-01 10:00:00", "2025-01-01 10:00:00"))
    since = {"since_column": "changed_at"}
    bring(workspace, shop, **since)
    add(shop, a_sale(shop, 2, "2025-01-01 08:00:01", "2025-01-01 08:00:01"))
    add(shop, a_sale(shop, 3, "2025-01-01 07:59:59", "2025-01-01 07:59:59"))
    assert counts(bring(workspace, shop, **since)) == (1, 0, 1, 0)


def test_numbers_may_tell_what_has_changed(shop: Shop, workspace: Workspace) -> None:
    sales(shop, *(a_sale(shop, n, "2025-01-01 10:00:00", "2025-01-01 10:00:00") for n in (9, 10)))
    assert counts(bring(workspace, shop, since_column="id")) == (2, 0, 0, 0)
    add(shop, a_sale(shop, 11, "2025-01-01 10:00:00", "2025-01-01 10:00:00"))
    assert counts(bring(workspace, shop, since_column="id")) == (1, 0, 1, 0)


def test_another_question_has_a_mark_of_its_own(shop: Shop, workspace: Workspace) -> None:
    sales(shop, a_sale(shop, 1, "2025-01-01 10:00:00", "2025-01-01 10:00:00"))
    add(shop, a_sale(shop, 2, "2025-02-01 10:00:00", "2025-02-01 10:00:00"))
    asked = {"from_table": None, "since_column": "changed_at"}
    for number in (1, 2):
        query = f"SELECT * FROM sales WHERE client LIKE 'c%{number}' -- of one client;"
        assert counts(bring(workspace, shop, query=query, **asked)) == (1, 0, 0, 0)
        assert counts(bring(workspace, shop, query=query, **asked)) == (0, 0, 1, 0)


def test_a_try_leaves_no_mark(shop: Shop, workspace: Workspace) -> None:
    sales(shop, *(a_sale(shop, n, f"2025-0{n}-01 10:00:00", f"2025-0{n}-01 10:00:00") for n in (1, 2)))
    tried = ImportOptions(mapping=FIELDS, dry_run=True)
    assert counts(bring(workspace, shop, since_column="changed_at", options=tried)) == (2, 0, 0, 0)
    assert counts(bring(workspace, shop, since_column="changed_at")) == (2, 0, 0, 0)


def test_an_answer_without_rows_is_no_failure(shop: Shop, workspace: Workspace) -> None:
    sales(shop)
    report = bring(workspace, shop)
    assert (counts(report), [note.code for note in report.notes]) == ((0, 0, 0, 0), ["no_rows"])
    add(shop, a_sale(shop, 1, "2025-01-01 10:00:00", "2025-01-01 10:00:00"))
    bring(workspace, shop, since_column="changed_at")
    shop.run("DELETE FROM sales")
    report = bring(workspace, shop, since_column="changed_at")
    assert [note.code for note in report.notes] == ["nothing_changed"]


def test_one_bad_row_waits_in_quarantine_and_is_told_of(shop: Shop, workspace: Workspace) -> None:
    sales(shop, a_sale(shop, 1, "2025-01-01 10:00:00", "2025-01-01 10:00:00"))
    add(shop, a_sale(shop, 2, "2025-01-02 10:00:00", "2025-01-02 10:00:00", status="weighed"))
    report = bring(workspace, shop, since_column="changed_at")
    assert (counts(report), refusals(report)) == ((1, 0, 0, 1), [(2, "status", "unknown_word")])
    note = report.note("refused_at_source")
    assert note is not None
    assert Translator("ru").say(note.message).startswith("1\N{NO-BREAK SPACE}")


def test_nothing_is_written(shop: Shop, workspace: Workspace) -> None:
    sales(shop, a_sale(shop, 1, "2025-01-01 10:00:00", "2025-01-01 10:00:00"))
    for query in ("DELETE FROM sales", "DROP TABLE sales", "CREATE TABLE stolen AS SELECT * FROM sales"):
        with pytest.raises(SourceError):
            bring(workspace, shop, from_table=None, query=query)
    assert bring(workspace, shop).loaded == 1


def test_a_name_may_have_any_signs_and_capitals(shop: Shop, workspace: Workspace) -> None:
    sign = "`" if shop.kind == "mysql" else '"'
    shop.create(f"{sign}Продажи 100% {sign * 2}x{sign}", COLUMNS)
    name = f"Продажи 100% {sign}x"
    shop.run(
        f"INSERT INTO {sign}Продажи 100% {sign * 2}x{sign} VALUES"
        f" ({a_sale(shop, 1, '2025-01-01 10:00:00', '2025-01-01 10:00:00')})"
    )
    assert bring(workspace, shop, from_table=name.lower(), since_column="changed_at").loaded == 1
    assert bring(workspace, shop, from_table=name, since_column="changed_at").same == 1


def test_a_view_is_read_like_a_table(shop: Shop, workspace: Workspace) -> None:
    sales(shop, *(a_sale(shop, n, "2025-01-01 10:00:00", "2025-01-01 10:00:00") for n in (1, 2)))
    shop.run("CREATE VIEW orders AS SELECT * FROM sales WHERE id = 2")
    assert bring(workspace, shop, from_table=None).rows_read == 1


def test_two_columns_of_one_name_stay_two(shop: Shop, workspace: Workspace) -> None:
    sales(shop, a_sale(shop, 1, "2025-01-01 10:00:00", "2025-01-01 10:00:00"))
    report = bring(
        workspace, shop, from_table=None, query="SELECT id, client, made_at, total, client FROM sales"
    )
    assert report.properties == ("client (2)",)


def test_many_rows_come_some_at_a_time(shop: Shop, tmp_path: Path) -> None:
    """Twelve thousand rows: memory holds five thousand, and whoever waits is told after each block."""
    shop.create("numbers", "n INTEGER")
    shop.run("INSERT INTO numbers VALUES " + ", ".join(f"({n})" for n in range(12_000)))
    told: list[int] = []
    (tmp_path / "copies").mkdir()
    snapshot = take(SqlSource(shop.url, "numbers"), tmp_path / "copies", None, told.append)
    assert (snapshot.rows, told) == (12_000, [ROWS_AT_ONCE, 2 * ROWS_AT_ONCE, 12_000])


def test_the_password_is_kept_and_shown_nowhere(shop: Shop, workspace: Workspace) -> None:
    sales(shop, a_sale(shop, 1, "2025-01-01 10:00:00", "2025-01-01 10:00:00"))
    bring(workspace, shop, since_column="changed_at")
    ((source, name),) = workspace.warehouse.rows("SELECT source, file_name FROM batches")
    assert (str(parse_address(shop.url, {"SHOP_PASSWORD": "x"}, Path())), "sales") == (source, name)
    workspace.close()
    for path in workspace.folder.rglob("*"):
        assert path.is_dir() or mariadb.PASSWORD.encode() not in path.read_bytes()


MISTAKES: dict[str, tuple[dict[str, Any], str, str]] = {
    "no table": ({"from_table": "salles"}, "no such table", "sales"),
    "no column": ({"since_column": "touched"}, "no such column", "id, client, made_at"),
    "bad query": (
        {"from_table": None, "query": "SELECT nothing FROM sales"},
        "refuses the question",
        "nothing",
    ),
    "no query": ({"from_table": None, "query": "SELEKT"}, "refuses the question", ""),
    "both": ({"query": "SELECT 1"}, "either for a table or by a query", "--query"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_are_told_with_what_would_do(shop: Shop, workspace: Workspace, mistake: str) -> None:
    how, told, shown = MISTAKES[mistake]
    sales(shop, a_sale(shop, 1, "2025-01-01 10:00:00", "2025-01-01 10:00:00"))
    with pytest.raises(InputError) as caught:
        bring(workspace, shop, **how)
    assert told in str(caught.value)
    assert shown in str(caught.value)
    assert mariadb.PASSWORD not in str(caught.value)
    assert Translator("ru").say(caught.value.message) != str(caught.value.message)
    assert not list(workspace.warehouse.engine.scratch.iterdir())
    assert bring(workspace, shop).loaded == 1
    assert not list(workspace.warehouse.engine.scratch.iterdir())


def test_instants_beyond_reason_refuse_their_rows_alone(postgres: Shop, workspace: Workspace) -> None:
    sales(postgres)
    when = ("'infinity'", "'4000-01-01 BC'", "'2025-01-01 10:00:00+00'")
    add(postgres, *(f"{n}, 'c', {at}, 5, 'paid', now()" for n, at in enumerate(when)))
    report = bring(workspace, postgres)
    assert counts(report) == (1, 0, 0, 2)
    assert {reason for _, _, reason in refusals(report)} == {"not_a_date"}


def test_a_day_that_is_none_refuses_its_row_alone(
    servers: Servers, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MySQL lets 0000-00-00 stand where no strict mode forbids it; it has a type for bits."""
    if not mariadb.is_here():
        pytest.skip(mariadb.MISSING)
    monkeypatch.setenv("SHOP_PASSWORD", mariadb.PASSWORD)
    with servers.shop("mysql", tmp_path) as shop:
        shop.run("SET sql_mode = ''")
        shop.create(
            "sales", "id INTEGER, client VARCHAR(9), made_at DATETIME, total DECIMAL(9, 2), is_gift BIT(1)"
        )
        add(shop, "1, 'a', '0000-00-00 00:00:00', 5, b'1'", "2, 'b', '2025-01-01 12:00:00', 6, b'1'")
        report = bring(workspace, shop, since_column="made_at")
        assert (counts(report), refusals(report)) == ((1, 0, 0, 1), [(1, "made_at", "not_a_date")])
        assert counts(bring(workspace, shop, since_column="made_at")) == (0, 0, 1, 0)
        # DATETIME has no zone, so it is the clock of the workspace: noon in Moscow
        kept = "SELECT ordered_at, CAST(p_is_gift AS INTEGER) FROM orders"
        assert workspace.warehouse.rows(kept) == [(datetime.fromisoformat("2025-01-01 09:00"), 1)]


def test_a_table_of_another_schema_is_named_with_it(postgres: Shop, workspace: Workspace) -> None:
    sales(postgres, a_sale(postgres, 1, "2025-01-01 10:00:00", "2025-01-01 10:00:00"))
    postgres.run("DROP SCHEMA IF EXISTS old CASCADE")
    postgres.run("CREATE SCHEMA old")
    postgres.run("CREATE TABLE old.sales AS SELECT * FROM sales UNION ALL SELECT * FROM sales")
    assert bring(workspace, postgres).rows_read == 1
    assert bring(workspace, postgres, from_table="old.sales").rows_read == 2


def test_arrays_and_objects_stay_as_written(postgres: Shop, workspace: Workspace) -> None:
    sales(postgres, a_sale(postgres, 1, "2025-01-01 10:00:00", "2025-01-01 10:00:00"))
    query = """SELECT *, '{"a": 1.10}'::jsonb AS extra, ARRAY['x', 'ю'] AS tags FROM sales"""
    bring(workspace, postgres, from_table=None, query=query)
    assert workspace.warehouse.rows("SELECT p_extra, p_tags FROM orders") == [('{"a": 1.10}', '["x", "ю"]')]


def test_bytes_that_are_no_text_do_not_stop_a_file(workspace: Workspace, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.execute("CREATE TABLE orders (client TEXT, at TEXT, total REAL)")
        connection.execute("INSERT INTO orders VALUES (CAST(x'63e9' AS TEXT), '2025-01-01', 0.1)")
    connection.close()
    mapping = {"customer_id": "client", "ordered_at": "at", "amount": "total"}
    workspace.import_sql(f"sqlite:///{tmp_path}/shop.db", "orders", options=ImportOptions(mapping=mapping))
    assert workspace.warehouse.rows("SELECT customer_id FROM customer_ids") == [("c\\xe9",)]


# --- sources that have a name ---------------------------------------------------------------------

NAMED = """
[sources.till]
url = "{url}"

[[sources.till.tables]]
table = "customers"
query = "SELECT client AS id, min(made_at) AS created_at FROM sales GROUP BY client"

[[sources.till.tables]]
table = "orders"
from_table = "sales"
since_column = "changed_at"
map = {{customer_id = "client", ordered_at = "made_at", amount = "total"}}
"""


def name_it(folder: Path, text: str) -> None:
    with (folder / "kogorta.toml").open("a", encoding="utf-8") as file:
        file.write(text)


def test_a_source_with_a_name_is_brought_whole(shop: Shop, tmp_path: Path) -> None:
    """Covers: G26, R40."""
    sales(shop, *(a_sale(shop, n, "2025-01-01 10:00:00", "2025-01-01 10:00:00") for n in (1, 2)))
    folder = tmp_path / "named"
    kogorta.init(folder).close()
    name_it(folder, NAMED.format(url=shop.url))
    with kogorta.open(folder) as opened:
        assert [counts(report) for report in opened.import_source("till")] == [(2, 0, 0, 0)] * 2
        shop.run("DELETE FROM sales")
        assert [report.rows_read for report in opened.import_source("till")] == [0, 0]


def test_a_path_in_the_settings_begins_at_the_workspace(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    kogorta.init(folder).close()
    name_it(folder, NAMED.format(url="sqlite:///shop.db"))
    with sqlite3.connect(folder / "shop.db") as connection:
        connection.execute("CREATE TABLE sales (id, client, made_at, total, changed_at)")
        connection.execute("INSERT INTO sales VALUES (1, 'c', '2025-01-01', 5, 1)")
    connection.close()
    with kogorta.open(folder) as opened:
        assert [report.loaded for report in opened.import_source("till")] == [1, 1]


SETTINGS = {
    '[sources.x]\nurl = "sqlite:///a.db"\n': "this is missing",
    '[sources.x]\nurl = "sqlite:///a.db"\ntables = []\n': "at least 1",
    '[sources.x]\nurl = "sqlite:///a.db"\n[[sources.x.tables]]\ntable = "orders"\nquery = "q"\nfrom_table = "t"\n': "either",
    '[sources.x]\nurl = "sqlite:///a.db"\n[[sources.x.tables]]\ntable = "orders"\ncolour = 1\n': "no such setting",
}


@pytest.mark.parametrize("text", SETTINGS)
def test_settings_that_cannot_be(text: str, tmp_path: Path) -> None:
    kogorta.init(tmp_path / "mine").close()
    name_it(tmp_path / "mine", text)
    with pytest.raises(KogortaError, match=SETTINGS[text]):
        kogorta.open(tmp_path / "mine")


def test_rows_of_a_database_are_rows_of_a_canonical_table(workspace: Workspace, tmp_path: Path) -> None:
    for name in ("tracking", "ordres"):
        with pytest.raises(NotFoundError):
            workspace.import_sql(f"sqlite:///{tmp_path}/shop.db", name)


def test_a_name_that_nothing_has(workspace: Workspace) -> None:
    with pytest.raises(NotFoundError, match="names no such source"):
        workspace.import_source("till")
