"""For which table a file is, where nobody says it; a mapping that says all; a look at the first rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import kogorta
from kogorta.errors import InputError, MappingError
from kogorta.ingest import ImportOptions
from kogorta.workspace import Workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Open an empty base; nobody writes to it."""
    with kogorta.init(tmp_path_factory.mktemp("base") / "shop", currency="EUR", timezone="UTC") as opened:
        yield opened


def file_of(folder: Path, text: str, name: str = "data.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "text", "form"),
    [
        ("export.csv", "customer_id,date,amount\nc1,2026-01-05,10.50\n", "orders"),
        ("export.csv", "Клиент;Дата;Сумма\nc1;05.01.2026;10,50\n", "orders"),
        (
            "export.csv",
            "customer_id,name,email,birth_date\nc1,Ann,ann@post.example,1990-01-05\n",
            "customers",
        ),
        ("export.csv", "product_id,name,category,price\np1,Tea,Drinks,5\n", "products"),
        (
            "export.csv",
            "customer_id,first_order_at,last_order_at,orders_count,revenue\nc1,2025-01-05,2026-01-05,3,30\n",
            "customer_summaries",
        ),
        (
            "export.csv",
            "order_id,customer_id,ordered_at,product_id,quantity,unit_price\no1,c1,2026-01-05,p1,2,5\n",
            "order_lines",
        ),
        ("returns-2026.csv", "a,b\n1,2\n", "returns"),
        ("log.jsonl", '{"type": "track", "userId": "c1", "event": "Seen"}\n', "tracking"),
        ("feed.xml", "<yml_catalog><shop><offers/></shop></yml_catalog>", "products"),
    ],
)
def test_the_name_or_the_columns_tell_the_table(
    workspace: Workspace, tmp_path: Path, name: str, text: str, form: str
) -> None:
    """Covers: G26"""
    assert workspace.recognise(file_of(tmp_path, text, name)) == form


def test_columns_of_no_table_are_told(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="those of no table") as told:
        workspace.recognise(file_of(tmp_path, "foo,bar\n1,2\n"))
    assert told.value.got == "foo, bar"


def test_what_is_no_file_of_rows_is_told(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        workspace.recognise(tmp_path / "nothing.csv")


def test_columns_come_in_the_order_of_the_file_with_some_cells(workspace: Workspace, tmp_path: Path) -> None:
    path = file_of(tmp_path, "b,a\n1,x\n2,\n3,y\n4,z\n5,w\n")
    assert list(workspace.columns_of(path).items()) == [("b", ("1", "2", "3")), ("a", ("x", "y", "z"))]


def test_beside_a_mapping_that_says_all_nothing_is_guessed_or_remembered(tmp_path: Path) -> None:
    with kogorta.init(tmp_path / "shop", currency="EUR", timezone="UTC") as workspace:
        path = file_of(tmp_path, "order_id,customer_id,ordered_at,amount,city\no1,c1,2026-01-05,5,Paris\n")
        assert "city" in {field.field for field in workspace.preview(path, "orders").fields}
        wanted = {name: name for name in ("order_id", "customer_id", "ordered_at", "amount")}
        options = ImportOptions(mapping=wanted, is_whole=True)
        assert workspace.preview(path, "orders", options).properties == ("city",)
        report = workspace.import_file(path, "orders", options=options)
        assert report.mapping == wanted
        # what was settled so is what the next file of this shape begins with
        assert workspace.preview(path, "orders").properties == ("city",)
        with pytest.raises(MappingError, match="no column was found for customer_id, ordered_at"):
            workspace.preview(path, "orders", ImportOptions(mapping={"amount": "amount"}, is_whole=True))


def test_a_dry_run_may_look_at_the_first_rows_alone(workspace: Workspace, tmp_path: Path) -> None:
    rows = "".join(f"o{n},c{n},2026-01-05,{n}\n" for n in range(50))
    path = file_of(tmp_path, f"order_id,customer_id,ordered_at,amount\n{rows}bad,c1,never,1\n")
    report = workspace.import_file(path, "orders", options=ImportOptions(dry_run=True, first_rows=20))
    assert (report.rows_read, report.quarantined) == (20, 0)
    assert workspace.warehouse.rows("SELECT count(*) FROM batches") == [(0,)]
    with pytest.raises(InputError, match="takes all rows"):
        workspace.import_file(path, "orders", options=ImportOptions(first_rows=20))
